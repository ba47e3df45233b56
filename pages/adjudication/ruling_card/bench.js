// The expert's desk: the assessor's, with rulings for answers and without chunks.

const SETTLED = ["done", "filtered", "unprepared"];

class Bench extends Desk {
  constructor(config) {
    super(config);
    this.found = null;
    this.asksAnew = false;
    this.onGuideChange = () => {};
  }

  makeQueue({ person, project }) {
    return new AnswerQueue(person, project, "ruling");
  }

  makePile() {
    return new CasePile();
  }

  configure(config) {
    const before = this.config;
    super.configure(config);
    if (before && !sameWish(before.wanted, config.wanted)) this.askAnew();
  }

  // Another filter: what lies here under the old one goes back to where others may have it.
  askAnew() {
    this.putBack();
    this.pile.clear();
    this.asksAnew = true;
    this.sender.send();
  }

  screen() {
    const { state } = this.standing;
    if (this.gate) return this.gate;
    if (this.pile.shown()) return "item";
    if (this.asksAnew) return "loading";
    if (SETTLED.includes(state)) return state;
    return this.failures > 2 ? "offline" : "loading";
  }

  isCounted({ revision, verdict }) {
    return revision === 1 && verdict !== null;
  }

  canStepBack() {
    return ["item", "loading", "offline", ...SETTLED].includes(this.screen()) && this.pile.before() !== null;
  }

  answer(kind, { label = null, seconds }) {
    const { token } = this.pile.shown();
    const { comment, golden, corner, seen } = this.pile.draft();
    const isLabel = kind === "label";
    this.put({
      token,
      revision: this.nextRevision(),
      verdict: kind === "skip" ? null : kind,
      label,
      rationale: comment.trim(),
      blind: this.config.blind && !seen,
      make_golden: isLabel && golden,
      corner_case: isLabel && corner,
      seconds,
    });
  }

  compose() {
    if (this.asksAnew) this.syncWanted = true;
    return super.compose();
  }

  body(entries) {
    for (const entry of entries) entry.attempted = true;
    return {
      project: this.config.project,
      wanted: this.config.wanted,
      want: 1 + this.config.look_ahead,
      release: this.asksAnew,
      rulings: entries.map((entry) => entry.answer),
    };
  }

  receive(reply, parcel) {
    if (!Array.isArray(reply?.items)) return false;
    const { wanted, release } = parcel.body;
    const isCurrent = sameWish(wanted, this.config.wanted);
    if (isCurrent && release) this.asksAnew = false;
    if (isCurrent) this.rememberWish(wanted);
    this.found = reply.found ?? this.found;
    // Items of an earlier wish are on their way back already.
    const moved = super.receive(this.asksAnew ? { ...reply, items: [] } : reply, parcel);
    if (parcel.entries.some(({ answer }) => answer.corner_case)) this.onGuideChange();
    return moved;
  }

  // What lies here may have been brought for another wish, before the page was left or loaded again.
  attend() {
    if (this.wishBefore() !== JSON.stringify(this.config.wanted)) this.asksAnew = true;
    super.attend();
  }

  wishKey() {
    return `sverka:wish:${this.config.person}:${this.config.project}`;
  }

  wishBefore() {
    try {
      return localStorage.getItem(this.wishKey()) ?? "{}";
    } catch {
      return "{}";
    }
  }

  rememberWish(wanted) {
    try {
      localStorage.setItem(this.wishKey(), JSON.stringify(wanted));
    } catch {
      // Then the items of the earlier wish come first: nothing is lost.
    }
  }

  // A first ruling that can't be is as if it had not been pressed: its item comes back.
  turnDown({ answer }, message) {
    this.problem = message || "";
    if (answer.revision === 1) this.pile.forget(answer);
  }
}

function sameWish(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
