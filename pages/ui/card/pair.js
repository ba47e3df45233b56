// Two candidates side by side below what both answer. Nothing tells them apart but their places: no name, no length.

const CANDIDATES = ["first", "second"];

class Candidate {
  /**
   * @param {Say} say
   * @param {number} n
   */
  constructor(say, n) {
    this.text = "";
    this.words = el("p");
    const heading = el("h3", {}, String(n));
    this.node = el("section", { class: "candidate", "aria-label": say("candidate", { n }) }, heading, this.words);
  }

  /** @param {string} text */
  show(text) {
    this.text = text;
    this.words.replaceChildren(text);
  }

  /** @param {Piece[]} pieces */
  contrast(pieces) {
    this.words.replaceChildren(...pieces.map(({ text, same }) => (same ? text : el("ins", {}, text))));
  }
}

class PairView {
  /** @param {Say} say */
  constructor(say) {
    this.prompt = new Conversation(say, null);
    this.first = new Candidate(say, 1);
    this.second = new Candidate(say, 2);
    this.isContrasted = false;
    const look = { type: "button", class: "tool", "data-word": "contrast", onclick: () => this.toggleContrast() };
    this.button = el("button", { ...look, "aria-pressed": "false" }, el("span", {}, say("contrast")), keyHint("]"));
    const both = el("div", { class: "candidates" }, this.first.node, this.second.node);
    this.node = el("div", { class: "pair" }, this.prompt.node, this.button, both);
  }

  /** @param {SaidTurn[]} turns */
  show(turns) {
    this.prompt.show(turns.filter(({ speaker }) => !CANDIDATES.includes(speaker ?? "")));
    const said = CANDIDATES.map((name) => turns.filter(({ speaker }) => speaker === name));
    const [first, second] = said.map((own) => own.map(({ text }) => text).join("\n\n"));
    this.first.show(first ?? "");
    this.second.show(second ?? "");
    this.tellContrast(false);
  }

  toggleContrast() {
    this.tellContrast(!this.isContrasted);
    const { first, second } = this;
    const pieces = this.isContrasted ? contrastOf(first.text, second.text) : null;
    if (!pieces) [first, second].forEach((candidate) => void candidate.show(candidate.text));
    else [first, second].forEach((candidate, n) => void candidate.contrast(pieces[n] ?? []));
  }

  /** @param {boolean} on */
  tellContrast(on) {
    this.isContrasted = on;
    this.button.setAttribute("aria-pressed", String(on));
  }

  passages() {
    if (this.isContrasted) this.toggleContrast();
    const own = [this.first, this.second].map(({ text, words }) => ({ text, node: () => words }));
    return [...this.prompt.passages(), ...own];
  }
}
