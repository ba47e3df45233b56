"""Wrong labels put into sets and orders: at a fifth of the items we find no fewer than CleanLab's best way does.

The best of its ways is chosen with the answer known, over all noises of a world together (``benchmarks.kinds_suspicion``).
"""

from __future__ import annotations

import numpy as np

from benchmarks.kinds_suspicion import CUTS, World, of_sets, of_steps, worlds
from benchmarks.label_noise import noisy_sets, noisy_steps
from tests.shared import SHARED, shared_file

RATE, FIFTH = 0.1, CUTS.index(20)


def measured(name: str) -> dict[str, float]:
    """Shares found at a fifth of the items by every ranking, mean over the noises."""
    world = next(world for world in worlds(SHARED, 1) if world.name == name)
    rows = [of_sets(world, given) for given in sets_of(world)] if world.sets is not None else []
    rows += [of_steps(world, given) for given in steps_of(world)] if world.steps is not None else []
    return {ranking: float(np.mean([row[ranking][FIFTH] for row in rows])) for ranking in rows[0]}


def sets_of(world: World) -> list[np.ndarray]:
    assert world.sets is not None
    random = np.random.default_rng(1)
    ways = (("add", False), ("remove", False), ("replace", True))
    return [noisy_sets(world.sets, RATE, how, random, confusable=confusable) for how, confusable in ways]


def steps_of(world: World) -> list[np.ndarray]:
    assert world.steps is not None
    random = np.random.default_rng(1)
    return [noisy_steps(world.steps, len(world.classes), RATE, how, random) for how in ("shift", "random", "mirror")]


def holds(found: dict[str, float], slack: float = 0.0) -> None:
    peers = [share for ranking, share in found.items() if ranking.startswith("cleanlab")]
    assert found["ours"] >= max(peers) - slack, found


def test_made_up_sets() -> None:
    found = measured("made_sets")
    holds(found, slack=0.01)
    assert found["ours"] > found["cleanlab"] + 0.1


def test_made_up_steps() -> None:
    holds(measured("made_steps"), slack=0.01)


def test_emotions_of_russian_texts() -> None:
    shared_file("brighter_rus/items.csv")
    holds(measured("brighter_rus"))


def test_steps_of_sentiment() -> None:
    shared_file("vader_amazon/ratings.csv")
    holds(measured("vader_amazon"))


def test_noise_is_what_it_says() -> None:
    random = np.random.default_rng(0)
    sets = random.random((300, 5)) < 0.3
    for how, more in (("add", 1), ("remove", -1), ("replace", 0)):
        for confusable in (False, True):
            given = noisy_sets(sets, 0.2, how, random, confusable=confusable)
            changed = (given != sets).any(axis=1)
            could = changed & sets.any(axis=1) & ~sets.all(axis=1)
            assert changed.sum() == 60
            assert (given[could].sum(axis=1) - sets[could].sum(axis=1) == more).all()
    steps = random.integers(0, 5, 300)
    off = np.abs(noisy_steps(steps, 5, 0.5, "shift", random) - steps)
    assert set(off[off > 0]) == {1, 2}
    assert (off > 0).sum() == 150
    mirrored = noisy_steps(steps, 5, 0.5, "mirror", random)
    assert (mirrored[mirrored != steps] == 4 - steps[mirrored != steps]).all()
