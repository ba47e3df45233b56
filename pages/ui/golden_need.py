"""Whether the golden items last for what is left to label, the same wherever it is told."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from db.engine import database
from labeling.desk.card import remaining
from labeling.projects.projects import Project
from labeling.quality.exposure import GoldenNeed, golden_need


def need_of(project: Project, given: pl.DataFrame, golden: pl.DataFrame, active: Sequence[object]) -> GoldenNeed:
    """The forecast for the ``active`` annotators, who may work now, each doing an equal part of what is left.

    ``given`` are VOTES(item, annotator, label), those on golden items at least; ``golden`` is GOLDEN(item, label).
    """
    with database().snapshot() as connection:
        left = remaining(connection, project.id)
    chunks = -(-left // (project.ordinary_per_chunk * len(active))) if active else 0
    return golden_need(
        given.select("item", "annotator", "label"), golden, chunks_left=chunks,
        golden_per_chunk=project.golden_per_chunk, annotators=active,
    )  # fmt: skip
