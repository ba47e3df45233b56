"""How right, how fast and how steady each annotator is; every figure with its n and interval.

Frames in are VOTES(item, annotator, label) with what further columns a function names, and GOLDEN or CONSENSUS as
REFERENCE(item, label), any eager frame. A null label is an abstention: neither right nor wrong, counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy.optimize import minimize
from scipy.special import betainc, betaincinv, betaln, expit, logit, xlog1py, xlogy

from labeling.errors import LabelingError
from labeling.quality.frames import votes_frame
from labeling.quality.groups import gathered
from labeling.quality.intervals import Floats, beta_bounds, column, shares

Counts: TypeAlias = npt.NDArray[np.int64]

# Weak expectations that keep a pool of two or three assessors sensible. The strength's leans to pools that differ
# (a spread of skill like that of 12 answers): taken for more alike than they are, intervals would be too short.
_LOGIT_MEAN, _LOGIT_SPREAD = 1.4, 2.0
_LOG_STRENGTH, _LOG_SPREAD = 2.5, 1.2
_SLOPE, _SLOPE_SPREAD = 0.5, 1.0


@dataclass(frozen=True, slots=True)
class Pool:
    """What the pool says of an assessor before their own golden answers: Beta(strength m, strength (1 - m)).

    logit m = logit(mean) + slope z, with z the assessor's agreement with consensus (log odds, shrunk, centred).
    ``n`` assessors were fitted; without one golden answer the pool is ``anchored`` in consensus only.
    """

    mean: float
    strength: float
    slope: float
    n: int
    anchored: bool


@dataclass(frozen=True, eq=False, slots=True)
class Skill:
    """The fitted pool and SKILL(annotator, skill, low, high, n, right, compared, agreed, alpha, beta)."""

    pool: Pool
    table: pl.DataFrame


def golden_accuracy(
    votes: IntoDataFrame, golden: IntoDataFrame, by: str | None = None, *, level: float = 0.95
) -> pl.DataFrame:
    """By annotator, or by annotator and column ``by`` (a chunk): n golden answers, right, accuracy, low, high (Wilson),
    beta_low, beta_high (Jeffreys). Null at n = 0: unknown is not zero.

    >>> votes = pl.DataFrame({"item": [1, 2, 3], "annotator": ["a", "a", "b"], "label": ["x", "y", "y"]})
    >>> golden = pl.DataFrame({"item": [1, 2], "label": ["x", "x"]})
    >>> golden_accuracy(votes, golden).select("annotator", "n", "right", "accuracy").rows()
    [('a', 2, 1, 0.5), ('b', 0, 0, None)]
    """
    coded = votes_frame(votes, golden=golden)
    truth = coded.golden[coded.item]
    answers = pl.DataFrame({"annotator": coded.annotator, "asked": truth >= 0, "hit": truth == coded.label})
    keys = ["annotator"]
    if by is not None:
        answers = answers.with_columns(gathered(votes, coded, by).alias(by))
        keys.append(by)
    found = answers.group_by(keys).agg(pl.col("asked").sum().alias("n"), pl.col("hit").sum().alias("right"))
    if by is None:
        everyone = pl.DataFrame({"annotator": np.arange(len(coded.annotators), dtype=np.int32)})
        found = everyone.join(found, on="annotator", how="left").fill_null(0)
    found = found.sort(keys)
    right, n = found["right"].to_numpy(), found["n"].to_numpy()
    low, high = beta_bounds(right, n, level)
    return found.with_columns(
        coded.annotators.gather(found["annotator"].to_numpy()).alias("annotator"),
        pl.col("n", "right").cast(pl.Int64),
        *shares(right, n, "accuracy", level),
        column("beta_low", low),
        column("beta_high", high),
    ).select(*keys, "n", "right", "accuracy", "low", "high", "beta_low", "beta_high")


def confusion(votes: IntoDataFrame, reference: IntoDataFrame, *, level: float = 0.95) -> pl.DataFrame:
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
    known = truth >= 0
    cells = (
        pl.DataFrame({"annotator": coded.annotator[known], "truth": truth[known], "given": coded.label[known]})
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
        *shares(cells["count"].to_numpy(), cells["n"].to_numpy(), "share", level),
    )


def skill_posterior(
    votes: IntoDataFrame,
    golden: IntoDataFrame | None = None,
    consensus: IntoDataFrame | None = None,
    *,
    level: float = 0.95,
) -> Skill:
    """The chance of each annotator being right, from golden answers, agreement with consensus, and the pool.

    Golden answers are binomial, right_a of n_a with chance theta_a, and theta_a ~ Beta(s m_a, s (1 - m_a)), so that
    alpha = s m_a + right_a and beta = s (1 - m_a) + n_a - right_a; skill = alpha / (alpha + beta). The pool's s, mean
    and slope (see Pool) maximise the beta-binomial likelihood of all golden answers with weak priors (empirical Bayes);
    means and limits are averaged over what remains unknown of them, and the table's alpha and beta are those of the
    Beta with that mean and variance. Consensus thus speaks as far as the golden answers confirm it: where the whole
    pool errs alike, mean falls and slope goes to 0. It is compared on items that are not golden and have another vote.

    Without any golden answer agreement with consensus stands in for being right, and ``pool.anchored`` is False.
    """
    if golden is None and consensus is None:
        raise LabelingError("reference_missing")
    n, right, compared, agreed, annotators = _evidence(votes, golden, consensus)
    anchored = bool(n.any())
    z = _centred_log_odds(agreed, compared) if anchored else np.zeros(len(n))
    hits, tries = (right, n) if anchored else (agreed, compared)
    mean, log_strength, slope = mode = _mode(hits, tries, z)
    nodes, weights = _nodes(hits, tries, z, mode)
    parts = _parts(hits, tries, z, nodes)
    alpha, beta = _matched(*parts, weights)
    slope = slope if z.any() else 0.0
    pool = Pool(float(expit(mean)), float(np.exp(log_strength)), float(slope), int(np.count_nonzero(tries)), anchored)
    return Skill(
        pool,
        pl.DataFrame(
            [
                annotators.alias("annotator"),
                column("skill", alpha / (alpha + beta)),
                column("low", _quantile(*parts, weights, (1 - level) / 2)),
                column("high", _quantile(*parts, weights, (1 + level) / 2)),
                *(
                    pl.Series(name, counts, dtype=pl.Int64)
                    for name, counts in (
                        ("n", n),
                        ("right", right),
                        ("compared", compared),
                        ("agreed", agreed),
                    )
                ),
                column("alpha", alpha),
                column("beta", beta),
            ]
        ),
    )


def ranking(skill: pl.DataFrame, *, draws: int = 4000, level: float = 0.95, seed: int = 0) -> pl.DataFrame:
    """RANKING(rank, rank_low, rank_high, annotator, skill, low, high, n), best first.

    ``skill`` is a SKILL table. The interval of a rank comes from draws of all posteriors at once: where skills
    overlap, ranks do, and nobody is second to another by chance alone.

    >>> table = pl.DataFrame({"annotator": ["a", "b"], "skill": [0.6, 0.9], "low": [0.5, 0.8], "high": [0.7, 1.0],
    ...                       "n": [90, 90], "alpha": [60.0, 90.0], "beta": [40.0, 10.0]})
    >>> ranking(table).select("rank", "rank_low", "rank_high", "annotator").rows()
    [(1, 1, 1, 'b'), (2, 2, 2, 'a')]
    """
    rng = np.random.default_rng(seed)
    shape = (draws, len(skill))
    drawn = rng.beta(skill["alpha"].to_numpy(), skill["beta"].to_numpy(), size=shape)
    ranks = np.empty(shape, dtype=np.int32)
    np.put_along_axis(ranks, np.argsort(-drawn, axis=1), np.arange(1, len(skill) + 1, dtype=np.int32)[None], axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="inverted_cdf") if len(skill) else ranks[:2]
    kept = skill.select("annotator", "skill", "low", "high", "n")
    return (
        kept.with_columns(pl.Series("rank_low", low, dtype=pl.Int64), pl.Series("rank_high", high, dtype=pl.Int64))
        .sort("skill", descending=True, maintain_order=True)
        .with_columns(pl.col("skill").rank("min", descending=True).cast(pl.Int64).alias("rank"))
        .select("rank", "rank_low", "rank_high", *kept.columns)
    )


def _evidence(
    votes: IntoDataFrame, golden: IntoDataFrame | None, consensus: IntoDataFrame | None
) -> tuple[Counts, Counts, Counts, Counts, pl.Series]:
    """By annotator: golden answers, right ones, answers compared with consensus, agreeing ones; the annotators."""
    coded = votes_frame(votes, golden=golden)
    people = len(coded.annotators)
    is_golden = coded.golden[coded.item] >= 0
    right = is_golden & (coded.golden[coded.item] == coded.label)
    n, hits = (np.bincount(coded.annotator[these], minlength=people) for these in (is_golden, right))
    compared = agreed = np.zeros(people, dtype=np.int64)
    if consensus is not None:
        against = votes_frame(votes, golden=consensus)
        truth = against.golden[against.item]
        company = np.bincount(against.item, minlength=len(against.items))[against.item] > 1
        usable = (truth >= 0) & company & ~is_golden
        compared = np.bincount(against.annotator[usable], minlength=people)
        agreed = np.bincount(against.annotator[usable & (truth == against.label)], minlength=people)
    return n, hits, compared, agreed, coded.annotators


def _centred_log_odds(agreed: Counts, compared: Counts) -> Floats:
    """Log odds of agreeing with consensus, each shrunk to the pool's by its own beta-binomial, mean 0; 0 if unknown."""
    known = compared > 0
    if not known.any():
        return np.zeros(len(compared))
    mean, log_strength, _ = _mode(agreed, compared, np.zeros(len(compared)))
    strength = np.exp(log_strength)
    shrunk = (agreed + strength * expit(mean)) / (compared + strength)
    odds = np.where(known, logit(np.clip(shrunk, 1e-6, 1 - 1e-6)), 0.0)
    return np.where(known, odds - odds[known].mean(), 0.0)


def _parts(right: Counts, n: Counts, z: Floats, nodes: Floats) -> tuple[Floats, Floats]:
    """Alpha and beta, (nodes, annotators), of the posteriors under each node's mean, log strength and slope."""
    strength, centre = np.exp(nodes[:, 1:2]), expit(nodes[:, :1] + nodes[:, 2:] * z)
    return strength * centre + right, strength * (1 - centre) + n - right


def _matched(alpha: Floats, beta: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """The one Beta with the mean and variance of the mixture, for those who draw from it or add to it."""
    mean = alpha / (alpha + beta)
    first = weights @ mean
    second = weights @ (mean * (alpha + 1) / (alpha + beta + 1))
    total = (first - second) / (second - first**2)
    return first * total, (1 - first) * total


def _quantile(alpha: Floats, beta: Floats, weights: Floats, tail: float) -> Floats:
    """The mixture's own quantile, by Newton's steps from that of the matched Beta, whose tails are too light."""
    found = betaincinv(*_matched(alpha, beta, weights), tail)
    whole = betaln(alpha, beta)
    for _ in range(4):
        density = weights @ np.exp(xlogy(alpha - 1, found) + xlog1py(beta - 1, -found) - whole)
        step = (weights @ betainc(alpha, beta, found) - tail) / np.maximum(density, 1e-12)
        found = np.clip(found - step, found / 2, (1 + found) / 2)
    return np.asarray(found)


def _mode(right: Counts, n: Counts, z: Floats) -> Floats:
    start = np.array([_LOGIT_MEAN, _LOG_STRENGTH, _SLOPE])
    known = right[n > 0], n[n > 0], z[n > 0]
    found: Floats = minimize(lambda point: _loss(point[None], *known)[0], start, method="BFGS").x
    return found


def _nodes(right: Counts, n: Counts, z: Floats, mode: Floats) -> tuple[Floats, Floats]:
    """Gauss-Hermite points (nodes, 3) around the mode, with the posterior's weights, which sum to 1.

    The pool's parameters are not known exactly, and a plug-in of their mode would hide it.
    """
    known = right[n > 0], n[n > 0], z[n > 0]
    step = 1e-3 * np.eye(3)
    corners = [mode + sign_i * i + sign_j * j for sign_i in (1, -1) for sign_j in (1, -1) for i in step for j in step]
    both, less_j, less_i, neither = _loss(np.array(corners), *known).reshape(4, 3, 3)
    values, vectors = np.linalg.eigh((both - less_j - less_i + neither) / 4e-6)
    points, weight = np.polynomial.hermite_e.hermegauss(5)
    grid = np.stack(np.meshgrid(points, points, points), axis=-1).reshape(-1, 3)
    base = np.log(np.stack(np.meshgrid(weight, weight, weight), axis=-1).reshape(-1, 3)).sum(axis=1)
    nodes = mode + grid @ (vectors / np.sqrt(np.maximum(values, 0.25))).T
    logs = base + (grid**2).sum(axis=1) / 2 - _loss(nodes, *known)
    weights = np.exp(logs - logs.max())
    kept = weights > 1e-3
    return nodes[kept], weights[kept] / weights[kept].sum()


def _loss(points: Floats, right: Counts, n: Counts, z: Floats) -> Floats:
    """Minus the log of the beta-binomial likelihood times the weak priors, at each of ``points`` (points, 3)."""
    mean, log_strength, slope = points.T[:, :, None]
    strength, centre = np.exp(np.clip(log_strength, -5, 12)), expit(mean + slope * z)
    a, b = strength * centre, strength * (1 - centre)
    penalty = ((mean - _LOGIT_MEAN) / _LOGIT_SPREAD) ** 2 + ((log_strength - _LOG_STRENGTH) / _LOG_SPREAD) ** 2
    penalty += ((slope - _SLOPE) / _SLOPE_SPREAD) ** 2
    found: Floats = penalty[:, 0] / 2 - (betaln(a + right, b + n - right) - betaln(a, b)).sum(axis=1)
    return found
