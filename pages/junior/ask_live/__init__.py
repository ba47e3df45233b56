"""Junior asked about one text while the reader watches: the answer as it is written, as text, with a stop button.

Questions go over HTTP to the route, never through a rerun; who leaves the page, closes the tab or presses stop ends the
request at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

import streamlit as st

from pages.ui.words import t

_HERE = Path(__file__).parent
WORDS = ("ask", "stop", "text", "asking", "stopped", "broken_off", "signed_out", "unreachable", "empty", "answer")


class AskConfig(TypedDict):
    """What the component is told. With an ``item`` (its external id) it asks about that one, else about a text typed in."""

    project: str
    person: int
    prompt: int
    item: str | None
    words: dict[str, str]


_component = st.components.v2.component(
    "sverka_ask_live",
    js=(_HERE / "ask.js").read_text(encoding="utf-8"),
    css=(_HERE / "ask.css").read_text(encoding="utf-8"),
)


def ask_live(*, project: str, person: int, prompt: int, item: str | None, key: str) -> None:
    """Puts it on the page; it works on its own from there."""
    words = {name: t(f"junior.live.{name}") for name in WORDS}
    config = AskConfig(project=project, person=person, prompt=prompt, item=item, words=words)
    _component(key=key, data=dict(config))
