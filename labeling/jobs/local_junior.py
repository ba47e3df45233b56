"""The local junior: the classifier on what is labeled so far, for houses without a server. It costs nothing and is measured
like the other.

Golden items are kept from its learning, for it is judged by them; a labeled item is foretold by models that didn't see it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import polars as pl
from sqlalchemy import insert, select

from db import schema
from db.engine import Database
from db.vocabulary import ConfidenceSource, LabelKind, LabelSource
from labeling.clock import Clock
from labeling.errors import LabelingError
from labeling.facts import consensus, settled
from labeling.facts.final import final
from labeling.items.learnable import learnable
from labeling.junior.prompts import Prompt
from labeling.projects.labels import add_sets
from labeling.projects.projects import get_project_by_id, lock_project_by_id
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
        # What it says itself must not come back to it.
        project = replace(get_project_by_id(connection, held.project_id), junior_votes=False)
    consensus.refresh(database, project, now=clock())
    with database.snapshot() as connection:
        items = learnable(connection, project)
        labels = final(connection, project).filter(pl.col("source") != LabelSource.GOLDEN.value)
        golden = settled.golden(connection, project.id)
        table = schema.suggestion
        suggested = set(connection.execute(select(table.c.item_id).where(table.c.prompt_id == prompt.id)).scalars())
    # Golden items keep out whatever an expert ruled of them besides.
    labels = labels.join(golden, on="item_id", how="anti")
    labeled = labels.select("item", pl.col("label").cast(pl.String)).join(items, on="item")
    if labeled.height < LEAST_LABELED or labeled["label"].n_unique() < 2:
        raise LabelingError("too_few_labels", least=LEAST_LABELED, n=labeled.height)
    classes = sorted(labeled["label"].unique())
    taught = items.join(labeled.select("item", "label"), on="item", how="left", maintain_order="left")
    texts = taught["text"].fill_null("").to_list()
    fitted = cross_validate(texts, codes_of(taught["label"], classes, "items"), len(classes), dynamics=False)
    best = fitted.probabilities.argmax(axis=1)
    sure = fitted.probabilities[np.arange(len(best)), best]
    rows = pl.DataFrame({"item_id": taught["item_id"], "label": pl.Series(classes).gather(best), "confidence": sure})
    fresh = rows.filter(~pl.col("item_id").is_in(list(suggested)))
    _write(database, held, prompt, fresh, now=clock())
    return fresh.height


def _write(database: Database, held: Claim, prompt: Prompt, rows: pl.DataFrame, *, now: datetime) -> None:
    shared = {"project_id": held.project_id, "prompt_id": prompt.id, "source": ConfidenceSource.LOCAL.value}
    for part in rows.iter_slices(_AT_ONCE):
        with database.transaction() as connection:
            project = lock_project_by_id(connection, held.project_id)
            claims.hold(connection, held)
            # A consensus may have come to a set that nobody gave.
            if project.kind is LabelKind.SEVERAL:
                add_sets(connection, project, sorted(set(part["label"])))
            written = [row | shared | {"created_at": now} for row in part.to_dicts()]
            connection.execute(insert(schema.suggestion), written)
