"""What the data map's page reads: findings without their reasons, which are most of their bytes, and by whose epochs."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import polars as pl

from db.engine import database
from db.frames import runs as run_frames
from labeling.kept import kept
from labeling.projects.projects import Project
from labeling.review.data_map import REGIONS, Cuts
from labeling.review.triage import with_regions
from labeling.runs import runs
from labeling.runs.runs import Run
from pages.review.map_points import map_points
from pages.ui.run_list import chosen_run

DYNAMICS = ("training", "heldout")


@dataclass(frozen=True, eq=False)
class Mapped:
    """An analysis, its findings, and by whose epochs there is a map."""

    run: Run
    findings: pl.DataFrame
    dynamics: tuple[str, ...]

    @property
    def usual(self) -> str:
        """Held-out epochs where the classifier learns texts by heart: all labels look easy on texts it knows."""
        return "heldout" if self.by_heart and "heldout" in self.dynamics else self.dynamics[0]

    @property
    def by_heart(self) -> bool:
        """Whether the classifier does, as far as the analysis says."""
        return bool(((self.run.report or {}).get("map") or {}).get("by_heart"))


def mapped_of(project: Project) -> Mapped | None:
    """The analysis that the reader has chosen, else the newest; None before the first."""
    with database().snapshot() as connection:
        run = chosen_run(project, runs.runs(connection, project.id))
    if run is None:
        return None
    findings = _findings(_key(run), run.id)
    columns = {"training": "confidence", "heldout": "heldout_confidence"}
    return Mapped(run, findings, tuple(name for name in DYNAMICS if findings[columns[name]].count()))


def points_of(mapped: Mapped, cuts: Cuts, dynamics: str) -> pl.DataFrame:
    """The items that have a place on the map, with ``region``, ``x``, ``y`` and ``right``."""
    return _points((_key(mapped.run), cuts, dynamics), mapped.run, cuts, dynamics == "heldout")


def regions(points: pl.DataFrame, still_open: pl.DataFrame) -> dict[str, tuple[int, int, float]]:
    """By region: how many items, how many of them are open, and the mean probability that a label of those is wrong."""
    sizes = dict(points.group_by(pl.col("region").cast(pl.String)).len().iter_rows())
    scored = still_open.group_by(pl.col("region").cast(pl.String)).agg(pl.len(), pl.col("score").mean())
    by_region = {region: (n, mean) for region, n, mean in scored.iter_rows()}
    return {name: (sizes.get(name, 0), *by_region.get(name, (0, 0.0))) for name in REGIONS}


@kept(2)
def _findings(key: Hashable, run_id: int) -> pl.DataFrame:
    with database().snapshot() as connection:
        return run_frames.findings(connection, run_id, reasons=False)


@kept(6)
def _points(key: Hashable, run: Run, cuts: Cuts, heldout: bool) -> pl.DataFrame:
    return map_points(with_regions(_findings(_key(run), run.id), cuts, heldout=heldout), heldout=heldout)


def _key(run: Run) -> Hashable:
    return str(database().url), run.id, run.rescored_at
