"""Made crowds whose truth is known, for tests of consensus."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl


def crowd(
    confusions: npt.NDArray[np.float64],
    *,
    items: int,
    overlap: int,
    seed: int,
    prior: list[float] | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """VOTES and the truth as GOLDEN: each item gets ``overlap`` of the assessors, drawn evenly.

    ``confusions`` is float64 (assessors, truths, labels given), rows sum to one; labels are "a", "b", ...
    """
    random = np.random.default_rng(seed)
    assessors, classes, _ = confusions.shape
    names = np.array([chr(ord("a") + each) for each in range(classes)])
    truth = random.choice(classes, size=items, p=prior)
    who = np.argsort(random.random((items, assessors)), axis=1)[:, :overlap].ravel()
    item = np.repeat(np.arange(items), overlap)
    chances = confusions[who, truth[item]].cumsum(axis=1)
    given = (random.random((len(item), 1)) > chances[:, :-1]).sum(axis=1)
    votes = pl.DataFrame({"item": item, "annotator": who, "label": names[given]})
    return votes, pl.DataFrame({"item": np.arange(items), "label": names[truth]})


def even(accuracies: list[float], classes: int) -> npt.NDArray[np.float64]:
    """Assessors who are right with these chances and err evenly: (assessors, classes, classes)."""
    accuracy = np.array(accuracies)[:, None, None]
    same = np.eye(classes)[None]
    return np.asarray(accuracy * same + (1 - accuracy) / (classes - 1) * (1 - same))


def accuracy(frame: pl.DataFrame, truth: pl.DataFrame) -> float:
    """Share of the truth's items that a CONSENSUS labels right."""
    joined = truth.select("item", truth=pl.col("label").cast(pl.String)).join(frame, on="item", how="left")
    right = joined["label"].cast(pl.String).eq_missing(joined["truth"])
    return float(right.sum() / len(right))
