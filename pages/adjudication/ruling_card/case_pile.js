// The items before an expert, and what is to be said beside a ruling.

class CasePile extends Pile {
  emptyDraft() {
    return { comment: "", golden: false, corner: false, seen: false };
  }

  draftOf({ rationale, make_golden, corner_case, blind }) {
    return { comment: rationale, golden: make_golden, corner: corner_case, seen: !blind };
  }

  clear() {
    this.setCurrent(null);
    this.ahead = [];
  }

  forget(answer) {
    this.history = this.history.filter((entry) => entry.answer !== answer);
  }
}
