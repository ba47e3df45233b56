// The ruling card's nodes: what all cards have, with the evidence below the text and the guide beside it.

Object.assign(ICONS, {
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9L3.5 9.7l5.9-.8z",
  bookmark: "M6.5 4h11v16l-5.5-4.25L6.5 20z",
});

/** @type {[string, string][]} */
const RULING_COMMANDS = [
  ["0", "unclear"],
  ["−", "skip"],
  ["=", "sent_back"],
  ["⌫", "undo"],
  [",", "comment"],
  [".", "golden"],
  [";", "corner"],
  ["\\", "inside"],
  ["`", "unfold"],
  ["/", "search"],
  ["?", "guidelines"],
];

/** @extends {CardView<RulingTrade>} */
class RulingView extends CardView {
  /**
   * @param {Bench} desk
   * @param {RulingConfig} config
   */
  constructor(desk, config) {
    const beside = config.guidelines_version === null ? null : el("div", { class: "prose" });
    super(desk, config, {
      messageOf: rulingMessageOf,
      makeTop: (parts) => new RulingTop(parts),
      commands: config.blind ? [...RULING_COMMANDS, [revealSign(config.classes), "reveal"]] : RULING_COMMANDS,
      beside,
    });
    const { say } = this;
    const { classes, known_classes: known } = config;
    this.evidence = new Evidence({ say, classes, known, onReveal: () => this.reveal() });
    this.item.article.after(this.evidence.node);
    this.unclear = this.verdict("unclear", { sign: "0", hint: say("unclear_hint") });
    this.skip = this.verdict("skip", { sign: "−", hint: say("skip_hint") });
    this.sendBack = this.verdict("sent_back", { sign: "=", hint: say("sent_back_hint") });
    this.golden = this.wish("golden", { image: "star", sign: ".", hint: say("golden_hint") });
    this.corner = this.wish("corner", { image: "bookmark", sign: ";", hint: say("corner_hint") });
    this.answers.append(...this.answerRows());
    const work = el("div", { class: "work" }, this.item.node, this.message.node, this.answers);
    const look = { class: "beside", "aria-label": say("guidelines"), tabindex: "0" };
    const guide = beside && el("aside", look, beside);
    this.begin(this.top.node, this.top.notice, el("div", { class: "bench" }, work, guide), this.drawer.dialog);
    desk.onGuideChange = () => this.drawer.reload();
    if (config.guidelines_version !== null) this.drawer.load();
  }

  /** @type {(kind: string, look: { sign: string, hint: string }) => HTMLButtonElement} */
  verdict(kind, look) {
    return this.tool(kind, (event) => this.answer(event, "pointer", kind), look);
  }

  /** @type {(name: "golden" | "corner", look: { image: string, sign: string, hint: string }) => HTMLButtonElement} */
  wish(name, look) {
    return this.tool(name, () => this.toggle(name), look);
  }

  answerRows() {
    const beside = el("div", { class: "tools with" }, this.comment, this.golden, this.corner, el("i"), this.undo);
    const instead = el("div", { class: "tools" }, this.unclear, this.skip, this.sendBack);
    const panel = el("div", { class: "panel" }, this.classes.find, this.classes.list, this.done);
    return [beside, this.commentField.node, panel, instead];
  }

  /** @param {"golden" | "corner"} wish */
  toggle(wish) {
    if (this.desk.screen() !== "item") return;
    const draft = this.desk.pile.draft();
    const on = !draft[wish];
    // What stands in the guide tests nobody.
    Object.assign(draft, { golden: false, corner: false, [wish]: on });
    this.render();
  }

  reveal() {
    if (this.desk.screen() !== "item") return;
    this.desk.pile.draft().seen = true;
    this.render();
  }

  /** @override */
  escape() {
    if (super.escape()) return true;
    if (this.desk.problem === null) return false;
    this.desk.dismiss();
    return true;
  }

  /**
   * @override
   * @param {Case} item
   */
  renderAnswers(item) {
    super.renderAnswers(item);
    const { revisit } = this.desk.pile;
    const draft = this.desk.pile.draft();
    const isCovered = this.config.blind && !draft.seen;
    this.classes.show(true);
    this.evidence.show(item, isCovered);
    this.classes.point(isCovered ? null : item.given);
    this.item.mark(isCovered ? new Map() : signsOf(item.votes));
    this.press(this.unclear, revisit?.entry.answer.verdict === "unclear");
    this.press(this.sendBack, revisit?.entry.answer.verdict === "sent_back");
    this.press(this.golden, draft.golden);
    this.press(this.corner, draft.corner);
    // A ruling that was sent is corrected or left, not passed over.
    this.skip.disabled = Boolean(revisit && !revisit.withdrawn);
  }

  /**
   * @override
   * @param {Ruling} ruling
   */
  titleOf({ verdict, label }) {
    return verdict === "label" ? this.classes.titleOf(label) : this.say(verdict ?? "skip");
  }
}
