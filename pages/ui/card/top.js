// The line above the item: where the work stands, whether all is saved, and what went wrong.

const LATE_MS = 1500;

class TopLine {
  constructor({ desk, say, guide, tool, remark }) {
    Object.assign(this, { desk, say, tool });
    this.unsentSince = null;
    this.chunkName = el("strong");
    this.progress = el("span");
    this.today = el("span", { class: "extra" });
    this.remaining = el("span", { class: "extra" });
    this.status = el("span", { class: "status", role: "status" });
    this.fill = el("div", { class: "fill" });
    this.track = el("div", { class: "track", role: "progressbar", "aria-label": say("progress_label") }, this.fill);
    const numbers = el("div", { class: "numbers" }, this.chunkName, this.progress, this.today, this.remaining);
    this.node = el("header", { class: "top" }, el("div", { class: "line" }, numbers, remark, this.status, guide), this.track);
    this.notice = el("div", { class: "notice", role: "alert" });
  }

  render() {
    this.renderFigures();
    this.renderStatus();
    this.renderNotice();
  }

  renderFigures() {
    const { desk, say } = this;
    const { answered, size, day, remaining } = desk.counts();
    // Beside a result, the figures of the chunk that follows would only confuse.
    const chunk = desk.screen() === "result" ? null : desk.standing.chunk;
    const name = chunk?.kind === "qualification" ? say("qualification") : say("chunk", { n: chunk?.ordinal });
    setText(this.chunkName, chunk ? name : "");
    setText(this.progress, chunk ? say("progress", { answered, size }) : "");
    setText(this.today, day === null ? "" : say("today", { n: day }));
    setText(this.remaining, remaining === null ? "" : say("remaining", { n: remaining }));
    this.track.style.visibility = chunk ? "" : "hidden";
    this.fill.style.transform = `scaleX(${size ? answered / size : 0})`;
    this.track.setAttribute("aria-valuenow", answered);
    this.track.setAttribute("aria-valuemax", size);
  }

  // A queue that empties within a moment is how things should be; only a late one is worth a word.
  renderStatus() {
    const { desk, say } = this;
    const unsent = desk.queue.entries.length;
    clearTimeout(this.lateTimer);
    this.unsentSince = unsent ? (this.unsentSince ?? performance.now()) : null;
    const waited = unsent ? performance.now() - this.unsentSince : 0;
    const late = unsent > 0 && (waited >= LATE_MS || desk.failures > 0 || desk.gate !== null);
    if (unsent && !late) this.lateTimer = setTimeout(() => this.renderStatus(), LATE_MS - waited + 1);
    this.node.classList.toggle("late", late);
    this.status.title = late ? say("unsent_hint") : "";
    if (late) setText(this.status, say("unsent", { n: unsent }));
    else setText(this.status, desk.standing.hasReplied() ? say("saved") : "");
  }

  renderNotice() {
    const { desk, say } = this;
    const parked = desk.queue.parked().length;
    const lines = [];
    if (desk.problem !== null) lines.push(desk.problem || say("problem"));
    if (parked) lines.push(say("parked", { n: parked }));
    if (desk.refusedCount) lines.push(say("refused", { n: desk.refusedCount }));
    if (!desk.queue.durable && desk.queue.entries.length) lines.push(say("not_durable"));
    setShown(this.notice, lines.length > 0);
    const signature = `${parked > 0} ${lines.join(" ")}`;
    if (signature === this.signature) return;
    this.signature = signature;
    const actions = parked
      ? [this.tool("resend", () => desk.resendParked()), this.tool("discard", () => desk.discardParked())]
      : [this.tool("dismiss", () => desk.dismiss())];
    this.notice.replaceChildren(el("p", {}, lines.join(" ")), ...actions);
  }

  takeDown() {
    clearTimeout(this.lateTimer);
  }
}
