"""What runs found, as frames of as many rows as a project has items."""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, String, cast, func, select

from db import schema
from db.frames.reading import Schema, bulk, label_type
from db.frames.recoding import recoding

_NUMBERS = ("prior", "score", "probability", "disagreement", "self_confidence", "outlier")
_MAPPED = ("confidence", "variability", "correctness")
_HELD_OUT = tuple(f"heldout_{name}" for name in _MAPPED)
_finding, _item = schema.finding, schema.item


def findings_schema(labels: pl.DataType) -> Schema:
    """The dtypes of :func:`findings`."""
    numbers = dict.fromkeys((*_NUMBERS, *_MAPPED, *_HELD_OUT), pl.Float64())
    named: Schema = {"item": pl.String(), "item_id": pl.Int64(), "given": labels, "probable": labels}
    return {**named, **numbers, "is_issue": pl.Boolean(), "reasons": pl.String()}


def findings(connection: Connection, run_id: int, *, reasons: bool = True) -> pl.DataFrame:
    """FINDINGS: all that a run says of every item, the most suspicious first; without rows for a run that isn't done.

    ``item`` is the external id; ``given`` the label under suspicion, ``probable`` the most probable other one, or the
    settled one, both as they stand for now; ``score`` the probability that ``given`` is wrong, ``prior`` the same before any
    ruling. ``confidence``, ``variability``, ``correctness`` are the data map's by training epochs, ``heldout_...`` by held-out
    ones; numbers are null where nothing is known. ``reasons`` is JSON, a list of {code, value, label, strength}, strongest
    first; most of the frame's bytes, and left out where not asked for.
    """
    project = select(schema.run.c.project_id).where(schema.run.c.id == run_id)
    project_id = int(connection.execute(project).scalar() or 0)
    labels = label_type(connection, project_id)
    dtypes = findings_schema(pl.String())
    if not reasons:
        dtypes = {name: dtype for name, dtype in dtypes.items() if name != "reasons"}
    columns: dict[str, ColumnElement[Any]] = {name: _finding.c[name] for name in dtypes if name != "item"}
    if reasons:
        columns["reasons"] = cast(_finding.c.reasons, String).label("reasons")
    query = select(_item.c.external_id.label("item"), *columns.values())
    query = query.join(_item, _item.c.id == _finding.c.item_id).where(_finding.c.run_id == run_id)
    found = recoding(connection, project_id).labels(bulk(connection, query, dtypes), "given", "probable")
    # Of a label that doesn't say which class any more there is nothing to suspect.
    frame = found.filter(pl.col("given").is_not_null()).cast({"given": labels, "probable": labels})
    return frame.sort("score", "disagreement", "item_id", descending=[True, True, False], nulls_last=True)


def answers_after(connection: Connection, project_id: int, annotation_id: int) -> int:
    """How many answers a project was given after the one with this id."""
    table = schema.annotation
    newer = (table.c.project_id == project_id) & (table.c.id > annotation_id)
    return int(connection.execute(select(func.count()).select_from(table).where(newer)).scalar_one())
