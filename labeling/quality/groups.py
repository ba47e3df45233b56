"""Agreement of a part of the votes (a chunk, a day, one annotator) with everyone else's votes on the same items."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy import sparse
from scipy.special import stdtrit

from labeling.errors import LabelingError
from labeling.quality.coefficients import beyond_chance, ratio
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.intervals import LEVEL, Floats, column, normal_quantile, wilson_bounds


def group_agreement(votes: IntoDataFrame, by: str, *, coded: Votes | None = None) -> pl.DataFrame:
    """How far the votes of each group agree with all others on their items.

    Columns: ``by``, items, n, dropped, agreement, low, high, expected, kappa, kappa_low, kappa_high.

    ``agreement``: the chance that a vote of the group equals another annotator's vote on its item, the others on an
    item weighing one together. They may stand in any group: a chunk is one assessor's and agrees with nobody inside.
    ``n`` votes have company on their item, ``dropped`` have none. ``kappa`` sets agreement against the class shares
    of the group and of its company. Rows without a group (null) are left out. ``coded``: the same rows, where they
    have been coded already.

    Intervals: Wilson's with the number of items divided by the design effect (Korn and Graubard 1998), so that votes
    on one item count once and a group of few, all agreeing, still has one; kappa's holds the chance agreement fixed.

    >>> frame = pl.DataFrame({"item": [1, 1, 2, 2], "annotator": list("abab"), "label": list("xxxy")})
    >>> frame = frame.with_columns(chunk=pl.Series([1, 2, 1, 3]))
    >>> group_agreement(frame, "chunk").select("chunk", "n", "agreement").rows()
    [(1, 2, 0.5), (2, 1, 1.0), (3, 1, 0.0)]
    """
    coded = votes_frame(votes) if coded is None else coded
    return _by_value(coded, gathered(votes, coded, by))


def agreement_over_time(
    votes: IntoDataFrame, time: str = "at", every: str = "1w", *, coded: Votes | None = None
) -> pl.DataFrame:
    """``group_agreement`` by the time of the vote, cut to ``every`` (Polars' durations: 1d, 1w, 1mo).

    Raises LabelingError ``column_type`` unless the column is a Date or Datetime.

    >>> from datetime import date
    >>> days = [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 10), date(2026, 3, 11)]
    >>> frame = pl.DataFrame({"item": [1, 1, 2, 2], "annotator": list("abab"), "label": list("xxxy"), "day": days})
    >>> agreement_over_time(frame, "day").select("day", "n", "agreement").rows()
    [(datetime.date(2026, 3, 2), 2, 1.0), (datetime.date(2026, 3, 9), 2, 0.0)]
    """
    coded = votes_frame(votes) if coded is None else coded
    moment = gathered(votes, coded, time)
    if not moment.dtype.is_temporal() or moment.dtype in (pl.Duration, pl.Time):
        raise LabelingError("column_type", where="votes", column=time, dtype=str(moment.dtype))
    return _by_value(coded, moment.dt.truncate(every))


def agreement_with_others(votes: IntoDataFrame | Votes, *, level: float = LEVEL) -> pl.DataFrame:
    """``group_agreement`` of each annotator.

    >>> frame = pl.DataFrame({"item": [1, 1, 1], "annotator": list("abc"), "label": list("xxy")})
    >>> agreement_with_others(frame).select("annotator", "n", "agreement").rows()
    [('a', 1, 0.5), ('b', 1, 0.5), ('c', 1, 0.0)]
    """
    coded = votes if isinstance(votes, Votes) else votes_frame(votes)
    everyone = np.ones(len(coded), dtype=np.bool_)
    place, names = coded.annotator.astype(np.int64), coded.annotators.alias("annotator")
    return _by_group(coded, everyone, place, names, level).sort("annotator")


def gathered(native: IntoDataFrame, votes: Votes, name: str) -> pl.Series:
    """A further column of the given frame, a value for each kept vote. Raises LabelingError ``column_missing``."""
    frame = nw.from_native(native, eager_only=True)
    if name not in frame.columns:
        raise LabelingError("column_missing", where="votes", columns=[name], found=list(frame.columns))
    return frame.select(name).to_polars()[name].gather(votes.row)


def of_annotators(skill: pl.DataFrame, votes: Votes, *names: str) -> pl.DataFrame:
    """Columns of a SKILL table for each of the votes' annotators, null where it has none.

    Raises LabelingError ``column_missing``.
    """
    missing = [name for name in ("annotator", *names) if name not in skill.columns]
    if missing:
        raise LabelingError("column_missing", where="skill", columns=missing, found=skill.columns)
    by_name = skill.select(pl.col("annotator").cast(pl.String), *names)
    annotators = pl.DataFrame({"annotator": votes.annotators.cast(pl.String)})
    return annotators.join(by_name, on="annotator", how="left", maintain_order="left")


def _by_value(votes: Votes, group: pl.Series) -> pl.DataFrame:
    named = group.drop_nulls()
    place = named.rank("dense").to_numpy().astype(np.int64) - 1
    return _by_group(votes, group.is_not_null().to_numpy(), place, named.unique().sort(), LEVEL)


def _by_group(
    votes: Votes, grouped: npt.NDArray[np.bool_], place: npt.NDArray[np.int64], names: pl.Series, level: float
) -> pl.DataFrame:
    """Rows by group: ``place`` is the group's code of each ``grouped`` vote, ``names`` what the codes stand for."""
    item, label = votes.item[grouped], votes.label[grouped]
    counts = votes.counts()
    others = counts.sum(axis=1)[item] - 1
    paired = others > 0
    dropped = np.bincount(place[~paired], minlength=len(names))
    place, item, label, others = place[paired], item[paired], label[paired], others[paired]
    same = (counts[item, label] - 1) / others
    n = np.bincount(place, minlength=len(names))
    agreement = ratio(np.bincount(place, same, minlength=len(names)), n.astype(np.float64))
    items, effective = _effective(place, item, same, agreement, len(votes.items))
    expected = _expected(place, item, label, others, counts, len(names))
    low, high = _widened_wilson(agreement, items, effective, level)
    return pl.DataFrame(
        [
            names,
            pl.Series("items", items, dtype=pl.Int64),
            pl.Series("n", n, dtype=pl.Int64),
            pl.Series("dropped", dropped, dtype=pl.Int64),
            column("agreement", agreement),
            column("low", low),
            column("high", high),
            column("expected", expected),
            column("kappa", beyond_chance(agreement, expected)),
            column("kappa_low", np.maximum(beyond_chance(low, expected), -1.0)),
            column("kappa_high", beyond_chance(high, expected)),
        ]
    )


def _effective(
    place: npt.NDArray[np.int64], item: npt.NDArray[np.int32], same: Floats, agreement: Floats, items: int
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Items by group, and the sample of independent votes that would know its agreement as well."""
    shape = (len(agreement), items)
    met = sparse.coo_array((np.ones(len(item)), (place, item)), shape=shape).tocsr()
    votes, alike = met.data, sparse.coo_array((same, (place, item)), shape=shape).tocsr().data
    group = np.repeat(np.arange(len(agreement)), np.diff(met.indptr))
    residual = alike - votes * agreement[group]
    groups = len(agreement)
    count = np.bincount(group, minlength=groups)
    total = np.bincount(group, votes, minlength=groups)
    spread = np.bincount(group, residual**2, minlength=groups)
    variance = ratio(spread, total**2) * ratio(count.astype(np.float64), count - 1.0)
    effective = np.where(variance > 1e-15, ratio(agreement * (1 - agreement), variance), count)
    return count, effective


def _widened_wilson(
    agreement: Floats, items: npt.NDArray[np.int64], effective: Floats, level: float
) -> tuple[Floats, Floats]:
    """Wilson's limits, the effective sample cut by (z / t) squared for the few items its variance is known from."""
    with np.errstate(invalid="ignore"):
        student = stdtrit(np.maximum(items - 1.0, 1.0), (1 + level) / 2)
    size = np.where(items > 0, effective * (normal_quantile(level) / student) ** 2, 0.0)
    return wilson_bounds(np.where(size > 0, agreement, 0.0) * size, size, level)


def _expected(
    place: npt.NDArray[np.int64],
    item: npt.NDArray[np.int32],
    label: npt.NDArray[np.int32],
    others: Floats,
    counts: Floats,
    groups: int,
) -> Floats:
    """Agreement by chance: the group's class shares against those of the other votes on its items."""
    classes = counts.shape[1]
    shape = (groups, classes)
    own = np.bincount(place * classes + label, minlength=groups * classes).reshape(shape)
    own_weight = np.bincount(place * classes + label, 1 / others, minlength=groups * classes).reshape(shape)
    company = sparse.coo_array((1 / others, (place, item)), shape=(groups, len(counts))).tocsr() @ counts - own_weight
    n = own.sum(axis=1).astype(np.float64)
    return ratio((own * company).sum(axis=1), n * n)
