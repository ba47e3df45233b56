"""Signs that an annotator's answers deserve a look, each against what chance would show of an honest one.

All take VOTES(item, annotator, label) with the further columns they name and give SIGNALS(annotator, signal, value,
threshold, n, since, other, raised): a row for each annotator with enough answers, ``raised`` where ``value`` is beyond
``threshold``. ``since`` has the dtype of the ``order`` column; ``other`` names whom a copy was made of.

``alpha`` is the chance that one honest annotator is named at one look: of a pool of 50, at 0.001, one look in twenty
names anybody. A signal is a reason to look, never a verdict. Copies of another: see ``copies``.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy.special import stdtrit

from labeling.quality.frames import Codes, Votes, votes_frame
from labeling.quality.groups import gathered
from labeling.quality.intervals import Floats
from labeling.quality.kinds.score import EXACT, Scoring

# Annotator's code, value, threshold, n, since, code of the other (-1 for none).
Row: TypeAlias = tuple[int, float, float, int, Any, int]

# Seconds that reading nothing at all and pressing a key take.
UNREAD = 0.7
_MIN_TIMED = 20
_MIN_POOL = 5
_USUAL_SPREAD, _USUAL_WEIGHT = 0.4, 8
_WINDOW = 50
_MIN_WINDOWS = 6
# Answers' worth of belief that an annotator's shares are the pool's.
_PRIOR_ANSWERS = 10.0
# A third of the odds of being right: 0.90 falls to 0.75, 0.80 to 0.57.
_ODDS_RATIO = 1 / 3
# An old slump is no news, and each chunk costs a deal of its own.
_RECENT_CHUNKS = 100


def too_fast(votes: IntoDataFrame, order: str = "at", *, alpha: float = 0.001) -> pl.DataFrame:
    """Median seconds far under the pool's; from 20 timed answers on, in a pool of at least 5 such annotators.

    The threshold is the lower prediction limit, at alpha, of one more log median, if honest ones are normal: Student's
    t around the pool's median, with the spread of the slower half, which cheaters neither narrow nor widen. As a small
    pool hardly knows its spread, that is drawn towards 0.4 (people at one task differ by a factor of 1.5), with the
    weight of 8 annotators.
    """
    coded = votes_frame(votes)
    answers = _timed(votes, coded, order)
    people = _medians(answers)
    limit = math.nan
    if len(people) >= _MIN_POOL:
        limit = math.exp(_limit_of_haste(np.log(people["seconds"].to_numpy()), alpha))
    rows: list[Row] = [(annotator, value, limit, n, since, -1) for annotator, n, value, since in people.iter_rows()]
    return report(coded, "too_fast", rows, answers.schema["order"], below=True)


def unread(votes: IntoDataFrame, order: str = "at") -> pl.DataFrame:
    """Median seconds under what one look and one choice take, whoever else is in the pool; from 20 timed answers on.

    Where all of a pool are in a hurry, or it is small, nobody stands out in it; but a fixation of the eye takes a fifth of a
    second (Rayner 1998) and choosing among a few keys half a second (Hick 1952): whoever is faster has read nothing.
    """
    coded = votes_frame(votes)
    answers = _timed(votes, coded, order)
    rows: list[Row] = [(who, value, UNREAD, n, since, -1) for who, n, value, since in _medians(answers).iter_rows()]
    return report(coded, "unread", rows, answers.schema["order"], below=True)


def sped_up(votes: IntoDataFrame, order: str = "at", *, alpha: float = 0.001) -> pl.DataFrame:
    """The last 50 answers far faster than one's own practice leads to expect; from six full windows of 50 on.

    Log medians of windows of 50 answers are regressed on the log of their place, since practice follows a power law
    (Newell and Rosenbloom 1981). The threshold is the lower limit, at alpha, of the prediction of the last window from
    all before it. Windows are the unit, not answers: those of one sitting hang together.
    """
    coded = votes_frame(votes)
    answers = _timed(votes, coded, order).sort("annotator", "order", maintain_order=True)
    rows: list[Row] = []
    for mine in answers.partition_by("annotator", maintain_order=True):
        full = len(mine) // _WINDOW
        if full < _MIN_WINDOWS:
            continue
        latest = mine.tail(full * _WINDOW)
        medians = np.median(latest["seconds"].to_numpy().reshape(full, _WINDOW), axis=1)
        limit = math.exp(_predicted_low(np.log(medians), alpha))
        rows.append((mine["annotator"][0], float(medians[-1]), limit, len(latest), latest["order"][-_WINDOW], -1))
    return report(coded, "sped_up", rows, answers.schema["order"], below=True)


def streaks(votes: IntoDataFrame, order: str = "at", *, alpha: float = 0.001) -> pl.DataFrame:
    """The longest run of one label, in the order of answering, against the longest that chance allows.

    Runs of k of length L or more come about n s_k (1 - c_k) c_k^(L - 1) times (Erdos and Renyi 1970), Poisson; the
    threshold is where all classes' together come with chance alpha. s_k is the annotator's share of k outside the run,
    drawn towards the pool's, so that who never chose else is not their own excuse. c_k, the chance that k follows k,
    is s_k or more: where items come sorted, what others said of them in that order comes in runs, too.
    """
    coded = votes_frame(votes)
    moment = gathered(votes, coded, order)
    in_order = np.lexsort((moment.rank("ordinal").to_numpy(), coded.annotator))
    pool = (np.bincount(coded.label, minlength=len(coded.classes)) + 1.0) / (len(coded) + len(coded.classes))
    counts = coded.counts()
    rows: list[Row] = []
    for mine in np.split(in_order, np.flatnonzero(np.diff(coded.annotator[in_order])) + 1) if len(coded) else []:
        label = coded.label[mine]
        start, length = _longest_run(label)
        share = np.bincount(np.delete(label, np.s_[start : start + length]), minlength=len(pool)).astype(np.float64)
        share = (share + _PRIOR_ANSWERS * pool) / (share.sum() + _PRIOR_ANSWERS)
        follows = np.maximum(share, _continuation(_majority_of_others(counts[coded.item[mine]], label), share))
        limit = _longest_by_chance(len(mine), share, follows, alpha)
        rows.append((int(coded.annotator[mine[0]]), float(length), limit, len(mine), moment[int(mine[start])], -1))
    return report(coded, "streak", rows, moment.dtype)


def drift(
    votes: IntoDataFrame,
    golden: IntoDataFrame,
    order: str = "at",
    *,
    scoring: Scoring = EXACT,
    alpha: float = 0.001,
    resamples: int = 10_000,
) -> pl.DataFrame:
    """CUSUM (Page 1954) of golden results over chunks: is accuracy now lower than it was?

    S = max(0, S + the log likelihood ratio of a chunk's golden results, under a third of one's overall odds of being
    right against those odds). Value is S after the last chunk, ``since`` the start of the chunk where it last left 0.
    Were accuracy constant, right answers would fall on chunks at random: the threshold is the 1 - alpha quantile over
    ``resamples`` such deals, whatever the accuracy. Of the last 100 chunks with golden answers, two at least; n counts
    those answers. Answers without a chunk are left out. By a ``scoring`` with parts these are what is dealt.
    """
    coded = votes_frame(votes, golden=golden)
    truth = coded.golden[coded.item]
    answers = pl.DataFrame(
        [
            pl.Series("annotator", coded.annotator),
            gathered(votes, coded, "chunk").alias("chunk"),
            gathered(votes, coded, order).alias("order"),
            pl.Series("asked", truth >= 0),
            pl.Series("right", scoring.of_votes(coded)),
        ]
    )
    chunks = (
        answers.drop_nulls("chunk")
        .group_by("annotator", "chunk")
        .agg(pl.col("order").min(), pl.col("asked").sum().cast(pl.Int64), pl.col("right").filter("asked").sort())
        .filter(pl.col("asked") > 0)
        .sort("annotator", "order")
    )
    rng, rows = np.random.default_rng(0), list[Row]()
    for history in chunks.partition_by("annotator", maintain_order=True):
        if len(history) < 2:
            continue
        mine = history.tail(_RECENT_CHUNKS)
        asked, scores = mine["asked"].to_numpy(), mine["right"].explode().to_numpy()
        path = _cusum(_by_chunk(scores[None], asked), asked)[:, 0]
        dealt = _dealt(scores, asked, resamples, rng)
        limit = float(np.quantile(_cusum(dealt, asked)[-1], 1 - alpha, method="higher"))
        start = max((int(place) + 1 for place in np.flatnonzero(path == 0)), default=0)
        since = mine["order"][start] if path[-1] > 0 else None
        rows.append((mine["annotator"][0], float(path[-1]), limit, int(asked.sum()), since, -1))
    return report(coded, "drift", rows, answers.schema["order"])


def report(votes: Votes, signal: str, rows: list[Row], since: pl.DataType, *, below: bool = False) -> pl.DataFrame:
    """SIGNALS of one kind; a threshold that can't be told is null and raises nothing."""
    numbers = {"value": pl.Float64, "threshold": pl.Float64, "n": pl.Int64}
    table = pl.DataFrame(
        rows, schema={"annotator": pl.Int64, **numbers, "since": since, "other": pl.Int64}, orient="row"
    )
    # Polars holds NaN to be greater than any number; and a hair's breadth of rounding is no signal.
    limit = pl.col("threshold").fill_nan(None)
    gap = limit - pl.col("value") if below else pl.col("value") - limit
    named = votes.annotators.gather(table["annotator"].to_numpy())
    copied = votes.annotators.gather(table["other"].set(table["other"] < 0, None))
    return table.with_columns(
        named.alias("annotator"),
        pl.lit(signal).alias("signal"),
        limit,
        copied.alias("other"),
        (gap > 1e-9).fill_null(False).alias("raised"),
    ).select("annotator", "signal", "value", "threshold", "n", "since", "other", "raised")


def _timed(votes: IntoDataFrame, coded: Votes, order: str) -> pl.DataFrame:
    """Annotator's code, seconds, order: of answers with finite, positive seconds."""
    answers = pl.DataFrame(
        [
            pl.Series("annotator", coded.annotator, dtype=pl.Int64),
            gathered(votes, coded, "seconds").cast(pl.Float64).alias("seconds"),
            gathered(votes, coded, order).alias("order"),
        ]
    )
    return answers.filter(pl.col("seconds").is_finite() & (pl.col("seconds") > 0))


def _medians(answers: pl.DataFrame) -> pl.DataFrame:
    """Annotator's code, n, median seconds and the first order, of those with enough timed answers."""
    return (
        answers.group_by("annotator")
        .agg(pl.len().alias("n"), pl.col("seconds").median(), pl.col("order").min())
        .filter(pl.col("n") >= _MIN_TIMED)
        .sort("annotator")
    )


def _limit_of_haste(paces: Floats, alpha: float) -> float:
    centre = float(np.median(paces))
    above = paces[paces > centre] - centre
    freedom = _USUAL_WEIGHT + len(above)
    spread = math.sqrt((_USUAL_WEIGHT * _USUAL_SPREAD**2 + float(above @ above)) / freedom)
    # A median of so many normal values has pi / 2 times the variance of their mean.
    return centre + float(stdtrit(freedom, alpha)) * spread * math.sqrt(1 + math.pi / 2 / len(paces))


def _predicted_low(paces: Floats, alpha: float) -> float:
    """Lower prediction limit of the last value from a line through those before it, over the log of their place."""
    place = np.log(np.arange(1.0, len(paces) + 1))
    x, y, last = place[:-1] - place[:-1].mean(), paces[:-1], place[-1] - place[:-1].mean()
    slope = float(x @ y / (x @ x))
    residual = y - y.mean() - slope * x
    spread = math.sqrt(residual @ residual / (len(y) - 2) * (1 + 1 / len(y) + last**2 / (x @ x)))
    return float(y.mean() + slope * last + stdtrit(len(y) - 2, alpha) * spread)


def _longest_run(label: Codes) -> tuple[int, int]:
    """Start and length of the first longest run."""
    edges = np.concatenate([[0], np.flatnonzero(np.diff(label)) + 1, [len(label)]])
    length = np.diff(edges)
    longest = int(length.argmax())
    return int(edges[longest]), int(length[longest])


def _majority_of_others(counts: Floats, own: Codes) -> npt.NDArray[np.int64]:
    """The class most others gave, -1 where none or two did; ``counts`` (answers, classes) include one's own."""
    others = counts.copy()
    others[np.arange(len(own)), own] -= 1
    most = others.max(axis=1)
    alone = (others == most[:, None]).sum(axis=1) == 1
    return np.where(alone & (most > 0), others.argmax(axis=1), -1)


def _continuation(labels: npt.NDArray[np.int64], share: Floats) -> Floats:
    """By class: how often it follows itself; its share where that was never seen."""
    labeled = (labels[:-1] >= 0) & (labels[1:] >= 0)
    first, second = labels[:-1][labeled], labels[1:][labeled]
    followed = np.bincount(first, minlength=len(share))
    again = np.bincount(first[first == second], minlength=len(share))
    return (again + share) / (followed + 1)


def _longest_by_chance(n: int, share: Floats, follows: Floats, alpha: float) -> float:
    """The length that runs reach or pass with chance alpha; n + 1 where even the longest possible is likelier."""
    follows = np.minimum(follows, 1 - 1e-9)
    low, high = 0.0, n + 1.0
    for _ in range(50):
        middle = (low + high) / 2
        runs = float((n * share * (1 - follows) * follows ** (middle - 1)).sum())
        low, high = (middle, high) if runs > -math.log1p(-alpha) else (low, middle)
    return high


def _by_chunk(scores: Floats, asked: npt.NDArray[np.int64]) -> Floats:
    sums: Floats = np.add.reduceat(scores, np.cumsum(asked) - asked, axis=1)
    return sums


def _dealt(
    scores: Floats, asked: npt.NDArray[np.int64], resamples: int, rng: np.random.Generator
) -> Floats | npt.NDArray[np.int64]:
    """What each chunk gets, (resamples, chunks), where the scores of all answers fall on the chunks at random."""
    if (scores == scores.round()).all():
        return rng.multivariate_hypergeometric(asked, int(scores.sum()), size=resamples)
    return _by_chunk(rng.permuted(np.tile(scores, (resamples, 1)), axis=1), asked)


def _cusum(right: Floats | npt.NDArray[np.int64], asked: npt.NDArray[np.int64]) -> Floats:
    """S after each chunk, (chunks, rows), of ``right`` (rows, chunks); all rows have the same sum."""
    usual = (right[0].sum() + 1) / (asked.sum() + 2)
    odds = _ODDS_RATIO * usual / (1 - usual)
    worse = odds / (1 + odds)
    gain = right * math.log(worse / usual) + (asked - right) * math.log((1 - worse) / (1 - usual))
    total = np.zeros(len(right))
    path = np.empty((len(asked), len(right)))
    for place, step in enumerate(gain.T):
        total = np.maximum(0.0, total + step)
        path[place] = total
    return path
