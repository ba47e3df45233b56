"""What is done between answers: golden items in doubt leave the pool, and items that are sure enough are asked no more.

Nobody waits for it: the facts are read from a snapshot, and what follows from them is written in short transactions,
so that answers go on meanwhile. Done twice, or by two processes at once, it does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from sqlalchemy import Connection

from db.engine import Database
from db.frames import golden as golden_frames
from db.frames import items as item_frames
from db.many import portions
from labeling.desk import contests
from labeling.desk.policy import is_pilot
from labeling.facts import settled
from labeling.facts.votes import COUNTS, answers, golden_answers, votes
from labeling.projects import wanted as queueing
from labeling.projects.projects import Project, get_project, lock_project
from labeling.quality.assessor_skill import skill_posterior
from labeling.quality.consensus import consensus_of
from labeling.quality.exposure import missed
from labeling.quality.frames import votes_frame
from labeling.quality.overlap import asking

# A golden item is taken out of serving only when its label is all but surely wrong, and not one assessor alone says so.
SURELY_WRONG, LEAST_ANSWERS = 0.95, 3
PILOT = 0.15
# Items a transaction: some ten milliseconds under the project's lock.
_AT_ONCE = 200


@dataclass(frozen=True)
class Tended:
    """What was done: golden items paused, and ordinary items that now want more answers, or fewer."""

    paused: int
    more: int
    fewer: int


def tend(database: Database, slug: str, *, now: datetime) -> Tended:
    """Do what the answers given so far ask for. Raises LabelingError ``unknown_project``."""
    with database.snapshot() as connection:
        project = get_project(connection, slug)
        golden = settled.golden(connection, project.id)
        independent = answers(connection, project.id, independent=True).filter(~pl.col("surplus"))
        doubtful = _doubtful(connection, project, independent, golden)
        # An answer that was chosen with a suggestion on screen took its place all the same.
        overlaps = _new_overlaps(connection, project, votes(connection, project.id), golden)
    if doubtful:
        with database.transaction() as connection:
            locked = lock_project(connection, slug, even_archived=True)
            for item_id in doubtful:
                contests.pause_item(connection, locked, item_id, paused=True, now=now, actor=None)
    more = 0
    for part in portions(sorted(overlaps), _AT_ONCE):
        with database.transaction() as connection:
            # Whoever changed the settings meanwhile has set every item anew.
            if lock_project(connection, slug, even_archived=True) != project:
                break
            queueing.want(connection, {item_id: overlaps[item_id][1] for item_id in part})
            more += sum(overlaps[item_id][1] > overlaps[item_id][0] for item_id in part)
    return Tended(len(doubtful), more, len(overlaps) - more)


def _doubtful(connection: Connection, project: Project, independent: pl.DataFrame, golden: pl.DataFrame) -> list[int]:
    """The golden items in serving that those who know better miss, by their answers since an expert last spoke."""
    served = golden.join(golden_frames.paused_golden(connection, project.id), on="item", how="anti")
    last_ruled = golden_frames.last_ruled(connection, project.id)
    dated = independent.join(last_ruled.rename({"at": "last_ruled"}), on="item", how="left", maintain_order="left")
    settled = ~pl.col("open").fill_null(False) | ~pl.col("item").is_in(golden["item"].implode())
    judged = dated.filter(settled, pl.col("last_ruled").is_null() | (pl.col("at") >= pl.col("last_ruled")))
    scored = golden_answers(judged, served)
    if scored.is_empty():
        return []
    ordinary = judged.filter(COUNTS)
    majority = consensus_of(votes_frame(ordinary, golden=golden), method="majority").frame.drop_nulls("label")
    skill = skill_posterior(judged, golden, majority)
    doubt = missed(scored, served, skill.table)
    sure = doubt.filter(pl.col("wrong") >= SURELY_WRONG, pl.col("n") >= LEAST_ANSWERS)
    return item_frames.texts(connection, project.id, sure["item"].to_list())["item_id"].to_list()


def _new_overlaps(
    connection: Connection, project: Project, votes: pl.DataFrame, golden: pl.DataFrame
) -> Mapping[int, tuple[int, int]]:
    """By item: how many answers it wants, and how many it should; only those where that differs."""
    target, most = project.target_probability, project.max_overlap or project.overlap
    if target is None or votes.is_empty():
        return {}
    coded = votes_frame(votes, golden=golden)
    pilots = np.array([is_pilot(project.seed, str(item), PILOT) for item in coded.items], dtype=bool)
    sure = asking(coded, target=target, pilots=pilots, seed=project.seed).select("item", "settled")
    # "Unsure" is an answer, too: it took a place.
    answered = votes.group_by("item", "item_id").agg(pl.len().cast(pl.Int64).alias("answers"))
    pilot = pl.DataFrame({"item": coded.items, "pilot": pilots})
    should = (
        pl.when(pl.col("answers") < project.overlap)
        .then(project.overlap)
        .when(pl.col("pilot"))
        .then(most)
        .when(pl.col("settled").fill_null(False))
        .then(pl.max_horizontal("answers", project.overlap))
        .otherwise(pl.min_horizontal(pl.col("answers") + 1, pl.lit(most)))
    )
    state = (
        item_frames.unruled(connection, project.id)
        .join(answered, on="item_id")
        .join(pilot, on="item")
        .join(sure, on="item", how="left")
        .with_columns(should.alias("should"))
        .filter(pl.col("should") != pl.col("wanted"))
    )
    return {row[0]: (row[1], row[2]) for row in state.select("item_id", "wanted", "should").iter_rows()}
