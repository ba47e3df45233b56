"""Who is served what: pure decisions by hash, the same in every process and after every restart."""

from __future__ import annotations

import hashlib
import random


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


def golden_pivot(seed: int, assessor_id: int, ordinal: int, slot: int) -> int:
    """Where on the ring of golden items the search for this slot's one begins (signed 63 bits)."""
    return stable_hash("pivot", seed, assessor_id, ordinal, slot)


def spin(seed: int, item_id: int) -> int:
    """A golden item's own place on that ring (signed 63 bits)."""
    return stable_hash("spin", seed, item_id)
