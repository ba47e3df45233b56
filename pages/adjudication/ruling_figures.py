"""Where the adjudication stands: what rulings have found, and how many more are worth an expert's time."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import timedelta

import polars as pl
from babel import dates

from db.engine import database
from db.vocabulary import Verdict
from labeling.facts import settled
from labeling.kept import kept
from labeling.projects.projects import Project
from labeling.quality.yield_curve import Yield, yield_curve
from pages.ui.audit_data import newest_audit
from pages.ui.figures import number, percent, scalar
from pages.ui.locales import reader_locale
from pages.ui.review_data import Review, open_labels, review_of
from pages.ui.words import t

# Where every fourth ruling finds an error it pays, however many errors there are everywhere.
ALWAYS_WORTH = 0.25
# One ruling alone would move how many are worth it by half, and back with the next.
ENOUGH = 10


@dataclass(frozen=True, eq=False)
class Standing:
    """``rulings``: RULINGS, every revision. Of the labels that have a ruling in force (``ruled``) it ``changed`` some.

    Of ``total`` labels ``wrong`` that nobody has settled are probably wrong. ``course`` is what rulings have brought and how
    many more are worth it. Both None before the first analysis.
    """

    rulings: pl.DataFrame
    ruled: int
    changed: int
    total: int
    wrong: float | None
    course: Yield | None

    @property
    def worth(self) -> int | None:
        """How many more rulings are worth it."""
        return self.course.stop.more if self.course else None


def standing_of(project: Project, review: Review | None) -> Standing:
    """The figures of a project as of now, by its newest analysis."""
    with database().snapshot() as connection:
        rulings = settled.rulings(connection, project.id)
    given = settled.in_force(rulings).filter(pl.col("verdict") == Verdict.LABEL.value)
    judged = given.drop_nulls("given").with_columns((pl.col("label") != pl.col("given")).alias("wrong"))
    changed = int(judged["wrong"].sum())
    if review is None:
        return Standing(rulings, judged.height, changed, 0, None, None)
    waiting = open_labels(project, review.findings).select("score")
    base = _base_rate(project, review)
    # What older rulings found, the scores have learned: to move them by it once more would count it twice.
    learned = review.run.rescored_at or review.run.created_at
    by_score = _by_score(judged)
    fresh = int((by_score["at"] > learned).sum())
    window = fresh if fresh >= ENOUGH else 0
    course = yield_curve(by_score, waiting, base_rate=base, floor=min(2 * base, ALWAYS_WORTH), window=window)
    return Standing(rulings, judged.height, changed, review.findings.height, float(waiting["score"].sum()), course)


def worth_after(project: Project, review: Review, ruled: int) -> int:
    """How many more rulings are worth it after ``ruled`` in all: counted when scores have changed, and down from there."""
    key = (str(database().url), project, review.run.id, review.run.rescored_at)
    worth, before = _worth(key, project, review.run.id)
    return max(0, worth - max(0, ruled - before))


@kept(8)
def _worth(key: Hashable, project: Project, run_id: int) -> tuple[int, int]:
    standing = standing_of(project, review_of(project, run_id))
    return standing.worth or 0, standing.ruled


def _by_score(judged: pl.DataFrame) -> pl.DataFrame:
    """RULINGS of :mod:`labeling.quality.yield_curve`: those that were brought up by their score."""
    scored = judged.drop_nulls("score").sort("at", "item_id")
    return scored.with_row_index("position").select("position", "score", "wrong", "seconds", "at")


def _base_rate(project: Project, review: Review) -> float:
    """The share of wrong labels: by the audit, or else by the scores before any ruling."""
    audit = newest_audit(project)
    measured = audit.overall.before.value if audit else None
    return (scalar(review.findings["prior"].mean()) or 0.0) if measured is None else float(measured)


def standing_sentence(standing: Standing) -> str:
    """The answer that the page opens with: how many labels are probably wrong, what was found, what comes next."""
    parts = [t("adjudicate.no_analysis")]
    if standing.wrong is not None:
        left = round(standing.wrong)
        parts = [t("adjudicate.left" if left else "adjudicate.none_left", n=left, total=standing.total)]
    if standing.ruled:
        share = percent(standing.changed / standing.ruled)
        parts.append(t("adjudicate.found", n=standing.ruled, changed=standing.changed, share=share))
    if standing.course is not None:
        parts.append(t("adjudicate.worth", n=standing.worth) if standing.worth else t("adjudicate.enough"))
    return " ".join(parts)


def stop_sentence(course: Yield) -> str:
    """Where it pays to stop, and what lies before that."""
    stop = course.stop
    often = number(round(1 / stop.floor)) if stop.floor else "–"
    if not stop.more:
        return t("adjudicate.stop_here", often=often)
    facts = {"expected": number(round(stop.expected)), "low": number(stop.low), "high": number(stop.high)}
    sentence = t("adjudicate.stop", n=stop.more, often=often, **facts)
    if stop.seconds is None:
        return sentence
    time = dates.format_timedelta(timedelta(seconds=stop.seconds), locale=reader_locale())
    return f"{sentence} {t('adjudicate.stop_time', time=time)}"
