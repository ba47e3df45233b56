"""Simulated people for ``replay``: five assessors who share a misreading, the same rules for every set of texts.

Misreading: every class has another that it may be taken for, the one most like it (cosine of mean TF-IDF vectors). Classes
are drawn until they hold 60 % of the texts: these the guide tells badly. Of each the texts most like the other class (likeness
to it minus likeness to their own) are misread: those whose rank, 0 to 1, plus an assessor's own normal noise passes 1 - part.
One answer in thirty is a slip, any class. ``part`` and the noise's width are found by bisection: majority (the first class of a
tie) starts at 44 % divergence, assessors at 84 % pairwise agreement. Each item is labeled by three of the five, golden items
by all; chunks are the product's: 45 items in random order, five golden ones, none twice to one person.

Briefing: the part shrinks by a share of each assessor's own, on average ``removed``: five even steps from 0 to
2 x removed, or from 2 x removed - 1 to 1 above one half. ``alike``: by the same share for all. Whatever is done again is
answered anew, with new noise and slips.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from labeling.quality.intervals import wilson
from labeling.review.classifier import features

ASSESSORS, OVERLAP, ORDINARY, GOLDEN, FLOOR = 5, 3, 45, 5, 0.7
AGREEMENT, DIVERGENCE, REACH, SLIP = 0.84, 0.44, 0.6, 1 / 30
EMOTIONS = ("anger", "disgust", "fear", "joy", "sadness", "surprise")

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Draws:
    """One round of answers' chance: noise, slips and the labels they give, all (n, assessors)."""

    noise: Floats
    slip: Mask
    slipped_to: Whole


@dataclass(frozen=True)
class World:
    """Texts to label and their truth; ``assigned`` (n, assessors) is who labels what; labels are 0 .. classes - 1."""

    name: str
    texts: list[str]
    truth: Whole
    classes: int
    test_texts: list[str]
    test_truth: Whole
    assigned: Mask
    golden: Whole
    rank: Floats
    like: Whole
    rounds: tuple[Draws, Draws]
    part: float
    noise: float
    answers: Whole

    def again(self, removed: float, alike: bool, seed: int) -> Whole:
        """What briefed assessors say, (n, assessors)."""
        low, high = max(0.0, 2 * removed - 1), min(1.0, 2 * removed)
        removed_of = np.full(ASSESSORS, removed) if alike else np.linspace(low, high, ASSESSORS)
        removed_of = np.random.default_rng(seed).permutation(removed_of)
        return _answers(self.truth, self.like, self.rank, self.rounds[1], self.part * (1 - removed_of), self.noise)

    def majority(self, labels: Whole) -> Whole:
        """The label most voted for, the first class of a tie."""
        return _majority(labels, self.assigned, self.classes)

    def failed(self, seed: int) -> Mask:
        """Answers (n, assessors) in chunks that fail by their golden items, or with all golden items of their assessor."""
        random = np.random.default_rng(seed)
        failed = np.zeros(self.assigned.shape, dtype=bool)
        for person in range(ASSESSORS):
            own = random.permutation(np.setdiff1d(np.flatnonzero(self.assigned[:, person]), self.golden))
            golden = random.permutation(self.golden)
            right = self.answers[golden, person] == self.truth[golden]
            everywhere = _fails(right)
            for chunk in range(-(-len(own) // ORDINARY)):
                scored = slice(chunk * GOLDEN, (chunk + 1) * GOLDEN)
                if everywhere or _fails(right[scored]):
                    failed[own[chunk * ORDINARY : (chunk + 1) * ORDINARY], person] = True
                    failed[golden[scored], person] = True
        return failed


def world(shared: Path, name: str, seed: int) -> World:
    """The people of one seed on one set of texts."""
    texts, truth, test = _read(shared, name)
    random = np.random.default_rng(seed)
    own, classes = np.flatnonzero(~test), int(truth.max()) + 1
    like, rank = _tempted([texts[at] for at in own], truth[own], classes, random)
    n = len(own)
    golden = np.sort(random.permutation(n)[: n // 16])
    assigned = np.argsort(np.argsort(random.random((n, ASSESSORS)), axis=1), axis=1) < OVERLAP
    rounds = _draws(n, classes, random), _draws(n, classes, random)

    def say(part: float, noise: float) -> Whole:
        return _answers(truth[own], like, rank, rounds[0], np.full(ASSESSORS, part), noise)

    part, noise = 0.5, 0.1
    for _ in range(6):
        part = _bisect(lambda at: _divergence(say(at, noise), assigned, truth[own]) < DIVERGENCE, 1.5)  # noqa: B023
        noise = _bisect(lambda at: _agreement(say(part, at), assigned) > AGREEMENT, 1.0)  # noqa: B023
    labels = say(part, noise)
    print(
        f"{name} {seed}: part {part:.2f}, noise {noise:.2f}; pairwise agreement {_agreement(labels, assigned):.3f}, "
        f"divergence {_divergence(labels, assigned, truth[own]):.3f}",
        flush=True,
    )
    assigned[golden] = True
    return World(
        name=name,
        texts=[texts[at] for at in own],
        truth=truth[own],
        classes=classes,
        test_texts=[texts[at] for at in np.flatnonzero(test)],
        test_truth=truth[test],
        assigned=assigned,
        golden=golden,
        rank=rank,
        like=like,
        rounds=rounds,
        part=part,
        noise=noise,
        answers=labels,
    )


def _read(shared: Path, name: str) -> tuple[list[str], Whole, Mask]:
    """Texts, label codes, and which texts are the test part."""
    frame = pl.read_csv(shared / name / "items.csv")
    if "label" not in frame.columns:
        # One emotion a text, neutral where there is none; texts of several are left out.
        marks = frame.select(EMOTIONS).to_numpy()
        label = np.where(marks.any(axis=1), marks.argmax(axis=1), len(EMOTIONS))
        frame = frame.with_columns(label=pl.Series(label)).filter(pl.Series(marks.sum(axis=1) <= 1))
    _, truth = np.unique(frame["label"].to_numpy(), return_inverse=True)
    return frame["text"].to_list(), truth.astype(np.int64), (frame["split"] == "test").to_numpy()


def _tempted(texts: list[str], truth: Whole, classes: int, random: np.random.Generator) -> tuple[Whole, Floats]:
    """The class that each class may be taken for, and each text's rank; -inf where the guide is clear."""
    matrix = features(texts)
    centres = np.vstack([np.asarray(matrix[truth == code].mean(axis=0)) for code in range(classes)])
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    likeness = centres @ centres.T
    np.fill_diagonal(likeness, -1)
    like = likeness.argmax(axis=1).astype(np.int64)
    order = random.permutation(classes)
    held = np.cumsum(np.bincount(truth, minlength=classes)[order]) / len(truth)
    near, rank = np.asarray(matrix @ centres.T), np.full(len(truth), -np.inf)
    for code in order[: int(np.searchsorted(held, REACH - 1e-9)) + 1]:
        rows = np.flatnonzero(truth == code)
        places = np.argsort(np.argsort(near[rows, like[code]] - near[rows, code], kind="stable"), kind="stable")
        rank[rows] = (places + 0.5) / len(rows)
    return like, rank


def _draws(n: int, classes: int, random: np.random.Generator) -> Draws:
    shape = n, ASSESSORS
    return Draws(random.standard_normal(shape), random.random(shape) < SLIP, random.integers(0, classes, shape))


def _answers(truth: Whole, like: Whole, rank: Floats, draws: Draws, part: Floats, noise: float) -> Whole:
    misread = rank[:, None] + noise * draws.noise > 1 - part
    return np.where(draws.slip, draws.slipped_to, np.where(misread, like[truth][:, None], truth[:, None]))


def _majority(labels: Whole, assigned: Mask, classes: int) -> Whole:
    votes: Whole = ((labels[:, :, None] == np.arange(classes)) & assigned[:, :, None]).sum(axis=1).argmax(axis=1)
    return votes


def _divergence(labels: Whole, assigned: Mask, truth: Whole) -> float:
    return float((_majority(labels, assigned, int(truth.max()) + 1) != truth).mean())


def _agreement(labels: Whole, assigned: Mask) -> float:
    """Mean over pairs of assessors, weighted by the items that both labeled."""
    same = both = 0
    for first in range(ASSESSORS):
        for second in range(first):
            pair = assigned[:, first] & assigned[:, second]
            both += int(pair.sum())
            same += int((labels[pair, first] == labels[pair, second]).sum())
    return same / both


def _fails(right: Mask) -> bool:
    """As the product's gate has it: even the upper limit of the golden accuracy lies under the floor."""
    high = wilson(int(right.sum()), len(right)).high if len(right) else None
    return high is not None and high < FLOOR


def _bisect(below: Callable[[float], bool], high: float) -> float:
    low = 0.0
    for _ in range(18):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return (low + high) / 2
