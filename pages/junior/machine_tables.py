"""People or machine: in words, and sources of labels side by side: what they teach, what they cost, where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from db.vocabulary import PromptKind, Teacher
from labeling.junior.ledger import MILLION
from labeling.projects.classes import LabelClass
from labeling.quality.drafting import cost_per_correct, wages
from pages.ui.charts.points import points
from pages.ui.downloads import csv_button
from pages.ui.figures import (
    SURE,
    counted,
    ends_around,
    ends_of,
    figure_of,
    figure_rows,
    gap,
    in_words,
    money,
    p_value,
    rough_of,
    share_of,
)
from pages.ui.items import class_title
from pages.ui.widgets import pinned_table
from pages.ui.words import t

# Of fewer test texts a class's F1 is all interval.
FEW = 5


@dataclass(frozen=True)
class Hours:
    """What an hour costs, in the price table's unit; None where nobody said."""

    assessor: float | None
    expert: float | None


def machine_answer(report: Mapping[str, Any] | None) -> str:
    """What the page opens with: whose labels teach better."""
    if report is None:
        return t("machine.answer.none")
    step = next(step for step in report["steps"] if (step["before"], step["after"]) == (Teacher.JUNIOR, Teacher.VOTES))
    change, p = figure_of(step["weighted_f1"]), step["weighted_f1_p"]
    key = "unclear" if p >= SURE else "people" if (change.value or 0.0) > 0 else "machine"
    weighted = {source["name"]: in_words(figure_of(source["weighted_f1"])) for source in report["sources"]}
    facts = {
        "junior": weighted[Teacher.JUNIOR],
        "people": weighted[Teacher.VOTES],
        "gap": gap(change, n=False),
        "p": p_value(p),
    }
    return t(f"machine.answer.{key}", **facts)


def teacher_sentence(report: Mapping[str, Any]) -> str:
    """Which junior stood for the machine."""
    if report["kind"] == PromptKind.LOCAL.value:
        return t("machine.spoke.local", version=str(report["version"]))
    models = ", ".join(report["models"]) or t("machine.spoke.unknown_model")
    return t("machine.spoke.llm", version=str(report["version"]), models=models)


def source_title(name: str) -> str:
    return t(f"machine.source.{name}")


def cost_of(source: Mapping[str, Any], hours: Hours) -> float | None:
    """What the labels of a source came to, in millionths; None where a wage or a time is not known."""
    if source["name"] in (Teacher.JUNIOR, Teacher.JUNIOR_ALL):
        return float(source["cost"])
    votes = _worked(source["votes"], hours.assessor)
    if source["name"] != Teacher.FINAL or votes is None or not source["rulings"]["n"]:
        return votes
    ruled = _worked(source["rulings"], hours.expert)
    return None if ruled is None else votes + ruled


def cost_words(source: Mapping[str, Any], hours: Hours) -> str:
    """The same as it reads, with what it rests on."""
    cost = cost_of(source, hours)
    if cost is None:
        return "–"
    if source["name"] in (Teacher.JUNIOR, Teacher.JUNIOR_ALL):
        return counted(money(cost), source["paid"])
    return counted(money(cost), source["votes"]["timed"])


def correct_words(source: Mapping[str, Any], right: Mapping[str, Any] | None, hours: Hours) -> str:
    """Money for each right label, with its interval."""
    cost = cost_of(source, hours)
    if cost is None or right is None:
        return "–"
    return rough_of(cost_per_correct(cost, source["labels"], figure_of(right)), money)


def right_of(report: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """How many labels of a source are right; None for the final ones, which are the measure."""
    right: Mapping[str, Any] | None = report["right"].get(Teacher.JUNIOR if name == Teacher.JUNIOR_ALL else name)
    return right


def _worked(times: Mapping[str, Any], an_hour: float | None) -> float | None:
    """Acts whose time nobody measured are taken to be as long as the others."""
    if an_hour is None or not times["timed"]:
        return None
    return wages(times["seconds"] / times["timed"] * times["n"], an_hour) * MILLION


def draw_chart(report: Mapping[str, Any]) -> None:
    """Weighted F1 of each source with its interval."""
    sources = report["sources"]
    rows = figure_rows("name", [source_title(source["name"]) for source in sources], sources, "weighted_f1")
    low, high = ends_around([rows])
    points(
        rows, t("machine.weighted_f1"), key="sources", alt=t("machine.chart.alt", n=rows.height), low=low, high=high,
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
        t("machine.source"): [source_title(source["name"]) for source in sources],
        t("machine.weighted_f1"): [in_words(figure_of(source["weighted_f1"])) for source in sources],
        t("machine.macro_f1"): [in_words(figure_of(source["macro_f1"])) for source in sources],
        t("machine.accuracy"): [in_words(figure_of(source["accuracy"])) for source in sources],
        t("machine.trained_on"): [source["trained_on"] for source in sources],
    }
    if sources[0].get("score"):
        shown[t("machine.score")] = [in_words(figure_of(source["score"])) for source in sources]
    pinned_table(shown, key="sources_table", alt=t("machine.sources"))


def draw_costs(report: Mapping[str, Any], hours: Hours) -> None:
    """A row for each source: how many of its labels are right, and what they cost."""
    sources = report["sources"]
    rights = [right_of(report, source["name"]) for source in sources]
    shown = {
        t("machine.source"): [source_title(source["name"]) for source in sources],
        t("machine.labels"): [source["labels"] for source in sources],
        t("machine.right"): [share_of(figure_of(right)) if right else t("machine.is_measure") for right in rights],
        **_scored_column(report),
        t("machine.cost"): [cost_words(source, hours) for source in sources],
        t("machine.correct"): [correct_words(*pair, hours) for pair in zip(sources, rights, strict=True)],
    }
    pinned_table(shown, key="costs_table", alt=t("machine.costs"))
    if hours.assessor is None or hours.expert is None:
        st.caption(t("machine.no_wage"))
    csv_button(_source_rows(report, hours), "people_or_machine")


def _scored_column(report: Mapping[str, Any]) -> dict[str, list[str]]:
    """How right the labels of each source are, where one may be right in part."""
    scored = report.get("scored")
    if not scored:
        return {}
    found = [
        scored.get(Teacher.JUNIOR if source["name"] == Teacher.JUNIOR_ALL else source["name"])
        for source in report["sources"]
    ]
    return {t("machine.scored"): [in_words(figure_of(each)) if each else t("machine.is_measure") for each in found]}


def draw_steps(report: Mapping[str, Any]) -> None:
    """What was compared with what, by the paired tests."""
    steps = report["steps"]
    shown = {
        t("machine.pair"): [
            t("machine.pair_value", after=source_title(step["after"]), before=source_title(step["before"]))
            for step in steps
        ],
        t("machine.gap"): [gap(figure_of(step["weighted_f1"])) for step in steps],
        t("machine.p"): [p_value(step["weighted_f1_p"]) for step in steps],
        t("machine.accuracy_gap"): [gap(figure_of(step["accuracy"])) for step in steps],
        t("machine.won"): [
            t("gain.won_value", won=step["won"], lost=step["lost"], p=p_value(step["accuracy_p"])) for step in steps
        ],
    }
    if steps and steps[0].get("score"):
        shown[t("machine.score_gap")] = [gap(figure_of(step["score"])) for step in steps]
    pinned_table(shown, key="steps_table", alt=t("machine.steps"))


def draw_classes(report: Mapping[str, Any], classes: Mapping[str, LabelClass]) -> None:
    """F1 of every class of the test part by source, the most frequent first."""
    first = report["sources"][0]["f1"]
    ranked = sorted((at for at, f1 in enumerate(first) if f1["n"]), key=lambda at: -first[at]["n"])
    codes = [report["classes"][at] for at in ranked]
    shown = {t("machine.class"): [class_title(code, classes) for code in codes]}
    for source in report["sources"]:
        scores = [source["f1"][at] for at in ranked]
        shown[source_title(source["name"])] = [
            t("gain.few", n=f1["n"]) if f1["n"] < FEW else in_words(figure_of(f1)) for f1 in scores
        ]
    pinned_table(shown, key="source_classes", alt=t("machine.classes"))


def _source_rows(report: Mapping[str, Any], hours: Hours) -> pl.DataFrame:
    rows = []
    for source in report["sources"]:
        taught = ends_of(source, "weighted_f1", "macro_f1", "accuracy", *(["score"] if source.get("score") else []))
        right = report["right"].get(source["name"]) if source["name"] in (Teacher.JUNIOR, Teacher.VOTES) else None
        cost = cost_of(source, hours)
        rows.append({
            "source": source["name"], "trained_on": source["trained_on"], **taught,
            "labels_right": right["value"] if right else None, "cost": None if cost is None else cost / MILLION,
        })  # fmt: skip
    return pl.DataFrame(rows)
