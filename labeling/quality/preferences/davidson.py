"""A ranking of sources by what is said of pairs: Bradley and Terry's model with ties as R. Davidson has them (JASA 65, 1970).

With log-strengths s and a log-weight t of ties, the first wins, the second wins and a tie have the weights exp(s_first),
exp(s_second) and exp(t + (s_first + s_second) / 2). The estimate is the mode of the posterior where each s and t are normal
around 0 with PRIOR_SD: it exists and is unique for any votes, also of a source that always wins.
"""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw
import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.special import expit, softmax, stdtrit

from labeling.errors import LabelingError
from labeling.quality.figures import Figure
from labeling.quality.frames import read_columns
from labeling.quality.intervals import LEVEL, Floats, column, normal_quantile
from labeling.quality.kinds.pair import Preference

Whole = npt.NDArray[np.int64]

# A difference of 3 is 20 wins to 1: sources further apart than twice that are hardly met.
PRIOR_SD = 3.0
# Sources that so many times as many items would not tell apart are taken for alike.
MOST_TIMES = 100.0
_STEPS = 100
_STILL = 1e-9
# What a row says as chances, in place of its label alone; in the order of ``Preference``.
CHANCES = tuple(f"p_{answer.value}" for answer in Preference)


@dataclass(frozen=True, eq=False, slots=True)
class Ahead:
    """Which of two sources is the better one: ``share`` of the pairs that one of both wins, and go to ``first``.

    Its n are the items of the whole group, for what others say of both counts too. ``is_sure``: the interval leaves one half
    out. ``more`` are the further items after which it would, were the difference to stay as it is; None where it is sure, or
    where there is no difference to speak of.
    """

    first: str
    second: str
    share: Figure
    is_sure: bool
    more: int | None


@dataclass(frozen=True, eq=False, slots=True)
class Ranking:
    """``frame`` is RANKING(source, group, rank, rank_low, rank_high, strength, low, high, n, rows, wins, ties, losses, both_bad),
    the best of each group first; n counts items, ties those that are both bad too. ``half`` (sources, sources), in the frame's
    order: half the width of the interval of the difference of two strengths.

    ``strength`` is a log-strength less the mean of its group. Sources of two groups were never compared, not even by way of
    others, and no rank or strength of one says anything of the other. ``tie`` is exp(t): of two equals tie / (2 + tie) of the
    votes are ties; None where nothing was compared. ``unsourced`` votes are on pairs whose sources aren't known, ``own`` on two
    texts of one source.
    """

    frame: pl.DataFrame
    groups: int
    tie: float | None
    unsourced: int
    own: int
    half: Floats
    items: dict[int, int]
    """How many items each group rests on."""

    def ahead(self, first: str, second: str) -> Ahead:
        """Which of two sources of one group is the better one, named first by whom it is.

        >>> rows = [(at, "x", "y", "first" if at % 3 else "second") for at in range(9)]
        >>> found = rank_sources(pl.DataFrame(rows, schema=["item", "first", "second", "label"], orient="row"))
        >>> ahead = found.ahead("x", "y")
        >>> round(ahead.share.value, 2), ahead.share.n, ahead.is_sure, ahead.more
        (0.67, 9, False, 55)
        """
        at, other = (int(self.frame["source"].index_of(name) or 0) for name in (first, second))
        gap, half = float(self.frame["strength"][at] - self.frame["strength"][other]), float(self.half[at, other])
        n = self.items[int(self.frame["group"][at])]
        share = Figure.of(*(float(expit(each)) for each in (gap, gap - half, gap + half)), n=n)
        is_sure = abs(gap) > half
        times = (half / gap) ** 2 if gap else np.inf
        is_told = not is_sure and times <= MOST_TIMES
        return Ahead(first, second, share, is_sure, int(np.ceil(n * (times - 1))) if is_told else None)


@dataclass(frozen=True, eq=False, slots=True)
class _Compared:
    """Rows as arrays (rows,): codes of item and of the two sources, and which of win, loss, tie it is for the first;
    ``chances`` (3, rows) how sure each of them is, ``bad`` whether both are bad."""

    item: Whole
    first: Whole
    second: Whole
    outcome: Whole
    chances: Floats
    bad: npt.NDArray[np.bool_]
    sources: pl.Series


def rank_sources(comparisons: IntoDataFrame, *, level: float = LEVEL) -> Ranking:
    """Rank the sources of COMPARISONS(item, first, second, label), a row a vote, or an item's label; first and second name
    sources, null unknown.

    ``label`` is one of ``Preference``; both bad says as little of who is better as a tie, and counts as one. Where the columns
    CHANCES are there a row counts for each answer by its chance, and its label in the counts alone. An interval is the wider
    of two around the mode: the normal one of the posterior, which alone is right for a source that won every time
    (all resamples would have it win), and Student's with the variance by items, for votes on an item hang together.

    Raises LabelingError as ``read_columns`` does, ``level_out_of_range``, ``not_a_preference``.

    >>> rows = [(1, "x", "y", "first"), (2, "x", "y", "first"), (3, "y", "x", "tie")]
    >>> found = rank_sources(pl.DataFrame(rows, schema=["item", "first", "second", "label"], orient="row"))
    >>> found.frame.select("source", "rank", "wins", "ties", "losses").rows()
    [('x', 1, 2, 1, 0), ('y', 2, 0, 1, 2)]
    """
    if not 0 < level < 1:
        raise LabelingError("level_out_of_range", level=level)
    is_told = set(CHANCES) <= set(nw.from_native(comparisons, eager_only=True).columns)
    columns = ("item", "first", "second", "label", *(CHANCES if is_told else ()))
    rows = read_columns(comparisons, "comparisons", columns, ["item", "label"]).with_columns(
        pl.col("first", "second").cast(pl.String),
        pl.col("label").cast(pl.String).str.replace(" ", "_", literal=True),
    )
    if strange := sorted(set(rows["label"].unique()) - set(Preference)):
        raise LabelingError("not_a_preference", where="comparisons", labels=strange)
    known = rows.drop_nulls()
    apart = known.filter(pl.col("first") != pl.col("second"))
    compared = _coded(apart)
    mode = _fit(compared)
    frame, half = _table(compared, mode, level)
    tie = float(np.exp(mode[-1])) if len(apart) else None
    group = dict(frame.select("source", "group").iter_rows())
    items = apart.with_columns(pl.col("first").replace_strict(group, return_dtype=pl.UInt32)).group_by("first")
    counts = dict(items.agg(pl.col("item").n_unique()).iter_rows())
    left = {"unsourced": len(rows) - len(known), "own": len(known) - len(apart)}
    return Ranking(frame, len(counts), tie, **left, half=half, items=counts)


def _coded(rows: pl.DataFrame) -> _Compared:
    sources = pl.concat([rows["first"], rows["second"]]).unique().sort().alias("source")
    place = {name: at for at, name in enumerate(sources)}
    outcome = {Preference.FIRST: 0, Preference.SECOND: 1, Preference.TIE: 2, Preference.BOTH_BAD: 2}
    first, second, codes = (
        rows[name].replace_strict(known, return_dtype=pl.Int64).to_numpy().astype(np.int64)
        for name, known in (("first", place), ("second", place), ("label", outcome))
    )
    chances = (codes == np.arange(3)[:, None]).astype(np.float64)
    if CHANCES[0] in rows.columns:
        win, loss, tie, bad = rows.select(CHANCES).to_numpy().T
        chances = np.stack([win, loss, tie + bad])
        chances /= chances.sum(axis=0)
    item = rows["item"].rank("dense").to_numpy().astype(np.int64) - 1
    return _Compared(item, first, second, codes, chances, (rows["label"] == Preference.BOTH_BAD).to_numpy(), sources)


def _chances(x: Floats, first: Whole, second: Whole) -> Floats:
    """(3, votes): that the first wins, that the second does, a tie."""
    half = (x[first] - x[second]) / 2
    return np.asarray(softmax(np.stack([half, -half, np.full(len(half), x[-1])]), axis=0))


def _fit(compared: _Compared) -> Floats:
    """The mode (sources + 1,), the log-weight of ties last, by Newton's steps: the posterior is log-concave."""
    k = len(compared.sources)
    pairs, cell = np.unique(compared.first * k + compared.second, return_inverse=True)
    first, second = np.divmod(pairs, max(k, 1))
    counts = np.stack([np.bincount(cell, each, len(pairs)) for each in compared.chances])

    def height(x: Floats) -> float:
        chances = np.maximum(_chances(x, first, second), np.finfo(float).tiny)
        return float((counts * np.log(chances)).sum() - (x**2).sum() / (2 * PRIOR_SD**2))

    x = np.zeros(k + 1)
    for _ in range(_STEPS):
        chances = _chances(x, first, second)
        slope = counts - counts.sum(axis=0) * chances
        pull = np.bincount(first, (slope[0] - slope[1]) / 2, k) - np.bincount(second, (slope[0] - slope[1]) / 2, k)
        gradient = np.append(pull, slope[2].sum()) - x / PRIOR_SD**2
        step = np.linalg.solve(_curvature(chances, counts.sum(axis=0), first, second, k), gradient)
        if np.abs(step).max() < _STILL:
            return x + step
        before, part = height(x), 1.0
        while height(x + part * step) < before and part > _STILL:
            part /= 2
        x = x + part * step
    return x


def _curvature(chances: Floats, n: Floats, first: Whole, second: Whole, k: int) -> Floats:
    """Minus the second derivatives of the log-posterior, (sources + 1, sources + 1); ``n`` counts the votes of each pair."""
    win, loss, tie = chances
    apart = n * (win + loss - (win - loss) ** 2) / 4
    mixed = -n * (win - loss) * tie / 2
    matrix = np.eye(k + 1) / PRIOR_SD**2
    for a, b, sign in ((first, first, 1), (second, second, 1), (first, second, -1), (second, first, -1)):
        np.add.at(matrix, (a, b), sign * apart)
    edge = np.bincount(first, mixed, k) - np.bincount(second, mixed, k)
    matrix[:k, k] += edge
    matrix[k, :k] += edge
    matrix[k, k] += (n * tie * (1 - tie)).sum()
    return matrix


def _covariances(compared: _Compared, mode: Floats, group: Whole) -> tuple[Floats, Floats]:
    """Of the strengths less their groups' means: that of the posterior, and the one by items."""
    k, first, second, item = len(compared.sources), compared.first, compared.second, compared.item
    chances = _chances(mode, first, second)
    inverse = np.linalg.inv(_curvature(chances, np.ones(len(item)), first, second, k))
    slope = compared.chances - chances
    half = (slope[0] - slope[1]) / 2
    items = int(item.max()) + 1
    cells = (
        np.concatenate([half, -half, slope[2]]),
        (np.tile(item, 3), np.concatenate([first, second, np.full(len(item), k)])),
    )
    scores = sparse.coo_array(cells, shape=(items, k + 1)).tocsr()
    same = group[:, None] == group
    # As many strengths as sources but for one in each group, and the weight of ties.
    free = k - len(np.unique(group)) + 1
    meat = (scores.T @ scores).toarray() * items / max(items - free, 1)
    centre = np.eye(k) - same / same.sum(axis=1)
    return centre @ inverse[:k, :k] @ centre, centre @ (inverse @ meat @ inverse)[:k, :k] @ centre


def _table(compared: _Compared, mode: Floats, level: float) -> tuple[pl.DataFrame, Floats]:
    k = len(compared.sources)
    links = sparse.coo_array((np.ones(len(compared.first)), (compared.first, compared.second)), shape=(k, k))
    group = connected_components(links, directed=False)[1] if k else np.empty(0, dtype=np.int64)
    strength, error, far = mode[:k].copy(), np.full(k, np.nan), np.full((k, k), np.nan)
    items = len(np.unique(compared.item))
    if k:
        strength -= (np.bincount(group, strength) / np.bincount(group))[group]
        student = float(stdtrit(items - 1, (1 + level) / 2)) if items > 1 else np.nan
        posterior, by_items = _covariances(compared, mode, group)
        both = posterior * normal_quantile(level) ** 2, by_items * student**2
        error = np.sqrt(np.maximum(*(np.diag(each) for each in both)))
        gaps = (np.diag(each)[:, None] + np.diag(each) - 2 * each for each in both)
        far = np.sqrt(np.maximum(np.maximum(*gaps), 0.0))
    gap, same = strength[:, None] - strength, group[:, None] == group
    frame = pl.DataFrame(
        [
            compared.sources,
            pl.Series("group", group + 1, dtype=pl.UInt32),
            pl.Series("rank", 1 + (same & (gap < -_STILL)).sum(axis=1), dtype=pl.UInt32),
            # What isn't known to be apart may stand on either side.
            pl.Series("rank_low", 1 + (same & (gap < -far)).sum(axis=1), dtype=pl.UInt32),
            pl.Series("rank_high", same.sum(axis=1) - (same & (gap > far)).sum(axis=1), dtype=pl.UInt32),
            column("strength", strength),
            column("low", strength - error),
            column("high", strength + error),
            *_counts(compared),
        ]
    )
    order = frame.with_row_index("at").sort("group", "rank", "source")
    at = order["at"].to_numpy()
    return order.drop("at"), far[at][:, at]


def _counts(compared: _Compared) -> list[pl.Series]:
    """By source: items, rows, and what their labels say."""
    k = len(compared.sources)
    source = np.concatenate([compared.first, compared.second])
    items = np.unique(np.tile(compared.item, 2) * k + source) % max(k, 1)
    # What is a win to the first is a loss to the second.
    result = np.concatenate([compared.outcome, np.array([1, 0, 2])[compared.outcome]])
    won, tied, lost = (np.bincount(source[result == each], minlength=k) for each in (0, 2, 1))
    bad = np.bincount(source[np.tile(compared.bad, 2)], minlength=k)
    counts = {
        "n": np.bincount(items, minlength=k),
        "rows": won + tied + lost,
        "wins": won,
        "ties": tied,
        "losses": lost,
        "both_bad": bad,
    }
    return [pl.Series(name, values, dtype=pl.UInt32) for name, values in counts.items()]
