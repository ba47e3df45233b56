// The line above the item: where the work stands, whether all is saved, and what went wrong.

const LATE_MS = 1500;

/** @template {Trade} K */
class TopLine {
  /** @param {TopParts<K>} parts */
  constructor({ desk, say, guide, tool }) {
    this.desk = desk;
    this.say = say;
    this.tool = tool;
    /** @type {number | null} */
    this.unsentSince = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.lateTimer = undefined;
    this.signature = "";
    this.chunkName = el("strong");
    this.progress = el("span");
    this.today = el("span", { class: "extra" });
    this.remaining = el("span", { class: "extra" });
    this.status = el("span", { class: "status", role: "status" });
    this.fill = el("div", { class: "fill" });
    this.track = el("div", { class: "track", role: "progressbar", "aria-label": say("progress_label") }, this.fill);
    const numbers = el("div", { class: "numbers" }, this.chunkName, this.progress, this.today, this.remaining);
    this.node = el("header", { class: "top" }, el("div", { class: "line" }, numbers, this.status, guide), this.track);
    this.notice = el("div", { class: "notice", role: "alert" });
  }

  render() {
    this.renderFigures();
    this.renderStatus();
    this.renderNotice();
  }

  renderFigures() {
    const { remaining } = this.desk.counts();
    setText(this.remaining, remaining === null ? "" : this.say("remaining", { n: remaining }));
  }

  // A queue that empties within a moment is how things should be; only a late one is worth a word.
  renderStatus() {
    const { desk, say } = this;
    const unsent = desk.queue.entries.length;
    clearTimeout(this.lateTimer);
    this.unsentSince = unsent ? (this.unsentSince ?? performance.now()) : null;
    const waited = this.unsentSince === null ? 0 : performance.now() - this.unsentSince;
    const late = unsent > 0 && (waited >= LATE_MS || desk.failures > 0 || desk.gate !== null);
    if (unsent && !late) this.lateTimer = setTimeout(() => this.renderStatus(), LATE_MS - waited + 1);
    this.node.classList.toggle("late", late);
    const [word, hint] = desk.isUnsaved ? ["unsaved", "unsaved_hint"] : ["unsent", "unsent_hint"];
    this.status.title = late ? say(hint) : "";
    if (late) setText(this.status, say(word, { n: unsent }));
    else setText(this.status, desk.standing.hasReplied() ? say("saved") : "");
  }

  renderNotice() {
    const { desk, say } = this;
    const parked = desk.queue.parked().length;
    /** @type {string[]} */
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
