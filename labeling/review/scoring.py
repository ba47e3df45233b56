"""What a review must remember so that new rulings can be learned without texts and votes: small, and packed to bytes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse
from scipy.special import expit

from labeling.quality.figures import Figure
from labeling.quality.frames import Codes
from labeling.quality.intervals import beta
from labeling.review.evidence import Evidence
from labeling.review.ruling_model import Lesson, learn
from labeling.review.signals import GROUPS, log_odds, signals
from labeling.review.texts import Floats, Small

# A matrix with more than this share of its cells filled is packed whole; texts at half precision, they are the bulk.
_FULL = 0.5
_TEXT = "text"
_ARRAYS = ("given", "other", "prior", "disagree", "agreed")


@dataclass(frozen=True, slots=True)
class Shared:
    """Whether the crowd shares a misreading, by settled items on which all their assessors agreed (two votes or more).

    ``errors`` is the share of those whose label was wrong, ``expected`` the mean of what their scores were before any ruling.
    ``leaning`` where the lower limit lies above it: votes and texts don't show these errors, so the ranking follows
    the rulings, and the lead should look at the guidelines.
    """

    errors: Figure
    expected: float | None
    leaning: bool


@dataclass(frozen=True, eq=False, slots=True)
class ReviewState:
    """By item, in the order of ``items`` (as strings); codes are into ``classes``.

    ``given`` int32 (n,) is the label under suspicion, -1 for none, ``other`` int32 (n,) the most probable one beside it;
    ``prior`` float64 (n,) the score before rulings; ``disagree`` float32 (n,) the share of votes against the label;
    ``agreed`` bool (n,): two votes or more, and all the same. ``groups`` are the signals that rulings weigh, float32 (n, any),
    one for each of ``names``: a lesson's terms come in this order.
    """

    items: tuple[str, ...]
    classes: tuple[str, ...]
    given: Codes
    other: Codes
    prior: Floats
    disagree: Small
    agreed: npt.NDArray[np.bool_]
    names: tuple[str, ...]
    groups: tuple[sparse.csr_matrix, ...]

    @classmethod
    def of(cls, evidence: Evidence) -> ReviewState:
        """What an analysis leaves to be scored again."""
        many = np.bincount(evidence.votes.item, minlength=len(evidence.given)) > 1
        return cls(
            items=tuple(evidence.items.cast(pl.String).to_list()),
            classes=evidence.classes,
            given=evidence.given,
            other=evidence.other,
            prior=evidence.prior,
            disagree=evidence.disagree.astype(np.float32),
            agreed=many & (evidence.disagree == 0),
            names=GROUPS,
            groups=tuple(signals(evidence)),
        )

    def __len__(self) -> int:
        return len(self.items)


def taught(state: ReviewState, settled: Codes) -> Lesson:
    """What the labels ``settled`` (n,), -1 for none, teach."""
    rows, wrong = _ruled(state, settled)
    return learn(log_odds(state.prior), list(state.groups), rows, wrong)


def scored(state: ReviewState, settled: Codes, lesson: Lesson) -> Floats:
    """Scores (n,) by a lesson: the probability that the given label is wrong, 0 or 1 where that is settled.

    Without a lesson the prior stands.
    """
    scores = expit(lesson.log_odds) if lesson.settled else state.prior.copy()
    rows, wrong = _ruled(state, settled)
    scores[rows] = wrong
    return scores


def shared(state: ReviewState, settled: Codes) -> Shared:
    """What the labels ``settled`` (n,), -1 for none, say of errors that no vote shows."""
    rows, wrong = _ruled(state, settled)
    agreed = state.agreed[rows]
    return _shared(wrong[agreed], state.prior[rows][agreed])


def shared_since(findings: pl.DataFrame, settled: pl.DataFrame, votes: pl.DataFrame, since: datetime) -> Shared:
    """The same of the items all of whose votes were given at ``since`` or later.

    From FINDINGS(item_id, given, prior), SETTLED(item_id, label) and VOTES(item_id, label, at).

    >>> noon = datetime(2026, 3, 2, 12)
    >>> votes = pl.DataFrame({"item_id": [1, 1, 2, 2], "label": list("xxyy"), "at": [noon, noon, noon, datetime(2026, 3, 1)]})
    >>> findings = pl.DataFrame({"item_id": [1, 2], "given": ["x", "y"], "prior": [0.1, 0.2]})
    >>> settled = pl.DataFrame({"item_id": [1, 2], "label": ["y", "x"]})
    >>> found = shared_since(findings, settled, votes, noon)
    >>> found.errors.n, round(found.expected, 2)
    (1, 0.1)
    """
    by_item = (
        votes.drop_nulls("label").group_by("item_id").agg(pl.len(), pl.col("label").n_unique(), pl.col("at").min())
    )
    agreed = by_item.filter(pl.col("len") > 1, pl.col("label") == 1, pl.col("at") >= since)
    truth = settled.select("item_id", pl.col("label").cast(pl.String).alias("truth"))
    rows = findings.join(agreed, on="item_id", how="semi").join(truth, on="item_id")
    return _shared((rows["given"].cast(pl.String) != rows["truth"]).to_numpy(), rows["prior"].to_numpy())


def _shared(wrong: npt.NDArray[np.bool_], prior: Floats) -> Shared:
    if not len(wrong):
        return Shared(Figure.of(float("nan"), n=0), None, False)
    errors = beta(int(wrong.sum()), len(wrong))
    expected = float(prior.mean())
    return Shared(errors, expected, errors.low is not None and errors.low > expected)


def pack(state: ReviewState) -> bytes:
    """The state as a compressed archive of plain arrays; text vectors lose half their digits."""
    words = json.dumps({"items": state.items, "classes": state.classes, "names": state.names}).encode()
    arrays: dict[str, npt.NDArray[Any]] = {"words": np.frombuffer(words, dtype=np.uint8)}
    arrays |= {name: getattr(state, name) for name in _ARRAYS}
    for name, group in zip(state.names, state.groups, strict=True):
        if group.nnz > _FULL * np.prod(group.shape):
            arrays[f"{name}.full"] = group.toarray().astype(np.float16 if name == _TEXT else np.float32)
        else:
            arrays |= {f"{name}.data": group.data, f"{name}.indices": group.indices, f"{name}.indptr": group.indptr}
            arrays[f"{name}.shape"] = np.array(group.shape)
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    return packed.getvalue()


def unpack(packed: bytes) -> ReviewState:
    """The state that ``pack`` packed; ValueError where it is something else. Nothing in it is executed."""
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            words = json.loads(arrays["words"].tobytes())
            return ReviewState(
                items=tuple(words["items"]),
                classes=tuple(words["classes"]),
                names=tuple(words["names"]),
                groups=tuple(_group(arrays, name) for name in words["names"]),
                **{name: arrays[name] for name in _ARRAYS},
            )
    except (ValueError, KeyError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as error:
        raise ValueError("not the state of a review") from error


def _group(arrays: Mapping[str, Any], name: str) -> sparse.csr_matrix:
    if f"{name}.full" in arrays:
        return sparse.csr_matrix(arrays[f"{name}.full"].astype(np.float32))
    parts = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
    return sparse.csr_matrix(parts, shape=tuple(arrays[f"{name}.shape"]))


def _ruled(state: ReviewState, settled: Codes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    rows = np.flatnonzero((settled >= 0) & (state.given >= 0))
    return rows, settled[rows] != state.given[rows]
