"""Agreement where a label says which of two candidates is better, and whether the place it stood in made it better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import narwhals as nw
import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy.special import ndtr

from labeling.errors import LabelingError
from labeling.quality.agreement import Agreement, agreement
from labeling.quality.clustered import Clusters, effective_size, share
from labeling.quality.figures import Figure
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.groups import gathered
from labeling.quality.intervals import LEVEL
from labeling.quality.kinds.renaming import renamed

SWAPPED = "swapped"
# The code that each preference becomes where the two candidates change places.
TURNED = np.array([1, 0, 2, 3])


class Preference(StrEnum):
    """Which of two candidates is better."""

    FIRST = "first"
    SECOND = "second"
    TIE = "tie"
    BOTH_BAD = "both_bad"


class Place(StrEnum):
    """By what place the first candidate is told: where it stood on screen, or where it stands in the data."""

    SHOWN = "shown"
    STORED = "stored"


@dataclass(frozen=True, slots=True)
class PositionBias:
    """The share of decided votes for the candidate in the first place, one half where the place says nothing.

    Its interval is Wilson's at the effective sample size, for votes on an item and of an annotator hang together; ``p`` is
    the two-sided score test of one half at that size, which rejects at 5 % just where the interval of 95 % leaves one half
    out. By the ``stored`` place the share also tells how often the better candidate was stored first. ``unplaced`` votes
    are decided, but it isn't known how their pair was shown.
    """

    first: Figure
    p: float | None
    place: Place
    unplaced: int


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """``with_ties``: of all votes, the four answers as classes. ``decided``: of the votes that chose a candidate, the two as
    classes (both ways as in L. Zheng et al., Judging LLM-as-a-judge with MT-Bench and Chatbot Arena, NeurIPS 2023)."""

    with_ties: Agreement
    decided: Agreement
    bias: PositionBias


def pair_agreement(
    votes: IntoDataFrame | Votes,
    *,
    swapped: pl.Series | None = None,
    draws: int = 1000,
    level: float = LEVEL,
    seed: int = 0,
) -> PairAgreement:
    """The figures of votes ``first``, ``second``, ``tie`` and ``both_bad`` (or ``both bad``) on pairs of candidates.

    ``first`` and ``second`` are the places in the data. ``swapped``, or the column of this name, tells of each row whether the
    first stood in the second place when it was judged; null where nobody knows.

    Raises LabelingError as ``votes_frame`` does, ``not_a_preference`` for other answers, ``column_type`` where ``swapped`` is
    no Boolean.

    >>> labels = ["first", "first", "tie", "second"]
    >>> frame = pl.DataFrame({"item": [1, 1, 2, 2], "annotator": list("abab"), "label": labels})
    >>> found = pair_agreement(frame, draws=0)
    >>> found.with_ties.by_items.value, found.decided.by_items.value, round(found.bias.first.value, 3), found.bias.place
    (0.5, 1.0, 0.667, <Place.STORED: 'stored'>)
    """
    coded = coded_preferences(votes if isinstance(votes, Votes) else votes_frame(votes))
    if swapped is not None:
        swapped = swapped.gather(coded.row)
    elif not isinstance(votes, Votes) and SWAPPED in nw.from_native(votes, eager_only=True).columns:
        swapped = gathered(votes, coded, SWAPPED)
    return PairAgreement(
        with_ties=agreement(coded, draws=draws, level=level, seed=seed),
        decided=agreement(_decided(coded), draws=draws, level=level, seed=seed),
        bias=position_bias(coded, swapped, level=level),
    )


def position_bias(coded: Votes, swapped: pl.Series | None = None, *, level: float = LEVEL) -> PositionBias:
    """Whether the place won, by votes as :func:`coded_preferences` gives them; ``swapped`` is of each of these votes.

    Raises LabelingError ``column_type``.
    """
    chosen = pl.Series(coded.label < 2)
    return _bias(_decided(coded), None if swapped is None else swapped.filter(chosen), level)


def _decided(coded: Votes) -> Votes:
    return replace(coded.where(coded.label < 2), classes=coded.classes[:2])


def coded_preferences(votes: Votes) -> Votes:
    """The votes with the four answers as classes. Raises LabelingError ``not_a_preference``."""
    names, answers = [name.replace(" ", "_") for name in votes.classes], list(Preference)
    strange = [name for name, plain in zip(votes.classes, names, strict=True) if plain not in answers]
    if strange:
        raise LabelingError("not_a_preference", where="votes", labels=strange)
    return renamed(votes, names, [answer.value for answer in answers])


def _bias(decided: Votes, swapped: pl.Series | None, level: float) -> PositionBias:
    if swapped is None:
        place, known, moved = (
            Place.STORED,
            np.ones(len(decided), dtype=np.bool_),
            np.zeros(len(decided), dtype=np.bool_),
        )
    elif swapped.dtype not in (pl.Boolean, pl.Null):
        raise LabelingError("column_type", where="votes", column=SWAPPED, dtype=str(swapped.dtype))
    else:
        place, known = Place.SHOWN, swapped.is_not_null().to_numpy()
        moved = swapped.cast(pl.Boolean).fill_null(False).to_numpy()
    first = ((decided.label == 0) ^ moved)[known]
    clusters = Clusters(decided.annotator[known].astype(np.int64), decided.item[known].astype(np.int64))
    figure, p = share(first, clusters, level), None
    if figure.value is not None:
        away = abs(figure.value - 0.5) * 2 * np.sqrt(effective_size(first, clusters, level))
        p = float(2 * ndtr(-away))
    return PositionBias(figure, p, place, int((~known).sum()))
