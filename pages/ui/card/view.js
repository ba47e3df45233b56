// The card's nodes: built once, then only written to.

class CardView {
  constructor(desk, config) {
    this.desk = desk;
    this.config = config;
    this.say = makeSay(config.words, config.lang);
    this.stage = new Stage();
    this.reasonsOpen = false;
    this.commentOpen = false;
    this.scrolled = false;
    this.token = null;
    this.build();
    this.render();
  }

  // --- building

  build() {
    const { say, desk } = this;
    const onPick = (code, event, source) => this.answer(event, source, "label", { label: code });
    this.classes = new ClassPanel({ classes: this.config.classes, say, onPick });
    this.drawer = this.makeDrawer();
    this.message = this.makeMessage();
    const guide = this.tool("guidelines", () => this.drawer.toggle(), { image: "guide", sign: "?" });
    this.remark = this.makeRemark();
    const remark = this.remark.node;
    this.top = this.makeTop({ desk, say, guide, remark, tool: (word, run) => this.tool(word, run) });
    this.item = this.buildItem();
    this.answers = this.buildAnswers();
    this.root = el("div", { class: "card", role: "region", "aria-label": say("card"), lang: this.config.lang });
    this.assemble();
    this.root.addEventListener("pointerdown", () => this.stage.pointerDown(), true);
    desk.onChange = () => this.render();
  }

  makeDrawer() {
    return new GuidelinesDrawer(this.config, this.say);
  }

  makeMessage() {
    return new MessageScreen(this.say, this.stage);
  }

  makeRemark() {
    const { desk, say } = this;
    const fix = this.tool("fix", () => desk.stepBack(desk.remarked()?.entry), { image: "undo", sign: "⌫" });
    return new Remark({ desk, say, fix, titleOf: (answer) => this.titleOf(answer) });
  }

  makeTop(parts) {
    return new TopLine(parts);
  }

  assemble() {
    this.root.append(this.top.node, this.top.notice, this.item, this.message.node, this.answers, this.drawer.dialog);
  }

  buildItem() {
    const { say } = this;
    this.revisitText = el("p", { role: "status" });
    const keep = this.tool("keep", () => this.desk.keepEarlier(), { sign: "Esc" });
    this.revisitNote = el("div", { class: "revisit" }, this.revisitText, keep);
    this.text = el("div", { class: "text" });
    this.article = el("article", { "aria-live": "polite", "aria-atomic": "true", "aria-label": say("item") }, this.text);
    this.suggestion = new SuggestionLine({ say, classes: this.classes });
    this.contextText = el("div", { class: "context" });
    this.context = el("details", {}, el("summary", {}, say("context")), this.contextText);
    this.metadataList = el("dl", { class: "metadata" });
    this.metadata = el("details", {}, el("summary", {}, say("metadata")), this.metadataList);
    return el("section", { class: "item" }, this.revisitNote, this.article, this.suggestion.node, this.context, this.metadata);
  }

  buildAnswers() {
    const { say } = this;
    this.unsure = this.tool("unsure", (event) => this.answer(event, "pointer", "unsure"), { sign: "0" });
    this.skip = this.tool("skip", (event) => this.pressSkip(event, "pointer"), { sign: "−" });
    this.comment = this.tool("comment", () => this.openComment(), { image: "comment", sign: "," });
    const flagHint = { image: "flag", sign: ".", hint: say("flag_hint") };
    this.flag = this.tool("flag", () => this.toggleFlag(), flagHint);
    const undoHint = { image: "undo", sign: "⌫", hint: say("undo_hint") };
    this.undo = this.tool("undo", () => this.desk.stepBack(), undoHint);
    this.reasons = this.buildReasons();
    this.commentField = this.buildCommentField();
    const tools = el("div", { class: "tools" }, this.unsure, this.skip, el("i"), this.comment, this.flag, this.undo);
    const panel = el("div", { class: "panel" }, this.classes.find, this.classes.list, this.reasons);
    return el("section", { class: "answers" }, this.commentField, panel, tools);
  }

  buildReasons() {
    const { say } = this;
    const buttons = this.config.skip_reasons.map(({ code, title }, index) =>
      el(
        "button",
        { type: "button", class: "choice", "data-reason": code, onclick: (event) => this.skipFor(code, event, "pointer") },
        el("span", { class: "title" }, title),
        keyHint(index < 9 ? String(index + 1) : null),
      ),
    );
    const cancel = this.tool("cancel", () => this.openReasons(false), { sign: "Esc" });
    cancel.classList.add("bare");
    const heading = el("h3", {}, say("skip_why"));
    return el("div", { class: "reasons", role: "group", "aria-label": say("skip_why") }, heading, ...buttons, cancel);
  }

  buildCommentField() {
    const field = el("textarea", {
      class: "comment",
      rows: "2",
      maxlength: "2000",
      placeholder: this.say("comment_hint"),
      "aria-label": this.say("comment_hint"),
      oninput: () => (this.desk.pile.draft().comment = field.value),
      onkeydown: (event) => this.onCommentKey(event),
      onblur: () => this.endComment(),
    });
    return field;
  }

  tool(word, run, { image, sign, hint } = {}) {
    const label = this.say(word);
    const button = el("button", { type: "button", class: "tool", "data-word": word, title: hint ?? label, onclick: run });
    if (image) button.append(icon(image));
    button.append(el("span", {}, label));
    if (sign) button.append(keyHint(sign));
    return button;
  }

  // --- what a press does; true when the press was taken

  answer(event, source, kind, choice = {}) {
    const seen = source === "key" ? this.stage.accepts(event) : this.stage.acceptsClick(event);
    if (this.desk.screen() !== "item" || !seen) return false;
    this.desk.answer(kind, { ...choice, seconds: this.stage.seconds() });
    this.classes.flash(choice.label);
    return true;
  }

  skipFor(reason, event, source) {
    return this.answer(event, source, "skip", { reason });
  }

  pressSkip(event, source) {
    if (this.config.skip_reasons.length) this.openReasons(!this.reasonsOpen);
    else this.skipFor(null, event, source);
  }

  openReasons(open) {
    if (this.desk.screen() !== "item") return;
    this.reasonsOpen = open;
    this.render();
  }

  openComment() {
    if (this.desk.screen() !== "item") return;
    this.commentBefore = this.desk.pile.draft().comment;
    this.commentOpen = true;
    this.render();
    this.commentField.focus();
  }

  onCommentKey(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Escape") {
      this.commentField.value = this.desk.pile.draft().comment = this.commentBefore ?? "";
      this.commentField.blur();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.commentField.blur();
    }
  }

  endComment() {
    this.commentOpen = false;
    this.render();
  }

  toggleFlag() {
    if (this.desk.screen() !== "item") return;
    this.desk.pile.draft().flagged = !this.desk.pile.draft().flagged;
    this.render();
  }

  // Of the item on screen, else of the answer that junior's word came for.
  toggleReason() {
    const place = [this.suggestion, this.remark].find(({ node, reason }) => !node.hidden && !reason.node.hidden);
    if (place) place.reason.node.open = !place.reason.node.open;
  }

  startSearch() {
    if (this.desk.screen() !== "item") return;
    this.reasonsOpen = false;
    this.render();
    this.classes.startSearch();
  }

  // Closes what is open, the innermost first; true when there was something.
  escape() {
    if (this.reasonsOpen) this.openReasons(false);
    else if (this.classes.isSearching()) this.classes.endSearch();
    else if (this.desk.pile.revisit) this.desk.keepEarlier();
    else if (this.desk.remarked()) this.desk.dismissRemark();
    else return false;
    return true;
  }

  // --- painting

  render() {
    const screen = this.desk.screen();
    const item = screen === "item" ? this.desk.pile.shown() : null;
    this.root.setAttribute("data-screen", screen);
    this.root.setAttribute("data-queue-length", this.desk.queue.entries.length);
    if (item?.token !== this.token) this.changeItem(item);
    setShown(this.item, Boolean(item));
    setShown(this.answers, Boolean(item));
    setShown(this.message.node, !item);
    this.suggestion.show(item?.suggestion);
    if (item) this.renderAnswers();
    else this.message.show(screen, this.desk);
    this.top.render();
    this.remark.show();
    this.stage.present(item ? `item ${item.token} ${Boolean(this.desk.pile.revisit)}` : screen);
  }

  changeItem(item) {
    this.token = item?.token ?? null;
    this.reasonsOpen = false;
    this.commentOpen = false;
    this.commentBefore = "";
    if (this.classes.isSearching()) this.classes.endSearch();
    this.article.setAttribute("data-token", this.token ?? "");
    const text = item?.text ?? "";
    setText(this.text, text);
    this.article.setAttribute("data-length", text.length < 220 ? "short" : text.length < 700 ? "medium" : "long");
    this.fillContext(item?.context);
    this.fillMetadata(item?.metadata);
    this.suggestion.reason.fold();
    if (item) this.scrollToItem();
  }

  fillContext(context) {
    const text = context && typeof context !== "string" ? JSON.stringify(context, null, 2) : (context ?? "");
    setText(this.contextText, text);
    setShown(this.context, text !== "");
  }

  fillMetadata(metadata) {
    const facts = Object.entries(metadata ?? {});
    const rows = facts.map(([name, value]) =>
      el("div", {}, el("dt", {}, name), el("dd", {}, typeof value === "object" ? JSON.stringify(value) : String(value))),
    );
    this.metadataList.replaceChildren(...rows);
    setShown(this.metadata, rows.length > 0);
  }

  // Of the part of a long text that is seen above the answers, which stay where they are.
  scrollBy(share) {
    const seen = this.scroller.clientHeight - (this.answers.hidden ? 0 : this.answers.offsetHeight);
    this.scroller.scrollBy({ top: Math.trunc(share * seen), behavior: "instant" });
  }

  // After a long text has been read to its end, the next one must begin at its beginning. Measuring costs a layout, so
  // it is done only when something was scrolled.
  scrollToItem() {
    if (!this.scrolled) return;
    this.scrolled = false;
    if (this.root.getBoundingClientRect().top < 0) this.root.scrollIntoView({ block: "start" });
  }

  renderAnswers() {
    const { desk } = this;
    const earlier = desk.pile.revisit?.entry.answer ?? null;
    const draft = desk.pile.draft();
    setShown(this.revisitNote, Boolean(earlier));
    if (earlier) setText(this.revisitText, this.say("revisit", { title: this.titleOf(earlier) }));
    this.classes.mark(earlier?.label ?? null);
    this.renderTools(earlier, draft);
    this.press(this.comment, draft.comment.trim() !== "");
    setShown(this.classes.list, !this.reasonsOpen);
    setShown(this.classes.find, !this.reasonsOpen && (this.classes.many || this.classes.isSearching()));
    setShown(this.reasons, this.reasonsOpen);
    this.skip.setAttribute("aria-expanded", String(this.reasonsOpen));
    setShown(this.commentField, this.commentOpen || draft.comment !== "");
    if (this.commentField.value !== draft.comment) this.commentField.value = draft.comment;
    this.undo.disabled = !desk.canStepBack();
  }

  renderTools(earlier, draft) {
    this.press(this.unsure, earlier?.kind === "unsure");
    this.press(this.flag, draft.flagged);
  }

  press(button, pressed) {
    button.setAttribute("aria-pressed", String(pressed));
  }

  titleOf({ kind, label }) {
    if (kind !== "label") return this.say(kind);
    return this.classes.byCode.get(label)?.labelClass.title ?? label;
  }

  // The second hand of the waiting screen.
  tick() {
    if (this.desk.screen() === "waiting") this.message.show("waiting", this.desk);
  }
}
