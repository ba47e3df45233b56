"""What an audit will tell, before it is drawn; what it and the rulings since tell, and how that went as they came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.quality.audit import Audit, mean_loss, plan, residual, strata
from labeling.quality.figures import Figure
from labeling.quality.frames import read_columns
from labeling.quality.intervals import beta
from labeling.quality.kinds.score import EXACT, Scoring
from labeling.quality.weighting import Sampled, effective_share

# How the first ruling since the draw came about, as the estimate of the residual errors wants it.
_ROUTES = {"audit": "audit", "suspicion": "targeted"}
FLAGS = ("label_issue", "hard", "ambiguous", "disputed", "suspected")
# Suspected: as many as that share of the labels, the most suspicious.
SUSPECTED = 0.2
# Moments of a course at most.
MOST = 12
# Of fewer audited items an estimate is all interval.
LEAST = 20


def foreseen(population: IntoDataFrame, size: int) -> Figure:
    """The share of wrong labels that POPULATION(item, score) leads to expect, with the interval that ``size`` items will give.

    As if in every stratum as many of the audited were wrong as their scores say. An error rate nearer to one half
    than foreseen makes it wider.

    >>> found = foreseen(pl.DataFrame({"item": range(1000), "score": [0.1] * 1000}), 200)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2), found.n
    (0.1, 0.07, 0.14, 200)
    """
    frame = read_columns(population, "population", ["item", "score"], ["item", "score"])
    size = min(size, frame.height)
    if size >= frame.height or size < 1:
        share = float(np.mean(frame["score"].to_numpy())) if frame.height else float("nan")
        return Figure.of(share, share, share, n=size)
    cells = (
        strata(frame, size)
        .join(frame, on="item")
        .group_by("stratum")
        .agg(pl.len().cast(pl.Float64).alias("size"), pl.col("score").cast(pl.Float64).mean().alias("share"))
        .join(plan(frame, size).group_by("stratum").agg(pl.len().cast(pl.Float64).alias("n")), on="stratum")
        .sort("stratum")
    )
    n = cells["n"].to_numpy()
    hits = n * np.clip(cells["share"].to_numpy(), 0.0, 1.0)
    share, effective = effective_share(Sampled(cells["size"].to_numpy(), n, hits))
    interval = beta(share * effective, effective)
    return Figure(share, interval.low, interval.high, size)


def population_of(drawn: pl.DataFrame, rulings: pl.DataFrame, scoring: Scoring = EXACT) -> pl.DataFrame:
    """POPULATION(item, given, stratum, sampled, route, wrong, loss) of :mod:`labeling.quality.audit`, and ``unseen``.

    ``drawn`` is POPULATION(item, given, stratum, position) of an audit, ``rulings`` RULINGS(item, revision, verdict, label,
    route, in_bulk) made since, in order. The route is that of the first word on an item that settled it, the label that of
    the last; ``loss`` is one less the score of the given label by ``scoring``. What was ruled in bulk says nothing of a label;
    ``unseen`` is one that it changed: nobody has read it since.

    >>> drawn = pl.DataFrame({"item": ["a", "b", "c"], "given": ["x"] * 3, "stratum": [0] * 3, "position": [0, None, None]})
    >>> two = {"item": ["b", "c"], "revision": [1, 1], "verdict": ["label"] * 2, "label": ["y"] * 2}
    >>> two |= {"route": ["suspicion", "hand"], "in_bulk": [False, True]}
    >>> population_of(drawn, pl.DataFrame(two)).select("item", "sampled", "route", "wrong", "unseen").rows()
    [('a', True, None, None, False), ('b', False, 'targeted', True, False), ('c', False, None, None, True)]
    """
    spoken = rulings.sort("item", "revision")
    newest = spoken.group_by("item", maintain_order=True).agg(
        pl.col("verdict", "in_bulk").last(), now=pl.col("label").last()
    )
    in_bulk = newest.filter(pl.col("verdict") == "label", "in_bulk").select("item", pl.col("now").cast(pl.String))
    ordered = spoken.filter(~pl.col("in_bulk"))
    first = (
        ordered.filter(pl.col("verdict") == "label")
        .group_by("item", maintain_order=True)
        .agg(pl.col("route").first().cast(pl.String).replace_strict(_ROUTES, default="other"))
    )
    last = ordered.group_by("item", maintain_order=True).agg(pl.col("verdict", "label").last())
    settled = last.filter(pl.col("verdict") == "label").join(first, on="item")
    given, said = pl.col("given").cast(pl.String), pl.col("label").cast(pl.String)
    joined = drawn.join(settled, on="item", how="left", maintain_order="left")
    both = joined.select(given.alias("given"), said.alias("said"))
    joined = joined.with_columns(loss=1 - scoring.scores(both["given"], both["said"]))
    return joined.join(in_bulk, on="item", how="left", maintain_order="left").select(
        "item",
        "given",
        "stratum",
        pl.col("position").is_not_null().alias("sampled"),
        "route",
        (said != given).alias("wrong"),
        "loss",
        (pl.col("now") != pl.coalesce(said, given)).fill_null(False).alias("unseen"),
    )


def estimate(population: pl.DataFrame) -> Audit:
    """:func:`labeling.quality.audit.residual` of a POPULATION with ``unseen`` labels: what is left is told of the others alone.

    The sample is spared by bulk rulings, so among the others it finds rather too many wrong labels than too few.
    """
    whole = residual(population)
    if not population["unseen"].any():
        return whole
    seen, nothing = population.filter(~pl.col("unseen")), Figure(None, None, None, 0)
    read = residual(seen)
    left = {name: found.after for name, found in read.classes.items()}
    classes = {name: replace(found, after=left.get(name, nothing)) for name, found in whole.classes.items()}
    return Audit(replace(whole.overall, after=nothing if seen.is_empty() else read.overall.after), classes)


def lost(population: pl.DataFrame) -> tuple[Figure, Figure]:
    """:func:`labeling.quality.audit.mean_loss` of a POPULATION, ``unseen`` labels treated as :func:`estimate` does."""
    before, after = mean_loss(population)
    if not population["unseen"].any():
        return before, after
    seen = population.filter(~pl.col("unseen"))
    return before, Figure(None, None, None, 0) if seen.is_empty() else mean_loss(seen)[1]


def audited(population: pl.DataFrame) -> pl.DataFrame:
    """AUDITED(item, given, weight, wrong): the ruled items of the sample, each with how many of its stratum it speaks for.

    Items that were ruled by hand or in a batch, whoever was in the sample, are set aside from both.
    """
    speaking = pl.col("sampled") & (pl.col("route") == "audit").fill_null(False)
    by_hand = (pl.col("route") == "other").fill_null(False)
    sizes = population.group_by("stratum").agg(
        (~by_hand).sum().alias("size"), (speaking & pl.col("wrong").is_not_null()).sum().alias("n")
    )
    return (
        population.filter(speaking, pl.col("wrong").is_not_null())
        .join(sizes, on="stratum", maintain_order="left")
        .select("item", "given", (pl.col("size") / pl.col("n")).alias("weight"), "wrong")
    )


def flagged(sample: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """AUDITED with a column for each of FLAGS, from FINDINGS(item, ..., region) of the analysis that the audit was drawn by."""
    most = findings["prior"].quantile(1 - SUSPECTED) if findings.height else None
    flags = findings.select(
        "item",
        pl.col("is_issue").alias("label_issue"),
        (pl.col("region").cast(pl.String) == "hard").fill_null(False).alias("hard"),
        (pl.col("region").cast(pl.String) == "ambiguous").fill_null(False).alias("ambiguous"),
        (pl.col("disagreement") > 0).fill_null(False).alias("disputed"),
        (pl.col("prior") >= (1.0 if most is None else most)).alias("suspected"),
    )
    return sample.join(flags, on="item", how="inner", maintain_order="left")


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

    ``drawn`` and ``rulings`` as :func:`population_of` has them, with ``at``. Moments before the
    first audited ruling are left out.
    """
    rows = []
    for moment in (at.astimezone(UTC) for at in moments):
        overall = estimate(population_of(drawn, rulings.filter(pl.col("at") <= moment))).overall
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
