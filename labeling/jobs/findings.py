"""The rows of a run: made of frames, written in short transactions, pruned when they are old."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
from sqlalchemy import delete, select

from db import schema
from db.engine import Database
from db.statistics import analyse
from db.vocabulary import RunState
from labeling.exchange.bulk import insert_rows
from labeling.jobs.computing import Analysis
from labeling.runs import claims, runs
from labeling.runs.claims import Claim

# Some 40 ms under SQLite's one lock: answers of assessors go on between.
AT_ONCE = 2_000
_DIGITS = 5
_MAPPED = ("confidence", "variability", "correctness")
_finding, _evidence = schema.finding.c, schema.run_evidence.c


def rows(analysis: Analysis, items: pl.DataFrame) -> pl.DataFrame:
    """FINDING: the columns of the table but ``run_id``, one row per item that has a label, in the order of their ids."""
    evidence = analysis.evidence
    figures = pl.DataFrame(
        {
            "item": evidence.items.cast(pl.String),
            "prior": analysis.suspicion.prior,
            "probability": evidence.probability,
            "disagreement": evidence.disagree,
            "self_confidence": evidence.self_confidence,
            "is_issue": evidence.is_issue,
            "outlier": analysis.outlier,
        }
    )
    suspected = analysis.suspicion.frame.select(
        pl.col("item").cast(pl.String), "given", "probable", "score", as_json(pl.col("reasons")).alias("reasons")
    )
    table = suspected.join(figures, on="item").join(items.select("item", "item_id"), on="item")
    for name, prefix in (("training", ""), ("heldout", "heldout_")):
        columns = [f"{prefix}{column}" for column in _MAPPED]
        if name in analysis.maps:
            renamed = [pl.col(column).alias(f"{prefix}{column}") for column in _MAPPED]
            table = table.join(analysis.maps[name].frame.select(pl.col("item").cast(pl.String), *renamed), on="item")
        else:
            table = table.with_columns(pl.lit(None, dtype=pl.Float64).alias(column) for column in columns)
    numbers = pl.col(pl.Float64, pl.Float32)
    return table.drop("item").with_columns(numbers.fill_nan(None).cast(pl.Float64).round(_DIGITS)).sort("item_id")


def as_json(reasons: pl.Expr) -> pl.Expr:
    """Lists of REASON as JSON text."""
    short = pl.element().struct.with_fields(pl.field("value").round(4), pl.field("strength").round(4))
    return pl.concat_str(pl.lit("["), reasons.list.eval(short.struct.json_encode()).list.join(","), pl.lit("]"))


def write(database: Database, held: Claim, table: pl.DataFrame, part: Callable[[int, int], None]) -> None:
    """Write FINDING as the run's rows, instead of those that an earlier try left. Raises ClaimLostError."""
    while _delete_some(database, held.run_id, held):
        pass
    for at in range(0, len(table), AT_ONCE):
        some = table.slice(at, AT_ONCE)
        with database.transaction() as connection:
            claims.hold(connection, held)
            columns = {name: some[name].to_list() for name in some.columns}
            insert_rows(connection, schema.finding, columns, fixed={"run_id": held.run_id})
        part(at + len(some), len(table))
    with database.transaction() as connection:
        claims.hold(connection, held)
        analyse(connection, schema.finding, rows=len(table))


def keep_evidence(database: Database, held: Claim, body: bytes) -> None:
    """Keep what a later step, a later try or a later ruling goes on from. Raises ClaimLostError."""
    with database.transaction() as connection:
        claims.hold(connection, held)
        runs.keep_evidence(connection, held.run_id, body)


def prune(database: Database, held: Claim, keep: int) -> None:
    """Delete the rows of all but the ``keep`` newest runs of this kind that are done; their reports stay."""
    run = schema.run.c
    over = (run.project_id == held.project_id) & (run.kind == held.kind.value) & run.finished_at.is_not(None)
    newest = select(run.id).where(over, run.state == RunState.DONE.value).order_by(run.id.desc()).limit(keep)
    with database.snapshot() as connection:
        spared = connection.execute(newest).scalars().all()
        old = connection.execute(select(run.id).where(over, run.id.not_in(spared))).scalars().all()
    for run_id in old:
        while _delete_some(database, run_id):
            pass
        with database.transaction() as connection:
            connection.execute(delete(schema.run_evidence).where(_evidence.run_id == run_id))


def _delete_some(database: Database, run_id: int, held: Claim | None = None) -> bool:
    """Delete some rows of a run; says whether there were any."""
    some = select(_finding.item_id).where(_finding.run_id == run_id).limit(AT_ONCE)
    with database.transaction() as connection:
        if held is not None:
            claims.hold(connection, held)
        return bool(
            connection.execute(
                delete(schema.finding).where(_finding.run_id == run_id, _finding.item_id.in_(some))
            ).rowcount
        )
