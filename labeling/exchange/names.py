"""Labels, items and annotators of a whole column as they are compared: what looks the same is the same."""

from __future__ import annotations

import polars as pl

from labeling.exchange.cells import INVISIBLE


def plain_labels(names: pl.Series) -> pl.Series:
    """``plain_label`` of a String column; a name of which nothing is left is null. A million take a tenth of a second.

    >>> plain_labels(pl.Series(["x ", None, "  "])).to_list()
    ['x', None, None]
    """
    names = names.str.strip_chars(INVISIBLE)
    if (names.str.len_bytes() != names.str.len_chars()).any():
        # Few names stand in many rows, and composing is what takes time.
        distinct = names.unique().drop_nulls()
        composed = distinct.str.normalize("NFC")
        changed = distinct != composed
        if changed.any():
            names = names.replace(distinct.filter(changed), composed.filter(changed))
    return names.replace("", None)
