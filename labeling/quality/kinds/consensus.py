"""Consensus of labels of every kind, by one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from labeling.errors import LabelingError
from labeling.quality.consensus import METHODS, ORDERED_METHODS, Choice, Consensus, consensus_of, labeled
from labeling.quality.consensus.auto import LEAST_VOTES, MODELS, majority_alone
from labeling.quality.frames import Votes
from labeling.quality.kinds import Kind
from labeling.quality.kinds.pair import TURNED, Preference
from labeling.quality.kinds.several_consensus import SEVERAL_METHODS, Decoding, several_consensus


def methods_of(kind: Kind) -> tuple[str, ...]:
    """The methods that a consensus of such labels can be made by.

    >>> set(methods_of(Kind.ORDERED)) - set(methods_of(Kind.SINGLE))
    {'ordinal'}
    """
    return {Kind.ORDERED: ORDERED_METHODS, Kind.SEVERAL: SEVERAL_METHODS}.get(kind, METHODS)


def consensus_of_kind(
    votes: Votes,
    kind: Kind,
    *,
    method: str = "auto",
    classes: Sequence[str] | None = None,
    decoding: Decoding = Decoding.LIKELY,
    empty: bool = True,
    seed: int = 0,
    choice: Choice | None = None,
) -> Consensus:
    """``consensus_of`` votes of any kind of label, anchored on their golden labels.

    *ordered*: ``votes.classes`` stand in their order. *pair*: they are the four answers (``pair.coded_preferences``); whoever
    stands first has no advantage by it. *tree*: they are nodes, leaves or not, each a class of its own; ``ancestors`` says how
    probable the nodes above them are. *several*: they are codes of sets (``sets.set_code``), ``classes`` those of the scheme,
    None: the ones met; ``decoding`` and ``empty`` as in ``several_consensus``.

    Raises LabelingError ``unknown_method`` for one that is not among ``methods_of`` the kind, ``not_a_preference`` where a pair
    has other classes, and as ``several_consensus`` does.

    >>> from labeling.quality.frames import votes_frame
    >>> votes = pl.DataFrame({"item": [1] * 3, "annotator": list("abc"), "label": ["1", "3", "5"]})
    >>> order = ["1", "2", "3", "4", "5"]
    >>> consensus_of_kind(votes_frame(votes, classes=order), Kind.ORDERED, method="majority").frame["label"].to_list()
    ['3']
    """
    if kind is Kind.SEVERAL:
        return several_consensus(
            votes, classes=classes, method=method, decoding=decoding, empty=empty, seed=seed, choice=choice
        )
    if kind is Kind.PAIR:
        return pair_consensus(votes, method=method, seed=seed, choice=choice)
    found = consensus_of(votes, method=method, seed=seed, choice=choice, ordered=kind is Kind.ORDERED)
    return replace(found, kind=kind)


def pair_consensus(votes: Votes, *, method: str = "auto", seed: int = 0, choice: Choice | None = None) -> Consensus:
    """``consensus_of`` votes coded by ``coded_preferences``, to which it is all the same which of the two texts stands first.

    A model of annotators is free to find that they say *first* too often, and then tips what is in doubt to one side. So each
    pair is given twice, as it is and turned round, and the two posteriors are one. Items become String; ``confusion`` is that
    of all these votes, ``choice`` counts each vote and each golden pair once. Raises LabelingError ``unknown_method``,
    ``not_a_preference``.

    >>> from labeling.quality.frames import votes_frame
    >>> from labeling.quality.kinds.pair import coded_preferences
    >>> votes = pl.DataFrame({"item": [1, 1, 1], "annotator": list("abc"), "label": ["first", "first", "second"]})
    >>> pair_consensus(coded_preferences(votes_frame(votes)), method="majority").posterior.round(3).tolist()
    [[0.667, 0.333, 0.0, 0.0]]
    """
    if votes.classes != tuple(Preference):
        strange = [name for name in votes.classes if name not in tuple(Preference)]
        raise LabelingError("not_a_preference", where="votes", labels=strange or list(votes.classes))
    items, count = votes.items.cast(pl.String), len(votes.items)
    both = replace(
        votes,
        item=np.concatenate([votes.item, votes.item + np.int32(count)]),
        annotator=np.tile(votes.annotator, 2),
        label=np.concatenate([votes.label, TURNED[votes.label].astype(np.int32)]),
        row=np.tile(votes.row, 2),
        items=pl.concat([items, items + "\x1fturned"]),
        golden=np.concatenate([votes.golden, np.where(votes.golden < 0, -1, TURNED[votes.golden]).astype(np.int32)]),
    )
    n = np.bincount(votes.item, minlength=count)
    if method == "auto" and choice is None and (n > 1).any() and len(votes) < LEAST_VOTES:
        choice = majority_alone("too_few_votes", MODELS)
    found = consensus_of(both, method=method, seed=seed, choice=choice)
    if found.choice is not None and found.choice is not choice:
        told = found.choice
        found = replace(found, choice=replace(told, votes=told.votes // 2, golden=told.golden // 2))
    posterior = (found.posterior[:count] + found.posterior[count:][:, TURNED]) / 2
    named = replace(votes, items=items)
    frame, ties = labeled(named, posterior, n, seed)
    single = int(((n == 1) & (votes.golden < 0)).sum())
    return replace(found, votes=named, posterior=posterior, frame=frame, ties=ties, single=single, kind=Kind.PAIR)
