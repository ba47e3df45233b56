// The keyboard. Commands sit on keys without letters, so every letter is free for a class.

const DIGITS = /^(?:Digit|Numpad)([1-9])$/;
const NOT_TYPED_INTO = ["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"];
const PRESSED_BY_ENTER = "button, a[href], summary, select, input";
// By how much of what is seen a key moves the page; the ends lie further than any text is long.
const SCROLLS = { Space: 0.9, PageDown: 0.9, PageUp: -0.9, ArrowDown: 0.1, ArrowUp: -0.1, Home: -1e6, End: 1e6 };
const FOREIGN_LAYERS = '[role="dialog"], [role="menu"], [role="listbox"]';

class Keyboard {
  constructor(view, classes) {
    this.view = view;
    this.classOf = new Map(classes.flatMap(({ code, hotkey }) => keyCodes(hotkey).map((key) => [key, code])));
    this.commands = this.makeCommands();
  }

  makeCommands() {
    const { view } = this;
    const { desk } = view;
    const unsure = (event) => view.answer(event, "key", "unsure");
    const skip = (event) => view.pressSkip(event, "key");
    const enter = (event) => this.enter(event);
    return {
      Digit0: unsure,
      Numpad0: unsure,
      Minus: skip,
      NumpadSubtract: skip,
      Backspace: () => desk.stepBack(),
      Slash: () => view.startSearch(),
      NumpadDivide: () => view.startSearch(),
      Comma: () => view.openComment(),
      Period: () => view.toggleFlag(),
      Equal: () => view.toggleReason(),
      Enter: enter,
      NumpadEnter: enter,
    };
  }

  onKeyDown(event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.composedPath()[0];
    if (!(target instanceof Element) || isTypedInto(target) || this.isForeign(target)) return;
    const run = this.commandFor(event, target);
    if (!run) return;
    event.preventDefault();
    // The page around has single-letter shortcuts of its own.
    event.stopPropagation();
    if (!event.repeat || event.code in SCROLLS) run(event);
  }

  commandFor(event, target) {
    const { code, shiftKey } = event;
    const { view } = this;
    if (code === "F1" || (code === "Slash" && shiftKey)) return () => view.drawer.toggle();
    if (view.drawer.isOpen() || shiftKey) return null;
    if (code === "Escape") return () => view.escape();
    if (["Enter", "NumpadEnter", "Space"].includes(code) && target.closest(PRESSED_BY_ENTER)) {
      // The button presses itself; a held key must not press it for every item that comes by.
      return event.repeat ? () => {} : null;
    }
    if (view.reasonsOpen && DIGITS.test(code)) return () => this.pickReason(code, event);
    // Not the window scrolls but a box in it: with the focus nowhere the browser would move nothing.
    if (code in SCROLLS && target === document.body) return () => view.scrollBy(SCROLLS[code]);
    if (this.classOf.has(code)) return () => this.pickClass(this.classOf.get(code), event);
    return Object.hasOwn(this.commands, code) ? this.commands[code] : null;
  }

  pickClass(label, event) {
    if (!this.view.reasonsOpen) this.view.answer(event, "key", "label", { label });
  }

  pickReason(code, event) {
    const reason = this.view.config.skip_reasons[Number(DIGITS.exec(code)[1]) - 1];
    if (reason) this.view.skipFor(reason.code, event, "key");
  }

  enter(event) {
    const { desk, stage } = this.view;
    if (!stage.acceptsDeliberate(event)) return;
    if (desk.screen() === "chunk_done") desk.closeChunk();
    else if (desk.screen() === "result") desk.nextChunk();
  }

  isForeign(target) {
    return target.getRootNode() !== this.view.root.getRootNode() && Boolean(target.closest(FOREIGN_LAYERS));
  }
}

function isTypedInto(target) {
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input") && !NOT_TYPED_INTO.includes(target.type);
}
