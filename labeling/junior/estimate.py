"""Which items a run asks a version of junior about; and what it will cost and take, from the real tokens of a small sample:
its answers are kept, so nothing is paid twice.

How long every text is, is known: what the sample came to is carried over to the other texts by their length.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import Connection, Select, func, or_, select

from db import schema
from db.frames import ledger as ledger_frames
from labeling.junior.completion import Limits
from labeling.quality.figures import Figure
from labeling.quality.weighting import total_by_regression

LEAST, USUAL, MOST = 5, 12, 20


@dataclass(frozen=True)
class Estimate:
    """What the ``items`` still to be asked about will come to; money in millionths, ``seconds`` on the clock.

    ``paid`` is what asking about the sample cost itself, ``sample`` how many of its items were answered, by which alone it
    is made, and ``unanswered`` how many were not.
    """

    items: int
    sample: int
    paid: int
    tokens_in: Figure
    tokens_out: Figure
    cost: Figure
    seconds: Figure
    unanswered: int = 0

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> Estimate:
        """From the report of a run, where it stands as a dictionary."""
        names = ("tokens_in", "tokens_out", "cost", "seconds")
        read, written, cost, seconds = (Figure(**report[name]) for name in names)
        counts = report["items"], report["sample"], report["paid"]
        return cls(*counts, read, written, cost, seconds, report.get("unanswered", 0))


def count_unasked(connection: Connection, project_id: int, prompt_id: int, settings: Mapping[str, Any]) -> int:
    """How many items a run with these settings would ask a version about."""
    query = unasked(project_id, prompt_id, settings).subquery()
    return int(connection.execute(select(func.count()).select_from(query)).scalar_one())


def unasked(project_id: int, prompt_id: int, settings: Mapping[str, Any]) -> Select[Any]:
    """The query of their ids and texts, in the order of ids."""
    query = _all_unasked(project_id, prompt_id, settings)
    if "only" in settings:
        return query.where(schema.item.c.id.in_(settings["only"]))
    return query if settings.get("limit") is None else query.limit(int(settings["limit"]))


def _all_unasked(project_id: int, prompt_id: int, settings: Mapping[str, Any]) -> Select[Any]:
    """The items that this version has no suggestion for yet, of those that are asked about."""
    item, table, queue, annotation = schema.item, schema.suggestion, schema.queue, schema.annotation
    answered = select(table.c.id).where(table.c.item_id == item.c.id, table.c.prompt_id == prompt_id)
    query = select(item.c.id, item.c.text).where(item.c.project_id == project_id, ~answered.exists())
    golden = select(queue.c.item_id).where(queue.c.item_id == item.c.id, queue.c.golden).exists()
    if settings.get("items") == "golden":
        query = query.where(golden)
    elif settings.get("items") == "unlabeled":
        # Golden items always: without them junior could not be judged, and would tell them by its silence.
        labeled = select(annotation.c.id).where(annotation.c.item_id == item.c.id)
        query = query.where(or_(golden, ~labeled.exists()))
    return query.order_by(item.c.id)


def drawn(connection: Connection, query: Select[Any], size: int, *, seed: int) -> list[int]:
    """``size`` of the items of a query that has their ids first, at random and always the same, in the order of ids."""
    ids = list(connection.execute(query).scalars())
    return sorted(random.Random(seed).sample(ids, min(size, len(ids))))


def estimate(
    connection: Connection, run_id: int, prompt_id: int, sample: Sequence[int], others: Select[Any], limits: Limits
) -> Estimate:
    """What the items of ``others`` (a query with a column ``text``) will come to, by what the ``sample`` of a run came to.

    Items of the sample that no answer came to say nothing of what an answer costs, and are left out.
    """
    item, told = schema.item.c, schema.suggestion.c
    answered = select(told.item_id).where(told.prompt_id == prompt_id)
    lengths = select(item.id, func.length(item.text)).where(item.id.in_(sample), item.id.in_(answered))
    drawn_items = pl.DataFrame(
        [tuple(row) for row in connection.execute(lengths)],
        schema={"item_id": pl.Int64(), "letters": pl.Int64()},
        orient="row",
    )
    calls = ledger_frames.run_costs(connection, run_id)
    # What was answered from memory cost nothing, and others like it may, too.
    spent = drawn_items.join(calls, on="item_id", how="left").fill_null(0)
    texts = others.subquery()
    size, mean = connection.execute(select(func.count(), func.avg(func.length(texts.c.text)))).one()

    def total(name: str) -> Figure:
        return total_by_regression(
            spent["letters"].to_list(), spent[name].to_list(), mean=float(mean or 0), size=int(size)
        )

    tokens_in, tokens_out = total("tokens_in"), total("tokens_out")
    seconds = _on_the_clock(total("seconds"), total("calls"), (tokens_in, tokens_out), int(size), limits)
    paid, unanswered = int(calls["cost"].sum()), len(sample) - spent.height
    return Estimate(int(size), spent.height, paid, tokens_in, tokens_out, total("cost"), seconds, unanswered)


def _on_the_clock(seconds: Figure, calls: Figure, tokens: tuple[Figure, Figure], size: int, limits: Limits) -> Figure:
    """Many requests go on at once, but no faster than the server's limits let them."""
    at_once = max(1, min(limits.in_flight, size))

    def bound(name: str) -> float | None:
        values: list[float | None] = [getattr(figure, name) for figure in (seconds, calls, *tokens)]
        bounds = [value for value in values if value is not None]
        if len(bounds) < len(values):
            return None
        busy, requests, read, written = bounds
        by_requests = requests * 60 / limits.requests_a_minute if limits.requests_a_minute else 0.0
        by_tokens = (read + written) * 60 / limits.tokens_a_minute if limits.tokens_a_minute else 0.0
        return max(busy / at_once, by_requests, by_tokens)

    return Figure(bound("value"), bound("low"), bound("high"), seconds.n)
