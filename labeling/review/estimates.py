"""How many labels are wrong, as each estimate before an audit has it: four opinions, and whether they part."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

# Estimates part where the largest is that many times the smallest, and the gap is no trifle.
TIMES, GAP = 2.0, 0.1


class Estimated(StrEnum):
    """Who estimates: the models of the votes, all signals of an item together, CleanLab label by label, CleanLab overall."""

    CONSENSUS = "consensus"
    SUSPICION = "suspicion"
    FLAGGED = "flagged"
    HEALTH = "health"


@dataclass(frozen=True, slots=True)
class Estimate:
    """The ``share`` of wrong labels among ``n``, by one of :class:`Estimated`; it has no interval, for nobody measured it."""

    source: Estimated
    share: float
    n: int


def estimates(still_open: pl.DataFrame, items: int, *, speaks: bool, health: float | None) -> list[Estimate]:
    """What each source makes of FINDINGS that are ``still_open``, and CleanLab's ``health`` of all ``items``.

    Those by the classifier only where it ``speaks``, and ``health`` is known: CleanLab judges the classes that it tells apart.
    Without an open label or a figure an estimate is left out.

    >>> rows = pl.DataFrame({"probability": [0.9, 0.9], "score": [0.2, 0.4], "is_issue": [True, False]})
    >>> found = estimates(rows, 4, speaks=True, health=0.43)
    >>> [(each.source.value, round(each.share, 2), each.n) for each in found]
    [('consensus', 0.1, 2), ('suspicion', 0.3, 2), ('flagged', 0.5, 2), ('health', 0.57, 4)]
    >>> [each.source.value for each in estimates(rows, 4, speaks=True, health=None)]
    ['consensus', 'suspicion']
    """
    means = still_open.select(
        (1 - pl.col("probability")).mean().alias(Estimated.CONSENSUS),
        pl.col("score").mean().alias(Estimated.SUSPICION),
        pl.col("is_issue").cast(pl.Float64).mean().alias(Estimated.FLAGGED),
    ).row(0, named=True)
    shares = [(source, means[source], still_open.height) for source in (Estimated.CONSENSUS, Estimated.SUSPICION)]
    if speaks and health is not None:
        shares.append((Estimated.FLAGGED, means[Estimated.FLAGGED], still_open.height))
        shares.append((Estimated.HEALTH, 1 - health, items))
    return [Estimate(source, float(share), n) for source, share, n in shares if share is not None]


def part(found: list[Estimate]) -> bool:
    """Whether the estimates are so far apart that none can be believed before an audit has measured.

    >>> part([Estimate(Estimated.CONSENSUS, 0.11, 90), Estimate(Estimated.SUSPICION, 0.23, 90)])
    True
    >>> part([Estimate(Estimated.CONSENSUS, 0.01, 90), Estimate(Estimated.SUSPICION, 0.03, 90)])
    False
    """
    shares = [each.share for each in found]
    return len(shares) > 1 and max(shares) - min(shares) >= GAP and max(shares) >= TIMES * min(shares)
