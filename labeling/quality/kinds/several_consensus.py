"""Consensus of labels that are several classes at once: yes or no of each (item, class), and the set that they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl

from labeling.errors import LabelingError
from labeling.quality.consensus import Choice, Consensus, yes_no
from labeling.quality.consensus.auto import LEAST_VOTES, Models, majority_alone, model
from labeling.quality.consensus.auto import fit as fit_auto
from labeling.quality.consensus.incidence import Incidence
from labeling.quality.consensus.ties import leading
from labeling.quality.frames import Codes, Votes
from labeling.quality.intervals import Floats
from labeling.quality.kinds import Kind
from labeling.quality.kinds.distances import Sets
from labeling.quality.kinds.membership import membership
from labeling.quality.kinds.sets import SEPARATOR, members, set_code

# One-coin takes an annotator to err as often on yes as on no, which rare classes refute; subtypes of two classes tell little.
_ALONE = ("dawid_skene", "hierarchical")
SEVERAL_METHODS = ("auto", "majority", *_ALONE, "yes_no")
_SAME = 1e-9


class Decoding(StrEnum):
    """Which classes an item gets: those that are likelier than not; or of each class as many items as the expected F1 wants."""

    LIKELY = "likely"
    F1 = "f1"


def several_consensus(
    votes: Votes,
    *,
    classes: Sequence[str] | None = None,
    method: str = "auto",
    decoding: Decoding = Decoding.LIKELY,
    empty: bool = True,
    seed: int = 0,
    choice: Choice | None = None,
) -> Consensus:
    """Consensus of votes whose labels are codes of sets (``sets.set_code``); ``method`` is one of SEVERAL_METHODS.

    ``classes`` are those of the scheme in its order, None: the ones met, by name. Each (item, class) is a question of yes or no
    to the models of single labels; ``yes_no`` alone lets one class tell of an annotator in another. ``probability`` is that of
    the whole set, classes taken for independent given the votes; where no set may be ``empty``, the most probable class stands
    for one, and the probability is that among the others.

    Raises LabelingError ``unknown_method``, ``unknown_label``, ``classes_repeated``, ``bad_set_code`` for a class with a "|".

    >>> from labeling.quality.frames import votes_frame
    >>> votes = pl.DataFrame({"item": [1, 1, 1], "annotator": list("abc"), "label": ["joy", "joy|fear", "joy"]})
    >>> found = several_consensus(votes_frame(votes), classes=["joy", "fear"], method="majority")
    >>> found.frame.rows(), found.posterior.round(3).tolist()
    ([(1, 'joy', 0.6666666666666667, 3)], [[1.0, 0.333]])
    """
    if method not in SEVERAL_METHODS:
        raise LabelingError("unknown_method", method=method, methods=list(SEVERAL_METHODS))
    scheme = tuple(sorted({name for code in votes.classes for name in members(code)}) if classes is None else classes)
    if len(set(scheme)) < len(scheme):
        raise LabelingError("classes_repeated", classes=list(scheme))
    if odd := [name for name in scheme if not name or SEPARATOR in name]:
        raise LabelingError("bad_set_code", where="votes", label=odd[0])
    sets, n = membership(votes.classes, scheme), np.bincount(votes.item, minlength=len(votes.items))
    # What is drawn at random falls on the same votes in whatever order they come.
    named, item, annotator = votes.by_name()
    posterior, confusion, choice = _fitted(named, sets, method, seed, choice)
    posterior, decided = posterior[item], (n > 0) | (votes.golden >= 0)
    of_decided = np.where(decided[:, None], posterior, 0.0)
    chosen, tied = decoded(of_decided, votes.items, scheme, decoding=decoding, empty=empty, seed=seed)
    golden = votes.golden >= 0
    # Whoever settled an item may have settled that it has no class.
    chosen[golden] = sets[votes.golden[golden]]
    frame, ties = framed(votes, n, posterior, chosen, scheme, empty), int((tied & decided & ~golden).sum())
    single = int(((n == 1) & (votes.golden < 0)).sum())
    return Consensus(
        method, frame, posterior, confusion[annotator], votes, choice, ties, single, seed, Kind.SEVERAL, scheme
    )


def questions(votes: Votes, sets: Sets) -> Votes:
    """Votes of no (0) and yes (1) on units of (item, class), each annotator a unit with each class, too.

    ``sets`` bool (votes.classes, classes). Units are numbered as ``yes_no`` wants them.
    """
    count = sets.shape[1]
    which = np.arange(count)

    def units(codes: Codes) -> Codes:
        numbers: Codes = (codes[:, None].astype(np.int64) * count + which).ravel().astype(np.int32)
        return numbers

    golden = np.where((votes.golden >= 0)[:, None], sets[votes.golden], -1).astype(np.int32).ravel()
    return replace(
        votes,
        item=units(votes.item),
        annotator=units(votes.annotator),
        label=sets[votes.label].astype(np.int32).ravel(),
        row=np.repeat(votes.row, count),
        items=pl.Series("item", np.arange(len(votes.items) * count)),
        annotators=pl.Series("annotator", np.arange(len(votes.annotators) * count)),
        classes=("no", "yes"),
        golden=golden,
    )


def _fitted(
    votes: Votes, sets: Sets, method: str, seed: int, choice: Choice | None
) -> tuple[Floats, Floats, Choice | None]:
    """Probabilities of yes (items, classes), confusions (annotators, classes, 2, 2), and the choice of ``auto``."""
    count, items, people = sets.shape[1], len(votes.items), len(votes.annotators)
    if not count or not items or not len(votes.classes):
        return np.zeros((items, count)), np.empty((people, count, 2, 2)), choice
    asked = questions(votes, sets)
    incidence, models = Incidence.of(asked), _models(count, seed)
    if method == "auto":
        if choice is None and incidence.has_overlap() and len(votes) < LEAST_VOTES:
            choice = majority_alone("too_few_votes", models)
        latent, choice = fit_auto(asked, seed, choice, models=models)
    else:
        choice, latent = None, models[method if incidence.has_overlap() else "majority"](incidence).posterior
    channel = yes_no.shrunk(incidence, latent, count)
    return latent[:, yes_no.YES].reshape(items, count), channel.transpose(0, 2, 1).reshape(people, count, 2, 2), choice


def _models(count: int, seed: int) -> Models:
    alone = {name: partial(yes_no.question_by_question, model(name, seed), questions=count) for name in _ALONE}
    return {"majority": model("majority", seed), **alone, "yes_no": partial(yes_no.fit, questions=count)}


def decoded(
    probability: Floats, items: pl.Series, classes: Sequence[str], *, decoding: Decoding, empty: bool, seed: int
) -> tuple[Sets, npt.NDArray[np.bool_]]:
    """Which classes each item gets, bool (items, classes), and whether it hung on a lot, bool (items,).

    ``probability`` (items, classes) is that of each class. The expected F1 of a class, where the m items most probably of it
    get it, is 2 × their probabilities / (m + all probabilities), where none gets it the probability that none has it; m makes
    it largest, and items of one probability go together (Z. Lipton, C. Elkan, B. Naryanaswamy, Optimal thresholding of
    classifiers to maximize F1 measure, ECML 2014).

    >>> half = np.array([[0.9, 0.45], [0.2, 0.0]])
    >>> [decoded(half, pl.Series(["i", "j"]), ["x", "y"], decoding=each, empty=True, seed=0)[0].tolist() for each in Decoding]
    [[[True, False], [False, False]], [[True, True], [False, False]]]
    """
    chosen, tied = np.zeros(probability.shape, dtype=np.bool_), np.zeros(len(probability), dtype=np.bool_)
    for at, name in enumerate(classes):
        yes = probability[:, at]
        if decoding is Decoding.F1:
            chosen[:, at] = yes >= _threshold(yes) - _SAME
            continue
        even = np.flatnonzero(np.abs(yes - 0.5) <= _SAME)
        lot, _ = leading(np.full((len(even), 2), 0.5), items.gather(even), (f"not {name}", name), seed=seed)
        chosen[:, at] = yes > 0.5
        chosen[even, at] = lot == yes_no.YES
        tied[even] = True
    bare = np.flatnonzero(~chosen.any(axis=1))
    if not empty and len(classes) and len(bare):
        best, drawn = leading(probability[bare], items.gather(bare), classes, seed=seed)
        chosen[bare, best] = True
        tied[bare] |= drawn
    return chosen, tied


def _threshold(yes: Floats) -> float:
    """The probability from which on a class is given for the largest expected F1."""
    if not len(yes):
        return np.inf
    falling = -np.sort(-yes)
    expected = 2 * np.cumsum(falling) / (np.arange(1, len(yes) + 1) + falling.sum())
    # Giving it to nobody is right, and F1 one, where nobody has it.
    if (1 - falling).prod() >= expected.max():
        return np.inf
    return float(falling[int(expected.argmax())])


def framed(
    votes: Votes, n: npt.NDArray[np.int64], posterior: Floats, chosen: Sets, classes: tuple[str, ...], empty: bool
) -> pl.DataFrame:
    """CONSENSUS(item, label, probability, n) of the classes ``chosen``, bool (items, classes); null where nobody decided."""
    distinct, which = (
        np.unique(chosen, axis=0, return_inverse=True) if classes else (chosen[:1], np.zeros(len(n), dtype=np.int64))
    )
    codes = [set_code([name for name, there in zip(classes, row, strict=True) if there], classes) for row in distinct]
    probability = np.where(chosen, posterior, 1 - posterior).prod(axis=1)
    if not empty:
        some = 1 - (1 - posterior).prod(axis=1)
        probability = np.divide(probability, some, out=np.zeros_like(some), where=some > 0).clip(max=1.0)
        probability[votes.golden >= 0] = 1.0
    is_decided = pl.Series((n > 0) | (votes.golden >= 0), dtype=pl.Boolean)
    label = pl.Series(codes, dtype=pl.String).gather(which.reshape(-1))
    return pl.DataFrame({"item": votes.items, "label": label, "probability": probability}).select(
        "item",
        pl.when(is_decided).then("label").alias("label"),
        pl.when(is_decided).then("probability").alias("probability"),
        pl.Series("n", n, dtype=pl.UInt32),
    )
