"""What is told of an item: its text, its label, and a table for each kind of thing that was said of it."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from db.vocabulary import ChunkKind, ChunkOutcome, LabelKind, LabelSource, SuggestionPolicy, Verdict
from labeling.items.history import History
from labeling.projects.classes import LabelClass
from pages.ui.figures import chance, number
from pages.ui.items import class_title, item_text
from pages.ui.reason_words import reason_sentence
from pages.ui.widgets import text_of_item
from pages.ui.words import local_moment, t

Titled = Mapping[str, LabelClass]


def is_now(history: History, titled: Titled) -> str:
    """What the item is now, in a sentence."""
    now = history.outcome
    if now.waits:
        return t("item.answer.waits", n=now.n)
    if now.source is None:
        return t("item.answer.none", state=t(f"item.state.{now.state}"))
    facts = {"label": class_title(now.label, titled), "probability": number(now.probability), "n": now.n}
    return t(f"item.answer.{now.source}", **facts)


def draw_text(history: History, kind: LabelKind) -> None:
    """The text with its context and whatever came with it."""
    with st.container(border=True):
        item_text(history.text, kind)
        if history.context:
            st.caption(t("item.context"))
            text_of_item(history.context)
        came = [(t("item.came"), local_moment(history.came_at))]
        known = [(name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
                 for name, value in history.metadata.items()]  # fmt: skip
        told = " &nbsp;·&nbsp; ".join(f"{html.escape(name)}: {html.escape(value)}" for name, value in came + known)
        st.html(f'<p style="margin:0;opacity:.72;overflow-wrap:anywhere">{told}</p>')


def draw_said(history: History, titled: Titled, *, named: bool) -> None:
    """Who answered what and when, each revision, and whether it counts; without names people are told apart by numbers."""
    st.subheader(t("item.said"), help=t("item.said_about"))
    if history.said.is_empty():
        st.caption(t("item.said_none"))
        return
    rows = history.said.to_dicts()
    numbers = {who: n for n, who in enumerate(dict.fromkeys(history.said["assessor"]), 1)}
    _table(
        "said",
        t("item.said"),
        {
            t("item.when"): [local_moment(row["at"]) for row in rows],
            t("item.who"): [row["name"] if named else t("item.somebody", n=numbers[row["assessor"]]) for row in rows],
            t("item.label"): [_label(row["label"], titled) for row in rows],
            t("item.counts"): [_counts(row) for row in rows],
            t("item.revision"): [row["revision"] for row in rows],
            t("item.guide"): [row["guideline_version"] for row in rows],
            t("item.chunk"): [_chunk(row) for row in rows],
            t("item.seconds"): [number(row["seconds"], digits=0) if row["seconds"] is not None else "" for row in rows],
            t("item.suggestion"): [_suggested(row, titled) for row in rows],
            t("item.flagged"): [t("item.flagged.yes") if row["flagged"] else "" for row in rows],
            t("item.comment"): [row["comment"] or "" for row in rows],
        },
    )


def draw_ruled(history: History, titled: Titled, *, named: bool) -> None:
    """The experts' rulings, each revision; whose they are is for those who lead."""
    if history.ruled.is_empty():
        return
    st.subheader(t("item.ruled"))
    rows = history.ruled.to_dicts()
    verdicts = [
        class_title(row["label"], titled)
        if row["verdict"] == Verdict.LABEL.value
        else t(f"adjudicate.verdict.{row['verdict']}")
        for row in rows
    ]
    columns: dict[str, Sequence[Any]] = {t("item.when"): [local_moment(row["at"]) for row in rows]}
    if named:
        columns[t("item.who")] = [row["name"] or t("item.command") for row in rows]
    columns |= {
        t("item.label"): verdicts,
        t("item.revision"): [row["revision"] for row in rows],
        t("item.guide"): [row["guideline_version"] for row in rows],
        t("item.rationale"): [row["rationale"] for row in rows],
    }
    _table("ruled", t("item.ruled"), columns)


def draw_appointed(history: History, titled: Titled) -> None:
    """The golden labels that it had."""
    if history.appointed.is_empty():
        return
    st.subheader(t("item.golden"))
    rows = history.appointed.to_dicts()
    _table(
        "appointed",
        t("item.golden"),
        {
            t("item.when"): [local_moment(row["at"]) for row in rows],
            t("item.who"): [row["name"] or t("item.command") for row in rows],
            t("item.label"): [class_title(row["label"], titled) if row["label"] else t("item.retired") for row in rows],
            t("item.revision"): [row["revision"] for row in rows],
            t("item.explanation"): [row["explanation"] for row in rows],
        },
    )


def draw_suspicion(history: History, titled: Titled, *, named: bool) -> None:
    """Why the newest analysis doubts its label, or who has settled it: then there is nothing left to doubt."""
    found = history.suspicion
    if found is None:
        return
    st.subheader(t("item.suspicion"))
    if settled := settled_by(history, named=named):
        st.text(settled)
        return
    facts = {"given": class_title(found.given, titled), "probable": class_title(found.probable, titled)}
    when = local_moment(found.at) if found.at else ""
    key = "item.suspicion_is" if found.probable != found.given else "item.suspicion_only"
    st.text(t(key, score=chance(found.score), when=when, **facts))
    listed = "".join(f"<li>{html.escape(reason_sentence(reason, titled))}</li>" for reason in found.reasons)
    st.html(f'<ul style="margin:0">{listed}</ul>' if listed else html.escape(t("item.suspicion_none")))


def settled_by(history: History, *, named: bool) -> str | None:
    """Who settled the label and when, in a sentence; None of a label that rests on votes. Experts' names are for leads."""
    if history.outcome.source == LabelSource.ADJUDICATION.value:
        last = history.ruled.row(-1, named=True)
        who = f"{last['name'] or t('item.command')}, " if named else ""
        return t("item.settled_by.adjudication", told=who + local_moment(last["at"]))
    if history.outcome.source == LabelSource.GOLDEN.value:
        last = history.appointed.row(-1, named=True)
        return t("item.settled_by.golden", told=f"{last['name'] or t('item.command')}, {local_moment(last['at'])}")
    return None


def draw_proposed(history: History, titled: Titled) -> None:
    """What each version of junior says."""
    if history.proposed.is_empty():
        return
    st.subheader(t("item.proposed"))
    rows = history.proposed.to_dicts()
    versions = [f"v{row['version']} · {row['title']}" if row["title"] else f"v{row['version']}" for row in rows]
    _table(
        "proposed",
        t("item.proposed"),
        {
            t("item.when"): [local_moment(row["at"]) for row in rows],
            t("item.version"): versions,
            t("item.label"): [class_title(row["label"], titled) if row["label"] else t("item.refused") for row in rows],
            t("item.confidence"): [number(row["confidence"]) if row["confidence"] is not None else "" for row in rows],
            t("item.rationale"): [row["rationale"] for row in rows],
        },
    )


def draw_held(history: History, titled: Titled) -> None:
    """The snapshots that it went into, with the label that it has there."""
    if history.held.is_empty():
        return
    st.subheader(t("item.held"), help=t("item.held_about"))
    rows = history.held.to_dicts()
    _table(
        "held",
        t("item.held"),
        {
            t("item.when"): [local_moment(row["at"]) for row in rows],
            t("item.snapshot"): [row["name"] for row in rows],
            t("item.label"): [class_title(row["label"], titled) for row in rows],
            t("item.source"): [t(f"item.source.{row['source']}") if row["source"] else "" for row in rows],
            t("item.probability"): [
                number(row["probability"]) if row["probability"] is not None else "" for row in rows
            ],
        },
    )


def _table(key: str, alt: str, columns: Mapping[str, Sequence[Any]]) -> None:
    """A table of what there is: a column that says nothing in any row is left out."""
    told = {title: list(cells) for title, cells in columns.items() if any(cell not in ("", None) for cell in cells)}
    wide = {t(f"item.{name}"): st.column_config.Column(width=420) for name in ("rationale", "explanation", "comment")}
    st.dataframe(pl.DataFrame(told), hide_index=True, column_config=wide, placeholder="", key=key, alt=alt)


def _label(code: str | None, titled: Titled) -> str:
    return class_title(code, titled) if code else t("vote.unsure")


def _counts(row: Mapping[str, Any]) -> str:
    if row["counts"]:
        return t("item.counts.yes")
    if not row["in_force"]:
        return t("item.counts.replaced")
    if row["surplus"]:
        return t("item.counts.surplus")
    return t("item.counts.suspended" if row["outcome"] == ChunkOutcome.SUSPENDED.value else "item.counts.qualification")


def _chunk(row: Mapping[str, Any]) -> str:
    if row["ordinal"] is None:
        return t("item.chunk.file")
    if row["outcome"] is None:
        state = t("chunk.qualification.open" if row["kind"] == ChunkKind.QUALIFICATION.value else "chunk.open")
    else:
        state = t(f"chunk.{row['outcome']}")
    return t("item.chunk.named", ordinal=str(row["ordinal"]), state=state)


def _suggested(row: Mapping[str, Any], titled: Titled) -> str:
    if row["arm"] is None or row["suggestion"] is None:
        return ""
    if row["arm"] == SuggestionPolicy.HIDDEN.value:
        return t("item.suggestion.hidden")
    return class_title(row["suggestion"], titled)
