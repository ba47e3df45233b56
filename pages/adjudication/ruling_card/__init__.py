"""The ruling card: the screen on which experts rule, one item after another.

It is the label card with other parts: the same queue, sender, keyboard and buttons, and beside them what is known of the
item. Rulings go over HTTP to ``config["url"]``, never through a rerun.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui.card import CardConfig, card_words

_HERE = Path(__file__).parent
_LABEL_CARD = _HERE.parent.parent / "ui" / "card"

# Joined in this order into one scope: what the cards share, what is this card's, and what puts it up.
_SHARED = (
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
)
_OWN = (
    "case_pile.js",
    "bench.js",
    "evidence.js",
    "ruling_top.js",
    "ruling_screens.js",
    "ruling_view.js",
    "ruling_keys.js",
    "ruling.js",
)
_PARTS = (*(_LABEL_CARD / part for part in _SHARED), *(_HERE / part for part in _OWN), _LABEL_CARD / "card.js")
_STYLES = (_LABEL_CARD / "card.css", _HERE / "ruling.css")


class RulingConfig(CardConfig):
    """What the label card is told, and besides: ``wanted`` narrows down what is brought up, ``blind`` hides the evidence at
    first, ``known_classes`` (code to title and colour) name labels that can't be given any more.
    """

    wanted: dict[str, Any]
    blind: bool
    known_classes: dict[str, dict[str, str]]
    review_url: str


_WORDS: dict[str, dict[str, str]] = json.loads((_HERE / "words_ruling.json").read_text(encoding="utf-8"))

#: The words that this card has of its own, or says otherwise than the label card.
RULING_WORDS: tuple[str, ...] = tuple(_WORDS)


def ruling_words(lang: str) -> dict[str, str]:
    """The card's texts in ``lang``, their places not yet filled.

    >>> ruling_words("en")["today"], ruling_words("en")["saved"]
    ('Ruled today: {n}', 'All saved')
    """
    return card_words(lang) | {key: texts[lang] for key, texts in _WORDS.items()}


_component = st.components.v2.component(
    "sverka_ruling_card",
    js="\n".join(part.read_text(encoding="utf-8") for part in _PARTS),
    css="\n".join(style.read_text(encoding="utf-8") for style in _STYLES),
)


def ruling_card(*, config: RulingConfig, key: str) -> None:
    """Puts the card on the page; it works on its own from there and never asks for a rerun."""
    _component(key=key, data=dict(config))
