"""What the page of suspicions opens with: how many labels are probably wrong, and where they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import marks
from labeling.projects.projects import Project
from labeling.runs import runs
from pages.ui.access import Access
from pages.ui.figures import counted, figure_of, in_words, number, percent
from pages.ui.widgets import Card, answer, empty_state, plain
from pages.ui.words import t

# The share of the most suspicious items that an expert could look at.
FIRST = 0.2


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
    """The figures of the page: expected errors, what is settled, what CleanLab flags, and how healthy the labels are."""
    n, wrong = still_open.height, round(float(still_open["score"].sum()))
    flagged, settled = int(still_open["is_issue"].sum()), counted(number(items - n), items)
    return [
        (t("review.wrong"), counted(f"≈ {number(wrong)}", n), t("review.wrong_about")),
        (t("review.settled"), settled, t("review.settled_about", wrong=report.get("settled_wrong", 0))),
        (t("review.flagged"), counted(number(flagged), n), t("review.flagged_about")),
        (t("review.health"), counted(percent(report.get("overall_health")), items), t("review.health_about")),
    ]


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


def draw_warning(report: Mapping[str, Any]) -> None:
    """Warn where the assessors agree and err: then rulings and the guide help, not votes."""
    shared = report.get("shared") or {}
    if not shared.get("leaning"):
        return
    errors = in_words(figure_of(shared["errors"]))
    with st.container(border=True):
        warning = t("review.leaning", errors=errors, expected=percent(shared["expected"]))
        st.warning(plain(warning), icon=":material/groups:")
        st.page_link("project/guidelines.py", label=t("review.mend_guide"), icon=":material/menu_book:")
