// A conversation on the card: who speaks is told by name, side and border, long ones are folded in the middle.

// Of more turns than this the middle is folded away: how it begins and how it ends mostly decides.
const UNFOLDED_UP_TO = 12;
const FIRST_SHOWN = 3;
const LAST_SHOWN = 7;
const SIDES = 4;

// From which turn to which one a conversation of so many is folded; null where it isn't.
/** @param {number} count */
function foldOf(count) {
  return count > UNFOLDED_UP_TO ? { from: FIRST_SHOWN, to: count - LAST_SHOWN } : null;
}

// Each speaker's side, by who speaks first; those beyond the fourth share theirs and are told by their names.
/**
 * @param {SaidTurn[]} turns
 * @returns {Map<string | null, number>}
 */
function sidesOf(turns) {
  const speakers = [...new Set(turns.map(({ speaker }) => speaker))];
  return new Map(speakers.map((speaker, n) => [speaker, n % SIDES]));
}

// The turn that a step leads to from the one that is marked: the last or the first at the beginning, none past either end.
/**
 * @param {number | null} marked
 * @param {number} step
 * @param {number} count
 */
function steppedTo(marked, step, count) {
  if (marked === null) return count ? (step < 0 ? count - 1 : 0) : null;
  const next = marked + step;
  return next < 0 || next >= count ? null : next;
}

class TurnBlock {
  /**
   * @param {SaidTurn} turn
   * @param {number} side
   * @param {Say} say
   * @param {(() => void) | null} onMark
   */
  constructor(turn, side, say, onMark) {
    this.turn = turn;
    const named = turn.speaker ?? "–";
    // Reached by keys of its own: as stops of the Tab key hundreds of them would stand before the classes.
    const look = { type: "button", class: "who", tabindex: "-1", title: say("evidence_hint"), "aria-pressed": "false" };
    this.who = onMark ? el("button", { ...look, onclick: onMark }, named) : el("b", { class: "who" }, named);
    this.sign = el("span", { class: "decides", hidden: true });
    const head = el("div", { class: "said-by" }, this.who, this.sign);
    if (turn.time) head.append(el("time", {}, turn.time));
    if (turn.muted) head.append(el("span", { class: "muted-word" }, say("muted")));
    this.words = el("p", {}, turn.text);
    this.node = el("div", { class: turn.muted ? "turn muted" : "turn", "data-side": String(side) }, head, this.words);
  }

  // The sign of the turn that decides: a word of one's own, or whose mark it is; "" takes it away.
  /** @param {string} sign */
  mark(sign) {
    setText(this.sign, sign);
    setShown(this.sign, sign !== "");
    this.node.toggleAttribute("data-marked", sign !== "");
    if (this.who.hasAttribute("aria-pressed")) this.who.setAttribute("aria-pressed", String(sign !== ""));
  }
}

class Conversation {
  /**
   * @param {Say} say
   * @param {((index: number) => void) | null} onMark
   */
  constructor(say, onMark) {
    this.say = say;
    this.onMark = onMark;
    /** @type {SaidTurn[]} */
    this.turns = [];
    /** @type {Map<string | null, number>} */
    this.sides = new Map();
    // By the turn's number; of a folded turn there is none yet.
    /** @type {Map<number, TurnBlock>} */
    this.blocks = new Map();
    /** @type {Map<number, string>} */
    this.signs = new Map();
    this.hiding = el("span");
    const look = { type: "button", class: "tool fold", "data-word": "unfold", onclick: () => this.unfold() };
    this.fold = el("button", look, this.hiding, keyHint("`"));
    this.node = el("div", { class: "turns" });
    this.isFolded = false;
  }

  /** @param {SaidTurn[]} turns */
  show(turns) {
    this.turns = turns;
    this.sides = sidesOf(turns);
    this.blocks = new Map();
    this.signs = new Map();
    const fold = foldOf(turns.length);
    this.isFolded = fold !== null;
    const shown = turns.map((_, index) => index).filter((index) => !fold || index < fold.from || index >= fold.to);
    /** @type {HTMLElement[]} */
    const nodes = shown.map((index) => this.block(index).node);
    if (fold) {
      setText(this.hiding, this.say("unfold_more", { n: fold.to - fold.from }));
      nodes.splice(fold.from, 0, this.fold);
    }
    this.node.replaceChildren(...nodes);
  }

  /** @param {number} index */
  block(index) {
    const known = this.blocks.get(index);
    if (known) return known;
    const turn = /** @type {SaidTurn} */ (this.turns[index]);
    const { onMark } = this;
    const block = new TurnBlock(turn, this.sides.get(turn.speaker) ?? 0, this.say, onMark && (() => onMark(index)));
    block.mark(this.signs.get(index) ?? "");
    this.blocks.set(index, block);
    return block;
  }

  // What is folded is made when somebody wants to see it: a new item must stand there at once.
  unfold() {
    if (!this.isFolded) return;
    this.isFolded = false;
    this.node.replaceChildren(...this.turns.map((_, index) => this.block(index).node));
  }

  refold() {
    const { signs } = this;
    if (this.isFolded || !foldOf(this.turns.length)) return;
    this.show(this.turns);
    this.mark(signs);
  }

  toggle() {
    if (this.isFolded) this.unfold();
    else this.refold();
  }

  // The turns that are marked, with the sign of each.
  /** @param {Map<number, string>} signs */
  mark(signs) {
    const fold = this.isFolded ? foldOf(this.turns.length) : null;
    this.signs = signs;
    if (fold && [...signs.keys()].some((index) => index >= fold.from && index < fold.to)) this.unfold();
    for (const [index, block] of this.blocks) block.mark(signs.get(index) ?? "");
  }

  // Into the middle: at the lower end it would lie behind the answers.
  /** @param {number} index */
  reveal(index) {
    this.blocks.get(index)?.node.scrollIntoView({ block: "center" });
  }

  // What a search looks through, in the order of reading.
  passages() {
    return this.turns.map((turn, index) => ({ text: turn.text, node: () => this.block(index).words }));
  }
}
