// What stands in place of an item when there is none to rule on.

/** @type {MessageOf<Bench>} */
function rulingMessageOf(screen, desk, say) {
  const back = desk.canStepBack() ? { word: "correct_last", key: "⌫", run: () => desk.stepBack() } : null;
  const analysis = { word: "to_analysis", href: desk.config.review_url, main: true };
  switch (screen) {
    case "done":
      return { title: say("all_ruled_title"), text: say("all_ruled_text"), actions: [analysis, back] };
    case "filtered":
      return { title: say("filtered_title"), text: say("filtered_text"), actions: [back] };
    case "unprepared":
      return { title: say("unprepared_title"), text: say("unprepared_text"), actions: [analysis] };
    default:
      return sharedMessageOf(screen, desk, say);
  }
}
