"""What a search found: read by the page, kept by the facts' watermark, shown as a table whose ids lead on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import items as item_frames
from labeling.items.history import withheld_from
from labeling.items.search import Found, Question, search
from labeling.items.standing import Standing, standing_of, standing_of_some
from labeling.jobs.tending import index_words
from labeling.kept import kept
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from pages.ui.access import Access
from pages.ui.figures import number
from pages.ui.item_links import item_links, link_config
from pages.ui.items import class_title, first_line
from pages.ui.quality_data import mark_of
from pages.ui.words import t

A_PAGE = 50
_WIDTHS = {"text": 270, "state": 120, "label": 140, "source": 130}


def find(project: Project, question: Question) -> tuple[Found, bool]:
    """What is found, and whether it waits for a consensus; an index of words that is behind begins to catch up."""
    standing = _standing((str(database().url), project, mark_of(project)), project) if question.asks_facts else None
    with database().snapshot() as connection:
        found = search(connection, project.id, question, standing)
    index_words(database())
    return found, standing is not None and standing.waits


@kept(4)
def _standing(key: Hashable, project: Project) -> Standing:
    with database().snapshot() as connection:
        return standing_of(connection, project)


def draw_found(access: Access, found: Found, titled: Mapping[str, LabelClass]) -> None:
    """A page of the items found; the way to the others where there are more."""
    pages = -(-len(found.item_ids) // A_PAGE)
    place = 1 if pages == 1 else st.pagination(pages, key=f"found_{hash(tuple(found.item_ids))}")
    ids = found.item_ids[(place - 1) * A_PAGE : place * A_PAGE]
    with database().snapshot() as connection:
        texts = item_frames.texts_of(connection, ids).select("item_id", "text")
        rows = standing_of_some(connection, access.project, ids).items.join(texts, on="item_id").sort("item_id")
        withheld = withheld_from(connection, access.project, ids, access.person_id) if not access.leads else []
    label = pl.when(pl.col("item_id").is_in(withheld)).then(None).otherwise(pl.col("label").cast(pl.String))
    rows = rows.with_columns(label.alias("label"))
    shown = {
        **item_links(access.project, rows["item"]),
        t("items.text"): [first_line(text) for text in rows["text"]],
        t("found.state"): [t(f"item.state.{state}") for state in rows["state"]],
        t("item.label"): [class_title(code, titled) for code in rows["label"]],
        t("item.source"): [t(f"item.source.{source}") if source else "–" for source in rows["source"]],
        t("item.probability"): [number(chance) for chance in rows["probability"]],
        t("item.votes"): rows["n"],
    }
    named = {t("items.text"): "text", t("found.state"): "state", t("item.label"): "label", t("item.source"): "source"}
    config = {title: st.column_config.Column(width=_WIDTHS[name]) for title, name in named.items()} | link_config()
    st.dataframe(
        pl.DataFrame(shown), hide_index=True, column_config=config, placeholder="–", key="found", alt=t("page.search"),
        height=min(640, 40 + 36 * max(rows.height, 2)),
    )  # fmt: skip
