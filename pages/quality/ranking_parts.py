"""The parts of the ranking: its opening sentence, cards, the table of sources, and who won against whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from labeling.facts.preferences import Preferences
from labeling.quality.intervals import wilson
from labeling.quality.kinds.pair import Preference
from labeling.quality.preferences.standing import against_average
from pages.ui.charts.grids import meeting_heatmap
from pages.ui.charts.points import points
from pages.ui.downloads import csv_button
from pages.ui.figures import number, p_value, share_column, share_of, within
from pages.ui.preferences import labeled
from pages.ui.widgets import Card, pinned_table
from pages.ui.words import t

# Fewer meet in one line of the table.
MANY = 3


def opening(found: Preferences) -> str:
    """What the page opens with: who is ahead, or how many pairs are wanting to tell."""
    if found.lead is None:
        return t("ranking.one_source" if found.ranking.own else "ranking.no_sources", n=len(labeled(found)))
    lead = found.lead
    facts = {"first": lead.first, "second": lead.second, "share": share_of(lead.share)}
    if lead.is_sure:
        return t("ranking.ahead", **facts)
    if lead.more is None:
        return t("ranking.alike", **facts)
    return t("ranking.too_few", n=_rounded(lead.more), **facts)


def result_cards(found: Preferences) -> list[Card]:
    """How labels end, and whether the place on screen won."""
    labels = labeled(found)["label"]
    ends = {end: wilson(int((labels == end).sum()), len(labels)) for end in (Preference.TIE, Preference.BOTH_BAD)}
    outside = t("ranking.pairs.about", left=found.ranking.unsourced, own=found.ranking.own)
    cards: list[Card] = [
        (t("ranking.pairs"), number(len(labels)), outside),
        (t("ranking.ties"), share_of(ends[Preference.TIE]), t("ranking.ties.about")),
        (t("ranking.both_bad"), share_of(ends[Preference.BOTH_BAD]), t("ranking.both_bad.about")),
    ]
    bias = found.bias
    # How votes that came in with a file were shown nobody knows.
    if bias.p is not None:
        about = t("ranking.place.about", p=p_value(bias.p), unplaced=bias.unplaced)
        cards.append((t("ranking.place"), share_of(bias.first), about))
    return cards


def draw_sources(found: Preferences) -> None:
    """Strengths with their intervals, and the counts that they rest on."""
    st.subheader(t("ranking.sources"), help=t("ranking.sources.about"))
    rows = against_average(found.ranking)
    rows = rows.with_columns(pl.Series("told", share_column(rows, "share", "share_low", "share_high"), dtype=pl.String))
    named = {"source": "name", "share": "value", "share_low": "low", "share_high": "high", "told": "figure"}
    drawn = rows.select(pl.col(column).alias(name) for column, name in named.items())
    alt = t("ranking.strengths.alt", n=rows.height)
    # Of two sources it would say the same twice.
    several = rows.height > 2
    if several:
        points(drawn, t("ranking.against"), key="strengths", alt=alt, low=0.0, high=1.0)
    texts = {row["source"]: row for row in found.lengths.to_dicts()}
    ranks = rows.select("rank", "rank_low", "rank_high").rows()
    ends = rows.select("wins", pl.col("ties") - pl.col("both_bad"), "losses").rows()
    shown: dict[str, Sequence[Any]] = {t("ranking.source"): rows["source"].to_list()}
    if found.ranking.groups > 1:
        shown[t("ranking.group")] = rows["group"].to_list()
    shown |= {
        t("ranking.rank"): [within(rank, low, high, lambda end: number(int(end))) for rank, low, high in ranks],
        **({t("ranking.against"): rows["told"].to_list()} if several else {}),
        t("ranking.ends"): [" / ".join(map(number, each)) for each in ends],
        t("ranking.bad"): [share_of(wilson(bad, n)) for bad, n in rows.select("both_bad", "rows").rows()],
        t("ranking.length"): [number(texts[source]["median"], digits=0) for source in rows["source"]],
    }
    pinned_table(shown, key="sources", alt=t("ranking.sources"))
    csv_button(rows.join(found.lengths.select("source", "median"), on="source", how="left"), "ranking")


def draw_groups(found: Preferences) -> None:
    """That some were never compared."""
    if found.ranking.groups > 1:
        st.warning(t("ranking.groups", n=found.ranking.groups), icon=":material/warning:")


def draw_meetings(found: Preferences) -> None:
    """Who won against whom, either way where there are several."""
    st.subheader(t("ranking.meetings"), help=t("ranking.meetings.about"))
    order = {source: at for at, source in enumerate(found.ranking.frame["source"])}
    rows = found.meetings.with_columns(decided=pl.col("wins") + pl.col("losses"))
    rows = rows.with_columns(
        pl.Series("figure", share_column(rows, "share", "low", "high", "decided"), dtype=pl.String)
    )
    if len(order) >= MANY:
        meeting_heatmap(rows, list(order), key="meetings")
    place = {name: pl.col(name).replace_strict(order, return_dtype=pl.Int64) for name in ("source", "other")}
    once = rows.filter(place["source"] < place["other"]).sort(place["source"], place["other"])
    shown = {
        t("ranking.who"): [f"{source} – {other}" for source, other in once.select("source", "other").rows()],
        t("ranking.share"): once["figure"],
        t("ranking.ends"): [" / ".join(map(number, each)) for each in once.select("wins", "ties", "losses").rows()],
        t("ranking.both_bad"): once["both_bad"],
        t("ranking.n"): once["n"],
    }
    pinned_table(shown, key="met", alt=t("ranking.meetings"))
    csv_button(found.meetings, "meetings")


def _rounded(n: int) -> int:
    """An order of size: two digits of it."""
    size = int(10 ** max(len(str(n)) - 2, 0))
    return -(-n // size) * size
