"""Which classes meet on the same item: where guidelines and briefings are wanted."""

from __future__ import annotations

import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.quality.frames import Votes, votes_frame
from labeling.quality.intervals import shares

EXAMPLES, LIMIT = 5, 30


def confused_classes(votes: IntoDataFrame | Votes) -> pl.DataFrame:
    """Pairs of classes that meet on one item, most confused first.

    CONFUSED(label_a, label_b, items, pairs, share, low, high, n, examples), at most LIMIT rows: ``items`` where
    both were given, ``pairs`` of votes that differ so, ``share`` of the n items with two votes or more (Wilson), the
    first few such items.

    >>> frame = pl.DataFrame({"item": [1, 1, 2, 2], "annotator": list("abab"), "label": list("xxxy")})
    >>> confused_classes(frame).select("label_a", "label_b", "items", "pairs", "share", "examples").rows()
    [('x', 'y', 1, 1, 0.5, [2])]
    """
    coded = votes if isinstance(votes, Votes) else votes_frame(votes)
    counts = coded.counts()
    occurs = (counts > 0).astype(np.float64)
    met, pairs = occurs.T @ occurs, counts.T @ counts
    first, second = np.nonzero(np.triu(met, 1))
    order = np.lexsort((second, first, -pairs[first, second], -met[first, second]))[:LIMIT]
    first, second = first[order], second[order]
    used = np.count_nonzero(counts.sum(axis=1) >= 2)
    examples = [
        coded.items.gather(np.flatnonzero(counts[:, a] * counts[:, b])[:EXAMPLES]).to_list()
        for a, b in zip(first, second, strict=True)
    ]
    return pl.DataFrame(
        [
            pl.Series("label_a", [coded.classes[a] for a in first], dtype=pl.String),
            pl.Series("label_b", [coded.classes[b] for b in second], dtype=pl.String),
            pl.Series("items", met[first, second], dtype=pl.Int64),
            pl.Series("pairs", pairs[first, second], dtype=pl.Int64),
            *shares(met[first, second], used, "share"),
            pl.Series("n", np.full(len(first), used), dtype=pl.Int64),
            pl.Series("examples", examples, dtype=pl.List(coded.items.dtype)),
        ]
    )
