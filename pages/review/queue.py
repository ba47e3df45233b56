"""What the page of suspicions opens with, and its queue: what is asked for, the table, reasons, what is done with the marked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import marks
from db.frames.guidelines import guidelines
from labeling.facts.settled import settled
from labeling.facts.votes import votes
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from labeling.review.scoring import Shared, shared_since
from labeling.review.triage import Wanted
from labeling.runs import runs
from pages.review.believed import classifier_speaks
from pages.review.item_table import item_cards, item_table
from pages.review.selection_acts import draw_acts
from pages.ui import ruling_filters
from pages.ui.access import Access
from pages.ui.downloads import csv_button
from pages.ui.figures import counted, figure_of, number, percent, share_of
from pages.ui.review_data import Review, open_labels, wanted_findings
from pages.ui.widgets import Card, answer, empty_state, plain
from pages.ui.words import local_day, t

# The share of the most suspicious items that an expert could look at.
FIRST = 0.2
SCOPES = ("marked", "all")


def suspicion_answer(still_open: pl.DataFrame, items: int) -> str:
    """How many of the labels that nobody has settled are probably wrong, and how many of those stand first."""
    n = still_open.height
    if not n:
        return t("review.answer.settled", n=items)
    scores = still_open["score"].sort(descending=True)
    wrong = float(scores.sum())
    if wrong < 1:
        return t("review.answer.clean", n=n)
    share = percent(float(scores.head(round(FIRST * n) or 1).sum()) / wrong)
    facts = {"wrong": round(wrong), "wrong_share": percent(wrong / n), "first": percent(FIRST), "found": share}
    return t("review.answer", n=n, **facts)


def suspicion_cards(report: Mapping[str, Any], still_open: pl.DataFrame, items: int) -> list[Card]:
    """The figures of the page: expected errors, what is settled, and, where the classifier speaks, what CleanLab makes of it."""
    n, wrong = still_open.height, round(float(still_open["score"].sum()))
    cards: list[Card] = [
        (t("review.wrong"), counted(f"≈ {number(wrong)}", n), t("review.wrong_about")),
        (
            t("review.settled"), counted(number(items - n), items),
            t("review.settled_about", wrong=report.get("settled_wrong", 0)),
        ),
    ]  # fmt: skip
    # Classes that the classifier doesn't tell apart have no health, and CleanLab flags none of their labels.
    judged = sum(row["n"] for row in report.get("health") or [])
    if classifier_speaks(report) and judged:
        flagged = counted(number(int(still_open["is_issue"].sum())), n)
        health = counted(percent(report.get("overall_health")), judged)
        cards.append((t("review.flagged"), flagged, t("review.flagged_about")))
        cards.append((t("review.health"), health, t("review.health_about")))
    return cards


def draw_nothing(access: Access) -> None:
    """What to do where nobody has voted yet: there is nothing to analyse."""
    answer(t("page.review"), t("review.no_votes"))
    empty_state(
        t("review.no_votes_next"), page="project/import_page.py" if access.leads else None, label=t("page.import")
    )


def draw_waiting(project: Project) -> None:
    """What is said before the first analysis is done: that it goes on, or that it wants to be started."""
    with database().snapshot() as connection:
        newest = next(iter(runs.runs(connection, project.id)), None)
    answer(t("page.review"), t("review.running" if newest is not None and newest.is_going else "review.empty"))
    st.text(t("review.empty_next"))


def has_votes(project: Project) -> bool:
    """Whether anybody has answered in this project."""
    with database().snapshot() as connection:
        return bool(marks.watermark(connection, project.id)[0])


def draw_warning(project: Project, review: Review) -> None:
    """Warn where the assessors agree and err: then rulings and the guide help, not votes.

    Where the guide has been mended since, labels made by it speak; what older ones showed is told as past.
    """
    shared = (review.run.report or {}).get("shared") or {}
    if not shared.get("leaning"):
        return
    facts = {"errors": share_of(figure_of(shared["errors"])), "expected": percent(shared["expected"])}
    mended = _by_mended_guide(project, review)
    with st.container(border=True):
        if mended is None:
            st.warning(plain(t("review.leaning", **facts)), icon=":material/groups:")
        else:
            since, recent = mended
            told = {"since": local_day(since), "recent": share_of(recent.errors), "foretold": percent(recent.expected)}
            if recent.leaning:
                st.warning(plain(t("review.leaning.still", **told)), icon=":material/groups:")
            else:
                key = "review.leaning.past" if recent.errors.n else "review.leaning.unchecked"
                st.info(plain(t(key, **facts, **told)), icon=":material/history:")
                return
        st.page_link("project/guidelines.py", label=t("review.mend_guide"), icon=":material/menu_book:")


def _by_mended_guide(project: Project, review: Review) -> tuple[datetime, Shared] | None:
    """Since when a mended guide is in force, and what rulings say of the labels made by it; None under the first one."""
    with database().snapshot() as connection:
        newest = guidelines(connection, project.id).head(1)
        if newest.is_empty() or newest["version"][0] == 1:
            return None
        since: datetime = newest["published_at"][0]
        known = settled(connection, project.id, one_by_one=True)
        return since, shared_since(review.findings, known, votes(connection, project.id), since)


def draw_queue(access: Access, review: Review, titled: Mapping[str, LabelClass]) -> None:
    """Open items, the most suspicious first, by what the reader asks for."""
    project = access.project
    wanted = ruling_filters.choose_wanted(project, titled)
    suspected = open_labels(project, wanted_findings(project, review, wanted))
    if suspected.is_empty():
        st.caption(t("review.none_left" if wanted.asks_nothing else "review.none_found"))
        return
    st.caption(t("review.found", n=suspected.height))
    marked = item_table(project, suspected, titled, key="suspicions")
    st.caption(t("review.reasons_of_marked" if marked.height else "review.reasons_of_first"))
    item_cards(project, marked if marked.height else suspected.head(1), titled)
    scope = st.segmented_control(
        t("review.scope"), SCOPES, default=SCOPES[0], required=True, key="review_scope", bind="query-params",
        format_func=lambda name: t(f"review.scope.{name}"),
    )  # fmt: skip
    chosen = suspected if scope == "all" else marked
    if chosen.is_empty():
        st.caption(t("review.mark"))
    else:
        source = {"page": "review", **ruling_filters.filters_of(wanted)}
        about = t("review.batch")
        draw_acts(access, chosen, titled, key="review_acts", about=about, run_id=review.run.id, source=source)
    csv_button(suspected, "suspicions")


def ask_for_pair(project: Project, given: str, probable: str) -> None:
    """Ask for the labels of one pair of classes, and for nothing else."""
    ruling_filters.set_filters(project, Wanted(given=given, probable=probable))
