// Answers that the server has not acknowledged. Each has a localStorage entry of its own: with one list under one
// key, two tabs that write at once would overwrite each other's answers.

/** @template {Answer} A */
class AnswerQueue {
  /**
   * @param {number} person
   * @param {string} project
   * @param {string} kind
   */
  constructor(person, project, kind = "answer") {
    this.prefix = `sverka:${kind}:${person}:${project}:`;
    /** @type {Entry<A>[]} */
    this.entries = [];
    this.durable = true;
    this.lastOrder = 0;
    this.adopt();
  }

  // Takes in what an earlier load of the page, or a tab that died, has left behind.
  adopt() {
    for (const key of this.storedKeys()) {
      const entry = this.read(key);
      if (entry && !this.find(entry.answer.token, entry.answer.revision)) {
        this.entries.push({ ...entry, attempted: true, adopted: true, again: false });
      }
    }
    this.entries.sort((a, b) => a.order - b.order);
    // The clock may have been put back since they were pressed.
    this.lastOrder = Math.max(this.lastOrder, ...this.entries.map(({ order }) => order));
  }

  /**
   * @param {A} answer
   * @param {{ again?: boolean }} [how]
   */
  add(answer, { again = false } = {}) {
    this.lastOrder = Math.max(this.lastOrder + 1, Date.now() * 1000);
    const entry = { answer, order: this.lastOrder, parked: false, attempted: false, adopted: false, again };
    this.entries.push(entry);
    this.write(entry);
  }

  /**
   * @param {string} token
   * @param {number} revision
   */
  remove(token, revision) {
    const entry = this.find(token, revision);
    this.entries = this.entries.filter((other) => other !== entry);
    try {
      localStorage.removeItem(this.keyOf(token, revision));
    } catch {
      this.durable = false;
    }
    return entry;
  }

  // Another tab has taken the entry out of the storage: what was pressed in this tab stays until it is acknowledged.
  /**
   * @param {string} token
   * @param {number} revision
   */
  forgetAdopted(token, revision) {
    this.entries = this.entries.filter(
      (entry) => !(entry.adopted && entry.answer.token === token && entry.answer.revision === revision),
    );
  }

  /** @param {Entry<A>} entry */
  park(entry) {
    entry.parked = true;
    this.write(entry);
  }

  unpark() {
    for (const entry of this.parked()) {
      entry.parked = false;
      this.write(entry);
    }
  }

  /**
   * @param {string} token
   * @param {number} revision
   */
  find(token, revision) {
    return this.entries.find((entry) => entry.answer.token === token && entry.answer.revision === revision);
  }

  /** @param {string} token */
  has(token) {
    return this.entries.some((entry) => entry.answer.token === token);
  }

  sendable() {
    return this.entries.filter((entry) => !entry.parked);
  }

  parked() {
    return this.entries.filter((entry) => entry.parked);
  }

  // The storage was wiped by hand: what is still here must be there again.
  writeAll() {
    for (const entry of this.entries) this.write(entry);
  }

  /** @param {Entry<A>} entry */
  write(entry) {
    const { answer, order, parked } = entry;
    try {
      localStorage.setItem(this.keyOf(answer.token, answer.revision), JSON.stringify({ answer, order, parked }));
    } catch {
      this.durable = false;
    }
  }

  /**
   * @param {string} key
   * @returns {Pick<Entry<A>, "answer" | "order" | "parked"> | null}
   */
  read(key) {
    try {
      const entry = JSON.parse(localStorage.getItem(key) ?? "null");
      const known = this.parseKey(key);
      const whole = entry?.answer?.token === known.token && entry.answer.revision === known.revision;
      return whole && Number.isFinite(entry.order) ? entry : null;
    } catch {
      return null;
    }
  }

  storedKeys() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
    } catch {
      this.durable = false;
      return [];
    }
  }

  /**
   * @param {string} token
   * @param {number} revision
   */
  keyOf(token, revision) {
    return `${this.prefix}${token}:${revision}`;
  }

  /** @param {string} key */
  parseKey(key) {
    const end = key.lastIndexOf(":");
    return { token: key.slice(this.prefix.length, end), revision: Number(key.slice(end + 1)) };
  }
}
