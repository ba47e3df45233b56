"""All that is derived from a project's answers for its lead's eyes, read and computed in one go."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from db import frames, serving_frames
from db.vocabulary import ChunkKind, ChunkOutcome
from labeling.projects.projects import Project, count_items
from labeling.quality import progress
from labeling.quality.figures import Figure
from labeling.quality.progress import States

_NOTHING_OTHERWISE = pl.DataFrame(schema={"item": pl.Int64, "wanted": pl.Int64})


@dataclass(frozen=True, eq=False)
class Overview:
    """A project at one moment. ``accuracy`` is on golden items in closed work chunks that weren't suspended.

    Suspended answers are no labels any more, so they are left out; as a chunk is suspended for its golden score,
    what stays looks a little better than it is where many were.

    ``days`` is DAYS, ``balance`` BALANCE, ``depths`` DEPTHS, ``by_chunk`` and ``by_assessor`` SCORES, all of
    :mod:`labeling.quality.progress`; ``by_assessor`` is on work chunks, suspended ones too.
    """

    states: States
    depths: pl.DataFrame
    days: pl.DataFrame
    balance: pl.DataFrame
    accuracy: Figure
    accuracy_items: int
    golden: int
    by_chunk: pl.DataFrame
    by_assessor: pl.DataFrame


def overview(connection: Connection, project: Project, zone: str) -> Overview:
    """Read and derive it all; the days are those of the time zone ``zone``. A million answers take about a second."""
    golden = frames.golden(connection, project.id)
    ruled = frames.adjudications(connection, project.id)
    closed = frames.closed_chunks(connection, project.id)
    items = count_items(connection, project.id)
    answers = frames.answers(connection, project.id)
    suspended = closed.filter(pl.col("outcome") == ChunkOutcome.SUSPENDED.value)
    standing = answers.join(suspended.select("chunk"), on="chunk", how="anti") if suspended.height else answers
    adaptive = project.target_probability is not None
    # Without adaptive overlap every item wants the same: a million rows less to look at.
    asked = _NOTHING_OTHERWISE
    if adaptive:
        found = serving_frames.asked(connection, project.id, otherwise=project.overlap)
        asked = found.select(pl.col("item_id").alias("item"), "wanted")
    tallied = progress.tally(standing.filter(~pl.col("surplus")), asked, project.overlap)
    scored = progress.golden_answers(answers, golden, closed)
    worked = scored.filter(pl.col("kind") == ChunkKind.WORK.value)
    trusted = worked.filter(pl.col("outcome") != ChunkOutcome.SUSPENDED.value)
    return Overview(
        states=progress.states(tallied, items=items, golden=golden["item"], adjudicated=ruled["item"]),
        depths=progress.depths(tallied, items=items, overlap=project.overlap, golden=golden["item"]),
        days=progress.days(answers, zone, golden["item"]),
        balance=progress.balance(standing, golden["item"]),
        accuracy=progress.clustered_share(trusted),
        accuracy_items=trusted["item"].n_unique(),
        golden=golden.height,
        by_chunk=progress.scores(scored, "chunk"),
        by_assessor=progress.scores(worked, "assessor"),
    )
