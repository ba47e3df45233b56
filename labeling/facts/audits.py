"""What audits say of the labels: each audit with the rulings of its time, and the share of wrong labels by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection

from db.frames import adjudication
from labeling.facts import settled
from labeling.facts.scoring import scoring_of
from labeling.projects.projects import get_project_by_id
from labeling.quality.audit import Audit, Residual
from labeling.quality.figures import Figure
from labeling.review.audited import by_audit, estimate, lost, population_of


@dataclass(frozen=True, eq=False)
class Audited:
    """An audit and what the rulings of its time say of it: those until the next one was drawn, or until now.

    ``drawn`` is POPULATION of :mod:`db.frames.adjudication`, ``rulings`` RULINGS since the draw, ``population`` what
    :func:`labeling.review.audited.estimate` took. ``ruled`` of ``size`` items of the sample are ruled; ``unseen`` labels were
    changed in bulk since the draw, and what the audit says is left is said of the others. ``lost`` is the mean loss of a label,
    before the rulings and after them, where one may be right in part; None elsewhere.
    """

    id: int
    run_id: int | None
    size: int
    created_at: datetime
    drawn: pl.DataFrame
    rulings: pl.DataFrame
    population: pl.DataFrame
    ruled: int
    unseen: int
    estimate: Audit
    lost: tuple[Figure, Figure] | None

    @property
    def overall(self) -> Residual:
        return self.estimate.overall


def audits_drawn(connection: Connection, project_id: int) -> list[tuple[dict[str, Any], pl.DataFrame]]:
    """The rows of AUDITS of :mod:`db.frames.adjudication`, the newest first, each with the RULINGS of its time."""
    drawn = adjudication.audits(connection, project_id)
    return by_audit(drawn, settled.rulings(connection, project_id)) if drawn.height else []


def audited(connection: Connection, row: dict[str, Any], rulings: pl.DataFrame) -> Audited:
    """The estimate of one of :func:`audits_drawn`."""
    drawn = adjudication.audit_population(connection, row["audit"])
    scoring = scoring_of(
        connection, get_project_by_id(connection, adjudication.audit_project(connection, row["audit"]))
    )
    population = population_of(drawn, rulings, scoring)
    ruled = population.select((pl.col("sampled") & pl.col("wrong").is_not_null()).sum()).item()
    facts = (row["audit"], row["run_id"], row["size"], row["created_at"])
    unseen = int(population["unseen"].sum())
    losses = lost(population) if scoring.is_graded else None
    return Audited(*facts, drawn, rulings, population, ruled, unseen, estimate(population), losses)


def newest_audit(connection: Connection, project_id: int) -> Audited | None:
    """The audit that is served now, the one that the overview's divergence is of; None before the first."""
    found = audits_drawn(connection, project_id)
    return audited(connection, *found[0]) if found else None
