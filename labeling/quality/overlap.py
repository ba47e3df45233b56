"""Adaptive overlap: ask about an item until its consensus is sure enough; replayed on votes already given.

Each item's votes are handed out in the order of the frame, as they would have been asked for. A replay never looks at a
vote that it has not asked for: assessors' confusions come from the votes seen so far, and nothing else decides.

Votes that were collected until they agreed look more unanimous than they are, so how sure the model may be can't
be learned from them. A random part of the items, the pilot, is therefore asked about to the maximum at once, and the
temperature (see ``foretelling``) is the one that foretells hidden votes of the pilot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from labeling.errors import LabelingError
from labeling.quality.consensus import hierarchical
from labeling.quality.consensus.foretelling import best_temperature, foretell
from labeling.quality.consensus.incidence import Floats, Incidence, soften
from labeling.quality.consensus.ties import leading
from labeling.quality.frames import Votes

MODEL = "hierarchical"


@dataclass(frozen=True, eq=False)
class Replay:
    """What adaptive overlap would have asked.

    ``frame``: item, label (Enum), probability, asked, given (votes on record), pilot, settled (probability passes the
    target). ``keep`` bool (votes,) marks the votes asked for; ``share`` is their part of all; ``rounds`` the times the
    model was fitted.
    """

    frame: pl.DataFrame
    keep: npt.NDArray[np.bool_]
    share: float
    temperature: float
    rounds: int


def replay(
    votes: Votes,
    *,
    target: float = 0.9,
    minimum: int = 3,
    maximum: int | None = None,
    pilot: float = 0.15,
    seed: int = 0,
) -> Replay:
    """Hand out the votes of every item one by one until its probability reaches ``target``.

    Each item gets ``minimum`` votes first, at most ``maximum`` (default: all on record); a part ``pilot`` of the items
    gets the maximum at once. Rounds go breadth-first: every unsettled item gets one vote, then the model is fitted
    again, and an item that falls under the target is asked about again. Golden items anchor the model where ``votes``
    has them; they count as settled after the minimum. Raises LabelingError ``overlap_range``.

    >>> from labeling.quality.frames import votes_frame
    >>> votes = votes_frame(pl.DataFrame({
    ...     "item": [i for i in range(20) for _ in range(8)],
    ...     "annotator": [a for _ in range(20) for a in range(8)],
    ...     "label": [i % 2 for i in range(20) for _ in range(8)],
    ... }))
    >>> found = replay(votes)
    >>> 0.4 < found.share < 0.6, found.frame["settled"].all()
    (True, True)
    """
    if not (0 < target < 1 and minimum >= 1 and (maximum is None or maximum >= minimum) and 0 <= pilot <= 1):
        raise LabelingError("overlap_range", target=target, minimum=minimum, maximum=maximum, pilot=pilot)
    random = np.random.default_rng(seed)
    turn = turns(votes.item)
    given = np.bincount(votes.item, minlength=len(votes.items))
    most = given if maximum is None else np.minimum(given, maximum)
    pilots = random.random(len(given)) < pilot
    asked = np.where(pilots, most, np.minimum(most, minimum))
    if not len(votes):
        blank = np.ones((len(given), max(len(votes.classes), 1)))
        nothing = _frame(votes, blank, asked, given, pilots, np.zeros(len(given), dtype=bool))
        return Replay(nothing, np.zeros(0, dtype=bool), 1.0, 1.0, 0)
    rounds = 0
    while True:
        rounds += 1
        keep = turn < asked[votes.item]
        posterior, temperature = _posterior(votes, keep, pilots, random)
        sure = posterior.max(axis=1) >= target
        unsettled = ~sure & (asked < most)
        if not unsettled.any():
            break
        asked = asked + unsettled
    frame = _frame(votes, posterior, asked, given, pilots, sure)
    return Replay(frame, keep, float(keep.mean()), temperature, rounds)


def asking(votes: Votes, *, target: float, pilots: npt.NDArray[np.bool_], seed: int = 0) -> pl.DataFrame:
    """ASKING(item, probability, settled): which items have answers enough, by the votes there are.

    ``pilots`` bool (items,) marks those that are asked to the maximum whatever their probability: what they vouch for
    sets the temperature, so they are never settled. Items without a vote are left out.

    >>> from labeling.quality.frames import votes_frame
    >>> votes = votes_frame(pl.DataFrame({
    ...     "item": [i for i in range(40) for _ in range(3)],
    ...     "annotator": [a for _ in range(40) for a in range(3)],
    ...     "label": [i % 2 if i > 5 or a != i % 3 else 1 - i % 2 for i in range(40) for a in range(3)],
    ... }))
    >>> found = asking(votes, target=0.95, pilots=np.arange(40) == 39)
    >>> found["settled"].to_list() == [5 < i < 39 for i in range(40)]
    True
    """
    keep = np.ones(len(votes), dtype=bool)
    posterior, _ = _posterior(votes, keep, pilots, np.random.default_rng(seed))
    probability = posterior.max(axis=1)
    met = np.flatnonzero(np.bincount(votes.item, minlength=len(votes.items)))
    return pl.DataFrame(
        {
            "item": votes.items.gather(met),
            "probability": probability[met],
            "settled": (probability[met] >= target) & ~pilots[met],
        }
    )


def turns(item: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """How many votes on the same item came before each vote."""
    order = np.argsort(item, kind="stable")
    grouped = item[order]
    starts = np.flatnonzero(np.diff(grouped, prepend=-1))
    place = np.arange(len(item)) - np.repeat(starts, np.diff(starts, append=len(item)))
    turn = np.empty(len(item), dtype=np.int64)
    turn[order] = place
    return turn


def _posterior(
    votes: Votes, keep: npt.NDArray[np.bool_], pilots: npt.NDArray[np.bool_], random: np.random.Generator
) -> tuple[Floats, float]:
    """Softened posterior from the votes asked for, and the temperature that the pilot vouches for."""
    models = {MODEL: hierarchical.fit}
    chances = foretell(votes, models, random, visible=keep, hide=pilots[votes.item])[MODEL]
    temperature = best_temperature(chances)
    incidence = Incidence.of(votes, keep)
    return incidence.clamp(soften(hierarchical.fit(incidence).posterior, temperature)), temperature


def _frame(
    votes: Votes,
    posterior: Floats,
    asked: npt.NDArray[np.int64],
    given: npt.NDArray[np.int64],
    pilots: npt.NDArray[np.bool_],
    sure: npt.NDArray[np.bool_],
) -> pl.DataFrame:
    top, _ = leading(posterior, votes.items, votes.classes)
    return pl.DataFrame(
        {
            "item": votes.items,
            "label": pl.Series(votes.classes, dtype=pl.Enum(votes.classes)).gather(top),
            "probability": posterior[np.arange(len(top)), top],
            "asked": pl.Series(asked, dtype=pl.UInt32),
            "given": pl.Series(given, dtype=pl.UInt32),
            "pilot": pilots,
            "settled": sure,
        }
    )
