"""Where a project's consensus is kept, for every process: the newest run of its kind, with what it came to."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from sqlalchemy import Connection

from db.frames import items
from db.frames.reading import label_type
from db.frames.recoding import recoding
from db.vocabulary import RunKind
from labeling.facts.aggregate import Aggregate, pack, unpack
from labeling.kept import Kept
from labeling.runs import claims, runs
from labeling.runs.claims import Claim

_read: Kept[Aggregate] = Kept(8)


def newest(connection: Connection, project_id: int) -> Aggregate | None:
    """The consensus that was kept last; None before the first."""
    run = runs.latest_run(connection, project_id, RunKind.CONSENSUS)
    if run is None or run.report is None:
        return None
    head, mark = run.report, tuple(run.watermark or ())

    def read() -> Aggregate:
        named = items.names(connection, project_id).select("item", pl.col("id").alias("item_id"))
        body = runs.evidence_of(connection, run.id)
        by = recoding(connection, project_id)
        return unpack(head, body, named, label_type(connection, project_id), mark, by.of)

    return _read.of((str(connection.engine.url), run.id, run.finished_at, run.class_changes), read)


def finish(connection: Connection, held: Claim, aggregate: Aggregate, *, now: datetime) -> None:
    """End the run that made a consensus, and keep it in place of those before. Raises ClaimLostError."""
    head, body = pack(aggregate)
    claims.write(connection, held, watermark=list(aggregate.mark))
    runs.keep_evidence(connection, held.run_id, body)
    claims.finish(connection, held, head, now=now)
    runs.keep_one_consensus(connection, held.project_id, held.run_id)


def keep(connection: Connection, project_id: int, aggregate: Aggregate, *, now: datetime) -> None:
    """Keep a consensus in place of those before."""
    head, body = pack(aggregate)
    run_id = runs.add_consensus(connection, project_id, aggregate.mark, head, body, now=now)
    runs.keep_one_consensus(connection, project_id, run_id)
