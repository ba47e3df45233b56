import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { load } from "./loading.js";
import { openPage } from "./page.js";

const page = openPage();
const { document } = page;
const { LabelKeyboard, keyCodes } = load("label", "LabelKeyboard", "keyCodes");

const CLASSES = [
  { code: "good", hotkey: "1" },
  { code: "bad", hotkey: "q" },
  { code: "ugly", hotkey: "ц" },
  { code: "plain", hotkey: null },
];

let done;
let view;
let screen;

// Notes what it was asked to do.
function fakeView() {
  const note =
    (name) =>
    (...facts) =>
      done.push([name, ...facts.filter((fact) => !(fact instanceof page.Event))]);
  const root = document.createElement("div");
  document.body.append(root);
  const desk = { screen: () => screen, stepBack: note("stepBack"), closeChunk: note("close"), nextChunk: note("next") };
  const names = [
    "startSearch",
    "openComment",
    "toggleFlag",
    "toggleReason",
    "escape",
    "scrollBy",
    "pressSkip",
    "skipFor",
  ];
  return {
    root,
    desk,
    stage: { acceptsDeliberate: () => true },
    drawer: { isOpen: () => false, toggle: note("guide") },
    reasons: { isOpen: false, codes: ["unreadable", "language"] },
    answer: note("answer"),
    pick: note("pick"),
    answerPicked: () => false,
    arrows: () => ({}),
    classes: {
      kind: "single",
      keys: new Map(CLASSES.flatMap(({ code, hotkey }) => keyCodes(hotkey).map((key) => [key, code]))),
    },
    ...Object.fromEntries(names.map((name) => [name, note(name)])),
  };
}

beforeEach(() => {
  document.body.replaceChildren();
  done = [];
  screen = "item";
  view = fakeView();
  const keyboard = new LabelKeyboard(view);
  document.onkeydown = (event) => keyboard.onKeyDown(event);
});

function press(code, more = {}, target = document.body) {
  const event = new page.KeyboardEvent("keydown", { code, bubbles: true, cancelable: true, composed: true, ...more });
  target.dispatchEvent(event);
  return event;
}

function put(tag, attributes = {}, parent = document.body) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  parent.append(node);
  return node;
}

test("a class is pressed by its place on the keyboard, a digit on either block", () => {
  for (const code of ["Digit1", "Numpad1", "KeyQ", "KeyW"]) press(code);
  assert.deepEqual(
    done.map(([, label]) => label),
    ["good", "good", "bad", "ugly"],
  );
  assert.deepEqual(done[0], ["pick", "good", "key"]);
});

test("a key that was taken goes no further, a free one is left to the page", () => {
  const heard = [];
  page.onkeydown = (event) => heard.push(event.code);
  assert.equal(press("KeyQ").defaultPrevented, true);
  assert.equal(press("KeyZ").defaultPrevented, false);
  assert.deepEqual(heard, ["KeyZ"]);
  assert.equal(done.length, 1);
});

test("a held key answers once, and scrolls on", () => {
  press("KeyQ", { repeat: true });
  assert.deepEqual(done, []);
  press("PageDown", { repeat: true });
  assert.deepEqual(done, [["scrollBy", 0.9]]);
});

for (const modifier of ["ctrlKey", "altKey", "metaKey", "shiftKey", "isComposing"]) {
  test(`with ${modifier} a key is the browser's`, () => {
    assert.equal(press("KeyQ", { [modifier]: true }).defaultPrevented, false);
    assert.deepEqual(done, []);
  });
}

test("a key that someone has dealt with is left alone", () => {
  document.addEventListener("keydown", (event) => event.preventDefault(), { capture: true, once: true });
  press("KeyQ");
  assert.deepEqual(done, []);
});

test("commands sit beside the letters", () => {
  for (const code of ["Digit0", "Minus", "Backspace", "Slash", "Comma", "Period", "Equal", "Escape", "F1"]) press(code);
  assert.deepEqual(
    done.map(([name]) => name),
    ["answer", "pressSkip", "stepBack", "startSearch", "openComment", "toggleFlag", "toggleReason", "escape", "guide"],
  );
});

test("the question mark opens the guide, and while it is open every other key is the guide's", () => {
  press("Slash", { shiftKey: true });
  assert.deepEqual(done, [["guide"]]);
  view.drawer.isOpen = () => true;
  for (const code of ["KeyQ", "Escape", "Backspace", "Space"]) press(code);
  assert.deepEqual(done, [["guide"]]);
});

test("typing is typing, in whatever is typed into", () => {
  const frame = put("div", { contenteditable: "true" });
  for (const target of [put("input"), put("input", { type: "search" }), put("textarea"), put("select"), frame]) {
    press("KeyQ", {}, target);
  }
  assert.deepEqual(done, []);
  press("KeyQ", {}, put("input", { type: "checkbox" }));
  press("KeyQ", {}, put("button"));
  assert.equal(done.length, 2);
});

test("Enter and the space bar press the button that has the focus, and a held one presses it once", () => {
  screen = "chunk_done";
  const button = put("button", {}, view.root);
  for (const code of ["Enter", "Space"]) {
    assert.equal(press(code, {}, button).defaultPrevented, false);
    assert.equal(press(code, { repeat: true }, button).defaultPrevented, true);
  }
  assert.deepEqual(done, []);
});

test("Enter closes the chunk or goes on to the next, where the press was meant", () => {
  screen = "chunk_done";
  press("Enter");
  screen = "result";
  press("NumpadEnter");
  screen = "item";
  press("Enter");
  view.stage.acceptsDeliberate = () => false;
  screen = "chunk_done";
  press("Enter");
  assert.deepEqual(done, [["close"], ["next"]]);
});

test("while it is asked why, the digits are reasons and no key is a class", () => {
  view.reasons.isOpen = true;
  for (const code of ["Digit2", "Numpad1", "Digit9", "KeyQ"]) press(code);
  assert.deepEqual(done, [
    ["skipFor", "language", "key"],
    ["skipFor", "unreadable", "key"],
  ]);
  press("Minus");
  assert.deepEqual(done.at(-1), ["pressSkip", "key"]);
});

test("the page is moved only where no box has the focus", () => {
  press("Space");
  press("End");
  press("ArrowDown", {}, put("div", { tabindex: "0" }));
  assert.deepEqual(done, [
    ["scrollBy", 0.9],
    ["scrollBy", 1e6],
  ]);
});

test("a dialog of the page around keeps its keys, also where the card lives in a shadow", () => {
  const host = put("div");
  host.attachShadow({ mode: "open" }).append(view.root);
  const dialog = put("div", { role: "dialog" });
  press("KeyQ", {}, put("button", {}, dialog));
  assert.deepEqual(done, []);
  press("KeyQ", {}, put("button", {}, view.root));
  press("KeyQ", {}, put("button", {}, put("div", { role: "listbox" }, view.root)));
  assert.equal(done.length, 2);
});
