"""Who is served what: pure decisions by hash, the same in every process and after every restart."""

from __future__ import annotations

import hashlib
import random

import numpy as np
import numpy.typing as npt

from db.vocabulary import SuggestionPolicy

# An item's position among those of its priority.
LINE_BITS = 40


def stable_hash(*parts: object) -> int:
    """A signed 63-bit hash that is the same on every machine, unlike the built-in one.

    >>> stable_hash(1, "a") == stable_hash(1, "a"), stable_hash(1, "a") == stable_hash(1, "b")
    (True, False)
    """
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True) >> 1


def golden_slots(seed: int, assessor_id: int, ordinal: int, size: int, golden: int) -> frozenset[int]:
    """The slots of one chunk that hold golden items, drawn without replacement from ``range(size)``.

    They depend on nothing that an assessor can see or change.

    >>> slots = golden_slots(seed=7, assessor_id=3, ordinal=1, size=20, golden=3)
    >>> len(slots), slots <= frozenset(range(20)), slots == golden_slots(7, 3, 1, 20, 3)
    (3, True, True)
    """
    draw = random.Random(stable_hash("golden", seed, assessor_id, ordinal))
    return frozenset(draw.sample(range(size), min(golden, size)))


def repeat_slots(
    seed: int, assessor_id: int, ordinal: int, size: int, golden: frozenset[int], repeats: int
) -> frozenset[int]:
    """The slots where one's own items come back: apart from the ``golden`` ones, one left at least for ordinary work.

    >>> gold = golden_slots(7, 3, 1, 20, 3)
    >>> slots = repeat_slots(7, 3, 1, 20, gold, 2)
    >>> len(slots), slots & gold, len(repeat_slots(7, 3, 1, 20, gold, 99))
    (2, frozenset(), 16)
    """
    draw = random.Random(stable_hash("repeat", seed, assessor_id, ordinal))
    free = [slot for slot in range(size) if slot not in golden]
    return frozenset(draw.sample(free, max(0, min(repeats, len(free) - 1))))


def repeat_pivot(seed: int, assessor_id: int, ordinal: int) -> int:
    """Where among one's earlier chunks, and in each of them, the search for items to repeat begins (31 bits)."""
    return stable_hash("again", seed, assessor_id, ordinal) % 2**31


def golden_pivot(seed: int, assessor_id: int, ordinal: int, slot: int) -> int:
    """Where on the ring of golden items the search for this slot's one begins (signed 63 bits)."""
    return stable_hash("pivot", seed, assessor_id, ordinal, slot)


def spin(seed: int, item_id: int) -> int:
    """A golden item's own place on that ring (signed 63 bits)."""
    return stable_hash("spin", seed, item_id)


def in_line(seed: int, item_ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Where items stand among those of their priority, int64 in [0, 2**40): in no order that a file could have.

    Steele's splitmix64, keyed; a million in some ten milliseconds. Two items may share a position.

    >>> [in_line(seed, np.arange(6)).argsort().tolist() for seed in (7, 8)]
    [[5, 1, 2, 0, 3, 4], [1, 0, 2, 5, 3, 4]]
    """
    key = np.uint64(seed % 2**64)
    mixed = (item_ids.astype(np.uint64) ^ key) * np.uint64(0x9E3779B97F4A7C15) + key
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(64 - LINE_BITS)).astype(np.int64)


def share_of(*parts: object) -> float:
    """A number in [0, 1) that follows from ``parts`` alone.

    >>> share_of(1, "a") == share_of(1, "a"), 0 <= share_of("b") < 1
    (True, True)
    """
    return (stable_hash(*parts) + 2**62) / 2**63


def is_pilot(seed: int, item: str, share: float) -> bool:
    """Whether an item is of the random part that is asked about to the maximum, whatever its votes say.

    >>> sum(is_pilot(7, f"item {n}", 0.15) for n in range(10_000))
    1584
    """
    return share_of("pilot", seed, item) < share


def arm_of(policy: SuggestionPolicy, seed: int, assessor_id: int, item_id: int) -> SuggestionPolicy:
    """Whether this assessor sees junior's suggestion on this item: as the project says; in an experiment, by lot.

    A golden item draws like any other: the arm tells nobody what it is.

    >>> drawn = [arm_of(SuggestionPolicy.EXPERIMENT, 7, 1, n).value for n in range(3000)]
    >>> [drawn.count(arm) for arm in ("hidden", "before", "after")]
    [965, 1020, 1015]
    """
    if policy is not SuggestionPolicy.EXPERIMENT:
        return policy
    arms = (SuggestionPolicy.HIDDEN, SuggestionPolicy.BEFORE, SuggestionPolicy.AFTER)
    return arms[int(share_of("arm", seed, assessor_id, item_id) * len(arms))]


def is_probe(seed: int, assessor_id: int, item_id: int, share: float) -> bool:
    """Whether a golden item shows this assessor a wrong suggestion on purpose."""
    return share_of("probe", seed, assessor_id, item_id) < share
