"""Gain: what each round of work on the labels brought the classifier that learns from them.

The same classifier learns from every round's labels and is judged on the same expert-labelled test part. Rounds are
compared on the same test texts: exactly by McNemar's test (Q. McNemar, Psychometrika 12 (1947), 153-157) for accuracy, by a
paired bootstrap for weighted F1 (B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993; R. Dror et al., The
hitchhiker's guide to testing statistical significance in NLP, ACL 2018). Rounds may as well be sources: people, a machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from labeling.errors import LabelingError
from labeling.quality.figures import Figure
from labeling.quality.frames import Codes
from labeling.quality.kinds.score import EXACT, Scoring
from labeling.quality.scores import bootstrap_p, mcnemar, measures, percentiles
from labeling.review.classifier import Progress, features
from labeling.review.linear import train
from labeling.review.texts import Floats, Small, group_codes

DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Round:
    """How the classifier of one round does on the test part; ``trained_on`` labels. Every figure has n = test texts.

    ``classes`` holds each class's F1, None where the test part lacks the class; its n counts the test texts of the class.
    ``score`` is the mean score of what it foretells, where a label may be right in part; None elsewhere.
    """

    trained_on: int
    accuracy: Figure
    macro_f1: Figure
    weighted_f1: Figure
    classes: tuple[Figure, ...]
    score: Figure | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """From round ``before`` to round ``after``: differences (after - before) on the same test texts, and their p-values.

    ``won`` and ``lost`` count test texts that only the later or only the earlier classifier got right.
    """

    before: int
    after: int
    accuracy: Figure
    weighted_f1: Figure
    won: int
    lost: int
    accuracy_p: float
    weighted_f1_p: float
    score: Figure | None = None


@dataclass(frozen=True, slots=True)
class Gain:
    """All rounds, the ``steps`` between neighbours (or the pairs asked for), the ``whole`` way from first to last (None for
    one round), and how many texts ``left_out`` of training because the test part has a copy of them."""

    rounds: tuple[Round, ...]
    steps: tuple[Step, ...]
    whole: Step | None
    left_out: int


def gain(
    texts: Sequence[str],
    rounds: npt.NDArray[np.int32],
    truth: Codes,
    classes: int,
    *,
    weight: Floats | None = None,
    names: Sequence[str] = (),
    scoring: Scoring = EXACT,
    pairs: Sequence[tuple[int, int]] | None = None,
    draws: int = DRAWS,
    progress: Progress | None = None,
) -> Gain:
    """Train on each row of ``rounds`` int32 (rounds, n), -1 for no label, and judge where ``truth`` int32 (n,) is not -1.

    Test texts and their copies are never learned from. ``weight`` float64 (test texts,) says for how many texts each speaks,
    where they were drawn unevenly (McNemar's test counts each once); ``pairs`` (before, after) are compared instead of
    neighbours. By a ``scoring`` with parts the mean score of labels called ``names`` is told besides.
    Intervals are percentiles of ``draws`` resamples of the test texts, the same for all rounds. Raises
    LabelingError ``no_labels`` where the test part is empty or a round has nothing to learn from, ``draws_out_of_range``.

    >>> texts = [f"{word} {n}" for n in range(30) for word in ("good", "bad")]
    >>> true = np.array([0, 1] * 30, dtype=np.int32)
    >>> test = np.where(np.arange(60) < 20, true, -1).astype(np.int32)
    >>> found = gain(texts, np.stack([1 - true, true]), test, 2, draws=200)
    >>> [each.accuracy.value for each in found.rounds], found.whole.accuracy.value, found.whole.won
    ([0.0, 1.0], 1.0, 20)
    """
    if draws < 1:
        raise LabelingError("draws_out_of_range", draws=draws)
    test = truth >= 0
    group = group_codes(texts)
    barred = np.isin(group, group[test])
    if not test.any() or not ((rounds >= 0) & ~barred).any(axis=1).all():
        raise LabelingError("no_labels")
    matrix = features(texts)
    predictions = []
    for at, label in enumerate(rounds):
        predictions.append(_foretold(matrix, label, (label >= 0) & ~barred, test, classes))
        if progress is not None:
            progress(at + 1, len(rounds))
    left_out = int((barred & ~test & (rounds >= 0).any(axis=0)).sum())
    learned = ((rounds >= 0) & ~barred).sum(axis=1)
    spoken_for = np.ones(int(test.sum())) if weight is None else weight
    told = np.array(predictions)
    scores = np.array([scoring.of_codes(each, truth[test], names) for each in told]) if scoring.is_graded else None
    return _compared(truth[test], told, spoken_for, learned, left_out, classes, draws, pairs, scores)


def _foretold(
    matrix: sparse.csr_matrix, label: Codes, learn: npt.NDArray[np.bool_], test: npt.NDArray[np.bool_], classes: int
) -> Codes:
    targets = np.zeros((int(learn.sum()), classes), dtype=np.float32)
    targets[np.arange(len(targets)), label[learn]] = 1
    model = train(matrix[learn], targets)
    predicted: Codes = model.probabilities(matrix[test]).argmax(axis=1).astype(np.int32)
    return predicted


def _compared(
    truth: Codes,
    predictions: npt.NDArray[np.int32],
    weight: Floats,
    learned: npt.NDArray[np.int64],
    left_out: int,
    classes: int,
    draws: int,
    pairs: Sequence[tuple[int, int]] | None,
    scores: Floats | None = None,
) -> Gain:
    weights = weight[None, :].astype(np.float32)
    drawn = _resamples(len(truth), draws) * weights
    figures = [measures(truth, predicted, classes, weights)[0] for predicted in predictions]
    redrawn = [measures(truth, predicted, classes, drawn) for predicted in predictions]
    means = None if scores is None else (_means(scores, weights), _means(scores, drawn))
    n = np.concatenate([np.full(3, len(truth)), np.bincount(truth, minlength=classes)])
    rounds: list[Round] = []
    for count, value, resampled in zip(learned, figures, redrawn, strict=True):
        bounds = percentiles(resampled)
        with_n = [Figure.of(*interval, n=int(of)) for *interval, of in zip(value, *bounds, n, strict=True)]
        score = _scored(means, len(rounds), len(truth))
        rounds.append(Round(int(count), with_n[0], with_n[1], with_n[2], tuple(with_n[3:]), score))

    def step(a: int, b: int) -> Step:
        right_a, right_b = predictions[a] == truth, predictions[b] == truth
        won, lost = int((right_b & ~right_a).sum()), int((right_a & ~right_b).sum())
        gaps, resampled = figures[b] - figures[a], redrawn[b] - redrawn[a]
        low, high = percentiles(resampled)
        accuracy = Figure.of(gaps[0], low[0], high[0], n=len(truth))
        weighted = Figure.of(gaps[2], low[2], high[2], n=len(truth))
        score = _scored(means, b, len(truth), less=a)
        return Step(a, b, accuracy, weighted, won, lost, mcnemar(won, lost), bootstrap_p(resampled[:, 2]), score)

    between = [(at, at + 1) for at in range(len(predictions) - 1)] if pairs is None else pairs
    steps = tuple(step(*pair) for pair in between)
    return Gain(tuple(rounds), steps, step(0, len(predictions) - 1) if len(predictions) > 1 else None, left_out)


def _scored(means: tuple[Floats, Floats] | None, at: int, n: int, less: int | None = None) -> Figure | None:
    """The mean score of a round, or how much it is above another's; None where an answer is right or wrong."""
    if means is None:
        return None
    value, resampled = (each[:, at] - (0.0 if less is None else each[:, less]) for each in means)
    return Figure.of(value[0], *percentiles(resampled[:, None])[:, 0], n=n)


def _means(scores: Floats, times: npt.NDArray[np.floating]) -> Floats:
    """The mean score of each round (samples, rounds) in samples in which texts come ``times`` (samples, texts)."""
    means: Floats = times.astype(np.float64) @ scores.T / times.sum(axis=1, dtype=np.float64)[:, None]
    return means


def _resamples(texts: int, draws: int) -> Small:
    """How often each text is drawn, float32 (draws, texts)."""
    random = np.random.default_rng(0)
    drawn = np.empty((draws, texts), dtype=np.float32)
    for row in drawn:
        row[:] = np.bincount(random.integers(0, texts, texts), minlength=texts)
    return drawn
