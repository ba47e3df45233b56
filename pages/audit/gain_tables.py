"""The gain in words and over rounds: the curve, what changed in each, and every class before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl
import streamlit as st

from db.vocabulary import Teacher
from labeling.projects.classes import LabelClass
from labeling.runs.runs import Run
from pages.ui.charts.lines import steps
from pages.ui.downloads import csv_button
from pages.ui.figures import SURE, ends_around, ends_of, figure_of, figure_rows, gap, in_words, number, p_value
from pages.ui.items import class_title
from pages.ui.widgets import Card, pinned_table
from pages.ui.words import local_day, local_moment, t

NAMES = {"weighted_f1": "gain.weighted_f1", "accuracy": "gain.accuracy_of", "score": "gain.score_of"}
# Of fewer test texts a class's F1 is all interval.
FEW = 5


def gain_answer(report: Mapping[str, Any]) -> str:
    """What the page opens with: the difference in weighted F1, from what to what, and whether it is one."""
    whole, first, last = report["whole"], report["rounds"][0], report["rounds"][-1]
    change = figure_of(whole["weighted_f1"])
    p, value = whole["weighted_f1_p"], change.value or 0.0
    key = "unclear" if p >= SURE else "brought" if value > 0 else "cost"
    days = {"first": _day(first), "last": _day(last)}
    said = t(f"gain.answer.{key}", gap=gap(change, n=False), n=change.n, p=p_value(p), **days)
    before, after = first["trained_on"], last["trained_on"]
    texts = t("gain.texts.same" if before == after else "gain.texts.changed", before=before, after=after)
    return f"{said} {texts}"


def labels_alone(compared: Run | None) -> str:
    """What better labels bring on the same texts, of the newest comparison of sources that is done; else where it is measured."""
    if compared is None or not compared.report or compared.finished_at is None:
        return t("gain.labels_alone")
    step = next(
        step for step in compared.report["steps"] if (step["before"], step["after"]) == (Teacher.VOTES, Teacher.FINAL)
    )
    texts = next(source["trained_on"] for source in compared.report["sources"] if source["name"] == Teacher.FINAL)
    change = figure_of(step["weighted_f1"])
    return t(
        "gain.labels_alone.step", texts=texts, day=local_day(compared.finished_at), gap=gap(change, n=False), n=change.n,
        p=p_value(step["weighted_f1_p"]),
    )  # fmt: skip


def gain_cards(report: Mapping[str, Any]) -> list[Card]:
    """Weighted F1 before and after, the difference in accuracy, and how many test texts tell the two apart."""
    first, last, whole = report["rounds"][0], report["rounds"][-1], report["whole"]
    won = t("gain.won_value", won=whole["won"], lost=whole["lost"], p=p_value(whole["accuracy_p"]))
    return [
        (t("gain.first"), in_words(figure_of(first["weighted_f1"])), t("gain.first_about", **_base(first))),
        (t("gain.last"), in_words(figure_of(last["weighted_f1"])), t("gain.last_about", **_base(last))),
        (t("gain.accuracy"), gap(figure_of(whole["accuracy"])), t("gain.accuracy_about")),
        *([(t("gain.score"), gap(figure_of(whole["score"])), t("gain.score_about"))] if whole.get("score") else []),
        (t("gain.won"), won, t("gain.won_about")),
    ]


def draw_curve(report: Mapping[str, Any]) -> None:
    """Weighted F1 and accuracy after every round, over the rulings learned from."""
    rounds = report["rounds"]
    groups = round_names(report)
    told = {name: title for name, title in NAMES.items() if rounds[0].get(name)}
    series = {t(title): figure_rows("group", groups, rounds, name) for name, title in told.items()}
    low, high = ends_around(list(series.values()))
    alt = t("gain.curve.alt", n=len(groups))
    steps(series, groups, t("gain.curve.axis"), key="gain_curve", alt=alt, low=low, high=high, tick=number)


def draw_rounds(report: Mapping[str, Any]) -> None:
    """A row for each round: what went into it, and what it brought over the one before."""
    rounds, between = report["rounds"], [None, *report["steps"]]
    shown = {
        t("gain.round"): round_names(report),
        t("gain.at"): [local_moment(datetime.fromisoformat(a_round["at"])) for a_round in rounds],
        t("gain.rulings"): [a_round["rulings"] for a_round in rounds],
        t("gain.golden"): [a_round["golden"] for a_round in rounds],
        t("gain.changed"): [a_round["changed"] for a_round in rounds],
        t("gain.trained_on"): [a_round["trained_on"] for a_round in rounds],
        t("gain.weighted_f1"): [in_words(figure_of(a_round["weighted_f1"])) for a_round in rounds],
        t("gain.step"): [gap(figure_of(step["weighted_f1"]), n=False) if step else "–" for step in between],
        t("gain.macro_f1"): [in_words(figure_of(a_round["macro_f1"])) for a_round in rounds],
        t("gain.accuracy_of"): [in_words(figure_of(a_round["accuracy"])) for a_round in rounds],
    }
    if rounds[0].get("score"):
        shown[t("gain.score_of")] = [in_words(figure_of(a_round["score"])) for a_round in rounds]
    pinned_table(shown, key="rounds", alt=t("gain.rounds"))
    csv_button(_round_rows(report), "gain")


def draw_classes(report: Mapping[str, Any], classes: Mapping[str, LabelClass]) -> None:
    """F1 of every class of the test part before and after, the most frequent first."""
    first, last = report["rounds"][0]["f1"], report["rounds"][-1]["f1"]
    in_use = [at for at, f1 in enumerate(last) if f1["n"]]
    ranked = sorted(in_use, key=lambda at: -last[at]["n"])
    codes = [report["classes"][at] for at in ranked]
    shown = {
        t("gain.class"): [class_title(code, classes) for code in codes],
        t("gain.before"): [_class_f1(first[at]) for at in ranked],
        t("gain.after"): [_class_f1(last[at]) for at in ranked],
    }
    pinned_table(shown, key="gain_classes", alt=t("gain.classes"))
    left = len(last) - len(in_use)
    if left:
        st.caption(t("gain.classes_left", n=left))


def round_names(report: Mapping[str, Any]) -> list[str]:
    """How rounds are called: the votes alone, then by how many rulings are in, all so far."""
    return [
        t("gain.votes_only") if not n else t("gain.with_rulings", n=a_round["rulings"])
        for n, a_round in enumerate(report["rounds"])
    ]


def _base(a_round: Mapping[str, Any]) -> dict[str, Any]:
    return {"day": _day(a_round), "texts": a_round["trained_on"]}


def _day(a_round: Mapping[str, Any]) -> str:
    return local_day(datetime.fromisoformat(a_round["at"]))


def _class_f1(f1: Mapping[str, Any]) -> str:
    return t("gain.few", n=f1["n"]) if f1["n"] < FEW else in_words(figure_of(f1))


def _round_rows(report: Mapping[str, Any]) -> pl.DataFrame:
    rows = []
    for a_round in report["rounds"]:
        row = {name: a_round[name] for name in ("at", "rulings", "golden", "changed", "trained_on")}
        names = ("weighted_f1", "macro_f1", "accuracy", *(["score"] if a_round.get("score") else []))
        rows.append(row | ends_of(a_round, *names) | {"n": a_round["accuracy"]["n"]})
    return pl.DataFrame(rows)
