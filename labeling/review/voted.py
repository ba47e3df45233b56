"""The door of an analysis: votes on items that have a text, with their labels coded in the order of their kind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.quality.frames import Votes, read_columns, votes_frame
from labeling.review.scheme import SINGLE, Scheme
from labeling.review.texts import Floats


def votes_of(
    votes: IntoDataFrame,
    items: pl.Series,
    settled: IntoDataFrame | None,
    suggestions: IntoDataFrame | None,
    labels: IntoDataFrame | None,
    scheme: Scheme = SINGLE,
) -> Votes:
    """The votes on items that have a text; the classes are all labels that anybody named, in the order of their kind."""
    frame = read_columns(votes, "votes", ["item", "annotator", "label"], ["item"])
    key = items.cast(pl.String)
    frame = frame.filter(pl.col("item").cast(pl.String).is_in(key.implode()))
    named = [frame["label"].cast(pl.String)]
    for labeled, where in ((settled, "golden"), (suggestions, "suggestions"), (labels, "labels")):
        if labeled is not None:
            named.append(read_columns(labeled, where, ["item", "label"], ["item"])["label"].cast(pl.String))
    met = pl.concat([column.rename("label") for column in named]).drop_nulls().unique().to_list()
    return votes_frame(frame, golden=settled, classes=scheme.labels(met))


def rows_of(voted: pl.Series, items: pl.Series) -> npt.NDArray[np.int64]:
    """Where each voted item stands among the ``items``."""
    places = pl.DataFrame({"item": items.cast(pl.String), "row": np.arange(len(items))})
    keys = pl.DataFrame({"item": voted.cast(pl.String)})
    return keys.join(places, on="item", how="left", maintain_order="left")["row"].to_numpy()


def probabilities_of(probabilities: IntoDataFrame, items: pl.Series, classes: Sequence[str]) -> Floats:
    """PROBABILITIES(item, and a column for each class) in the order of the ``items``; NaN where there are none."""
    frame = read_columns(probabilities, "probabilities", ["item", *classes], ["item"])
    keyed = frame.with_columns(pl.col("item").cast(pl.String), pl.col(*classes).cast(pl.Float64, strict=False))
    keys = pl.DataFrame({"item": items.cast(pl.String)})
    met = keys.join(keyed.unique("item", keep="last"), on="item", how="left", maintain_order="left")
    return met.select(classes).fill_null(float("nan")).to_numpy()


def have_company(votes: Votes) -> bool:
    """Whether an item has two votes: else nothing can be learned of what one more assessor would say."""
    return bool((np.bincount(votes.item, minlength=len(votes.items)) > 1).any())
