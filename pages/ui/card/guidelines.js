// The drawer with the guidelines, the classes described, and the keys.

// Keys that do the same on every card.
/** @type {[string, string][]} */
const COMMON_KEYS = [
  ["␣", "scroll"],
  ["Esc", "escape"],
];

class GuidelinesDrawer {
  // "beside" is a second place where the guide stands, open all the time.
  /**
   * @param {CardConfig} config
   * @param {Say} say
   * @param {{ commands: [string, string][], beside?: HTMLElement | null }} parts
   */
  constructor(config, say, { commands, beside = null }) {
    this.config = config;
    this.say = say;
    this.commands = commands;
    this.beside = beside;
    this.loaded = false;
    this.version = el("span", { class: "version" });
    this.prose = el("div", { class: "prose" });
    // Focus on the whole, so that the arrow keys scroll at once.
    const body = el("div", { class: "drawer-body", tabindex: "-1", autofocus: true });
    body.append(this.makeHead(), this.prose, this.makeClasses(), this.makeKeys());
    this.dialog = el("dialog", { class: "drawer", "aria-label": say("guidelines") }, body);
    this.dialog.addEventListener("click", (event) => this.onBackdrop(event));
  }

  makeHead() {
    const label = this.say("close");
    const close = el("button", { type: "button", class: "tool bare", "aria-label": label, title: `${label} (Esc)` });
    close.append(icon("close"));
    close.addEventListener("click", () => this.dialog.close());
    return el("header", {}, el("h2", {}, this.say("guidelines")), this.version, close);
  }

  makeClasses() {
    const rows = this.config.classes.map(({ title, hotkey, color, description }) => {
      const name = el("dt", {}, swatch(color), el("span", {}, title), keyHint(hotkey?.toUpperCase()));
      return el("div", {}, name, el("dd", {}, description ?? ""));
    });
    return el("section", {}, el("h3", {}, this.say("classes")), el("dl", { class: "glossary" }, ...rows));
  }

  makeKeys() {
    const rows = [...this.commands, ...COMMON_KEYS].map(([sign, word]) =>
      el("div", {}, el("dt", {}, el("kbd", {}, sign)), el("dd", {}, this.say(word))),
    );
    rows.unshift(
      el("div", {}, el("dt", {}, el("kbd", {}, "1"), "…", el("kbd", {}, "Q")), el("dd", {}, this.say("keys_class"))),
    );
    return el("section", { class: "keys" }, el("h3", {}, this.say("keys")), el("dl", {}, ...rows));
  }

  isOpen() {
    return this.dialog.open;
  }

  toggle() {
    if (this.isOpen()) {
      this.dialog.close();
      return;
    }
    this.dialog.showModal();
    this.load();
  }

  /** @param {MouseEvent} event */
  onBackdrop(event) {
    if (event.target === this.dialog) this.dialog.close();
  }

  async load() {
    if (this.loaded) return;
    this.write(() => el("p", {}, this.say("guidelines_loading")));
    await this.reload();
  }

  async reload() {
    try {
      const response = await fetch(this.config.guidelines_html_url, { credentials: "same-origin" });
      if (response.status === 404) this.write(() => el("p", {}, this.say("guidelines_none")));
      else if (!response.ok) throw new Error(String(response.status));
      else this.fill(await response.json());
    } catch {
      if (!this.loaded) this.write(() => el("p", { role: "alert" }, this.say("guidelines_failed")));
    }
  }

  places() {
    return this.beside ? [this.prose, this.beside] : [this.prose];
  }

  /** @param {() => Node} makeNode */
  write(makeNode) {
    for (const place of this.places()) place.replaceChildren(makeNode());
  }

  /** @param {{ version: number | null, html: string }} guide */
  fill({ version, html }) {
    this.loaded = true;
    setText(this.version, version ? this.say("guidelines_version", { n: version }) : "");
    for (const place of this.places()) {
      // The one place where markup is taken as it comes: the server has made and sanitised it.
      place.innerHTML = html;
      for (const link of place.querySelectorAll("a[href]")) {
        link.setAttribute("target", "_blank");
        link.setAttribute("rel", "noopener noreferrer");
      }
    }
  }
}
