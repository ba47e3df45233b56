"""The parts of the agreement page: its words and cards, the course over time, and which classes meet on one item."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from db.engine import database
from labeling.facts.kind_agreement import OF_PAIRS, KindAgreement, kind_agreement
from labeling.facts.preferences import swapped
from labeling.projects.classes import LabelClass, get_classes
from labeling.quality.agreement import Agreement, Imbalance
from labeling.quality.figures import Figure, band
from labeling.quality.groups import agreement_over_time, group_agreement
from labeling.quality.kinds import Kind
from labeling.quality.kinds.score import EXACT, Scoring
from labeling.quality.progress import scores
from pages.ui.charts.lines import MOST_PLACES, trend
from pages.ui.downloads import csv_button
from pages.ui.figures import figure_column, in_words, number, percent, within
from pages.ui.items import texts_of, vote_card
from pages.ui.locales import reader_zone
from pages.ui.progress import verdict
from pages.ui.quality_data import Facts
from pages.ui.scored import exactly_cards, scored_about
from pages.ui.widgets import Card, part_switch, plain
from pages.ui.words import short_day, t, title_of

TREND_STEPS = {"chunk": None, "day": "1d", "week": "1w"}
MOST_PAIRS = 10


def agreement_by_kind(facts: Facts, draws: int = 1000) -> KindAgreement | None:
    """Where a label is more than one class of a set."""
    with database().snapshot() as connection:
        classes = get_classes(connection, facts.project.id, retired=True)
    kind = facts.scoring.kind
    places = swapped(facts.project, facts.votes) if kind is Kind.PAIR else None
    return kind_agreement(kind, facts.coded, classes, swapped=places, draws=draws)


def agreement_answer(
    kappa: Figure, kinded: KindAgreement | None, golden: Figure, floor: float, scoring: Scoring = EXACT
) -> str:
    """What the agreement page opens with: how far they agree, and that this alone says nothing of being right."""
    leading = kappa if kinded is None else kinded.figures[kinded.leading]
    named = t("agreement.named.kappa" if kinded is None else "agreement.named.alpha")
    shown = in_pairs(kappa) if kinded is None else in_words(leading)
    agreed = t(f"agreement.band.{band(leading.value) or 'none'}", figure=shown, named=named)
    found, facts = verdict(golden, floor), {"agreed": agreed, "right": in_words(golden), "floor": floor}
    if scoring.is_graded:
        return t(f"agreement.answer_in_part.{found}", **facts)
    return t(f"agreement.answer.{found}", **facts)


def agreement_cards(
    agreement: Agreement, golden: Figure, floor: float, scoring: Scoring = EXACT, exactly: Figure | None = None
) -> list[Card]:
    """The cards of the agreement page; golden accuracy stands beside the first, the one that misleads most."""
    return [
        (t("agreement.by_items"), in_words(agreement.by_items), t("agreement.by_items.about")),
        (t("agreement.golden"), in_words(golden), scored_about(t("agreement.golden.about", floor=floor), scoring)),
        *exactly_cards(exactly),
        (_banded("agreement.kappa", agreement.kappa), in_pairs(agreement.kappa), t("agreement.kappa.about")),
        (_banded("agreement.fleiss", agreement.fleiss), in_words(agreement.fleiss), t("agreement.fleiss.about")),
        (_banded("agreement.alpha", agreement.alpha), in_words(agreement.alpha), t("agreement.alpha.about")),
        (_banded("agreement.ac1", agreement.ac1), in_words(agreement.ac1), t("agreement.ac1.about")),
    ]


def kind_cards(kinded: KindAgreement) -> list[Card]:
    """The cards of what agreement is besides sameness; levels of a tree are told by their number."""
    cards: list[Card] = []
    for name, figure in kinded.figures.items():
        key, _, depth = name.partition("_") if name.startswith("level_") else (name, "", "")
        title, about = t(f"agreement.kind.{key}", depth=depth), t(f"agreement.kind.{key}.about")
        cards.append((title, (in_pairs if name in OF_PAIRS else in_words)(figure), about))
    return cards


def in_pairs(mean: Figure) -> str:
    """A mean over pairs of assessors with its interval and their number: its n counts no items, as its neighbours' do."""
    return t("agreement.pairs", figure=within(mean.value, mean.low, mean.high, number), n=mean.n)


def imbalance_warning(imbalance: Imbalance, classes: Mapping[str, LabelClass]) -> str | None:
    """That raw agreement misleads, where one or two classes have nearly all votes."""
    if not imbalance.misleading or imbalance.first is None:
        return None
    first = title_of(classes[imbalance.first])
    if imbalance.second is None or not imbalance.second_share:
        return t("agreement.one_class", first=first, n=imbalance.n)
    shares = {"share": percent(imbalance.top_two_share), "most": percent(imbalance.first_share)}
    return t("agreement.imbalance", first=first, second=title_of(classes[imbalance.second]), n=imbalance.n, **shares)


def left_out(agreement: Agreement) -> str:
    """What the figures rest on, and what was left out."""
    facts = {"items": agreement.items_used, "single": agreement.items_single, "empty": agreement.items_empty}
    return t("agreement.rest", votes=agreement.votes, unsure=agreement.abstained, **facts)


def _banded(key: str, value: Figure) -> str:
    strength = band(value.value)
    return t(key) if strength is None else f"{t(key)} · {t(f'band.{strength}')}"


def draw_trend(facts: Facts) -> None:
    """The chosen steps: agreement of what was given in each with all votes on the same items, and golden accuracy."""
    step = part_switch(t("trend.by"), list(TREND_STEPS), format_func=lambda name: t(f"trend.{name}"), key="trend_step")
    zone = reader_zone().key
    agreed, correct = facts.keep(f"trend {step} {zone}", lambda: _series(facts, step, zone))
    series = {t("trend.agreement"): agreed, t("trend.golden"): correct}
    drawn = {name: rows.tail(MOST_PLACES) for name, rows in series.items() if rows.height}
    if not drawn:
        st.caption(t("trend.none"))
        return
    trend(
        {name: _shown(rows, step) for name, rows in drawn.items()},
        t("charts.chunk") if step == "chunk" else "",
        key="trend",
        floor=facts.project.accuracy_floor,
    )
    st.caption(t("trend.floor", floor=facts.project.accuracy_floor))
    both = pl.concat([agreed.with_columns(series=pl.lit("agreement")), correct.with_columns(series=pl.lit("golden"))])
    csv_button(both, "trend")


def _series(facts: Facts, step: str, zone: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """TREND(place, value, low, high, n) of agreement and of golden accuracy."""
    local = pl.col("at").dt.convert_time_zone(zone)
    votes, answers = facts.votes.with_columns(local), facts.answers.filter(~pl.col("suspended"))
    every = TREND_STEPS[step]
    if every is None:
        agreed = group_agreement(votes, "ordinal", coded=facts.coded)
        return _places(agreed, "ordinal", "agreement"), _places(
            scores(answers.drop_nulls("ordinal"), "ordinal", "score"), "ordinal"
        )
    agreed = agreement_over_time(votes, "at", every, coded=facts.coded)
    dated = answers.with_columns(local.dt.truncate(every))
    return _places(agreed, "at", "agreement"), _places(scores(dated, "at", "score"), "at")


def _places(rows: pl.DataFrame, by: str, value: str = "value") -> pl.DataFrame:
    place = pl.col(by).dt.date() if rows.schema[by].is_temporal() else pl.col(by)
    figures = rows.select(place.alias("place"), pl.col(value).alias("value"), "low", "high", pl.col("n").cast(pl.Int64))
    return figures.filter(pl.col("value").is_not_null())


def _shown(rows: pl.DataFrame, step: str) -> pl.DataFrame:
    named = [str(place) if step == "chunk" else short_day(place) for place in rows["place"]]
    return rows.with_columns(pl.Series("group", named, dtype=pl.String), figure_column(rows))


def draw_confused(facts: Facts, pairs: pl.DataFrame) -> None:
    """CONFUSED, the pairs of classes that meet on one item most often, each with examples a click away."""
    if pairs.is_empty():
        st.caption(t("agreement.none_confused"))
        return
    shown = pairs.head(MOST_PAIRS)
    items = sorted({item for items in shown["examples"] for item in items})
    texts = texts_of(facts.project, items)
    votes = facts.votes.filter(pl.col("item").is_in(items))
    for row in shown.with_columns(figure_column(shown, "share")).to_dicts():
        first, second = (title_of(facts.titled[row[name]]) for name in ("label_a", "label_b"))
        title = t("agreement.pair", first=first, second=second, n=row["items"], figure=row["figure"])
        with st.expander(plain(title)):
            for item in row["examples"]:
                vote_card(
                    texts[item],
                    votes.filter(pl.col("item") == item),
                    facts.titled,
                    facts.project.kind,
                    names=facts.names,
                    note=item,
                )
    csv_button(pairs.drop("examples"), "confused_classes")
