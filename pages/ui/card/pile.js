// The items: the one on screen, the next ones, those answered in this chunk, and the one brought back to be corrected.

/** @template {Trade} K */
class Pile {
  /** @param {Drafts<K>} drafts */
  constructor(drafts) {
    this.drafts = drafts;
    /** @type {K["item"] | null} */
    this.current = null;
    /** @type {K["item"][]} */
    this.ahead = [];
    /** @type {Remembered<K>[]} */
    this.history = [];
    /** @type {Revisit<K> | null} */
    this.revisit = null;
    this.currentDraft = drafts.empty();
  }

  shown() {
    return this.revisit?.entry.item ?? this.current;
  }

  // What is not yet part of an answer.
  draft() {
    return this.revisit?.draft ?? this.currentDraft;
  }

  // What is held and not answered.
  unanswered() {
    const withdrawn = this.revisit?.withdrawn ? this.revisit.entry.item : null;
    return [withdrawn, this.current, ...this.ahead].filter((item) => item !== null);
  }

  /** @param {K["item"] | null | undefined} item */
  setCurrent(item) {
    this.current = item ?? null;
    this.currentDraft = this.drafts.empty();
  }

  advance() {
    if (!this.current) this.setCurrent(this.ahead.shift());
  }

  release() {
    if (this.current) this.ahead.unshift(this.current);
    this.setCurrent(null);
  }

  /** @param {K["item"][]} items */
  refill(items) {
    const revisited = this.revisit?.entry.item.token;
    this.ahead = items.filter(({ token }) => token !== this.current?.token && token !== revisited);
    this.advance();
  }

  // The item has been answered elsewhere; true when it was the one on screen.
  /** @param {string} token */
  drop(token) {
    this.ahead = this.ahead.filter((item) => item.token !== token);
    if (this.current?.token !== token) return false;
    this.setCurrent(null);
    this.advance();
    return true;
  }

  // Puts the answer down and goes on: after a correction, with the item that was on screen before it.
  /** @param {K["answer"]} answer */
  remember(answer) {
    const item = this.shown();
    if (!item) return;
    this.history = this.history.filter((entry) => entry !== this.revisit?.entry);
    this.history.push({ item, answer });
    if (this.revisit) this.revisit = null;
    else this.setCurrent(this.ahead.shift());
  }

  /**
   * @param {K["answer"]} answer
   * @param {K["answer"]} revised
   */
  replaceRemembered(answer, revised) {
    const entry = this.history.find((remembered) => remembered.answer === answer);
    if (entry) entry.answer = revised;
  }

  // The answer that a step back would bring up.
  before() {
    return this.history[this.place() - 1] ?? null;
  }

  // Where among the answered ones what is on screen stands.
  place() {
    return this.revisit ? this.history.indexOf(this.revisit.entry) : this.history.length;
  }

  /** @param {string} token */
  answered(token) {
    return this.history.find(({ item }) => item.token === token) ?? null;
  }

  /**
   * @param {Remembered<K>} entry
   * @param {boolean} withdrawn
   */
  bringBack(entry, withdrawn) {
    this.revisit = { entry, withdrawn, draft: this.drafts.of(entry.answer) };
  }
}
