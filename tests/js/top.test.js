// What the line above the item says of answers that the server doesn't have.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, mock, test } from "node:test";
import { newStorage, setGlobal, settled } from "./browser.js";
import { load } from "./loading.js";
import { openPage } from "./page.js";

openPage();
const { LabelDesk, TopLine, makeSay, sharedMessageOf } = load(
  "label",
  "LabelDesk",
  "TopLine",
  "makeSay",
  "sharedMessageOf",
);

const WORDS = JSON.parse(readFileSync(new URL("../../pages/ui/card/words_card.json", import.meta.url), "utf-8"));
const CONFIG = { url: "/desk/answers", person: 17, project: "demo", look_ahead: 2, remaining: 40 };
const REFUSAL = { error: "not_saved", trouble: "disk_full" };

let answerWith;
let desk;
let recorded;

const wordsIn = (lang) => Object.fromEntries(Object.entries(WORDS).map(([word, texts]) => [word, texts[lang]]));

function topIn(lang) {
  const say = makeSay(wordsIn(lang), lang);
  const top = new TopLine({ desk, say, guide: document.createElement("i"), tool: () => document.createElement("b") });
  top.render();
  return { top, say };
}

async function pass(milliseconds) {
  mock.timers.tick(milliseconds);
  await settled();
  await settled();
}

beforeEach(async () => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  newStorage();
  recorded = [];
  answerWith = ({ answers }) => {
    recorded.push(...answers);
    const acknowledged = answers.map(({ token, revision }) => ({ token, revision, status: "stored" }));
    return [200, { state: "working", items: ["a", "b"].map((token) => ({ token, text: token })), acknowledged }];
  };
  setGlobal("fetch", async (_url, { body }) => {
    const [status, reply] = answerWith(JSON.parse(body));
    return new Response(JSON.stringify(reply), { status });
  });
  setGlobal("requestAnimationFrame", (run) => setTimeout(run, 16));
  desk = new LabelDesk(CONFIG);
  desk.attend();
  await settled();
});

test("where the server can save nothing the card says so in both languages, keeps the answer and sends it when it can", async () => {
  const working = answerWith;
  answerWith = () => [503, REFUSAL];
  desk.answer("label", { label: "good", seconds: 1 });
  await pass(100);
  assert.equal(topIn("en").top.status.textContent, "Not saved, kept in this browser: 1");
  assert.equal(topIn("ru").top.status.textContent, "Не сохранено, хранится в этом браузере: 1");
  assert.match(topIn("en").top.status.title, /can't write answers down/);
  assert.equal(Object.keys(localStorage).length, 1);
  for (let tries = 0; tries < 4; tries += 1) await pass(10_000);
  desk.pile.setCurrent(null);
  const message = sharedMessageOf("offline", desk, topIn("ru").say);
  assert.deepEqual([message.title, desk.queue.entries.length], ["Сервер не может сохранить ответы", 1]);
  answerWith = working;
  await pass(10_000);
  assert.deepEqual([recorded.length, desk.queue.entries.length, desk.isUnsaved], [1, 0, false]);
  assert.equal(topIn("en").top.status.textContent, "All saved");
});

test("a server that is gone is told of as one that doesn't answer", async () => {
  answerWith = () => [503, REFUSAL];
  desk.answer("label", { label: "good", seconds: 1 });
  await pass(100);
  answerWith = () => [502, {}];
  await pass(10_000);
  assert.equal(topIn("en").top.status.textContent, "Not sent yet: 1");
});
