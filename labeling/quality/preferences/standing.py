"""How sources stand by the labels of their pairs: a ranking, who met whom with what end, how long their texts are."""

from __future__ import annotations

import polars as pl

from labeling.quality.intervals import LEVEL, shares
from labeling.quality.kinds.pair import Preference
from labeling.quality.preferences.chosen import SOURCES
from labeling.quality.preferences.davidson import CHANCES, Ahead, Ranking, rank_sources


def rank_preferences(found: pl.DataFrame, *, level: float = LEVEL) -> Ranking:
    """``rank_sources`` by the labels of PREFERENCES, each by its chances: so annotators count as far as they are reliable.

    Pairs without a label say nothing; which are kept for training doesn't matter. Raises LabelingError ``level_out_of_range``.
    """
    labeled = found.filter(pl.col("label").is_not_null())
    return rank_sources(labeled.select("item", "label", *CHANCES, first=SOURCES[0], second=SOURCES[1]), level=level)


def against_average(ranking: Ranking) -> pl.DataFrame:
    """RANKING with ``share``, ``share_low``, ``share_high``: of the pairs that one of both wins, how many a source would win
    against one of its group's mean strength. It says the same as the strength, in words.

    >>> rows = [(1, "x", "y", "first"), (2, "x", "y", "first"), (3, "y", "x", "first")]
    >>> found = rank_sources(pl.DataFrame(rows, schema=["item", "first", "second", "label"], orient="row"))
    >>> against_average(found).select("source", pl.col("share").round(2)).rows()
    [('x', 0.59), ('y', 0.41)]
    """
    told = {"share": "strength", "share_low": "low", "share_high": "high"}
    return ranking.frame.with_columns((1 / (1 + (-pl.col(of)).exp())).alias(name) for name, of in told.items())


def lead_of(ranking: Ranking) -> Ahead | None:
    """Whether the best source is ahead of the next; None where no two were compared. Of several groups that of most items."""
    if not ranking.items:
        return None
    group = max(ranking.items, key=lambda name: (ranking.items[name], -name))
    best = ranking.frame.filter(pl.col("group") == group)["source"]
    return ranking.ahead(best[0], best[1])


def meetings(found: pl.DataFrame, *, level: float = LEVEL) -> pl.DataFrame:
    """MEETINGS(source, other, n, wins, losses, ties, both_bad, share, low, high): how the labels of PREFERENCES end between each
    two sources, a row either way, by name.

    ``share`` is that of ``source`` of the pairs that one of both wins; Wilson's interval, null where none is won. Pairs
    of one source are left out, and those whose sources aren't known.

    >>> rows = [("x", "y", "first"), ("y", "x", "second"), ("y", "x", "tie")]
    >>> found = pl.DataFrame(rows, schema=["first_source", "second_source", "label"], orient="row")
    >>> meetings(found).select("source", "other", "n", "wins", "losses", "ties", "share").rows()
    [('x', 'y', 3, 2, 0, 1, 1.0), ('y', 'x', 3, 0, 2, 1, 0.0)]
    """
    met = found.filter(pl.col("label").is_not_null(), pl.col(SOURCES[0]) != pl.col(SOURCES[1]))
    ends = {"wins": Preference.FIRST, "losses": Preference.SECOND}
    won = pl.when(pl.col("label") == Preference.FIRST).then(pl.lit(Preference.SECOND.value))
    turned = won.when(pl.col("label") == Preference.SECOND).then(pl.lit(Preference.FIRST.value)).otherwise("label")
    both = pl.concat(
        [
            met.select(pl.col(SOURCES[0]).alias("source"), pl.col(SOURCES[1]).alias("other"), "label"),
            met.select(pl.col(SOURCES[1]).alias("source"), pl.col(SOURCES[0]).alias("other"), label=turned),
        ]
    )
    counted = {name: (pl.col("label") == end).sum() for name, end in ends.items()}
    counted |= {
        "ties": (pl.col("label") == Preference.TIE).sum(),
        "both_bad": (pl.col("label") == Preference.BOTH_BAD).sum(),
    }
    rows = both.group_by("source", "other").agg(pl.len().alias("n"), **counted).sort("source", "other")
    return rows.with_columns(
        shares(rows["wins"].to_numpy(), (rows["wins"] + rows["losses"]).to_numpy(), "share", level)
    )


def lengths(found: pl.DataFrame) -> pl.DataFrame:
    """LENGTHS(source, median, n): how many characters the texts of each source have, of PAIRS with sources; n counts texts.

    >>> pair = pl.DataFrame({"first": ["abc"], "second": ["a"], "first_source": ["x"], "second_source": ["x"]})
    >>> lengths(pair).rows()
    [('x', 2.0, 2)]
    """
    sides = [
        found.select(pl.col(source).alias("source"), pl.col(text).str.len_chars().alias("length"))
        for source, text in zip(SOURCES, ("first", "second"), strict=True)
    ]
    texts = pl.concat(sides).drop_nulls("source")
    return texts.group_by("source").agg(pl.col("length").median().alias("median"), pl.len().alias("n")).sort("source")
