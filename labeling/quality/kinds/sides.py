"""On which side each of two candidates is shown, so that neither gains by its place."""

from __future__ import annotations

import hashlib

_TURNED = {"first": "second", "second": "first"}


def is_turned(seed: int, person: int, item: int) -> bool:
    """Whether a person is shown an item's second candidate first: a lot that falls the same way each time.

    >>> [is_turned(7, 1, item) for item in range(6)]
    [True, True, True, False, True, True]
    """
    drawn = hashlib.blake2b(f"side {seed} {person} {item}".encode(), digest_size=1).digest()
    return drawn[0] % 2 == 1


def turned(label: str | None) -> str | None:
    """What is said of two candidates, said of them in their other order.

    >>> turned("first"), turned("tie"), turned(None)
    ('second', 'tie', None)
    """
    return label if label is None else _TURNED.get(label, label)
