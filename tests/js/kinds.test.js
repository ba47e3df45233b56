import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./loading.js";
import { openPage } from "./page.js";

const page = openPage();
const { classPanelOf } = load("label", "classPanelOf");

const TITLES = {
  card_arrival: "Доставка карты",
  card_blocked: "Карта заблокирована",
  late_transfer: "Перевод идёт долго",
  wrong_amount: "Счёт: неверная сумма",
  refund: "Возврат",
};

const classOf = ([code, title], more = {}) => {
  return { code, title, hotkey: null, color: "#123456", description: "", group: null, parent: null, ...more };
};
const FIVE = Object.entries(TITLES).map((entry) => classOf(entry));
const many = (count) => Array.from({ length: count }, (_, n) => classOf([`class_${n}`, `Class ${n}`]));
const say = (word, facts) => `${word}${facts ? ` ${JSON.stringify(facts)}` : ""}`;

let picked;
let panel;

function show(classes, kind = "single", allowsInner = true) {
  picked = [];
  const onPick = (code, _event, source) => Boolean(picked.push([code, source]));
  panel = classPanelOf({ classes, kind, allowsInner, say, onPick });
  page.document.body.replaceChildren(panel.find, panel.list);
}

// What a search brings up, the best first.
function search(text) {
  panel.startSearch();
  panel.input.value = text;
  panel.input.dispatchEvent(new page.Event("input"));
  return panel.hits.map(({ labelClass }) => labelClass.code);
}

function key(name, more = {}) {
  const event = new page.KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more });
  panel.input.dispatchEvent(event);
  return event;
}

// Which classes stand on screen, in their order.
const shown = () => panel.entries.filter(({ button }) => !button.hidden).map(({ labelClass }) => labelClass.code);
const pressed = () => panel.entries.filter(({ button }) => button.getAttribute("aria-pressed") === "true").length;
const keysOf = () => Object.fromEntries([...panel.keys].filter(([key]) => !key.startsWith("Numpad")));

const TREE = [
  classOf(["cards", "Карты"]),
  classOf(["cards > lost", "Потеряна"], { parent: "cards" }),
  classOf(["cards > lost > abroad", "За границей"], { parent: "cards > lost" }),
  classOf(["cards > pin", "Пин-код"], { parent: "cards" }),
  classOf(["loans", "Кредиты"]),
];

test("several classes are chosen one after another and make one label, in their own order", () => {
  show(FIVE, "several");
  assert.equal(panel.label(), "|");
  for (const code of ["refund", "card_arrival", "wrong_amount", "wrong_amount"]) assert.equal(panel.press(code), null);
  assert.equal(panel.label(), "card_arrival|refund");
  assert.equal(pressed(), 2);
  assert.equal(panel.titleOf(panel.label()), "Доставка карты + Возврат");
  assert.equal(panel.titleOf("|"), "none");
  panel.reset();
  assert.equal(panel.label(), "|");
  assert.equal(pressed(), 0);
});

test("an earlier label of several classes comes back chosen, and is changed class by class", () => {
  show(FIVE, "several");
  panel.mark("card_arrival|refund");
  panel.press("refund");
  panel.mark("card_arrival|refund");
  assert.equal(panel.label(), "card_arrival");
  panel.reset();
  panel.mark("card_arrival|refund");
  assert.equal(panel.label(), "card_arrival|refund");
});

test("what junior proposes and what is in doubt is told of each of several classes", () => {
  show(FIVE, "several");
  panel.suggest("card_arrival|refund");
  panel.point("refund");
  assert.equal(panel.list.querySelectorAll(".badge").length, 2);
  assert.equal(panel.list.querySelectorAll("[data-given]").length, 1);
  panel.suggest(null);
  panel.point(null);
  assert.equal(panel.list.querySelectorAll(".badge, [data-given]").length, 0);
});

test("a set that junior proposes is known where each of its classes is, and is called by them", () => {
  show(FIVE, "several");
  assert.deepEqual(
    ["card_arrival|refund", "refund", "|", "refund|gone"].map((label) => panel.knows(label)),
    [true, true, true, false],
  );
  assert.equal(panel.titleOf("card_arrival|refund"), "Доставка карты + Возврат");
  show(FIVE);
  assert.deepEqual([panel.knows("refund"), panel.knows("gone")], [true, false]);
});

test("a scale is one row, whatever its length", () => {
  show(many(7), "ordered");
  assert.equal(panel.list.style.getPropertyValue("--columns"), "7");
});

test("a tree opens level by level, and the keys are those of the places in it", () => {
  show(TREE);
  assert.deepEqual(shown(), ["cards", "loans"]);
  assert.deepEqual(keysOf(), { Digit1: "cards", Digit2: "loans" });
  assert.equal(panel.press("cards"), null);
  assert.deepEqual(shown(), ["cards", "cards > lost", "cards > pin"]);
  assert.deepEqual(keysOf(), { Digit1: "cards", Digit2: "cards > lost", Digit3: "cards > pin" });
  assert.equal(panel.press("cards > pin"), "cards > pin");
  assert.equal(panel.press("cards"), "cards");
  panel.reset();
  assert.deepEqual(shown(), ["cards", "loans"]);
});

test("the way back up is a step, and ends at the top", () => {
  show(TREE);
  panel.press("cards");
  panel.press("cards > lost");
  assert.deepEqual(
    [...panel.crumbs.querySelectorAll("button")].map(({ textContent }) => textContent),
    ["all_classes", "Карты", "Потеряна"],
  );
  assert.equal(panel.up(), true);
  assert.deepEqual(shown(), ["cards", "cards > lost", "cards > pin"]);
  assert.equal(panel.up(), true);
  assert.equal(panel.up(), false);
  assert.equal(panel.crumbs.hidden, true);
});

test("where only leaves are labels, what has parts only opens", () => {
  show(TREE, "single", false);
  panel.press("cards");
  assert.deepEqual(shown(), ["cards > lost", "cards > pin"]);
  panel.startSearch();
  assert.deepEqual(search("потеряна"), ["cards > lost", "cards > lost > abroad"]);
  assert.equal(panel.press("cards > lost"), null);
  assert.deepEqual(shown(), ["cards > lost > abroad"]);
});

test("a tree is searched by whole paths, the deeper ones too, and a hit is the answer", () => {
  show(TREE);
  assert.deepEqual(search("карты гран"), ["cards > lost > abroad"]);
  key("Enter");
  assert.deepEqual(picked, [["cards > lost > abroad", "key"]]);
  search("карты");
  assert.equal(panel.press("cards"), "cards");
});

test("while nothing is typed yet the search offers what was chosen last", () => {
  show(TREE);
  for (const code of ["loans", "cards > pin", "loans"]) panel.press(code);
  panel.startSearch();
  assert.deepEqual(
    panel.hits.map(({ labelClass }) => labelClass.code),
    ["loans", "cards > pin"],
  );
  panel.endSearch();
  assert.deepEqual(shown(), ["cards", "loans"]);
});
