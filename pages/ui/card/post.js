// What a card sends and what comes back: answers until they are acknowledged, and the items to answer next.

const BATCH = 50;
/** @type {Record<string, number>} */
const POLL_SECONDS = { waiting: 30, loading: 2, paused: 30, done: 60, filtered: 60, unprepared: 10 };

/** @template {Trade} K */
class Post {
  /**
   * @param {K["config"]} config
   * @param {{ queue: AnswerQueue<K["answer"]>, pile: Pile<K> }} holds
   */
  constructor(config, { queue, pile }) {
    this.config = config;
    this.queue = queue;
    this.pile = pile;
    this.standing = new Standing();
    this.standing.count(config.remaining);
    /** @type {Map<string, number>} */
    this.settled = new Map();
    this.epoch = 0;
    /** @type {Gate | null} */
    this.gate = null;
    /** @type {string | null} */
    this.problem = null;
    this.refusedCount = 0;
    this.failures = 0;
    // The server takes requests, and can save nothing.
    this.isUnsaved = false;
    this.solo = false;
    this.syncWanted = false;
    this.attended = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.pollTimer = undefined;
    this.onChange = () => {};
    /** @type {Sender<Parcel<K>>} */
    this.sender = new Sender(config, this);
  }

  /** @param {K["config"]} config */
  configure(config) {
    if (config.remaining !== this.config.remaining) this.standing.count(config.remaining);
    this.config = config;
  }

  // --- what each card says for itself

  // What is sent with these answers; ``areAll`` tells that no others wait.
  /**
   * @abstract
   * @param {Entry<K["answer"]>[]} _entries
   * @param {boolean} _areAll
   * @returns {K["body"]}
   */
  bodyWith(_entries, _areAll) {
    throw new Error("each card sends its own");
  }

  /**
   * @param {K["answer"]} answer
   * @returns {boolean}
   */
  isCounted(answer) {
    return answer.revision === 1;
  }

  // Whether there is something to ask for when there are no answers to send.
  isAsking() {
    return this.syncWanted;
  }

  /** @returns {string} */
  screen() {
    if (this.gate) return this.gate;
    if (this.pile.shown()) return "item";
    return this.failures > 2 ? "offline" : "loading";
  }

  // --- what the server says

  /** @returns {Parcel<K> | null} */
  compose() {
    const sendable = this.queue.sendable();
    const entries = sendable.slice(0, this.solo ? 1 : BATCH);
    if (!entries.length && !this.isAsking()) return null;
    this.epoch += 1;
    for (const [token, epoch] of this.settled) if (epoch < this.epoch) this.settled.delete(token);
    return { epoch: this.epoch, entries, body: this.body(entries, entries.length === sendable.length) };
  }

  /**
   * @param {Entry<K["answer"]>[]} entries
   * @param {boolean} areAll
   */
  body(entries, areAll) {
    for (const entry of entries) entry.attempted = true;
    return this.bodyWith(entries, areAll);
  }

  // False when the reply moves nothing on: then it is no better than none, and the pause between tries grows.
  /**
   * @param {K["reply"]} reply
   * @param {Parcel<K>} parcel
   */
  receive(reply, parcel) {
    if (!Array.isArray(reply?.items)) return false;
    const taken = this.acknowledge(reply.acknowledged ?? [], parcel.entries);
    this.gate = null;
    this.failures = 0;
    this.isUnsaved = false;
    this.syncWanted = false;
    this.takeStanding(reply, parcel);
    this.takeItems(reply.items, parcel.epoch);
    if (!this.queue.sendable().length) this.solo = false;
    this.schedulePoll();
    this.onChange();
    return taken > 0 || parcel.entries.length === 0;
  }

  /**
   * @param {K["receipt"][]} receipts
   * @param {Entry<K["answer"]>[]} sent
   */
  acknowledge(receipts, sent) {
    let taken = 0;
    for (const receipt of receipts) {
      if (typeof receipt.at === "number") {
        taken += this.setAside(sent[receipt.at], receipt);
        continue;
      }
      const entry = this.queue.remove(receipt.token, receipt.revision);
      if (!entry) continue;
      taken += 1;
      if (receipt.status === "refused") this.turnDown(entry.answer, receipt.message ?? "");
      else this.settle(entry, receipt);
    }
    return taken;
  }

  // The server could not read it, and never will as it is: kept, said so, and not sent again by itself. Says how many.
  /**
   * @param {Entry<K["answer"]> | undefined} entry
   * @param {K["receipt"]} receipt
   */
  setAside(entry, { message }) {
    if (!entry) return 0;
    this.problem = message ?? "";
    this.queue.park(entry);
    return 1;
  }

  /**
   * @param {Entry<K["answer"]>} entry
   * @param {K["receipt"]} receipt
   */
  settle({ answer, again }, { token, status }) {
    this.settled.set(token, this.epoch);
    if (this.isCounted(answer)) this.standing.answeredSince += 1;
    // Another tab had sent the answer that was withdrawn here, so what was chosen in the end comes second.
    if (status === "kept_first" && again) this.reviseKept(answer);
  }

  /**
   * @param {K["answer"]} _answer
   * @param {string} _message
   */
  turnDown(_answer, _message) {
    this.refusedCount += 1;
  }

  /** @param {K["answer"]} answer */
  reviseKept(answer) {
    const revised = { ...answer, revision: answer.revision + 1 };
    this.queue.add(revised);
    this.pile.replaceRemembered(answer, revised);
  }

  /**
   * @param {K["reply"]} reply
   * @param {Parcel<K>} _parcel
   */
  takeStanding(reply, _parcel) {
    this.standing.take(reply);
  }

  /**
   * @param {K["item"][]} items
   * @param {number} epoch
   */
  takeItems(items, epoch) {
    // An item that is held but not on screen (a result stands there, say) is the server's to keep or to take away.
    if (this.screen() !== "item") this.pile.setCurrent(null);
    this.pile.refill(items.filter((item) => !this.isSettled(item.token, epoch)));
  }

  /**
   * @param {string} token
   * @param {number} epoch
   */
  isSettled(token, epoch) {
    return this.queue.has(token) || (this.settled.get(token) ?? -1) >= epoch;
  }

  /** @param {Gate} gate */
  shut(gate) {
    this.gate = gate;
    this.onChange();
  }

  // ``trouble`` is the server's word for it, where there was a server to say one.
  suffer(trouble = "") {
    this.failures += 1;
    this.isUnsaved = trouble === "not_saved";
    this.onChange();
  }

  // A request turned down as a whole is taken apart, so that one bad answer cannot hold up the others; it is set
  // aside, never dropped. Says whether to go on sending.
  /**
   * @param {Refusal} refusal
   * @param {Parcel<K>} parcel
   */
  refuse({ message }, { entries }) {
    this.problem = message;
    const [first, ...others] = entries;
    if (others.length) this.solo = true;
    else if (first) this.queue.park(first);
    this.onChange();
    return entries.length > 0;
  }

  resendParked() {
    this.problem = null;
    this.queue.unpark();
    this.syncWanted = true;
    this.sender.wake();
    this.onChange();
  }

  discardParked() {
    this.problem = null;
    for (const { answer } of this.queue.parked()) this.queue.remove(answer.token, answer.revision);
    this.onChange();
  }

  dismiss() {
    this.problem = null;
    this.refusedCount = 0;
    this.onChange();
  }

  // --- when to ask

  sync() {
    this.syncWanted = true;
    this.sender.send();
  }

  part() {
    const entries = this.queue.sendable().slice(0, BATCH);
    if (entries.length) this.sender.part(this.body(entries, false));
  }

  wake({ dropRequest = false } = {}) {
    this.queue.adopt();
    if (this.standing.isStale() || this.screen() !== "item") this.syncWanted = true;
    this.sender.wake({ dropRequest });
  }

  schedulePoll() {
    clearTimeout(this.pollTimer);
    let seconds = POLL_SECONDS[this.screen()];
    if (!seconds || !this.attended) return;
    const frees = this.standing.freesInSeconds();
    // Spread by up to a second, or everyone who waits for one item would ask for it in the same moment.
    if (frees !== null) seconds = Math.min(seconds, Math.max(1, frees) + Math.random());
    this.pollTimer = setTimeout(() => {
      // Nobody looks: a lease taken now would only keep the item from others. Coming back asks at once.
      if (!document.hidden) this.sync();
    }, seconds * 1000);
  }
}
