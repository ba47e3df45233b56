// A search inside of the text on screen: matches are marked, and one after the other is brought into view.

// A text as it is compared: neither case nor ё matters. One sign stays one sign, so that places are the same.
/** @param {string} text */
function comparable(text) {
  const plain = text.toLowerCase().replaceAll("ё", "е");
  return plain.length === text.length ? plain : text;
}

// Where in a text a word stands.
/**
 * @param {string} text
 * @param {string} wanted
 */
function placesOf(text, wanted) {
  /** @type {number[]} */
  const places = [];
  const [within, word] = [comparable(text), comparable(wanted)];
  if (!word) return places;
  for (let at = within.indexOf(word); at >= 0; at = within.indexOf(word, at + word.length)) places.push(at);
  return places;
}

// A text in nodes, the matches as marks.
/**
 * @param {string} text
 * @param {number[]} places
 * @param {number} length
 */
function markedNodes(text, places, length) {
  /** @type {(string | HTMLElement)[]} */
  const nodes = [];
  let from = 0;
  for (const at of places) {
    nodes.push(text.slice(from, at), el("mark", {}, text.slice(at, at + length)));
    from = at + length;
  }
  nodes.push(text.slice(from));
  return nodes;
}

class InsideSearch {
  /**
   * @param {Say} say
   * @param {() => Passage[]} passages
   * @param {() => void} onMatches
   */
  constructor(say, passages, onMatches) {
    this.say = say;
    this.passages = passages;
    this.onMatches = onMatches;
    this.isOpen = false;
    /** @type {HTMLElement[]} */
    this.matches = [];
    // What is marked now, and has to be as it was when the search ends.
    /** @type {Passage[]} */
    this.marked = [];
    this.at = 0;
    this.input = el("input", {
      type: "text",
      placeholder: say("inside"),
      "aria-label": say("inside"),
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.look(),
      onkeydown: (event) => this.onKey(event),
    });
    this.found = el("span", { class: "found", role: "status" });
    this.node = el("div", { class: "find inside", hidden: true }, icon("search"), this.input, this.found);
  }

  open() {
    this.isOpen = true;
    setShown(this.node, true);
    this.input.focus();
    this.input.select();
    this.look();
  }

  close() {
    this.isOpen = false;
    this.unmark();
    this.input.blur();
    setShown(this.node, false);
  }

  // Another item: its text was never marked.
  forget() {
    this.marked = [];
    this.matches = [];
    this.input.value = "";
    if (this.isOpen) this.close();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    event.stopPropagation();
    if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Escape") this.close();
    else this.go(event.shiftKey ? -1 : 1);
  }

  unmark() {
    for (const { text, node } of this.marked) node().replaceChildren(text);
    this.marked = [];
    this.matches = [];
  }

  look() {
    this.unmark();
    const wanted = this.input.value.trim();
    const found = this.passages().flatMap((passage) => {
      const places = placesOf(passage.text, wanted);
      return places.length ? [{ passage, places }] : [];
    });
    if (found.length) this.onMatches();
    for (const { passage, places } of found) {
      passage.node().replaceChildren(...markedNodes(passage.text, places, wanted.length));
      this.marked.push(passage);
    }
    this.matches = this.marked.flatMap(({ node }) => [...node().querySelectorAll("mark")]);
    this.at = 0;
    this.point();
  }

  /** @param {number} step */
  go(step) {
    const count = this.matches.length;
    if (!count) return;
    this.at = (this.at + step + count) % count;
    this.point();
  }

  point() {
    const { matches, at } = this;
    const wanted = this.input.value.trim();
    for (const [n, match] of matches.entries()) match.classList.toggle("here", n === at);
    matches[at]?.scrollIntoView({ block: "center" });
    if (matches.length) setText(this.found, this.say("inside_found", { n: at + 1, m: matches.length }));
    else setText(this.found, wanted ? this.say("search_nothing") : "");
  }
}
