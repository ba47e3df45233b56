// The ruling card's nodes: the label card's, with the evidence below the text and the guide beside it.

Object.assign(ICONS, {
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9L3.5 9.7l5.9-.8z",
  bookmark: "M6.5 4h11v16l-5.5-4.25L6.5 20z",
  back: "M9 5 4 10l5 5M4.5 10H15a5 5 0 0 1 5 5v4",
});

const RULING_KEYS = [
  ["0", "unclear"],
  ["−", "skip"],
  ["=", "sent_back"],
  ["⌫", "undo"],
  [",", "comment"],
  [".", "golden"],
  [";", "corner"],
  ["/", "search"],
  ["?", "guidelines"],
];

class RulingView extends CardView {
  build() {
    super.build();
    this.desk.onGuideChange = () => this.drawer.reload();
    this.drawer.load();
  }

  makeDrawer() {
    const { config, say } = this;
    const reveal = config.blind ? [[revealSign(config.classes), "reveal"]] : [];
    this.beside = config.guidelines_version === null ? null : el("div", { class: "prose" });
    return new GuidelinesDrawer(config, say, { commands: [...RULING_KEYS, ...reveal], beside: this.beside });
  }

  makeMessage() {
    return new MessageScreen(this.say, this.stage, rulingMessageFor);
  }

  makeTop(parts) {
    return new RulingTop(parts);
  }

  assemble() {
    const work = el("div", { class: "work" }, this.item, this.message.node, this.answers);
    const guide = this.beside && el("aside", { class: "beside", "aria-label": this.say("guidelines"), tabindex: "0" }, this.beside);
    this.root.append(this.top.node, this.top.notice, el("div", { class: "bench" }, work, guide ?? ""), this.drawer.dialog);
  }

  buildItem() {
    const { say, config } = this;
    const onReveal = () => this.reveal();
    this.evidence = new Evidence({ say, classes: config.classes, known: config.known_classes, onReveal });
    const section = super.buildItem();
    this.article.after(this.evidence.node);
    return section;
  }

  buildAnswers() {
    const { say } = this;
    const verdict = (kind) => (event) => this.answer(event, "pointer", kind);
    this.unclear = this.tool("unclear", verdict("unclear"), { sign: "0", hint: say("unclear_hint") });
    this.skip = this.tool("skip", verdict("skip"), { sign: "−", hint: say("skip_hint") });
    this.sendBack = this.tool("sent_back", verdict("sent_back"), { sign: "=", hint: say("sent_back_hint") });
    this.comment = this.tool("comment", () => this.openComment(), { image: "comment", sign: "," });
    this.golden = this.tool("golden", () => this.toggle("golden"), { image: "star", sign: ".", hint: say("golden_hint") });
    this.corner = this.tool("corner", () => this.toggle("corner"), { image: "bookmark", sign: ";", hint: say("corner_hint") });
    this.undo = this.tool("undo", () => this.desk.stepBack(), { image: "undo", sign: "⌫", hint: say("undo_hint") });
    this.reasons = el("div", { hidden: true });
    this.commentField = this.buildCommentField();
    const beside = el("div", { class: "tools with" }, this.comment, this.golden, this.corner, el("i"), this.undo);
    const instead = el("div", { class: "tools" }, this.unclear, this.skip, this.sendBack);
    const panel = el("div", { class: "panel" }, this.classes.find, this.classes.list);
    return el("section", { class: "answers" }, beside, this.commentField, panel, instead);
  }

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

  escape() {
    if (super.escape()) return true;
    if (this.desk.problem === null) return false;
    this.desk.dismiss();
    return true;
  }

  renderAnswers() {
    super.renderAnswers();
    const item = this.desk.pile.shown();
    const isCovered = this.config.blind && !this.desk.pile.draft().seen;
    this.evidence.show(item, isCovered);
    this.classes.point(isCovered ? null : item.given);
  }

  renderTools(earlier, draft) {
    this.press(this.unclear, earlier?.verdict === "unclear");
    this.press(this.sendBack, earlier?.verdict === "sent_back");
    this.press(this.golden, draft.golden);
    this.press(this.corner, draft.corner);
    // A ruling that was sent is corrected or left, not passed over.
    this.skip.disabled = Boolean(this.desk.pile.revisit && !this.desk.pile.revisit.withdrawn);
  }

  titleOf({ verdict, label }) {
    return super.titleOf({ kind: verdict ?? "skip", label });
  }
}
