// What is known of an item beside its text: the label under suspicion, the votes, the reasons.

class Evidence {
  /** @param {{ say: Say, classes: CardClass[], known: RulingConfig["known_classes"], onReveal: () => void }} parts */
  constructor({ say, classes, known, onReveal }) {
    this.say = say;
    this.classes = classes;
    this.known = known;
    /** @type {Case | null} */
    this.item = null;
    this.given = el("p", { class: "given" });
    this.rulings = el("ol", { class: "said" });
    this.votes = el("p", { class: "votes" });
    this.comments = el("ul", { class: "comments" });
    this.reasons = el("ul", { class: "reasons-why" });
    this.junior = el("p", { class: "junior" });
    this.juniorFold = el("details", {}, el("summary", {}, say("junior")), this.junior);
    this.open = el("div", {}, this.given, this.rulings, this.votes, this.comments, this.reasons, this.juniorFold);
    const look = { class: "tool", "data-word": "reveal" };
    const inside = [el("span", {}, say("reveal")), keyHint(revealSign(classes))];
    const reveal = el("button", { type: "button", ...look, onclick: onReveal }, ...inside);
    this.cover = el("div", { class: "cover" }, el("span", {}, say("covered")), reveal);
    this.node = el("section", { class: "evidence", "aria-label": say("evidence") }, this.cover, this.open);
  }

  /**
   * @param {Case} item
   * @param {boolean} isCovered
   */
  show(item, isCovered) {
    setShown(this.cover, isCovered);
    setShown(this.open, !isCovered);
    if (item === this.item) return;
    this.item = item;
    const { say } = this;
    const chance = item.chance === null ? "" : el("span", { class: "chance" }, say("chance", { share: item.chance }));
    this.given.replaceChildren(el("span", { class: "quiet" }, say("given")), this.chip(item.given), chance);
    setShown(this.given, item.given !== null);
    this.fill(this.rulings, item.rulings, (said, n) => this.ruling(said, n));
    this.fill(this.votes, item.votes, (vote, n) => this.vote(vote, n));
    const comments = item.votes.flatMap(({ comment }, n) => (comment ? [{ comment, n }] : []));
    this.fill(this.comments, comments, (said) => this.comment(said));
    this.fill(this.reasons, item.reasons, (reason) => el("li", {}, reason));
    this.junior.replaceChildren(this.chip(item.junior));
    setShown(this.juniorFold, item.junior !== null);
    this.juniorFold.open = false;
  }

  /**
   * @template T
   * @param {HTMLElement} list
   * @param {T[]} entries
   * @param {(entry: T, n: number) => Node} makeNode
   */
  fill(list, entries, makeNode) {
    list.replaceChildren(...entries.map(makeNode));
    setShown(list, entries.length > 0);
  }

  /**
   * @param {Case["rulings"][number]} ruling
   * @param {number} n
   */
  ruling({ label, rationale }, n) {
    const who = el("span", { class: "quiet" }, this.say("expert", { n: n + 1 }));
    return el("li", {}, who, this.chip(label), rationale ? el("q", {}, rationale) : "");
  }

  /**
   * @param {Vote} vote
   * @param {number} n
   */
  vote({ label, flagged }, n) {
    const who = el("span", { class: "quiet" }, n === 0 ? this.say("assessor", { mark: markOf(n) }) : markOf(n));
    const flag = flagged ? icon("flag") : null;
    flag?.setAttribute("aria-label", this.say("flagged"));
    return el("span", { class: "vote" }, who, this.chip(label), flag);
  }

  /** @param {{ comment: string, n: number }} said */
  comment({ comment, n }) {
    return el("li", {}, el("span", { class: "quiet" }, markOf(n)), el("q", {}, comment));
  }

  /** @param {string | null} code */
  chip(code) {
    if (code === null) return el("i", {}, this.say("unsure"));
    const members = this.known[code] ? [code] : membersOf(code);
    if (members.length === 1) return this.chipOf(code);
    return el(
      "span",
      { class: "set" },
      ...(members.length ? members.map((member) => this.chipOf(member)) : [this.say("none")]),
    );
  }

  /** @param {string} code */
  chipOf(code) {
    const labelClass = this.classes.find((entry) => entry.code === code) ?? this.known[code];
    const title = el("b", {}, labelClass?.title ?? code);
    return el("span", { class: "chip" }, labelClass ? swatch(labelClass.color) : "", title);
  }
}

// A, B … Z, A2, B2 …: who they are stays out, which of them said both this and that does not.
/** @param {number} n */
function markOf(n) {
  const round = Math.floor(n / 26);
  return String.fromCharCode(65 + (n % 26)) + (round ? round + 1 : "");
}

// Which turns decided for whom, by the letters of the votes.
/**
 * @param {Vote[]} votes
 * @returns {Map<number, string>}
 */
function signsOf(votes) {
  /** @type {Map<number, string>} */
  const signs = new Map();
  for (const [n, { evidence }] of votes.entries()) {
    if (typeof evidence === "number") signs.set(evidence, [signs.get(evidence), markOf(n)].filter(Boolean).join(", "));
  }
  return signs;
}

// V says what it does where no class has it; the other key is always free.
/** @param {CardClass[]} classes */
function revealSign(classes) {
  return classes.some(({ hotkey }) => keyCodes(hotkey).includes("KeyV")) ? "'" : "V";
}
