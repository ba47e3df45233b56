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
