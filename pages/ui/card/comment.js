// The field for what is to be said beside an answer; it is written into the draft as it is typed.

class CommentField {
  /**
   * @param {Say} say
   * @param {Desk<Trade>} desk
   * @param {() => void} onEnd
   */
  constructor(say, desk, onEnd) {
    this.desk = desk;
    this.onEnd = onEnd;
    this.isOpen = false;
    this.before = "";
    /** @type {HTMLTextAreaElement} */
    this.node = el("textarea", {
      class: "comment",
      rows: "2",
      maxlength: "2000",
      placeholder: say("comment_hint"),
      "aria-label": say("comment_hint"),
      oninput: () => this.write(this.node.value),
      onkeydown: (event) => this.onKey(event),
      onblur: () => this.end(),
    });
  }

  draft() {
    return this.desk.pile.draft();
  }

  /** @param {string} text */
  write(text) {
    this.draft().comment = text;
  }

  open() {
    this.before = this.draft().comment;
    this.isOpen = true;
  }

  // Another item: what was typed stays in the draft of the item before.
  reset() {
    this.before = "";
    this.isOpen = false;
  }

  end() {
    this.isOpen = false;
    this.onEnd();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Escape") {
      this.write(this.before);
      this.node.value = this.before;
      this.node.blur();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.node.blur();
    }
  }

  show() {
    const { comment } = this.draft();
    setShown(this.node, this.isOpen || comment !== "");
    if (this.node.value !== comment) this.node.value = comment;
  }
}
