"""Audit: how many labels are wrong, from a random sample that the expert rules; before rulings and after them.

The sample is stratified by suspicion, so that it looks harder where errors are likely and still sees every part of the
data (W. Cochran, Sampling Techniques, 1977, chapter 5). Rulings by suspicion find errors but say nothing of the rest; only the
audit does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy.special import betainc, betaincinv

from labeling.errors import LabelingError
from labeling.quality.figures import Figure
from labeling.quality.frames import read_columns
from labeling.quality.intervals import LEVEL
from labeling.quality.weighting import Sampled, effective_share

Whole = npt.NDArray[np.int64]

STRATA = 10
ROUTES = ("audit", "targeted", "other")
# Fewer audited items don't tell a stratum's spread; those of a class fall into the strata by chance.
_FEWEST = 2
_FEWEST_OF_A_CLASS = 5


@dataclass(frozen=True, slots=True)
class Residual:
    """Wrong labels among ``items``: the share ``before`` any ruling and ``after`` all of them, each with n = ``audited``.

    ``audited``, ``targeted`` and ``other`` count rulings by route; ``audited_wrong`` wrong labels among the audited,
    ``ruled_wrong`` among all rulings. Of ``items`` without a ruling (items - audited - targeted - other) only the audit speaks.
    """

    items: int
    audited: int
    targeted: int
    other: int
    audited_wrong: int
    ruled_wrong: int
    before: Figure
    after: Figure


@dataclass(frozen=True, slots=True)
class Audit:
    """The residual errors of all labels and of each given class, by the classes' names."""

    overall: Residual
    classes: dict[str, Residual]


def strata(population: IntoDataFrame, size: int, *, seed: int = 0) -> pl.DataFrame:
    """STRATA(item, stratum) of POPULATION(item, score): at most ten bands of suspicion, 0 the most suspicious.

    A band for every ten items of the sample. Bands are cut so that each deserves as many of them: half the sample goes
    by the number of items, half by the spread of errors expected, sqrt(score (1 - score)) (Neyman 1934). The first half
    keeps weights within twice the mean, for scores are sometimes far from the truth. Equal scores are split by chance.

    >>> found = strata(pl.DataFrame({"item": range(40), "score": [0.5] * 20 + [0.0] * 20}), 20)
    >>> found["stratum"].value_counts().sort("stratum").rows()
    [(0, 13), (1, 27)]
    """
    frame = read_columns(population, "population", ["item", "score"], ["item", "score"])
    frame = frame.unique("item", keep="first").sort("item")
    score = np.clip(frame["score"].cast(pl.Float64).to_numpy(), 0.0, 1.0)
    count = max(1, min(STRATA, size // 10, len(score)))
    order = np.lexsort((np.random.default_rng(seed).random(len(score)), -score))
    spread = np.sqrt(score * (1 - score))
    due = 1 / max(len(score), 1) + spread / max(float(spread.sum()), 1e-12)
    reached = np.cumsum(due[order])
    band = np.empty(len(score), dtype=np.int32)
    # Each item goes where its middle falls: rounding can't push the last one out.
    band[order] = np.minimum((reached - due[order] / 2) / max(float(due.sum()), 1e-12) * count, count - 1)
    return pl.DataFrame([frame["item"], pl.Series("stratum", band, dtype=pl.Int32)])


def plan(population: IntoDataFrame, size: int, *, seed: int = 0) -> pl.DataFrame:
    """AUDIT_SAMPLE(item, stratum, position) of ``size`` items of POPULATION(item, score), by position from 0.

    The same ``seed`` gives the same ``strata``. Rounds take one item at random of every stratum, in random order, so the
    items up to any position are a stratified random sample themselves. Fewer come where the population is smaller.
    Raises LabelingError ``column_missing`` or ``column_null``.

    >>> found = plan(pl.DataFrame({"item": range(100), "score": [0.1] * 100}), 20)
    >>> found.shape, found["stratum"].head(2).sort().to_list(), found["position"].head(2).to_list()
    ((20, 3), [0, 1], [0, 1])
    """
    frame = strata(population, size, seed=seed)
    random = np.random.default_rng([seed, 1])
    drawn = frame.with_columns(
        pl.Series("draw", random.permutation(len(frame))), pl.Series("turn", random.permutation(len(frame)))
    )
    return (
        drawn.with_columns(pl.col("draw").rank("ordinal").over("stratum").alias("round"))
        .sort("round", "turn")
        .head(max(size, 0))
        .with_row_index("position")
        .select("item", "stratum", pl.col("position").cast(pl.Int64))
    )


def residual(population: IntoDataFrame) -> Audit:
    """Wrong labels of POPULATION(item, given, stratum, sampled, route, wrong), overall and by given class.

    ``stratum`` as drawn, ``sampled`` the items of the audit; ``route`` is "audit", "targeted", "other" (by hand or in
    a batch, whoever is in the sample) or null for no ruling, and ``wrong`` what the ruling says of the label. Targeted
    rulings keep off the sample; one inside it counts as audited, an audit's outside it as by hand.

    Items of route "other" are set aside and known. In a stratum whose items outside the sample are all ruled, their
    errors are known too and only the sample's rest is estimated; in the others the audited stand for all items. A
    class's strata are joined until five of its items were audited. The interval is Jeffreys's at the effective sample
    size (see ``effective_share``), in whole labels; neither it nor the value is under the errors found or over what can
    still be wrong.

    Raises LabelingError ``column_missing``, ``column_null`` or ``unknown_label`` (of a route).

    >>> rows = {"item": range(100), "given": ["x"] * 100, "stratum": [0] * 100, "sampled": [True] * 20 + [False] * 80}
    >>> rows |= {"route": ["audit"] * 20 + [None] * 80, "wrong": [True] * 4 + [False] * 16 + [None] * 80}
    >>> found = residual(pl.DataFrame(rows, schema_overrides={"route": pl.String, "wrong": pl.Boolean})).overall
    >>> found.before, found.after
    (Figure(value=0.2, low=0.07, high=0.4, n=20), Figure(value=0.16, low=0.03, high=0.36, n=20))
    """
    cells = _cells(population, "wrong").with_columns(pl.exclude("given", "stratum").cast(pl.Int64))
    by_class = cells.partition_by("given", as_dict=True, maintain_order=True)
    classes = {str(name): _residual(part, _FEWEST_OF_A_CLASS) for (name,), part in by_class.items()}
    whole = cells.group_by("stratum").agg(pl.exclude("given", "stratum").sum()).sort("stratum")
    return Audit(_residual(whole, _FEWEST), classes)


def mean_loss(population: IntoDataFrame) -> tuple[Figure, Figure]:
    """The mean loss of all labels of POPULATION(item, given, stratum, sampled, route, loss), before any ruling and after all.

    ``loss`` is how wrong the ruling says that the label is, from 0 for not at all to 1; what is ruled has none left. Estimated as
    ``residual`` estimates the share of wrong labels, but in no whole labels; a loss varies no more than right and wrong with its
    mean do, so the interval is no shorter than it should be. Raises LabelingError as ``residual`` does.

    >>> rows = {"item": range(100), "given": ["x"] * 100, "stratum": [0] * 100, "sampled": [True] * 20 + [False] * 80}
    >>> rows |= {"route": ["audit"] * 20 + [None] * 80, "loss": [0.25] * 16 + [0.0] * 4 + [None] * 80}
    >>> before, after = mean_loss(pl.DataFrame(rows, schema_overrides={"route": pl.String, "loss": pl.Float64}))
    >>> round(before.value, 3), round(after.value, 3), before.n
    (0.2, 0.16, 20)
    """
    cells = _cells(population, "loss")
    whole = cells.group_by("stratum").agg(pl.exclude("given", "stratum").sum()).sort("stratum")
    count = {name: float(whole[name].sum()) for name in whole.columns if name != "stratum"}
    found = count["audited_wrong"] + count["targeted_wrong"] + count["other_wrong"]
    unruled = count["items"] - count["audited"] - count["targeted"] - count["other"]
    lost = np.array(_total(whole, found, unruled, _FEWEST, whole=False)) / max(count["items"], 1)
    known, n = found / max(count["items"], 1), int(count["audited"])
    return Figure.of(*lost, n=n), Figure.of(*(lost - known), n=n)


def _cells(population: IntoDataFrame, of: str) -> pl.DataFrame:
    """Counts by given class and stratum, with sums of the column ``of``."""
    columns = ["item", "given", "stratum", "sampled", "route", of]
    frame = read_columns(population, "population", columns, columns[:4])
    strange = sorted(set(frame["route"].drop_nulls().unique().cast(pl.String)) - set(ROUTES))
    if strange:
        raise LabelingError("unknown_label", label=strange[0], where="population", labels=strange, classes=list(ROUTES))
    route = pl.when(pl.col(of).is_not_null()).then(pl.col("route").cast(pl.String))
    sampled, wrong = pl.col("sampled"), pl.col(of).cast(pl.Float64).fill_null(0.0)
    audited = sampled & route.is_in(["audit", "targeted"]).fill_null(False)
    targeted = ~sampled & (route == "targeted").fill_null(False)
    other = route.is_not_null() & ~audited & ~targeted
    marks = {"audited": audited, "targeted": targeted, "other": other, "waiting": sampled & ~audited & ~other}
    return (
        frame.group_by(pl.col("given").cast(pl.String), "stratum")
        .agg(
            pl.len().alias("items"),
            *(mark.sum().alias(name) for name, mark in marks.items()),
            *(
                pl.when(mark).then(wrong).otherwise(0.0).sort().sum().alias(f"{name}_wrong")
                for name, mark in marks.items()
            ),
        )
        .sort("given", "stratum")
    )


def _residual(cells: pl.DataFrame, fewest: int) -> Residual:
    count = {name: int(cells[name].sum()) for name in cells.columns if name not in ("given", "stratum")}
    ruled_wrong = count["audited_wrong"] + count["targeted_wrong"] + count["other_wrong"]
    ruled = count["audited"] + count["targeted"] + count["other"]
    wrong, low, high = _total(cells, ruled_wrong, count["items"] - ruled, fewest)
    items, n = count["items"], count["audited"]
    per = 1 / max(items, 1)
    return Residual(
        items,
        n,
        count["targeted"],
        count["other"],
        count["audited_wrong"],
        ruled_wrong,
        Figure.of(wrong * per, low * per, high * per, n=n),
        Figure.of((wrong - ruled_wrong) * per, (low - ruled_wrong) * per, (high - ruled_wrong) * per, n=n),
    )


def _total(
    cells: pl.DataFrame, ruled_wrong: float, unruled: float, fewest: int, *, whole: bool = True
) -> tuple[float, float, float]:
    """Wrong labels at the draw, and the limits of their number; NaN where items are left and none was audited."""
    certain, sampled = _parts(cells, fewest)
    if not unruled:
        return float(ruled_wrong), float(ruled_wrong), float(ruled_wrong)
    if not sampled.size.sum() or not sampled.n.sum():
        return np.nan, np.nan, np.nan
    size = float(sampled.size.sum())
    share, effective = effective_share(sampled)
    right, tail = share * effective, (1 - LEVEL) / 2
    a, b = right + 0.5, effective - right + 0.5
    low = 0.0 if share == 0 else float(betaincinv(a, b, tail))
    high = 1.0 if share == 1 else float(betaincinv(a, b, 1 - tail))
    # What was found lies above the estimate: the limit is that of what may still be wrong, given that.
    beyond = 1 - float(betainc(a, b, min(max((ruled_wrong - certain) / size, 0.0), 1.0)))
    if beyond < 0.5:
        high = max(high, float(betaincinv(a, b, 1 - 2 * tail * beyond)))
    totals: tuple[float, float, float] = (certain + share * size, certain + low * size, certain + high * size)
    if whole:
        totals = (totals[0], round(totals[1]), round(totals[2]))
    value, lowest, highest = (float(min(max(total, ruled_wrong), ruled_wrong + unruled)) for total in totals)
    return value, lowest, highest


def _parts(cells: pl.DataFrame, fewest: int) -> tuple[float, Sampled]:
    """Errors known whatever the sample says, and the strata in which the audited speak for more than themselves."""
    part = {name: cells[name].to_numpy() for name in cells.columns if name not in ("given", "stratum")}
    sampled = part["audited"] + part["waiting"]
    outside = part["items"] - part["other"] - sampled
    closed = outside == part["targeted"]
    size = np.where(closed, sampled, sampled + outside)
    n, wrong = part["audited"], part["audited_wrong"]
    complete = size == n
    certain = part["other_wrong"].sum() + part["targeted_wrong"][closed].sum() + wrong[complete].sum()
    left = ~complete
    joined = list(_joined(n[left], fewest))
    total = [np.array([counts[left][at].sum() for at in joined], dtype=np.float64) for counts in (size, n, wrong)]
    return float(certain), Sampled(*total)


def _joined(n: Whole, fewest: int) -> Iterator[slice]:
    """Neighbouring strata with at least ``fewest`` audited items together; what is left at the end joins the last."""
    start, ends = 0, []
    for end in range(1, len(n) + 1):
        if n[start:end].sum() >= fewest:
            ends.append(end)
            start = end
    ends = [*ends[:-1], len(n)]
    return (slice(first, last) for first, last in zip([0, *ends[:-1]], ends, strict=True))
