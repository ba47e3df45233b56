// The label card's nodes: what all cards have, with junior's suggestion, skip reasons and a flag.

/** @type {[string, string][]} */
const LABEL_COMMANDS = [
  ["0", "unsure"],
  ["−", "skip"],
  ["⌫", "undo"],
  ["/", "search"],
  [",", "comment"],
  [".", "flag"],
  ["=", "reason"],
  ["\\", "inside"],
  ["`", "unfold"],
  ["[ ]", "evidence"],
  ["?", "guidelines"],
];

/** @extends {CardView<LabelTrade>} */
class LabelView extends CardView {
  /**
   * @param {LabelDesk} desk
   * @param {CardConfig} config
   */
  constructor(desk, config) {
    super(desk, config, {
      messageOf: labelMessageOf,
      makeTop: (parts) => new LabelTop(parts),
      commands: LABEL_COMMANDS,
      asksEvidence: true,
    });
    const { say } = this;
    this.suggestion = new SuggestionLine({ say, classes: this.classes });
    this.item.article.after(this.suggestion.node);
    this.reasons = new SkipReasons({
      say,
      reasons: config.skip_reasons,
      onPick: (code, event) => this.skipFor(code, event, "pointer"),
      cancel: this.tool("cancel", () => this.openReasons(false), { sign: "Esc" }),
    });
    this.unsure = this.tool("unsure", (event) => this.answer(event, "pointer", "unsure"), { sign: "0" });
    this.skip = this.tool("skip", (event) => this.pressSkip(event, "pointer"), { sign: "−" });
    this.flag = this.tool("flag", () => this.toggleFlag(), { image: "flag", sign: ".", hint: say("flag_hint") });
    const panel = el("div", { class: "panel" }, this.classes.find, this.classes.list, this.done, this.reasons.node);
    const tools = el("div", { class: "tools" }, this.unsure, this.skip, el("i"), this.comment, this.flag, this.undo);
    this.answers.append(this.commentField.node, panel, tools);
    const { top, item, message, drawer } = this;
    this.begin(top.node, top.notice, item.node, message.node, this.answers, drawer.dialog);
  }

  // --- what a press does

  /**
   * @param {string | null} reason
   * @param {UIEvent} event
   * @param {Source} source
   */
  skipFor(reason, event, source) {
    this.answer(event, source, "skip", { reason });
  }

  /**
   * @param {UIEvent} event
   * @param {Source} source
   */
  pressSkip(event, source) {
    if (this.config.skip_reasons.length) this.openReasons(!this.reasons.isOpen);
    else this.skipFor(null, event, source);
  }

  /** @param {boolean} open */
  openReasons(open) {
    if (this.desk.screen() !== "item") return;
    this.reasons.isOpen = open;
    this.render();
  }

  toggleFlag() {
    if (this.desk.screen() !== "item") return;
    const draft = this.desk.pile.draft();
    draft.flagged = !draft.flagged;
    this.render();
  }

  // From turn to turn of a conversation, to the one that decides.
  /**
   * @override
   * @param {number} step
   */
  stepThrough(step) {
    const count = this.item.turnCount();
    if (!count) {
      super.stepThrough(step);
      return;
    }
    if (this.desk.screen() !== "item") return;
    const draft = this.desk.pile.draft();
    draft.evidence = steppedTo(draft.evidence, step, count);
    this.render();
    if (draft.evidence !== null) this.item.conversation.reveal(draft.evidence);
  }

  // Chosen once more, it is taken back.
  /**
   * @override
   * @param {number} index
   */
  markTurn(index) {
    if (this.desk.screen() !== "item") return;
    const draft = this.desk.pile.draft();
    draft.evidence = draft.evidence === index ? null : index;
    this.render();
  }

  // Of the item on screen, else of the answer that junior's word came for.
  toggleReason() {
    const said = [this.suggestion, this.top.remark].find(({ node, reason }) => !node.hidden && !reason.node.hidden);
    if (said) said.reason.node.open = !said.reason.node.open;
  }

  /** @override */
  startSearch() {
    if (this.reasons.isOpen) this.openReasons(false);
    super.startSearch();
  }

  /** @override */
  escape() {
    if (this.reasons.isOpen) this.openReasons(false);
    else if (super.escape()) return true;
    else if (this.desk.remarked()) this.desk.dismissRemark();
    else return false;
    return true;
  }

  // --- painting

  /** @override */
  render() {
    super.render();
    this.suggestion.show(this.itemOn(this.desk.screen())?.suggestion);
  }

  /**
   * @override
   * @param {LabelItem | null} item
   */
  changeItem(item) {
    this.reasons.isOpen = false;
    super.changeItem(item);
    this.suggestion.reason.fold();
  }

  /**
   * @override
   * @param {LabelItem} item
   */
  renderAnswers(item) {
    super.renderAnswers(item);
    const { isOpen } = this.reasons;
    const { evidence } = this.desk.pile.draft();
    this.item.mark(new Map(evidence === null ? [] : [[evidence, this.say("decides")]]));
    this.press(this.unsure, this.desk.pile.revisit?.entry.answer.kind === "unsure");
    this.press(this.flag, this.desk.pile.draft().flagged);
    this.classes.show(!isOpen);
    setShown(this.done, !isOpen && this.config.kind === "several");
    setShown(this.reasons.node, isOpen);
    this.skip.setAttribute("aria-expanded", String(isOpen));
  }

  /**
   * @override
   * @param {Pick<LabelAnswer, "kind" | "label">} answer
   */
  titleOf({ kind, label }) {
    return kind === "label" ? this.classes.titleOf(label) : this.say(kind);
  }

  // The second hand of the waiting screen.
  /** @override */
  tick() {
    if (this.desk.screen() === "waiting") this.message.show("waiting", this.desk);
  }
}
