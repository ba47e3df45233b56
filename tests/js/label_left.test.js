import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { newStorage, setGlobal, settled } from "./browser.js";
import { load } from "./loading.js";

const { LabelDesk } = load("label", "LabelDesk");

const CONFIG = { url: "/desk/answers", person: 17, project: "demo", look_ahead: 2, remaining: 40 };

let reply;

const working = (more) => ({ state: "working", items: [{ token: "a", text: "text of a" }], acknowledged: [], ...more });

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  newStorage();
  setGlobal("fetch", async () => new Response(JSON.stringify(reply), { status: 200 }));
  setGlobal("document", { hidden: false });
  setGlobal("requestAnimationFrame", (run) => setTimeout(run, 16));
});

test("what is left is the same after a reload in the middle of a chunk, and goes down by a chunk when it is closed", async () => {
  const chunk = { id: 1, ordinal: 1, size: 20, answered: 12, kind: "work" };
  const desk = new LabelDesk(CONFIG);
  // Before the server has said how far the chunk is, nothing is told that would have to be taken back.
  assert.equal(desk.counts().remaining, null);
  reply = working({ chunk });
  desk.attend();
  await settled();
  assert.equal(desk.counts().remaining, 28);
  reply = working({ chunk: { ...chunk, id: 2, ordinal: 2, answered: 0 }, remaining: 20 });
  desk.sync();
  await settled();
  assert.equal(desk.counts().remaining, 20);
});
