"""Names as they are compared: labels, items and annotators that look the same are the same."""

from __future__ import annotations

import unicodedata

import polars as pl

# White space, and what is seen as nothing: soft hyphens, joiners, marks of direction, byte order marks.
_UNSEEN = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\xad\u1680\u180e"
    + "".join(map(chr, range(0x2000, 0x2010)))
    + "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff"
)


def canonical(name: str) -> str:
    """The name in Unicode's composed form (NFC), without what can't be seen at its ends.

    >>> canonical(" cafe\\u0301\\u200b\\n") == "caf\\u00e9"
    True
    """
    return unicodedata.normalize("NFC", name.strip(_UNSEEN))


def canonical_column(names: pl.Series) -> pl.Series:
    """The same of a String column; a name of which nothing is left is null.

    >>> canonical_column(pl.Series(["x ", None, "  "])).to_list()
    ['x', None, None]
    """
    names = names.str.strip_chars(_UNSEEN)
    if (names.str.len_bytes() != names.str.len_chars()).any():
        # Few names stand in many rows, and composing is what takes time.
        distinct = names.unique().drop_nulls()
        composed = distinct.str.normalize("NFC")
        changed = distinct != composed
        if changed.any():
            names = names.replace(distinct.filter(changed), composed.filter(changed))
    return names.replace("", None)
