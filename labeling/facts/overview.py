"""All that is derived from a project's answers for its lead's eyes, read and computed in one go."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from db.vocabulary import ChunkKind
from labeling.facts import settled
from labeling.facts.scoring import scoring_of
from labeling.facts.states import touched_states
from labeling.facts.votes import COUNTS, bare_answers, golden_answers
from labeling.projects.projects import Project
from labeling.quality import progress
from labeling.quality.figures import Figure
from labeling.quality.kinds.score import EXACT, Scoring
from labeling.quality.progress import States


@dataclass(frozen=True, eq=False)
class Overview:
    """A project at one moment. ``accuracy`` is that of independent votes on golden items, see :func:`golden_accuracy`;
    ``exactly`` the share of them that are right as a whole, None where no answer can be right in part; ``scoring`` says which.

    Suspended answers are no votes any more, so they are left out; as a chunk is suspended for its golden score,
    what stays looks a little better than it is where many were.

    ``golden`` is GOLDEN(item, label), ``exposed`` VOTES(item, annotator, label) on these, suspended ones too, of people by their
    ids; ``item`` is the item's id in both.

    ``days`` is DAYS, ``balance`` BALANCE, ``depths`` DEPTHS, ``by_chunk`` and ``by_assessor`` SCORES, all of
    :mod:`labeling.quality.progress`; ``by_assessor`` is on work chunks, suspended ones too.
    """

    states: States
    depths: pl.DataFrame
    days: pl.DataFrame
    balance: pl.DataFrame
    accuracy: Figure
    accuracy_items: int
    exactly: Figure | None
    scoring: Scoring
    golden: pl.DataFrame
    exposed: pl.DataFrame
    by_chunk: pl.DataFrame
    by_assessor: pl.DataFrame


def overview(connection: Connection, project: Project, zone: str) -> Overview:
    """Read and derive it all; the days are those of the time zone ``zone``. A million answers take about a second."""
    golden = settled.golden(connection, project.id)
    answers = bare_answers(connection, project.id)
    independent = bare_answers(connection, project.id, independent=True) if answers["aided"].any() else answers
    counted = answers.filter(COUNTS)
    touched, untouched = touched_states(connection, project, counted)
    scoring = scoring_of(connection, project)
    scored = golden_answers(independent, golden, scoring)
    trusted = scored.filter(COUNTS)
    exposed = independent.filter(~pl.col("surplus"), pl.col("item_id").is_in(golden["item_id"].implode()))
    worked = scored.filter(pl.col("kind") == ChunkKind.WORK.value)
    return Overview(
        states=States.of(touched, untouched),
        depths=progress.depths(touched, untouched, project.overlap),
        days=progress.days(answers, zone, golden["item_id"]),
        balance=progress.balance(counted, golden["item_id"]),
        accuracy=progress.clustered_share(trusted, "item_id", "score"),
        accuracy_items=trusted["item_id"].n_unique(),
        exactly=progress.clustered_share(trusted, "item_id") if scoring.is_graded else None,
        scoring=scoring,
        golden=golden.select(pl.col("item_id").alias("item"), "label"),
        exposed=exposed.select(pl.col("item_id").alias("item"), pl.col("assessor").alias("annotator"), "label"),
        by_chunk=chunk_scores(answers, golden, scoring),
        by_assessor=progress.scores(worked, "assessor", "score"),
    )


def chunk_scores(answers: pl.DataFrame, golden: pl.DataFrame, scoring: Scoring = EXACT) -> pl.DataFrame:
    """SCORES by closed chunk, of all of ANSWERS that its gate counts: all but to wrong suggestions shown on purpose."""
    scored = golden_answers(answers.filter(~pl.col("probed"), pl.col("chunk").is_not_null()), golden, scoring)
    return progress.scores(scored, "chunk", "score")


def golden_accuracy(answers: pl.DataFrame, golden: pl.DataFrame, scoring: Scoring = EXACT) -> Figure:
    """The mean score of independent ANSWERS to golden items, the share of right ones where none can be right in part: of those
    that count, in chunks that are closed."""
    return progress.clustered_share(golden_answers(answers, golden, scoring).filter(COUNTS), "item_id", "score")
