"""The analysis: which labels of a project are probably wrong, why, and what its data looks like to a classifier."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection

from db import quality_frames, run_frames, suggestion_frames
from db.engine import Database
from db.frames import watermark
from labeling.clock import Clock
from labeling.desk.suggestions import speaking
from labeling.errors import LabelingError
from labeling.facts.settled import rulings_told, settled_labels
from labeling.jobs import findings
from labeling.jobs.computing import Facts, compute
from labeling.jobs.kept_fit import KeptFit
from labeling.jobs.report import report
from labeling.review.state import pack
from labeling.runs import claims
from labeling.runs.claims import Claim
from labeling.runs.progress import Telling

# The steps in their order, with their usual shares of the time.
STEPS = {
    "reading": 2, "consensus": 18, "features": 8, "classifier": 32, "neighbours": 20, "next_vote": 6, "misreading": 3,
    "issues": 3, "map": 1, "suspicion": 3, "writing": 4,
}  # fmt: skip
CLASSIFIER = "word and character n-grams, linear"
# Analyses of a project that keep their findings; of older ones the report stays.
KEPT = 10


def analyse(database: Database, held: Claim, *, clock: Clock) -> None:
    """Carry out an analysis that is held, from facts to findings.

    Raises LabelingError ``nothing_to_analyse`` where no item has a label, those of the arithmetic, and ClaimLostError.
    """
    telling = Telling(database, held, STEPS)
    telling.begin("reading")
    facts = read(database, held.project_id)
    found = compute(facts, telling, KeptFit(database, held))
    telling.begin("writing")
    findings.write(database, held, findings.rows(found, facts.items), telling.part)
    told = report(found)
    findings.keep_evidence(database, held, pack(found.suspicion.state))
    telling.end()
    with database.transaction() as connection:
        claims.write(connection, held, watermark=list(facts.mark), rulings=facts.told, rescored_at=None)
        about = {"classifier": CLASSIFIER, "seconds": telling.seconds}
        claims.finish(connection, held, told | about, now=clock())
    findings.prune(database, held, KEPT)


def read(database: Database, project_id: int) -> Facts:
    """The facts as they stand. Raises LabelingError ``nothing_to_analyse``."""
    with database.snapshot() as connection:
        # The labels as they stand in the data, those that were chosen with a suggestion on screen, too.
        votes = quality_frames.votes(connection, project_id, suggested=True).select("item", "annotator", "label")
        votes = votes.filter(pl.col("label").is_not_null())
        if votes.is_empty():
            raise LabelingError("nothing_to_analyse")
        items = run_frames.items(connection, project_id).join(votes, on="item", how="semi", maintain_order="left")
        settled = settled_labels(connection, project_id)
        told = rulings_told(connection, project_id)
        mark = watermark(connection, project_id)
        return Facts(items, votes, settled, told, mark, seed=0, suggestions=_suggestions(connection, project_id))


def _suggestions(connection: Connection, project_id: int) -> pl.DataFrame | None:
    """What the junior that speaks proposes; a refusal proposes nothing."""
    prompt_id = speaking(connection, project_id)
    if prompt_id is None:
        return None
    found = suggestion_frames.suggestions(connection, project_id, prompt_id)
    return found.select("item", pl.col("label").cast(pl.String)).drop_nulls("label")
