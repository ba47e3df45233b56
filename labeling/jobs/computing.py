"""What follows from a project's votes, texts and rulings, gathered from all over ``labeling.review``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from labeling.review.classifier import Trained
from labeling.review.data_map import DataMap, data_map
from labeling.review.evidence import Agreed, Evidence, gather
from labeling.review.issues import outliers
from labeling.review.neighbours import near_duplicates
from labeling.review.scheme import SINGLE, Scheme
from labeling.review.suspicion import Suspicion, suspicion
from labeling.review.texts import Floats
from labeling.runs.progress import Progress


@dataclass(frozen=True)
class Facts:
    """What an analysis is made of, as it stood when it began.

    ITEMS(item, item_id, text) that have votes, VOTES, SETTLED(item, label): golden labels and rulings in force. ``rulings`` is
    the number of rows that those come from, ``mark`` the watermark. ``suggestions`` (item, label) are those of the junior
    that speaks, None where none does; ``agreed`` is the project's consensus, whose labels are under suspicion. ``scheme`` says
    what kind of label they are; pairs have first and second in place of text.
    """

    items: pl.DataFrame
    votes: pl.DataFrame
    settled: pl.DataFrame
    rulings: int
    mark: tuple[int, ...]
    suggestions: pl.DataFrame | None = None
    agreed: Agreed | None = None
    scheme: Scheme = SINGLE


@dataclass(frozen=True, eq=False)
class Analysis:
    """All that was found: evidence, suspicion, data maps by whose epochs, near-copies that differ, outlier scores (n,)."""

    evidence: Evidence
    suspicion: Suspicion
    maps: dict[str, DataMap]
    copies: pl.DataFrame
    outlier: Floats


def compute(facts: Facts, progress: Progress, fit: Callable[..., Trained]) -> Analysis:
    """Everything that follows from the facts; ``fit`` as :func:`labeling.review.classifier.cross_validate`."""
    evidence = gather(
        facts.items.select("item", *facts.scheme.columns),
        facts.votes,
        scheme=facts.scheme,
        settled=facts.settled,
        suggestions=facts.suggestions,
        agreed=facts.agreed,
        progress=progress.part,
        step=progress.begin,
        fit=fit,
    )
    progress.begin("map")
    maps = _maps(evidence)
    copies = near_duplicates(evidence.near, evidence.items, evidence.given, evidence.classes)
    progress.begin("suspicion")
    return Analysis(evidence, suspicion(evidence, facts.settled), maps, copies, outliers(evidence.near))


def _maps(evidence: Evidence) -> dict[str, DataMap]:
    epochs = {"training": evidence.trained.training, "heldout": evidence.trained.heldout}
    label = np.asarray(evidence.given, dtype=np.int32)
    return {
        name: data_map(dynamics, label, evidence.items, evidence.classes)
        for name, dynamics in epochs.items()
        if dynamics is not None
    }
