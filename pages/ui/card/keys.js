// The keyboard. Commands sit on keys without letters, so every letter is free for a class.

const NOT_TYPED_INTO = ["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"];
const PRESSED_BY_ENTER = "button, a[href], summary, select, input";
// By how much of what is seen a key moves the page; the ends lie further than any text is long.
/** @type {Record<string, number>} */
const SCROLLS = { Space: 0.9, PageDown: 0.9, PageUp: -0.9, ArrowDown: 0.1, ArrowUp: -0.1, Home: -1e6, End: 1e6 };
const FOREIGN_LAYERS = '[role="dialog"], [role="menu"], [role="listbox"]';
// Streamlit's own word of a lost server, in English to everybody. The card says so itself, and keeps what is pressed.
const LOST_SERVER = /Connection error|Is Streamlit still running|Streamlit server is not responding/;

/**
 * @template {Trade} K
 * @template {CardView<K>} V
 */
class Keyboard {
  /**
   * @param {V} view
   */
  constructor(view) {
    this.view = view;
    this.commands = new Map(Object.entries(this.makeCommands()));
  }

  /** @returns {Record<string, Command>} */
  makeCommands() {
    const { view } = this;
    return {
      Backspace: () => view.desk.stepBack(),
      Slash: () => view.startSearch(),
      NumpadDivide: () => view.startSearch(),
      Comma: () => view.openComment(),
      Enter: (event) => view.answerPicked(event, "key"),
      NumpadEnter: (event) => view.answerPicked(event, "key"),
      ...view.arrows(),
      Backslash: () => view.startInside(),
      Backquote: () => view.toggleFold(),
      BracketLeft: () => view.stepThrough(-1),
      BracketRight: () => view.stepThrough(1),
    };
  }

  /** @param {KeyboardEvent} event */
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

  /**
   * @param {KeyboardEvent} event
   * @param {Element} target
   * @returns {Command | null}
   */
  commandFor(event, target) {
    const { code, shiftKey } = event;
    const { view } = this;
    if (code === "F1" || (code === "Slash" && shiftKey)) return () => view.drawer.toggle();
    if (view.drawer.isOpen() || shiftKey) return null;
    if (code === "Escape") return () => view.escape();
    // Of several classes the space bar chooses the one with the focus; Enter is for all that are chosen.
    const isDone = code.endsWith("Enter") && view.classes.kind === "several" && target.closest(".choice");
    if (["Enter", "NumpadEnter", "Space"].includes(code) && !isDone && target.closest(PRESSED_BY_ENTER)) {
      // The button presses itself; a held key must not press it for every item that comes by.
      return event.repeat ? () => {} : null;
    }
    // Not the window scrolls but a box in it: with the focus nowhere the browser would move nothing.
    const share = SCROLLS[code];
    if (share && target === document.body) return () => view.scrollBy(share);
    return this.commandOf(code);
  }

  /**
   * @param {string} code
   * @returns {Command | null}
   */
  commandOf(code) {
    const label = this.view.classes.keys.get(code);
    if (label !== undefined) return (event) => this.view.pick(label, event, "key");
    return this.commands.get(code) ?? null;
  }

  /** @param {Element} target */
  isForeign(target) {
    const layer = target.getRootNode() === this.view.root.getRootNode() ? null : target.closest(FOREIGN_LAYERS);
    if (layer && LOST_SERVER.test(layer.textContent ?? "")) {
      const close = layer.querySelector('button[aria-label="Close"]');
      if (close instanceof HTMLElement) close.click();
      return false;
    }
    return layer !== null;
  }
}

/** @param {Element} target */
function isTypedInto(target) {
  if (target instanceof HTMLElement && target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !NOT_TYPED_INTO.includes(target.type);
  return target.matches("textarea, select");
}
