// What is known of an item beside its text: the label under suspicion, the votes, the reasons.

class Evidence {
  constructor({ say, classes, known, onReveal }) {
    Object.assign(this, { say, classes, known });
    this.given = el("p", { class: "given" });
    this.rulings = el("ol", { class: "said" });
    this.votes = el("p", { class: "votes" });
    this.comments = el("ul", { class: "comments" });
    this.reasons = el("ul", { class: "reasons-why" });
    this.junior = el("p", { class: "junior" });
    this.juniorFold = el("details", {}, el("summary", {}, say("junior")), this.junior);
    this.open = el("div", {}, this.given, this.rulings, this.votes, this.comments, this.reasons, this.juniorFold);
    const reveal = el("button", { type: "button", class: "tool", "data-word": "reveal", onclick: onReveal });
    reveal.append(el("span", {}, say("reveal")), keyHint(revealSign(classes)));
    this.cover = el("div", { class: "cover" }, el("span", {}, say("covered")), reveal);
    this.node = el("section", { class: "evidence", "aria-label": say("evidence") }, this.cover, this.open);
  }

  show(item, isCovered) {
    setShown(this.cover, isCovered);
    setShown(this.open, !isCovered);
    if (item === this.item) return;
    this.item = item;
    const { say } = this;
    const chance = item.chance === null ? null : el("span", { class: "chance" }, say("chance", { share: item.chance }));
    this.given.replaceChildren(el("span", { class: "quiet" }, say("given")), this.chip(item.given), chance ?? "");
    setShown(this.given, item.given !== null);
    this.fill(this.rulings, item.rulings, (said, n) => this.ruling(said, n));
    this.fill(this.votes, item.votes, (vote, n) => this.vote(vote, n));
    this.fill(this.comments, item.votes.filter(({ comment }) => comment), (vote) => this.comment(vote));
    this.fill(this.reasons, item.reasons, (reason) => el("li", {}, reason));
    this.junior.replaceChildren(this.chip(item.junior));
    setShown(this.juniorFold, item.junior !== null);
    this.juniorFold.open = false;
  }

  fill(list, entries, makeNode) {
    list.replaceChildren(...entries.map(makeNode));
    setShown(list, entries.length > 0);
  }

  ruling({ label, rationale }, n) {
    const who = el("span", { class: "quiet" }, this.say("expert", { n: n + 1 }));
    return el("li", {}, who, this.chip(label), rationale ? el("q", {}, rationale) : "");
  }

  vote({ label, flagged }, n) {
    const who = el("span", { class: "quiet" }, n === 0 ? this.say("assessor", { mark: markOf(n) }) : markOf(n));
    const flag = flagged ? icon("flag") : "";
    if (flag) flag.setAttribute("aria-label", this.say("flagged"));
    return el("span", { class: "vote" }, who, this.chip(label), flag);
  }

  comment(vote) {
    const n = this.item.votes.indexOf(vote);
    return el("li", {}, el("span", { class: "quiet" }, markOf(n)), el("q", {}, vote.comment));
  }

  chip(code) {
    if (code === null) return el("i", {}, this.say("unsure"));
    const labelClass = this.classes.find((entry) => entry.code === code) ?? this.known[code];
    const title = el("b", {}, labelClass?.title ?? code);
    return el("span", { class: "chip" }, labelClass ? swatch(labelClass.color) : "", title);
  }
}

// A, B … Z, A2, B2 …: who they are stays out, which of them said both this and that does not.
function markOf(n) {
  const round = Math.floor(n / 26);
  return String.fromCharCode(65 + (n % 26)) + (round ? round + 1 : "");
}

// V says what it does where no class has it; the other key is always free.
function revealSign(classes) {
  return classes.some(({ hotkey }) => keyCodes(hotkey).includes("KeyV")) ? "'" : "V";
}
