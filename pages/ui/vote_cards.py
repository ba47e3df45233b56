"""An item with the votes on it: its text as text; each class with its count, or by whom where that is asked for."""

from __future__ import annotations

import html
from collections.abc import Mapping

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from labeling.projects.projects import LabelClass
from pages.ui.class_chip import class_chip
from pages.ui.figures import number
from pages.ui.widgets import text_of_item
from pages.ui.words import t

# A class's square and its title stay in one line where there is room for them.
_WHOLE = '<span style="display:inline-block">{}</span>'


def vote_card(
    text: str,
    votes: pl.DataFrame,
    classes: Mapping[str, LabelClass],
    *,
    note: str | None = None,
    names: Mapping[str, str] | None = None,
) -> DeltaGenerator:
    """Draw one item; ``votes`` are the rows of VOTES on it, ``names`` by annotator show who gave them.

    Gives the card, for what else stands on it.
    """
    card = st.container(border=True)
    with card:
        text_of_item(text)
        counted = votes.group_by("label").len("n").sort("n", "label", descending=[True, False], nulls_last=True)
        parts = [_given(label, n, votes, classes, names) for label, n in counted.rows()]
        said = f'<br><span style="opacity:.72">{html.escape(note)}</span>' if note else ""
        st.html(f'<p style="margin:0">{" &nbsp; ".join(map(_WHOLE.format, parts))}{said}</p>')
    return card


def _given(
    label: str | None,
    n: int,
    votes: pl.DataFrame,
    classes: Mapping[str, LabelClass],
    names: Mapping[str, str] | None,
) -> str:
    named = class_chip(label, classes) if label is not None else f"<i>{html.escape(t('vote.unsure'))}</i>"
    if names is None:
        return f"{named} × {number(n)}"
    here = pl.col("label").is_null() if label is None else pl.col("label").cast(pl.String) == label
    givers = [html.escape(names.get(who, who)) for who in votes.filter(here)["annotator"]]
    return f"{named}: {', '.join(givers)}"
