// What lies on the assessor's desk: the item on screen, the next ones, the answers of this chunk, and where the work
// stands. Knows the protocol and nothing of the page.

const BATCH = 50;
const STALE_MS = 60_000;
const POLL_SECONDS = { waiting: 30, loading: 2, paused: 30, done: 60 };

function emptyDraft() {
  return { comment: "", flagged: false };
}

class Desk {
  constructor(config) {
    this.queue = new AnswerQueue(config.person, config.project);
    this.current = null;
    this.ahead = [];
    this.revisit = null;
    this.history = [];
    this.currentDraft = emptyDraft();
    this.settled = new Map();
    this.epoch = 0;
    this.chunk = null;
    this.chunkId = null;
    this.state = null;
    this.day = null;
    this.nextFreeAt = null;
    this.result = null;
    this.closing = null;
    this.gate = null;
    this.problem = null;
    this.refusedCount = 0;
    this.failures = 0;
    this.solo = false;
    this.syncWanted = false;
    this.repliedAt = -Infinity;
    this.answeredSince = 0;
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

  configure(config) {
    if (config.remaining !== this.config?.remaining) this.answeredSince = 0;
    this.remaining = config.remaining;
    this.config = config;
  }

  // --- what to show

  shown() {
    return this.revisit?.entry.item ?? this.current;
  }

  // Comment and flag that are not yet part of an answer.
  get draft() {
    return this.revisit?.draft ?? this.currentDraft;
  }

  screen() {
    if (this.gate) return this.gate;
    if (this.state === "banned" || this.state === "paused") return this.state;
    if (this.result) return "result";
    if (this.shown()) return "item";
    const settled = this.state === "done" || (this.state === "chunk_done" && !this.closing);
    if (this.failures > 2 && !settled) return "offline";
    if (this.closing) return "closing";
    return ["chunk_done", "waiting", "done"].includes(this.state) ? this.state : "loading";
  }

  unsentFirst() {
    return this.queue.entries.filter(({ answer }) => answer.revision === 1 && answer.kind !== "skip").length;
  }

  counts() {
    const unsent = this.unsentFirst();
    const { answered = 0, size = 0 } = this.chunk ?? {};
    return {
      answered: Math.min(size, answered + unsent),
      size,
      day: this.day === null ? null : this.day + unsent,
      remaining: this.remaining === null ? null : Math.max(0, this.remaining - this.answeredSince - unsent),
    };
  }

  freesInSeconds() {
    return this.nextFreeAt === null ? null : Math.max(0, (this.nextFreeAt - performance.now()) / 1000);
  }

  // --- what the assessor does

  answer(kind, { label = null, reason = null, seconds }) {
    const item = this.shown();
    const comment = this.draft.comment.trim() || null;
    const { flagged } = this.draft;
    const revision = this.nextRevision();
    const answer = { token: item.token, revision, kind, label, reason, comment, flagged, seconds };
    this.queue.add(answer, { again: Boolean(this.revisit?.withdrawn) });
    this.history = this.history.filter((entry) => entry !== this.revisit?.entry);
    this.history.push({ item, answer });
    if (this.revisit) this.revisit = null;
    else this.setCurrent(this.ahead.shift());
    this.onChange();
    this.sender.send();
  }

  nextRevision() {
    if (!this.revisit) return 1;
    const { entry, withdrawn } = this.revisit;
    return withdrawn ? entry.answer.revision : entry.answer.revision + 1;
  }

  canStepBack() {
    const last = this.revisit ? this.history.indexOf(this.revisit.entry) : this.history.length;
    return last > 0 && !this.closing && ["item", "chunk_done", "loading", "waiting", "offline"].includes(this.screen());
  }

  stepBack() {
    if (!this.canStepBack()) return;
    const last = this.revisit ? this.history.indexOf(this.revisit.entry) : this.history.length;
    this.putBack();
    const entry = this.history[last - 1];
    const queued = this.queue.find(entry.answer.token, entry.answer.revision);
    // Once it may have reached the server, an answer can only be corrected by a later revision.
    const withdrawn = Boolean(queued && !queued.attempted);
    if (withdrawn) this.queue.remove(entry.answer.token, entry.answer.revision);
    const draft = { comment: entry.answer.comment ?? "", flagged: entry.answer.flagged };
    this.revisit = { entry, withdrawn, draft };
    this.onChange();
  }

  keepEarlier() {
    if (!this.revisit) return;
    this.putBack();
    this.onChange();
    this.sender.send();
  }

  putBack() {
    if (this.revisit?.withdrawn) this.queue.add(this.revisit.entry.answer, { again: true });
    this.revisit = null;
  }

  closeChunk() {
    if (this.screen() !== "chunk_done" || !this.chunk) return;
    this.closing = this.chunk.id;
    this.onChange();
    this.sender.send();
  }

  nextChunk() {
    this.result = null;
    this.advance();
    if (!this.current) this.sync();
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
    const unanswered = [this.revisit?.withdrawn ? this.revisit.entry.item : null, this.current, ...this.ahead];
    return {
      project: this.config.project,
      want: 1 + this.config.look_ahead,
      holding: unanswered.filter(Boolean).map((item) => item.token),
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
    this.repliedAt = performance.now();
    this.takeStanding(reply, parcel);
    this.takeItems(reply.items, parcel.epoch);
    if (!this.queue.sendable().length) this.solo = false;
    this.schedulePoll();
    this.onChange();
    return taken > 0 || parcel.entries.length === 0;
  }

  acknowledge(acknowledged) {
    let taken = 0;
    for (const { token, revision, status } of acknowledged) {
      const entry = this.queue.remove(token, revision);
      if (!entry) continue;
      taken += 1;
      if (status === "refused") {
        this.refusedCount += 1;
        continue;
      }
      this.settled.set(token, this.epoch);
      if (revision === 1 && entry.answer.kind !== "skip") this.answeredSince += 1;
      // Another tab had sent the answer that was withdrawn here, so what the assessor chose in the end comes second.
      if (status === "kept_first" && entry.again) this.reviseKept(entry.answer);
    }
    return taken;
  }

  reviseKept(answer) {
    const revised = { ...answer, revision: answer.revision + 1 };
    this.queue.add(revised);
    const remembered = this.history.find((entry) => entry.answer === answer);
    if (remembered) remembered.answer = revised;
  }

  takeStanding(reply, parcel) {
    if (reply.chunk && reply.chunk.id !== this.chunkId) this.forgetChunk();
    this.chunkId = reply.chunk?.id ?? this.chunkId;
    this.chunk = reply.chunk ?? null;
    this.state = reply.state;
    this.day = Number.isFinite(reply.day) ? reply.day : null;
    const wait = reply.next_free_seconds;
    this.nextFreeAt = Number.isFinite(wait) ? performance.now() + wait * 1000 : null;
    if (Number.isFinite(reply.remaining)) {
      this.remaining = reply.remaining;
      this.answeredSince = 0;
    }
    if (parcel.body.close_chunk) {
      this.closing = null;
      this.result = reply.result ?? null;
      this.forgetChunk();
    }
  }

  forgetChunk() {
    this.putBack();
    this.history = [];
  }

  takeItems(items, epoch) {
    // An item that is held but not on screen (a result stands there, say) is the server's to keep or to take away.
    if (this.screen() !== "item") this.setCurrent(null);
    const revisited = this.revisit?.entry.item.token;
    const fresh = (item) => !this.isSettled(item.token, epoch) && item.token !== revisited;
    this.ahead = items.filter((item) => fresh(item) && item.token !== this.current?.token);
    this.advance();
  }

  isSettled(token, epoch) {
    return this.queue.has(token) || (this.settled.get(token) ?? -1) >= epoch;
  }

  advance() {
    if (!this.current) this.setCurrent(this.ahead.shift());
  }

  setCurrent(item) {
    this.current = item ?? null;
    this.currentDraft = emptyDraft();
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
    if (this.current) this.ahead.unshift(this.current);
    this.setCurrent(null);
    this.queue.adopt();
    this.syncWanted = true;
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
    const stale = performance.now() - this.repliedAt > STALE_MS;
    if (stale || this.screen() !== "item") this.syncWanted = true;
    this.sender.wake({ dropRequest });
  }

  schedulePoll() {
    clearTimeout(this.pollTimer);
    let seconds = POLL_SECONDS[this.screen()];
    if (!seconds || !this.attended) return;
    const frees = this.freesInSeconds();
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
      this.dropToken(token);
    }
    this.onChange();
  }

  dropToken(token) {
    this.ahead = this.ahead.filter((item) => item.token !== token);
    if (this.current?.token !== token) return;
    this.setCurrent(null);
    this.advance();
    if (!this.current) this.sync();
  }
}
