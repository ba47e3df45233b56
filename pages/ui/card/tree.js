// Classes that form a tree: the level that is open, keys by the place in it, and the way back up.

const PLACES = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const RECENT_UP_TO = 9;

class ClassTree extends ClassPanel {
  /** @param {ClassParts} parts */
  constructor(parts) {
    super(parts);
    this.allowsInner = parts.allowsInner;
    this.crumbs = el("nav", { class: "crumbs" });
    this.list.prepend(this.crumbs);
    /** @type {Map<string | null, ClassEntry[]>} */
    this.below = new Map();
    for (const entry of this.entries) {
      const { parent } = entry.labelClass;
      this.below.set(parent, [...(this.below.get(parent) ?? []), entry]);
    }
    for (const entry of this.entries) {
      entry.button.classList.toggle("inner", this.below.has(entry.labelClass.code));
      // In a tree the place has a key, not the class.
      if (entry.key) continue;
      entry.key = el("kbd", { "aria-hidden": "true" });
      entry.button.append(entry.key);
    }
    /** @type {string | null} */
    this.open = null;
    /** @type {string[]} */
    this.recent = [];
    this.showLevel();
  }

  /** @override */
  makeGroups() {
    return [this.makeGrid(this.entries)];
  }

  /**
   * @override
   * @param {string} code
   */
  press(code) {
    const opens = this.below.has(code) && code !== this.open && !(this.isSearching() && this.allowsInner);
    if (!opens) {
      this.recent = [code, ...this.recent.filter((other) => other !== code)].slice(0, RECENT_UP_TO);
      return super.press(code);
    }
    this.open = code;
    if (this.isSearching()) this.endSearch();
    else this.showLevel();
    return null;
  }

  /** @override */
  up() {
    if (this.open === null) return false;
    this.open = this.titled.get(this.open)?.parent ?? null;
    this.showLevel();
    return true;
  }

  /** @override */
  reset() {
    super.reset();
    if (this.open === null) return;
    this.open = null;
    this.showLevel();
  }

  /** @override */
  filter() {
    super.filter();
    if (this.input.value.trim()) return;
    if (this.input.matches(":focus") && this.recent.length) this.showRecent();
    else this.showLevel();
  }

  // While nothing is typed yet: what was chosen last comes first.
  showRecent() {
    this.hits = this.recent.flatMap((code) => this.byCode.get(code) ?? []);
    this.list.classList.add("searching");
    for (const entry of this.entries) {
      setShown(entry.button, this.hits.includes(entry));
      entry.button.style.order = String(this.hits.indexOf(entry));
    }
    this.choose(0);
  }

  showLevel() {
    const itself = this.open !== null && this.allowsInner ? this.byCode.get(this.open) : undefined;
    const level = [...(itself ? [itself] : []), ...(this.below.get(this.open) ?? [])];
    for (const entry of this.entries) setShown(entry.button, level.includes(entry));
    this.keys = new Map();
    for (const [place, entry] of level.entries()) {
      const key = PLACES[place] ?? "";
      if (entry.key) setText(entry.key, key);
      for (const code of keyCodes(key.toLowerCase())) this.keys.set(code, entry.labelClass.code);
    }
    this.showCrumbs();
  }

  showCrumbs() {
    const path = this.open === null ? [] : this.pathOf(this.open);
    /** @type {(code: string | null, title: string) => HTMLElement} */
    const step = (code, title) => el("button", { type: "button", onclick: () => this.goTo(code) }, title);
    const steps = path.map((code) => step(code, this.titled.get(code)?.title ?? code));
    this.crumbs.replaceChildren(step(null, this.say("all_classes")), ...steps, keyHint("Esc") ?? "");
    setShown(this.crumbs, path.length > 0);
  }

  /** @param {string | null} code */
  goTo(code) {
    this.open = code;
    this.showLevel();
  }
}

/** @param {ClassParts} parts */
function classPanelOf(parts) {
  return parts.classes.some(({ parent }) => parent) ? new ClassTree(parts) : new ClassPanel(parts);
}
