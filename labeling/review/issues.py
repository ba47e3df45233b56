"""CleanLab on our labels: label issues, what is confused with what, health, outliers.

C. Northcutt, L. Jiang, I. Chuang, Confident learning: estimating uncertainty in dataset labels, JAIR 70 (2021), 1373-1411.
This is the only module that knows the package, and it imports it where it is used: that takes a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from labeling.quality.frames import Codes
from labeling.review.neighbours import Neighbours
from labeling.review.texts import Floats

EXAMPLES = 5
# Datalab's threshold of 0.37, as it uses it: 1 / 0.37 - 1.
_FAR = 1.7


@dataclass(frozen=True, eq=False, slots=True)
class Issues:
    """What confident learning finds.

    ``frame``: ISSUES(item, given, probable, self_confidence, is_issue), in the order of the items; ``probable`` is the
    classifier's most probable class. ``confused``: CONFUSED(given, probable, count, share, examples), off the diagonal of the
    confident joint, largest first; ``count`` is calibrated to the classes' sizes, ``share`` is of the given class, ``examples``
    the least self-confident items. ``health``: HEALTH(label, n, label_quality, label_issues, inverse_noise), worst first,
    as in CleanLab's ``rank_classes_by_label_quality``. ``overall``: share of labels held to be right, the classes'
    ``label_quality`` by their sizes; None without labels.
    ``joint``: float64 (classes, classes), given by true, sums to the number of labels.
    """

    frame: pl.DataFrame
    confused: pl.DataFrame
    health: pl.DataFrame
    overall: float | None
    joint: Floats


def label_issues(
    label: Codes,
    probabilities: Floats,
    items: pl.Series,
    classes: tuple[str, ...],
    *,
    unseen: npt.NDArray[np.bool_] | None = None,
) -> Issues:
    """Confident learning on ``label`` (n,), -1 for none, and out-of-fold ``probabilities`` (n, classes).

    Items under ``unseen``, whose class the classifier couldn't learn, are never issues and have no self-confidence.
    """
    usable = label >= 0 if unseen is None else (label >= 0) & ~unseen
    rows = np.flatnonzero(usable)
    present = np.unique(label[rows])
    joint = np.zeros((len(classes), len(classes)))
    flagged = np.zeros(len(label), dtype=bool)
    health, overall = _no_health(), None
    if len(present) > 1:
        within, shares = _present(label[rows], probabilities[rows], present)
        confident, flagged[rows] = _confident(within, shares)
        joint[np.ix_(present, present)] = confident
        names = [classes[code] for code in present]
        health, overall = _health(within, shares, confident, names)
    frame = _issues_frame(label, probabilities, items, classes, usable, flagged)
    return Issues(frame, _confused(joint, frame, classes), health, overall, joint)


def set_issues(
    given: npt.NDArray[np.bool_],
    probabilities: Floats,
    items: pl.Series,
    classes: tuple[str, ...],
    labels: tuple[Codes, Codes, tuple[str, ...]],
    *,
    usable: npt.NDArray[np.bool_],
) -> Issues:
    """The same of labels that are sets, ``given`` bool (n, classes), by each class's own out-of-fold ``probabilities``.

    ``labels`` are the given and the foretold code (n,) and the names that they stand for; of items that are not ``usable`` (n,)
    nothing is said. ``self_confidence`` is CleanLab's quality of the whole set, ``confused`` counts flagged sets, ``health``
    has a row for each class, of the items that were given it; ``joint`` is empty: there is one for each class.
    """
    code, foretold, names = labels
    rows = np.flatnonzero(usable)
    flagged, own = np.zeros(len(given), dtype=bool), np.full(len(given), np.nan)
    health, overall = _no_health(), None
    if len(rows):
        flagged[rows], own[rows] = _confident_sets(given[rows], probabilities[rows])
        health, overall = _sets_health(given[rows], probabilities[rows], classes), float(1 - flagged[rows].mean())
    named = pl.Series([*names, None], dtype=pl.String)
    frame = pl.DataFrame(
        {
            "item": items,
            "given": named.gather(np.where(code < 0, len(names), code)),
            "probable": named.gather(foretold),
            "self_confidence": pl.Series(own).fill_nan(None),
            "is_issue": flagged,
        }
    )
    sizes = frame.group_by("given").agg(pl.len().alias("size"))
    confused = (
        frame.filter(pl.col("is_issue") & (pl.col("given") != pl.col("probable")))
        .sort("self_confidence", maintain_order=True)
        .group_by("given", "probable", maintain_order=True)
        .agg(pl.len().cast(pl.Int64).alias("count"), pl.col("item").head(EXAMPLES).alias("examples"))
        .join(sizes, on="given", how="left", maintain_order="left")
        .select("given", "probable", "count", (pl.col("count") / pl.col("size")).alias("share"), "examples")
        .sort("count", "share", descending=True, maintain_order=True)
    )
    return Issues(frame, confused, health, overall, np.zeros((0, 0)))


def outliers(near: Neighbours) -> Floats:
    """CleanLab's outlier score by mean distance to the nearest texts, float64 (n,): near 0 is far from everything."""
    from cleanlab.internal.outlier import transform_distances_to_scores

    if not near.distance.size:
        return np.empty(len(near.distance))
    mean = np.maximum(near.distance.astype(np.float64), 0).mean(axis=1)
    scores: Floats = transform_distances_to_scores(mean, t=1, scaling_factor=float(np.median(mean)))
    return scores


def are_far(score: pl.Series) -> pl.Series:
    """Which of the outlier scores, float64 (n,) with nulls, are of outliers, bool (n,).

    As in CleanLab's Datalab: a distance beyond the upper quartile by more than 1.7 times the distance between the quartiles.

    >>> are_far(pl.Series([0.4, 0.38, 0.36, 0.35, 0.02])).to_list()
    [False, False, False, False, True]
    """
    distance = -score.clip(1e-300).log()
    low, high = (distance.quantile(part, "linear") for part in (0.25, 0.75))
    if low is None or high is None:
        return pl.repeat(False, len(score), eager=True)
    return (distance > high + _FAR * (high - low)).fill_null(False)


def _present(label: Codes, probabilities: Floats, present: Codes) -> tuple[Codes, Floats]:
    """Labels and probabilities among the classes that have labels, as CleanLab wants them."""
    shares = np.maximum(probabilities[:, present], 1e-9)
    shares /= shares.sum(axis=1, keepdims=True)
    return np.searchsorted(present, label).astype(np.int32), shares


def _confident(label: Codes, probabilities: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Calibrated confident joint and the mask of issues."""
    from cleanlab.count import compute_confident_joint
    from cleanlab.filter import find_label_issues

    joint = compute_confident_joint(label, probabilities, calibrate=True)
    flagged = find_label_issues(label, probabilities, n_jobs=1)
    return np.asarray(joint, dtype=np.float64), np.asarray(flagged, dtype=bool)


def _health(label: Codes, probabilities: Floats, joint: Floats, names: list[str]) -> tuple[pl.DataFrame, float]:
    from cleanlab.dataset import rank_classes_by_label_quality

    ranked: Any = rank_classes_by_label_quality(label, probabilities, confident_joint=joint)
    code = ranked["Class Index"].to_numpy()
    sizes = np.bincount(label, minlength=len(names))
    frame = pl.DataFrame(
        {
            "label": [names[at] for at in code],
            "n": sizes[code],
            "label_quality": ranked["Label Quality Score"].to_numpy(),
            "label_issues": ranked["Label Issues"].to_numpy(),
            "inverse_noise": ranked["Inverse Label Noise"].to_numpy(),
        },
        schema=_no_health().schema,
    )
    # CleanLab's own score counts flagged labels, fewer than the joint that the classes' figures come from.
    return frame, float(frame["label_quality"].to_numpy() @ frame["n"].to_numpy()) / len(label)


def _confident_sets(given: npt.NDArray[np.bool_], probabilities: Floats) -> tuple[npt.NDArray[np.bool_], Floats]:
    """The mask of issues, and the quality of each set."""
    from cleanlab.multilabel_classification import get_label_quality_scores
    from cleanlab.multilabel_classification.filter import find_label_issues

    lists = [np.flatnonzero(row).tolist() for row in given]
    flagged = find_label_issues(lists, probabilities, n_jobs=1)
    quality = get_label_quality_scores(lists, probabilities)
    return np.asarray(flagged, dtype=bool), np.asarray(quality, dtype=np.float64)


def _sets_health(given: npt.NDArray[np.bool_], probabilities: Floats, classes: tuple[str, ...]) -> pl.DataFrame:
    """HEALTH of each class, of those that it was given to, worst first."""
    rows = []
    for name, answers, yes in zip(classes, given.T, probabilities.T, strict=True):
        if answers.all() or not answers.any():
            continue
        shares = np.column_stack([1 - yes, yes])
        joint, _ = _confident(answers.astype(np.int32), shares)
        found, _ = _health(answers.astype(np.int32), shares, joint, ["", name])
        rows.append(found.filter(pl.col("label") == name))
    return pl.concat(rows).sort("label_quality", maintain_order=True) if rows else _no_health()


def _no_health() -> pl.DataFrame:
    kinds = {"label": pl.String, "n": pl.Int64, "label_quality": pl.Float64, "label_issues": pl.Int64}
    return pl.DataFrame(schema=kinds | {"inverse_noise": pl.Float64})


def _issues_frame(
    label: Codes,
    probabilities: Floats,
    items: pl.Series,
    classes: tuple[str, ...],
    usable: npt.NDArray[np.bool_],
    flagged: npt.NDArray[np.bool_],
) -> pl.DataFrame:
    names = pl.Series([*classes, None], dtype=pl.String)
    own = np.where(usable, probabilities[np.arange(len(label)), np.maximum(label, 0)], np.nan)
    return pl.DataFrame(
        {
            "item": items,
            "given": names.gather(np.where(label < 0, len(classes), label)),
            "probable": names.gather(probabilities.argmax(axis=1)),
            "self_confidence": pl.Series(own).fill_nan(None),
            "is_issue": flagged,
        }
    )


def _confused(joint: Floats, frame: pl.DataFrame, classes: tuple[str, ...]) -> pl.DataFrame:
    counts = np.rint(joint).astype(np.int64)
    given, probable = np.nonzero(counts * (1 - np.eye(len(classes), dtype=np.int64)))
    names = pl.Series(classes, dtype=pl.String)
    sizes = np.maximum(joint.sum(axis=1), 1.0)
    examples = (
        frame.filter(pl.col("self_confidence").is_not_null() & (pl.col("given") != pl.col("probable")))
        .sort("self_confidence", maintain_order=True)
        .group_by("given", "probable", maintain_order=True)
        .agg(pl.col("item").head(EXAMPLES).alias("examples"))
    )
    return (
        pl.DataFrame(
            {
                "given": names.gather(given),
                "probable": names.gather(probable),
                "count": counts[given, probable],
                "share": joint[given, probable] / sizes[given],
            }
        )
        .join(examples, on=["given", "probable"], how="left", maintain_order="left")
        .with_columns(pl.col("examples").fill_null([]))
        .sort("count", "share", descending=True, maintain_order=True)
    )
