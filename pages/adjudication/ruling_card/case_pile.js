// The items before an expert, and what is to be said beside a ruling.

/** @type {Drafts<RulingTrade>} */
const RULING_DRAFTS = {
  empty: () => ({ comment: "", golden: false, corner: false, seen: false }),
  of: ({ rationale, make_golden, corner_case, blind }) => ({
    comment: rationale,
    golden: make_golden,
    corner: corner_case,
    seen: !blind,
  }),
};

/** @extends {Pile<RulingTrade>} */
class CasePile extends Pile {
  constructor() {
    super(RULING_DRAFTS);
  }

  clear() {
    this.setCurrent(null);
    this.ahead = [];
  }

  /** @param {Ruling} answer */
  forget(answer) {
    const place = this.history.findIndex((entry) => entry.answer === answer);
    if (place >= 0) this.history.splice(place, 1);
  }
}
