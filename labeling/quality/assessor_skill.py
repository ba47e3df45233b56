"""How right, how fast and how steady each annotator is; every figure with its n and interval.

Frames in are VOTES(item, annotator, label) with what further columns a function names, and GOLDEN or CONSENSUS as
REFERENCE(item, label), any eager frame. A null label is an abstention: neither right nor wrong, counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy.special import expit, logit

from labeling.errors import LabelingError
from labeling.quality.frames import votes_frame
from labeling.quality.intervals import LEVEL, Floats, column, shares
from labeling.quality.kinds.score import EXACT, Scoring
from labeling.quality.pool import Counts, Pool, posteriors


@dataclass(frozen=True, eq=False, slots=True)
class Skill:
    """The fitted pool and SKILL(annotator, skill, low, high, n, right, compared, agreed, alpha, beta)."""

    pool: Pool
    table: pl.DataFrame


def golden_accuracy(
    votes: IntoDataFrame, golden: IntoDataFrame, *, scoring: Scoring = EXACT, level: float = LEVEL
) -> pl.DataFrame:
    """By annotator: n golden answers, right, accuracy, low, high (Wilson); null at n = 0: unknown is not zero.

    ``right`` counts those right as a whole, ``accuracy`` is the mean score by ``scoring``, its limits too wide rather than too
    narrow: no figure within 0 and 1 varies more than right and wrong.

    >>> votes = pl.DataFrame({"item": [1, 2, 3], "annotator": ["a", "a", "b"], "label": ["x", "y", "y"]})
    >>> golden = pl.DataFrame({"item": [1, 2], "label": ["x", "x"]})
    >>> golden_accuracy(votes, golden).select("annotator", "n", "right", "accuracy").rows()
    [('a', 2, 1, 0.5), ('b', 0, 0, None)]
    """
    coded = votes_frame(votes, golden=golden)
    truth = coded.golden[coded.item]
    people = len(coded.annotators)
    n = np.bincount(coded.annotator[truth >= 0], minlength=people)
    right = np.bincount(coded.annotator[truth == coded.label], minlength=people)
    earned = np.bincount(coded.annotator, scoring.of_votes(coded), minlength=people)
    return pl.DataFrame(
        [
            coded.annotators.alias("annotator"),
            pl.Series("n", n, dtype=pl.Int64),
            pl.Series("right", right, dtype=pl.Int64),
            *shares(earned, n, "accuracy", level),
        ]
    )


def confusion(votes: IntoDataFrame, reference: IntoDataFrame) -> pl.DataFrame:
    """CONFUSION(annotator, truth, given, count, n, share, low, high) against golden or against consensus.

    ``share`` of the annotator's n answers on items whose reference label is ``truth`` (Wilson); cells that did not
    happen are left out. Against consensus, an annotator's own vote had its say in the truth.

    >>> votes = pl.DataFrame({"item": [1, 2, 3], "annotator": list("aaa"), "label": ["x", "y", "y"]})
    >>> golden = pl.DataFrame({"item": [1, 2, 3], "label": ["x", "x", "y"]})
    >>> confusion(votes, golden).select("annotator", "truth", "given", "count", "n").rows()
    [('a', 'x', 'x', 1, 2), ('a', 'x', 'y', 1, 2), ('a', 'y', 'y', 1, 1)]
    """
    coded = votes_frame(votes, golden=reference)
    truth = coded.golden[coded.item]
    referenced = truth >= 0
    cells = (
        pl.DataFrame(
            {"annotator": coded.annotator[referenced], "truth": truth[referenced], "given": coded.label[referenced]}
        )
        .group_by("annotator", "truth", "given")
        .agg(pl.len().cast(pl.Int64).alias("count"))
        .sort("annotator", "truth", "given")
        .with_columns(pl.col("count").sum().over("annotator", "truth").alias("n"))
    )
    names = pl.Series("names", coded.classes, dtype=pl.String)
    return cells.with_columns(
        coded.annotators.gather(cells["annotator"].to_numpy()).alias("annotator"),
        names.gather(cells["truth"].to_numpy()).alias("truth"),
        names.gather(cells["given"].to_numpy()).alias("given"),
        *shares(cells["count"].to_numpy(), cells["n"].to_numpy(), "share"),
    )


def skill_posterior(
    votes: IntoDataFrame,
    golden: IntoDataFrame | None = None,
    consensus: IntoDataFrame | None = None,
    *,
    scoring: Scoring = EXACT,
    level: float = LEVEL,
) -> Skill:
    """The chance of each annotator being right, from golden answers, agreement with consensus, and the pool.

    Golden answers are binomial, right_a of n_a with chance theta_a, and theta_a ~ Beta(s m_a, s (1 - m_a)), so that
    alpha = s m_a + right_a and beta = s (1 - m_a) + n_a - right_a; skill = alpha / (alpha + beta). The pool's s, mean
    and slope (see Pool) maximise the beta-binomial likelihood of all golden answers with weak priors (empirical Bayes);
    means and limits are averaged over what remains unknown of them, and the table's alpha and beta are those of the
    Beta with that mean and variance. Consensus thus speaks as far as the golden answers confirm it: where the whole
    pool errs alike, mean falls and slope goes to 0. It is compared on items that are not golden and have another vote.

    By another ``scoring`` skill is how right an answer is expected to be, right_a a sum of scores, which vary no more than right
    and wrong do. What rests on the chance of a label, as ``missed`` does, takes the exact one.
    Without any golden answer agreement with consensus stands in for being right, and ``pool.anchored`` is False.
    """
    if golden is None and consensus is None:
        raise LabelingError("reference_missing")
    n, right, compared, agreed, annotators = _evidence(votes, golden, consensus, scoring)
    anchored = bool(n.any())
    z = _centred_log_odds(agreed, compared) if anchored else np.zeros(len(n))
    hits, tries = (right, n) if anchored else (agreed, compared)
    posterior = posteriors(hits, tries, z)
    (alpha, beta), (mean, log_strength, slope) = posterior.matched(), map(float, posterior.mode)
    pool = Pool(
        float(expit(mean)),
        float(np.exp(log_strength)),
        slope if z.any() else 0.0,
        int(np.count_nonzero(tries)),
        anchored,
    )
    return Skill(
        pool,
        pl.DataFrame(
            [
                annotators.alias("annotator"),
                column("skill", alpha / (alpha + beta)),
                column("low", posterior.quantile((1 - level) / 2)),
                column("high", posterior.quantile((1 + level) / 2)),
                pl.Series("n", n, dtype=pl.Int64),
                _sums("right", right, scoring),
                pl.Series("compared", compared, dtype=pl.Int64),
                _sums("agreed", agreed, scoring),
                column("alpha", alpha),
                column("beta", beta),
            ]
        ),
    )


def ranking(skill: pl.DataFrame, *, draws: int = 4000, level: float = LEVEL) -> pl.DataFrame:
    """RANKING(rank, rank_low, rank_high, annotator, skill, low, high, n), best first.

    ``skill`` is a SKILL table. The interval of a rank comes from draws of all posteriors at once: where skills
    overlap, ranks do, and nobody is second to another by chance alone.

    >>> table = pl.DataFrame({"annotator": ["a", "b"], "skill": [0.6, 0.9], "low": [0.5, 0.8], "high": [0.7, 1.0],
    ...                       "n": [90, 90], "alpha": [60.0, 90.0], "beta": [40.0, 10.0]})
    >>> ranking(table).select("rank", "rank_low", "rank_high", "annotator").rows()
    [(1, 1, 1, 'b'), (2, 2, 2, 'a')]
    """
    rng = np.random.default_rng(0)
    shape = (draws, len(skill))
    drawn = rng.beta(skill["alpha"].to_numpy(), skill["beta"].to_numpy(), size=shape)
    ranks = np.empty(shape, dtype=np.int32)
    np.put_along_axis(ranks, np.argsort(-drawn, axis=1), np.arange(1, len(skill) + 1, dtype=np.int32)[None], axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="inverted_cdf") if len(skill) else ranks[:2]
    ranked = skill.select("annotator", "skill", "low", "high", "n")
    return (
        ranked.with_columns(pl.Series("rank_low", low, dtype=pl.Int64), pl.Series("rank_high", high, dtype=pl.Int64))
        .sort("skill", descending=True, maintain_order=True)
        .with_columns(pl.col("skill").rank("min", descending=True).cast(pl.Int64).alias("rank"))
        .select("rank", "rank_low", "rank_high", *ranked.columns)
    )


def _sums(name: str, sums: Floats, scoring: Scoring) -> pl.Series:
    return pl.Series(name, sums, dtype=pl.Float64 if scoring.is_graded else pl.Int64)


def _evidence(
    votes: IntoDataFrame, golden: IntoDataFrame | None, consensus: IntoDataFrame | None, scoring: Scoring
) -> tuple[Counts, Floats, Counts, Floats, pl.Series]:
    """By annotator: golden answers, right ones, answers compared with consensus, agreeing ones; the annotators."""
    coded = votes_frame(votes, golden=golden)
    people = len(coded.annotators)
    is_golden = coded.golden[coded.item] >= 0
    n = np.bincount(coded.annotator[is_golden], minlength=people)
    hits = np.bincount(coded.annotator, scoring.of_votes(coded), minlength=people).astype(np.float64)
    compared: Counts = np.zeros(people, dtype=np.int64)
    agreed: Floats = np.zeros(people)
    if consensus is not None:
        against = votes_frame(votes, golden=consensus)
        truth = against.golden[against.item]
        company = np.bincount(against.item, minlength=len(against.items))[against.item] > 1
        usable = (truth >= 0) & company & ~is_golden
        compared = np.bincount(against.annotator[usable], minlength=people)
        earned = scoring.of_votes(against)[usable]
        agreed = np.bincount(against.annotator[usable], earned, minlength=people).astype(np.float64)
    return n, hits, compared, agreed, coded.annotators


def _centred_log_odds(agreed: Floats, compared: Counts) -> Floats:
    """Log odds of agreeing with consensus, each shrunk to the pool's by its own beta-binomial, mean 0; 0 if unknown."""
    informed = compared > 0
    if not informed.any():
        return np.zeros(len(compared))
    mean, log_strength, _ = posteriors(agreed, compared, np.zeros(len(compared))).mode
    strength = np.exp(log_strength)
    shrunk = (agreed + strength * expit(mean)) / (compared + strength)
    odds = np.where(informed, logit(np.clip(shrunk, 1e-6, 1 - 1e-6)), 0.0)
    return np.where(informed, odds - odds[informed].mean(), 0.0)
