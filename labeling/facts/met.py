"""Which labels there are: a project's classes, and the sets of them that somebody gave or that votes come to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl


def with_met(classes: Sequence[str], labels: Iterable[pl.DataFrame]) -> tuple[str, ...]:
    """The classes, and behind them what else stands in LABELS: sets of them, where labels are several at once.

    >>> with_met(["x", "y"], [pl.DataFrame({"label": ["y", "x|y", None]})])
    ('x', 'y', 'x|y')
    """
    met = {label for frame in labels for label in frame["label"].cast(pl.String).drop_nulls().unique()}
    return (*classes, *sorted(met.difference(classes)))
