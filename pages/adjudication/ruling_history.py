"""My last rulings, each with what it changed, why, and the way to take it back."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from db.vocabulary import UNDO, Verdict
from labeling.adjudication import undoing
from labeling.facts import settled
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project, lock_project_by_id
from pages.ui.access import Access
from pages.ui.acting import acting
from pages.ui.items import class_chip, texts_of
from pages.ui.review_data import settled_anew
from pages.ui.session import now
from pages.ui.words import local_moment, t

SHOWN = 10
# How often this reader has taken something back, and whether just now: the card asks for its figures anew by that.
UNDONE, UNDONE_NOW = "rulings_undone", "rulings_undone_now"
_LONGEST = 200


def draw_history(access: Access, rulings: pl.DataFrame, titled: Mapping[str, LabelClass]) -> None:
    """Draw the last acts of this reader, the newest first."""
    mine = acts(rulings, access.person_id)
    if mine.is_empty():
        st.caption(t("adjudicate.no_history"))
        return
    shown = mine.head(SHOWN)
    texts = texts_of(access.project, shown["item"].to_list())
    for row in shown.to_dicts():
        _draw_act(access, row, texts.get(row["item"], ""), titled)


def acts(rulings: pl.DataFrame, expert_id: int) -> pl.DataFrame:
    """ACTS: the last row of RULINGS of each act of one expert, with ``items`` and how many of them it ``rules`` still."""
    standing = settled.in_force(rulings).select("item_id", "act", pl.lit(True).alias("stands"))
    mine = (pl.col("expert_id") == expert_id) & pl.col("act").is_not_null() & ~pl.col("act").str.starts_with(UNDO)
    last = rulings.filter(mine).unique(["act", "item_id"], keep="last", maintain_order=True)
    return (
        last.join(standing, on=["item_id", "act"], how="left", maintain_order="left")
        .group_by("act", maintain_order=True)
        .agg(
            pl.exclude("stands").last(), pl.len().alias("items"), pl.col("stands").fill_null(False).sum().alias("rules")
        )
        .sort("at", descending=True)
    )


def _draw_act(access: Access, row: Mapping[str, Any], text: str, titled: Mapping[str, LabelClass]) -> None:
    with st.container(border=True):
        what, back = st.columns([6, 1], vertical_alignment="center")
        what.html(_described(row, text, titled))
        if row["rules"]:
            act = row["act"]
            args = (access.project, access.person_id, act)
            back.button(t("adjudicate.undo"), key=f"undo_{act}", on_click=undo, args=args, width="stretch")
        else:
            back.caption(t("adjudicate.replaced"))


def _described(row: Mapping[str, Any], text: str, titled: Mapping[str, LabelClass]) -> str:
    """HTML of one act, all of it escaped."""
    when = html.escape(local_moment(row["at"]))
    short = " ".join(text.split())
    short = short if len(short) <= _LONGEST else f"{short[:_LONGEST].rstrip()}…"
    if row["items"] > 1:
        short = t("adjudicate.many", n=row["items"])
    why = f"<br>{html.escape(row['rationale'])}" if row["rationale"] else ""
    quiet = '<span style="opacity:.72">{}</span>'
    what = f"{_outcome(row, titled)} &nbsp; {quiet.format(when)}{why}"
    return f'<div class="sv-text">{html.escape(short)}</div><p style="margin:.2rem 0 0">{what}</p>'


def _outcome(row: Mapping[str, Any], titled: Mapping[str, LabelClass]) -> str:
    if row["verdict"] != Verdict.LABEL.value:
        return html.escape(t(f"adjudicate.verdict.{row['verdict']}"))
    if row["in_bulk"] and row["items"] > 1:
        return html.escape(t("adjudicate.bulk"))
    ruled = class_chip(row["label"], titled)
    if row["given"] is None:
        return ruled
    if row["given"] == row["label"]:
        return f"{ruled}, {html.escape(t('adjudicate.kept'))}"
    return f"{class_chip(row['given'], titled)} → {ruled}"


def undo(project: Project, actor: int, act: str) -> None:
    with acting("adjudicate.undone") as connection:
        undoing.undo(connection, lock_project_by_id(connection, project.id), act, now=now(), actor=actor)
    st.session_state[UNDONE] = st.session_state.get(UNDONE, 0) + 1
    st.session_state[UNDONE_NOW] = True
    settled_anew(project)
