// The desk: takes answers, brings them back to be corrected, and decides what is to be seen. Knows nothing of the page.

/**
 * @template {Trade} K
 * @extends {Post<K>}
 */
class Desk extends Post {
  counts() {
    return this.standing.counts(this.queue.entries.filter(({ answer }) => this.isCounted(answer)).length);
  }

  // An answer of this kind to the item, as the server is to hear it.
  /**
   * @abstract
   * @param {K["item"]} _item
   * @param {string} _kind
   * @param {Choice & { seconds: number }} _choice
   * @returns {K["answer"]}
   */
  answerTo(_item, _kind, _choice) {
    throw new Error("each card answers in its own way");
  }

  /**
   * @param {string} kind
   * @param {Choice & { seconds: number }} choice
   */
  answer(kind, choice) {
    const item = this.pile.shown();
    if (item) this.put(this.answerTo(item, kind, choice));
  }

  /** @param {K["answer"]} answer */
  put(answer) {
    this.queue.add(answer, { again: Boolean(this.pile.revisit?.withdrawn) });
    this.pile.remember(answer);
    this.onChange();
    afterPaint(() => this.sender.send());
  }

  nextRevision() {
    if (!this.pile.revisit) return 1;
    const { entry, withdrawn } = this.pile.revisit;
    return withdrawn ? entry.answer.revision : entry.answer.revision + 1;
  }

  canStepBack() {
    return ["item", "loading", "offline"].includes(this.screen()) && this.pile.before() !== null;
  }

  /** @param {Remembered<K> | null} entry */
  stepBack(entry = this.pile.before()) {
    if (!entry || !this.canStepBack()) return;
    this.putBack();
    const { token, revision } = entry.answer;
    const queued = this.queue.find(token, revision);
    // Once it may have reached the server, an answer can only be corrected by a later revision.
    const withdrawn = Boolean(queued && !queued.attempted);
    if (withdrawn) this.queue.remove(token, revision);
    this.pile.bringBack(entry, withdrawn);
    this.onChange();
  }

  keepEarlier() {
    if (!this.pile.revisit) return;
    this.putBack();
    this.onChange();
    this.sender.send();
  }

  putBack() {
    const { revisit } = this.pile;
    if (revisit?.withdrawn) this.queue.add(revisit.entry.answer, { again: true });
    this.pile.revisit = null;
  }

  // The page has just been put up: what was held may be long gone, so nothing is shown before the server has spoken.
  attend() {
    this.attended = true;
    this.putBack();
    this.pile.release();
    this.queue.adopt();
    this.syncWanted = true;
    this.onChange();
    this.sender.wake();
  }

  leave() {
    this.attended = false;
    clearTimeout(this.pollTimer);
  }

  // Another tab has answered, or its answer was acknowledged.
  /** @param {Pick<StorageEvent, "key" | "newValue">} event */
  storageChanged({ key, newValue }) {
    if (key === null) this.queue.writeAll();
    if (!key?.startsWith(this.queue.prefix)) return;
    const { token, revision } = this.queue.parseKey(key);
    if (newValue === null) {
      this.queue.forgetAdopted(token, revision);
      this.settled.set(token, this.epoch);
    } else {
      this.settled.set(token, Infinity);
      if (this.pile.drop(token) && !this.pile.current) this.sync();
    }
    this.onChange();
  }
}
