// The expert's desk: rulings for answers, no chunks, and a wish for which items are brought.

const SETTLED = ["done", "filtered", "unprepared"];

/** @extends {Desk<RulingTrade>} */
class Bench extends Desk {
  /** @param {RulingConfig} config */
  constructor(config) {
    const cases = new CasePile();
    super(config, { queue: new AnswerQueue(config.person, config.project, "ruling"), pile: cases });
    this.cases = cases;
    /** @type {Found | null} */
    this.found = null;
    this.asksAnew = false;
    this.onGuideChange = () => {};
  }

  /**
   * @override
   * @param {RulingConfig} config
   */
  configure(config) {
    const before = this.config;
    super.configure(config);
    if (!sameWish(before.wanted, config.wanted)) this.askAnew();
    // What was taken back beside the card is counted here as well.
    else if (before.undone !== config.undone) this.sync();
  }

  // Another filter: what lies here under the old one goes back to where others may have it.
  askAnew() {
    this.putBack();
    this.cases.clear();
    this.asksAnew = true;
    this.sender.send();
  }

  /** @override */
  screen() {
    const { state } = this.standing;
    if (this.gate || this.pile.shown()) return super.screen();
    if (this.asksAnew) return "loading";
    return state && SETTLED.includes(state) ? state : super.screen();
  }

  /**
   * @override
   * @param {Ruling} ruling
   */
  isCounted(ruling) {
    return super.isCounted(ruling) && ruling.verdict !== null;
  }

  /** @override */
  canStepBack() {
    return super.canStepBack() || (SETTLED.includes(this.screen()) && this.pile.before() !== null);
  }

  /**
   * @override
   * @param {Case} item
   * @param {string} kind
   * @param {Choice & { seconds: number }} choice
   * @returns {Ruling}
   */
  answerTo({ token }, kind, { label = null, seconds }) {
    const { comment, golden, corner, seen } = this.pile.draft();
    const isLabel = kind === "label";
    return {
      token,
      revision: this.nextRevision(),
      verdict: kind === "skip" ? null : kind,
      label,
      rationale: storable(comment),
      blind: this.config.blind && !seen,
      make_golden: isLabel && golden,
      corner_case: isLabel && corner,
      seconds,
    };
  }

  /** @override */
  isAsking() {
    return super.isAsking() || this.asksAnew;
  }

  /**
   * @override
   * @param {Entry<Ruling>[]} entries
   * @param {boolean} _areAll
   * @returns {RulingCall}
   */
  bodyWith(entries, _areAll) {
    return {
      project: this.config.project,
      wanted: this.config.wanted,
      want: 1 + this.config.look_ahead,
      release: this.asksAnew,
      rulings: entries.map((entry) => entry.answer),
    };
  }

  /**
   * @override
   * @param {RulingReply} reply
   * @param {Parcel<RulingTrade>} parcel
   */
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
  /** @override */
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

  /** @param {RulingConfig["wanted"]} wanted */
  rememberWish(wanted) {
    try {
      localStorage.setItem(this.wishKey(), JSON.stringify(wanted));
    } catch {
      // Then the items of the earlier wish come first: nothing is lost.
    }
  }

  // A first ruling that can't be is as if it had not been pressed: its item comes back.
  /**
   * @override
   * @param {Ruling} answer
   * @param {string} message
   */
  turnDown(answer, message) {
    this.problem = message;
    if (answer.revision === 1) this.cases.forget(answer);
  }
}

/** @type {(one: RulingConfig["wanted"], other: RulingConfig["wanted"]) => boolean} */
function sameWish(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
