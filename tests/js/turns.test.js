// Conversations and pairs on the card: who speaks, what is folded, what is marked, what is found.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { setGlobal } from "./browser.js";
import { load } from "./loading.js";
import { openPage } from "./page.js";

const page = openPage();
setGlobal("HTMLButtonElement", page.HTMLButtonElement);
const { ItemSection, contrastOf, foldOf, placesOf, sidesOf, signsOf, steppedTo } = load(
  "ruling",
  "ItemSection",
  "contrastOf",
  "foldOf",
  "placesOf",
  "sidesOf",
  "signsOf",
  "steppedTo",
);

const say = (word, facts = {}) => [word, ...Object.values(facts)].join(" ");
const said = (count) => Array.from({ length: count }, (_, n) => ({ speaker: n % 2 ? "b" : "a", text: `turn ${n}` }));
const talk = (turns, form = "turns") => ({ token: "t", text: "", form, turns });
const words = (section) => [...section.article.querySelectorAll(".turn p")].map((node) => node.textContent);
const signs = (section) =>
  [...section.article.querySelectorAll(".turn")].map((node) => node.hasAttribute("data-marked"));

let chosen;
let section;

beforeEach(() => {
  chosen = [];
  section = new ItemSection(say, document.createElement("b"), (index) => chosen.push(index));
  document.body.replaceChildren(section.node);
});

const type = (text) => {
  section.inside.input.value = text;
  section.inside.look();
};

test("up to twelve turns stand as they are, of more the middle is folded", () => {
  assert.equal(foldOf(12), null);
  assert.deepEqual(foldOf(13), { from: 3, to: 6 });
  section.show(talk(said(12)));
  assert.equal(words(section).length, 12);
  section.show(talk(said(30)));
  assert.deepEqual(
    words(section),
    [0, 1, 2, 23, 24, 25, 26, 27, 28, 29].map((n) => `turn ${n}`),
  );
  assert.match(section.article.textContent, /unfold_more 20/);
  section.toggleFold();
  assert.equal(words(section).length, 30);
  section.toggleFold();
  assert.equal(words(section).length, 10);
});

test("each speaker has a side of their own, by who speaks first, and those without a name have one too", () => {
  const sides = sidesOf([{ speaker: "b" }, { speaker: "a" }, { speaker: null }, { speaker: "b" }]);
  assert.deepEqual([...sides], [["b", 0], ["a", 1], [null, 2]]); // biome-ignore format: a table
});

test("names and words are text, whatever they are", () => {
  section.show(talk([{ speaker: "<img src=x>", text: "<b>bold</b>", time: "<i>9</i>", muted: true }]));
  assert.equal(section.article.querySelector("img, i, p b"), null);
  assert.match(section.article.textContent, /<img src=x>.*<i>9<\/i>.*muted.*<b>bold<\/b>/);
});

test("a text after a conversation is that text alone, and the other way round", () => {
  section.show(talk(said(2)));
  section.show({ token: "u", text: "plain" });
  assert.equal(section.article.textContent, "plain");
  section.show(talk(said(2)));
  assert.deepEqual(words(section), ["turn 0", "turn 1"]);
});

test("the turn that decides is stepped to from either end, and past an end there is none", () => {
  assert.equal(steppedTo(null, -1, 3), 2);
  assert.equal(steppedTo(null, 1, 3), 0);
  assert.equal(steppedTo(2, -1, 3), 1);
  assert.equal(steppedTo(0, -1, 3), null);
  assert.equal(steppedTo(2, 1, 3), null);
  assert.equal(steppedTo(null, 1, 0), null);
});

test("a marked turn is told by a word, and one that is folded away comes to light", () => {
  section.show(talk(said(30)));
  section.mark(new Map([[2, "decides"]]));
  assert.deepEqual(signs(section).slice(0, 4), [false, false, true, false]);
  assert.equal(words(section).length, 10);
  section.mark(new Map([[10, "A, B"]]));
  assert.equal(words(section).length, 30);
  assert.equal(signs(section).indexOf(true), 10);
  assert.match(section.article.querySelector("[data-marked]").textContent, /A, B/);
});

test("a press on a speaker's name says which turn it was, also of one that was folded", () => {
  section.show(talk(said(30)));
  section.toggleFold();
  section.article.querySelectorAll("button.who")[15].click();
  assert.deepEqual(chosen, [15]);
});

test("whose turn decided is told by the letters of the votes", () => {
  const votes = [{ evidence: 4 }, { evidence: null }, { evidence: 4 }, {}, { evidence: 0 }];
  assert.deepEqual([...signsOf(votes)], [[4, "A, C"], [0, "E"]]); // biome-ignore format: a table
});

test("a search minds neither case nor ё, and matches do not overlap", () => {
  assert.deepEqual(placesOf("Ёлка, елка и ЁЛКА", "елка"), [0, 6, 13]);
  assert.deepEqual(placesOf("aaaa", "aa"), [0, 2]);
  assert.deepEqual(placesOf("abc", ""), []);
});

test("what is found is marked and counted one after the other, and what was folded is unfolded for it", () => {
  section.show(talk(said(30)));
  section.inside.open();
  type("turn 1");
  assert.equal(section.inside.found.textContent, "inside_found 1 11");
  assert.equal(words(section).length, 30);
  const here = () => section.article.querySelector("mark.here").closest(".turn").querySelector("p").textContent;
  assert.equal(here(), "turn 1");
  section.inside.go(1);
  assert.equal(here(), "turn 10");
  section.inside.go(-1);
  section.inside.go(-1);
  assert.equal(here(), "turn 19");
  section.inside.close();
  assert.equal(section.article.querySelector("mark"), null);
  assert.deepEqual(words(section)[19], "turn 19");
});

test("a plain text is searched as well, and the next item has no marks of it", () => {
  section.show({ token: "t", text: "one <b>two</b> one" });
  section.inside.open();
  type("ONE");
  assert.equal(section.article.querySelectorAll("mark").length, 2);
  assert.equal(section.article.textContent, "one <b>two</b> one");
  type("none");
  assert.equal(section.inside.found.textContent, "search_nothing");
  section.show({ token: "u", text: "one <b>two</b> one" });
  assert.deepEqual([section.article.querySelectorAll("mark").length, section.inside.isOpen], [0, false]);
});

const PAIR = talk(
  [
    { speaker: "user", text: "why?" },
    { speaker: "first", text: "because it is late" },
    { speaker: "second", text: "because it was late" },
  ],
  "pair",
);

test("a pair is what both answer above two candidates without names", () => {
  section.show(PAIR);
  assert.deepEqual(words(section), ["why?"]);
  const texts = [...section.article.querySelectorAll(".candidate")].map((node) => node.textContent);
  assert.deepEqual(texts, ["1because it is late", "2because it was late"]);
  assert.doesNotMatch(section.article.textContent, /first|second/);
  assert.equal(section.turnCount(), 0);
});

test("the words in which candidates differ are marked when asked for, and not any more on the next pair", () => {
  section.show(PAIR);
  const different = () => [...section.article.querySelectorAll("ins")].map((node) => node.textContent);
  assert.deepEqual(different(), []);
  section.toggleContrast();
  assert.deepEqual(different(), ["is", "was"]);
  section.toggleContrast();
  assert.deepEqual(different(), []);
  section.toggleContrast();
  section.show(PAIR);
  assert.deepEqual(different(), []);
});

test("what differs is told on both sides, and together the pieces are the texts", () => {
  const [left, right] = contrastOf("a b c d e", "a x y c e f");
  const changed = (pieces) => pieces.filter(({ same }) => !same).map(({ text }) => text.trim());
  assert.deepEqual([changed(left), changed(right)], [["b", "d"], ["x y", "f"]]); // biome-ignore format: a table
  assert.equal(left.map(({ text }) => text).join(""), "a b c d e");
  assert.equal(right.map(({ text }) => text).join(""), "a x y c e f");
  assert.deepEqual(contrastOf("same", "same"), [[{ text: "same", same: true }], [{ text: "same", same: true }]]);
});

test("very long texts are told different as a whole, and at once", () => {
  const long = (word) => Array.from({ length: 3000 }, (_, n) => `${word}${n}`).join(" ");
  const [left] = contrastOf(`start ${long("a")} end`, `start ${long("b")} end`);
  const changed = left.filter(({ same }) => !same);
  assert.deepEqual([left[0].text, changed.length, left.at(-1).text], ["start ", 1, "end"]);
});
