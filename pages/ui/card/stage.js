// What the assessor can really see. An answer belongs to what was painted when the press happened: an event that is
// older than the paint, or comes before it, was meant for something else.

const POINTER_GUARD_MS = 250;
const DOUBLE_CLICK_MS = 400;
const DELIBERATE_MS = 300;
const LONGEST_SECONDS = 600;
const LATEST_MS = 100;

// What can wait until the next item is seen. Frames stop in a hidden tab, timers do not.
/** @param {() => void} run */
function afterPaint(run) {
  let done = false;
  const once = () => {
    if (!done) run();
    done = true;
  };
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, LATEST_MS);
}

class Stage {
  constructor() {
    this.turn = 0;
    /** @type {string | null} */
    this.key = null;
    this.painted = false;
    this.shownAt = 0;
    /** @type {number | null} */
    this.pressedTurn = null;
    this.visibleMs = 0;
    /** @type {number | null} */
    this.visibleSince = null;
  }

  /** @param {string} key */
  present(key) {
    if (key === this.key) return;
    this.key = key;
    this.painted = false;
    this.turn += 1;
    const { turn } = this;
    // Nothing comes between this callback and the paint of its frame, so presses handled later have seen it.
    requestAnimationFrame(() => {
      if (turn !== this.turn) return;
      this.painted = true;
      this.shownAt = performance.now();
      this.visibleMs = 0;
      this.visibleSince = document.hidden ? null : this.shownAt;
    });
  }

  visibilityChanged() {
    if (!this.painted) return;
    const now = performance.now();
    if (document.hidden && this.visibleSince !== null) {
      this.visibleMs += now - this.visibleSince;
      this.visibleSince = null;
    } else if (!document.hidden) {
      this.visibleSince ??= now;
    }
  }

  seconds() {
    const running = this.visibleSince === null ? 0 : performance.now() - this.visibleSince;
    return Math.min(LONGEST_SECONDS, Math.round(this.visibleMs + running) / 1000);
  }

  /** @param {Event} event */
  accepts(event) {
    return this.painted && event.timeStamp >= this.shownAt;
  }

  // For what must not be pressed past by a nervous second Enter.
  /** @param {Event} event */
  acceptsDeliberate(event) {
    return this.accepts(event) && event.timeStamp - this.shownAt >= DELIBERATE_MS;
  }

  pointerDown() {
    this.pressedTurn = this.painted ? this.turn : -1;
  }

  // Besides: the second half of a double click, and a finger that was already on its way, belong to the item before.
  /** @param {UIEvent} event */
  acceptsClick(event) {
    const pressedTurn = this.pressedTurn;
    this.pressedTurn = null;
    if (!this.accepts(event)) return false;
    if (event.detail === 0) return true;
    const since = event.timeStamp - this.shownAt;
    if (pressedTurn !== null && pressedTurn !== this.turn) return false;
    return since >= (event.detail > 1 ? DOUBLE_CLICK_MS : POINTER_GUARD_MS);
  }
}
