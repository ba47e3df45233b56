"""Care for the golden items: how often each was seen, how long they last, which are wrong. See also ``leakage``.

Frames in are VOTES(item, annotator, label) with the further columns a function names and GOLDEN(item, label).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy.special import expit, logit, logsumexp

from labeling.errors import LabelingError
from labeling.quality.coefficients import ratio
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.groups import gathered, of_annotators
from labeling.quality.intervals import Floats, column, shares
from labeling.quality.kinds.score import EXACT, Scoring

# Belief about a golden label before anybody answers: one in twenty is wrong, known as from twenty items.
_WRONG_PRIOR = (1.0, 19.0)


def exposure(
    votes: IntoDataFrame, golden: IntoDataFrame, order: str | None = None, *, scoring: Scoring = EXACT
) -> pl.DataFrame:
    """EXPOSURE(item, label, n, right, accuracy, low, high[, first, last]): each golden item in force, also unseen ones.

    n annotators gave it a label (an annotator sees a golden item once); ``accuracy`` is their mean score; limits are
    Wilson's; first and last are the ends of column ``order``. Most seen first.

    >>> votes = pl.DataFrame({"item": [1, 1], "annotator": ["a", "b"], "label": ["x", "y"]})
    >>> golden = pl.DataFrame({"item": [1, 2], "label": ["x", "y"]})
    >>> exposure(votes, golden).select("item", "label", "n", "right", "accuracy").rows()
    [(1, 'x', 2, 1, 0.5), (2, 'y', 0, 0, None)]
    """
    pool = _pool(golden)
    answers = _golden_answers(votes, golden, order, scoring)
    ends = [pl.col("order").min().alias("first"), pl.col("order").max().alias("last")] if order else []
    answered = answers.group_by("key").agg(
        pl.len().alias("n"), pl.col("hit").sum().alias("right"), pl.col("score").sort().sum(), *ends
    )
    exposed = pool.join(answered, on="key", how="left", maintain_order="left")
    exposed = exposed.with_columns(pl.col("n", "right").fill_null(0).cast(pl.Int64), pl.col("score").fill_null(0.0))
    accuracy = shares(exposed["score"].to_numpy(), exposed["n"].to_numpy(), "accuracy")
    names = ["item", "label", "n", "right", "accuracy", "low", "high", *(["first", "last"] if order else [])]
    return exposed.with_columns(accuracy).select(names).sort("n", descending=True, maintain_order=True)


@dataclass(frozen=True, eq=False, slots=True)
class GoldenNeed:
    """Whether the golden pool lasts, and NEED(annotator, seen, unseen, need, short, chunks), shortest first.

    ``need`` and ``unseen`` are summed over annotators; ``add`` new golden items would let nobody run dry; the first
    to run dry can open ``chunks`` more full chunks.
    """

    pool: int
    need: int
    unseen: int
    add: int
    chunks: int
    table: pl.DataFrame


def golden_need(
    votes: IntoDataFrame,
    golden: IntoDataFrame,
    *,
    chunks_left: int,
    golden_per_chunk: int,
    annotators: Sequence[object] | None = None,
) -> GoldenNeed:
    """Forecast: assessors x chunks left x golden items a chunk, against the golden items each has not seen.

    ``annotators`` names who goes on (default: all in the votes), also those who have not begun. An abstention is an
    exposure, too. Raises LabelingError ``forecast_out_of_range`` on negative counts.

    >>> votes = pl.DataFrame({"item": [1, 2, 9], "annotator": ["a", "a", "b"], "label": ["x", None, "x"]})
    >>> golden = pl.DataFrame({"item": [1, 2, 3, 4], "label": list("xyxy")})
    >>> found = golden_need(votes, golden, chunks_left=3, golden_per_chunk=1)
    >>> found.need, found.unseen, found.add, found.chunks
    (6, 6, 1, 2)
    >>> found.table.rows()
    [('a', 2, 2, 3, 1, 2), ('b', 0, 4, 3, 0, 4)]
    """
    if chunks_left < 0 or golden_per_chunk < 0:
        raise LabelingError("forecast_out_of_range", chunks_left=chunks_left, golden_per_chunk=golden_per_chunk)
    pool = _pool(golden).height
    exposed = votes_frame(
        nw.from_native(votes, eager_only=True).with_columns(label=nw.lit("exposed")).to_native(), golden=golden
    )
    names = exposed.annotators if annotators is None else pl.Series(annotators)
    met = np.bincount(exposed.annotator[exposed.golden[exposed.item] >= 0], minlength=len(exposed.annotators))
    exposures = pl.DataFrame([exposed.annotators.cast(pl.String).alias("key"), pl.Series("seen", met, dtype=pl.Int64)])
    need, per_chunk = chunks_left * golden_per_chunk, max(golden_per_chunk, 1)
    table = (
        pl.DataFrame([names.alias("annotator"), names.cast(pl.String).alias("key")])
        .join(exposures, on="key", how="left", maintain_order="left")
        .select("annotator", pl.col("seen").fill_null(0))
        .with_columns((pool - pl.col("seen")).alias("unseen"), pl.lit(need, pl.Int64).alias("need"))
        .with_columns(
            (need - pl.col("unseen")).clip(lower_bound=0).alias("short"),
            (pl.col("unseen") // per_chunk).alias("chunks"),
        )
        .sort("unseen", maintain_order=True)
    )
    first = table.row(0, named=True) if len(table) else {"short": 0, "chunks": pool // per_chunk}
    total = int(table["unseen"].sum())
    return GoldenNeed(pool, need * len(table), total, first["short"], first["chunks"], table)


def missed(votes: IntoDataFrame, golden: IntoDataFrame, skill: pl.DataFrame) -> pl.DataFrame:
    """MISSED(item, label, n, right, accuracy, low, high, wrong, likely): golden items answered, most doubtful first.

    ``wrong`` is the posterior chance that the golden label is not the item's, ``likely`` the label most probable then.
    P(answer | truth k) is t_a for k and (1 - t_a) c_k for another class; t_a is the mean of the annotator's SKILL
    posterior without this item, c_k how the pool's mistakes on other golden items of class k spread. The prior share of
    wrong golden labels is fitted to all items at once, from one in twenty (EM). Annotators are taken to err
    independently, given truth: where a trap catches all of them alike ``wrong`` is too sure, and an expert is needed.
    Raises LabelingError ``column_missing`` unless ``skill`` has annotator, alpha and beta.
    """
    coded = votes_frame(votes, golden=golden)
    on_golden = coded.golden[coded.item] >= 0
    codes, item = np.unique(coded.item[on_golden], return_inverse=True)
    given, truth = coded.label[on_golden], coded.golden[codes]
    hit = given == truth[item]
    chance = _skill_without(coded, skill, coded.annotator[on_golden], hit)
    classes = max(len(coded.classes), 1)
    counts = np.bincount(item * classes + given, minlength=len(codes) * classes).reshape(-1, classes).astype(np.float64)
    wrong, likely = _doubt(_log_likelihood(item, given, chance, truth, counts), truth)
    n, right = np.bincount(item, minlength=len(codes)), np.bincount(item[hit], minlength=len(codes))
    names = pl.Series("names", coded.classes, dtype=pl.String)
    return pl.DataFrame(
        [
            coded.items.gather(codes).alias("item"),
            names.gather(truth).alias("label"),
            pl.Series("n", n, dtype=pl.Int64),
            pl.Series("right", right, dtype=pl.Int64),
            *shares(right, n, "accuracy"),
            column("wrong", wrong),
            names.gather(likely).alias("likely"),
        ]
    ).sort("wrong", descending=True, maintain_order=True)


def _pool(golden: IntoDataFrame) -> pl.DataFrame:
    """Golden items in force: item, label, and the item as text to join by."""
    coded = votes_frame(nw.from_native(golden, eager_only=True).with_columns(annotator=nw.lit("golden")).to_native())
    items = coded.items.gather(coded.item)
    label = pl.Series("names", coded.classes, dtype=pl.String).gather(coded.label)
    return pl.DataFrame([items.alias("item"), label.alias("label"), items.cast(pl.String).alias("key")])


def _golden_answers(votes: IntoDataFrame, golden: IntoDataFrame, order: str | None, scoring: Scoring) -> pl.DataFrame:
    coded = votes_frame(votes, golden=golden)
    truth = coded.golden[coded.item]
    columns = [
        coded.items.gather(coded.item).cast(pl.String).alias("key"),
        pl.Series("asked", truth >= 0),
        pl.Series("hit", truth == coded.label),
        pl.Series("score", scoring.of_votes(coded)),
    ]
    if order:
        columns.append(gathered(votes, coded, order).alias("order"))
    return pl.DataFrame(columns).filter("asked")


def _skill_without(
    votes: Votes, skill: pl.DataFrame, annotator: npt.NDArray[np.int32], hit: npt.NDArray[np.bool_]
) -> Floats:
    """Each answer's annotator's posterior mean had this answer not been scored; the pool's where the table has none."""
    skills = of_annotators(skill, votes, "alpha", "beta")
    alpha, beta = skills["alpha"].to_numpy()[annotator], skills["beta"].to_numpy()[annotator]
    total = float(np.nansum(skill["alpha"].to_numpy())), float(np.nansum(skill["beta"].to_numpy()))
    usual = (total[0] or 1.0) / (sum(total) or 2.0)
    mean = ratio(alpha - hit, alpha + beta - 1)
    return np.clip(np.where(np.isnan(mean), usual, mean), 1 / max(len(votes.classes), 2), 0.99)


def _log_likelihood(
    item: npt.NDArray[np.int64],
    given: npt.NDArray[np.int32],
    chance: Floats,
    truth: npt.NDArray[np.int32],
    counts: Floats,
) -> Floats:
    """Log chance of an item's answers under each class, (items, classes)."""
    items, classes = counts.shape
    pooled = np.zeros((classes, classes))
    np.add.at(pooled, truth, counts)
    logs = np.zeros((items, classes))
    for k in range(classes):
        # An item's own answers must not teach that mistaking its class for theirs is common.
        mistakes = pooled[k] - np.where((truth == k)[:, None], counts, 0.0) + 1.0
        mistakes[:, k] = 0.0
        spread = ratio(mistakes, mistakes.sum(axis=1, keepdims=True))[item, given]
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(given == k, np.log(chance), np.log1p(-chance) + np.log(spread))
        logs[:, k] = np.bincount(item, terms, minlength=items)
    return logs


def _doubt(likelihood: Floats, truth: npt.NDArray[np.int32]) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Posterior chance that each golden label is wrong, and the most probable other label."""
    items, classes = likelihood.shape
    if classes < 2 or not items:
        return np.zeros(items), truth.astype(np.int64)
    own = likelihood[np.arange(items), truth]
    others = likelihood.copy()
    others[np.arange(items), truth] = -np.inf
    against = logsumexp(others, axis=1) - np.log(classes - 1)
    share = _WRONG_PRIOR[0] / sum(_WRONG_PRIOR)
    for _ in range(50):
        wrong = expit(against - own + logit(share))
        share = (_WRONG_PRIOR[0] + wrong.sum()) / (sum(_WRONG_PRIOR) + items)
    return wrong, others.argmax(axis=1)
