"""What a changed setting would do, in one sentence, before anybody saves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from db.vocabulary import ChunkOutcome
from labeling.facts.overview import Overview
from labeling.projects.projects import LabelClass, Project
from labeling.quality.intervals import wilson
from labeling.quality.progress import still_wanted
from pages.ui.figures import figure, percent
from pages.ui.words import t

# A share to show by example what a number of golden items or of repeats tells.
EXAMPLE = 0.8
EXAMPLE_CHUNKS = 10
# Settings whose sentence needs their value alone.
PLAIN = ("chunk_size", "qualification_tries", "lease_minutes", "look_ahead")


@dataclass(frozen=True)
class Facts:
    """What the sentences are made of; ``unqualified`` counts assessors who have not passed a qualification."""

    project: Project
    overview: Overview
    unqualified: int
    revealing: frozenset[str]


def facts_of(
    project: Project, overview: Overview, workers: pl.DataFrame, chunks: pl.DataFrame, revealing: frozenset[str]
) -> Facts:
    """From WORKERS and CLOSED of the project."""
    passed = chunks.filter(pl.col("outcome") == ChunkOutcome.PASSED.value)["assessor"].unique()
    unqualified = workers.filter(~pl.col("assessor").is_in(passed.implode())).height
    return Facts(project, overview, unqualified, revealing)


def consequence(name: str, value: Any, changed: Mapping[str, Any], facts: Facts) -> str | None:
    """The sentence for one changed setting; None where there is nothing to say. ``changed`` holds all changes."""
    if name == "overlap":
        return _overlap(value, facts)
    if name == "golden_per_chunk":
        return _golden(value, changed.get("chunk_size", facts.project.chunk_size), facts.overview.golden)
    if name == "repeats_per_chunk":
        return _repeats(value, changed.get("chunk_size", facts.project.chunk_size))
    if name == "qualification_size":
        return _qualification(value, facts)
    if name == "accuracy_floor":
        scores = facts.overview.by_assessor
        return t("settings.then.floor", below=scores.filter(pl.col("value") < value).height, n=scores.height)
    if name == "audit_share":
        return t("settings.then.audit_share", n=round(1 / value)) if value else t("settings.then.no_audit_share")
    if name == "second_share":
        return t("settings.then.second_share", n=round(100 * value))
    if name == "pii_policy":
        return t(f"settings.then.pii_{value}")
    if name == "shown_metadata":
        telling = [f"«{key}»" for key in value if key in facts.revealing]
        return t("settings.then.revealing", columns=", ".join(telling)) if telling else None
    if name in PLAIN:
        return t(f"settings.then.{name}", n=value)
    return None


def revealing_columns(sample: Sequence[Mapping[str, Any]], classes: Sequence[LabelClass]) -> frozenset[str]:
    """Metadata columns whose values mostly are names of classes: to show them is to tell the answer.

    >>> sample = [{"emotion": "Joy", "channel": "chat"}, {"emotion": "anger", "channel": "mail"}]
    >>> joy = LabelClass("joy", "Радость", "Joy", None, "#000000")
    >>> sorted(revealing_columns(sample, [joy]))
    ['emotion']
    """
    names = {name.casefold() for entry in classes for name in (entry.code, entry.title_ru, entry.title_en)}
    is_class_name: dict[str, list[bool]] = {}
    for metadata in sample:
        for key, value in metadata.items():
            is_class_name.setdefault(key, []).append(str(value).strip().casefold() in names)
    return frozenset(key for key, hits in is_class_name.items() if 2 * sum(hits) >= len(hits))


def _overlap(value: int, facts: Facts) -> str:
    depths = facts.overview.depths
    more = still_wanted(depths, value) - still_wanted(depths)
    return t("settings.then.overlap_more" if more >= 0 else "settings.then.overlap_fewer", n=abs(more))


def _golden(value: int, size: int, pool: int) -> str:
    if value == 0:
        return t("settings.then.no_golden")
    shown = _example(value)
    return t("settings.then.golden", share=percent(value / size), pool=pool, n=pool // value, figure=shown)


def _repeats(value: int, size: int) -> str:
    if value == 0:
        return t("settings.then.no_repeats")
    return t("settings.then.repeats", share=percent(value / size), figure=_example(value))


def _example(a_chunk: int) -> str:
    n = a_chunk * EXAMPLE_CHUNKS
    share = wilson(EXAMPLE * n, n)
    return figure(share.value, share.low, share.high, n)


def _qualification(value: int, facts: Facts) -> str:
    if value == 0:
        return t("settings.then.no_qualification")
    if value > facts.overview.golden:
        return t("settings.then.qualification_short", pool=facts.overview.golden)
    return t("settings.then.qualification", n=facts.unqualified)
