"""Small worlds whose truth is known: film reviews in a few words, and assessors who misread some of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

GOOD = "good fine great lovely bright charming superb warm".split()
BAD = "bad poor awful dull grim boring weak cold".split()
THINGS = "film plot actor scene music ending story camera cast tempo script voice".split()


def films(count: int, seed: int = 0) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Texts, alternately of class 0 and 1, that a classifier learns easily; all distinct."""
    random = np.random.default_rng(seed)
    label = (np.arange(count) % 2).astype(np.int32)
    texts = []
    for at, each in enumerate(label):
        words = random.choice(BAD if each else GOOD, 3, replace=False)
        texts.append(f"{' '.join(words)} {' '.join(random.choice(THINGS, 2))} n{at}")
    return texts, label


def votes(who: npt.NDArray[np.int64], said: npt.NDArray[np.int64]) -> pl.DataFrame:
    """VOTES of ``who`` (n, m) saying ``said`` (n, m); labels are a, b, c by number."""
    count, each = who.shape
    names = np.array(list("abcdefgh"))
    return pl.DataFrame(
        {"item": np.repeat(np.arange(count), each), "annotator": who.ravel(), "label": names[said.ravel()]}
    )


def blind(count: int, seed: int = 0) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Texts that say nothing of their label; three in four are of class 0, so a classifier says that and nothing else."""
    random = np.random.default_rng(seed)
    texts = [f"{' '.join(random.choice(THINGS, 4))} n{at}" for at in range(count)]
    return texts, (np.arange(count) % 4 == 3).astype(np.int32)


def feelings(count: int, seed: int = 0) -> tuple[list[str], npt.NDArray[np.bool_]]:
    """Texts with any number of five classes, frequent and rare ones, each told by two words; all distinct."""
    random = np.random.default_rng(seed)
    sets = random.random((count, 5)) < np.array([0.4, 0.3, 0.2, 0.15, 0.1])
    words = np.array([f"{sign}{number}" for sign in "vwxyz" for number in range(12)]).reshape(5, 12)
    told = [[word for row in words[each] for word in random.choice(row, 2, replace=False)] for each in sets]
    return [f"{' '.join(each)} {' '.join(random.choice(THINGS, 3))} n{at}" for at, each in enumerate(told)], sets


def graded(count: int, steps: int, seed: int = 0) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Texts on one of ``steps`` of an order, told by words that also occur one step lower or higher; all distinct."""
    random = np.random.default_rng(seed)
    step = np.clip(np.rint(random.normal((steps - 1) / 2, steps / 4, count)), 0, steps - 1).astype(np.int64)
    near = np.clip(step[:, None] + random.choice([-1, 0, 0, 1], (count, 4)), 0, steps - 1)
    told = [" ".join(f"g{place}w{random.integers(8)}" for place in row) for row in near]
    return [f"{each} {' '.join(random.choice(THINGS, 3))} n{at}" for at, each in enumerate(told)], step
