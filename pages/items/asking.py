"""What is looked for among a project's items, as the reader asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from db.engine import database
from db.frames import work as work_frames
from db.vocabulary import ItemState
from labeling.facts.votes import answerers
from labeling.items.search import LabelOf, Question
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from pages.ui.access import Access
from pages.ui.items import class_title
from pages.ui.words import t

_NAMES = tuple(Question.__dataclass_fields__)
SAID_BY = tuple(of.value for of in LabelOf)
_SHARES = (0.01, 0.34, 0.5, 0.67)
_CHANCES = (0.5, 0.7, 0.9, 0.95, 0.99)


def choose_question(access: Access, titled: Mapping[str, LabelClass]) -> Question:
    """Draw the fields: words and id in sight, what asks for facts in a popover with how many of them are set."""
    project = access.project
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _field(project, "words", width=420)
        _field(project, "item", width=180)
        asked = _asked(project)
        narrowed = sum(getattr(asked, name) is not None for name in _NAMES[2:] if name != "said_by")
        label = t("found.narrowed", n=narrowed) if narrowed else t("filters.title")
        with st.popover(label, icon=":material/filter_alt:", key=_key(project, "more")):
            _draw(access, titled)
        if not asked.asks_nothing:
            st.button(t("filters.clear"), type="tertiary", on_click=clear, args=(project,), key=_key(project, "clear"))
    return _asked(project)


def clear(project: Project) -> None:
    """Ask for nothing again."""
    for name in _NAMES:
        st.session_state.pop(_key(project, name), None)


def _field(project: Project, name: str, *, width: int) -> None:
    st.text_input(
        t(f"found.{name}"), key=_key(project, name), placeholder=t(f"found.{name}_example"), width=width, max_chars=400,
        help=t(f"found.{name}_about"), persist_state="session",
    )  # fmt: skip


def _draw(access: Access, titled: Mapping[str, LabelClass]) -> None:
    project = access.project
    _select(project, "state", {state.value: t(f"item.state.{state.value}") for state in ItemState})
    left, right = st.columns(2)
    with left:
        _select(project, "label", {code: class_title(code, titled) for code in titled})
    with right:
        st.selectbox(
            t("found.said_by"), SAID_BY, format_func=lambda of: t(f"found.said_by.{of}"),
            key=_key(project, "said_by"), persist_state="session",
        )  # fmt: skip
    # Whom an answer is of is no expert's matter, see the item's page.
    if access.leads:
        _select(project, "assessor", _people(project))
    _select(project, "probability", {chance: t("found.at_most", share=chance) for chance in _CHANCES})
    _select(project, "disagreement", {share: t("found.at_least", share=share) for share in _SHARES})


def _select(project: Project, name: str, titles: Mapping[Any, str]) -> None:
    st.selectbox(
        t(f"found.{name}"), list(titles), index=None, format_func=lambda choice: titles.get(choice, str(choice)),
        placeholder=t("filters.all"), key=_key(project, name), persist_state="session",
    )  # fmt: skip


def _people(project: Project) -> dict[int, str]:
    with database().snapshot() as connection:
        people = work_frames.annotators(connection).sort("name")
        answered = answerers(connection, project.id)
    return {row["assessor"]: row["name"] for row in people.to_dicts() if row["assessor"] in answered}


def _asked(project: Project) -> Question:
    chosen = {name: st.session_state.get(_key(project, name)) for name in _NAMES}
    told = {name: choice for name, choice in chosen.items() if choice is not None}
    return Question(**{**told, "said_by": LabelOf(told.get("said_by", LabelOf.FINAL))})


def _key(project: Project, name: str) -> str:
    return f"search_{project.slug}_{name}"
