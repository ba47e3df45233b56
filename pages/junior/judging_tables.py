"""A version on golden items: classes, kinship with people, confusion, calibration, and where junior and expert differ."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from db.vocabulary import Part
from labeling.junior import evaluation as evaluating
from labeling.junior.prompts import Prompt
from labeling.projects.projects import LabelClass, Project
from labeling.quality.intervals import wilson
from pages.junior.judging_data import Desk, said_by
from pages.junior.judging_words import judged_title
from pages.ui.charts.grids import source_confusion
from pages.ui.charts.lines import reliability
from pages.ui.figures import ends_of, figure_column, figure_of, in_words, percent, share_of
from pages.ui.items import texts_of
from pages.ui.widgets import csv_button, pinned_table, plain, text_of_item
from pages.ui.words import t

MOST_PAIRS, MOST_TEXTS = 12, 5


def draw_classes(report: Mapping[str, Any], titled: Mapping[str, LabelClass]) -> None:
    """Precision, recall and F1 of every class that either side gave, the most frequent first."""
    in_use = [scores for scores in report["classes"] if scores["f1"]["n"]]
    ranked = sorted(in_use, key=lambda scores: -scores["recall"]["n"])
    shown = {t("judging.class"): [judged_title(scores["label"], titled) for scores in ranked]}
    for name in ("precision", "recall", "f1"):
        shown[t(f"judging.{name}")] = [in_words(figure_of(scores[name])) for scores in ranked]
    pinned_table(shown, key="judged_classes", alt=t("judging.classes"))
    left = len(report["classes"]) - len(in_use)
    if left:
        st.caption(t("judging.classes_left", n=left))
    csv_button(_class_rows(ranked), "junior_classes")


def draw_kinship(report: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """How far junior agrees with consensus and with each assessor."""
    kindred = [kin for kin in (report["consensus"], *report["kinship"]) if kin and kin["kappa"]["n"]]
    if not kindred:
        st.caption(t("judging.no_kin"))
        return
    named = [
        t("judging.consensus") if kin is report["consensus"] else names.get(kin["annotator"], kin["annotator"])
        for kin in kindred
    ]
    shown = {
        t("judging.annotator"): named,
        t("judging.kappa"): [in_words(figure_of(kin["kappa"])) for kin in kindred],
        t("judging.agreement"): [percent(kin["agreement"]) for kin in kindred],
    }
    pinned_table(shown, key="judged_kin", alt=t("judging.kin"))


def draw_confusion(report: Mapping[str, Any], titled: Mapping[str, LabelClass]) -> None:
    """What junior says of items of each class, a column of its own for refusals."""
    in_use = {cell[side] for cell in report["confusion"] for side in ("truth", "given")}
    codes = [code for code in evaluating.classes_of(report) if code in in_use]
    givens: list[str | None] = [*codes, None] if None in in_use else [*codes]
    titles = {code: judged_title(code, titled) for code in givens}
    total: dict[str, int] = {}
    for cell in report["confusion"]:
        total[cell["truth"]] = total.get(cell["truth"], 0) + cell["count"]
    cells = []
    for cell in report["confusion"]:
        share = wilson(cell["count"], total[cell["truth"]])
        words = f"{titles[cell['truth']]} → {titles[cell['given']]}: {share_of(share)}"
        place = {"row": codes.index(cell["truth"]), "column": givens.index(cell["given"])}
        cells.append(place | {"share": share.value, "figure": words})
    source_confusion(cells, [titles[code] for code in codes], [titles[code] for code in givens], key="junior_confusion")


def draw_calibration(report: Mapping[str, Any]) -> None:
    """How often junior is right when it says how sure it is, before and after mending."""
    calibration = report["calibration"]
    if not calibration:
        st.caption(t("judging.no_confidence"))
        return
    series = {}
    for name in ("said", "mended"):
        rows = pl.DataFrame(calibration[name]["curve"]).rename({"accuracy": "value"})
        series[t(f"judging.curve.{name}")] = rows.with_columns(figure_column(rows))
    reliability(series, key="junior_curve")
    ends = {name: in_words(figure_of(calibration[name]["error"])) for name in ("said", "mended")}
    st.caption(plain(t("judging.curve.ece", **ends)))


def draw_differing(project: Project, prompt: Prompt, titled: Mapping[str, LabelClass]) -> None:
    """Items of the dev part where junior and expert differ, by what was taken for what; each text a click away."""
    spoken = said_by(project, prompt)
    differing = evaluating.differing(spoken, Part.DEV)
    answered = differing.join(spoken.suggestions.select("item"), on="item", how="semi")
    if answered.is_empty():
        st.caption(t("judging.no_misses"))
        return
    pairs = (
        answered.group_by("expert", "label", maintain_order=True)
        .len("n")
        .sort("n", descending=True, maintain_order=True)
    )
    for row in pairs.head(MOST_PAIRS).to_dicts():
        label = judged_title(row["label"], titled)
        title = t("judging.pair", expert=judged_title(row["expert"], titled), junior=label, n=row["n"])
        with st.expander(plain(title)):
            of_pair = (pl.col("expert") == row["expert"]) & pl.col("label").eq_missing(pl.lit(row["label"]))
            draw_texts(project, answered.filter(of_pair).head(MOST_TEXTS), label)
            if row["n"] > MOST_TEXTS:
                st.caption(t("judging.first_texts", n=MOST_TEXTS, of=row["n"]))
    csv_button(answered, "junior_and_expert_differ")


def draw_texts(project: Project, rows: pl.DataFrame, label: str) -> None:
    """Texts with what junior said of each, how sure it was, and why."""
    texts = texts_of(project, rows["item"].to_list())
    for row in rows.to_dicts():
        with st.container(border=True):
            text_of_item(texts[row["item"]])
            sure = t("judging.sure", sure=percent(row["confidence"])) if row["confidence"] is not None else ""
            note = t("judging.note", item=row["item"], junior=label, sure=sure)
            reason = f"<br>{html.escape(row['rationale'])}" if row["rationale"] else ""
            st.html(f'<p style="margin:0;opacity:.72">{html.escape(note)}{reason}</p>')


def draw_pairs(desk: Desk, rows: pl.DataFrame, named: Sequence[str]) -> None:
    """DIFFERING of two versions: each text with what the expert and both versions said."""
    texts = texts_of(desk.project, rows["item"].to_list())
    for row in rows.to_dicts():
        labels = [judged_title(row[side], desk.titled) for side in ("a", "b")]
        lines = [t("judging.expert_says", label=judged_title(row["expert"], desk.titled))]
        lines += [f"{name}: {label}" for name, label in zip(named, labels, strict=True)]
        with st.container(border=True):
            text_of_item(texts[row["item"]])
            st.html(f'<p style="margin:0;opacity:.72">{"<br>".join(map(html.escape, lines))}</p>')


def _class_rows(ranked: list[Mapping[str, Any]]) -> pl.DataFrame:
    names = ("precision", "recall", "f1")
    return pl.DataFrame([{"class": scores["label"], **ends_of(scores, *names, n=True)} for scores in ranked])
