// Putting the card up and taking it down. Streamlit calls the default export on every rerun whose data changed, with
// the same parent element, and may run a cleanup after the next call.

// Desks outlive the card: who leaves for another page of the app leaves no answer behind, and finds the chunk's
// answers still correctable on return.
const desks = new Map();

function deskFor(config) {
  const key = JSON.stringify([config.url, config.person, config.project]);
  if (!desks.has(key)) desks.set(key, new CARD.Desk(config));
  return desks.get(key);
}

class Card {
  constructor(parent, config) {
    this.parent = parent;
    this.desk = deskFor(config);
    this.desk.configure(config);
    this.signature = signatureOf(config);
    this.view = new CARD.View(this.desk, config);
    this.keyboard = new CARD.Keyboard(this.view, config.classes);
    this.listening = new AbortController();
    parent.append(this.view.root);
    this.view.scroller = scrollerOf(this.view.root);
    this.listen();
    this.fit();
    this.desk.attend();
    this.ticker = setInterval(() => this.tick(), 1000);
  }

  listen() {
    const { desk, view } = this;
    const on = (target, name, react, capture = false) =>
      target.addEventListener(name, react, { capture, signal: this.listening.signal });
    on(document, "keydown", (event) => this.keyboard.onKeyDown(event), true);
    on(document, "visibilitychange", () => {
      view.stage.visibilityChanged();
      if (!document.hidden) desk.wake();
    });
    on(window, "online", () => desk.wake({ dropRequest: true }));
    on(window, "pageshow", (event) => desk.wake({ dropRequest: event.persisted }));
    on(window, "pagehide", () => desk.part());
    on(window, "storage", (event) => desk.storageChanged(event));
    on(document, "scroll", () => (view.scrolled = true), true);
    on(window, "resize", () => this.fit());
    on(visualViewport, "resize", () => this.fit());
    on(window, "beforeunload", (event) => {
      if (!desk.queue.durable && desk.queue.entries.length) event.preventDefault();
    });
  }

  // How far down the page the card begins, for it fills the rest of the window; and how much of the window a phone's
  // keyboard covers, for the buttons stand above it.
  fit() {
    const { root, scroller } = this.view;
    const top = Math.round(root.getBoundingClientRect().top + (scroller?.scrollTop ?? 0));
    if (top < innerHeight / 2) root.style.setProperty("--above", `${Math.max(0, top)}px`);
    const covered = Math.max(0, Math.round(innerHeight - visualViewport.height * visualViewport.scale));
    root.style.setProperty("--covered", `${covered}px`);
  }

  // Nothing tells a card that what stands above it has grown or gone, so it looks once a second.
  tick() {
    this.fit();
    this.view.tick();
  }

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

function scrollerOf(node) {
  for (let outer = node.getRootNode().host ?? node; outer; outer = outer.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(outer).overflowY)) return outer;
  }
  return document.scrollingElement;
}

// What the nodes are built from; the rest of the configuration may change under a standing card.
function signatureOf({ remaining, wanted, ...built }) {
  return JSON.stringify(built);
}

export default function mount({ parentElement, data }) {
  const standing = parentElement.labelCard;
  if (standing?.card && standing.card.signature === signatureOf(data)) {
    standing.card.reconfigure(data);
  } else {
    standing?.card?.takeDown();
    parentElement.labelCard = { card: new Card(parentElement, data), calls: standing?.calls ?? 0 };
  }
  const mounted = parentElement.labelCard;
  const call = (mounted.calls += 1);
  return () => {
    // A late cleanup of an earlier call must not take down what a later call has put up.
    if (call !== mounted.calls || parentElement.labelCard !== mounted) return;
    mounted.card.takeDown();
    mounted.card = null;
  };
}
