"""What rulings say of items nobody ruled: groups of like texts, misread alike, that an expert can rule in one act.

A misreading is a region of texts within one given class, so beside what a lesson weighs (``rulings``) the text counts
once more within its given class. Where the chance that a label is wrong passes one half, the true class is voted for by the
settled items of the same given class that were wrong, the nearer in text the more, and by the most probable other label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse
from scipy.special import expit

from labeling.quality.frames import Codes
from labeling.review.ruling_model import learn
from labeling.review.scoring import ReviewState
from labeling.review.signals import log_odds
from labeling.review.texts import Floats, Whole

# Rulings that have to have read a group's label that way before it is proposed.
LEAST = 2
# Texts within a class, relative to the signal of texts at large.
_WITHIN = 1.5
# The most probable other label speaks like two wrong items at hand; any wrong item of the class like a tenth of one.
_OTHER, _FAR = 2.0, 0.1


@dataclass(frozen=True, eq=False, slots=True)
class Propagated:
    """``label`` int32 (n,): settled, else the proposed label, else the given one; ``wrong`` float64 (n,): chance that
    the given one is wrong. ``group`` int64 (n,) is the row of ``frame`` that an item belongs to, -1 for none.

    ``frame`` is PROPOSALS(given, label, n, rulings, wrong), largest first: ``n`` items not settled, ``rulings`` that read
    this given class as this label, ``wrong`` the mean chance: at least a share of 1 - ``wrong`` is to be expected ruled amiss.
    """

    label: Codes
    wrong: Floats
    group: Whole
    frame: pl.DataFrame


def propagate(state: ReviewState, settled: Codes) -> Propagated:
    """Proposals from the labels ``settled`` (n,), -1 for none, that is golden labels and rulings."""
    rows = np.flatnonzero((settled >= 0) & (state.given >= 0))
    amiss = settled[rows] != state.given[rows]
    groups = [*state.groups, within_class(_texts(state), state.given)]
    lesson = learn(log_odds(state.prior), groups, rows, amiss)
    wrong = expit(lesson.log_odds)
    wrong[rows] = amiss
    probable = _true_class(state, settled, rows[amiss])
    open_ = (wrong > 0.5) & (settled < 0) & (state.given >= 0)
    proposals, group = _proposals(state, settled, rows[amiss], open_, probable, wrong)
    label = np.where(settled >= 0, settled, np.where(group >= 0, probable, state.given)).astype(np.int32)
    return Propagated(label, wrong, group, proposals)


def within_class(texts: sparse.csr_matrix, given: Codes) -> sparse.csr_matrix:
    """Text signals (n, d) in columns of the item's given class: texts of two classes have nothing in common.

    >>> within_class(sparse.csr_matrix([[1.0], [2.0]]), np.array([0, 1], dtype=np.int32)).toarray().tolist()
    [[1.5, 0.0], [0.0, 3.0]]
    """
    wide = texts.shape[1]
    classes = int(given.max(initial=0)) + 1
    column = texts.indices + np.repeat(np.maximum(given, 0).astype(np.int64) * wide, np.diff(texts.indptr))
    return sparse.csr_matrix((texts.data * _WITHIN, column, texts.indptr), shape=(len(given), classes * wide))


def _texts(state: ReviewState) -> sparse.csr_matrix:
    return state.groups[state.names.index("text")]


def _true_class(state: ReviewState, settled: Codes, wrong: Whole) -> Codes:
    """The most probable class but the given one, int32 (n,), by the ``wrong`` settled rows and the other label."""
    votes = np.zeros((len(state), len(state.classes)))
    texts = _texts(state)
    for code in np.unique(state.given[wrong]):
        rows, taught = np.flatnonzero(state.given == code), wrong[state.given[wrong] == code]
        # Signals of texts have length 2.
        like = np.maximum((texts[rows] @ texts[taught].T).toarray() / 4, 0) + _FAR
        says = np.zeros((len(taught), len(state.classes)))
        says[np.arange(len(taught)), settled[taught]] = 1
        votes[rows] = like @ says
    at = np.arange(len(state))
    votes[at, state.other] += _OTHER
    votes[at, np.maximum(state.given, 0)] = -1
    probable: Codes = votes.argmax(axis=1).astype(np.int32)
    return probable


def _proposals(
    state: ReviewState, settled: Codes, ruled: Whole, open_: npt.NDArray[np.bool_], probable: Codes, wrong: Floats
) -> tuple[pl.DataFrame, Whole]:
    """PROPOSALS and each item's row in it."""
    keys = {"given": pl.Int32, "code": pl.Int32}
    ruled_pairs = pl.DataFrame({"given": state.given[ruled], "code": settled[ruled]}, schema=keys)
    ruled_pairs = (
        ruled_pairs.group_by("given", "code").agg(pl.len().alias("rulings")).filter(pl.col("rulings") >= LEAST)
    )
    row = np.flatnonzero(open_)
    items = pl.DataFrame({"given": state.given[row], "code": probable[row]}, schema=keys)
    items = items.with_columns(row=pl.Series(row), wrong=pl.Series(wrong[row]))
    met = items.join(ruled_pairs, on=["given", "code"], how="inner")
    groups = (
        met.group_by("given", "code")
        .agg(pl.len().alias("n"), pl.col("rulings").first(), pl.col("wrong").mean())
        .sort(["n", "given", "code"], descending=[True, False, False])
        .with_row_index("group")
    )
    placed = met.join(groups.select("given", "code", "group"), on=["given", "code"], how="inner")
    group = np.full(len(state), -1, dtype=np.int64)
    group[placed["row"].to_numpy()] = placed["group"].to_numpy()
    names = pl.Series(state.classes, dtype=pl.String)
    frame = groups.select(
        names.gather(groups["given"]).alias("given"),
        names.gather(groups["code"]).alias("label"),
        "n",
        "rulings",
        "wrong",
    )
    return frame, group
