"""Junior as a drafter of labels for items that nobody has labeled; a proposal that is handed out, never written as a vote."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from db.frames import items as item_frames
from db.vocabulary import Part
from labeling.errors import LabelingError
from labeling.junior.evaluation import REST, spoken
from labeling.junior.prompts import LEAST_LOCKED, Prompt, looks
from labeling.projects.projects import Project
from labeling.quality.calibrating import answers, mend
from labeling.quality.drafting import Threshold, threshold_for


@dataclass(frozen=True, eq=False)
class Drafts:
    """DRAFTS(item, label, confidence), the most sure first: of ``waiting`` items with an answer those that keep the promise.

    ``threshold`` is of confidence as junior said it, None where no confidence keeps the promise; ``sure`` is what that is
    worth, calibrated on the same golden items where that helps, and so is ``confidence``.
    """

    threshold: Threshold | None
    sure: float | None
    golden: int
    waiting: int
    unasked: int
    rows: pl.DataFrame


def drafts(
    connection: Connection, project: Project, prompt: Prompt, target: float, *, locked_only: bool = False
) -> Drafts:
    """What a version may draft so that ``target`` of it is right, by golden items of both parts or the locked one alone.

    Raises LabelingError ``not_judged`` where nobody has looked at the version on the locked part (this would be a look that is
    not counted), ``bad_target``.
    """
    judged = [look for look in looks(connection, project.id, Part.TEST) if look.prompt_id == prompt.id]
    if max((look.n for look in judged), default=0) < LEAST_LOCKED:
        raise LabelingError("not_judged", least=LEAST_LOCKED)
    basis = spoken(connection, project, prompt)
    # "None of my business" is no draft.
    label = pl.col("label").replace(REST, None)
    suggestions = basis.suggestions.with_columns(label=label).with_columns(
        confidence=pl.when(pl.col("label").is_not_null()).then("confidence")
    )
    golden = basis.part(Part.TEST) if locked_only else basis.golden
    met = golden.select("item", truth="label").join(suggestions, on="item")
    right = (pl.col("label") == pl.col("truth")).fill_null(False)
    threshold = threshold_for(target, met.select("confidence", right=right))
    calibrator = mend(answers(suggestions, golden))
    unlabeled = item_frames.unlabeled(connection, project.id)
    waiting = suggestions.join(unlabeled, on="item", how="semi")
    # The calibrator keeps the order, so that the promise may be tested on what junior said.
    least = threshold.confidence if threshold else 2.0
    confident = waiting.filter(pl.col("confidence") >= least).sort("confidence", descending=True, maintain_order=True)
    rows = confident.select("item", "label", calibrator.apply(confident["confidence"]).round(4).alias("confidence"))
    sure = float(calibrator.apply(pl.Series([threshold.confidence]))[0]) if threshold else None
    return Drafts(threshold, sure, met.height, waiting.height, unlabeled.height - waiting.height, rows)
