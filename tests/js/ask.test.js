import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./loading.js";

const { eventsOf } = load("ask", "eventsOf");

// A reader that gives these bytes, cut as told.
function readerOf(text, size = text.length) {
  const bytes = new TextEncoder().encode(text);
  const source = new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
  return source.getReader();
}

async function all(events) {
  const found = [];
  for await (const event of events) found.push(event);
  return found;
}

const EVENTS = [{ piece: "Платёж «завис»\n\nв \u{1F600}" }, { piece: " data: {}" }, { done: ["ёж", "2 s"] }];
const STREAM = EVENTS.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");

test("events come one by one, as they were sent", async () => {
  assert.deepEqual(await all(eventsOf(readerOf(STREAM))), EVENTS);
});

test("wherever the net cuts the stream, inside a letter too, the events are the same", async () => {
  for (let size = 1; size < 40; size += 1) {
    assert.deepEqual(await all(eventsOf(readerOf(STREAM, size))), EVENTS, `pieces of ${size} bytes`);
  }
});

test("an event is given when it is there, not when the stream ends", async () => {
  let controller;
  const source = new ReadableStream({ start: (given) => (controller = given) });
  const events = eventsOf(source.getReader());
  controller.enqueue(new TextEncoder().encode('data: {"piece":"a"}\n\ndata: {"pie'));
  assert.deepEqual((await events.next()).value, { piece: "a" });
});

test("an event that was broken off is not one", async () => {
  assert.deepEqual(await all(eventsOf(readerOf('data: {"piece":"a"}\n\ndata: {"done":["x"'))), [{ piece: "a" }]);
});

test("nothing sent is nothing", async () => {
  assert.deepEqual(await all(eventsOf(readerOf(""))), []);
});

test("what is no event is an error, not silence", async () => {
  await assert.rejects(all(eventsOf(readerOf("data: <html>\n\n"))), SyntaxError);
});
