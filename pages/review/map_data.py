"""What the data map's page reads, and which points are drawn in which groups: all but the drawing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from db.engine import database
from db.frames import runs as run_frames
from labeling.kept import kept
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from labeling.review.data_map import REGIONS, Cuts
from labeling.review.triage import with_regions
from labeling.runs import runs
from labeling.runs.runs import Run
from pages.review.believed import classifier_speaks
from pages.ui.charts.data_map import Group
from pages.ui.charts.drawing import REST
from pages.ui.run_list import chosen_run
from pages.ui.words import t, title_of

DYNAMICS = ("training", "heldout")
# Points with ``group``, a place in the list.
Grouped = tuple[pl.DataFrame, list[Group]]

COLOURINGS = ("region", "class", "correctness", "flag", "disagreement")
# The steps of the two that are measured, from good to bad.
CORRECTNESS, DISAGREEMENT = ("always", "mostly", "rarely", "never"), ("none", "third", "half", "more")
# What a browser moves fluently.
MOST_POINTS = 50_000
MOST_CLASSES = 12
STRATA = ("hard", "flagged", "ambiguous", "easy")
# Of the points, for every kind that could otherwise vanish from a crowded map.
_KEPT = 0.04
# Told apart on light and on dark, and by shape where colours aren't.
_COLOURS = {"easy": "#4477AA", "ambiguous": "#C9A227", "hard": "#CC3355"}
_SHAPES = {"easy": "circle", "ambiguous": "diamond", "hard": "x"}
_RAMP = ("#CC3355", "#D9822B", "#C9A227", "#4477AA")
_SYMBOLS = ("x", "triangle-up", "diamond", "circle")


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
    """The analysis that the reader has chosen, else the newest; None before the first. Of a classifier that doesn't speak there
    is no map."""
    with database().snapshot() as connection:
        run = chosen_run(project, runs.runs(connection, project.id))
    if run is None:
        return None
    findings = _findings(_key(run), run.id)
    columns = {"training": "confidence", "heldout": "heldout_confidence"} if classifier_speaks(run.report or {}) else {}
    return Mapped(
        run, findings, tuple(name for name in DYNAMICS if name in columns and findings[columns[name]].count())
    )


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


def map_points(findings: pl.DataFrame, *, heldout: bool) -> pl.DataFrame:
    """The rows of FINDINGS with ``region`` that have a place: ``x`` variability, ``y`` confidence, ``right`` correctness."""
    prefix = "heldout_" if heldout else ""
    placed = findings.with_columns(
        pl.col(f"{prefix}variability").alias("x"),
        pl.col(f"{prefix}confidence").alias("y"),
        pl.col(f"{prefix}correctness").alias("right"),
    )
    return placed.filter(pl.col("x").is_not_null() & pl.col("y").is_not_null())


def grouped(points: pl.DataFrame, by: str, titled: Mapping[str, LabelClass]) -> Grouped:
    """The points with ``group``, a place in the list of groups; those stand first that are drawn first, beneath."""
    return _by_class(points, titled) if by == "class" else _GROUPINGS[by](points)


def drawn(points: pl.DataFrame, most: int = MOST_POINTS) -> tuple[pl.DataFrame, dict[str, tuple[int, int]]]:
    """At most ``most`` of the points, and by stratum how many of how many are drawn.

    Hard, flagged and ambiguous ones come first, all of them where they fit; of each stratum that doesn't, some by chance,
    always the same ones.
    """
    stratum = (
        pl.when(pl.col("region") == "hard").then(0).when(pl.col("is_issue")).then(1)
        .when(pl.col("region") == "ambiguous").then(2).otherwise(3)
    )  # fmt: skip
    points = points.with_columns(stratum.alias("stratum"))
    sizes = [int((points["stratum"] == n).sum()) for n in range(len(STRATA))]
    taken = _shares(sizes, most)
    counts = {name: (taken[n], sizes[n]) for n, name in enumerate(STRATA)}
    if points.height <= most:
        return points, counts
    order = pl.col("item_id").hash(0).rank("ordinal").over("stratum")
    quota = pl.col("stratum").replace_strict(dict(enumerate(taken)), return_dtype=pl.UInt32)
    return points.filter(order <= quota), counts


def _shares(sizes: Sequence[int], most: int) -> list[int]:
    """How many of each stratum are taken, the first ones before the others; none vanishes that has any.

    >>> _shares([10, 5, 30, 55], 50), _shares([80, 0, 30, 55], 50), _shares([1, 1, 1, 1], 50)
    ([10, 5, 30, 5], [46, 0, 2, 2], [1, 1, 1, 1])
    """
    taken: list[int] = []
    for n, size in enumerate(sizes):
        reserved = sum(min(later, int(most * _KEPT)) for later in sizes[n + 1 :])
        taken.append(min(size, max(most - sum(taken) - reserved, 0)))
    return taken


def _by_region(points: pl.DataFrame) -> Grouped:
    groups = [Group(t(f"region.{name}"), _COLOURS[name], _SHAPES[name]) for name in REGIONS]
    return points.with_columns(pl.col("region").to_physical().cast(pl.UInt8).alias("group")), groups


def _by_class(points: pl.DataFrame, titled: Mapping[str, LabelClass]) -> Grouped:
    """The largest classes in their colours, with shapes in turn; beyond MOST_CLASSES the others together."""
    sizes = points.group_by(pl.col("given").cast(pl.String)).len().sort("len", "given", descending=[True, False])
    named = sizes["given"].to_list()[:MOST_CLASSES]
    groups = [Group(t("map.other_classes", n=sizes.height - len(named)), REST, "circle-open")]
    for n, code in enumerate(named):
        entry = titled.get(code)
        groups.append(Group(title_of(entry) if entry else code, entry.colour if entry else REST, _CLASS_SYMBOLS[n % 6]))
    places = {code: n for n, code in enumerate(named, 1)}
    place = pl.col("given").cast(pl.String).replace_strict(places, default=0, return_dtype=pl.UInt8)
    return points.with_columns(place.alias("group")), groups


def _by_correctness(points: pl.DataFrame) -> Grouped:
    right = pl.col("right")
    place = pl.when(right >= 1).then(0).when(right >= 0.5).then(1).when(right > 0).then(2).otherwise(3)
    return points.with_columns(place.cast(pl.UInt8).alias("group")), _ramp("correctness", CORRECTNESS)


def _by_flag(points: pl.DataFrame) -> Grouped:
    groups = [Group(t("map.flag.no"), _COLOURS["easy"], "circle"), Group(t("map.flag.yes"), _COLOURS["hard"], "x")]
    return points.with_columns(pl.col("is_issue").cast(pl.UInt8).alias("group")), groups


def _by_disagreement(points: pl.DataFrame) -> Grouped:
    against = pl.col("disagreement").fill_null(0)
    place = pl.when(against <= 0).then(0).when(against <= 0.34).then(1).when(against <= 0.5).then(2).otherwise(3)
    return points.with_columns(place.cast(pl.UInt8).alias("group")), _ramp("disagreement", DISAGREEMENT)


def _ramp(kind: str, names: Sequence[str]) -> list[Group]:
    """From good to bad."""
    looks = zip(names, _RAMP[::-1], _SYMBOLS[::-1], strict=True)
    return [Group(t(f"map.{kind}.{name}"), colour, symbol) for name, colour, symbol in looks]


_CLASS_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "cross")
_GROUPINGS: dict[str, Callable[[pl.DataFrame], Grouped]] = {
    "region": _by_region,
    "correctness": _by_correctness,
    "flag": _by_flag,
    "disagreement": _by_disagreement,
}
