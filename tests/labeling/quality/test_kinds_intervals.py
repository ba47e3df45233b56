"""95 % intervals of the kinds' figures hold the truth about as often as they say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from labeling.quality.figures import Figure
from labeling.quality.kinds.ordered import ordered_agreement
from labeling.quality.kinds.pair import pair_agreement
from labeling.quality.kinds.several import several_agreement
from labeling.quality.kinds.tree import tree_agreement
from tests.labeling.quality.worlds import crowd, within

WORLDS = 400
CLASSES = (0.4, 0.3, 0.2, 0.1)
# What each class of the made-up crowd is called where a label is of this kind.
SETS = pl.Series([["x"], ["x", "y"], ["y", "z"], []], dtype=pl.List(pl.String))
PATHS = pl.Series(["a > b", "a > c", "d", "d > e"])


def several(votes: pl.DataFrame, draws: int, seed: int) -> dict[str, Figure]:
    found = several_agreement(votes.with_columns(label=SETS.gather(votes["label"])), draws=draws, seed=seed)
    row = found.classes.filter(label="y").row(0, named=True)
    alpha = Figure(row["alpha"], row["alpha_low"], row["alpha_high"], row["n"])
    names = ("exact", "alpha_jaccard", "alpha_masi", "f1")
    return {name: getattr(found, name) for name in names} | {"alpha of y": alpha}


def ordered(votes: pl.DataFrame, draws: int, seed: int) -> dict[str, Figure]:
    found = ordered_agreement(votes, classes=range(4), draws=draws, seed=seed)
    return {name: getattr(found, name) for name in ("kappa_linear", "kappa_quadratic", "distance")}


def tree(votes: pl.DataFrame, draws: int, seed: int) -> dict[str, Figure]:
    found = tree_agreement(votes.with_columns(label=PATHS.gather(votes["label"])), draws=draws, seed=seed)
    return {"path": found.alpha_path, "level 1": found.levels[0].alpha, "level 2": found.levels[1].alpha}


@pytest.mark.parametrize("figures_of", [several, ordered, tree])
def test_figures_are_covered(figures_of: Callable[[pl.DataFrame, int, int], dict[str, Figure]]) -> None:
    rng = np.random.default_rng(7)
    truth = figures_of(crowd(rng, 100_000, 5, CLASSES), 0, 0)
    held = dict.fromkeys(truth, 0.0)
    for world in range(WORLDS):
        for name, figure in figures_of(crowd(rng, 60, 5, CLASSES), 300, world).items():
            true = truth[name].value
            assert true is not None
            held[name] += within(figure.low, true, figure.high) / WORLDS
    # Three standard errors around 95 %, of 400 worlds.
    assert all(0.917 <= share <= 0.983 for share in held.values()), held


def test_the_bias_by_place_is_covered_where_people_agree() -> None:
    rng = np.random.default_rng(8)
    names = np.array(["first", "second", "tie"])
    held = 0.0
    for _ in range(WORLDS):
        better = rng.random(80) < 0.55
        item, annotator = np.repeat(np.arange(80), 4), np.tile(np.arange(4), 80)
        label = np.where(rng.random(320) < 0.8, np.where(better[item], 0, 1), rng.choice(3, 320, p=[0.4, 0.4, 0.2]))
        frame = pl.DataFrame({"item": item, "annotator": annotator, "label": names[label]})
        bias = pair_agreement(frame, draws=0).bias.first
        held += within(bias.low, (0.8 * 0.55 + 0.08) / (0.8 + 0.16), bias.high) / WORLDS
    assert 0.917 <= held <= 0.983, held
