import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { load } from "./loading.js";

const { Pile, LABEL_DRAFTS } = load("label", "Pile", "LABEL_DRAFTS");

let pile;
beforeEach(() => {
  pile = new Pile(LABEL_DRAFTS);
});

const item = (token) => ({ token, text: `text of ${token}` });
const answer = (token, more = {}) => ({ token, revision: 1, kind: "label", comment: null, flagged: false, ...more });
const tokens = (items) => items.map(({ token }) => token);

test("the first item comes up by itself, the others wait in order", () => {
  pile.refill(["a", "b", "c"].map(item));
  assert.equal(pile.shown().token, "a");
  assert.deepEqual(tokens(pile.ahead), ["b", "c"]);
  assert.deepEqual(tokens(pile.unanswered()), ["a", "b", "c"]);
});

test("an item on screen stays there whatever the server sends", () => {
  pile.refill(["a", "b"].map(item));
  pile.refill(["c", "a", "d"].map(item));
  assert.equal(pile.shown().token, "a");
  assert.deepEqual(tokens(pile.ahead), ["c", "d"]);
});

test("an answer brings up the next item with an empty draft", () => {
  pile.refill(["a", "b"].map(item));
  Object.assign(pile.draft(), { comment: "hm", flagged: true });
  pile.remember(answer("a"));
  assert.equal(pile.shown().token, "b");
  assert.deepEqual(pile.draft(), { comment: "", flagged: false, evidence: null });
});

test("a correction brings its own draft, and goes back to the item that was on screen with its draft", () => {
  pile.refill(["a", "b"].map(item));
  pile.remember(answer("a", { comment: "first", flagged: true, evidence: 2 }));
  pile.draft().comment = "half written";
  pile.bringBack(pile.before(), false);
  assert.equal(pile.shown().token, "a");
  assert.deepEqual(pile.draft(), { comment: "first", flagged: true, evidence: 2 });
  pile.remember(answer("a", { revision: 2 }));
  assert.equal(pile.shown().token, "b");
  assert.equal(pile.draft().comment, "half written");
});

test("a corrected answer is the last one answered, and there once", () => {
  pile.refill(["a", "b", "c"].map(item));
  for (const token of ["a", "b"]) pile.remember(answer(token));
  pile.bringBack(pile.answered("a"), false);
  pile.remember(answer("a", { revision: 2 }));
  assert.deepEqual(
    pile.history.map((entry) => [entry.answer.token, entry.answer.revision]),
    [
      ["b", 1],
      ["a", 2],
    ],
  );
});

test("steps back go one by one to the first answer and no further", () => {
  pile.refill(["a", "b", "c"].map(item));
  for (const token of ["a", "b"]) pile.remember(answer(token));
  for (const token of ["b", "a"]) {
    const entry = pile.before();
    assert.equal(entry.item.token, token);
    pile.bringBack(entry, false);
  }
  assert.equal(pile.before(), null);
  assert.equal(pile.place(), 0);
});

test("an item whose answer was withdrawn is held and not handed out twice", () => {
  pile.refill(["a", "b"].map(item));
  pile.remember(answer("a"));
  pile.bringBack(pile.before(), true);
  assert.deepEqual(tokens(pile.unanswered()), ["a", "b"]);
  pile.refill(["a", "b", "c"].map(item));
  assert.deepEqual(tokens(pile.ahead), ["c"]);
});

test("an item that was answered in another tab goes, from the screen or from behind it", () => {
  pile.refill(["a", "b", "c"].map(item));
  assert.equal(pile.drop("c"), false);
  assert.equal(pile.drop("a"), true);
  assert.equal(pile.shown().token, "b");
  assert.deepEqual(pile.ahead, []);
});

test("when the page is put up anew, the item on screen waits before the others", () => {
  pile.refill(["a", "b"].map(item));
  pile.release();
  assert.equal(pile.shown(), null);
  assert.deepEqual(tokens(pile.ahead), ["a", "b"]);
});

test("an answer without an item leaves no trace", () => {
  pile.remember(answer("a"));
  assert.deepEqual(pile.history, []);
});
