// The assessor's desk: takes answers, speaks the protocol, and decides what is to be seen. Knows nothing of the page.

const BATCH = 50;
// For how many answers more junior's word on an earlier one stays.
const REMARK_LASTS = 2;
const POLL_SECONDS = { waiting: 30, loading: 2, paused: 30, done: 60, filtered: 60, unprepared: 10 };

class Desk {
  constructor(config) {
    this.queue = this.makeQueue(config);
    this.pile = this.makePile();
    this.standing = new Standing();
    this.settled = new Map();
    this.epoch = 0;
    this.closing = null;
    this.gate = null;
    this.problem = null;
    this.remark = null;
    this.refusedCount = 0;
    this.failures = 0;
    this.solo = false;
    this.syncWanted = false;
    this.attended = false;
    this.onChange = () => {};
    this.configure(config);
    this.sender = new Sender({
      url: config.url,
      person: config.person,
      compose: () => this.compose(),
      onReply: (reply, parcel) => this.receive(reply, parcel),
      onGate: (gate) => this.shut(gate),
      onRefusal: (refusal, parcel) => this.refuse(refusal, parcel),
      onTrouble: () => this.suffer(),
    });
  }

  makeQueue({ person, project }) {
    return new AnswerQueue(person, project);
  }

  makePile() {
    return new Pile();
  }

  configure(config) {
    if (config.remaining !== this.config?.remaining) this.standing.count(config.remaining);
    this.config = config;
  }

  // --- what to show

  screen() {
    const { state, result } = this.standing;
    if (this.gate) return this.gate;
    // The result comes first: closing the chunk may be what has paused the work.
    if (result) return "result";
    if (state === "banned" || state === "paused") return state;
    if (this.pile.shown()) return "item";
    const settled = state === "done" || (state === "chunk_done" && !this.closing);
    if (this.failures > 2 && !settled) return "offline";
    if (this.closing) return "closing";
    return ["chunk_done", "waiting", "done"].includes(state) ? state : "loading";
  }

  counts() {
    return this.standing.counts(this.queue.entries.filter(({ answer }) => this.isCounted(answer)).length);
  }

  isCounted({ revision, kind }) {
    return revision === 1 && kind !== "skip";
  }

  // --- what the assessor does

  answer(kind, { label = null, reason = null, seconds }) {
    const { token } = this.pile.shown();
    const { comment, flagged } = this.pile.draft();
    const revision = this.nextRevision();
    this.put({ token, revision, kind, label, reason, comment: comment.trim() || null, flagged, seconds });
  }

  put(answer) {
    this.queue.add(answer, { again: Boolean(this.pile.revisit?.withdrawn) });
    this.pile.remember(answer);
    if (this.remark && (this.remark.lasts -= 1) === 0) this.remark = null;
    this.onChange();
    afterPaint(() => this.sender.send());
  }

  nextRevision() {
    if (!this.pile.revisit) return 1;
    const { entry, withdrawn } = this.pile.revisit;
    return withdrawn ? entry.answer.revision : entry.answer.revision + 1;
  }

  canStepBack() {
    const here = ["item", "chunk_done", "loading", "waiting", "offline"].includes(this.screen());
    return here && !this.closing && this.pile.before() !== null;
  }

  stepBack(entry = this.pile.before()) {
    if (!this.canStepBack()) return;
    this.putBack();
    const { token, revision } = entry.answer;
    // From here on it stands with the item.
    if (token === this.remark?.token) this.remark = null;
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

  // The answer that junior's word came for, and how many steps back it lies; null where nothing is to be said.
  remarked() {
    const entry = this.remark && this.canStepBack() ? this.pile.answered(this.remark.token) : null;
    const steps = entry ? this.pile.place() - this.pile.history.indexOf(entry) : 0;
    return steps > 0 ? { entry, steps } : null;
  }

  dismissRemark() {
    this.remark = null;
    this.onChange();
  }

  putBack() {
    const { revisit } = this.pile;
    if (revisit?.withdrawn) this.queue.add(revisit.entry.answer, { again: true });
    this.pile.revisit = null;
  }

  closeChunk() {
    if (this.screen() !== "chunk_done" || !this.standing.chunk) return;
    this.closing = this.standing.chunk.id;
    this.onChange();
    this.sender.send();
  }

  nextChunk() {
    this.standing.result = null;
    this.pile.advance();
    if (!this.pile.current || this.standing.isStale()) this.sync();
    this.onChange();
  }

  // --- what the server says

  compose() {
    const sendable = this.queue.sendable();
    const entries = sendable.slice(0, this.solo ? 1 : BATCH);
    const closing = entries.length === sendable.length ? this.closing : null;
    if (!entries.length && !closing && !this.syncWanted) return null;
    this.epoch += 1;
    for (const [token, epoch] of this.settled) if (epoch < this.epoch) this.settled.delete(token);
    return { epoch: this.epoch, entries, body: this.body(entries, closing) };
  }

  body(entries, closing = null) {
    for (const entry of entries) entry.attempted = true;
    return {
      project: this.config.project,
      want: 1 + this.config.look_ahead,
      holding: this.pile.unanswered().map((item) => item.token),
      answers: entries.map((entry) => entry.answer),
      close_chunk: closing,
    };
  }

  // False when the reply moves nothing on: then it is no better than none, and the pause between tries grows.
  receive(reply, parcel) {
    if (!Array.isArray(reply?.items)) return false;
    const taken = this.acknowledge(reply.acknowledged ?? []);
    this.gate = null;
    this.failures = 0;
    this.syncWanted = false;
    this.takeStanding(reply, parcel);
    this.takeItems(reply.items, parcel.epoch);
    if (!this.queue.sendable().length) this.solo = false;
    this.schedulePoll();
    this.onChange();
    return taken > 0 || parcel.entries.length === 0;
  }

  acknowledge(acknowledged) {
    let taken = 0;
    for (const { token, revision, status, message, suggestion } of acknowledged) {
      const entry = this.queue.remove(token, revision);
      if (!entry) continue;
      taken += 1;
      if (status === "refused") {
        this.turnDown(entry, message);
        continue;
      }
      this.settled.set(token, this.epoch);
      if (suggestion) this.hearJunior(token, suggestion);
      if (this.isCounted(entry.answer)) this.standing.answeredSince += 1;
      // Another tab had sent the answer that was withdrawn here, so what the assessor chose in the end comes second.
      if (status === "kept_first" && entry.again) this.reviseKept(entry.answer);
    }
    return taken;
  }

  // Junior's word on what was answered without it. The item is mostly off the screen by now, so it is said beside the next.
  hearJunior(token, suggestion) {
    const entry = this.pile.answered(token);
    if (!entry) return;
    entry.item.suggestion = suggestion;
    if (this.pile.revisit?.entry !== entry) this.remark = { token, lasts: REMARK_LASTS };
  }

  turnDown() {
    this.refusedCount += 1;
  }

  reviseKept(answer) {
    const revised = { ...answer, revision: answer.revision + 1 };
    this.queue.add(revised);
    this.pile.replaceRemembered(answer, revised);
  }

  takeStanding(reply, parcel) {
    if (this.standing.take(reply)) this.forgetChunk();
    if (!parcel.body.close_chunk) return;
    this.closing = null;
    this.standing.result = reply.result ?? null;
    this.forgetChunk();
  }

  forgetChunk() {
    this.putBack();
    this.pile.history = [];
    this.remark = null;
  }

  takeItems(items, epoch) {
    // An item that is held but not on screen (a result stands there, say) is the server's to keep or to take away.
    if (this.screen() !== "item") this.pile.setCurrent(null);
    this.pile.refill(items.filter((item) => !this.isSettled(item.token, epoch)));
  }

  isSettled(token, epoch) {
    return this.queue.has(token) || (this.settled.get(token) ?? -1) >= epoch;
  }

  shut(gate) {
    this.gate = gate;
    this.onChange();
  }

  suffer() {
    this.failures += 1;
    this.onChange();
  }

  // A request turned down as a whole is taken apart, so that one bad answer cannot hold up the others; it is set
  // aside, never dropped. Says whether to go on sending.
  refuse({ message }, parcel) {
    this.problem = message || "";
    const { entries, body } = parcel;
    if (body.close_chunk) {
      this.closing = null;
      this.syncWanted = true;
    } else if (entries.length > 1) {
      this.solo = true;
    } else if (entries.length === 1) {
      this.queue.park(entries[0]);
    }
    this.onChange();
    return Boolean(body.close_chunk) || entries.length > 0;
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

  part() {
    const entries = this.queue.sendable().slice(0, BATCH);
    if (entries.length) this.sender.part(this.body(entries));
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

  // --- other tabs

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
