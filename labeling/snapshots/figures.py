"""The figures that a snapshot keeps: those of the overview and of the page of agreement at its moment, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import polars as pl
from sqlalchemy import Connection

from db.vocabulary import LabelSource
from labeling.facts import settled
from labeling.facts.aggregate import Aggregate
from labeling.facts.audits import newest_audit
from labeling.facts.overview import overview
from labeling.facts.votes import coded_votes, votes
from labeling.projects.classes import get_classes
from labeling.projects.guidelines import get_guideline
from labeling.projects.projects import Project
from labeling.quality.agreement import agreement
from labeling.quality.figures import Figure


def figures_of(connection: Connection, project: Project, labels: pl.DataFrame, agreed: Aggregate) -> dict[str, Any]:
    """What is known of FINAL ``labels`` now, of which those of the votes are ``agreed``.

    ``items``, ``labelled``, ``by_source`` and ``states`` are counts. ``divergence`` and ``divergence_left`` are the newest
    audit's, before its rulings and after them; ``golden_accuracy``, ``agreement`` and ``kappa`` those of independent votes.
    Each is {value, low, high, n}, the value None where nothing is measured. ``guideline`` is the guide's version, ``consensus``
    how the votes were added up, and of how many votes it is.
    """
    audit = newest_audit(connection, project.id)
    seen = overview(connection, project, "UTC")
    free = votes(connection, project.id, independent=True)
    golden = settled.golden(connection, project.id)
    measured = agreement(coded_votes(free, golden, get_classes(connection, project.id, retired=True)))
    guide = get_guideline(connection, project.id)
    counts = dict(labels["source"].value_counts().iter_rows())
    unknown = Figure(None, None, None, 0)
    figures = {
        "divergence": audit.overall.before if audit else unknown,
        "divergence_left": audit.overall.after if audit else unknown,
        "golden_accuracy": seen.accuracy,
        "agreement": measured.by_items,
        "kappa": measured.kappa,
    }
    return {
        "items": labels.height,
        "labelled": labels["label"].count(),
        "by_source": {source.value: counts.get(source.value, 0) for source in LabelSource},
        "states": asdict(seen.states),
        **{name: asdict(each) for name, each in figures.items()},
        "guideline": guide.version if guide else None,
        "consensus": {"method": agreed.named, "votes": agreed.votes},
    }


def figure_of(figures: Mapping[str, Any], name: str) -> Figure:
    """One of those that were measured, as it was kept."""
    return Figure(**figures[name])
