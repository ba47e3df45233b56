"""The two candidates of a preference as texts and features."""

from __future__ import annotations

import polars as pl
from narwhals.typing import IntoDataFrame
from scipy import sparse

from labeling.quality.frames import read_columns
from labeling.quality.kinds import Kind
from labeling.review.classifier import features
from labeling.review.scheme import Scheme
from labeling.review.texts import Texts, texts_frame

_CANDIDATES = Scheme(Kind.PAIR).columns


def pairs_frame(items: IntoDataFrame) -> tuple[Texts, pl.DataFrame]:
    """Check ITEMS(item, first, second): the pairs as texts, and PAIRS(first, second) in their order.

    A pair's text is the same whichever candidate stands first, so that copies are found. Raises LabelingError as ``texts_frame``.

    >>> texts, pairs = pairs_frame(pl.DataFrame({"item": [1, 2], "first": ["b", "a"], "second": ["a", "b"]}))
    >>> texts.texts
    ['a\\nb', 'a\\nb']
    """
    frame = read_columns(items, "items", ["item", *_CANDIDATES], ["item"])
    frame = frame.unique("item", keep="first", maintain_order=True)
    pairs = frame.select(pl.col(_CANDIDATES).cast(pl.String).fill_null(""))
    both = pl.concat_list(*_CANDIDATES).list.sort().list.join("\n")
    return texts_frame(pl.DataFrame({"item": frame["item"], "text": pairs.select(both).to_series()})), pairs


def pair_features(pairs: pl.DataFrame) -> sparse.csr_matrix:
    """Of PAIRS(first, second) the features of the first less those of the second, and then the sum of both: (n, 2 features).

    What tells which is better is the difference; whether any is better, or both are bad, the sum.
    """
    both = features([*pairs["first"].to_list(), *pairs["second"].to_list()])
    first, second = both[: len(pairs)], both[len(pairs) :]
    return sparse.csr_matrix(sparse.hstack([first - second, first + second], format="csr"))
