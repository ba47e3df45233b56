"""How far the assessors agree, where they don't, and what golden items say of being right."""

from __future__ import annotations

import polars as pl
import streamlit as st

from db.vocabulary import Role
from labeling.facts.kind_agreement import KindAgreement
from labeling.quality.agreement import agreement, agreement_report, class_agreement
from labeling.quality.confused import confused_classes
from labeling.quality.kinds import Kind
from pages.quality.agreement_parts import (
    agreement_answer,
    agreement_by_kind,
    agreement_cards,
    draw_confused,
    draw_trend,
    imbalance_warning,
    kind_cards,
    left_out,
)
from pages.ui.access import require
from pages.ui.charts.grids import MOST_NUMBERED, kappa_heatmap
from pages.ui.charts.points import class_points
from pages.ui.downloads import csv_button
from pages.ui.figures import figure_column, percent
from pages.ui.progress import unchosen
from pages.ui.quality_data import Facts, chosen_facts, next_step, no_votes
from pages.ui.widgets import answer, empty_state, figures, plain, simulated_mark
from pages.ui.words import t, title_of


def draw_classes(facts: Facts, rough: pl.DataFrame, kinded: KindAgreement | None) -> None:
    """Agreement by class, those first that are surely bad: of a class with few votes little is sure."""
    if kinded is not None and kinded.classes is not None:
        with_intervals: pl.DataFrame | None = kinded.classes
    else:
        with_intervals = facts.keep_later("classes with intervals", lambda: class_agreement(facts.coded))
    rows = (
        (rough if with_intervals is None else with_intervals)
        .filter(pl.col("votes") > 0)
        .sort("high", "agreement", nulls_last=True)
    )
    rows = rows.rename({"agreement": "value"}).with_columns(figure_column(rows, "agreement"))
    defined = rows.filter(pl.col("value").is_not_null())
    if defined.height:
        class_points(defined, facts.titled, key="agreement_by_class")
    shown = {
        t("agreement.class"): [title_of(facts.titled[code]) for code in rows["label"]],
        t("agreement.votes"): rows["votes"],
        t("agreement.share"): [percent(share) for share in rows["share"]],
        t("agreement.of_class"): rows["figure"],
        t("agreement.class_kappa"): figure_column(rows, "kappa", "kappa_low", "kappa_high"),
    }
    st.dataframe(pl.DataFrame(shown), hide_index=True, key="classes", alt=t("agreement.by_class"), placeholder="–")
    if nobodys := unchosen(dict(rows.select("label", "votes").iter_rows()), facts.titled):
        st.caption(plain(nobodys))
    csv_button(rows.drop("figure"), "agreement_by_class")


def draw_pairs(facts: Facts, pairs: pl.DataFrame) -> None:
    """Cohen's kappa of every two people who share items."""
    if pairs["kappa"].is_null().all():
        st.caption(t("agreement.no_pairs"))
        return
    pairs = pairs.with_columns(figure_column(pairs, "kappa"))
    kappa_heatmap(pairs, facts.names, key="kappa_by_pair")
    st.caption(t("agreement.bands"))
    csv_button(pairs.drop("figure"), "kappa_by_pair")


def commands(facts: Facts) -> list[str]:
    """What gives the figures of labels as they are, and those of their kind where a file can tell it."""
    command, kind = "python -m labeling agreement votes.csv", facts.scoring.kind
    plain_one = f"{command} --classes {','.join(facts.classes)}"
    if kind is Kind.PAIR:
        return [plain_one, f"{command} --kind pair"]
    if kind in (Kind.SEVERAL, Kind.ORDERED):
        return [plain_one, f"{command} --kind {kind} --classes={','.join(facts.scoring.classes)}"]
    return [plain_one]


def draw_same_elsewhere(facts: Facts) -> None:
    """The votes behind the figures, and how to get the same figures from the file."""
    with st.container(horizontal=True, vertical_alignment="center"):
        csv_button(facts.votes.select("item", "annotator", "label"), "votes", label=t("agreement.votes_file"))
        csv_button(facts.golden, "golden", label=t("agreement.golden_file"))
        with st.popover(t("agreement.command"), type="tertiary", icon=":material/terminal:"):
            st.text(t("agreement.command_about"))
            st.code("\n".join(commands(facts)), language=None)


access = require(Role.LEAD)
project = access.project
with st.container(horizontal=True, vertical_alignment="center"):
    simulated_mark(project)
    facts = chosen_facts(project)
rough = facts.keep("agreement", lambda: agreement_report(facts.coded, draws=0))
overall = facts.keep_later("agreement with intervals", lambda: agreement(facts.coded)) or rough.overall
kinded = facts.keep_later("agreement by kind", lambda: agreement_by_kind(facts)) or facts.keep(
    "rough agreement by kind", lambda: agreement_by_kind(facts, draws=0)
)
golden, floor = facts.golden_accuracy, project.accuracy_floor
if not overall.items_used:
    empty = t("agreement.empty") if len(facts.coded) else no_votes(facts, "agreement.no_votes")
    answer(t("page.agreement"), empty)
    empty_state(next_step(facts, "agreement.empty_next"), page="overview/progress.py", label=t("page.progress"))
    st.stop()
answer(t("page.agreement"), agreement_answer(overall.kappa, kinded, golden, floor, facts.scoring))
waiting = st.container()
warning = imbalance_warning(overall.imbalance, facts.titled)
if warning:
    st.warning(plain(warning), icon=":material/balance:")
cards = [
    *(kind_cards(kinded) if kinded else []),
    *agreement_cards(overall, golden, floor, facts.scoring, facts.golden_exactly),
]
for row in range(0, len(cards), 2):
    figures(cards[row : row + 2])
st.caption(left_out(overall))
st.page_link("overview/progress.py", label=t("page.progress"), icon=":material/arrow_forward:")
# While the browser shows the cards: a chart keeps it busy.
confused = facts.keep("confused", lambda: confused_classes(facts.coded))
# Many people side by side want the whole width.
many = facts.votes["annotator"].n_unique() > MOST_NUMBERED
left, right = (st.container(), st.container()) if many else st.columns(2, gap="medium")
with left:
    st.subheader(t("agreement.by_pair"), help=t("agreement.by_pair.about"))
    draw_pairs(facts, rough.pairs)
with right:
    st.subheader(t("agreement.over_time"), help=t("agreement.over_time.about"))
    draw_trend(facts)
st.subheader(t("agreement.by_class"), help=t("agreement.by_class.about"))
draw_classes(facts, rough.classes, kinded)
st.subheader(t("agreement.confused"), help=t("agreement.confused.about"))
draw_confused(facts, confused)
draw_same_elsewhere(facts)
if overall is rough.overall:
    with waiting:
        facts.wait_for("agreement with intervals", lambda: agreement(facts.coded), t("quality.intervals"))
        if kinded is not None:
            facts.wait_for("agreement by kind", lambda: agreement_by_kind(facts), t("quality.intervals_by_class"))
        facts.wait_for("classes with intervals", lambda: class_agreement(facts.coded), t("quality.intervals_by_class"))
