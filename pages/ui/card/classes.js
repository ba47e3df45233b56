// The class buttons, built once, and the search among them.

const PLAIN_GRID_UP_TO = 12;
const FLASH_MS = 180;
// Columns that fill their rows: six classes are two rows of three, not five and a lonely one.
const COLUMNS = [1, 1, 2, 3, 4, 3, 3, 4, 4, 3, 4, 4, 4];
// Between the classes of one label, as the server writes them.
const SET_SEPARATOR = "|";

/** @typedef {{ labelClass: CardClass, button: HTMLButtonElement, key: Element | null, words: string, more: string }} ClassEntry */

class ClassPanel {
  /** @param {ClassParts} parts */
  constructor({ classes, kind, say, onPick }) {
    this.say = say;
    this.onPick = onPick;
    this.kind = kind;
    this.titled = new Map(classes.map((labelClass) => [labelClass.code, labelClass]));
    /** @type {Map<string, string>} */
    this.keys = new Map(classes.flatMap(({ code, hotkey }) => keyCodes(hotkey).map((key) => [key, code])));
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
    // What is chosen so far, where a label may be several classes.
    /** @type {Set<string>} */
    this.picked = new Set();
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
    this.list.setAttribute("data-kind", kind);
    // A scale is one row; what is said of two candidates stands below them.
    const columns = kind === "ordered" ? classes.length : kind === "pair" ? 2 : (COLUMNS[classes.length] ?? 4);
    if (!this.many) this.list.style.setProperty("--columns", String(columns));
  }

  /**
   * @param {CardClass} labelClass
   * @returns {ClassEntry}
   */
  makeEntry(labelClass) {
    const { code, title, hotkey, color, description } = labelClass;
    const path = this.pathOf(code);
    const above = path.slice(0, -1).map((step) => this.titled.get(step)?.title ?? step);
    const key = keyHint(hotkey?.toUpperCase());
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
      el("span", { class: "title" }, ...breakable(title), above.length ? el("small", {}, above.join(" › ")) : null),
      key,
    );
    const words = searchable(`${title} ${code} ${labelClass.group ?? ""} ${above.join(" ")}`);
    return { labelClass, button, key, words: ` ${words}`, more: searchable(description ?? "") };
  }

  // The codes from the top of the tree down to a class.
  /**
   * @param {string} code
   * @returns {string[]}
   */
  pathOf(code) {
    const parent = this.titled.get(code)?.parent;
    return parent ? [...this.pathOf(parent), code] : [code];
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
        if (this.input.value) return;
        setShown(this.find, this.many);
        this.filter();
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
    else if (!event.repeat && this.hits.length) this.pickHit(event);
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
    this.filter();
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
    if (this.kind !== "several" || code === null) return this.titled.get(code ?? "")?.title ?? code ?? "";
    return (
      membersOf(code)
        .map((member) => this.titled.get(member)?.title ?? member)
        .join(" + ") || this.say("none")
    );
  }

  // Whether each class of a label is there to be chosen.
  /** @param {string} code */
  knows(code) {
    const codes = this.kind === "several" ? membersOf(code) : [code];
    return codes.every((each) => this.byCode.has(each));
  }

  // A class was pressed: gives the label where that is one, null where more is to come.
  /**
   * @param {string} code
   * @returns {string | null}
   */
  press(code) {
    if (this.kind !== "several") return code;
    const isChosen = this.picked.has(code);
    if (isChosen) this.picked.delete(code);
    else this.picked.add(code);
    this.byCode.get(code)?.button.setAttribute("aria-pressed", String(!isChosen));
    return null;
  }

  // The label of all that is chosen.
  label() {
    return [...this.titled.keys()].filter((code) => this.picked.has(code)).join(SET_SEPARATOR) || SET_SEPARATOR;
  }

  // One level up in a tree; false where there is none above.
  up() {
    return false;
  }

  // Another item came.
  reset() {
    this.mark(null);
    for (const code of this.picked) this.byCode.get(code)?.button.removeAttribute("aria-pressed");
    this.picked.clear();
  }

  /** @param {string | null | undefined} code */
  entriesOf(code) {
    const codes = this.kind === "several" ? membersOf(code ?? "") : [code];
    return codes.flatMap((each) => this.byCode.get(each) ?? []);
  }

  // The earlier answer of an item that was brought back; null takes the mark away.
  /** @param {string | null} code */
  mark(code) {
    if (code === this.marked) return;
    for (const { button } of this.entriesOf(this.marked)) button.removeAttribute("aria-pressed");
    for (const { button } of this.entriesOf(code)) button.setAttribute("aria-pressed", "true");
    this.picked = new Set(this.kind === "several" ? membersOf(code ?? "") : []);
    this.marked = code;
  }

  // The label that junior proposes, told by a sign and in words; null takes them away. Nothing else changes: the button is
  // neither nearer nor easier to press than another.
  /** @param {string | null} code */
  suggest(code) {
    if (code === this.suggested) return;
    for (const badge of this.list.querySelectorAll(".badge")) badge.remove();
    for (const { button } of this.entriesOf(code)) button.append(this.badge.cloneNode(true));
    this.suggested = code;
  }

  // The label that is in doubt; null takes the sign away.
  /** @param {string | null} code */
  point(code) {
    if (code === this.pointed) return;
    for (const { button } of this.entriesOf(this.pointed)) button.removeAttribute("data-given");
    for (const { button } of this.entriesOf(code)) button.setAttribute("data-given", "");
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

/** @param {string} label */
function membersOf(label) {
  return label.split(SET_SEPARATOR).filter(Boolean);
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
