// The line above the assessor's item: the chunk, how far it has come, and junior's word on an earlier answer.

/** @extends {TopLine<LabelTrade>} */
class LabelTop extends TopLine {
  /** @param {TopParts<LabelTrade>} parts */
  constructor(parts) {
    super(parts);
    const { desk, tool } = parts;
    const fix = tool("fix", () => desk.stepBack(desk.remarked()?.entry), { image: "undo", sign: "⌫" });
    this.remark = new Remark(parts, fix);
    this.status.before(this.remark.node);
  }

  /** @override */
  render() {
    super.render();
    this.remark.show();
  }

  /** @override */
  renderFigures() {
    super.renderFigures();
    const { desk, say } = this;
    const { answered, size, day, remaining } = desk.counts();
    setText(this.remaining, remaining === null ? "" : say("remaining_mine", { n: remaining }));
    // Beside a result, the figures of the chunk that follows would only confuse.
    const chunk = desk.screen() === "result" ? null : desk.standing.chunk;
    const name = chunk?.kind === "qualification" ? say("qualification") : say("chunk", { n: chunk?.ordinal });
    setText(this.chunkName, chunk ? name : "");
    setText(this.progress, chunk ? say("progress", { answered, size }) : "");
    setText(this.today, day === null ? "" : say("today", { n: day }));
    this.track.style.visibility = chunk ? "" : "hidden";
    this.fill.style.transform = `scaleX(${size ? answered / size : 0})`;
    this.track.setAttribute("aria-valuenow", String(answered));
    this.track.setAttribute("aria-valuemax", String(size));
  }
}
