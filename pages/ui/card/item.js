// The item on screen: its text, what came with it, and a note where it was brought back to be corrected.

class ItemSection {
  /**
   * @param {Say} say
   * @param {HTMLElement} keep
   */
  constructor(say, keep) {
    this.say = say;
    this.revisitText = el("p", { role: "status" });
    this.revisitNote = el("div", { class: "revisit" }, this.revisitText, keep);
    this.text = el("div", { class: "text" });
    const look = { "aria-live": "polite", "aria-atomic": "true", "aria-label": say("item") };
    this.article = el("article", look, this.text);
    this.contextText = el("div", { class: "context" });
    this.context = el("details", {}, el("summary", {}, say("context")), this.contextText);
    this.metadataList = el("dl", { class: "metadata" });
    this.metadata = el("details", {}, el("summary", {}, say("metadata")), this.metadataList);
    this.node = el("section", { class: "item" }, this.revisitNote, this.article, this.context, this.metadata);
  }

  /** @param {Item | null} item */
  show(item) {
    this.article.setAttribute("data-token", item?.token ?? "");
    const text = item?.text ?? "";
    setText(this.text, text);
    this.article.setAttribute("data-length", text.length < 220 ? "short" : text.length < 700 ? "medium" : "long");
    this.fillContext(item?.context);
    this.fillMetadata(item?.metadata ?? {});
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
