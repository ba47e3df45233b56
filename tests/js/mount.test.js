import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { setGlobal } from "./browser.js";
import { load } from "./loading.js";
import { openPage } from "./page.js";

const page = openPage();
setGlobal("visualViewport", null);
setGlobal("innerHeight", 800);
setGlobal("getComputedStyle", (node) => page.getComputedStyle(node));
const { mountOf } = load("label", "mountOf");

const CONFIG = { url: "/desk/answers", person: 17, project: "demo", classes: [], remaining: 10, lang: "ru" };

let made;
let mount;
let parent;
let takeDown;

class FakeDesk {
  constructor(config) {
    Object.assign(this, { log: [], queue: { durable: true, entries: [] }, first: config });
    made.desks.push(this);
  }

  configure(config) {
    this.config = config;
  }

  attend() {
    this.log.push("attend");
  }

  leave() {
    this.log.push("leave");
  }

  wake(how) {
    this.log.push(["wake", how]);
  }

  part() {
    this.log.push("part");
  }
}

class FakeView {
  constructor(desk) {
    this.desk = desk;
    this.root = page.document.createElement("div");
    this.stage = { visibilityChanged() {} };
    this.top = { takeDown() {} };
    this.renders = 0;
    made.views.push(this);
  }

  render() {
    this.renders += 1;
  }

  tick() {}
}

class FakeKeyboard {
  onKeyDown() {
    made.keys += 1;
  }
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval"] });
  made = { desks: [], views: [], keys: 0 };
  mount = mountOf({ Desk: FakeDesk, View: FakeView, Keyboard: FakeKeyboard });
  page.document.body.replaceChildren();
  parent = page.document.createElement("div");
  page.document.body.append(parent);
});

function put(more = {}) {
  takeDown = mount({ parentElement: parent, data: { ...CONFIG, ...more } });
  return takeDown;
}

// Or the card of one test would hear the events of the next.
afterEach(() => takeDown());

test("a rerun with another count keeps the card that stands and tells it", () => {
  put();
  put({ remaining: 5 });
  assert.equal(made.views.length, 1);
  assert.equal(made.desks[0].config.remaining, 5);
  assert.equal(made.views[0].renders, 1);
});

test("a rerun with other classes builds a new card on the same desk", () => {
  put();
  put({ classes: [{ code: "new" }] });
  assert.equal(made.desks.length, 1);
  assert.deepEqual([...parent.children], [made.views[1].root]);
  assert.deepEqual(made.desks[0].log, ["attend", "leave", "attend"]);
});

test("the cleanup of an earlier call does not take down what a later one has put up", () => {
  const calls = [put(), put({ remaining: 5 }), put({ lang: "en" }), put({ lang: "en", remaining: 4 })];
  const late = calls.pop();
  const [desk] = made.desks;
  desk.onChange = "the new card's";
  for (const early of calls) early();
  assert.deepEqual(desk.log, ["attend", "leave", "attend"]);
  assert.equal(desk.onChange, "the new card's");
  assert.equal(parent.children.length, 1);
  late();
  assert.equal(parent.children.length, 0);
});

test("who comes back to the page finds the desk as it was left, another project has its own", () => {
  put()();
  put();
  assert.equal(made.desks.length, 1);
  put({ project: "other" });
  put({ person: 18 });
  assert.equal(made.desks.length, 3);
});

test("a card that was taken down hears nothing more", () => {
  put();
  const press = () => page.document.dispatchEvent(new page.KeyboardEvent("keydown", { code: "KeyQ" }));
  press();
  takeDown();
  press();
  page.dispatchEvent(new page.Event("online"));
  assert.equal(made.keys, 1);
  assert.deepEqual(made.desks[0].log, ["attend", "leave"]);
});

test("back on the net it tries at once, and going away it says what is left to say", () => {
  put();
  page.dispatchEvent(new page.Event("online"));
  page.dispatchEvent(new page.Event("pagehide"));
  assert.deepEqual(made.desks[0].log, ["attend", ["wake", { dropRequest: true }], "part"]);
});

test("who would lose answers by leaving is asked first, who would not is not", () => {
  put();
  const leave = () => !page.dispatchEvent(new page.Event("beforeunload", { cancelable: true }));
  const { queue } = made.desks[0];
  queue.entries = [{}];
  assert.equal(leave(), false);
  queue.durable = false;
  assert.equal(leave(), true);
  queue.entries = [];
  assert.equal(leave(), false);
});
