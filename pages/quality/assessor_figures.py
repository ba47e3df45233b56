"""Everything that is measured of each assessor, in one table, and the signals that ask for a look."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from db.engine import database
from labeling.facts import votes as facts_votes
from labeling.quality.copies import copies
from labeling.quality.groups import agreement_with_others
from labeling.quality.pace import abstentions, consistency, pace
from labeling.quality.signals import drift, sped_up, streaks, too_fast
from labeling.quality.skill import golden_accuracy, ranking, skill_posterior
from pages.ui.quality_data import Facts

SCORES = ("accuracy", "skill", "agreement", "seconds", "unsure", "skipped", "consistency", "kappa")


@dataclass(frozen=True, eq=False)
class Assessors:
    """``table`` has a row for each annotator: rank, and for each of :data:`SCORES` name, name_low, name_high, name_n.

    ``anchored``: skill rests on golden answers; otherwise on agreement with consensus alone.
    """

    table: pl.DataFrame
    anchored: bool


def assessors_of(facts: Facts) -> Assessors:
    """The figures, computed once."""
    aggregated = facts.consensus("auto")
    method = "auto" if aggregated is not None else "majority"
    return facts.keep(f"assessors by {method}", lambda: _assessors(facts, method))


def signals_of(facts: Facts) -> pl.DataFrame | None:
    """SIGNALS of :mod:`labeling.quality.signals`; None while they are being computed."""
    return facts.keep_later("signals", lambda: find_signals(facts))


def find_signals(facts: Facts) -> pl.DataFrame:
    """Every signal of every annotator with enough answers."""
    votes, order = facts.judged, "at"
    return pl.concat([
        too_fast(votes, order=order), sped_up(votes, order=order), streaks(votes, order=order),
        drift(votes, facts.golden, order=order), copies(votes, order=order),
    ])  # fmt: skip


def _assessors(facts: Facts, method: str) -> Assessors:
    votes, golden = facts.judged, facts.golden
    aggregated = facts.consensus(method)
    labels = None if aggregated is None else aggregated.frame.drop_nulls("label")
    skill = skill_posterior(votes, golden, labels)
    with database().snapshot() as connection:
        skips = facts_votes.skips(connection, facts.project.id, as_of=facts.selection.as_of)
        repeats = facts_votes.repeats(connection, facts.project.id, as_of=facts.selection.as_of, suspended=True)
    skips = skips.filter(pl.col("annotator").is_in(votes["annotator"].unique().implode()))
    absent, steady = abstentions(votes, skips), consistency(repeats)
    parts = [
        _named(golden_accuracy(votes, golden), "accuracy", "accuracy"),
        _named(agreement_with_others(facts.coded), "agreement", "agreement"),
        _named(pace(votes), "seconds", "median_seconds"),
        _named(absent.with_columns(n=pl.col("n") - pl.col("skipped")), "unsure", "unsure_share", "unsure_"),
        _named(absent, "skipped", "skip_share", "skip_"),
        _named(steady, "consistency", "consistency"),
        _named(steady, "kappa", "kappa", "kappa_"),
    ]
    table = ranking(skill.table).rename({"low": "skill_low", "high": "skill_high", "n": "skill_n"})
    for part in parts:
        table = table.join(part, on="annotator", how="left", maintain_order="left")
    return Assessors(table.with_columns(pl.col("^.*_n$").fill_null(0)), skill.pool.anchored)


def _named(rows: pl.DataFrame, name: str, value: str, prefix: str = "") -> pl.DataFrame:
    low, high = (pl.col(f"{prefix}{end}").alias(f"{name}_{end}") for end in ("low", "high"))
    return rows.select("annotator", pl.col(value).alias(name), low, high, pl.col("n").cast(pl.Int64).alias(f"{name}_n"))
