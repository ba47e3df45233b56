"""Golden items drawn from labels that a project came with: how many are wanted, and which of the items they are."""

from __future__ import annotations

import math
from datetime import datetime

import numpy as np
import polars as pl
from sqlalchemy import Connection, select

from db import schema
from db.frames import items as item_frames
from labeling.desk.golden import appoint
from labeling.facts import settled
from labeling.facts.votes import votes
from labeling.projects.classes import get_classes
from labeling.projects.projects import Project
from labeling.projects.settings import Settings
from labeling.roles import check_expert

# So many answers tell an accuracy of 80 % to within 6 points; more golden items than that only keep assessors from others.
ENOUGH, LEAST = 200, 20


def wanted(settings: Settings, items: int) -> int:
    """How many golden items somebody meets who answers all of the ``items`` in chunks; never the same one twice.

    >>> wanted(Settings(), 1200)
    140
    """
    met = math.ceil(items / settings.ordinary_per_chunk) * settings.golden_per_chunk
    return min(max(met, LEAST), ENOUGH) if settings.golden_per_chunk else 0


def candidates(connection: Connection, project: Project) -> pl.DataFrame:
    """CANDIDATES(item_id, label): ordinary items whose label can be taken for known.

    That is the reference they came with; without one, what two voters or more have all said. Items of the guide, golden ones
    and those that experts have settled are none, nor are labels whose class is out of use.
    """
    known = item_frames.referenced(connection, project.id)
    given = votes(connection, project.id, independent=True).select("item_id", pl.col("label").cast(pl.String))
    alike = (
        given.group_by("item_id")
        .agg(pl.len().alias("n"), pl.col("label").n_unique().alias("labels"), pl.col("label").first())
        .filter(pl.col("n") >= 2, pl.col("labels") == 1, pl.col("label").is_not_null())
        .select("item_id", "label")
        .sort("item_id")
    )
    case = schema.corner_case.c
    in_guide = select(case.item_id).where(case.project_id == project.id, case.removed_at.is_(None))
    taken = [*connection.execute(in_guide).scalars(), *settled.settled(connection, project.id)["item_id"]]
    classes = [entry.code for entry in get_classes(connection, project.id)]
    both = pl.concat([known, alike]).unique("item_id", keep="first", maintain_order=True)
    return both.filter(~pl.col("item_id").is_in(taken), pl.col("label").is_in(classes))


def draw(known: pl.DataFrame, n: int, *, seed: int) -> pl.DataFrame:
    """``n`` rows of CANDIDATES, fewer where there are no more: by lot within a class.

    A class has places by the square root of its size: rare ones are met, and the common ones still are the common ones.

    >>> known = pl.DataFrame({"item_id": range(110), "label": ["x"] * 100 + ["y"] * 10})
    >>> draw(known, 20, seed=1)["label"].value_counts().sort("label").rows()
    [('x', 15), ('y', 5)]
    """
    sizes = known.group_by("label").len("n").sort("label")
    names, size = sizes["label"].to_list(), sizes["n"].to_numpy()
    places = _places(size, n)
    rng = np.random.default_rng(seed)
    parts = [
        known.filter(pl.col("label") == name)[rng.permutation(of)[:most]]
        for name, of, most in zip(names, size, places, strict=True)
    ]
    return pl.concat(parts) if parts else known.clear()


def _places(size: np.ndarray, n: int) -> list[int]:
    """How many of ``n`` each class has: one at a time to the class that is furthest below its share."""
    weight, places = np.sqrt(size), np.zeros(len(size), dtype=np.int64)
    for _ in range(min(n, int(size.sum()))):
        behind = np.where(places < size, (places + 0.5) / weight, np.inf)
        places[int(behind.argmin())] += 1
    return [int(place) for place in places]


def draw_golden(connection: Connection, project: Project, n: int, *, now: datetime, actor: int | None) -> int:
    """Appoint up to ``n`` golden items out of :func:`candidates`; says how many.

    Raises LabelingError ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    drawn = draw(candidates(connection, project), n, seed=project.seed)
    for item_id, label in drawn.select("item_id", "label").iter_rows():
        appoint(connection, project, item_id, label, now=now, actor=actor)
    return drawn.height
