"""What showing junior's suggestions did to answers, read from those of the experiment alone.

Arms are drawn by lot only while the policy is the experiment: what was answered while suggestions were shown to everybody, or
to nobody, stands beside no hidden twin and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import Connection

from db.frames import suggestions as suggestion_frames
from db.vocabulary import SuggestionPolicy
from labeling.facts.scoring import scoring_of
from labeling.facts.settled import settled
from labeling.projects.projects import Project
from labeling.quality.showing import HIDDEN, Showing, showing


@dataclass(frozen=True, eq=False)
class Experiment:
    """The effect, of ``answers`` pairs of assessor and item; ``left_out`` pairs are of other times. ``versions`` spoke."""

    showing: Showing
    answers: int
    left_out: int
    versions: tuple[int, ...]


def experiment(connection: Connection, project: Project) -> Experiment:
    """The effect of showing in a project as of now."""
    answered = suggestion_frames.shown(connection, project.id)
    changes = suggestion_frames.policy_changes(connection, project.id)
    # A lease draws its arm when it is taken; an answer may come after the policy has changed.
    dated = answered.join(
        suggestion_frames.leased_at(connection, project.id), on="annotation", how="left", maintain_order="left"
    )
    within = _drawn_by_lot(dated, changes)
    answers = as_answers(within, settled(connection, project.id))
    pairs = dated.select("assessor", "item").n_unique() if dated.height else 0
    versions = _spoke(suggestion_frames.promoted(connection, project.id), within)
    return Experiment(
        showing(answers, scoring_of(connection, project)), answers.height, pairs - answers.height, versions
    )


def as_answers(shown: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """ANSWERS of :mod:`labeling.quality.showing` from SHOWN and SETTLED(item, label).

    The last revision is the answer; the seconds of all revisions add up, for a second thought takes time, too.
    """
    truth = settled.select("item", truth=pl.col("label").cast(pl.String))
    last = pl.col("arm", "suggestion", "label", "probe").last()
    took = pl.when(pl.col("seconds").count() > 0).then(pl.col("seconds").sum()).alias("seconds")
    pairs = (
        shown.sort("revision", maintain_order=True).group_by("assessor", "item", maintain_order=True).agg(last, took)
    )
    return pairs.join(truth, on="item", how="left", maintain_order="left")


def _drawn_by_lot(dated: pl.DataFrame, changes: Sequence[tuple[datetime, str]]) -> pl.DataFrame:
    """Answers whose lease was taken while the policy was the experiment.

    Before the first change that is on record, hidden arms tell: only the experiment has them.
    """
    times = [at for at, _ in changes]
    spans = pl.Series(times, dtype=pl.Datetime("us", "UTC")).search_sorted(dated["at"], side="right")
    tried = [policy == SuggestionPolicy.EXPERIMENT for _, policy in changes]
    first = dated.filter(pl.Series(spans) == 0)
    by_lot = pl.Series([(first["arm"] == HIDDEN).any(), *tried], dtype=pl.Boolean)
    return dated.filter(by_lot.gather(spans)) if dated.height else dated


def _spoke(promoted: pl.DataFrame, within: pl.DataFrame) -> tuple[int, ...]:
    """The versions that spoke while these answers' leases were taken, in the order of their promotion."""
    if within.is_empty() or promoted.is_empty():
        return ()
    dated = within.select("at").drop_nulls().sort("at").join_asof(promoted.sort("at"), on="at")
    spoke = set(dated["prompt"].drop_nulls())
    return tuple(dict.fromkeys(prompt for prompt in promoted["prompt"] if prompt in spoke))
