// What stands in place of an item when the assessor has none to answer.

/** @type {MessageOf<LabelDesk>} */
function labelMessageOf(screen, desk, say) {
  const results = resultsOf(desk);
  switch (screen) {
    case "closing":
      return { text: say("closing") };
    case "chunk_done":
      return chunkDone(desk, say);
    case "result":
      return resultMessage(desk);
    case "waiting":
      return { title: say("waiting_title"), time: countdown(desk, say), text: say("waiting_hint") };
    case "done":
      if (desk.config.is_empty && !desk.standing.day) return { title: say("empty_title"), text: say("empty_text") };
      return { title: say("done_title"), text: say("done_text"), actions: [results] };
    case "paused":
      return { title: say("paused_title"), text: desk.standing.notice ?? say("paused_text"), actions: [results] };
    case "banned":
      return { title: say("banned_title"), text: say("banned_text") };
    default:
      return sharedMessageOf(screen, desk, say);
  }
}

/**
 * @param {LabelDesk} desk
 * @returns {Action | null}
 */
function resultsOf({ config }) {
  return config.results_url ? { word: "my_results", href: config.results_url } : null;
}

/** @type {(desk: LabelDesk, say: Say) => Message} */
function chunkDone(desk, say) {
  const { answered, size } = desk.counts();
  const { chunk } = desk.standing;
  const word = chunk?.kind === "qualification" ? "qualification_done_title" : "chunk_done_title";
  return {
    title: say(word, { n: chunk?.ordinal, answered, size }),
    text: say(answered < size ? "chunk_short_text" : "chunk_done_text"),
    actions: [
      { word: "see_results", key: "Enter", run: () => desk.closeChunk(), main: true },
      desk.canStepBack() ? { word: "correct_last", key: "⌫", run: () => desk.stepBack() } : null,
    ],
  };
}

// Where mistakes were made, they are what to look at; where they have stopped the work, before anything else.
/**
 * @param {LabelDesk} desk
 * @returns {Message}
 */
function resultMessage(desk) {
  const { title, message, mistakes, stops } = desk.result ?? {};
  const word = desk.standing.state === "working" ? "next_chunk" : "go_on";
  const results = resultsOf(desk);
  const briefing = results && mistakes ? { ...results, word: "read_briefing", main: Boolean(stops) } : results;
  const onward = { word, key: "Enter", run: () => desk.nextChunk(), main: !briefing?.main };
  return { title, text: message, actions: stops ? [briefing, onward] : [onward, briefing] };
}

/** @type {(desk: LabelDesk, say: Say) => string} */
function countdown(desk, say) {
  const seconds = desk.standing.freesInSeconds();
  return seconds === null ? "" : say("waiting_text", { time: clock(seconds) });
}
