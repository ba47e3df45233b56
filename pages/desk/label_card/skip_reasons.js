// Why an item is passed over: asked in place of the classes.

class SkipReasons {
  /**
   * @param {{ say: Say, reasons: CardConfig["skip_reasons"], onPick: (code: string, event: MouseEvent) => void, cancel: HTMLElement }} parts
   */
  constructor({ say, reasons, onPick, cancel }) {
    this.isOpen = false;
    this.codes = reasons.map(({ code }) => code);
    cancel.classList.add("bare");
    const buttons = reasons.map(({ code, title }, index) =>
      el(
        "button",
        { type: "button", class: "choice", "data-reason": code, onclick: (event) => onPick(code, event) },
        el("span", { class: "title" }, title),
        keyHint(index < 9 ? String(index + 1) : null),
      ),
    );
    const heading = el("h3", {}, say("skip_why"));
    const look = { class: "reasons", role: "group", "aria-label": say("skip_why") };
    this.node = el("div", look, heading, ...buttons, cancel);
  }
}
