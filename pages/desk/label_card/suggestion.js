// What junior proposes: below the text where it is shown before the answer, in the top line where it comes after one.
// It offers nothing to press but its reason: no answer may be easier than another.

const LONGEST_REASON = 400;

// Folded for each item anew, and text whatever it holds.
class Reason {
  /** @param {Say} say */
  constructor(say) {
    this.text = el("p", { dir: "auto" });
    const summary = el("summary", { "aria-keyshortcuts": "=" }, say("reason"), keyHint("="));
    this.node = el("details", { class: "reason", hidden: true }, summary, this.text);
  }

  /** @param {string | null | undefined} reason */
  show(reason) {
    const signs = [...(reason ?? "").trim()];
    const isLong = signs.length > LONGEST_REASON;
    setText(this.text, isLong ? `${signs.slice(0, LONGEST_REASON).join("").trimEnd()}…` : signs.join(""));
    setShown(this.node, signs.length > 0);
  }

  fold() {
    if (this.node.open) this.node.open = false;
  }
}

class SuggestionLine {
  /** @param {{ say: Say, classes: ClassPanel }} parts */
  constructor({ say, classes }) {
    this.say = say;
    this.classes = classes;
    this.swatch = swatch("");
    this.title = el("b");
    this.more = el("span");
    this.reason = new Reason(say);
    const chip = el("span", { class: "chip" }, this.swatch, this.title);
    const said = el("p", { "aria-live": "polite", "aria-atomic": "true" });
    said.append(icon("hint"), `${say("suggests")} `, chip, " ", this.more);
    this.node = el("div", { class: "suggestion", hidden: true }, said, this.reason.node);
  }

  /** @param {Suggestion | null | undefined} suggestion */
  show(suggestion) {
    setShown(this.node, Boolean(suggestion));
    this.classes.suggest(suggestion?.label ?? null);
    if (!suggestion) return;
    // A set has no colour of its own.
    const one = this.classes.byCode.get(suggestion.label)?.labelClass;
    setShown(this.swatch, Boolean(one));
    if (one) this.swatch.style.backgroundColor = one.color;
    setText(this.title, this.classes.titleOf(suggestion.label));
    setText(this.more, this.moreOf(suggestion, this.classes.knows(suggestion.label)));
    this.reason.show(suggestion.rationale);
  }

  /**
   * @param {Suggestion} suggestion
   * @param {boolean} isKnown
   */
  moreOf({ confidence }, isKnown) {
    const sure = typeof confidence === "number" ? this.say("sure", { n: Math.round(100 * confidence) }) : null;
    return [sure, isKnown ? null : this.say("suggested_gone")].filter(Boolean).join(", ");
  }
}

class Remark {
  /**
   * @param {TopParts<LabelTrade>} parts
   * @param {HTMLElement} fix
   */
  constructor({ desk, say, classes, titleOf }, fix) {
    this.desk = desk;
    this.say = say;
    this.classes = classes;
    this.titleOf = titleOf;
    /** @type {string | undefined} */
    this.token = undefined;
    this.yours = el("span");
    this.juniors = el("span");
    this.said = el("p", { role: "status" }, this.yours, " ", this.juniors);
    this.sign = fix.querySelector("kbd");
    this.reason = new Reason(say);
    this.node = el("div", { class: "remark", hidden: true }, this.said, this.reason.node, fix);
  }

  show() {
    const { desk, say } = this;
    const remarked = desk.remarked();
    const suggestion = remarked?.entry.item.suggestion;
    setShown(this.node, Boolean(suggestion));
    if (remarked?.entry.item.token !== this.token) this.reason.fold();
    this.token = remarked?.entry.item.token;
    if (!remarked || !suggestion) return;
    const { entry, steps } = remarked;
    const { label, rationale } = suggestion;
    const title = this.titleOf(entry.answer);
    setText(this.yours, say(steps === 1 ? "remark_last" : "remark_earlier", { n: steps, title }));
    setText(this.juniors, say("remark_junior", { title: this.classes.titleOf(label) }));
    this.said.title = this.said.textContent;
    if (this.sign) setText(this.sign, steps === 1 ? "⌫" : `⌫ × ${steps}`);
    this.reason.show(rationale);
  }
}
