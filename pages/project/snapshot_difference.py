"""What changed between two snapshots: how much, whose word did it, and each label with the way to its item."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import polars as pl
import streamlit as st

from db.engine import database
from labeling.errors import LabelingError
from labeling.kept import kept as kept_results
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from labeling.snapshots.comparing import Change, Difference, difference
from labeling.snapshots.kept import Snapshot
from pages.ui.downloads import csv_button
from pages.ui.figures import number
from pages.ui.item_links import item_links, link_config
from pages.ui.items import class_title, first_lines
from pages.ui.widgets import figures, plain, show_error
from pages.ui.words import t

MOST_SHOWN = 200
_WIDTHS = {"text": 300, "before": 135, "after": 135, "why": 145, "who": 150}


def draw_difference(project: Project, kept: Sequence[Snapshot], classes: Mapping[str, LabelClass]) -> None:
    """Two snapshots to choose, by default the two newest, and what is different between them."""
    names, by_id = {each.id: each.name for each in kept}, {each.id: each for each in kept}
    with st.container(horizontal=True):
        one = st.selectbox(
            t("snapshots.from"), list(names), index=1, format_func=names.__getitem__, key="snapshot_from"
        )
        other = st.selectbox(t("snapshots.to"), list(names), format_func=names.__getitem__, key="snapshot_to")
    if one == other:
        st.caption(t("snapshots.choose_two"))
        return
    try:
        with st.spinner(t("snapshots.comparing")):
            found = _difference((str(database().url), *sorted((one, other))), project, by_id[one], by_id[other])
    except LabelingError as error:
        show_error(error)
        return
    facts = {"earlier": found.earlier.name, "later": found.later.name}
    if found.rows.is_empty():
        st.text(t("snapshots.same", n=found.same, **facts))
        return
    st.text(t("snapshots.differ", n=found.counts[Change.CHANGED.value], same=found.same, **facts))
    cards = {name: n for name, n in found.counts.items() if n or name == Change.CHANGED.value}
    figures([(t(f"snapshots.change.{name}"), number(n), None) for name, n in cards.items()])
    if found.by_cause:
        told = ", ".join(f"{t(f'snapshots.cause.{cause}')} ({number(n)})" for cause, n in found.by_cause.items())
        st.text(t("snapshots.causes", causes=told))
    _draw_rows(project, found, classes)


def _draw_rows(project: Project, found: Difference, classes: Mapping[str, LabelClass]) -> None:
    rows = found.rows.head(MOST_SHOWN)
    shown = {
        **item_links(project, rows["item"]),
        t("snapshots.before"): [class_title(code, classes) for code in rows["before"]],
        t("snapshots.after"): [class_title(code, classes) for code in rows["after"]],
        t("snapshots.why"): [
            t(f"snapshots.cause.{cause}") if cause else t(f"snapshots.change.{change}")
            for cause, change in rows.select("cause", "change").iter_rows()
        ],
        t("snapshots.who"): [", ".join(names) for names in rows["who"]],
        t("items.text"): first_lines(project, rows["item"].to_list()),
    }
    named = {"text": t("items.text"), **{name: t(f"snapshots.{name}") for name in ("before", "after", "why", "who")}}
    config = {title: st.column_config.Column(width=_WIDTHS[name]) for name, title in named.items()} | link_config()
    st.dataframe(
        pl.DataFrame(shown), hide_index=True, column_config=config, placeholder="–", key="snapshot_difference",
        alt=t("snapshots.difference"),
    )  # fmt: skip
    if found.rows.height > MOST_SHOWN:
        st.caption(plain(t("snapshots.first_rows", n=MOST_SHOWN)))
    name = f"{project.slug}-{found.earlier.name}-{found.later.name}"
    csv_button(
        found.rows.with_columns(pl.col("who").list.join("; ")), name, label=t("snapshots.all_rows", n=found.rows.height)
    )


@kept_results(8)
def _difference(key: Hashable, project: Project, one: Snapshot, other: Snapshot) -> Difference:
    with database().snapshot() as connection:
        return difference(connection, project.id, one, other)
