// The line above the item: what was ruled today, what that found, and what is still worth it.

/** @extends {TopLine<RulingTrade>} */
class RulingTop extends TopLine {
  /** @override */
  renderFigures() {
    super.renderFigures();
    const { day } = this.desk.counts();
    setText(this.chunkName, day === null ? "" : this.say("today", { n: day }));
    setText(this.progress, this.foundSoFar());
    setShown(this.track, false);
  }

  foundSoFar() {
    const { found } = this.desk;
    return found?.ruled ? this.say("found", { n: found.changed, ruled: found.ruled, share: found.share }) : "";
  }
}
