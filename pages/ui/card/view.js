// The nodes that every card has: built once, then only written to.

/** @template {Trade} K */
class CardView {
  /**
   * @param {K["desk"]} desk
   * @param {K["config"]} config
   * @param {ViewKit<K>} kit
   */
  constructor(desk, config, { messageOf, makeTop, commands, beside, asksEvidence }) {
    const say = makeSay(config.words, config.lang);
    this.desk = desk;
    this.config = config;
    this.say = say;
    this.stage = new Stage();
    this.scrolled = false;
    /** @type {Element | null} */
    this.scroller = null;
    /** @type {string | null} */
    this.token = null;
    this.classes = classPanelOf({
      classes: config.classes,
      kind: config.kind,
      allowsInner: config.allows_inner,
      say,
      onPick: (code, event, source) => this.pick(code, event, source),
    });
    this.done = this.tool("done", (event) => this.answerPicked(event, "pointer"), { sign: "Enter" });
    this.done.hidden = config.kind !== "several";
    this.drawer = new GuidelinesDrawer(config, say, { commands, beside });
    /** @type {MessageScreen<K["desk"]>} */
    this.message = new MessageScreen(say, this.stage, messageOf);
    const guide = this.tool("guidelines", () => this.drawer.toggle(), { image: "guide", sign: "?" });
    this.top = makeTop({
      desk,
      say,
      classes: this.classes,
      guide,
      tool: (word, run, look) => this.tool(word, run, look),
      titleOf: (answer) => this.titleOf(answer),
    });
    const keep = this.tool("keep", () => desk.keepEarlier(), { sign: "Esc" });
    this.item = new ItemSection(say, keep, asksEvidence ? (index) => this.markTurn(index) : null);
    this.comment = this.tool("comment", () => this.openComment(), { image: "comment", sign: "," });
    this.commentField = new CommentField(say, desk, () => this.render());
    this.undo = this.tool("undo", () => desk.stepBack(), { image: "undo", sign: "⌫", hint: say("undo_hint") });
    this.answers = el("section", { class: "answers" });
    this.root = el("div", { class: "card", role: "region", "aria-label": say("card"), lang: config.lang });
    this.root.addEventListener("pointerdown", () => this.stage.pointerDown(), true);
  }

  // When a card has made all that is its own, it goes on screen.
  /** @param {...Node} parts */
  begin(...parts) {
    this.root.append(...parts);
    this.desk.onChange = () => this.render();
    this.render();
  }

  /** @type {Tool} */
  tool(word, run, { image, sign, hint } = {}) {
    const label = this.say(word);
    const look = { class: "tool", "data-word": word, title: hint ?? label };
    const button = el("button", { type: "button", ...look, onclick: run });
    if (image) button.append(icon(image));
    button.append(el("span", {}, label));
    if (sign) button.append(el("kbd", { "aria-hidden": "true" }, sign));
    return button;
  }

  // --- what a press does; true when the press was taken

  /**
   * @param {UIEvent} event
   * @param {Source} source
   * @param {string} kind
   * @param {Choice} choice
   */
  answer(event, source, kind, choice = {}) {
    if (!this.accepts(event, source)) return false;
    this.give(kind, choice);
    return true;
  }

  /**
   * @param {UIEvent} event
   * @param {Source} source
   */
  accepts(event, source) {
    const seen = source === "key" ? this.stage.accepts(event) : this.stage.acceptsClick(event);
    return this.desk.screen() === "item" && seen;
  }

  /**
   * @param {string} kind
   * @param {Choice} choice
   */
  give(kind, choice) {
    this.desk.answer(kind, { ...choice, seconds: this.stage.seconds() });
    this.classes.flash(choice.label);
  }

  // A class was pressed, which is the answer unless more is to come.
  /**
   * @param {string} code
   * @param {UIEvent} event
   * @param {Source} source
   */
  pick(code, event, source) {
    if (!this.accepts(event, source)) return false;
    const label = this.classes.press(code);
    if (label !== null) this.give("label", { label });
    return true;
  }

  // All classes that fit are chosen; true where that could be meant.
  /**
   * @param {UIEvent} event
   * @param {Source} source
   */
  answerPicked(event, source) {
    if (this.classes.kind !== "several" || this.desk.screen() !== "item") return false;
    const isEmpty = this.classes.picked.size === 0;
    // A nervous second Enter would say of the next item that nothing fits.
    const seen = isEmpty && source === "key" ? this.stage.acceptsDeliberate(event) : this.accepts(event, source);
    if (seen && !(isEmpty && !this.config.allows_none)) this.give("label", { label: this.classes.label() });
    return true;
  }

  // Of two candidates the left one is better, or the right one; in a tree the way back is to the left.
  /** @returns {Record<string, Command>} */
  arrows() {
    const { kind } = this.classes;
    if (kind !== "pair") return { ArrowLeft: () => this.classes.up() };
    return {
      ArrowLeft: (event) => this.pick("first", event, "key"),
      ArrowRight: (event) => this.pick("second", event, "key"),
    };
  }

  openComment() {
    if (this.desk.screen() !== "item") return;
    this.commentField.open();
    this.render();
    this.commentField.node.focus();
  }

  startSearch() {
    if (this.desk.screen() === "item") this.classes.startSearch();
  }

  startInside() {
    if (this.desk.screen() === "item") this.item.inside.open();
  }

  toggleFold() {
    if (this.desk.screen() === "item") this.item.toggleFold();
  }

  // What a key beside the classes does to the text: in a pair it shows the differences.
  /** @param {number} step */
  stepThrough(step) {
    if (this.desk.screen() === "item" && step > 0) this.item.toggleContrast();
  }

  // The turn that decides was chosen on screen.
  /** @param {number} _index */
  markTurn(_index) {}

  // Closes what is open, the innermost first; true when there was something.
  escape() {
    if (this.classes.isSearching()) this.classes.endSearch();
    else if (this.item.inside.isOpen) this.item.inside.close();
    else if (this.classes.up()) return true;
    else if (this.desk.pile.revisit) this.desk.keepEarlier();
    else return false;
    return true;
  }

  // --- painting

  render() {
    const screen = this.desk.screen();
    const item = this.itemOn(screen);
    this.root.setAttribute("data-screen", screen);
    this.root.setAttribute("data-queue-length", String(this.desk.queue.entries.length));
    if (item?.token !== this.token) this.changeItem(item);
    setShown(this.item.node, item !== null);
    setShown(this.answers, item !== null);
    setShown(this.message.node, item === null);
    if (item) this.renderAnswers(item);
    else this.message.show(screen, this.desk);
    this.top.render();
    this.stage.present(item ? `item ${item.token} ${Boolean(this.desk.pile.revisit)}` : screen);
  }

  /**
   * @param {string} screen
   * @returns {K["item"] | null}
   */
  itemOn(screen) {
    return screen === "item" ? this.desk.pile.shown() : null;
  }

  /** @param {K["item"] | null} item */
  changeItem(item) {
    this.token = item?.token ?? null;
    this.commentField.reset();
    if (this.classes.isSearching()) this.classes.endSearch();
    this.classes.reset();
    this.item.show(item);
    if (item) this.scrollToItem();
  }

  noteScroll() {
    this.scrolled = true;
  }

  // Of the part of a long text that is seen above the answers, which stay where they are.
  /** @param {number} share */
  scrollBy(share) {
    if (!this.scroller) return;
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

  /** @param {K["item"]} _item */
  renderAnswers(_item) {
    const { desk } = this;
    const earlier = desk.pile.revisit?.entry.answer ?? null;
    this.item.noteEarlier(earlier && this.titleOf(earlier));
    this.classes.mark(earlier?.label ?? null);
    this.press(this.comment, desk.pile.draft().comment.trim() !== "");
    this.commentField.show();
    this.undo.disabled = !desk.canStepBack();
  }

  /**
   * @param {HTMLElement} button
   * @param {boolean} pressed
   */
  press(button, pressed) {
    button.setAttribute("aria-pressed", String(pressed));
  }

  /**
   * @param {K["answer"]} answer
   * @returns {string}
   */
  titleOf({ label }) {
    return this.classes.titleOf(label);
  }

  // What changes by itself, looked at once a second.
  tick() {}
}
