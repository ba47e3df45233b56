"""Conversations as they are exported: lists of turns."""

from __future__ import annotations

import json

import polars as pl

from db.vocabulary import ItemForm
from labeling.exchange.dialogue import as_list
from labeling.notation.turns import TIMES


def turn_lists(items: pl.DataFrame) -> pl.DataFrame:
    """TURNS(item, turns) of those of the items that are conversations."""
    told = items.filter(pl.col("form") != ItemForm.TEXT.value).select("item", "text", "metadata")
    times = (json.loads(metadata or "{}").get(TIMES) for metadata in told["metadata"])
    turns = [
        json.dumps(as_list(text, said if isinstance(said, list) else ()), ensure_ascii=False)
        for text, said in zip(told["text"], times, strict=True)
    ]
    return told.select("item", turns=pl.Series(turns, dtype=pl.String))
