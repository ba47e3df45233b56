"""Junior as one more voter in consensus."""

from __future__ import annotations

import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.quality.frames import read_columns


def with_junior(votes: IntoDataFrame, suggestions: IntoDataFrame, name: str) -> pl.DataFrame:
    """VOTES(item, annotator, label) with SUGGESTIONS(item, label) as votes of the annotator ``name``, such as "junior:3".

    Annotators and labels become text. Junior speaks on items that have votes; a refusal is an abstention.

    >>> votes = pl.DataFrame({"item": [1, 1], "annotator": ["a", "b"], "label": ["x", "y"]})
    >>> with_junior(votes, pl.DataFrame({"item": [1, 2], "label": ["y", "x"]}), "junior:3").rows()
    [(1, 'a', 'x'), (1, 'b', 'y'), (1, 'junior:3', 'y')]
    """
    columns = ["item", "annotator", "label"]
    people = read_columns(votes, "votes", columns, columns[:2]).with_columns(
        pl.col("annotator", "label").cast(pl.String)
    )
    said = read_columns(suggestions, "suggestions", ["item", "label"], ["item"]).unique("item", keep="last")
    rows = said.join(people.select("item").unique(), on="item", how="semi", maintain_order="left")
    told = rows.select(
        pl.col("item").cast(people["item"].dtype), pl.lit(name).alias("annotator"), pl.col("label").cast(pl.String)
    )
    return pl.concat([people, told])
