"""Sources of labels side by side: what they teach, what they cost, where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from db.vocabulary import Teacher
from labeling.projects.projects import LabelClass
from pages.junior.machine_words import Hours, correct_words, cost_of, cost_words, right_of, source_title
from pages.ui.charts.points import points
from pages.ui.classes import class_title
from pages.ui.figures import chance, figure_of, gap, in_words, share_of
from pages.ui.widgets import csv_button, pinned_table
from pages.ui.words import t

# Of fewer test texts a class's F1 is all interval.
FEW = 5


def draw_chart(report: Mapping[str, Any]) -> None:
    """Weighted F1 of each source with its interval."""
    found = [figure_of(each["weighted_f1"]) for each in report["sources"]]
    rows = [
        (source_title(each["name"]), one.value, one.low, one.high, in_words(one))
        for each, one in zip(report["sources"], found, strict=True)
    ]
    schema = {"name": pl.String, **dict.fromkeys(("value", "low", "high"), pl.Float64), "figure": pl.String}
    drawn = pl.DataFrame(rows, schema=schema, orient="row")
    low = max(0.0, min(one.low or 0.0 for one in found) - 0.02)
    high = min(1.0, max(one.high or 1.0 for one in found) + 0.02)
    points(
        drawn, t("machine.weighted_f1"), key="sources", alt=t("machine.chart.alt", n=len(rows)), low=low, high=high,
        is_share=False,
    )  # fmt: skip


def draw_wages() -> Hours:
    """What an hour of people costs, as the reader says."""
    with st.container(horizontal=True):
        assessor = st.number_input(
            t("machine.hour.assessor"), 0.0, None, None, format="%.2f", key="machine_hour", help=t("machine.hour_about"),
            width=240,
        )  # fmt: skip
        expert = st.number_input(
            t("machine.hour.expert"), 0.0, None, None, format="%.2f", key="machine_hour_expert", width=240
        )
    return Hours(assessor, expert)


def draw_sources(report: Mapping[str, Any]) -> None:
    """A row for each source: what it taught."""
    sources = report["sources"]
    shown = {
        t("machine.source"): [source_title(each["name"]) for each in sources],
        t("machine.weighted_f1"): [in_words(figure_of(each["weighted_f1"])) for each in sources],
        t("machine.macro_f1"): [in_words(figure_of(each["macro_f1"])) for each in sources],
        t("machine.accuracy"): [in_words(figure_of(each["accuracy"])) for each in sources],
        t("machine.trained_on"): [each["trained_on"] for each in sources],
    }
    pinned_table(shown, key="sources_table", alt=t("machine.sources"))


def draw_costs(report: Mapping[str, Any], hours: Hours) -> None:
    """A row for each source: how many of its labels are right, and what they cost."""
    sources = report["sources"]
    rights = [right_of(report, each["name"]) for each in sources]
    shown = {
        t("machine.source"): [source_title(each["name"]) for each in sources],
        t("machine.labels"): [each["labels"] for each in sources],
        t("machine.right"): [share_of(figure_of(right)) if right else t("machine.is_measure") for right in rights],
        t("machine.cost"): [cost_words(each, hours) for each in sources],
        t("machine.correct"): [correct_words(*pair, hours) for pair in zip(sources, rights, strict=True)],
    }
    pinned_table(shown, key="costs_table", alt=t("machine.costs"))
    if hours.assessor is None or hours.expert is None:
        st.caption(t("machine.no_wage"))
    csv_button(_source_rows(report, hours), "people_or_machine")


def draw_steps(report: Mapping[str, Any]) -> None:
    """What was compared with what, by the paired tests."""
    steps = report["steps"]
    shown = {
        t("machine.pair"): [
            t("machine.pair_value", after=source_title(each["after"]), before=source_title(each["before"]))
            for each in steps
        ],
        t("machine.gap"): [gap(figure_of(each["weighted_f1"])) for each in steps],
        t("machine.p"): [chance(each["weighted_f1_p"]) for each in steps],
        t("machine.accuracy_gap"): [gap(figure_of(each["accuracy"])) for each in steps],
        t("machine.won"): [
            t("gain.won_value", won=each["won"], lost=each["lost"], p=chance(each["accuracy_p"])) for each in steps
        ],
    }
    pinned_table(shown, key="steps_table", alt=t("machine.steps"))


def draw_classes(report: Mapping[str, Any], classes: Mapping[str, LabelClass]) -> None:
    """F1 of every class of the test part by source, the most frequent first."""
    first = report["sources"][0]["f1"]
    ranked = sorted((at for at, each in enumerate(first) if each["n"]), key=lambda at: -first[at]["n"])
    codes = [report["classes"][at] for at in ranked]
    shown = {t("machine.class"): [class_title(code, classes) for code in codes]}
    for each in report["sources"]:
        found = [each["f1"][at] for at in ranked]
        shown[source_title(each["name"])] = [
            t("gain.few", n=one["n"]) if one["n"] < FEW else in_words(figure_of(one)) for one in found
        ]
    pinned_table(shown, key="source_classes", alt=t("machine.classes"))


def _source_rows(report: Mapping[str, Any], hours: Hours) -> pl.DataFrame:
    rows = []
    for each in report["sources"]:
        row: dict[str, Any] = {"source": each["name"], "trained_on": each["trained_on"]}
        for name in ("weighted_f1", "macro_f1", "accuracy"):
            row |= {f"{name}{'' if end == 'value' else f'_{end}'}": each[name][end] for end in ("value", "low", "high")}
        right = report["right"].get(each["name"]) if each["name"] in (Teacher.JUNIOR, Teacher.VOTES) else None
        cost = cost_of(each, hours)
        rows.append(
            row | {"labels_right": right["value"] if right else None, "cost": None if cost is None else cost / 1e6}
        )
    return pl.DataFrame(rows)
