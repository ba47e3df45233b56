"""Which classes meet on one item, with the items a click away."""

from __future__ import annotations

import polars as pl
import streamlit as st

from pages.ui.figures import figure_column
from pages.ui.items import texts_of, vote_card
from pages.ui.quality_data import Facts
from pages.ui.widgets import csv_button, plain
from pages.ui.words import t, title_of

MOST_PAIRS = 10


def draw_confused(facts: Facts, pairs: pl.DataFrame) -> None:
    """CONFUSED, the pairs of classes that meet on one item most often, each with examples a click away."""
    if pairs.is_empty():
        st.caption(t("agreement.none_confused"))
        return
    shown = pairs.head(MOST_PAIRS)
    wanted = sorted({item for items in shown["examples"] for item in items})
    texts = texts_of(facts.project, wanted)
    met = facts.votes.filter(pl.col("item").is_in(wanted))
    for row in shown.with_columns(figure_column(shown, "share")).to_dicts():
        first, second = (title_of(facts.titled[row[name]]) for name in ("label_a", "label_b"))
        title = t("agreement.pair", first=first, second=second, n=row["items"], figure=row["figure"])
        with st.expander(plain(title)):
            for item in row["examples"]:
                vote_card(texts[item], met.filter(pl.col("item") == item), facts.titled, names=facts.names, note=item)
    csv_button(pairs.drop("examples"), "confused_classes")
