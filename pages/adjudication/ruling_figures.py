"""Where the adjudication stands: what rulings have found, and how many more are worth an expert's time."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import timedelta

import polars as pl
from babel import dates

from db.engine import database
from labeling.adjudication import eligible
from labeling.facts import settled
from labeling.kept import kept
from labeling.projects.projects import Project
from labeling.quality.yield_curve import Yield, yield_curve
from pages.ui.audit_data import newest_audit
from pages.ui.figures import number, scalar
from pages.ui.locales import reader_locale
from pages.ui.review_data import Review, review_of, still_open
from pages.ui.words import t

# Where every fourth ruling finds an error it pays, however many errors there are everywhere.
ALWAYS_WORTH = 0.25
# One ruling alone would move how many are worth it by half, and back with the next.
ENOUGH = 10


@dataclass(frozen=True, eq=False)
class Standing:
    """``rulings``: RULINGS, every revision; ``ruled`` labels were ruled one by one.

    Of ``total`` labels ``wrong`` that nobody has settled are probably wrong. ``course`` is what rulings have brought and how
    many more are worth it, of those that this expert can be brought. Both None before the first analysis.
    """

    rulings: pl.DataFrame
    ruled: int
    total: int
    wrong: float | None
    course: Yield | None

    @property
    def worth(self) -> int | None:
        """How many more rulings are worth it."""
        return self.course.stop.more if self.course else None


def standing_of(project: Project, review: Review | None, expert_id: int) -> Standing:
    """The figures of a project as of now, by its newest analysis, for this expert."""
    with database().snapshot() as connection:
        rulings = settled.rulings(connection, project.id)
        unsettled = still_open(connection, project, review.findings) if review else None
    judged = settled.judged(rulings).with_columns((pl.col("label") != pl.col("given")).alias("wrong"))
    if review is None or unsettled is None:
        return Standing(rulings, judged.height, 0, None, None)
    waiting = unsettled.filter(~pl.col("item_id").is_in(_set_aside(project, expert_id)))
    base = _base_rate(project, review)
    # What older rulings found, the scores have learned: to move them by it once more would count it twice.
    learned = review.run.rescored_at or review.run.created_at
    by_score = _by_score(judged)
    fresh = int((by_score["at"] > learned).sum())
    window = fresh if fresh >= ENOUGH else 0
    course = yield_curve(
        by_score, waiting.select("score"), base_rate=base, floor=min(2 * base, ALWAYS_WORTH), window=window
    )
    return Standing(rulings, judged.height, review.findings.height, float(unsettled["score"].sum()), course)


def worth_after(project: Project, review: Review, expert_id: int, ruled: int) -> int:
    """How many more rulings are worth it to this expert after ``ruled`` in all: counted when scores have changed or items were
    set aside, and down from there.
    """
    aside = len(_set_aside(project, expert_id))
    key = (str(database().url), project, review.run.id, review.run.rescored_at, expert_id, aside)
    worth, before = _worth(key, project, review.run.id, expert_id)
    return max(0, worth - max(0, ruled - before))


@kept(32)
def _worth(key: Hashable, project: Project, run_id: int, expert_id: int) -> tuple[int, int]:
    standing = standing_of(project, review_of(project, run_id), expert_id)
    return standing.worth or 0, standing.ruled


def _set_aside(project: Project, expert_id: int) -> list[int]:
    with database().snapshot() as connection:
        return list(connection.execute(eligible.set_aside(project.id, expert_id)).scalars())


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
    """The answer that the page opens with: how many labels are probably wrong, and where it is time to stop.

    What was found and how many more are worth it stands on the card, which counts them press by press: a sentence beside it
    would say otherwise after the first.
    """
    parts = [t("adjudicate.no_analysis")]
    if standing.wrong is not None:
        left = round(standing.wrong)
        parts = [t("adjudicate.left" if left else "adjudicate.none_left", n=left, total=standing.total)]
    if standing.course is not None and not standing.worth:
        parts.append(t("adjudicate.enough"))
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
