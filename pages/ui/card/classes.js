// The class buttons, built once, and the search among them.

const PLAIN_GRID_UP_TO = 12;
const FLASH_MS = 180;
// Columns that fill their rows: six classes are two rows of three, not five and a lonely one.
const COLUMNS = [1, 1, 2, 3, 4, 3, 3, 4, 4, 3, 4, 4, 4];

/** @typedef {{ labelClass: CardClass, button: HTMLButtonElement, words: string, more: string }} ClassEntry */

class ClassPanel {
  /** @param {{ classes: CardClass[], say: Say, onPick: (code: string, event: UIEvent, source: Source) => boolean }} parts */
  constructor({ classes, say, onPick }) {
    this.say = say;
    this.onPick = onPick;
    this.many = classes.length > PLAIN_GRID_UP_TO;
    this.entries = classes.map((labelClass) => this.makeEntry(labelClass));
    /** @type {Map<string | null | undefined, ClassEntry>} */
    this.byCode = new Map(this.entries.map((entry) => [entry.labelClass.code, entry]));
    this.badge = el("span", { class: "badge" }, icon("hint"), el("span", { class: "unseen" }, say("suggested")));
    /** @type {ClassEntry[]} */
    this.hits = [];
    this.chosen = 0;
    /** @type {string | null | undefined} */
    this.marked = null;
    /** @type {string | null | undefined} */
    this.suggested = null;
    /** @type {string | null | undefined} */
    this.pointed = null;
    /** @type {HTMLElement | undefined} */
    this.flashed = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.flashTimer = undefined;
    this.input = this.makeInput();
    this.found = el("span", { class: "found", role: "status" });
    this.find = el("div", { class: "find" }, icon("search"), this.input, keyHint("/"), this.found);
    this.find.hidden = !this.many;
    const groups = this.many ? this.makeGroups() : [this.makeGrid(this.entries)];
    this.list = el("div", { class: this.many ? "classes many" : "classes", role: "group" }, ...groups);
    this.list.setAttribute("aria-label", say("classes"));
    if (!this.many) this.list.style.setProperty("--columns", String(COLUMNS[classes.length] ?? 4));
  }

  /**
   * @param {CardClass} labelClass
   * @returns {ClassEntry}
   */
  makeEntry(labelClass) {
    const { code, title, hotkey, color, description } = labelClass;
    const button = el(
      "button",
      {
        type: "button",
        class: "choice",
        "data-code": code,
        title: description ? `${title}\n${description}` : title,
        "aria-keyshortcuts": hotkey?.toUpperCase(),
        onclick: (event) => this.onPick(code, event, "pointer"),
      },
      swatch(color),
      el("span", { class: "title" }, ...breakable(title)),
      keyHint(hotkey?.toUpperCase()),
    );
    const words = searchable(`${title} ${code} ${labelClass.group ?? ""}`);
    return { labelClass, button, words: ` ${words}`, more: searchable(description ?? "") };
  }

  makeGroups() {
    /** @type {Map<string, ClassEntry[]>} */
    const groups = new Map();
    for (const entry of this.entries) {
      const name = entry.labelClass.group ?? "";
      groups.set(name, [...(groups.get(name) ?? []), entry]);
    }
    if (groups.size === 1) return [this.makeGrid(this.entries)];
    return [...groups].map(([name, entries]) =>
      el("section", { class: "group" }, el("h3", {}, name || this.say("other_classes")), this.makeGrid(entries)),
    );
  }

  /** @param {ClassEntry[]} entries */
  makeGrid(entries) {
    return el("div", { class: "grid" }, ...entries.map((entry) => entry.button));
  }

  makeInput() {
    return el("input", {
      type: "text",
      placeholder: this.say("search"),
      "aria-label": this.say("search"),
      autocomplete: "off",
      spellcheck: "false",
      enterkeyhint: "done",
      oninput: () => this.filter(),
      onkeydown: (event) => this.onKey(event),
      onblur: () => {
        if (!this.input.value) setShown(this.find, this.many);
      },
    });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || !(move || ["Enter", "Escape"].includes(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") this.endSearch();
    else if (move) this.choose(this.chosen + move);
    else if (!event.repeat && this.input.value.trim()) this.pickHit(event);
  }

  /** @param {KeyboardEvent} event */
  pickHit(event) {
    const hit = this.hits[this.chosen];
    if (hit && this.onPick(hit.labelClass.code, event, "key")) this.endSearch();
  }

  // The search among many classes is always there, among few while it is used.
  /** @param {boolean} shown */
  show(shown) {
    setShown(this.list, shown);
    setShown(this.find, shown && (this.many || this.isSearching()));
  }

  startSearch() {
    setShown(this.find, true);
    this.input.focus();
    this.input.select();
  }

  endSearch() {
    this.input.value = "";
    this.filter();
    this.input.blur();
    setShown(this.find, this.many);
  }

  isSearching() {
    return this.input.value !== "" || this.input.matches(":focus");
  }

  filter() {
    const typed = this.input.value.trim().toLowerCase();
    const [wanted, swapped] = [searchable(typed), searchable(onOtherLayout(typed))];
    /** @param {ClassEntry} entry */
    const rank = (entry) => Math.min(rankOf(entry, wanted), rankOf(entry, swapped) + 0.5);
    this.hits = this.entries.filter((entry) => rank(entry) < 3).sort((a, b) => rank(a) - rank(b));
    this.list.classList.toggle("searching", wanted !== "");
    for (const entry of this.entries) {
      const place = this.hits.indexOf(entry);
      setShown(entry.button, !wanted || place >= 0);
      entry.button.style.order = wanted ? String(place) : "";
    }
    this.choose(0);
  }

  /** @param {number} index */
  choose(index) {
    const count = this.hits.length;
    this.chosen = count ? (index + count) % count : 0;
    const hit = this.hits[this.chosen];
    for (const entry of this.entries) entry.button.classList.toggle("hit", entry === hit);
    hit?.button.scrollIntoView({ block: "nearest" });
    if (hit) setText(this.found, this.say("search_found", { n: count, title: hit.labelClass.title }));
    else setText(this.found, this.input.value.trim() ? this.say("search_nothing") : "");
  }

  /** @param {string | null} code */
  titleOf(code) {
    return this.byCode.get(code)?.labelClass.title ?? code ?? "";
  }

  // The earlier answer of an item that was brought back; null takes the mark away.
  /** @param {string | null} code */
  mark(code) {
    if (code === this.marked) return;
    this.byCode.get(this.marked)?.button.removeAttribute("aria-pressed");
    this.byCode.get(code)?.button.setAttribute("aria-pressed", "true");
    this.marked = code;
  }

  // The label that junior proposes, told by a sign and in words; null takes them away. Nothing else changes: the button is
  // neither nearer nor easier to press than another.
  /** @param {string | null} code */
  suggest(code) {
    if (code === this.suggested) return;
    const button = this.byCode.get(code)?.button;
    if (button) button.append(this.badge);
    else this.badge.remove();
    this.suggested = code;
  }

  // The label that is in doubt; null takes the sign away.
  /** @param {string | null} code */
  point(code) {
    if (code === this.pointed) return;
    this.byCode.get(this.pointed)?.button.removeAttribute("data-given");
    this.byCode.get(code)?.button.setAttribute("data-given", "");
    this.pointed = code;
  }

  // Lit for a moment and put out, without an animation: a running one makes the next press wait for its frame.
  /** @param {string | null | undefined} code */
  flash(code) {
    clearTimeout(this.flashTimer);
    this.flashed?.classList.remove("taken");
    this.flashed = this.byCode.get(code)?.button;
    this.flashed?.classList.add("taken");
    this.flashTimer = setTimeout(() => this.flashed?.classList.remove("taken"), FLASH_MS);
  }
}

// A long code breaks between its words, not within one.
/** @param {string} title */
function breakable(title) {
  return title.split(/(?<=[_/.])(?=\S)/).flatMap((part, n) => [n ? el("wbr") : null, hyphenated(part)]);
}

// 0: a word of the title begins so; 1: it stands inside one; 2: the description has it; 3: not at all.
/**
 * @param {ClassEntry} entry
 * @param {string} wanted
 */
function rankOf(entry, wanted) {
  if (!wanted) return 3;
  if (wanted.split(" ").every((part) => entry.words.includes(` ${part}`))) return 0;
  if (wanted.split(" ").every((part) => entry.words.includes(part))) return 1;
  return entry.more.includes(wanted) ? 2 : 3;
}
