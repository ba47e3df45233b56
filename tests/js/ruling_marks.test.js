// Whose turn decided stands on the ruling card with the votes, and as little before them as they do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newStorage, setGlobal } from "./browser.js";
import { load } from "./loading.js";
import { openPage } from "./page.js";

const page = openPage();
setGlobal("HTMLButtonElement", page.HTMLButtonElement);
setGlobal("HTMLTextAreaElement", page.HTMLTextAreaElement);
setGlobal("requestAnimationFrame", (run) => setTimeout(run, 0));
setGlobal("fetch", () => Promise.resolve(new Response("{}", { status: 404 })));
newStorage();
const { Bench, RulingView } = load("ruling", "Bench", "RulingView");

const vote = (label, evidence) => ({ label, comment: null, flagged: false, evidence });
const CASE = {
  token: "t",
  text: "",
  form: "turns",
  turns: ["a", "b", "a"].map((speaker, n) => ({ speaker, text: `turn ${n}` })),
  given: "x",
  chance: null,
  reasons: [],
  junior: null,
  votes: [vote("x", 2), vote("y", null), vote("y", 2)],
  rulings: [],
};
const CONFIG = {
  url: "/desk/rulings",
  person: 5,
  project: "demo",
  lang: "en",
  classes: [],
  known_classes: {},
  skip_reasons: [],
  look_ahead: 2,
  remaining: null,
  wanted: {},
  undone: 0,
  guidelines_version: null,
  guidelines_html_url: "/guide",
  words: {},
};

function viewOf(blind) {
  const bench = new Bench({ ...CONFIG, blind });
  const view = new RulingView(bench, { ...CONFIG, blind });
  bench.pile.setCurrent(CASE);
  view.render();
  return view;
}

const marks = (view) => [...view.item.article.querySelectorAll(".decides")].map((node) => node.textContent);

test("where votes are shown, turns bear the letters of those for whom they decided", () => {
  assert.deepEqual(marks(viewOf(false)), ["", "", "A, C"]);
});

test("where votes are hidden, so are their marks, until they are asked for", () => {
  const view = viewOf(true);
  assert.deepEqual(marks(view), ["", "", ""]);
  view.reveal();
  assert.deepEqual(marks(view), ["", "", "A, C"]);
});

test("an expert marks nothing: names are no buttons", () => {
  assert.equal(viewOf(false).item.article.querySelector("button"), null);
});
