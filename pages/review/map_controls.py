"""What the data map opens with, how it is looked at, and its regions with what is done about each."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import items as item_frames
from labeling.exchange.writing import write_jsonl
from labeling.projects.projects import Project
from labeling.review.data_map import REGIONS, Cuts
from pages.review.map_data import COLOURINGS, Mapped
from pages.review.selection_acts import batch_popover
from pages.ui.access import Access
from pages.ui.charts.data_map import TOOLS
from pages.ui.downloads import download
from pages.ui.figures import percent
from pages.ui.widgets import csv_of
from pages.ui.words import t

PICKED = ("item", "text", "label", "confidence", "variability", "correctness")


def map_answer(counted: Mapping[str, tuple[int, int, float]]) -> str:
    """How many labels are hard to learn, and how often the unchecked of those are wrong beside the unchecked easy ones."""
    total = sum(n for n, _, _ in counted.values())
    hard, waiting, wrong = counted["hard"]
    if not hard:
        return t("map.answer.none", n=total)
    if not waiting:
        return t("map.answer.settled", hard=hard, n=total)
    facts = {"hard": hard, "n": total, "share": percent(hard / total), "unchecked": waiting, "wrong": percent(wrong)}
    _, easy_open, easy = counted["easy"]
    if not easy_open:
        return t("map.answer.no_easy", **facts)
    return t("map.answer", **facts, easy_unchecked=easy_open, easy=percent(easy))


@dataclass(frozen=True)
class Look:
    """By what points are coloured, by whose epochs they stand, where regions begin, and with what one chooses."""

    by: str
    dynamics: str
    cuts: Cuts
    tool: str


def choose_look(mapped: Mapped) -> Look:
    """Draw the choices."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="map_look"):
        by = st.selectbox(
            t("map.by"),
            COLOURINGS,
            format_func=lambda name: t(f"map.by.{name}"),
            key="map_by",
            width=220,
            bind="query-params",
        )
        dynamics = mapped.usual
        if len(mapped.dynamics) > 1:
            dynamics = st.segmented_control(
                t("map.dynamics"), mapped.dynamics, default=mapped.usual, required=True,
                format_func=lambda name: t(f"map.dynamics.{name}"), key=f"map_dynamics_{mapped.run.id}",
                help=t("map.dynamics_about"), bind="query-params",
            ) or mapped.usual  # fmt: skip
        tool = st.segmented_control(
            t("map.tool"), TOOLS, default=TOOLS[0], required=True, format_func=lambda name: t(f"map.tool.{name}"),
            key="map_tool", bind="query-params",
        )  # fmt: skip
        with st.popover(t("map.cuts"), icon=":material/tune:"):
            usual = Cuts()
            ambiguous = st.slider(
                t("map.cut.ambiguous"), 0.0, 1.0, usual.ambiguous, 0.01, format="percent", key="map_ambiguous",
                help=t("map.cut.ambiguous_about"), bind="query-params",
            )  # fmt: skip
            hard = st.slider(
                t("map.cut.hard"), 0.0, 1.0, usual.hard, 0.01, format="percent", key="map_hard",
                help=t("map.cut.hard_about"), bind="query-params",
            )  # fmt: skip
    return Look(by or COLOURINGS[0], dynamics, Cuts(float(ambiguous), float(hard)), tool or TOOLS[0])


def draw_regions(
    access: Access,
    mapped: Mapped,
    points: pl.DataFrame,
    still_open: pl.DataFrame,
    counted: Mapping[str, tuple[int, int, float]],
) -> None:
    """A card for each region: how many items, what it means, and what to do about it."""
    for name in REGIONS[::-1]:
        n, waiting, wrong = counted[name]
        share = percent(n / points.height if points.height else None)
        with st.container(border=True):
            st.metric(t(f"map.region.{name}"), t("map.region.count", n=n, share=share))
            about = t(f"map.region.{name}.about", wrong=percent(wrong), n=waiting)
            st.caption(about if waiting else t("map.region.none_open"))
            if name == "hard":
                ids = still_open.filter(pl.col("region") == "hard")["item_id"].to_list()
                source = {"page": "map", "region": "hard", "run": mapped.run.id}
                about = t("map.hard_batch")
                batch_popover(access, t("map.send_hard"), ids, key="map_hard_batch", about=about, source=source)
            elif name == "ambiguous":
                _downloads(access.project, points.filter(pl.col("region") == "ambiguous"))


def _downloads(project: Project, ambiguous: pl.DataFrame) -> None:
    """The ambiguous items as training picks: written when they are asked for."""
    kinds = {"csv": csv_of, "jsonl": jsonl_of}
    with st.container(horizontal=True):
        for ending, write in kinds.items():
            download(
                t(f"map.picks.{ending}"),
                partial(_written, write, project, ambiguous),
                f"training_picks.{ending}",
                key=f"picks_{ending}",
                disabled=ambiguous.is_empty(),
                icon=":material/download:",
            )


def _written(write: Callable[[pl.DataFrame], bytes], project: Project, ambiguous: pl.DataFrame) -> bytes:
    return write(picks(project, ambiguous))


def picks(project: Project, rows: pl.DataFrame) -> pl.DataFrame:
    """PICKS(item, text, label, confidence, variability, correctness), the most variable first."""
    with database().snapshot() as connection:
        texts = item_frames.items(connection, project.id).select("item_id", "text")
    mapped = rows.drop("confidence", "variability", "correctness").rename(
        {"given": "label", "x": "variability", "y": "confidence", "right": "correctness"}
    )
    with_text = mapped.join(texts, on="item_id", how="inner", maintain_order="left")
    return with_text.sort("variability", "item_id", descending=[True, False]).select(*PICKED)


def jsonl_of(frame: pl.DataFrame) -> bytes:
    """A frame as JSON lines."""
    out = io.BytesIO()
    write_jsonl([frame.with_columns(pl.col("label").cast(pl.String))], out)
    return out.getvalue()


def why_these(mapped: Mapped, dynamics: str) -> str:
    """By whose epochs the map is, and why by these."""
    if len(mapped.dynamics) == 1:
        return t(f"map.why.only_{dynamics}")
    heart = "by_heart" if mapped.by_heart else "not_by_heart"
    return t(f"map.why.{dynamics}.{heart}")
