"""How far a project is, at what pace it goes, and whether its labels can be trusted so far: frames in, figures out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

import numpy as np
import polars as pl
from scipy.special import stdtrit

from labeling.quality.figures import Figure
from labeling.quality.intervals import normal_quantile, shares, wilson

# A forecast that is right eight times in ten: at 95 % a few days of work say nothing but "some day".
FORECAST_LEVEL = 0.8
FORECAST_DAYS = 14
_NEVER = timedelta(days=3650)
_QUARTER = 15 * 60

# The states of an item, the strongest word first.
ADJUDICATED, GOLDEN, UNLABELED, IN_PROGRESS, AGREED, DISPUTED = (
    "adjudicated",
    "golden",
    "unlabeled",
    "in_progress",
    "agreed",
    "disputed",
)

# What an agreed item is called where the consensus is not sure of it; no state of its own, for nothing stores one.
UNCERTAIN = "uncertain"
# From here on it is, where the project states no probability of its own.
SURE = 0.8


@dataclass(frozen=True, slots=True)
class States:
    """Items by state, see :func:`item_states`; every item is in exactly one."""

    unlabeled: int
    in_progress: int
    disputed: int
    agreed: int
    adjudicated: int
    golden: int

    @property
    def items(self) -> int:
        """All items of the project."""
        return sum(getattr(self, name) for name in self.__slots__)

    @classmethod
    def of(cls, items: pl.DataFrame, untouched: int = 0) -> States:
        """Count ITEM_STATES by state, and so many items more that nobody has touched."""
        counted = dict(items["state"].value_counts().iter_rows())
        counted[UNLABELED] = counted.get(UNLABELED, 0) + untouched
        return cls(**{name: counted.get(name, 0) for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the last wanted answer comes: the expected day and the days it lies between, eight times in ten.

    ``pace`` is answers per calendar day over the ``days`` it was measured on; ``latest`` is None where the pace
    varies too much to name a latest day.
    """

    pace: float
    days: int
    finish: date
    earliest: date
    latest: date | None


def item_states(
    votes: pl.DataFrame, items: pl.Series, *, wanted: pl.DataFrame, overlap: int, golden: pl.Series, ruled: pl.Series
) -> pl.DataFrame:
    """ITEM_STATES(item_id, answers, n, top, wanted Int64, state String) of each of ``items``, in their order.

    ``votes`` (item_id, label) are those that count; ``answers`` is how many an item has, ``n`` how many of them name a label,
    ``top`` how many the leading one. An item wants ``overlap`` answers, or what WANTED(item_id, wanted) says of it.

    The strongest word wins: adjudicated, golden, then the votes. ``unlabeled``: none. ``in_progress``: fewer than wanted.
    All wanted answers in: ``agreed`` where one label has more than half of the answers ("unsure" is an answer for no label),
    ``disputed`` otherwise.

    >>> votes = pl.DataFrame({"item_id": [1, 1, 2, 2, 3, 4], "label": ["x", "x", "x", None, "y", "y"]})
    >>> none = pl.Series([], dtype=pl.Int64)
    >>> found = item_states(
    ...     votes, pl.Series([1, 2, 3, 4, 5]), wanted=pl.DataFrame({"item_id": [4], "wanted": [1]}), overlap=2,
    ...     golden=pl.Series([3]), ruled=none,
    ... )
    >>> found["state"].to_list(), found["n"].to_list()
    (['agreed', 'disputed', 'golden', 'agreed', 'unlabeled'], [2, 1, 1, 1, 0])
    """
    by_label = votes.lazy().group_by("item_id", "label").len("votes")
    count = pl.col("votes")
    labeled = count.filter(pl.col("label").is_not_null())
    counted = by_label.group_by("item_id").agg(
        count.sum().alias("answers"), labeled.sum().alias("n"), labeled.max().fill_null(0).alias("top")
    )
    every = pl.LazyFrame({"item_id": items})
    joined = every.join(counted, on="item_id", how="left", maintain_order="left")
    if wanted.height:
        joined = joined.join(wanted.lazy(), on="item_id", how="left", maintain_order="left")
    else:
        joined = joined.with_columns(wanted=pl.lit(None, pl.Int64))
    filled = joined.with_columns(pl.col("answers", "n", "top").fill_null(0), pl.col("wanted").fill_null(overlap))
    item = pl.col("item_id")
    state = (
        pl.when(item.is_in(ruled.cast(pl.Int64).implode()))
        .then(pl.lit(ADJUDICATED))
        .when(item.is_in(golden.cast(pl.Int64).implode()))
        .then(pl.lit(GOLDEN))
        .when(pl.col("answers") == 0)
        .then(pl.lit(UNLABELED))
        .when(pl.col("answers") < pl.col("wanted"))
        .then(pl.lit(IN_PROGRESS))
        .when(pl.col("top") * 2 > pl.col("answers"))
        .then(pl.lit(AGREED))
        .otherwise(pl.lit(DISPUTED))
    )
    return filled.select("item_id", "answers", "n", "top", "wanted", state.alias("state")).collect()


def told_states(items: pl.DataFrame, least: float) -> pl.Series:
    """Column ``state`` of ITEMS(state, probability) as it is told: ``uncertain`` for what is agreed by less than ``least``.

    More than half of the answers make an item agreed, and so it stays; but two of three answers can leave its class hardly
    more probable than another. ``probability`` is that of the consensus; null says nothing.

    >>> found = pl.DataFrame({"state": ["agreed", "agreed", "disputed"], "probability": [0.52, 0.97, 0.4]})
    >>> told_states(found, 0.8).to_list()
    ['uncertain', 'agreed', 'disputed']
    """
    unsure = (pl.col("state") == AGREED) & (pl.col("probability") < least).fill_null(False)
    return items.select(pl.when(unsure).then(pl.lit(UNCERTAIN)).otherwise("state").alias("told")).to_series()


def depths(items: pl.DataFrame, untouched: int = 0, overlap: int = 0) -> pl.DataFrame:
    """DEPTHS(n UInt32, wanted Int64, items UInt32): how many of ITEM_STATES that no expert has settled have ``n`` answers
    and want ``wanted``; so many more are ``untouched`` and want ``overlap``.

    >>> states = pl.DataFrame({"answers": [0, 1, 1], "wanted": [2, 2, 2], "state": ["unlabeled", "in_progress", "golden"]})
    >>> depths(states).rows()
    [(0, 2, 1), (1, 2, 1)]
    """
    ordinary = items.filter(~pl.col("state").is_in([ADJUDICATED, GOLDEN]))
    counted = ordinary.group_by(pl.col("answers").alias("n"), "wanted").agg(pl.len().alias("items"))
    unseen = pl.DataFrame({"n": [0], "wanted": [overlap], "items": [untouched]}, schema=counted.schema)
    both = pl.concat([counted, unseen.head(int(untouched > 0))]).group_by("n", "wanted").agg(pl.col("items").sum())
    return both.sort("n", "wanted")


def still_wanted(depth: pl.DataFrame, overlap: int | None = None) -> int:
    """How many answers are missing until each ordinary item has what it wants, or ``overlap`` of them where given.

    >>> depth = pl.DataFrame({"n": [0, 1, 4], "wanted": [2, 2, 2], "items": [2, 3, 1]})
    >>> still_wanted(depth), still_wanted(depth, overlap=1)
    (7, 2)
    """
    aim = pl.col("wanted") if overlap is None else pl.lit(overlap)
    missing = (aim - pl.col("n").cast(pl.Int64)).clip(lower_bound=0) * pl.col("items")
    return int(depth.select(missing.sum()).item())


def days(answers: pl.DataFrame, zone: str, golden: pl.Series) -> pl.DataFrame:
    """DAYS(day Date, answers UInt32, ordinary UInt32): answers given here by the day in ``zone``, days off included.

    ``ordinary`` leaves out those to golden items and surplus ones: only they bring a project nearer to its end.
    """
    useful = ~pl.col("surplus") & ~pl.col("item_id").is_in(golden.cast(pl.Int64).implode())
    # Every zone is off by whole quarters of an hour: they are what is put into a zone, not a million moments.
    quarter = pl.from_epoch(pl.col("quarter") * _QUARTER, "s").dt.replace_time_zone("UTC")
    worked = (
        answers.lazy()
        .filter(pl.col("chunk").is_not_null())
        .group_by((pl.col("at").dt.epoch("s") // _QUARTER).alias("quarter"))
        .agg(pl.len().alias("answers"), useful.sum().alias("ordinary"))
        .group_by(quarter.dt.convert_time_zone(zone).dt.date().alias("day"))
        .agg(pl.col("answers", "ordinary").sum())
        .sort("day")
        .collect()
    )
    if worked.is_empty():
        return worked
    return worked.upsample("day", every="1d").with_columns(pl.col("answers", "ordinary").fill_null(0))


def balance(votes: pl.DataFrame, golden: pl.Series) -> pl.DataFrame:
    """BALANCE(label Enum, n UInt32): votes by class, most frequent first; every class of the Enum has its row.

    Golden items are left out: they are answered by everybody, and chosen by hand.
    """
    labeled = votes.filter(pl.col("label").is_not_null(), ~pl.col("item_id").is_in(golden.cast(pl.Int64).implode()))
    dtype = votes.schema["label"]
    codes = dtype.categories if isinstance(dtype, pl.Enum) else labeled["label"].unique().sort()
    classes = pl.DataFrame({"label": pl.Series(codes, dtype=dtype)})
    counted = classes.join(labeled.group_by("label").len("n"), on="label", how="left", maintain_order="left")
    return counted.with_columns(pl.col("n").fill_null(0)).sort("n", descending=True, maintain_order=True)


def scores(scored: pl.DataFrame, by: str, of: str = "right") -> pl.DataFrame:
    """SCORES(``by``, right UInt32, n UInt32, value, low, high): the mean of ``of``, whether answers are right or how right they
    are, 0 to 1; its interval is Wilson's, too long rather than too short: nothing within 0 and 1 varies more than yes and no.

    >>> scores(pl.DataFrame({"chunk": [7, 7], "right": [True, False]}), "chunk").row(0)[:4]
    (7, 1, 2, 0.5)
    """
    earned = pl.col(of).cast(pl.Float64).sort().sum().alias("earned")
    counted = scored.group_by(by).agg(pl.col("right").sum(), pl.len().alias("n"), earned).sort(by)
    return counted.with_columns(shares(counted["earned"].to_numpy(), counted["n"].to_numpy(), "value")).drop("earned")


def clustered_share(scored: pl.DataFrame, by: str = "item", of: str = "right") -> Figure:
    """The mean of ``of``, whether answers are right or how right they are, 0 to 1; its 95 % interval is made wider by what
    answers to the same item have in common.

    Wilson's interval at the effective sample size ``n / deff``: ``deff`` compares the variance between items with
    that of independent answers (of scores the most that it can be), and Student's t stands in for the normal quantile
    (Korn and Graubard 1998; Wilson's interval with it: Dean and Pagano 2015). Where all answers agree, or all are on one
    item, items are all that is counted. ``n`` stays the number of answers.

    >>> clustered_share(pl.DataFrame({"item": [1, 1, 2, 2], "right": [True, True, False, False]})).n
    4
    """
    by_item = (
        scored.group_by(by).agg(pl.col(of).sort().sum().alias("right"), pl.len().cast(pl.Int64).alias("n")).sort(by)
    )
    right, n = pl.col("right"), pl.col("n")
    # Rows in one order and no rounding until the last division, so that no order of rows changes the last digit.
    if by_item["right"].dtype != pl.Float64 or (by_item["right"] == by_item["right"].floor()).all():
        by_item = by_item.with_columns(right.cast(pl.Int64))
    sums = by_item.select(
        right.sum().alias("r"), n.sum(), rr=(right * right).sum(), rn=(right * n).sum(), nn=(n * n).sum()
    )
    of_right, rr, rn, nn = (Fraction(sums[name].item()) for name in ("r", "rr", "rn", "nn"))
    total, items = int(sums["n"].item()), by_item.height
    if total == 0:
        return Figure(None, None, None, 0)
    share = float(of_right / total)
    effective = float(items)
    if items > 1 and 0 < share < 1:
        spread = float((total**2 * rr - 2 * total * of_right * rn + of_right**2 * nn) / total**4)
        between = items / (items - 1) * spread
        independent = share * (1 - share) / total
        effective = total / max(between / independent, 1.0)
        effective *= (normal_quantile(0.95) / float(stdtrit(items - 1, 0.975))) ** 2
    bounds = wilson(share * effective, effective)
    return Figure(share, bounds.low, bounds.high, total)


def forecast(worked: pl.DataFrame, wanted: int, today: date) -> Forecast | None:
    """When ``wanted`` more answers are in, if the days to come are like the last ones; None where nothing can be said.

    The pace is the mean ``ordinary`` of up to :data:`FORECAST_DAYS` calendar days before today (today isn't over),
    from the first one with work: days off count, they will come again. With mean m and variance s² over k days, T
    further days bring m T, and their sum and the mean itself both vary: the bounds are where
    ``m T ± t sqrt(s² (T + T²/k))`` meets ``wanted``, with Student's t of k - 1 degrees. Needs two days with work.

    >>> frame = pl.DataFrame({"day": [date(2026, 3, 1), date(2026, 3, 2)], "ordinary": [10, 10]})
    >>> forecast(frame, 40, date(2026, 3, 3)).finish
    datetime.date(2026, 3, 7)
    """
    window = worked.filter(pl.col("day") < today, pl.col("day") >= today - timedelta(days=FORECAST_DAYS))
    active = window.filter(pl.col("ordinary") > 0)
    if active.height < 2 or wanted <= 0:
        return None
    first = active["day"].min()
    if not isinstance(first, date):
        return None
    k = (today - first).days
    a_day = np.zeros(k)
    a_day[: active.height] = active["ordinary"].to_numpy()
    mean, variance = float(a_day.mean()), float(a_day.var(ddof=1))
    low, high = _days_until(wanted, mean, variance, k)
    latest = None if high is None or high > _NEVER.days else today + timedelta(days=math.ceil(high))
    expected = timedelta(days=min(math.ceil(wanted / mean), _NEVER.days))
    return Forecast(mean, k, today + expected, today + timedelta(days=min(math.ceil(low), _NEVER.days)), latest)


def _days_until(wanted: int, mean: float, variance: float, k: int) -> tuple[float, float | None]:
    """Both roots of ``(m T - wanted)² = t² s² (T + T²/k)``; the later one is None where it doesn't exist."""
    spread = float(stdtrit(k - 1, (1 + FORECAST_LEVEL) / 2)) ** 2 * variance
    a, b, c = mean**2 - spread / k, 2 * mean * wanted + spread, float(wanted) ** 2
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    return 2 * c / (b + root), (b + root) / (2 * a) if a > 0 else None


def today_by_assessor(today: pl.DataFrame) -> pl.DataFrame:
    """DONE_TODAY(assessor Int64, answers UInt32, seconds Float64): how many each gave, and their median time."""
    return today.group_by("assessor").agg(pl.len().alias("answers"), pl.col("seconds").median()).sort("assessor")


def is_recent(moment: datetime | None, now: datetime) -> bool:
    """Whether somebody who was last heard of at ``moment`` is at work still."""
    return moment is not None and now - moment <= timedelta(minutes=5)
