"""What one more assessor would say: the votes, the text and the neighbours in the proportion that foretells votes best.

Every vote is hidden in turn and foretold from the item's other votes and from what the classifier and the neighbours'
labels say of the text. A conditional logit (D. McFadden, 1974) weighs these voices, the same weights for all classes and a
constant for each; so a set where assessors are erratic and texts tell much is weighed otherwise than one where they
aren't, and nobody has to say which it is. Weights start from START with a prior, for sets without a second vote to hide.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from labeling.quality.consensus.hierarchical import shrunk
from labeling.quality.consensus.incidence import Incidence
from labeling.quality.frames import Codes, Votes
from labeling.review.texts import Floats

# Log-likelihood of the other votes by the assessors' confusions, their counts, whether they all say so: in this order.
START = (0.5, 0.0, 0.0)
SOURCE_START = 0.3
_PRIOR_PRECISION = 1.0
# Weights settle on fewer cases; a case is a number by class and voice.
_MOST_NUMBERS = 10_000_000
_CHUNK_NUMBERS = 20_000_000
_FLOOR = 1e-4
_SLIP = 0.01


def next_vote(votes: Votes, posterior: Floats, sources: list[Floats], *, seed: int) -> Floats:
    """Probability (items, classes) of one more assessor's label.

    ``posterior`` (items, classes) of consensus, from which the assessors' confusions come; ``sources`` are
    probabilities (items, classes) that never saw the item's votes.
    """
    classes = len(votes.classes)
    incidence = Incidence.of(votes)
    logs = np.log((1 - _SLIP) * shrunk(incidence, posterior) + _SLIP / classes)
    # Log-likelihood (items, classes) of all votes of an item under each true class.
    voted, counts = incidence.scores(logs), votes.counts()
    texts = [np.log(np.maximum(source, _FLOOR)) for source in sources]
    voices, constants = _fit(votes, logs, voted, counts, texts, seed)
    answers = np.empty_like(counts)
    size = max(1, _CHUNK_NUMBERS // (classes * len(voices)))
    for start in range(0, len(counts), size):
        part = slice(start, start + size)
        table = _table([text[part] for text in texts], voted[part], counts[part])
        answers[part] = _answers(table, voices, constants)
    return answers


def _fit(
    votes: Votes, logs: Floats, voted: Floats, counts: Floats, texts: list[Floats], seed: int
) -> tuple[Floats, Floats]:
    """Weights (sources and START,) and constants (classes,)."""
    start = np.array([*[SOURCE_START] * len(texts), *START])
    company = np.flatnonzero(counts.sum(axis=1)[votes.item] > 1)
    most = max(500, _MOST_NUMBERS // (counts.shape[1] * len(start)))
    if len(company) > most:
        company = np.sort(np.random.default_rng(seed).choice(company, most, replace=False))
    constants = np.zeros(counts.shape[1])
    if not len(company):
        return start, constants
    item, hidden = votes.item[company], votes.label[company]
    other_counts = counts[item]
    other_counts[np.arange(len(item)), hidden] -= 1
    table = _table([text[item] for text in texts], voted[item] - logs[votes.annotator[company], hidden], other_counts)
    fitted = _maximum(table, hidden, start)
    return fitted[: len(start)], fitted[len(start) :]


def _table(texts: list[Floats], voted: Floats, counts: Floats) -> Floats:
    """What each voice says of each class: (rows, classes, voices)."""
    total = counts.sum(axis=1, keepdims=True)
    unanimous = ((counts == total) & (total > 0)).astype(np.float64)
    return np.stack([*texts, voted, counts, unanimous], axis=2)


def _answers(table: Floats, voices: Floats, constants: Floats) -> Floats:
    logits = table @ voices + constants
    logits -= logits.max(axis=1, keepdims=True)
    weights = np.exp(logits)
    shares: Floats = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _maximum(table: Floats, hidden: Codes, start: Floats) -> Floats:
    """Maximum a posteriori weights and constants of the conditional logit."""
    voices = len(start)
    mean = np.concatenate([start, np.zeros(table.shape[1])])
    rows = np.arange(len(hidden))

    def loss(at: Floats) -> tuple[float, Floats]:
        shares = _answers(table, at[:voices], at[voices:])
        misfit = -np.log(np.maximum(shares[rows, hidden], 1e-300)).sum()
        shares[rows, hidden] -= 1
        stray = at - mean
        slope = np.concatenate([np.tensordot(shares, table, axes=([0, 1], [0, 1])), shares.sum(axis=0)])
        return float(misfit + _PRIOR_PRECISION * (stray @ stray) / 2), slope + _PRIOR_PRECISION * stray

    optimum: Floats = minimize(loss, mean, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return optimum
