// The item on screen: its text, what came with it, and a note where it was brought back to be corrected.

class ItemSection {
  // ``onMark`` is told which turn of a conversation decides; null where nobody is asked that.
  /**
   * @param {Say} say
   * @param {HTMLElement} keep
   * @param {((index: number) => void) | null} onMark
   */
  constructor(say, keep, onMark = null) {
    this.say = say;
    /** @type {Item | null} */
    this.item = null;
    this.revisitText = el("p", { role: "status" });
    this.revisitNote = el("div", { class: "revisit" }, this.revisitText, keep);
    this.text = el("div", { class: "text" });
    this.conversation = new Conversation(say, onMark);
    this.pair = new PairView(say);
    this.inside = new InsideSearch(
      say,
      () => this.passages(),
      () => this.unfold(),
    );
    const look = { "aria-live": "polite", "aria-atomic": "true", "aria-label": say("item") };
    this.article = el("article", look, this.text);
    this.contextText = el("div", { class: "context" });
    this.context = el("details", {}, el("summary", {}, say("context")), this.contextText);
    this.metadataList = el("dl", { class: "metadata" });
    this.metadata = el("details", {}, el("summary", {}, say("metadata")), this.metadataList);
    const parts = [this.revisitNote, this.inside.node, this.article, this.context, this.metadata];
    this.node = el("section", { class: "item" }, ...parts);
  }

  /** @param {Item | null} item */
  show(item) {
    this.inside.forget();
    this.item = item;
    this.article.setAttribute("data-token", item?.token ?? "");
    const turns = item?.turns ?? [];
    const length = turns.reduce((sum, { text }) => sum + text.length, item?.text.length ?? 0);
    this.article.setAttribute("data-length", length < 220 ? "short" : length < 700 ? "medium" : "long");
    const body = this.bodyOf(item);
    if (body instanceof HTMLElement) body.replaceChildren(item?.text ?? "");
    else body.show(turns);
    const node = body instanceof HTMLElement ? body : body.node;
    if (this.article.firstChild !== node || this.article.childNodes.length > 1) this.article.replaceChildren(node);
    this.fillContext(item?.context);
    this.fillMetadata(item?.metadata ?? {});
  }

  /** @param {Item | null} item */
  bodyOf(item) {
    if (item?.form === "pair") return this.pair;
    return item?.form === "turns" ? this.conversation : this.text;
  }

  // How many turns there are to choose from.
  turnCount() {
    return this.item?.form === "turns" ? (this.item.turns?.length ?? 0) : 0;
  }

  // The conversation on screen, or what both candidates of a pair answer.
  talk() {
    return this.item?.form === "pair" ? this.pair.prompt : this.conversation;
  }

  /** @returns {Passage[]} */
  passages() {
    const body = this.bodyOf(this.item);
    return body instanceof HTMLElement ? [{ text: this.item?.text ?? "", node: () => body }] : body.passages();
  }

  unfold() {
    if (this.item?.turns) this.talk().unfold();
  }

  toggleFold() {
    if (!this.item?.turns) return;
    if (this.inside.isOpen) this.inside.close();
    this.talk().toggle();
  }

  toggleContrast() {
    if (this.item?.form !== "pair") return;
    if (this.inside.isOpen) this.inside.close();
    this.pair.toggleContrast();
  }

  // The turns that decide, by whom; see Conversation.
  /** @param {Map<number, string>} signs */
  mark(signs) {
    if (this.turnCount()) this.conversation.mark(signs);
  }

  // The title of the answer that was given before; null where there is none.
  /** @param {string | null} title */
  noteEarlier(title) {
    setShown(this.revisitNote, title !== null);
    if (title !== null) setText(this.revisitText, this.say("revisit", { title }));
  }

  /** @param {unknown} context */
  fillContext(context) {
    const text = typeof context === "string" ? context : context ? JSON.stringify(context, null, 2) : "";
    setText(this.contextText, text);
    setShown(this.context, text !== "");
  }

  /** @param {Record<string, unknown>} metadata */
  fillMetadata(metadata) {
    const rows = Object.entries(metadata).map(([name, value]) => {
      const text = typeof value === "object" ? JSON.stringify(value) : String(value);
      return el("div", {}, el("dt", {}, name), el("dd", {}, text));
    });
    this.metadataList.replaceChildren(...rows);
    setShown(this.metadata, rows.length > 0);
  }
}
