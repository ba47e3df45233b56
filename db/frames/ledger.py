"""The ledger of what junior was asked: every call, what months, versions, runs and items came to. Money in millionths."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import BigInteger, ColumnElement, Connection, Float, String, case, cast, func, select

from db import schema
from db.frames.reading import UTC_TIME, Schema, bulk, rows

CALLS: Schema = {
    "call": pl.Int64(),
    "created_at": UTC_TIME,
    "purpose": pl.String(),
    "model": pl.String(),
    "version": pl.Int64(),
    "run": pl.Int64(),
    "item": pl.String(),
    "state": pl.String(),
    "outcome": pl.String(),
    "tokens_in": pl.Int64(),
    "tokens_out": pl.Int64(),
    "reserved": pl.Int64(),
    "cost": pl.Int64(),
    "seconds": pl.Float64(),
    "masked": pl.String(),
}
MONTHS: Schema = {
    "month": pl.String(),
    "model": pl.String(),
    "calls": pl.Int64(),
    "tokens_in": pl.Int64(),
    "tokens_out": pl.Int64(),
    "cost": pl.Int64(),
}
RUN_COSTS: Schema = {
    "item_id": pl.Int64(),
    "calls": pl.Int64(),
    "tokens_in": pl.Int64(),
    "tokens_out": pl.Int64(),
    "cost": pl.Int64(),
    "seconds": pl.Float64(),
}
VERSION_COSTS: Schema = {"item": pl.String(), "item_id": pl.Int64(), "cost": pl.Int64(), "seconds": pl.Float64()}
VERSIONS: Schema = {
    "prompt_id": pl.Int64(),
    "answered": pl.Int64(),
    "labeled": pl.Int64(),
    "items": pl.Int64(),
    "cost": pl.Int64(),
}
# Outcomes of a request that a model's answer came to, though it may name no label.
ANSWERED = ("ok", "refused", "truncated")
_call, _item, _prompt = schema.llm_call, schema.item, schema.prompt
# Calls, tokens in, tokens out, cost.
_SUMS = (func.count(), *(func.coalesce(func.sum(_call.c[name]), 0) for name in ("tokens_in", "tokens_out", "cost")))


def calls(connection: Connection, project_id: int, limit: int | None = None) -> pl.DataFrame:
    """CALLS of a project, the newest first; ``masked`` is JSON, counts by kind; money in millionths."""
    named = {"call": _call.c.id, "version": _prompt.c.version, "run": _call.c.run_id, "item": _item.c.external_id}
    columns: dict[str, ColumnElement[Any]] = {**_call.c, **named, "masked": cast(_call.c.masked, String)}
    query = (
        select(*(columns[name] for name in CALLS))
        .join(_prompt, _prompt.c.id == _call.c.prompt_id, isouter=True)
        .join(_item, _item.c.id == _call.c.item_id, isouter=True)
        .where(_call.c.project_id == project_id)
        .order_by(_call.c.id.desc())
        .limit(limit)
    )
    return rows(connection, query, CALLS)


def months(connection: Connection, project_id: int) -> pl.DataFrame:
    """MONTHS: what the calls of each month (UTC) came to, by model, the newest first."""
    moment: ColumnElement[Any] = _call.c.created_at
    if connection.dialect.name != "sqlite":
        # As text it would be the session's zone.
        moment = func.timezone("UTC", moment)
    month = func.substr(cast(moment, String), 1, 7)
    query = (
        select(month, _call.c.model, *_SUMS)
        .where(_call.c.project_id == project_id)
        .group_by(month, _call.c.model)
        .order_by(month.desc(), _call.c.model)
    )
    return rows(connection, query, MONTHS)


def run_costs(connection: Connection, run_id: int) -> pl.DataFrame:
    """RUN_COSTS: what the calls of a run came to, by item; ``seconds`` is what all its calls took."""
    query = (
        select(_call.c.item_id, *_SUMS, func.coalesce(func.sum(_call.c.seconds), 0.0))
        .where(_call.c.run_id == run_id, _call.c.item_id.is_not(None))
        .group_by(_call.c.item_id)
        .order_by(_call.c.item_id)
    )
    return rows(connection, query, RUN_COSTS)


def version_costs(connection: Connection, project_id: int, prompt_id: int) -> pl.DataFrame:
    """VERSION_COSTS: what labeling each item came to with this version, all its calls together; cost in millionths.

    Items whose answer was remembered from an equal request have no call, and are not in it.
    """
    query = (
        select(
            _item.c.external_id.label("item"),
            _call.c.item_id,
            cast(func.sum(_call.c.cost), BigInteger).label("cost"),
            func.coalesce(cast(func.sum(_call.c.seconds), Float), 0.0).label("seconds"),
        )
        .join(_item, _item.c.id == _call.c.item_id)
        .where(_call.c.project_id == project_id, _call.c.prompt_id == prompt_id)
        .group_by(_item.c.external_id, _call.c.item_id)
        .order_by(_call.c.item_id)
    )
    return bulk(connection, query, VERSION_COSTS)


def versions(connection: Connection, project_id: int) -> pl.DataFrame:
    """VERSIONS: by version the items that it has answered, refusals apart, and what was paid for all of its calls."""
    table = schema.suggestion.c
    answers = (
        select(table.prompt_id, func.count().label("answered"), func.count(table.label).label("labeled"))
        .where(table.project_id == project_id)
        .group_by(table.prompt_id)
        .subquery()
    )
    paid = (
        select(
            _call.c.prompt_id,
            func.sum(_call.c.cost).label("cost"),
            func.count(func.distinct(_call.c.item_id)).label("items"),
        )
        .where(_call.c.project_id == project_id)
        .group_by(_call.c.prompt_id)
        .subquery()
    )
    query = (
        select(
            _prompt.c.id.label("prompt_id"),
            func.coalesce(answers.c.answered, 0),
            func.coalesce(answers.c.labeled, 0),
            func.coalesce(paid.c["items"], 0),
            func.coalesce(paid.c.cost, 0),
        )
        .join(answers, answers.c.prompt_id == _prompt.c.id, isouter=True)
        .join(paid, paid.c.prompt_id == _prompt.c.id, isouter=True)
        .where(_prompt.c.project_id == project_id)
        .order_by(_prompt.c.version.desc())
    )
    return rows(connection, query, VERSIONS)


@dataclass(frozen=True)
class Pace:
    """Requests of a run that an answer came to, those since a moment, those without one; ``cost`` in millionths."""

    answered: int
    fresh: int
    unanswered: int
    cost: int


def pace(connection: Connection, run_id: int, since: datetime) -> Pace:
    """How a run goes: what was answered and what was not, and what all requests have cost or hold reserved."""
    over = _call.c.settled_at
    answered = over.is_not(None) & _call.c.outcome.in_(ANSWERED)
    money = case((over.is_(None), _call.c.reserved), else_=_call.c.cost)
    sums = (case((answered, 1)), case((answered & (over >= since), 1)), case((over.is_not(None) & ~answered, 1)), money)
    query = select(*(func.coalesce(func.sum(each), 0) for each in sums)).where(_call.c.run_id == run_id)
    return Pace(*(int(each) for each in connection.execute(query).one()))


def seconds_a_label(connection: Connection, project_id: int) -> tuple[float | None, int]:
    """How long an assessor's answer takes on average, and of how many answers that is."""
    table = schema.annotation.c
    query = select(func.avg(table.seconds), func.count(table.seconds)).where(table.project_id == project_id)
    mean, n = connection.execute(query).one()
    return None if mean is None else float(mean), int(n)


def models(connection: Connection, project_id: int) -> dict[int, list[str]]:
    """The models that answered for each version, by the version's id."""
    query = select(_call.c.prompt_id, _call.c.model).distinct()
    query = query.where(_call.c.project_id == project_id, _call.c.prompt_id.is_not(None))
    models_by_prompt: dict[int, list[str]] = {}
    for prompt_id, model in connection.execute(query.order_by(_call.c.prompt_id, _call.c.model)):
        models_by_prompt.setdefault(prompt_id, []).append(model)
    return models_by_prompt
