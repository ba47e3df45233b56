import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./loading.js";

const { makeSay, clock, onOtherLayout, searchable, keyCodes, hyphenated } = load(
  "label",
  "makeSay",
  "clock",
  "onOtherLayout",
  "searchable",
  "keyCodes",
  "hyphenated",
);

test("a text is filled with facts, numbers as the reader's language writes them", () => {
  const words = { left: "{n} of {size} left" };
  assert.equal(makeSay(words, "en")("left", { n: 12345, size: "all" }), "12,345 of all left");
  assert.equal(makeSay(words, "ru")("left", { n: 12345, size: "all" }), "12\u00a0345 of all left");
});

test("a fact that is not known leaves its place, and zero is known", () => {
  const say = makeSay({ chunk: "Chunk {n}" }, "en");
  assert.equal(say("chunk"), "Chunk {n}");
  assert.equal(say("chunk", { n: null }), "Chunk {n}");
  assert.equal(say("chunk", { n: 0 }), "Chunk 0");
});

test("a fact with braces is not filled again", () => {
  assert.equal(makeSay({ title: "«{title}»" }, "ru")("title", { title: "{n} {title}", n: 1 }), "«{n} {title}»");
});

test("a missing text shows its key", () => {
  assert.equal(makeSay({}, "en")("no_such_word"), "no_such_word");
});

test("waiting is told in whole seconds, rounded up, and never below nothing", () => {
  assert.deepEqual([-3, 0, 0.2, 59.01, 61, 600].map(clock), ["0:00", "0:00", "0:01", "1:00", "1:01", "10:00"]);
});

test("what was typed on the wrong layout is read on the other one, either way", () => {
  assert.equal(onOtherLayout("ghbdtn"), "привет");
  assert.equal(onOtherLayout("сфкв"), "card");
  assert.equal(onOtherLayout("42 ё"), "42 `");
});

test("case, ё and the separators of codes do not matter in a search", () => {
  assert.equal(searchable("Счёт_на-ОПЛАТУ/копия"), "счет на оплату копия");
});

test("a hotkey is a place on the keyboard, so a Russian layout types the same class", () => {
  assert.deepEqual(keyCodes("7"), ["Digit7", "Numpad7"]);
  assert.deepEqual(keyCodes("Q"), ["KeyQ"]);
  assert.deepEqual(keyCodes("й"), keyCodes("q"));
});

test("what stands on a command's key is no hotkey", () => {
  for (const sign of [null, "", "/", "ю", "х", "-", "qq"]) assert.deepEqual(keyCodes(sign), [], String(sign));
});

test("a long Russian word may break between syllables, a short one and a code may not", () => {
  const told = (text) => hyphenated(text).replaceAll("\u00ad", "-");
  assert.equal(told("Удовлетворённость"), "Удов-лет-во-рён-ность");
  assert.equal(told("Полное разочарование"), "Полное ра-зо-ча-ро-ва-ние");
  assert.equal(told("Нейтрально card_payment_wrong_rate"), "Нейтрально card_payment_wrong_rate");
});
