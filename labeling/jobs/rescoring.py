"""Scores after rulings: what experts have settled since is learned, without texts and votes, in about a second."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import Connection, select, update

from db import schema
from db.engine import Database
from db.frames import runs as run_frames
from db.frames.recoding import recoding
from labeling.exchange.bulk import is_one_of, update_rows
from labeling.facts.settled import count_revisions
from labeling.facts.settled import settled as settled_labels
from labeling.jobs.findings import AT_ONCE
from labeling.jobs.report import scored as report_of
from labeling.projects.projects import get_project
from labeling.quality.frames import Codes
from labeling.review.propagate import propagate
from labeling.review.reasons import listed, ruling_reasons
from labeling.review.ruling_model import Lesson
from labeling.review.scoring import ReviewState, scored, shared, taught, unpack
from labeling.review.texts import Floats
from labeling.runs.runs import Run, latest_run

# Learned from when so many are new: between two batches of a few the order hardly moves.
ENOUGH = 10
# A score that moved less is left alone: nobody sees it, and each costs a write.
STILL = 0.002
# The reasons of those who come next before an expert are made anew; deeper ones at the next rescoring.
TOP = 500
# Groups of like texts that a report tells of, and items of each that it names.
MOST_PROPOSALS, MOST_PROPOSED = 20, 2_000
_RULINGS = "rulings_"
_finding = schema.finding.c


@dataclass(frozen=True, eq=False)
class _Basis:
    run: Run
    rulings: int
    state: ReviewState
    settled: pl.DataFrame
    findings: pl.DataFrame


def rescore(database: Database, slug: str, *, now: datetime, enough: int = ENOUGH) -> int | None:
    """Let the project's newest analysis learn from what is settled by now; says how many scores moved.

    None where there is no analysis, or fewer than ``enough`` rulings are new. Raises LabelingError
    ``unknown_project``.
    """
    with database.snapshot() as connection:
        basis = _read(connection, slug, enough)
    if basis is None:
        return None
    codes = _codes(basis)
    lesson = taught(basis.state, codes)
    scores = scored(basis.state, codes, lesson)
    table = _table(basis, codes, scores)
    moved = table.filter(
        ((pl.col("score") - pl.col("before")).abs() > STILL) | (pl.col("probable") != pl.col("probable_before"))
    )
    _write(database, "score = ?, probable = ?", moved.select("score", "probable"), basis.run.id, moved["item_id"])
    top = table.filter(~pl.col("settled")).sort("score", descending=True).head(TOP)
    reasons = _reasons(database, basis, lesson, top)
    _write(database, "reasons = ?", reasons.select("reasons"), basis.run.id, reasons["item_id"])
    _report(database, basis, table, codes, now)
    return len(moved)


def _read(connection: Connection, slug: str, enough: int) -> _Basis | None:
    project = get_project(connection, slug)
    run = latest_run(connection, project.id)
    rulings = count_revisions(connection, project.id)
    if run is None or not run.kept or rulings - run.rulings < enough:
        return None
    evidence = schema.run_evidence.c
    body = connection.execute(select(evidence.body).where(evidence.run_id == run.id)).scalar_one()
    state, by = unpack(body), recoding(connection, project.id)
    if any(by.of(code) != code for code in state.classes):
        # It learned classes that are others now: a new analysis learns these.
        return None
    findings = run_frames.findings(connection, run.id, reasons=False)
    settled = settled_labels(connection, project.id, one_by_one=True)
    return _Basis(run, rulings, state, settled, findings)


def _codes(basis: _Basis) -> Codes:
    """What is settled, int32 (n,): -1 for nothing, and one beyond all classes for a class that nobody had voted for."""
    classes = basis.state.classes
    numbers = {name: code for code, name in enumerate(classes)}
    label = pl.col("label").cast(pl.String).replace_strict(numbers, default=len(classes), return_dtype=pl.Int32)
    items = pl.DataFrame({"item": basis.state.items}, schema={"item": pl.String})
    met = items.join(basis.settled.select("item", label), on="item", how="left", maintain_order="left")
    return met["label"].fill_null(-1).to_numpy()


def _table(basis: _Basis, codes: Codes, scores: Floats) -> pl.DataFrame:
    """By item that has a finding: row of the state, item_id, score, probable, settled, and what they were before."""
    names = pl.Series("names", basis.state.classes, dtype=pl.String)
    fresh = pl.DataFrame(
        {
            "item": basis.state.items,
            "row": np.arange(len(scores)),
            "score": scores.round(5),
            "other": names.gather(basis.state.other),
            "settled": codes >= 0,
        }
    ).join(basis.settled.select("item", pl.col("label").cast(pl.String)), on="item", how="left")
    before = basis.findings.select(
        "item", "item_id", pl.col("score").alias("before"), pl.col("probable").cast(pl.String).alias("probable_before")
    )
    return fresh.join(before, on="item").with_columns(pl.coalesce("label", "other").alias("probable"))


def _reasons(database: Database, basis: _Basis, lesson: Lesson, top: pl.DataFrame) -> pl.DataFrame:
    """REASONS(item_id, reasons) of the top rows where rulings say something else now."""
    ids = top["item_id"].to_list()
    query = select(_finding.item_id, _finding.reasons).where(_finding.run_id == basis.run.id)
    with database.snapshot() as connection:
        rows = connection.execute(query.where(is_one_of(connection, _finding.item_id, ids)))
        before = {row.item_id: row.reasons for row in rows}
    fresh = listed(ruling_reasons(lesson.terms, basis.state.names), top["row"].to_numpy())
    changed = {}
    for item_id, rulings in zip(ids, fresh.to_list(), strict=True):
        by_signals = [reason for reason in before.get(item_id) or [] if not reason["code"].startswith(_RULINGS)]
        reasons = sorted([*by_signals, *map(_short, rulings)], key=lambda reason: -float(reason["strength"]))
        if reasons != before.get(item_id):
            changed[item_id] = json.dumps(reasons, ensure_ascii=False)
    columns = {"item_id": list(changed), "reasons": list(changed.values())}
    return pl.DataFrame(columns, schema={"item_id": pl.Int64, "reasons": pl.String})


def _short(reason: dict[str, Any]) -> dict[str, Any]:
    return {name: round(fact, 4) if isinstance(fact, float) else fact for name, fact in reason.items()}


def _write(database: Database, columns: str, values: pl.DataFrame, run_id: int, items: pl.Series) -> None:
    statement = f"UPDATE finding SET {columns} WHERE run_id = {run_id} AND item_id = ?"
    rows = [(*row, item_id) for row, item_id in zip(values.iter_rows(), items, strict=True)]
    for at in range(0, len(rows), AT_ONCE):
        with database.transaction() as connection:
            update_rows(connection, statement, rows[at : at + AT_ONCE])


def _report(database: Database, basis: _Basis, table: pl.DataFrame, codes: Codes, now: datetime) -> None:
    about = report_of(table["score"].to_numpy(), table["settled"].to_numpy(), shared(basis.state, codes))
    about["proposals"] = _proposals(basis, table)
    run = schema.run.c
    values = {"rulings": basis.rulings, "rescored_at": now, "report": {**(basis.run.report or {}), **about}}
    with database.transaction() as connection:
        # Another process may have learned from more meanwhile.
        connection.execute(
            update(schema.run).where(run.id == basis.run.id, run.rulings <= basis.rulings).values(values)
        )


def _proposals(basis: _Basis, table: pl.DataFrame) -> list[dict[str, Any]]:
    """Groups of like texts that rulings say are misread alike, the largest first, each with its items' ids."""
    # A class that experts name and nobody voted for is the one that matters here.
    unheard = set(basis.settled["label"].cast(pl.String).unique()) - set(basis.state.classes)
    widened = replace(basis, state=replace(basis.state, classes=(*basis.state.classes, *sorted(unheard))))
    groups = propagate(widened.state, _codes(widened))
    ids = dict(table.select("row", "item_id").iter_rows())
    proposals = []
    for at, row in enumerate(groups.frame.head(MOST_PROPOSALS).to_dicts()):
        rows = np.flatnonzero(groups.group == at)
        worst = rows[np.argsort(-groups.wrong[rows], kind="stable")][:MOST_PROPOSED]
        items = [ids[int(place)] for place in worst if int(place) in ids]
        proposals.append(row | {"wrong": round(float(row["wrong"]), 4), "items": items})
    return proposals
