"""Where the adjudication stands: what rulings have found, and what is still worth an expert's time."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from db import review_frames
from db.engine import database
from db.vocabulary import Verdict
from labeling.tasks.projects import Project
from pages.ui.review_data import Review
from pages.ui.words import percent, t

# A ruling pays as long as every fifth finds an error.
WORTH = 0.2


@dataclass(frozen=True, eq=False)
class Standing:
    """``rulings``: RULINGS, every revision. Of ``total`` labels ``ruled`` have a ruling in force, which ``changed`` some.

    ``wrong`` of the rest are probably wrong, and ``worth`` are likely enough to be so to be looked at; None before the first
    analysis.
    """

    rulings: pl.DataFrame
    ruled: int
    changed: int
    total: int
    wrong: float | None
    worth: int | None


def standing_of(project: Project, review: Review | None) -> Standing:
    """The figures of a project as of now, by its newest analysis."""
    with database().snapshot() as connection:
        rulings = review_frames.rulings(connection, project.id)
    settled = review_frames.in_force(rulings).filter(pl.col("verdict") == Verdict.LABEL.value)
    judged = settled.drop_nulls("given")
    changed = judged.filter(pl.col("label") != pl.col("given")).height
    if review is None:
        return Standing(rulings, judged.height, changed, 0, None, None)
    findings = review.findings.select("item_id", "score")
    waiting = findings.join(settled.select("item_id"), on="item_id", how="anti")["score"]
    worth = int((waiting >= WORTH).sum())
    return Standing(rulings, judged.height, changed, findings.height, float(waiting.sum()), worth)


def standing_sentence(standing: Standing) -> str:
    """The answer that the page opens with: how many labels are probably wrong, what was found, what comes next."""
    parts = [t("adjudicate.no_analysis")]
    if standing.wrong is not None:
        parts = [t("adjudicate.left", n=round(standing.wrong), total=standing.total)]
    if standing.ruled:
        share = percent(standing.changed / standing.ruled)
        parts.append(t("adjudicate.found", n=standing.ruled, changed=standing.changed, share=share))
    if standing.worth:
        parts.append(t("adjudicate.worth", n=standing.worth))
    elif standing.worth is not None:
        parts.append(t("adjudicate.enough", share=percent(WORTH)))
    return " ".join(parts)
