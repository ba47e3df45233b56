"""Findings as a table whose rows can be marked, and as cards: the text, who voted what, and why it is suspected."""

from __future__ import annotations

import html
from collections.abc import Mapping
from zlib import crc32

import polars as pl
import streamlit as st

from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from pages.ui.figures import DASH, chance
from pages.ui.item_links import item_link, item_links, link_config
from pages.ui.items import class_title, first_line, texts_and_votes, vote_card
from pages.ui.reason_words import reason_name, reason_sentence, reasons_of
from pages.ui.words import t

MOST_ROWS = 300
MOST_CARDS = 3
_WIDTHS = {"text": 310, "given": 140, "probable": 140, "reason": 170, "region": 125, "votes": 220}


def item_table(project: Project, rows: pl.DataFrame, titled: Mapping[str, LabelClass], *, key: str) -> pl.DataFrame:
    """Draw the first rows of FINDINGS with ``region``; gives those that are marked.

    Marks are places in the table: another set of items is another table, and begins unmarked.
    """
    top = rows.head(MOST_ROWS)
    ids = top["item_id"].to_list()
    texts, votes = texts_and_votes(project.id, ids)
    counted = votes.group_by("item_id", "label").len("n").sort("n", "label", descending=[True, False])
    votes_in_words: dict[int, list[str]] = {}
    for item_id, label, n in counted.iter_rows():
        votes_in_words.setdefault(item_id, []).append(
            f"{class_title(label, titled) if label else t('vote.unsure')} × {n}"
        )
    shown = {
        **item_links(project, top["item"]),
        t("items.text"): [first_line(texts.get(item_id, "")) for item_id in ids],
        t("items.given"): [class_title(label, titled) for label in top["given"]],
        t("items.probable"): _second_choices(top, titled),
        t("items.score"): top["score"].round(2),
    }
    if "reasons" in top.columns:
        first = [next(iter(reasons_of(body)), None) for body in top["reasons"]]
        shown[t("items.reason")] = [reason_name(reason["code"]) if reason else "–" for reason in first]
    shown[t("items.region")] = [t(f"region.{region}") if region else "–" for region in top["region"]]
    shown[t("items.votes")] = ["; ".join(votes_in_words.get(item_id, ["–"])) for item_id in ids]
    config = {
        t(f"items.{name}"): st.column_config.Column(width=width) for name, width in _WIDTHS.items()
    } | link_config()
    config[t("items.score")] = st.column_config.NumberColumn(format="percent", help=t("items.score_about"), width=105)
    event = st.dataframe(
        pl.DataFrame(shown),
        hide_index=True,
        column_config=config,
        placeholder="–",
        on_select="rerun",
        selection_mode="multi-row",
        key=table_key(rows, key),
        alt=t("items.alt"),
        height=min(420, 40 + 36 * max(top.height, 2)),
    )
    if rows.height > MOST_ROWS:
        st.caption(t("items.first_rows", n=MOST_ROWS, of=rows.height))
    return top[[place for place in event["selection"]["rows"] if place < top.height]]


def _second_choices(rows: pl.DataFrame, titled: Mapping[str, LabelClass]) -> list[str]:
    """What each label may be instead; a dash where that is the label itself, which a ruling has confirmed."""
    pairs = rows.select("given", "probable").iter_rows()
    return [class_title(probable, titled) if probable != given else DASH for given, probable in pairs]


def table_key(rows: pl.DataFrame, key: str) -> str:
    """The key of the table of these rows: another one for other items."""
    ids = rows.head(MOST_ROWS)["item_id"].to_numpy()
    return f"{key}_{crc32(ids.tobytes()):08x}"


def item_cards(project: Project, rows: pl.DataFrame, titled: Mapping[str, LabelClass]) -> None:
    """The first rows as cards: the whole text, its votes, and every reason in a sentence, the strongest first."""
    top = rows.head(MOST_CARDS)
    ids = top["item_id"].to_list()
    texts, votes = texts_and_votes(project.id, ids)
    for row in top.to_dicts():
        named = {name: class_title(row[name], titled) for name in ("given", "probable")}
        key = "items.note" if row["probable"] != row["given"] else "items.note.only"
        note = t(key, item=row["item"], score=chance(row["score"]), **named)
        mine = votes.filter(pl.col("item_id") == row["item_id"])
        card = vote_card(texts.get(row["item_id"], ""), mine, titled, project.kind, note=note)
        sentences = [reason_sentence(reason, titled) for reason in reasons_of(row.get("reasons"))]
        with card:
            listed = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)
            st.html(f'<ul style="margin:0">{listed}</ul>' if listed else html.escape(t("items.no_reason")))
            item_link(project, row["item"])
