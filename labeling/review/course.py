"""Audits and the rulings of their time, and how an estimate went as they came in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

from labeling.quality.audit import residual
from labeling.review.audited import population_of

MOST = 12
# Of fewer audited items an estimate is all interval.
LEAST = 20


def milestones(rulings: pl.DataFrame, *, least: int = LEAST, most: int = MOST) -> list[datetime]:
    """At most ``most`` moments at which RULINGS(item, route, at) reached evenly spaced numbers of audited items.

    >>> at = [datetime(2026, 3, 2, hour) for hour in range(24)]
    >>> rows = pl.DataFrame({"item": [str(n) for n in range(24)], "route": ["audit"] * 24, "at": at})
    >>> [moment.hour for moment in milestones(rows, most=3)]
    [19, 21, 23]
    """
    routes = pl.col("route").cast(pl.String) == "audit"
    reached = rulings.filter(routes).sort("at").unique("item", keep="first", maintain_order=True)["at"].to_list()
    if len(reached) < least:
        return []
    steps = np.unique(np.linspace(least, len(reached), min(most, len(reached) - least + 1)).round().astype(int))
    return [reached[step - 1] for step in steps]


def course(drawn: pl.DataFrame, rulings: pl.DataFrame, moments: Sequence[datetime]) -> pl.DataFrame:
    """COURSE(at, n, before, before_low, before_high, after, after_low, after_high): what was known at each of ``moments``.

    ``drawn`` and ``rulings`` as :func:`labeling.review.audited.population_of` has them, with ``at``. Moments before the
    first audited ruling are left out.
    """
    rows = []
    for moment in (at.astimezone(UTC) for at in moments):
        overall = residual(population_of(drawn, rulings.filter(pl.col("at") <= moment))).overall
        if overall.before.value is not None:
            before, after = ((figure.value, figure.low, figure.high) for figure in (overall.before, overall.after))
            rows.append((moment, overall.audited, *before, *after))
    shares = [f"{name}{end}" for name in ("before", "after") for end in ("", "_low", "_high")]
    at = rulings.schema["at"]
    return pl.DataFrame(rows, schema={"at": at, "n": pl.Int64, **dict.fromkeys(shares, pl.Float64)}, orient="row")


def by_audit(audits: pl.DataFrame, rulings: pl.DataFrame) -> list[tuple[dict[str, Any], pl.DataFrame]]:
    """Each row of AUDITS(audit, created_at, ...), the newest first, with the rulings of its time.

    Those are the ones since it was drawn, until the next one was: then what is left of its sample waits no more.
    """
    audited = []
    end = None
    for row in audits.sort("audit", descending=True).to_dicts():
        mine = rulings.filter(pl.col("at") >= row["created_at"])
        audited.append((row, mine if end is None else mine.filter(pl.col("at") <= end)))
        end = row["created_at"]
    return audited
