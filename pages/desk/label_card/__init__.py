"""The label card: the screen on which assessors label, one item after another.

To what the cards share it adds chunks, junior's suggestions, skip reasons and flags.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.ui.card import CARD_WORDS, SHARED_PARTS, SHARED_STYLE, CardConfig, joined

_HERE = Path(__file__).parent
_OWN = (
    "label_desk.js",
    "label_screens.js",
    "suggestion.js",
    "label_top.js",
    "skip_reasons.js",
    "label_view.js",
    "label_keys.js",
    "label.js",
)

#: Joined in this order into one scope.
PARTS = (*SHARED_PARTS, *(_HERE / part for part in _OWN))

_component = st.components.v2.component("sverka_label_card", js=joined(PARTS), css=joined([SHARED_STYLE]))


def label_card(*, config: CardConfig, key: str) -> None:
    """Puts the card on the page; it works on its own from there and never asks for a rerun.

    Raises ValueError when ``config["words"]`` lacks a text, because a blank button is worse than no page.
    """
    missing = [word for word in CARD_WORDS if word not in config["words"]]
    if missing:
        raise ValueError(f"the label card lacks words: {', '.join(missing)}")
    _component(key=key, data=dict(config))
