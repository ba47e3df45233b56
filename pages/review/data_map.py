"""The data map: how every label looked to the classifier while it learned, and what to do with the hard ones."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from db.vocabulary import Role
from labeling.projects.classes import LabelClass
from pages.review import bulk_ruling
from pages.review.believed import classifier_speaks, draw_classifier
from pages.review.item_table import item_table
from pages.review.map_controls import Look, choose_look, draw_regions, map_answer, why_these
from pages.review.map_data import STRATA, Mapped, drawn, grouped, mapped_of, points_of, regions
from pages.review.selection_acts import draw_acts, draw_made
from pages.ui.access import Access, require
from pages.ui.charts.data_map import MOST_TEXTS, draw_data_map
from pages.ui.items import texts_by_id, titled_classes
from pages.ui.review_data import open_labels
from pages.ui.widgets import answer, empty_state, simulated_mark
from pages.ui.words import t


def draw_chart(points: pl.DataFrame, look: Look, titled: Mapping[str, LabelClass], run_id: int) -> list[int]:
    """The map; gives the ids of the items that are chosen on it."""
    everything, groups = grouped(points, look.by, titled)
    shown, sampled = drawn(everything)
    worst = shown.sort("score", descending=True).head(MOST_TEXTS)["item_id"].to_list()
    key = f"data_map_{run_id}_{look.by}_{look.dynamics}_{look.tool}"
    chosen = draw_data_map(shown, everything, groups, texts_by_id(worst), look.cuts, tool=look.tool, key=key)
    if shown.height < everything.height:
        parts = [
            t("map.of", name=t(f"map.stratum.{name}"), n=sampled[name][0], of=sampled[name][1])
            for name in STRATA
            if sampled[name][1]
        ]
        st.caption(t("map.sampled", n=shown.height, of=everything.height, parts=", ".join(parts)))
    return chosen


def draw_chosen(
    access: Access, mapped: Mapped, points: pl.DataFrame, titled: Mapping[str, LabelClass], ids: list[int]
) -> None:
    """The chosen items, the most suspicious first, and what can be done with them."""
    if not ids:
        st.caption(t("map.choose"))
        return
    rows = points.filter(pl.col("item_id").is_in(ids))
    announce(ids)
    st.subheader(t("map.chosen", n=rows.height))
    marked = item_table(access.project, rows, titled, key="map_chosen")
    acted_on = marked if marked.height else rows
    st.caption(t("map.marked", n=marked.height) if marked.height else t("map.all_chosen"))
    source = {"page": "map"}
    draw_acts(access, acted_on, titled, key="map_acts", about=t("map.batch"), run_id=mapped.run.id, source=source)


def draw_no_map(mapped: Mapped | None, titled: Mapping[str, LabelClass]) -> None:
    """Why there is no map: nobody asked for one, nothing can be said from the classifier, or nobody watched it learn."""
    report = {} if mapped is None else mapped.run.report or {}
    if mapped is None or classifier_speaks(report):
        answer(t("page.map"), t("map.empty" if mapped is None else "map.no_epochs"))
        empty_state(t("map.empty_next"), page="review/suspicions.py", label=t("page.review"))
        return
    answer(t("page.map"), t("map.silent" if report.get("worth") else "map.unknown"))
    draw_classifier(report, titled)
    empty_state(t("map.again_next"), page="review/suspicions.py", label=t("page.review"))


def announce(ids: list[int]) -> None:
    """Say once that the list has changed: it lies below the map, mostly off the screen."""
    ids_told = (len(ids), sum(ids))
    if st.session_state.get("map_told") != ids_told:
        st.toast(t("map.told", n=len(ids)))
    st.session_state["map_told"] = ids_told


access = require(Role.EXPERT, Role.LEAD)
project = access.project
simulated_mark(project)
mapped = mapped_of(project)
titled = titled_classes(project)
if mapped is None or not mapped.dynamics:
    draw_no_map(mapped, titled)
    st.stop()
head = st.container()
look = choose_look(mapped)
points = points_of(mapped, look.cuts, look.dynamics)
still_open = open_labels(project, points)
counted = regions(points, still_open)
with head:
    answer(t("page.map"), map_answer(counted))
    draw_classifier(mapped.run.report or {}, titled)
    draw_made(project)
    bulk_ruling.draw_last(access)
left, right = st.container(key="map_and_regions").columns([3, 1], gap="small")
with left:
    chosen = draw_chart(points, look, titled, mapped.run.id)
    st.caption(why_these(mapped, look.dynamics))
with right:
    draw_regions(access, mapped, points, still_open, counted)
draw_chosen(access, mapped, points, titled, chosen)
