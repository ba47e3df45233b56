import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { newStorage, setGlobal, settled } from "./browser.js";
import { load } from "./loading.js";

const { LabelDesk } = load("label", "LabelDesk");

const CONFIG = { url: "/desk/answers", person: 17, project: "demo", look_ahead: 2, remaining: 40 };
const SUGGESTION = { label: "bad", confidence: 0.9, rationale: "because" };

let bodies;
let replyTo;
let desk;

const items = (...tokens) => tokens.map((token) => ({ token, text: `text of ${token}` }));
const receipt = ({ token, revision }, more = {}) => ({ token, revision, status: "stored", ...more });
const working = (more) => ({ state: "working", items: items("a", "b", "c"), ...more });

async function fakeFetch(_url, { body }) {
  bodies.push(JSON.parse(body));
  const [status, reply] = replyTo(bodies.at(-1));
  return new Response(JSON.stringify(reply), { status });
}

async function pass(milliseconds) {
  mock.timers.tick(milliseconds);
  await settled();
  await settled();
}

async function press(kind = "label", choice = { label: "good" }) {
  desk.answer(kind, { ...choice, seconds: 1 });
  await pass(100);
}

beforeEach(async () => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  newStorage();
  bodies = [];
  setGlobal("fetch", fakeFetch);
  setGlobal("document", { hidden: false });
  setGlobal("requestAnimationFrame", (run) => setTimeout(run, 16));
  replyTo = ({ answers }) => [200, working({ acknowledged: answers.map((answer) => receipt(answer)) })];
  desk = new LabelDesk(CONFIG);
  desk.attend();
  await settled();
});

test("nothing is shown before the server has spoken, then the first item", async () => {
  const early = new LabelDesk(CONFIG);
  assert.equal(early.screen(), "loading");
  assert.equal(desk.screen(), "item");
  assert.equal(desk.pile.shown().token, "a");
  assert.deepEqual(bodies[0], { project: "demo", want: 3, holding: [], answers: [], close_chunk: null });
});

test("on return to the page an item waits for the server's word, for its lease may be gone", async () => {
  desk.leave();
  replyTo = () => [200, { state: "working", items: items("b", "d") }];
  desk.attend();
  assert.equal(desk.screen(), "loading");
  await settled();
  assert.equal(desk.pile.shown().token, "b");
});

test("the next item is there at once, the answer leaves after it was painted", async () => {
  desk.answer("label", { label: "good", seconds: 2 });
  assert.equal(desk.pile.shown().token, "b");
  assert.equal(bodies.length, 1);
  await pass(100);
  const said = { token: "a", revision: 1, kind: "label", label: "good", reason: null, comment: null, flagged: false };
  assert.deepEqual(bodies[1].answers, [{ ...said, seconds: 2, evidence: null }]);
  assert.deepEqual(bodies[1].holding, ["b", "c"]);
  assert.deepEqual(desk.queue.entries, []);
});

test("an item that was answered while the server was speaking does not come up again", async () => {
  await press();
  assert.equal(desk.pile.shown().token, "b");
  assert.ok(!desk.pile.ahead.some(({ token }) => token === "a"));
});

test("an answer that has not left is withdrawn by a step back, and given anew under the same revision", async () => {
  desk.answer("label", { label: "good", seconds: 1 });
  desk.stepBack();
  assert.equal(desk.pile.shown().token, "a");
  assert.deepEqual(desk.queue.entries, []);
  await press("label", { label: "bad" });
  assert.deepEqual(
    bodies.at(-1).answers.map(({ token, revision, label }) => [token, revision, label]),
    [["a", 1, "bad"]],
  );
});

test("an answer that may have arrived is corrected by a later revision", async () => {
  await press();
  desk.stepBack();
  await press("unsure", {});
  assert.deepEqual(
    bodies.at(-1).answers.map(({ token, revision, kind }) => [token, revision, kind]),
    [["a", 2, "unsure"]],
  );
});

test("who leaves an earlier answer as it was keeps it, withdrawn or not", async () => {
  desk.answer("label", { label: "good", seconds: 1 });
  desk.stepBack();
  desk.keepEarlier();
  assert.equal(desk.pile.shown().token, "b");
  await pass(100);
  assert.deepEqual(
    bodies.at(-1).answers.map(({ token, revision }) => [token, revision]),
    [["a", 1]],
  );
});

test("what was chosen in the end comes second where another tab had sent the withdrawn answer", async () => {
  desk.answer("label", { label: "good", seconds: 1 });
  desk.stepBack();
  replyTo = ({ answers }) => {
    const status = (answer) => (answer.revision === 1 ? "kept_first" : "stored");
    return [200, working({ acknowledged: answers.map((one) => receipt(one, { status: status(one) })) })];
  };
  await press("label", { label: "bad" });
  const sent = bodies.slice(1).flatMap(({ answers }) => answers.map(({ revision, label }) => [revision, label]));
  assert.deepEqual(sent, [
    [1, "bad"],
    [2, "bad"],
  ]);
});

test("a request turned down as a whole is taken apart, and only the bad answer is set aside", async () => {
  replyTo = ({ answers }) => {
    if (answers.some(({ label }) => label === "poison")) return [400, { error: "bad_request", message: "Не то" }];
    return [200, working({ acknowledged: answers.map((answer) => receipt(answer)) })];
  };
  desk.answer("label", { label: "good", seconds: 1 });
  desk.answer("label", { label: "poison", seconds: 1 });
  desk.answer("label", { label: "good", seconds: 1 });
  await pass(100);
  await pass(0);
  assert.deepEqual(
    desk.queue.entries.map(({ answer, parked }) => [answer.token, parked]),
    [["b", true]],
  );
  assert.equal(desk.problem, "Не то");
  desk.discardParked();
  assert.deepEqual(desk.queue.entries, []);
});

test("what the server can't read of a parcel is set aside alone, said and never sent again by itself", async () => {
  replyTo = ({ answers }) => {
    const at = answers.findIndex(({ label }) => label === "poison");
    const read = answers.filter((_, place) => place !== at).map((answer) => receipt(answer));
    if (at < 0) return [200, working({ acknowledged: read })];
    const unread = { token: null, revision: null, at, status: "refused", message: "Неверное поле" };
    return [400, working({ acknowledged: [...read, unread], error: "bad_request", message: "Неверное поле" })];
  };
  for (const label of ["good", "poison", "good"]) desk.answer("label", { label, seconds: 1 });
  for (let rest = 0; rest < 4; rest += 1) await pass(10_000);
  assert.deepEqual(
    desk.queue.entries.map(({ answer, parked }) => [answer.token, parked]),
    [["b", true]],
  );
  assert.equal(desk.problem, "Неверное поле");
  assert.equal(desk.failures, 0);
  assert.equal(bodies.filter(({ answers }) => answers.some(({ label }) => label === "poison")).length, 1);
});

test("half of a letter at the end of a comment doesn't reach the server", async () => {
  desk.pile.draft().comment = " cut here \ud83d\0";
  await press();
  assert.equal(bodies.at(-1).answers[0].comment, "cut here \ufffd\ufffd");
});

test("an answer that was refused by itself is counted and gone, one that was refused with a sentence says it", async () => {
  for (const more of [{}, { message: "The class was split." }]) {
    const refused = (one) => receipt(one, { status: "refused", ...more });
    replyTo = ({ answers }) => [200, working({ acknowledged: answers.map(refused) })];
    await press();
    assert.equal(desk.refusedCount, 1);
    assert.deepEqual(desk.queue.entries, []);
  }
  assert.equal(desk.problem, "The class was split.");
});

test("without the net for long the card says so, and keeps what was pressed", async () => {
  setGlobal("fetch", () => Promise.reject(new TypeError("network")));
  for (const _ of "abc") desk.answer("label", { label: "good", seconds: 1 });
  for (let tries = 0; tries < 4; tries += 1) await pass(10_000);
  assert.equal(desk.screen(), "offline");
  assert.equal(desk.queue.entries.length, 3);
});

test("counts run ahead of the server by what is on its way, skips not counted", async () => {
  const chunk = { id: 1, ordinal: 1, size: 20, answered: 4, kind: "work" };
  replyTo = () => [200, working({ chunk, day: 9 })];
  desk.sync();
  await settled();
  desk.answer("label", { label: "good", seconds: 1 });
  desk.answer("skip", { seconds: 1 });
  assert.deepEqual(desk.counts(), { answered: 5, size: 20, day: 10, remaining: 35 });
});

test("a chunk is closed after its last answer is in, never before", async () => {
  const chunk = { id: 7, ordinal: 1, size: 1, answered: 1, kind: "work" };
  replyTo = () => [200, { state: "chunk_done", items: [], chunk }];
  desk.pile.drop("b");
  desk.pile.drop("c");
  desk.answer("label", { label: "good", seconds: 1 });
  await pass(100);
  assert.equal(desk.screen(), "chunk_done");
  desk.closeChunk();
  // The answer is not acknowledged yet, so it goes along; fifty more would have to go first.
  assert.equal(desk.screen(), "closing");
  replyTo = ({ answers, close_chunk }) => {
    const result = close_chunk ? { title: "Пачка 1", message: "7 из 8" } : null;
    return [200, { state: "working", items: items("d"), acknowledged: answers.map((one) => receipt(one)), result }];
  };
  await pass(10_000);
  assert.equal(bodies.at(-1).close_chunk, 7);
  assert.equal(desk.screen(), "result");
  desk.nextChunk();
  assert.equal(desk.screen(), "item");
});

test("with more answers than one request holds, the request that closes the chunk is the last", async () => {
  desk.closing = 7;
  const answers = Array.from({ length: 60 }, (_, n) => ({ token: `t${n}`, revision: 1, kind: "label" }));
  for (const answer of answers) desk.queue.add(answer);
  replyTo = (body) => [200, working({ acknowledged: body.answers.map((one) => receipt(one)), result: {} })];
  desk.sync();
  await settled();
  await settled();
  const [first, last] = bodies.slice(1, 3).map((body) => [body.answers.length, body.close_chunk]);
  assert.deepEqual([...first, ...last], [50, null, 10, 7]);
});

test("a page that goes away closes no chunk, for nobody would see the result", () => {
  desk.closing = 7;
  desk.queue.add({ token: "z", revision: 1, kind: "label" });
  desk.part();
  assert.equal(bodies.at(-1).close_chunk, null);
  assert.equal(bodies.at(-1).answers.length, 1);
});

test("junior's word on an answer stays for two answers more", async () => {
  replyTo = ({ answers }) => {
    const word = ({ token }) => (token === "a" ? { suggestion: SUGGESTION } : {});
    const acknowledged = answers.map((answer) => receipt(answer, word(answer)));
    return [200, { state: "working", items: items("b", "c", "d", "e"), acknowledged }];
  };
  await press();
  assert.deepEqual([desk.remarked().entry.item.token, desk.remarked().steps], ["a", 1]);
  await press();
  assert.equal(desk.remarked().steps, 2);
  await press();
  assert.equal(desk.remarked(), null);
});

test("a step back to what junior spoke of ends the remark, for it stands with the item", async () => {
  replyTo = ({ answers }) => {
    const acknowledged = answers.map((answer) => receipt(answer, { suggestion: SUGGESTION }));
    return [200, working({ acknowledged })];
  };
  await press();
  desk.stepBack(desk.remarked().entry);
  assert.deepEqual(desk.pile.shown().suggestion, SUGGESTION);
  desk.keepEarlier();
  assert.equal(desk.remarked(), null);
});

test("an item answered in another tab leaves the screen, and does not come back with a reply that is older", async () => {
  const key = `${desk.queue.prefix}a:1`;
  desk.storageChanged({ key, newValue: "{}" });
  assert.equal(desk.pile.shown().token, "b");
  desk.sync();
  await settled();
  assert.deepEqual(
    [desk.pile.shown(), ...desk.pile.ahead].map(({ token }) => token),
    ["b", "c"],
  );
});

test("who is signed out stays at the gate with what was pressed, until the server lets in again", async () => {
  replyTo = () => [401, {}];
  await press();
  assert.equal(desk.screen(), "signed_out");
  assert.equal(desk.queue.entries.length, 1);
  replyTo = ({ answers }) => [200, working({ acknowledged: answers.map((answer) => receipt(answer)) })];
  desk.wake();
  await settled();
  assert.equal(desk.screen(), "item");
  assert.equal(desk.queue.entries.length, 0);
});
