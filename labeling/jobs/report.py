"""What pages show of a run as a whole, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl

from labeling.jobs.computing import Analysis
from labeling.review.scoring import Shared

MOST_COPIES, MOST_CONFUSED = 500, 100
# The mean probability of the given label is that much higher on texts learned from: they were learned by heart.
BY_HEART = 0.1


def report(analysis: Analysis) -> dict[str, Any]:
    """The report of an analysis.

    ``items`` that have a label, ``classes`` codes, ``annotators``, ``issues`` that CleanLab flags, ``overall_health``, ``health``
    and ``confused`` (see :class:`labeling.review.issues.Issues`), ``near_duplicates`` (the first MOST_COPIES) and their number,
    ``map``, ``worth`` of the classifier (see :class:`labeling.review.worth.Worth`), and what rulings change: see :func:`scored`.
    Where the classifier doesn't speak, ``issues`` and ``overall_health`` are None.
    """
    issues = analysis.evidence.issues
    return {
        "items": len(analysis.suspicion.frame),
        "classes": list(analysis.evidence.classes),
        "annotators": len(analysis.evidence.votes.annotators),
        "worth": analysis.evidence.worth.facts(),
        "issues": int(issues.frame["is_issue"].sum()) if analysis.evidence.worth.speaks else None,
        "overall_health": issues.overall,
        "health": _plain(issues.health),
        "confused": _plain(issues.confused.head(MOST_CONFUSED)),
        "near_duplicates": _plain(analysis.copies.head(MOST_COPIES)),
        "near_duplicates_n": len(analysis.copies),
        "map": _map(analysis),
        **scored(
            analysis.suspicion.frame["score"].to_numpy(),
            analysis.suspicion.frame["settled"].to_numpy(),
            analysis.suspicion.shared,
        ),
    }


def scored(scores: Any, settled: Any, shared: Shared) -> dict[str, Any]:
    """``settled`` items, those of them whose label was wrong, how many of the others are expected to be, and ``shared``."""
    return {
        "settled": int(settled.sum()),
        "settled_wrong": int(np.rint(scores[settled]).sum()),
        "expected_wrong": round(float(scores[~settled].sum()), 2),
        "shared": {"errors": asdict(shared.errors), "expected": shared.expected, "leaning": shared.leaning},
    }


def _map(analysis: Analysis) -> dict[str, Any]:
    """By whose epochs: the cut from which an item is ambiguous, mean confidence; whether the classifier learns by heart."""
    by_epochs: dict[str, Any] = {
        name: {
            "variability_cut": data_map.variability_cut if np.isfinite(data_map.variability_cut) else None,
            "confidence": data_map.frame["confidence"].mean(),
            "regions": dict(data_map.frame.select(pl.col("region").cast(pl.String)).group_by("region").len().rows()),
        }
        for name, data_map in analysis.maps.items()
    }
    if len(analysis.maps) == 2:
        by_epochs["by_heart"] = by_epochs["training"]["confidence"] - by_epochs["heldout"]["confidence"] >= BY_HEART
    return by_epochs


def _plain(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.with_columns(pl.col(pl.Float64).round(5).fill_nan(None)).to_dicts()
