"""Words of Streamlit's own that no widget takes from us: told in the reader's language by a script in the browser."""

from __future__ import annotations

import json

from pages.ui.words import say

# What its sign for help is called to a screen reader: this, and the label of what it stands beside.
HELP = "Help for "
_SCRIPT = """(() => {
  const ours = %s, theirs = %s;
  const mend = () => {
    for (const sign of document.querySelectorAll(`[aria-label^="${theirs}"]`))
      sign.setAttribute("aria-label", ours + sign.getAttribute("aria-label").slice(theirs.length));
  };
  window.svOwnWords?.disconnect();
  window.svOwnWords = new MutationObserver(mend);
  const watched = { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label"] };
  if (ours !== theirs) {
    mend();
    window.svOwnWords.observe(document.body, watched);
  }
})();"""


def own_words(locale: str) -> str:
    """The script that says them in ``locale``."""
    return _SCRIPT % (json.dumps(say(locale, "shell.help_for")), json.dumps(HELP))
