"""Made-up projects under review: labels right or wrong, scores that know more or less of it, and rulings by every route."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import expit, logit

from labeling.quality.audit import strata

ROUTE = pl.Series(["audit", "targeted", "other", None], dtype=pl.String)
# Projects that share their texts and scores, so that a thousand take seconds; labels, samples and rulings are their own.
ALIKE = 40
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """Projects of ``items`` labels, a ``rate`` of them wrong; ``scores`` are calibrated, sharp, useless or upside down.

    ``audit`` items are drawn and a part ``done`` of them ruled, in order; of all items a part ``other`` is ruled by hand,
    anywhere, and a part ``targeted`` by today's scores, which have wandered from those at the draw.
    """

    items: int
    rate: float
    scores: str
    audit: int
    done: float = 1.0
    targeted: float = 0.0
    other: float = 0.0
    wander: float = 0.5
    classes: tuple[float, ...] = (1.0,)


def populations(world: World, projects: int, rng: np.random.Generator) -> pl.DataFrame:
    """POPULATION(item, given, stratum, sampled, route, wrong) of many projects, with ``project`` and ``truth`` beside it."""
    return pl.concat([alike(world, first, rng) for first in range(0, projects, ALIKE)])


def alike(world: World, first: int, rng: np.random.Generator) -> pl.DataFrame:
    score, chance = scores(world, rng)
    shape = (ALIKE, world.items)
    frame = pl.DataFrame({"item": np.arange(world.items), "score": score})
    stratum = strata(frame, world.audit).sort("item")["stratum"].to_numpy()
    wrong = rng.random(shape) < chance
    position = positions(stratum, rng)
    route = np.where(position < round(world.done * world.audit), 0, 3)
    route[(rng.random(shape) < world.other) & (route == 3)] = 2
    today = logit(np.clip(score, 1e-6, 1 - 1e-6)) + world.wander * rng.normal(size=shape)
    today[(position < world.audit) | (route != 3)] = -np.inf
    queue = np.argsort(-today, axis=1)[:, : round(world.targeted * world.items)]
    np.put_along_axis(route, queue, 1, axis=1)
    return pl.DataFrame(
        {
            "project": np.repeat(np.arange(first, first + ALIKE), world.items),
            "item": np.arange(first * world.items, (first + ALIKE) * world.items),
            "given": rng.choice(len(world.classes), wrong.size, p=world.classes),
            "score": np.tile(score, ALIKE),
            "stratum": np.tile(stratum, ALIKE),
            "sampled": (position < world.audit).ravel(),
            "route": ROUTE.gather(route.ravel()),
            "truth": wrong.ravel(),
        }
    ).with_columns(wrong=pl.when(pl.col("route").is_not_null()).then("truth"))


def positions(stratum: npt.NDArray[np.int32], rng: np.random.Generator) -> Whole:
    """Random orders (ALIKE, items) that take one item of every stratum a round, as ``plan`` does."""
    shape = (ALIKE, len(stratum))
    order = np.argsort(stratum + rng.random(shape), axis=1)
    starts = np.searchsorted(np.sort(stratum), np.arange(stratum.max() + 1))
    turn = np.empty(shape, dtype=np.int64)
    np.put_along_axis(turn, order, np.arange(len(stratum)) - starts[stratum[order]], axis=1)
    place = np.empty(shape, dtype=np.int64)
    np.put_along_axis(place, np.argsort(turn + rng.random(shape), axis=1), np.arange(len(stratum))[None], axis=1)
    return place


def scores(world: World, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Each label's score, and its chance of being wrong."""
    middle, noise = logit(world.rate), rng.normal(size=world.items)
    if world.scores == "calibrated":
        score = expit(middle - 1.2 + 2 * noise)
        score = np.clip(score * world.rate / score.mean(), 0.001, 0.98)
        return score, score
    if world.scores == "upside down":
        chance = expit(middle - noise)
        return expit(middle + noise), chance * world.rate / chance.mean()
    if world.scores == "sharp":
        known = noise + np.where(rng.random(world.items) < world.rate, 1.5, -1.5)
        return expit(middle + known), expit(middle + 3 * known)
    return expit(middle + noise), np.full(world.items, world.rate)
