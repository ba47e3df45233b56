// Putting a card up and taking it down.

// One card on the page: the desk outlives it.
/**
 * @template {Trade} K
 * @template {CardView<K>} V
 */
class Card {
  /**
   * @param {CardKind<K, V>} kind
   * @param {K["desk"]} desk
   * @param {K["config"]} config
   */
  constructor({ View, Keyboard }, desk, config) {
    this.desk = desk;
    this.view = new View(desk, config);
    this.keyboard = new Keyboard(this.view);
    this.signature = signatureOf(config);
    this.listening = new AbortController();
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.ticker = undefined;
  }

  /** @param {HTMLElement} parent */
  putUp(parent) {
    parent.append(this.view.root);
    this.view.scroller = scrollerOf(this.view.root);
    this.listen();
    this.fit();
    this.desk.attend();
    this.ticker = setInterval(() => this.tick(), 1000);
  }

  listen() {
    const { desk, view, keyboard } = this;
    const { signal } = this.listening;
    document.addEventListener("keydown", (event) => keyboard.onKeyDown(event), { capture: true, signal });
    document.addEventListener("scroll", () => view.noteScroll(), { capture: true, signal });
    document.addEventListener("visibilitychange", () => this.visibilityChanged(), { signal });
    window.addEventListener("online", () => desk.wake({ dropRequest: true }), { signal });
    window.addEventListener("pageshow", (event) => desk.wake({ dropRequest: event.persisted }), { signal });
    window.addEventListener("pagehide", () => desk.part(), { signal });
    window.addEventListener("storage", (event) => desk.storageChanged(event), { signal });
    window.addEventListener("resize", () => this.fit(), { signal });
    visualViewport?.addEventListener("resize", () => this.fit(), { signal });
    window.addEventListener("beforeunload", (event) => this.onUnload(event), { signal });
  }

  visibilityChanged() {
    this.view.stage.visibilityChanged();
    if (!document.hidden) this.desk.wake();
  }

  /** @param {Event} event */
  onUnload(event) {
    const { durable, entries } = this.desk.queue;
    if (!durable && entries.length) event.preventDefault();
  }

  // How far down the page the card begins, for it fills the rest of the window; and how much of the window a phone's
  // keyboard covers, for the buttons stand above it.
  fit() {
    const { root, scroller } = this.view;
    const top = Math.round(root.getBoundingClientRect().top + (scroller?.scrollTop ?? 0));
    if (top < innerHeight / 2) root.style.setProperty("--above", `${Math.max(0, top)}px`);
    const seen = visualViewport ? visualViewport.height * visualViewport.scale : innerHeight;
    root.style.setProperty("--covered", `${Math.max(0, Math.round(innerHeight - seen))}px`);
  }

  // Nothing tells a card that what stands above it has grown or gone, so it looks once a second.
  tick() {
    this.fit();
    this.view.tick();
  }

  /** @param {K["config"]} config */
  reconfigure(config) {
    this.desk.configure(config);
    this.view.render();
  }

  takeDown() {
    this.listening.abort();
    clearInterval(this.ticker);
    this.view.top.takeDown();
    this.desk.onChange = () => {};
    this.desk.leave();
    this.view.root.remove();
  }
}

/** @param {Element} node */
function scrollerOf(node) {
  const root = node.getRootNode();
  /** @type {Element | null} */
  let outer = root instanceof ShadowRoot ? root.host : node;
  for (; outer; outer = outer.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(outer).overflowY)) return outer;
  }
  return document.scrollingElement;
}

// What the nodes are built from; the rest of the configuration may change under a standing card.
/** @param {CardConfig & { wanted?: unknown, undone?: unknown }} config */
function signatureOf({ remaining, wanted, undone, ...built }) {
  return JSON.stringify(built);
}

// Makes the default export: Streamlit calls it on every rerun whose data changed, with the same parent element, and may
// run a cleanup after the next call.
/**
 * @template {Trade} K
 * @template {CardView<K>} V
 * @param {CardKind<K, V>} kind
 */
function mountOf(kind) {
  // Desks outlive the card: who leaves for another page of the app leaves no answer behind, and finds the chunk's
  // answers still correctable on return.
  /** @type {Map<string, K["desk"]>} */
  const desks = new Map();
  /** @param {K["config"]} config */
  const deskFor = (config) => {
    const key = JSON.stringify([config.url, config.person, config.project]);
    const desk = desks.get(key) ?? new kind.Desk(config);
    desks.set(key, desk);
    desk.configure(config);
    return desk;
  };
  /** @param {Mounting<K, V>} mounting */
  return ({ parentElement, data }) => {
    const standing = parentElement.mounted;
    if (standing?.card?.signature === signatureOf(data)) {
      standing.card.reconfigure(data);
      return cleanupOf(parentElement, standing);
    }
    standing?.card?.takeDown();
    const card = new Card(kind, deskFor(data), data);
    card.putUp(parentElement);
    parentElement.mounted = { card, calls: standing?.calls ?? 0 };
    return cleanupOf(parentElement, parentElement.mounted);
  };
}

// A late cleanup of an earlier call must not take down what a later call has put up.
/**
 * @template {Trade} K
 * @template {CardView<K>} V
 * @param {{ mounted?: Mounted<K, V> }} parent
 * @param {Mounted<K, V>} mounted
 */
function cleanupOf(parent, mounted) {
  mounted.calls += 1;
  const call = mounted.calls;
  return () => {
    if (call !== mounted.calls || parent.mounted !== mounted) return;
    mounted.card?.takeDown();
    mounted.card = null;
  };
}
