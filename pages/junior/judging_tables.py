"""A version on golden items: in words; classes, kinship with people, confusion, calibration, where junior and expert differ."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from db.vocabulary import Part
from labeling.junior import evaluation as evaluating
from labeling.junior.evaluation import REST
from labeling.junior.prompts import Prompt
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from labeling.quality.figures import Figure
from labeling.quality.intervals import wilson
from labeling.quality.judging import Comparison
from pages.junior.judging_data import Desk, said_by
from pages.ui.charts.grids import source_confusion
from pages.ui.charts.lines import reliability
from pages.ui.downloads import csv_button
from pages.ui.figures import (
    SURE,
    ends_of,
    figure_column,
    figure_of,
    gap,
    in_words,
    money,
    number,
    p_value,
    percent,
    rough_of,
    rough_time,
    share_of,
)
from pages.ui.items import class_title, item_text, texts_of
from pages.ui.junior_words import version_title
from pages.ui.widgets import Card, pinned_table, plain
from pages.ui.words import t

# Of fewer items a figure is all interval.
FEW = 20
THOUSAND = 1_000
MOST_PAIRS, MOST_TEXTS = 12, 5


def judged_title(code: str | None, titled: Mapping[str, LabelClass]) -> str:
    """What junior said: a class by its title, the others where it checks for one class, or that it refused."""
    if code is None:
        return t("judging.refusal")
    return t("judging.rest") if code == REST else class_title(code, titled)


def speaker_title(project: Project, prompt: Prompt, report: Mapping[str, Any]) -> str:
    """Who spoke: the version, and the models that the ledger remembers where these are others."""
    title = version_title(project, prompt)
    others = [model for model in report.get("models", ()) if model not in title]
    return t("judging.who_models", version=title, models=", ".join(others)) if others else title


def judged_answer(speaker: str, part: str, report: Mapping[str, Any]) -> str:
    """What the page opens with: how right the version is on a part of the golden items."""
    facts = {
        "who": speaker,
        "right": in_words(figure_of(report["accuracy"])),
        "f1": in_words(figure_of(report["weighted_f1"])),
    }
    key = "few" if report["asked"] < FEW else "done"
    return t(f"judging.answer.{part}.{key}", **facts)


def judged_cards(report: Mapping[str, Any]) -> list[list[Card]]:
    """Rows of cards: how right it is, whether it knows, and what it takes."""
    calibration = report.get("calibration")
    error = figure_of(calibration["said"]["error"]) if calibration else Figure(None, None, None, 0)
    by_chance = calibration["said"]["by_chance"] if calibration else None
    about = t("judging.ece_about", chance=number(by_chance))
    quality: list[Card] = [
        (t(f"judging.{name}"), in_words(figure_of(report[name])), t(f"judging.{name}_about"))
        for name in ("accuracy", "weighted_f1", "macro_f1")
    ]
    taken = [
        (t("judging.refused"), share_of(figure_of(report["refused"])), t("judging.refused_about")),
        (t("judging.ece"), in_words(error), about),
        (t("judging.cost"), per_thousand(report["cost"], is_money=True), t("judging.cost_about")),
        (t("judging.seconds"), per_thousand(report["seconds"], is_money=False), t("judging.seconds_about")),
    ]
    scored: list[list[Card]] = []
    if report.get("score"):
        scored = [[(t("judging.score"), in_words(figure_of(report["score"])), t("judging.score_about"))]]
    if report.get("place"):
        scored.append([(t("judging.place"), share_of(figure_of(report["place"])), t("judging.place_about"))])
    return [*scored, quality[:2], [quality[2], taken[1]], [taken[0], *taken[2:]]]


def per_thousand(mean: Mapping[str, Any], *, is_money: bool) -> str:
    """A mean of an item as what a thousand come to, with its interval and n."""
    if not is_money:
        return rough_time(figure_of(mean), THOUSAND)
    return rough_of(figure_of(mean), lambda value: money(THOUSAND * value))


def compared_answer(first: str, second: str, compared: Comparison) -> str:
    """Whether the second version is better than the first, by the paired test of weighted F1."""
    if not compared.n:
        return t("judging.compared.none")
    value = compared.weighted_f1.value or 0.0
    key = "unclear" if compared.weighted_f1_p >= SURE else "better" if value > 0 else "worse"
    facts = {"gap": gap(compared.weighted_f1, n=False), "p": p_value(compared.weighted_f1_p)}
    return t(f"judging.compared.{key}", first=first, second=second, n=compared.n, **facts)


def compared_cards(compared: Comparison) -> list[Card]:
    """The differences, each with its interval and p-value."""
    won = t("gain.won_value", won=compared.won, lost=compared.lost, p=p_value(compared.accuracy_p))
    scored: list[Card] = []
    if compared.score is not None and compared.score_p is not None:
        scored = [(t("judging.compared.score"), gap(compared.score), p_value(compared.score_p))]
    return [
        *scored,
        (t("judging.compared.weighted_f1"), gap(compared.weighted_f1), p_value(compared.weighted_f1_p)),
        (t("judging.compared.macro_f1"), gap(compared.macro_f1), p_value(compared.macro_f1_p)),
        (t("judging.compared.accuracy"), gap(compared.accuracy), p_value(compared.accuracy_p)),
        (t("judging.compared.won"), won, t("judging.compared.won_about")),
    ]


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
    """How often junior is right when it says how sure it is, and mended where mending was seen to help."""
    calibration = report["calibration"]
    if not calibration:
        st.caption(t("judging.no_confidence"))
        return
    # A look of an earlier day didn't see whether it helps.
    held_out, helps = calibration.get("held_out"), calibration.get("helps", False)
    series = {}
    for name in ("said", "mended") if helps else ("said",):
        rows = pl.DataFrame(calibration[name]["curve"]).rename({"accuracy": "value"})
        series[t(f"judging.curve.{name}")] = rows.with_columns(figure_column(rows))
    reliability(series, key="junior_curve")
    sentences = [t("judging.curve.ece", said=in_words(figure_of(calibration["said"]["error"])))]
    if held_out and held_out["stated"] is not None:
        ends = {"said": number(held_out["stated"]), "mended": number(held_out["mended"])}
        if helps:
            sentences.append(t("judging.curve.helps", **ends))
        elif held_out["mended"] < held_out["stated"]:
            sentences.append(t("judging.curve.chance"))
        else:
            sentences.append(t("judging.curve.left", **ends))
    st.caption(plain(" ".join(sentences)))


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
            item_text(texts[row["item"]], project.kind)
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
            item_text(texts[row["item"]], desk.project.kind)
            st.html(f'<p style="margin:0;opacity:.72">{"<br>".join(map(html.escape, lines))}</p>')


def _class_rows(ranked: list[Mapping[str, Any]]) -> pl.DataFrame:
    names = ("precision", "recall", "f1")
    return pl.DataFrame([{"class": scores["label"], **ends_of(scores, *names, n=True)} for scores in ranked])
