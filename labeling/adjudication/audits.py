"""Audits: a random sample of the labels for the expert, drawn once and written down with all it stands for."""

from __future__ import annotations

import math
from datetime import datetime

import polars as pl
from sqlalchemy import Connection, func, insert, select

from db import schema
from db.frames import runs as run_frames
from db.statistics import analyse
from labeling.desk.policy import stable_hash
from labeling.errors import LabelingError
from labeling.events import record
from labeling.facts import settled
from labeling.projects.projects import Project
from labeling.quality.audit import plan, strata
from labeling.roles import check_expert
from labeling.runs.runs import get_run

audit, audit_item = schema.audit, schema.audit_item

LEAST = 20
_AT_ONCE = 5_000


def draw_audit(
    connection: Connection, project: Project, run_id: int, size: int, *, now: datetime, actor: int | None
) -> int:
    """Draw an audit of ``size`` items from the labels that a run looked at and no expert has read; says its id.

    From now on experts are served this one; what is left of an earlier audit waits no more. Raises LabelingError
    ``audit_too_small`` (under 20 items, or more than there are), ``unknown_run`` or ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    population = auditable(connection, project, run_id)
    if not LEAST <= size <= population.height:
        raise LabelingError("audit_too_small", least=LEAST, most=population.height, size=size)
    before = select(func.count()).select_from(audit).where(audit.c.project_id == project.id)
    # Of its own for every audit: the next one must not find the same items.
    seed = stable_hash("audit", project.seed, connection.execute(before).scalar_one()) % 2**32
    scored = population.select(pl.col("item_id").alias("item"), "score")
    drawn = strata(scored, size, seed=seed).join(
        plan(scored, size, seed=seed).select("item", "position"), on="item", how="left"
    )
    values = {"project_id": project.id, "run_id": run_id, "person_id": actor, "size": size, "created_at": now}
    inserting = insert(audit).values(values | {"population": population.height}).returning(audit.c.id)
    audit_id = int(connection.execute(inserting).scalar_one())
    rows = population.join(drawn, left_on="item_id", right_on="item").select(
        pl.lit(audit_id).alias("audit_id"), "item_id", pl.col("given").cast(pl.String), "stratum", "position"
    )
    for part in rows.iter_slices(_AT_ONCE):
        connection.execute(insert(audit_item), part.to_dicts())
    analyse(connection, audit_item, rows=population.height)
    record(connection, "draw_audit", str(audit_id), now=now, actor=actor, project_id=project.id, details={"size": size})
    return audit_id


def rulings_until(size: int, share: float, others: int) -> int:
    """About how many rulings it takes until an audit of ``size`` items is ruled, ``others`` suspicious labels waiting beside it.

    Of an expert's queue ``share`` is the audit's, as long as anything else waits.

    >>> rulings_until(50, 0.2, 1000), rulings_until(50, 0.2, 100), rulings_until(50, 0.0, 100), rulings_until(50, 1.0, 9)
    (250, 150, 150, 50)
    """
    return min(math.ceil(size / share), size + others) if share else size + others


def auditable(connection: Connection, project: Project, run_id: int) -> pl.DataFrame:
    """What the run says of items whose label no expert has settled one by one; ``given`` is what a bulk ruling made of it."""
    if not get_run(connection, project.id, run_id).kept:
        raise LabelingError("unknown_run", run=run_id)
    findings = run_frames.findings(connection, run_id, reasons=False)
    read = settled.settled(connection, project.id, one_by_one=True)
    in_bulk = settled.settled(connection, project.id).select("item_id", "label")
    unread = findings.join(read, on="item_id", how="anti", maintain_order="left")
    return (
        unread.join(in_bulk, on="item_id", how="left", maintain_order="left")
        .with_columns(pl.coalesce(pl.col("label", "given").cast(pl.String)).alias("given"))
        .drop("label")
    )
