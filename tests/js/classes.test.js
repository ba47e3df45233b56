import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
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

beforeEach(() => show(FIVE));

test("a search finds by the beginning of any word of the title or the code", () => {
  assert.deepEqual(search("карт"), ["card_arrival", "card_blocked"]);
  assert.deepEqual(search("transfer"), ["late_transfer"]);
});

test("all words that were typed must be found, in any order", () => {
  assert.deepEqual(search("заблок карт"), ["card_blocked"]);
  assert.deepEqual(search("возврат карт"), []);
});

test("ё, case and the layout do not matter", () => {
  assert.deepEqual(search("СЧЕТ"), ["wrong_amount"]);
  assert.deepEqual(search("djpdhfn"), ["refund"]);
  assert.deepEqual(search("кугтв куагтв"), []);
  assert.deepEqual(search("куагтв"), ["refund"]);
});

test("beginnings of words come before middles, and those before descriptions", () => {
  show([
    classOf(["a", "Прочее"], { description: "не карта" }),
    classOf(["b", "Видеокарта"]),
    classOf(["c", "Карта"]),
    classOf(["d", "Чек"], { group: "Карты" }),
  ]);
  assert.deepEqual(search("карт"), ["c", "d", "b", "a"]);
});

test("what is not found is off the screen, and the best hit is told and chosen", () => {
  search("карт");
  const shown = panel.entries.filter(({ button }) => !button.hidden).map(({ labelClass }) => labelClass.code);
  assert.deepEqual(shown, ["card_arrival", "card_blocked"]);
  assert.equal(panel.found.textContent, 'search_found {"n":2,"title":"Доставка карты"}');
  assert.ok(panel.byCode.get("card_arrival").button.classList.contains("hit"));
  search("zzz");
  assert.equal(panel.found.textContent, "search_nothing");
});

test("arrows go round the hits, Enter takes the one that is chosen and ends the search", () => {
  search("карт");
  key("ArrowDown");
  assert.ok(panel.byCode.get("card_blocked").button.classList.contains("hit"));
  key("ArrowDown");
  key("ArrowUp");
  assert.equal(key("Enter").defaultPrevented, true);
  assert.deepEqual(picked, [["card_blocked", "key"]]);
  assert.equal(panel.input.value, "");
  assert.deepEqual(
    panel.entries.map(({ button }) => button.hidden),
    FIVE.map(() => false),
  );
});

test("Enter takes nothing where nothing was typed, nothing found, or the key is held", () => {
  search("");
  key("Enter");
  search("zzz");
  key("Enter");
  search("карт");
  key("Enter", { repeat: true });
  assert.deepEqual(picked, []);
});

test("a pick that was not taken leaves the search as it stands", () => {
  search("карт");
  panel.onPick = () => false;
  key("Enter");
  assert.equal(panel.input.value, "карт");
});

test("Escape ends the search and goes no further, letters are left to the field", () => {
  search("карт");
  const letter = key("a");
  assert.equal(letter.defaultPrevented, false);
  let seen = 0;
  page.document.body.addEventListener("keydown", () => {
    seen += 1;
  });
  key("Escape");
  assert.equal(seen, 0);
  assert.equal(panel.input.value, "");
  assert.equal(panel.isSearching(), false);
});

test("the search shows itself among few classes only while it is used", () => {
  assert.equal(panel.find.hidden, true);
  panel.startSearch();
  assert.equal(panel.find.hidden, false);
  panel.endSearch();
  assert.equal(panel.find.hidden, true);
  show(many(13));
  assert.equal(panel.find.hidden, false);
});

test("a few classes stand in columns that fill their rows", () => {
  for (const [count, columns] of [
    [2, "2"],
    [6, "3"],
    [8, "4"],
    [12, "4"],
  ]) {
    show(many(count));
    assert.equal(panel.list.style.getPropertyValue("--columns"), columns, `${count} classes`);
  }
});

test("many classes stand in their groups, those without one under a heading of their own", () => {
  const grouped = many(14).map((one, n) => ({ ...one, group: n < 6 ? "Карты" : n < 10 ? "Счета" : null }));
  show(grouped);
  const headings = [...panel.list.querySelectorAll("h3")].map((heading) => heading.textContent);
  assert.deepEqual(headings, ["Карты", "Счета", "other_classes"]);
  assert.equal(panel.list.querySelectorAll("button").length, 14);
});

test("a title is text, whatever it holds", () => {
  show([classOf(["x", "<img src=x onerror=alert(1)>"])]);
  assert.equal(panel.list.querySelector("img"), null);
  assert.equal(panel.list.querySelector(".title").textContent, "<img src=x onerror=alert(1)>");
});

test("a long code breaks between its words", () => {
  show([classOf(["x", "card_payment_wrong_rate"]), classOf(["y", "два слова"])]);
  const [code, words] = panel.list.querySelectorAll(".title");
  assert.deepEqual(
    [...code.childNodes].map((node) => node.textContent || node.nodeName),
    ["card_", "WBR", "payment_", "WBR", "wrong_", "WBR", "rate"],
  );
  assert.equal(code.textContent, "card_payment_wrong_rate");
  assert.equal(words.childNodes.length, 1);
});

test("a mark moves from class to class and goes", () => {
  const marked = (name) =>
    panel.entries.filter(({ button }) => button.hasAttribute(name)).map((e) => e.labelClass.code);
  panel.mark("refund");
  panel.mark("late_transfer");
  panel.point("refund");
  assert.deepEqual([marked("aria-pressed"), marked("data-given")], [["late_transfer"], ["refund"]]);
  panel.mark(null);
  panel.point(null);
  assert.deepEqual([marked("aria-pressed"), marked("data-given")], [[], []]);
});

test("junior's sign stands on one class, and on none where junior names a class that is gone", () => {
  const signed = () => panel.list.querySelector(".badge")?.closest("button").getAttribute("data-code") ?? null;
  panel.suggest("refund");
  assert.equal(signed(), "refund");
  panel.suggest("no_such_class");
  assert.equal(signed(), null);
});

test("a flash goes by itself, and a second one puts out the first", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const lit = () => panel.entries.filter(({ button }) => button.classList.contains("taken")).length;
  panel.flash("refund");
  panel.flash("card_arrival");
  assert.equal(lit(), 1);
  mock.timers.tick(180);
  assert.equal(lit(), 0);
  mock.timers.reset();
});
