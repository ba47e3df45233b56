import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { newStorage, setGlobal, settled } from "./browser.js";
import { load } from "./loading.js";

const { Bench, CasePile, markOf, revealSign } = load("ruling", "Bench", "CasePile", "markOf", "revealSign");

const CONFIG = {
  url: "/desk/rulings",
  person: 5,
  project: "demo",
  look_ahead: 2,
  remaining: null,
  wanted: {},
  undone: 0,
  blind: true,
};

let bodies;
let replyTo;
let bench;

const cases = (...tokens) => tokens.map((token) => ({ token, text: token, given: "good", votes: [], rulings: [] }));
const stored = (rulings) => rulings.map(({ token, revision }) => ({ token, revision, status: "stored" }));
const tokens = (items) => items.map(({ token }) => token);

async function fakeFetch(_url, { body }) {
  bodies.push(JSON.parse(body));
  const [status, reply] = await replyTo(bodies.at(-1));
  return new Response(JSON.stringify(reply), { status });
}

async function pass(milliseconds = 100) {
  mock.timers.tick(milliseconds);
  await settled();
  await settled();
}

async function rule(kind, choice = {}) {
  bench.answer(kind, { ...choice, seconds: 1 });
  await pass();
  return bodies.at(-1).rulings[0];
}

function sit(config = CONFIG) {
  bench = new Bench(config);
  bench.configure(config);
  bench.attend();
  return settled();
}

beforeEach(async () => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  newStorage();
  bodies = [];
  setGlobal("fetch", fakeFetch);
  setGlobal("document", { hidden: false });
  setGlobal("requestAnimationFrame", (run) => setTimeout(run, 16));
  replyTo = ({ rulings }) => {
    return [200, { state: "working", items: cases("a", "b", "c"), acknowledged: stored(rulings) }];
  };
  await sit();
});

test("a label is a ruling with what stood beside it", async () => {
  Object.assign(bench.pile.draft(), { comment: "  see 2.3 ", golden: true, seen: true });
  assert.deepEqual(await rule("label", { label: "bad" }), {
    token: "a",
    revision: 1,
    verdict: "label",
    label: "bad",
    rationale: "see 2.3",
    blind: false,
    make_golden: true,
    corner_case: false,
    seconds: 1,
  });
});

test("a ruling is blind as long as the evidence was not looked at, and never where it is shown", async () => {
  assert.equal((await rule("label", { label: "bad" })).blind, true);
  bench.pile.draft().seen = true;
  assert.equal((await rule("label", { label: "bad" })).blind, false);
  await sit({ ...CONFIG, blind: false });
  assert.equal((await rule("label", { label: "bad" })).blind, false);
});

test("without a label nothing becomes golden or a corner case", async () => {
  Object.assign(bench.pile.draft(), { golden: true, corner: true });
  const ruling = await rule("unclear");
  assert.deepEqual([ruling.verdict, ruling.make_golden, ruling.corner_case], ["unclear", false, false]);
});

test("an item passed over has no verdict and is not counted", async () => {
  const never = new Promise(() => {});
  replyTo = () => never;
  assert.equal((await rule("skip")).verdict, null);
  bench.standing.day = 3;
  assert.equal(bench.counts().day, 3);
  bench.answer("sent_back", { seconds: 1 });
  assert.equal(bench.counts().day, 4);
});

test("a ruling brought back has its draft again", async () => {
  Object.assign(bench.pile.draft(), { comment: "so", corner: true, seen: true });
  await rule("label", { label: "bad" });
  bench.stepBack();
  assert.deepEqual(bench.pile.draft(), { comment: "so", golden: false, corner: true, seen: true });
  assert.equal((await rule("label", { label: "good" })).revision, 2);
});

test("another wish gives back what lies here, and takes nothing that was brought for the old one", async () => {
  let answerOld;
  replyTo = () =>
    new Promise((resolve) => {
      answerOld = () => resolve([200, { state: "working", items: cases("a", "b"), acknowledged: [] }]);
    });
  bench.sync();
  await settled();
  bench.configure({ ...CONFIG, wanted: { region: "hard" } });
  assert.equal(bench.screen(), "loading");
  replyTo = () => [200, { state: "working", items: cases("x", "y"), acknowledged: [] }];
  answerOld();
  await settled();
  await settled();
  assert.deepEqual([bodies.at(-1).wanted, bodies.at(-1).release], [{ region: "hard" }, true]);
  assert.deepEqual(tokens(bench.pile.unanswered()), ["x", "y"]);
  bench.sync();
  await settled();
  assert.equal(bodies.at(-1).release, false);
});

test("a wish that has changed again while it was asked for is asked for again", async () => {
  const held = [];
  replyTo = () => new Promise((resolve) => held.push((...found) => resolve([200, { items: cases(...found) }])));
  bench.configure({ ...CONFIG, wanted: { region: "hard" } });
  await settled();
  bench.configure({ ...CONFIG, wanted: { region: "easy" } });
  held[0]("x");
  await settled();
  await settled();
  assert.equal(bench.screen(), "loading");
  assert.deepEqual([bodies.at(-1).wanted, bodies.at(-1).release], [{ region: "easy" }, true]);
  held[1]("y");
  await settled();
  await settled();
  assert.deepEqual(tokens(bench.pile.unanswered()), ["y"]);
});

test("what was taken back beside the card has its figures asked for anew", async () => {
  const before = bodies.length;
  bench.configure({ ...CONFIG, undone: 1 });
  await pass();
  assert.equal(bodies.length, before + 1);
  assert.deepEqual([bodies.at(-1).rulings, bodies.at(-1).release], [[], false]);
});

test("the same wish told again changes nothing", () => {
  bench.configure({ ...CONFIG, wanted: {} });
  assert.equal(bench.screen(), "item");
  assert.equal(bodies.length, 1);
});

test("rulings pressed before the wish changed are sent, whatever is wanted now", async () => {
  bench.answer("label", { label: "bad", seconds: 1 });
  bench.configure({ ...CONFIG, wanted: { region: "hard" } });
  await pass();
  const sent = bodies.slice(1).flatMap(({ rulings }) => tokens(rulings));
  assert.deepEqual(sent, ["a"]);
  assert.deepEqual(bench.queue.entries, []);
});

test("a page loaded anew with another wish than before asks anew", async () => {
  await sit({ ...CONFIG, wanted: { region: "hard" } });
  assert.equal(bodies.at(-1).release, true);
  await sit({ ...CONFIG, wanted: { region: "hard" } });
  assert.equal(bodies.at(-1).release, false);
});

test("a first ruling that can't be brings its item back and says why", async () => {
  replyTo = ({ rulings }) => {
    const acknowledged = rulings.map((ruling) => ({ ...ruling, status: "refused", message: "Класс убран" }));
    return [200, { state: "working", items: cases("a", "b", "c"), acknowledged }];
  };
  await rule("label", { label: "gone" });
  assert.equal(bench.problem, "Класс убран");
  assert.deepEqual(bench.pile.history, []);
  assert.ok(tokens(bench.pile.unanswered()).includes("a"));
});

test("a correction that can't be leaves the ruling before it in the history", async () => {
  await rule("label", { label: "bad" });
  bench.stepBack();
  replyTo = ({ rulings }) => {
    const acknowledged = rulings.map((ruling) => ({ ...ruling, status: "refused", message: "no" }));
    return [200, { state: "working", items: cases("b", "c"), acknowledged }];
  };
  await rule("label", { label: "gone" });
  assert.equal(bench.pile.history.length, 1);
});

test("a corner case has the guide read again, any other ruling does not", async () => {
  let read = 0;
  bench.onGuideChange = () => {
    read += 1;
  };
  await rule("label", { label: "bad" });
  assert.equal(read, 0);
  bench.pile.draft().corner = true;
  await rule("label", { label: "bad" });
  assert.equal(read, 1);
});

test("where all is ruled one can still step back", async () => {
  await rule("label", { label: "bad" });
  replyTo = () => [200, { state: "done", items: [], acknowledged: [] }];
  bench.pile.drop("c");
  bench.pile.drop("b");
  bench.sync();
  await settled();
  assert.equal(bench.screen(), "done");
  assert.equal(bench.canStepBack(), true);
});

test("a broken storage costs the memory of the wish and nothing else", async () => {
  setGlobal("localStorage", undefined);
  await sit();
  assert.equal(bench.screen(), "item");
  assert.equal((await rule("label", { label: "bad" })).token, "a");
});

test("a pile that is cleared keeps what was ruled", () => {
  const pile = new CasePile();
  pile.refill(cases("a", "b"));
  pile.remember({ token: "a", rationale: "" });
  pile.clear();
  assert.equal(pile.shown(), null);
  assert.deepEqual(pile.ahead, []);
  assert.equal(pile.history.length, 1);
});

test("assessors are told apart by letters, and by numbers after the last one", () => {
  assert.deepEqual([0, 25, 26, 53].map(markOf), ["A", "Z", "A2", "B3"]);
});

test("V reveals where no class has it", () => {
  assert.equal(revealSign([{ hotkey: "a" }, { hotkey: null }]), "V");
  assert.equal(revealSign([{ hotkey: "м" }]), "'");
});
