"""The care for golden items in figures: how often each was seen, how long the pool lasts, which labels are in doubt."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from db.engine import database
from db.frames import golden as golden_frames
from db.frames import work as work_frames
from db.vocabulary import Standing
from labeling.quality.assessor_skill import skill_posterior
from labeling.quality.exposure import GoldenNeed, exposure, missed
from labeling.quality.leakage import Leakage, leakage
from pages.ui.golden_need import need_of
from pages.ui.quality_data import Facts
from pages.ui.session import now

# From here on a golden label is more likely wrong than right.
DOUBTFUL = 0.5


@dataclass(frozen=True, eq=False)
class GoldenCare:
    """``items``: EXPOSURE with ``wrong``, ``likely`` (see ``missed``) and ``paused``, the most doubtful first.

    ``need`` is forecast for the ``assessors`` who may work now, each doing an equal part of what is left; ``with_paused`` is the
    same with those who are ``paused`` back at work: the fewer share what is left, the more new ones each must see.
    """

    items: pl.DataFrame
    need: GoldenNeed
    assessors: int
    with_paused: GoldenNeed
    paused: int
    leak: Leakage

    @property
    def doubtful(self) -> pl.DataFrame:
        """Items whose label those who know better do not share."""
        return self.items.filter(pl.col("wrong") >= DOUBTFUL)


def care_of(facts: Facts) -> GoldenCare:
    """All of it; what depends on the clock is read at every run."""
    project = facts.project
    exposed, doubt, leak = facts.keep("golden care", lambda: _measured(facts))
    with database().snapshot() as connection:
        paused = golden_frames.paused_golden(connection, project.id)
        workers = work_frames.workers(connection, project.id, now=now())
        annotators = work_frames.annotators(connection)
    people = {
        standing: workers.filter(pl.col("standing") == standing.value)
        .join(annotators, on="assessor")["annotator"]
        .to_list()
        for standing in (Standing.ACTIVE, Standing.PAUSED)
    }
    active, away = people[Standing.ACTIVE], people[Standing.PAUSED]
    need, with_paused = (need_of(project, facts.given, facts.golden, among) for among in (active, active + away))
    marked = paused.with_columns(pl.lit(True).alias("paused"))
    items = exposed.join(doubt.select("item", "wrong", "likely"), on="item", how="left")
    items = items.join(marked, on="item", how="left").with_columns(pl.col("paused").fill_null(False))
    return GoldenCare(
        items.sort("wrong", "n", descending=True, nulls_last=True), need, len(active), with_paused, len(away), leak
    )


def _measured(facts: Facts) -> tuple[pl.DataFrame, pl.DataFrame, Leakage]:
    majority = facts.consensus("majority")
    labels = None if majority is None else majority.frame.drop_nulls("label")
    skill = skill_posterior(facts.judged, facts.golden, labels)
    doubt = missed(facts.judged, facts.golden, skill.table)
    seen = exposure(facts.given, facts.golden, order="at", scoring=facts.scoring)
    return seen, doubt, leakage(facts.judged, facts.golden, scoring=facts.scoring)
