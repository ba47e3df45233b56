import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { BrokenStorage, newStorage, setGlobal } from "./browser.js";
import { load } from "./loading.js";

const { AnswerQueue } = load("label", "AnswerQueue");

let storage;
beforeEach(() => {
  storage = newStorage();
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
});

const press = (token, revision = 1) => ({ token, revision, label: "good", seconds: 1 });
const open = (project = "demo", person = 17, kind = "answer") => new AnswerQueue(person, project, kind);
const tokens = (entries) => entries.map(({ answer }) => answer.token);

test("a press outlives the page, with all it said and where it stood", () => {
  const queue = open();
  for (const token of ["b", "a", "c"]) queue.add({ ...press(token), comment: "«ё» \u{1F600}" });
  const later = open();
  assert.deepEqual(tokens(later.entries), ["b", "a", "c"]);
  assert.deepEqual(later.entries[0].answer, { ...press("b"), comment: "«ё» \u{1F600}" });
});

test("what another load of the page pressed may have been sent already", () => {
  open().add(press("a"));
  const [entry] = open().entries;
  assert.equal(entry.attempted, true);
  assert.equal(entry.adopted, true);
});

test("an acknowledged press is gone for good", () => {
  const queue = open();
  queue.add(press("a"));
  queue.add(press("b"));
  assert.equal(queue.remove("a", 1).answer.token, "a");
  assert.deepEqual(tokens(queue.entries), ["b"]);
  assert.deepEqual(tokens(open().entries), ["b"]);
});

test("a second acknowledgement finds nothing, and takes no other revision with it", () => {
  const queue = open();
  queue.add(press("a", 1));
  queue.add(press("a", 2));
  queue.remove("a", 1);
  assert.equal(queue.remove("a", 1), undefined);
  assert.equal(queue.has("a"), true);
  assert.equal(open().entries[0].answer.revision, 2);
});

test("people, projects and kinds of card do not see each other's presses", () => {
  open("demo").add(press("a"));
  for (const other of [open("demo2"), open("demo", 1), open("demo", 171), open("demo", 17, "ruling")]) {
    assert.deepEqual(other.entries, []);
  }
});

test("two tabs write at once and neither overwrites the other", () => {
  const [one, other] = [open(), open()];
  one.add(press("a"));
  other.add(press("b"));
  one.add(press("c"));
  assert.deepEqual(tokens(open().entries).sort(), ["a", "b", "c"]);
});

test("adopting twice takes nothing in twice", () => {
  const [one, other] = [open(), open()];
  one.add(press("a"));
  other.adopt();
  other.adopt();
  assert.deepEqual(tokens(other.entries), ["a"]);
});

test("what another tab has sent is forgotten where it was adopted, and kept where it was pressed", () => {
  const one = open();
  one.add(press("a"));
  const other = open();
  one.forgetAdopted("a", 1);
  other.forgetAdopted("a", 1);
  assert.deepEqual(tokens(one.entries), ["a"]);
  assert.deepEqual(other.entries, []);
});

test("a press set aside is not sent, not even after a reload, until it is asked for", () => {
  const queue = open();
  queue.add(press("a"));
  queue.add(press("b"));
  queue.park(queue.find("a", 1));
  const later = open();
  assert.deepEqual(tokens(later.sendable()), ["b"]);
  assert.deepEqual(tokens(later.parked()), ["a"]);
  later.unpark();
  assert.deepEqual(tokens(open().sendable()), ["a", "b"]);
});

test("presses keep their order when several fall into one millisecond", () => {
  const queue = open();
  const pressed = Array.from({ length: 30 }, (_, n) => `t${(n * 7) % 30}`);
  for (const token of pressed) queue.add(press(token));
  assert.deepEqual(tokens(open().entries), pressed);
});

test("presses keep their order over a reload when the clock is put back", () => {
  open().add(press("first"));
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: 400_000 });
  open().add(press("second"));
  assert.deepEqual(tokens(open().entries), ["first", "second"]);
});

test("what lies in the storage and is no whole entry is passed over", () => {
  const queue = open();
  queue.add(press("a"));
  const { answer } = queue.entries[0];
  storage.setItem(`${queue.prefix}b:1`, "{half");
  storage.setItem(`${queue.prefix}c:1`, "null");
  storage.setItem(`${queue.prefix}d:1`, JSON.stringify({ answer, order: 1, parked: false }));
  storage.setItem(`${queue.prefix}e:1`, JSON.stringify({ answer: press("e"), order: null }));
  storage.setItem("somebody:else", "1");
  assert.deepEqual(tokens(open().entries), ["a"]);
});

test("a token may hold the sign that parts it from the revision", () => {
  open().add(press("x:y:z", 3));
  assert.deepEqual(open().parseKey(`${open().prefix}x:y:z:3`), { token: "x:y:z", revision: 3 });
  assert.deepEqual(tokens(open().entries), ["x:y:z"]);
});

test("without a storage presses are kept while the page lives, and the queue says so", () => {
  setGlobal("localStorage", new BrokenStorage());
  const queue = open();
  queue.add(press("a"));
  assert.equal(queue.durable, false);
  assert.deepEqual(tokens(queue.sendable()), ["a"]);
  assert.equal(queue.remove("a", 1).answer.token, "a");
});

test("a storage that was wiped gets back what is still here", () => {
  const queue = open();
  queue.add(press("a"));
  storage = newStorage();
  queue.writeAll();
  assert.deepEqual(tokens(open().entries), ["a"]);
});
