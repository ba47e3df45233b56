// Whatever happens on the way, each press reaches the server once, in its turn, with what was pressed last.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { newStorage, setGlobal, settled } from "./browser.js";
import { load } from "./loading.js";

const { LabelDesk } = load("label", "LabelDesk");

const RUNS = 100;
const STEPS = 60;
const CONFIG = { url: "/desk/answers", person: 17, project: "demo", look_ahead: 3, remaining: null };
const LABELS = ["good", "bad", "ugly"];

// mulberry32: small, and the same everywhere.
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const keyOf = ({ token, revision }) => `${token}:${revision}`;

// As labeling/desk answers: what it has recorded it acknowledges again and does not record again.
class Server {
  constructor() {
    this.recorded = new Map();
  }

  work({ answers, want }) {
    for (const answer of answers) if (!this.recorded.has(keyOf(answer))) this.recorded.set(keyOf(answer), answer);
    const done = new Set([...this.recorded.values()].map(({ token }) => token));
    const items = [];
    for (let n = 0; items.length < want; n += 1) if (!done.has(`t${n}`)) items.push({ token: `t${n}`, text: "…" });
    const acknowledged = answers.map(({ token, revision }) => ({ token, revision, status: "stored" }));
    return { state: "working", items, acknowledged };
  }
}

class World {
  constructor(seed) {
    this.random = randomOf(seed);
    this.server = new Server();
    this.storage = newStorage();
    this.onWay = [];
    // What was pressed and not withdrawn, in the order of the presses.
    this.pressed = new Map();
    this.acknowledged = [];
    setGlobal("fetch", (_url, request) => this.fetch(request));
    this.open();
  }

  pick(choices) {
    return choices[Math.floor(this.random() * choices.length)];
  }

  // A page dies with its timers and whatever it waited for; the clock may be set anew while nobody looks.
  open() {
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1e12 + Math.floor(this.random() * 1e7) });
    for (const call of this.onWay) call.isHeard = false;
    this.desk = new LabelDesk(CONFIG);
    const { queue } = this.desk;
    const acknowledge = this.desk.acknowledge.bind(this.desk);
    this.desk.acknowledge = (receipts) => {
      this.acknowledged.push(
        ...receipts.map(keyOf).filter((key) => queue.entries.some((e) => keyOf(e.answer) === key)),
      );
      return acknowledge(receipts);
    };
    this.desk.attend();
  }

  fetch({ body, signal }) {
    return new Promise((resolve, reject) => {
      const call = { body: JSON.parse(body), isHeard: true, resolve, reject };
      // The card has given up, the request is on its way all the same.
      signal?.addEventListener("abort", () => {
        call.isHeard = false;
        reject(new Error("aborted"));
      });
      this.onWay.push(call);
    });
  }

  // One request meets its fate: it arrives and is answered, its answer is lost, or it never arrives.
  deliver(fate) {
    if (!this.onWay.length) return;
    const [call] = this.onWay.splice(Math.floor(this.random() * this.onWay.length), 1);
    const reply = fate === "lost" || fate === "failing" ? null : this.server.work(call.body);
    if (!call.isHeard) return;
    if (fate === "answered") call.resolve(new Response(JSON.stringify(reply)));
    else if (fate === "failing") call.resolve(new Response("", { status: 503 }));
    else call.reject(new TypeError("network"));
  }

  press() {
    if (this.desk.screen() !== "item") return;
    const { token } = this.desk.pile.shown();
    const answer = { token, revision: this.desk.nextRevision(), label: this.pick(LABELS) };
    this.pressed.delete(keyOf(answer));
    this.pressed.set(keyOf(answer), answer);
    this.desk.answer("label", { label: answer.label, seconds: 1 });
  }

  // A step back takes the press out of the queue where it has not left; what was chosen instead comes last then.
  correct() {
    if (!this.desk.canStepBack()) return;
    this.desk.stepBack();
    if (this.random() < 0.7) this.press();
    else this.keep();
  }

  keep() {
    const { entry, withdrawn } = this.desk.pile.revisit;
    if (withdrawn) {
      const key = keyOf(entry.answer);
      const answer = this.pressed.get(key);
      this.pressed.delete(key);
      this.pressed.set(key, answer);
    }
    this.desk.keepEarlier();
  }

  leave() {
    if (this.random() < 0.5) this.desk.part();
    this.open();
  }

  async step() {
    const acts = [
      ...Array(6).fill(() => this.press()),
      ...Array(4).fill(() => this.deliver("answered")),
      ...Array(3).fill(() => mock.timers.tick(this.pick([20, 120, 400, 3000, 11_000]))),
      () => this.deliver("unheard"),
      () => this.deliver("lost"),
      () => this.deliver("failing"),
      () => this.correct(),
      () => this.leave(),
      () => this.desk.wake({ dropRequest: this.random() < 0.5 }),
    ];
    this.pick(acts)();
    await settled();
    this.mustHoldWhatIsNotRecorded();
  }

  mustHoldWhatIsNotRecorded() {
    const stored = Object.keys(this.storage);
    for (const key of this.pressed.keys()) {
      const isSafe = this.server.recorded.has(key) || stored.includes(`${this.desk.queue.prefix}${key}`);
      assert.ok(isSafe, `${key} is neither recorded nor stored`);
    }
  }

  // From here on the net is as it should be.
  async calm() {
    for (let turn = 0; turn < 40 && (this.desk.queue.entries.length || this.onWay.length); turn += 1) {
      while (this.onWay.length) this.deliver("answered");
      await settled();
      mock.timers.tick(10_000);
      await settled();
    }
  }
}

setGlobal("document", { hidden: false });
setGlobal("requestAnimationFrame", (run) => setTimeout(run, 16));

test("every press is recorded once, in order, and acknowledged once, whatever the net and the page do", async () => {
  let presses = 0;
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const world = new World(seed);
    for (let n = 0; n < STEPS; n += 1) await world.step();
    await world.calm();
    const recorded = [...world.server.recorded.values()].map(({ token, revision, label }) => ({
      token,
      revision,
      label,
    }));
    const said = `seed ${seed}`;
    assert.deepEqual(recorded, [...world.pressed.values()], said);
    assert.deepEqual([...world.acknowledged].sort(), [...world.pressed.keys()].sort(), said);
    assert.deepEqual(Object.keys(world.storage), [], said);
    presses += recorded.length;
  }
  // A world in which nothing happens would prove nothing.
  assert.ok(presses > RUNS * 5, `${presses} presses`);
});
