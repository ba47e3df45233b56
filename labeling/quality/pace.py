"""How fast and how steadily annotators work: pace, unsure and skip, the same answer to the same item."""

from __future__ import annotations

from typing import TypeAlias

import narwhals as nw
import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy.special import bdtrik, stdtrit

from labeling.errors import LabelingError
from labeling.quality.coefficients import beyond_chance
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.groups import gathered
from labeling.quality.intervals import LEVEL, Floats, column, shares, wilson_bounds

Counts: TypeAlias = npt.NDArray[np.int64]

# A label card left open over lunch says nothing of pace: an answer counts as this many of one's medians at most.
_LONGEST = 10.0


def pace(votes: IntoDataFrame, *, level: float = LEVEL) -> pl.DataFrame:
    """PACE(annotator, n, median_seconds, low, high, items_per_hour, per_hour_low, per_hour_high).

    Over answers with a label and positive ``seconds``. The median's limits are order statistics (binomial, no
    assumption; null below six answers). Items per hour are 3600 over mean seconds, an answer counting ten medians at
    most; limits from Student's t for that mean.

    >>> votes = pl.DataFrame({"item": [1, 2, 3], "annotator": list("aaa"), "label": list("xxy")})
    >>> votes = votes.with_columns(seconds=pl.Series([2.0, 4.0, 6.0]))
    >>> pace(votes).select("annotator", "n", "median_seconds", "items_per_hour").rows()
    [('a', 3, 4.0, 900.0)]
    """
    coded = votes_frame(votes)
    answers = pl.DataFrame(
        {"annotator": coded.annotator, "seconds": gathered(votes, coded, "seconds").cast(pl.Float64)}
    )
    timed = answers.filter(pl.col("seconds").is_finite() & (pl.col("seconds") > 0)).sort("annotator", "seconds")
    capped = pl.min_horizontal("seconds", _LONGEST * pl.col("seconds").median().over("annotator"))
    per_annotator = (
        timed.with_columns(capped.alias("capped"))
        .group_by("annotator", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("n"),
            pl.col("seconds").median().alias("median_seconds"),
            pl.col("capped").mean().alias("mean"),
            (pl.col("capped").std() / pl.len().sqrt()).fill_null(0).alias("error"),
        )
    )
    n, mean, error = per_annotator["n"].to_numpy(), per_annotator["mean"].to_numpy(), per_annotator["error"].to_numpy()
    low, high = _median_bounds(timed["seconds"].to_numpy(), n, level)
    reach = np.where(n > 1, stdtrit(np.maximum(n - 1.0, 1.0), (1 + level) / 2) * error, np.nan)
    with np.errstate(invalid="ignore"):
        fastest = np.where(mean > reach, 3600 / np.where(mean > reach, mean - reach, 1.0), np.nan)
    return per_annotator.select(
        coded.annotators.gather(per_annotator["annotator"].to_numpy()).alias("annotator"),
        "n",
        "median_seconds",
        column("low", low),
        column("high", high),
        column("items_per_hour", 3600 / mean),
        column("per_hour_low", 3600 / (mean + reach)),
        column("per_hour_high", fastest),
    )


def abstentions(votes: IntoDataFrame, skips: IntoDataFrame | None = None, *, level: float = LEVEL) -> pl.DataFrame:
    """How often annotators say "unsure" (a null label) or pass an item by.

    ``skips`` has a row with column annotator for each item skipped. ABSTENTIONS(annotator, n, unsure, unsure_share,
    unsure_low, unsure_high, skipped, skip_share, skip_low, skip_high): n items were asked, ``unsure`` of those
    answered, ``skipped`` of all asked; limits are Wilson's.

    >>> votes = pl.DataFrame({"item": [1, 2, 3], "annotator": list("aab"), "label": ["x", None, "y"]})
    >>> abstentions(votes, pl.DataFrame({"annotator": ["b"]})).select("annotator", "n", "unsure", "skipped").rows()
    [('a', 2, 1, 0), ('b', 2, 0, 1)]
    """
    all_answers = nw.from_native(votes, eager_only=True).with_columns(label=nw.lit("asked"))
    counted = _tally(votes_frame(all_answers.to_native()), "answered")
    counted = counted.join(_tally(votes_frame(votes), "labeled"), on="annotator", how="left", maintain_order="left")
    passed = pl.DataFrame(schema={"annotator": counted.schema["annotator"], "skipped": pl.UInt32})
    if skips is not None:
        passed = _skipped(skips, counted.schema["annotator"])
    counted = counted.join(passed, on="annotator", how="full", coalesce=True, maintain_order="left_right")
    counted = counted.select("annotator", pl.col("answered", "labeled", "skipped").fill_null(0).cast(pl.Int64))
    answered, labeled, skipped = (counted[name].to_numpy() for name in ("answered", "labeled", "skipped"))
    unsure, unsure_low, unsure_high = shares(answered - labeled, answered, "unsure_share", level)
    skip, skip_low, skip_high = shares(skipped, answered + skipped, "skip_share", level)
    return counted.select(
        "annotator",
        (pl.col("answered") + pl.col("skipped")).alias("n"),
        (pl.col("answered") - pl.col("labeled")).alias("unsure"),
        unsure,
        unsure_low.alias("unsure_low"),
        unsure_high.alias("unsure_high"),
        "skipped",
        skip,
        skip_low.alias("skip_low"),
        skip_high.alias("skip_high"),
    )


def consistency(repeats: IntoDataFrame) -> pl.DataFrame:
    """Intra-assessor consistency: annotator, n, same, consistency, low, high, kappa, kappa_low, kappa_high.

    ``repeats`` is REPEATS(annotator, item, first, second): the answers to one's own items before and when they came
    back, blind. Those with a label both times count, n; ``same`` are equal (Wilson). ``kappa`` is Cohen's between the
    first and the second time, null where one class twice is all there is; its limits are those of the share, the
    chance agreement held fixed.

    >>> frame = pl.DataFrame({"annotator": list("aaaa"), "item": [1, 2, 3, 4], "first": list("xxyy")})
    >>> frame = frame.with_columns(second=pl.Series(list("xxyx")))
    >>> consistency(frame).select("annotator", "n", "same", "consistency", "kappa").rows()
    [('a', 4, 3, 0.75, 0.5)]
    """
    first, second = (_labeled(repeats, column) for column in ("first", "second"))
    both = first.join(second, on=["annotator", "item"], how="inner")
    per_annotator = both.group_by("annotator").agg(
        pl.len().cast(pl.Int64).alias("n"), (pl.col("first") == pl.col("second")).sum().cast(pl.Int64).alias("same")
    )
    before = both.group_by("annotator", pl.col("first").alias("label")).len("before")
    after = both.group_by("annotator", pl.col("second").alias("label")).len("after")
    chance = before.join(after, on=["annotator", "label"], how="inner").group_by("annotator")
    by_chance = chance.agg((pl.col("before").cast(pl.Float64) * pl.col("after")).sum().alias("chance"))
    per_annotator = (
        per_annotator.join(by_chance, on="annotator", how="left")
        .with_columns(pl.col("chance").fill_null(0))
        .sort("annotator")
    )
    same, n = per_annotator["same"].to_numpy(), per_annotator["n"].to_numpy()
    expected = per_annotator["chance"].to_numpy() / np.maximum(n, 1) ** 2
    low, high = wilson_bounds(same, n)
    return per_annotator.select(
        "annotator",
        "n",
        "same",
        *shares(same, n, "consistency"),
        column("kappa", beyond_chance(same / np.maximum(n, 1), expected)),
        column("kappa_low", np.maximum(beyond_chance(low, expected), -1.0)),
        column("kappa_high", beyond_chance(high, expected)),
    )


def _labeled(repeats: IntoDataFrame, time: str) -> pl.DataFrame:
    """(annotator, item, ``time``) as text and as the frame has them, without abstentions."""
    frame = nw.from_native(repeats, eager_only=True)
    if time not in frame.columns:
        raise LabelingError("column_missing", where="repeats", columns=[time], found=list(frame.columns))
    votes = votes_frame(frame.with_columns(label=nw.col(time)).to_native())
    return pl.DataFrame(
        [
            votes.items.gather(votes.item).alias("item"),
            votes.annotators.gather(votes.annotator).alias("annotator"),
            pl.Series("names", votes.classes, dtype=pl.String).gather(votes.label).alias(time),
        ]
    )


def _tally(votes: Votes, name: str) -> pl.DataFrame:
    count = np.bincount(votes.annotator, minlength=len(votes.annotators))
    return pl.DataFrame([votes.annotators.alias("annotator"), pl.Series(name, count, dtype=pl.Int64)])


def _skipped(skips: IntoDataFrame, dtype: pl.DataType) -> pl.DataFrame:
    """Rows by annotator, the annotators in the dtype that the votes have."""
    frame = nw.from_native(skips, eager_only=True)
    if "annotator" not in frame.columns:
        raise LabelingError("column_missing", where="skips", columns=["annotator"], found=list(frame.columns))
    names = frame.select("annotator").to_polars()["annotator"].drop_nulls()
    annotators = names.cast(pl.String).cast(dtype, strict=False)
    if annotators.null_count():
        raise LabelingError("column_type", where="skips", column="annotator", dtype=str(names.dtype))
    return annotators.to_frame().group_by("annotator", maintain_order=True).len("skipped")


def _median_bounds(ordered: Floats, n: Counts, level: float) -> tuple[Floats, Floats]:
    """Order statistics around each median; ``ordered`` holds the annotators' sorted seconds one after another."""
    if not len(n):
        return np.empty(0), np.empty(0)
    # The last place from below that lies above the median with a chance of (1 - level) / 2 at most.
    place = np.floor(bdtrik((1 - level) / 2, n.astype(np.float64), 0.5))
    bounded = np.isfinite(place) & (place >= 0) & (n > 5)
    inward = np.where(bounded, place, 0).astype(np.int64)
    first = np.cumsum(n) - n
    low, high = ordered[first + inward], ordered[first + n - 1 - inward]
    return np.where(bounded, low, np.nan), np.where(bounded, high, np.nan)
