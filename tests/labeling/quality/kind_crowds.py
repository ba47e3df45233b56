"""Made crowds whose truth is known, of ordered classes and of several at once: VOTES, and the truth by item."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import expit

Truth = npt.NDArray[np.int64]


class Habit(StrEnum):
    """How annotators of ordered classes err: each with a bias, a stretch and a noise of their own; evenly and little; some a step
    up, some a step down; any class instead of the right one; some of them anything at all; each parting classes elsewhere."""

    PROBIT = "probit"
    GOOD = "good"
    BIASED = "biased"
    COIN = "coin"
    SPAM = "spam"
    CUTS = "cuts"


def ordered_crowd(
    habit: Habit, *, classes: int, overlap: int, items: int, people: int, skewed: bool = False, seed: int
) -> tuple[pl.DataFrame, Truth]:
    """Labels are 0 to ``classes`` - 1; a few annotators give most of the votes. ``skewed``: most items are of the first."""
    random = np.random.default_rng(seed)
    place = (
        random.exponential(0.8, items) - 0.5 if skewed else random.normal((classes - 1) / 2, (classes - 1) / 4, items)
    )
    place = place.clip(-0.49, classes - 0.51)
    truth = np.round(place).astype(np.int64)
    item, who = _asked(random, items, people, overlap)
    given = _seen(habit, random, place[item], truth[item], who, classes, people)
    label = np.round(given).clip(0, classes - 1).astype(np.int64)
    return pl.DataFrame({"item": item, "annotator": who, "label": label}), truth


def _seen(
    habit: Habit,
    random: np.random.Generator,
    place: npt.NDArray[np.float64],
    truth: Truth,
    who: Truth,
    classes: int,
    people: int,
) -> npt.NDArray[np.float64]:
    noise, anything = random.normal(size=len(who)), random.integers(0, classes, len(who))
    middle = (classes - 1) / 2
    if habit is Habit.PROBIT:
        bias, stretch = random.normal(0, 0.5, people), np.exp(random.normal(0, 0.2, people))
        blur = np.exp(random.normal(np.log(0.6), 0.5, people))
        return np.asarray(middle + stretch[who] * (place - middle) + bias[who] + blur[who] * noise)
    if habit is Habit.GOOD:
        return np.asarray(truth + 0.4 * noise)
    if habit is Habit.BIASED:
        return np.asarray(place + random.choice([-1, 0, 1], people, p=[0.3, 0.4, 0.3])[who] + 0.5 * noise)
    if habit is Habit.COIN:
        return np.where(random.random(len(who)) < random.beta(6, 3, people)[who], truth, anything)
    if habit is Habit.SPAM:
        return np.where((random.random(people) < 0.3)[who], anything, np.round(place + 0.6 * noise))
    cuts = np.sort(np.arange(classes - 1) + 0.5 + random.normal(0, 0.5, (people, classes - 1)), axis=1)
    return np.asarray(((place + 0.5 * noise)[:, None] > cuts[who]).sum(axis=1))


def set_crowd(
    *, classes: int, overlap: int, items: int, people: int, seed: int
) -> tuple[npt.NDArray[np.bool_], Truth, Truth, npt.NDArray[np.bool_]]:
    """Sets given (votes, classes), their items and annotators (votes,), and the true sets (items, classes).

    Classes are of different size; an annotator is better or worse and more or less generous in all of them.
    """
    random = np.random.default_rng(seed)
    truth = random.random((items, classes)) < random.beta(1, 5, classes) * 0.9 + 0.03
    item, who = _asked(random, items, people, overlap)
    skill, bounty = random.normal(0, 1, people)[:, None], random.normal(0, 0.8, people)[:, None]
    hard, own = random.normal(0, 0.5, classes), random.normal(0, 0.4, (2, people, classes))
    right, wrong = expit(1.2 + skill + bounty + hard + own[0]), expit(-2.5 - 0.7 * skill + bounty + own[1])
    chance = np.where(truth[item], right[who], wrong[who])
    return random.random(chance.shape) < chance, item, who, truth


def _asked(random: np.random.Generator, items: int, people: int, overlap: int) -> tuple[Truth, Truth]:
    share = random.pareto(1.2, people) + 0.05
    chosen = [random.choice(people, overlap, replace=False, p=share / share.sum()) for _ in range(items)]
    return np.repeat(np.arange(items), overlap), np.concatenate(chosen).astype(np.int64)
