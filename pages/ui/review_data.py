"""What the pages of review read: the newest analysis, its findings, and who is asked for; each once for each state of it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import polars as pl

from db.engine import Connection, database
from db.frames import adjudication as adjudication_frames
from db.frames import runs as run_frames
from labeling.facts.settled import settled
from labeling.facts.votes import answers
from labeling.jobs.tending import rescore_now
from labeling.kept import kept
from labeling.projects.projects import Project
from labeling.review.triage import Wanted, chosen, with_regions
from labeling.runs.runs import Run, get_run, latest_run
from pages.ui.quality_data import refresh


@dataclass(frozen=True, eq=False)
class Review:
    """The newest analysis that is done. ``findings``: FINDINGS with ``region``, the most suspicious first."""

    run: Run
    findings: pl.DataFrame


def review_of(project: Project, run_id: int | None = None) -> Review | None:
    """The project's newest analysis, or the one asked for; None before the first."""
    with database().snapshot() as connection:
        run = latest_run(connection, project.id) if run_id is None else get_run(connection, project.id, run_id)
    if run is None or not run.kept:
        return None
    return Review(run, _findings((str(database().url), run.id, run.rescored_at, run.class_changes), run.id))


def wanted_findings(project: Project, review: Review, wanted: Wanted) -> pl.DataFrame:
    """The findings that are asked for, in their order."""
    answered: set[int] = set()
    inside: list[int] = []
    with database().snapshot() as connection:
        if wanted.assessor is not None:
            own = answers(connection, project.id, assessor_id=wanted.assessor).select("item_id", "label")
            analysed = own.join(review.findings.select("item_id", "given"), on="item_id")
            same = pl.col("label").cast(pl.String) == pl.col("given").cast(pl.String)
            answered = set(analysed.filter(same)["item_id"].to_list())
        if wanted.batch is not None:
            inside = adjudication_frames.batch_items(connection, wanted.batch)
    return chosen(review.findings, wanted, answered=answered, inside=inside)


def open_labels(project: Project, findings: pl.DataFrame) -> pl.DataFrame:
    """The rows of FINDINGS whose label nobody has settled: not golden, and not ruled."""
    with database().snapshot() as connection:
        return still_open(connection, project, findings)


def still_open(connection: Connection, project: Project, findings: pl.DataFrame) -> pl.DataFrame:
    """The same by what this connection sees."""
    ruled_or_golden = settled(connection, project.id)
    return findings.join(ruled_or_golden, on="item_id", how="anti", maintain_order="left")


def settled_anew(project: Project) -> None:
    """After an act that settled labels or took that back: every page, this one too, is drawn by what is known now.

    Scores learn of it at once: the finding of a label that is open again has the 0 or 1 of its ruling until then.
    """
    rescore_now(database(), project.slug)
    refresh(project)


@kept(3)
def _findings(key: Hashable, run_id: int) -> pl.DataFrame:
    with database().snapshot() as connection:
        return with_regions(run_frames.findings(connection, run_id))
