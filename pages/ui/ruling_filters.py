"""What the expert wants to rule on: by reason, pair of classes, region, assessor, batch; kept in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from db.engine import database
from db.frames import adjudication as adjudication_frames
from db.frames import work as work_frames
from labeling.facts.votes import answerers
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from labeling.review.data_map import REGIONS
from labeling.review.triage import Reason, Wanted
from pages.ui.reason_words import reason_name
from pages.ui.words import t, title_of

_NAMES = ("reason", "given", "probable", "region", "assessor", "batch")
_RULED = "ruled"


def choose_wanted(project: Project, classes: Mapping[str, LabelClass]) -> Wanted:
    """Draw the filters in a popover, with what they ask for in words beside it. ``?batch=`` in the address asks for a batch."""
    offered = _offered(project, classes)
    _take_from_address(project, offered["batch"])
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        with st.popover(t("filters.title"), icon=":material/filter_alt:", type="secondary"):
            _draw(project, offered)
        # Not before: what the address asks for is known once its widgets are there.
        wanted = _chosen(project, offered)
        filters = [
            f"{t(f'adjudicate.{name}')}: {_said(name, choice, offered)}" for name, choice in filters_of(wanted).items()
        ]
        if filters:
            st.text(" · ".join(filters), width="content")
            st.button(t("filters.clear"), type="tertiary", on_click=_clear, args=(project,), key=_key(project, "clear"))
    return wanted


def set_filters(project: Project, wanted: Wanted) -> None:
    """Set the filters, here and wherever else they are drawn."""
    for name in _NAMES:
        st.session_state[_key(project, name)] = getattr(wanted, name)


def filters_of(wanted: Wanted) -> dict[str, Any]:
    """What is asked for, as the card sends it along."""
    return {name: choice for name in _NAMES if (choice := getattr(wanted, name)) is not None}


def _offered(project: Project, classes: Mapping[str, LabelClass]) -> dict[str, dict[Any, str]]:
    """The choices of each filter with their titles."""
    titles: dict[Any, str] = {code: title_of(entry) for code, entry in classes.items()}
    with database().snapshot() as connection:
        batches = adjudication_frames.batches(connection, project.id)
        people = work_frames.annotators(connection)
        answered = answerers(connection, project.id)
    return {
        "reason": {reason.value: reason_name(reason) for reason in Reason},
        "given": titles,
        "probable": titles,
        "region": {name: t(f"region.{name}") for name in REGIONS},
        "assessor": {row["assessor"]: row["name"] for row in people.to_dicts() if row["assessor"] in answered},
        # The address keeps what a choice is called: a count in it would be another choice after each ruling.
        "batch": dict(batches.select("batch", "name").iter_rows()),
        _RULED: {row["batch"]: t("adjudicate.batch_named", **row) for row in batches.to_dicts()},
    }


def _said(name: str, choice: Any, offered: Mapping[str, Mapping[Any, str]]) -> str:
    """A choice in words; a batch with how far it is ruled."""
    return offered[_RULED if name == "batch" else name][choice]


def _draw(project: Project, offered: Mapping[str, Mapping[Any, str]]) -> None:
    for pair in (("given", "probable"), ("reason", "region"), ("assessor", "batch")):
        for column, name in zip(st.columns(2), pair, strict=True):
            with column:
                _draw_filter(project, name, offered[name])


def _draw_filter(project: Project, name: str, titles: Mapping[Any, str]) -> None:
    st.selectbox(
        t(f"adjudicate.{name}"),
        list(titles),
        index=None,
        format_func=lambda choice: titles.get(choice, str(choice)),
        key=_key(project, name),
        placeholder=t("filters.all"),
        persist_state="session",
        bind="query-params",
    )


def _chosen(project: Project, offered: Mapping[str, Mapping[Any, str]]) -> Wanted:
    state = {name: st.session_state.get(_key(project, name)) for name in _NAMES}
    return Wanted(**{name: choice for name, choice in state.items() if choice in offered[name]})


def _take_from_address(project: Project, batches: Mapping[Any, str]) -> None:
    batch = st.query_params.get("batch")
    if batch is None:
        return
    del st.query_params["batch"]
    if batch.isdigit() and int(batch) in batches:
        set_filters(project, Wanted(batch=int(batch)))


def _clear(project: Project) -> None:
    set_filters(project, Wanted())


def _key(project: Project, name: str) -> str:
    return f"wanted_{project.slug}_{name}"
