// The line above the item: what was ruled today, what that found, and what is still worth it.

class RulingTop extends TopLine {
  renderFigures() {
    const { desk, say } = this;
    const { day, remaining } = desk.counts();
    setText(this.chunkName, day === null ? "" : say("today", { n: day }));
    setText(this.progress, this.foundSoFar());
    setText(this.remaining, remaining === null ? "" : say("remaining", { n: remaining }));
    setShown(this.track, false);
  }

  foundSoFar() {
    const { ruled = 0, changed, share } = this.desk.found ?? {};
    return ruled ? this.say("found", { n: changed, ruled, share }) : "";
  }
}
