"""The ruling card: the screen on which experts rule, one item after another.

To what the cards share it adds verdicts, and beside the item what is known of it. Rulings go over HTTP to
``config["url"]``, never through a rerun.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui.card import SHARED_PARTS, SHARED_STYLE, CardConfig, card_words, joined

_HERE = Path(__file__).parent
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

#: Joined in this order into one scope.
PARTS = (*SHARED_PARTS, *(_HERE / part for part in _OWN))


class RulingConfig(CardConfig):
    """What the label card is told, and besides: ``wanted`` narrows down what is brought up, ``blind`` hides the evidence at
    first, ``known_classes`` (code to title and colour) name labels that can't be given any more, ``undone`` counts what was
    taken back beside the card.
    """

    wanted: dict[str, Any]
    undone: int
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
    "sverka_ruling_card", js=joined(PARTS), css=joined([SHARED_STYLE, _HERE / "ruling.css"])
)


def ruling_card(*, config: RulingConfig, key: str) -> None:
    """Puts the card on the page; it works on its own from there and never asks for a rerun."""
    _component(key=key, data=dict(config))
