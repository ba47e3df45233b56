import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { setGlobal, settled } from "./browser.js";
import { load } from "./loading.js";

const { Sender } = load("label", "Sender");

let calls;
let post;
let sender;

// Holds each request until the test says what becomes of it.
function fakeFetch(url, request) {
  return new Promise((resolve, reject) => {
    request.signal?.addEventListener("abort", () => reject(new Error("aborted")));
    calls.push({ url, request, body: JSON.parse(request.body), resolve, reject });
  });
}

const json = (status, body) => new Response(JSON.stringify(body), { status });

async function answerLast(response) {
  calls.at(-1).resolve(response);
  await settled();
}

async function failLast() {
  calls.at(-1).reject(new TypeError("network"));
  await settled();
}

async function pass(milliseconds) {
  mock.timers.tick(milliseconds);
  await settled();
}

beforeEach(() => {
  mock.timers.reset();
  mock.restoreAll();
  mock.timers.enable({ apis: ["setTimeout"] });
  // The longest pause there may be: no luck in it.
  mock.method(Math, "random", () => 1);
  calls = [];
  setGlobal("fetch", fakeFetch);
  post = {
    told: [],
    waiting: true,
    takes: true,
    goesOn: false,
    compose: () => (post.waiting ? { body: { answers: [{ token: "a" }] } } : null),
    receive: (reply) => post.told.push(["reply", reply]) && post.takes,
    refuse: (refusal) => post.told.push(["refusal", refusal]) && post.goesOn,
    shut: (gate) => post.told.push(["gate", gate]),
    suffer: () => post.told.push(["trouble"]),
  };
  sender = new Sender({ url: "/desk/answers", person: 17 }, post);
});

test("a request says whose answers it carries and that a card sends it", () => {
  sender.send();
  const { url, request } = calls[0];
  assert.equal(url, "/desk/answers");
  assert.equal(request.method, "POST");
  assert.equal(request.credentials, "same-origin");
  assert.equal(request.headers["X-Sverka"], "card");
  assert.equal(request.headers["X-Sverka-Person"], "17");
});

test("where there is nothing to say nothing is sent", () => {
  post.waiting = false;
  sender.send();
  assert.equal(calls.length, 0);
});

test("one request at a time; the next leaves when the reply is in", async () => {
  sender.send();
  sender.send();
  assert.equal(calls.length, 1);
  await answerLast(json(200, { items: [] }));
  assert.deepEqual(post.told, [["reply", { items: [] }]]);
  assert.equal(calls.length, 2);
});

test("after a lost request it tries again, after twice the pause each time and ten seconds at most", async () => {
  const pauses = [300, 600, 1200, 2400, 4800, 9600, 10_000, 10_000];
  sender.send();
  for (const [tries, pause] of pauses.entries()) {
    assert.equal(calls.length, tries + 1);
    await failLast();
    await pass(pause - 1);
    assert.equal(calls.length, tries + 1, `before ${pause} ms have passed`);
    await pass(1);
  }
  assert.equal(calls.length, pauses.length + 1);
  assert.equal(post.told.length, pauses.length);
});

test("the pause is spread, so that not everyone comes back in one moment", async () => {
  mock.method(Math, "random", () => 0);
  sender.send();
  await failLast();
  await pass(150);
  assert.equal(calls.length, 2);
});

test("a reply that was taken makes the pause short again", async () => {
  sender.send();
  for (const pause of [300, 600, 1200]) {
    await failLast();
    await pass(pause);
  }
  await answerLast(json(200, {}));
  await failLast();
  await pass(300);
  assert.equal(calls.length, 6);
});

test("a reply that moves nothing on is no better than none", async () => {
  post.takes = false;
  sender.send();
  await answerLast(json(200, {}));
  assert.deepEqual(post.told.at(-1), ["trouble"]);
  assert.equal(calls.length, 1);
  await pass(300);
  assert.equal(calls.length, 2);
});

for (const [what, response] of [
  ["a failing server", () => json(500, {})],
  ["a proxy that has no server", () => json(502, {})],
  ["a reply that is no JSON", () => new Response("<html>", { status: 200 })],
]) {
  test(`${what} is trouble, and tried again`, async () => {
    sender.send();
    await answerLast(response());
    assert.deepEqual(post.told, [["trouble"]]);
    await pass(300);
    assert.equal(calls.length, 2);
  });
}

test("a request without an answer is given up after ten seconds", async () => {
  sender.send();
  await pass(9_999);
  assert.equal(calls[0].request.signal.aborted, false);
  await pass(1);
  assert.equal(calls[0].request.signal.aborted, true);
  assert.deepEqual(post.told, [["trouble"]]);
});

for (const [status, gate] of [
  [401, "signed_out"],
  [403, "forbidden"],
]) {
  test(`${status} shuts the gate: nothing more is sent until the reader is back`, async () => {
    sender.send();
    await answerLast(json(status, {}));
    assert.deepEqual(post.told, [["gate", gate]]);
    await pass(60_000);
    sender.send();
    assert.equal(calls.length, 1);
    sender.wake();
    assert.equal(calls.length, 2);
  });
}

test("a refusal tells what the server said, and goes on at once where there is more to try", async () => {
  post.goesOn = true;
  sender.send();
  await answerLast(json(400, { error: "bad_request", message: "Так нельзя" }));
  assert.deepEqual(post.told, [["refusal", { error: "bad_request", message: "Так нельзя" }]]);
  assert.equal(calls.length, 2);
});

test("a refusal without words has its number, and waits where nothing can be done", async () => {
  sender.send();
  await answerLast(new Response("no", { status: 413 }));
  assert.deepEqual(post.told, [["refusal", { error: "413", message: "" }]]);
  assert.equal(calls.length, 1);
  await pass(300);
  assert.equal(calls.length, 2);
});

test("a press in a pause waits for its end", async () => {
  sender.send();
  await failLast();
  sender.send();
  assert.equal(calls.length, 1);
  await pass(300);
  assert.equal(calls.length, 2);
});

test("waking ends a pause, and the next one is short", async () => {
  sender.send();
  for (const pause of [300, 600]) {
    await failLast();
    await pass(pause);
  }
  await failLast();
  sender.wake();
  assert.equal(calls.length, 4);
  for (const pause of [300, 600]) {
    await failLast();
    await pass(pause);
  }
  assert.equal(calls.length, 6);
  // The pause that was ended, twelve hundred milliseconds long, does not end a second time in the middle of another.
  await failLast();
  await pass(1_199);
  assert.equal(calls.length, 6);
});

test("back on the net a request that hangs is dropped for a new one, which is no trouble", async () => {
  sender.send();
  sender.wake({ dropRequest: true });
  await settled();
  assert.equal(calls[0].request.signal.aborted, true);
  assert.equal(calls.length, 2);
  assert.deepEqual(post.told, []);
});

test("what leaves with a closing page stays below what browsers let through", () => {
  const answers = Array.from({ length: 64 }, (_, n) => ({ n, comment: "ё".repeat(2000) }));
  sender.part({ project: "demo", answers });
  const [{ request, body }] = calls;
  assert.equal(request.keepalive, true);
  assert.ok(Buffer.byteLength(request.body) <= 60_000);
  assert.deepEqual(
    body.answers.map(({ n }) => n),
    [...Array(8).keys()],
  );
});

test("a single answer leaves with the page whatever its length", () => {
  sender.part({ project: "demo", rulings: [{ rationale: "ё".repeat(40_000) }] });
  assert.equal(calls[0].body.rulings.length, 1);
});

test("a server that says later is asked then and not before, whatever wakes the card, and nothing is lost", async () => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  sender.send();
  await answerLast(new Response("{}", { status: 429, headers: { "Retry-After": "7" } }));
  assert.deepEqual(post.told, []);
  sender.wake();
  await pass(6_900);
  assert.equal(calls.length, 1);
  await pass(200);
  assert.equal(calls.length, 2);
  assert.deepEqual(calls[1].body, calls[0].body);
});
