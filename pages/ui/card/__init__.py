"""The label card: the screen on which assessors label, one item after another.

The card holds the item on screen and the next ones in the browser, takes a key press without a round trip, keeps
what the server has not acknowledged in the browser's storage and sends it until it is. Python gives it nothing but
its configuration; answers go over HTTP to ``config["url"]``, never through a rerun.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NotRequired, TypedDict

import streamlit as st

from labeling.projects.projects import LabelClass
from pages.ui.words import title_of

_HERE = Path(__file__).parent

# The browser imports one module text, so the parts share one scope and are joined in this order.
_PARTS = (
    "text.js",
    "queue.js",
    "sender.js",
    "pile.js",
    "standing.js",
    "desk.js",
    "stage.js",
    "dom.js",
    "classes.js",
    "screens.js",
    "guidelines.js",
    "suggestion.js",
    "top.js",
    "view.js",
    "keys.js",
    "label.js",
    "card.js",
)


class CardClass(TypedDict):
    """A label class as the card shows it; ``hotkey`` is a digit 1 to 9 or a Latin letter, ``color`` a CSS colour."""

    code: str
    title: str
    hotkey: str | None
    color: str
    description: str
    group: str | None


class SkipReason(TypedDict):
    """Why an assessor may pass an item over."""

    code: str
    title: str


class CardConfig(TypedDict):
    """All that the card is told when it is mounted; it must be JSON."""

    url: str
    project: str
    person: int
    lang: str
    classes: list[CardClass]
    look_ahead: int
    skip_reasons: list[SkipReason]
    guidelines_version: int | None
    guidelines_html_url: str
    remaining: int | None
    words: dict[str, str]
    results_url: NotRequired[str | None]
    sign_in_url: NotRequired[str]
    is_empty: NotRequired[bool]


def card_classes(classes: Iterable[LabelClass], lang: str) -> list[CardClass]:
    """Label classes as a card is told of them, in ``lang``."""
    return [
        {
            "code": entry.code,
            "title": title_of(entry, lang),
            "hotkey": entry.hotkey,
            "color": entry.colour,
            "description": getattr(entry, f"description_{lang}"),
            "group": entry.class_group,
        }
        for entry in classes
    ]


_WORDS: dict[str, dict[str, str]] = json.loads((_HERE / "words_card.json").read_text(encoding="utf-8"))

#: The keys that ``config["words"]`` must have. Braces in a text are the card's to fill: ``{n}``, ``{title}`` ...
CARD_WORDS: tuple[str, ...] = tuple(_WORDS)


def card_words(lang: str) -> dict[str, str]:
    """The card's own texts in ``lang``, their places not yet filled.

    >>> card_words("en")["unsent"], card_words("ru")["unsent"]
    ('Not sent yet: {n}', 'Не отправлено: {n}')
    """
    return {key: texts[lang] for key, texts in _WORDS.items()}


_component = st.components.v2.component(
    "sverka_label_card",
    js="\n".join((_HERE / part).read_text(encoding="utf-8") for part in _PARTS),
    css=(_HERE / "card.css").read_text(encoding="utf-8"),
)


def label_card(*, config: CardConfig, key: str) -> None:
    """Puts the card on the page; it works on its own from there and never asks for a rerun.

    Raises ValueError when ``config["words"]`` lacks a text, because a blank button is worse than no page.
    """
    missing = [word for word in CARD_WORDS if word not in config["words"]]
    if missing:
        raise ValueError(f"the label card lacks words: {', '.join(missing)}")
    _component(key=key, data=dict(config))
