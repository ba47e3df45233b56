"""Wrong labels put into right ones: into sets of classes and into steps of an order, at random and where they are confused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

SET_NOISE = ("flip", "add", "remove", "replace")
ORDER_NOISE = ("shift", "random", "mirror")


def noisy_sets(truth: Bools, rate: float, how: str, random: np.random.Generator, *, confusable: bool) -> Bools:
    """Sets (n, classes) of which a share ``rate`` is changed by one of SET_NOISE.

    Flip turns any class; where labels are ``confusable`` it adds or removes one by lot. Confusable is the class that occurs most
    often with those of the set: it is added, put in place of one, or removed beside the others. A set that can't be changed so
    is flipped.
    """
    given, together = truth.copy(), truth.astype(np.int64).T @ truth.astype(np.int64)
    np.fill_diagonal(together, -1)
    for row in random.choice(len(truth), round(rate * len(truth)), replace=False):
        inside, outside = np.flatnonzero(truth[row]), np.flatnonzero(~truth[row])
        turned = _turned(how, inside, outside, together if confusable else None, random)
        given[row, turned] ^= True
    return given


def noisy_steps(truth: Whole, steps: int, rate: float, how: str, random: np.random.Generator) -> Whole:
    """Steps (n,) of which a share ``rate`` is changed by one of ORDER_NOISE: one or two steps off, any other, the other end."""
    given = truth.copy()
    ways: dict[str, Callable[[int], list[int]]] = {
        "shift": lambda at: [step for step in (at - 2, at - 1, at + 1, at + 2) if 0 <= step < steps],
        "random": lambda at: [step for step in range(steps) if step != at],
        # The middle has no other end: it stays, and isn't counted among the wrong.
        "mirror": lambda at: [steps - 1 - at],
    }
    for row in random.choice(len(truth), round(rate * len(truth)), replace=False):
        given[row] = random.choice(ways[how](int(truth[row])))
    return given


def _turned(how: str, inside: Whole, outside: Whole, together: Whole | None, random: np.random.Generator) -> list[int]:
    """The classes of a set that are given where they aren't true, or left out where they are."""

    def taken(among: Whole, near: Whole) -> int:
        if together is None or not len(near):
            return int(random.choice(among))
        return int(among[together[np.ix_(near, among)].sum(axis=0).argmax()])

    if how == "flip" and together is not None:
        how = str(random.choice(["add", "remove"]))
    if how == "add" and len(outside):
        return [taken(outside, inside)]
    if how == "remove" and len(inside):
        return [taken(inside, np.delete(inside, int(random.integers(len(inside)))))]
    if how == "replace" and len(inside) and len(outside):
        out = int(random.choice(inside))
        return [out, taken(outside, np.array([out]))]
    return [int(random.choice(np.sort(np.concatenate([inside, outside]))))]
