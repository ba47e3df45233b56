"""The data card and the model card of a project, to take along with what they describe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import polars as pl
import streamlit as st

from db.engine import database
from labeling.facts.audits import Audited
from labeling.projects.classes import LabelClass
from labeling.projects.guidelines import get_guideline
from labeling.projects.projects import Project, count_items
from labeling.quality.agreement import agreement
from labeling.quality.figures import Figure
from labeling.review.cards import DataFacts, ModelFacts, data_card, model_card
from labeling.runs.runs import Run
from pages.ui.audit_data import newest_audit, rulings_of
from pages.ui.downloads import download
from pages.ui.figures import figure_of
from pages.ui.items import class_title
from pages.ui.locales import reader_locale, reader_zone
from pages.ui.quality_data import Facts, facts_of
from pages.ui.session import now
from pages.ui.vote_filters import Selection
from pages.ui.words import local_day, t, title_of

_UNKNOWN = Figure(None, None, None, 0)


def draw_cards(project: Project, done: Run, classes: Mapping[str, LabelClass]) -> None:
    """Both as files, in the reader's language."""
    report, locale = dict(done.report or {}), reader_locale()
    model, data = model_facts(project, report, classes), data_facts(project, report, classes)
    with st.container(horizontal=True):
        _button("model", project, lambda: model_card(model, locale))
        _button("data", project, lambda: data_card(data, locale))


def model_facts(project: Project, report: Mapping[str, Any], classes: Mapping[str, LabelClass]) -> ModelFacts:
    """The classifier of the last round."""
    last, audit = report["rounds"][-1], newest_audit(project)
    tested = [
        (class_title(code, classes), figure_of(f1)) for code, f1 in zip(report["classes"], last["f1"], strict=True)
    ]
    return ModelFacts(
        title_of(project),
        _today(),
        t("gain.card_labels", rulings=last["rulings"], golden=last["golden"]),
        last["trained_on"],
        report["test"],
        figure_of(last["accuracy"]),
        figure_of(last["macro_f1"]),
        figure_of(last["weighted_f1"]),
        tuple(tested),
        divergence=audit.overall.after if audit else _UNKNOWN,
        step=figure_of(report["whole"]["weighted_f1"]),
        limits=(t("gain.speaks_for", n=report["test"]), *_audit_limits(audit)),
    )


def data_facts(project: Project, report: Mapping[str, Any], classes: Mapping[str, LabelClass]) -> DataFacts:
    """The labels as the last round had them, the test part's among them."""
    facts, audit = facts_of(project, Selection()), newest_audit(project)
    rulings = rulings_of(project).filter(pl.col("revision") == pl.col("revision").max().over("item"))
    ruled = rulings.filter(pl.col("verdict") == "label")
    with database().snapshot() as connection:
        guide, texts = get_guideline(connection, project.id), count_items(connection, project.id)
    return DataFacts(
        title_of(project),
        _today(),
        texts,
        tuple((class_title(code, classes), n) for code, n in report["labels"].items()),
        facts.votes["annotator"].n_unique(),
        overlap=project.overlap,
        chunk_size=project.chunk_size,
        golden_items=facts.golden.height,
        golden_per_chunk=project.golden_per_chunk,
        guideline_version=guide.version if guide else None,
        rulings=ruled.height,
        labels_changed=ruled.filter(pl.col("label") != pl.col("given")).height,
        first_label=_day(facts.votes["at"].min()),
        last_label=_day(facts.votes["at"].max()),
        agreement=_agreed(facts),
        golden_accuracy=facts.golden_accuracy,
        before=audit.overall.before if audit else _UNKNOWN,
        after=audit.overall.after if audit else _UNKNOWN,
        limits=(*([t("gain.card_score")] if facts.scoring.is_graded else []), *_audit_limits(audit)),
    )


def _audit_limits(audit: Audited | None) -> tuple[str, ...]:
    """Which labels the divergence is about."""
    if audit is None:
        return ()
    return (t("gain.card_audit", n=audit.overall.items, day=local_day(audit.created_at)),)


def _agreed(facts: Facts) -> Figure:
    """Pairwise agreement; in a large project without its interval until the page of agreement has computed it."""
    with_intervals = facts.keep_later("agreement with intervals", lambda: agreement(facts.coded))
    return (with_intervals or facts.keep("agreement", lambda: agreement(facts.coded, draws=0))).by_items


def _button(kind: str, project: Project, write: Callable[[], str]) -> None:
    download(
        t(f"gain.{kind}_card"),
        lambda: write().encode(),
        f"{project.slug}-{kind}-card.md",
        key=f"{kind}_card",
        icon=":material/download:",
    )


def _today() -> date:
    return now().astimezone(reader_zone()).date()


def _day(value: object) -> date | None:
    return value.astimezone(reader_zone()).date() if isinstance(value, datetime) else None
