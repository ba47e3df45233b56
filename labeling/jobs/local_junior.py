"""The local junior: the classifier on what is labeled so far, for houses without a server. It costs nothing and is measured
like the other.

Golden items are kept from its learning, for it is judged by them; a labeled item is foretold by models that didn't see it.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
from sqlalchemy import insert, select

from db import frames, quality_frames, run_frames, schema
from db.engine import Database
from db.vocabulary import ConfidenceSource
from labeling.clock import Clock
from labeling.errors import LabelingError
from labeling.junior.prompts import Prompt
from labeling.quality.consensus import consensus_of
from labeling.quality.frames import votes_frame
from labeling.review.classifier import cross_validate
from labeling.review.texts import codes_of
from labeling.runs import claims
from labeling.runs.claims import Claim

LEAST_LABELED = 20
_AT_ONCE = 1_000


def suggest(database: Database, held: Claim, prompt: Prompt, *, clock: Clock) -> int:
    """Suggest a label for every item that has none from this version; says for how many.

    Raises LabelingError ``too_few_labels``, and ClaimLostError.
    """
    with database.snapshot() as connection:
        items = run_frames.items(connection, held.project_id)
        votes = quality_frames.votes(connection, held.project_id)
        golden = frames.golden(connection, held.project_id)
        ruled = quality_frames.adjudications(connection, held.project_id)
        table = schema.suggestion
        known = set(connection.execute(select(table.c.item_id).where(table.c.prompt_id == prompt.id)).scalars())
    labeled = _labels(votes, ruled).join(items, on="item")
    labeled = labeled.join(golden.select(pl.col("item").alias("item_id")), on="item_id", how="anti")
    if labeled.height < LEAST_LABELED or labeled["label"].n_unique() < 2:
        raise LabelingError("too_few_labels", least=LEAST_LABELED, n=labeled.height)
    classes = sorted(labeled["label"].unique())
    taught = items.join(labeled.select("item", "label"), on="item", how="left", maintain_order="left")
    texts = taught["text"].fill_null("").to_list()
    found = cross_validate(texts, codes_of(taught["label"], classes, "items"), len(classes), dynamics=False)
    best = found.probabilities.argmax(axis=1)
    sure = found.probabilities[np.arange(len(best)), best]
    rows = pl.DataFrame({"item_id": taught["item_id"], "label": pl.Series(classes).gather(best), "confidence": sure})
    fresh = rows.filter(~pl.col("item_id").is_in(list(known)))
    _write(database, held, prompt, fresh, now=clock())
    return fresh.height


def _labels(votes: pl.DataFrame, ruled: pl.DataFrame) -> pl.DataFrame:
    """(item, label): the expert's word, else the majority's."""
    settled = ruled.with_columns(pl.col("label").cast(pl.String))
    if votes["label"].drop_nulls().is_empty():
        return settled
    majority = consensus_of(votes_frame(votes), method="majority").frame.drop_nulls("label")
    said = majority.select("item", pl.col("label").cast(pl.String)).join(settled, on="item", how="anti")
    return pl.concat([settled, said])


def _write(database: Database, held: Claim, prompt: Prompt, rows: pl.DataFrame, *, now: datetime) -> None:
    shared = {"project_id": held.project_id, "prompt_id": prompt.id, "source": ConfidenceSource.LOCAL.value}
    for part in rows.iter_slices(_AT_ONCE):
        with database.transaction() as connection:
            claims.hold(connection, held)
            written = [row | shared | {"created_at": now} for row in part.to_dicts()]
            connection.execute(insert(schema.suggestion), written)
