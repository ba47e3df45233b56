// What stands in place of an item when there is none to answer.

const SIGN_IN_URL = "/account/sign-in";

function messageFor(screen, desk, say) {
  const unsent = desk.queue.entries.length;
  const { answered, size } = desk.counts();
  const results = desk.config.results_url ? { word: "my_results", href: desk.config.results_url } : null;
  const retry = { word: "try_again", run: () => desk.wake({ dropRequest: true }), main: true };
  const onward = desk.standing.state === "working" ? "next_chunk" : "go_on";
  const messages = {
    loading: () => ({ text: say("loading") }),
    closing: () => ({ text: say("closing") }),
    offline: () => ({ title: say("offline_title"), text: say("offline_text", { n: unsent }), actions: [retry] }),
    chunk_done: () => ({
      title: chunkDoneTitle(desk, say, answered, size),
      text: say(answered < size ? "chunk_short_text" : "chunk_done_text"),
      actions: [
        { word: "see_results", key: "Enter", run: () => desk.closeChunk(), main: true },
        desk.canStepBack() ? { word: "correct_last", key: "⌫", run: () => desk.stepBack() } : null,
      ],
    }),
    result: () => resultOf(desk.standing.result, { word: onward, key: "Enter", run: () => desk.nextChunk() }, results),
    waiting: () => ({ title: say("waiting_title"), countdown: countdown(desk, say), text: say("waiting_hint") }),
    done: () =>
      desk.config.is_empty && !desk.standing.day
        ? { title: say("empty_title"), text: say("empty_text") }
        : { title: say("done_title"), text: say("done_text"), actions: [results] },
    paused: () => ({ title: say("paused_title"), text: desk.standing.notice ?? say("paused_text"), actions: [results] }),
    banned: () => ({ title: say("banned_title"), text: say("banned_text") }),
    signed_out: () => ({
      title: say("signed_out_title"),
      text: unsent ? say("signed_out_text", { n: unsent }) : say("signed_out_saved"),
      actions: [{ word: "sign_in", href: desk.config.sign_in_url ?? SIGN_IN_URL, main: true }],
    }),
    forbidden: () => ({ title: say("forbidden_title"), text: say("forbidden_text", { n: unsent }), actions: [retry] }),
  };
  const { title = "", text = "", countdown: time = "", actions = [] } = messages[screen]();
  return { title, text, time, actions: actions.filter(Boolean) };
}

// Where mistakes were made, they are what to look at; where they have stopped the work, before anything else.
function resultOf({ title, message, mistakes, stops }, onward, results) {
  const briefing = results && mistakes ? { ...results, word: "read_briefing", main: Boolean(stops) } : results;
  const actions = [{ ...onward, main: !briefing?.main }, briefing];
  return { title: String(title ?? ""), text: String(message ?? ""), actions: stops ? actions.reverse() : actions };
}

function chunkDoneTitle(desk, say, answered, size) {
  const word = desk.standing.chunk?.kind === "qualification" ? "qualification_done_title" : "chunk_done_title";
  return say(word, { n: desk.standing.chunk?.ordinal, answered, size });
}

function countdown(desk, say) {
  const seconds = desk.standing.freesInSeconds();
  return seconds === null ? "" : say("waiting_text", { time: clock(seconds) });
}

class MessageScreen {
  constructor(say, stage, messageOf = messageFor) {
    Object.assign(this, { say, stage, messageOf });
    this.title = el("h2");
    this.text = el("p");
    this.time = el("p", { class: "time" });
    this.actions = el("div", { class: "actions" });
    const said = (part) => el("div", { role: "status" }, part);
    this.node = el("section", { class: "message" }, said(this.title), this.time, said(this.text), this.actions);
  }

  show(screen, desk) {
    const message = this.messageOf(screen, desk, this.say);
    setText(this.title, message.title);
    setText(this.text, message.text);
    setText(this.time, message.time);
    for (const part of [this.title, this.text, this.time]) setShown(part, part.textContent !== "");
    const signature = `${screen} ${message.actions.map((action) => action.word)}`;
    if (signature === this.signature) return;
    this.signature = signature;
    this.node.setAttribute("data-screen", screen);
    this.actions.replaceChildren(...message.actions.map((action) => this.makeAction(action)));
  }

  makeAction({ word, key, href, run, main }) {
    const look = { class: main ? "action main" : "action" };
    const inside = [el("span", {}, this.say(word)), keyHint(key)];
    if (href) return el("a", { ...look, href, target: "_top" }, ...inside);
    const onclick = (event) => this.stage.acceptsClick(event) && run();
    return el("button", { ...look, type: "button", "data-word": word, onclick }, ...inside);
  }
}
