"""By what alone, length, place or source, a model could tell the chosen of two texts from the rejected."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from labeling.quality.figures import Figure
from labeling.quality.frames import Votes
from labeling.quality.intervals import LEVEL, wilson
from labeling.quality.kinds.pair import Preference
from labeling.quality.preferences.chosen import SOURCES

# Whoever wins so often nearly always wins.
ALWAYS = 0.9
# A sign that may be right so often and not be seen is more than a model should be given.
CLEAR = 0.65


def shortcuts(
    found: pl.DataFrame, votes: Votes, swapped: pl.Series | None = None, *, level: float = LEVEL
) -> dict[str, Figure]:
    """By what a model could tell the chosen texts without reading them, of kept PREFERENCES; n counts items.

    ``longer``: the share of chosen texts that are the longer ones, by characters, of pairs that differ in that. ``first``:
    the share that stand first in the file. ``shown_first``: the share of the votes for the chosen that were given while it
    stood first, each item as one; by ``swapped``, of each of ``votes`` whether the first stood second, null unknown. One half
    where it says nothing; Wilson's intervals, which hold for shares of votes too, as these vary less than yes and no do.
    """
    kept = found.filter(pl.col("left_out").is_null())
    first = int((kept["label"] == Preference.FIRST).sum())
    figures = {"longer": longer(kept, level=level), "first": wilson(first, len(kept), level)}
    if swapped is not None:
        placed = _shown_first(kept, votes, swapped)
        figures["shown_first"] = wilson(float(placed.sum()), len(placed), level)
    return figures


def longer(kept: pl.DataFrame, *, level: float = LEVEL) -> Figure:
    """The share of decided preferences that go to the longer text, of KEPT(label, first, second), where the texts differ in that.

    >>> longer(pl.DataFrame({"label": ["first", "first", "tie"], "first": ["long"] * 3, "second": ["x", "as long", "x"]})).value
    0.5
    """
    decided = kept.filter(pl.col("label").is_in([Preference.FIRST.value, Preference.SECOND.value]))
    first = (decided["label"] == Preference.FIRST).to_numpy()
    lengths = decided.select(pl.col("first", "second").str.len_chars().cast(pl.Int64))
    gap = (lengths["first"] - lengths["second"]).to_numpy()
    return wilson(int(((gap > 0) == first)[gap != 0].sum()), int((gap != 0).sum()), level)


def _shown_first(kept: pl.DataFrame, votes: Votes, swapped: pl.Series) -> npt.NDArray[np.float64]:
    given = pl.DataFrame(
        {
            "item": votes.items.cast(pl.String).gather(votes.item),
            "label": pl.Series(votes.classes).gather(votes.label),
            "swapped": swapped,
        }
    ).drop_nulls("swapped")
    for_chosen = given.join(kept.select("item", "label"), on=["item", "label"])
    stood_first = (pl.col("label") == Preference.FIRST) != pl.col("swapped")
    return for_chosen.group_by("item").agg(stood_first.mean().alias("share"))["share"].to_numpy()


def misleading(figure: Figure) -> bool:
    """Whether the interval lies off one half.

    >>> misleading(wilson(80, 100)), misleading(wilson(55, 100))
    (True, False)
    """
    return figure.low is not None and figure.high is not None and not figure.low <= 0.5 <= figure.high


def favourite(found: pl.DataFrame, *, level: float = LEVEL) -> tuple[str, Figure] | None:
    """The source whose texts are chosen most surely, and the share of its pairs in which they are, of kept PREFERENCES.

    Pairs of one source, or of texts whose sources aren't known, say nothing; None where all are. It is the source with the
    highest lower end of Wilson's interval; n counts its pairs.

    >>> rows = [("x", "y", "first", None)] * 3 + [("y", "x", "first", None)]
    >>> found = pl.DataFrame(rows, schema=["first_source", "second_source", "label", "left_out"], orient="row")
    >>> name, share = favourite(found)
    >>> name, share.value, share.n
    ('x', 0.75, 4)
    """
    kept = found.filter(pl.col("left_out").is_null(), pl.col(SOURCES[0]) != pl.col(SOURCES[1]))
    is_first = pl.col("label") == Preference.FIRST
    sides = [
        kept.select(pl.col(name).alias("source"), won.alias("won"))
        for name, won in zip(SOURCES, (is_first, ~is_first), strict=True)
    ]
    counted = pl.concat(sides).group_by("source").agg(pl.col("won").sum(), pl.len().alias("n")).sort("source")
    shares = {source: wilson(won, n, level) for source, won, n in counted.iter_rows()}
    return max(shares.items(), key=lambda entry: (entry[1].low or 0.0, entry[1].n), default=None)


def unseen(figures: Iterable[Figure]) -> float | None:
    """The share of pairs that a sign, or its opposite, may still be right on by these intervals; None where none has one.

    >>> round(unseen([wilson(5, 10), wilson(40, 100)]), 2)
    0.76
    """
    ends = [
        max(figure.high, 1 - figure.low) for figure in figures if figure.low is not None and figure.high is not None
    ]
    return max(ends, default=None)


def is_always(figure: Figure) -> bool:
    """Whether a source surely wins so often that a model need only know whose text it reads.

    >>> is_always(wilson(99, 100)), is_always(wilson(9, 10))
    (True, False)
    """
    return figure.low is not None and figure.low >= ALWAYS
