// What stands in place of an item when there is none to rule on.

function rulingMessageFor(screen, desk, say) {
  const back = desk.canStepBack() ? { word: "correct_last", key: "⌫", run: () => desk.stepBack() } : null;
  const analysis = { word: "to_analysis", href: desk.config.review_url, main: true };
  const messages = {
    done: { title: say("all_ruled_title"), text: say("all_ruled_text"), actions: [analysis, back] },
    filtered: { title: say("filtered_title"), text: say("filtered_text"), actions: [back] },
    unprepared: { title: say("unprepared_title"), text: say("unprepared_text"), actions: [analysis] },
  };
  const message = messages[screen];
  if (!message) return messageFor(screen, desk, say);
  return { ...message, time: "", actions: message.actions.filter(Boolean) };
}
