// The assessor's desk: work in chunks, and junior's word on what was answered.

// For how many answers more junior's word on an earlier one stays.
const REMARK_LASTS = 2;

/** @type {Drafts<LabelTrade>} */
const LABEL_DRAFTS = {
  empty: () => ({ comment: "", flagged: false, evidence: null }),
  of: ({ comment, flagged, evidence }) => ({ comment: comment ?? "", flagged, evidence: evidence ?? null }),
};

/** @extends {Desk<LabelTrade>} */
class LabelDesk extends Desk {
  /** @param {CardConfig} config */
  constructor(config) {
    super(config, { queue: new AnswerQueue(config.person, config.project), pile: new Pile(LABEL_DRAFTS) });
    // The chunk that is being closed.
    /** @type {number | null} */
    this.closing = null;
    /** @type {ChunkResult | null} */
    this.result = null;
    /** @type {{ token: string, lasts: number } | null} */
    this.remark = null;
  }

  /** @override */
  screen() {
    const { state } = this.standing;
    if (this.gate) return this.gate;
    // The result comes first: closing the chunk may be what has paused the work.
    if (this.result) return "result";
    if (state === "banned" || state === "paused") return state;
    if (this.pile.shown()) return "item";
    const settled = state === "done" || (state === "chunk_done" && !this.closing);
    if (this.failures > 2 && !settled) return "offline";
    if (this.closing) return "closing";
    return state && ["chunk_done", "waiting", "done"].includes(state) ? state : "loading";
  }

  /**
   * @override
   * @param {LabelAnswer} answer
   */
  isCounted(answer) {
    return super.isCounted(answer) && answer.kind !== "skip";
  }

  /**
   * @override
   * @param {LabelItem} item
   * @param {string} kind
   * @param {Choice & { seconds: number }} choice
   * @returns {LabelAnswer}
   */
  answerTo({ token }, kind, { label = null, reason = null, seconds }) {
    const { comment, flagged, evidence } = this.pile.draft();
    const revision = this.nextRevision();
    return { token, revision, kind, label, reason, comment: storable(comment) || null, flagged, seconds, evidence };
  }

  /**
   * @override
   * @param {LabelAnswer} answer
   */
  put(answer) {
    if (this.remark) this.remark.lasts -= 1;
    if (this.remark?.lasts === 0) this.remark = null;
    super.put(answer);
  }

  /** @override */
  canStepBack() {
    if (this.closing || this.pile.before() === null) return false;
    return super.canStepBack() || ["chunk_done", "waiting"].includes(this.screen());
  }

  /**
   * @override
   * @param {Remembered<LabelTrade> | null} entry
   */
  stepBack(entry = this.pile.before()) {
    if (!entry || !this.canStepBack()) return;
    // From here on it stands with the item.
    if (entry.answer.token === this.remark?.token) this.remark = null;
    super.stepBack(entry);
  }

  // --- junior

  // The answer that junior's word came for, and how many steps back it lies; null where nothing is to be said.
  remarked() {
    const entry = this.remark && this.canStepBack() ? this.pile.answered(this.remark.token) : null;
    if (!entry) return null;
    const steps = this.pile.place() - this.pile.history.indexOf(entry);
    return steps > 0 ? { entry, steps } : null;
  }

  dismissRemark() {
    this.remark = null;
    this.onChange();
  }

  /**
   * @override
   * @param {Entry<LabelAnswer>} entry
   * @param {LabelReceipt} receipt
   */
  settle(entry, receipt) {
    if (receipt.suggestion) this.hearJunior(receipt.token, receipt.suggestion);
    super.settle(entry, receipt);
  }

  // Junior's word on what was answered without it. The item is mostly off the screen by now, so it is said beside the next.
  /**
   * @param {string} token
   * @param {Suggestion} suggestion
   */
  hearJunior(token, suggestion) {
    const entry = this.pile.answered(token);
    if (!entry) return;
    entry.item.suggestion = suggestion;
    if (this.pile.revisit?.entry !== entry) this.remark = { token, lasts: REMARK_LASTS };
  }

  // What was pressed may be a class no more: said in words, and the item comes again with the classes of now.
  /**
   * @override
   * @param {LabelAnswer} answer
   * @param {string} message
   */
  turnDown(answer, message) {
    if (message) this.problem = message;
    else super.turnDown(answer, message);
  }

  // --- chunks

  closeChunk() {
    if (this.screen() !== "chunk_done" || !this.standing.chunk) return;
    this.closing = this.standing.chunk.id;
    this.onChange();
    this.sender.send();
  }

  nextChunk() {
    this.result = null;
    this.pile.advance();
    if (!this.pile.current || this.standing.isStale()) this.sync();
    this.onChange();
  }

  /** @override */
  isAsking() {
    return super.isAsking() || this.closing !== null;
  }

  /**
   * @override
   * @param {Entry<LabelAnswer>[]} entries
   * @param {boolean} areAll
   * @returns {LabelCall}
   */
  bodyWith(entries, areAll) {
    return {
      project: this.config.project,
      want: 1 + this.config.look_ahead,
      holding: this.pile.unanswered().map((item) => item.token),
      answers: entries.map((entry) => entry.answer),
      close_chunk: areAll ? this.closing : null,
    };
  }

  /**
   * @override
   * @param {LabelReply} reply
   * @param {Parcel<LabelTrade>} parcel
   */
  takeStanding(reply, parcel) {
    if (this.standing.take(reply)) this.forgetChunk();
    if (!parcel.body.close_chunk) return;
    this.closing = null;
    this.result = reply.result ?? null;
    this.forgetChunk();
  }

  forgetChunk() {
    this.putBack();
    this.pile.history = [];
    this.remark = null;
  }

  /**
   * @override
   * @param {Refusal} refusal
   * @param {Parcel<LabelTrade>} parcel
   */
  refuse(refusal, parcel) {
    if (!parcel.body.close_chunk) return super.refuse(refusal, parcel);
    this.problem = refusal.message;
    this.closing = null;
    this.syncWanted = true;
    this.onChange();
    return true;
  }
}
