"""The widget of each setting, by its declaration, and what a change would do, in one sentence, before anybody saves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from db.vocabulary import ChunkOutcome, LabelKind, PiiPolicy, SuggestionPolicy
from labeling.facts.overview import Overview
from labeling.notation.turns import turns_of
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from labeling.projects.settings import SETTINGS, Kind, Setting
from labeling.quality.intervals import wilson
from labeling.quality.progress import still_wanted
from pages.ui.audit_data import target_in_words
from pages.ui.figures import figure, percent
from pages.ui.widgets import setting_key
from pages.ui.words import t

GROUPED = {name: setting for name, setting in SETTINGS.items() if setting.group is not None}
GROUPS = tuple(dict.fromkeys(setting.group for setting in GROUPED.values()))
# From what harms the figures least to what harms them most; the experiment finds out.
_POLICIES = (SuggestionPolicy.HIDDEN, SuggestionPolicy.AFTER, SuggestionPolicy.BEFORE, SuggestionPolicy.EXPERIMENT)
# A share to show by example what a number of golden items or of repeats tells.
EXAMPLE = 0.8
EXAMPLE_CHUNKS = 10
MOST_SPEAKERS = 50
# Settings whose sentence needs their value alone.
PLAIN = ("chunk_size", "qualification_tries", "lease_minutes", "look_ahead")


def changed_settings(project: Project) -> dict[str, Any]:
    """The settings that differ from the stored ones, as they stand in the widgets."""
    changed: dict[str, Any] = {}
    for name, setting in GROUPED.items():
        stored = getattr(project, name)
        value: Any = st.session_state.get(setting_key(project, name), stored)
        if setting.kind is Kind.TEXT:
            value = value.strip() or project.slug
        if setting.kind is Kind.COLUMNS:
            stored, value = list(stored), list(value)
        if name == "pii_policy" and isinstance(value, bool):
            value = PiiPolicy.MASK if value else PiiPolicy.KEEP
        if value != stored:
            changed[name] = value
    return changed


def is_offered(name: str, facts: Facts, changed: Mapping[str, Any]) -> bool:
    """Whether a setting means anything beside the others: wrong suggestions are shown in experiments only, and speakers there
    are in conversations."""
    if name == "allows_none":
        return changed.get("kind", facts.project.kind) is LabelKind.SEVERAL
    if name == "allows_inner":
        return facts.has_tree
    if name == "unjudged_speakers":
        return bool(facts.offered[name])
    policy = changed.get("suggestion_policy", facts.project.suggestion_policy)
    return name != "probe_share" or policy is SuggestionPolicy.EXPERIMENT


def offered_of(
    project: Project, sample: Sequence[Mapping[str, Any]], conversations: Iterable[str]
) -> dict[str, list[str]]:
    """What settings of several values are chosen from: the keys of items' metadata, the speakers of conversations."""
    speakers = Counter(turn.speaker for text in conversations for turn in turns_of(text) if turn.speaker)
    found = {
        "shown_metadata": {key for metadata in sample for key in metadata},
        # Where each has a name of their own nobody wants to read them all.
        "unjudged_speakers": {name for name, _ in speakers.most_common(MOST_SPEAKERS)},
    }
    return {name: sorted(values | set(getattr(project, name))) for name, values in found.items()}


def draw_widget(setting: Setting, project: Project, columns: Sequence[str]) -> None:
    """The widget; of several values it offers ``columns``, and each policy says what it does to figures."""
    key, label, stored = (
        setting_key(project, setting.name),
        t(f"settings.{setting.name}"),
        getattr(project, setting.name),
    )
    if setting.kind is Kind.TEXT:
        st.text_input(label, stored, key=key, max_chars=200)
    elif setting.kind is Kind.NUMBER:
        st.number_input(label, setting.least, setting.offered, stored, setting.step, key=key)
    elif setting.kind is Kind.SWITCH:
        st.toggle(label, stored, key=key)
    elif setting.kind is Kind.COLUMNS:
        st.multiselect(label, columns, list(stored), key=key, placeholder=t("settings.no_columns"))
    elif setting.name == "kind":
        kinds = _kinds(stored)
        st.selectbox(label, list(kinds), list(kinds).index(stored), kinds.__getitem__, key=key)
    elif setting.name == "pii_policy":
        st.toggle(label, stored is PiiPolicy.MASK, key=key)
    else:
        about = [t(f"settings.suggestions.{policy.value}.about") for policy in _POLICIES]
        st.radio(label, _POLICIES, _POLICIES.index(stored), _title, key=key, captions=about)


def _kinds(stored: LabelKind) -> dict[LabelKind, str]:
    """The titles of the kinds to choose from: a pair has texts of its own, so it stays one, and nothing else becomes one."""
    offered = [kind for kind in LabelKind if (kind is LabelKind.PAIR) == (stored is LabelKind.PAIR)]
    return {kind: t(f"kind.{kind.value}") for kind in offered}


def _title(policy: SuggestionPolicy) -> str:
    return t(f"settings.suggestions.{policy.value}")


@dataclass(frozen=True)
class Facts:
    """What the sentences are made of; ``unqualified`` counts assessors who have not passed a qualification, ``offered`` is what
    settings of several values are chosen from, by their names, ``has_tree`` that classes are parts of others."""

    project: Project
    overview: Overview
    unqualified: int
    revealing: frozenset[str]
    offered: Mapping[str, Sequence[str]]
    has_tree: bool


def facts_of(
    project: Project,
    overview: Overview,
    workers: pl.DataFrame,
    chunks: pl.DataFrame,
    revealing: frozenset[str],
    offered: Mapping[str, Sequence[str]],
    classes: Sequence[LabelClass],
) -> Facts:
    """From WORKERS and CLOSED of the project."""
    passed = chunks.filter(pl.col("outcome") == ChunkOutcome.PASSED.value)["assessor"].unique()
    unqualified = workers.filter(~pl.col("assessor").is_in(passed.implode())).height
    has_tree = any(entry.parent for entry in classes)
    return Facts(project, overview, unqualified, revealing, offered, has_tree)


def consequence(name: str, value: Any, changed: Mapping[str, Any], facts: Facts) -> str | None:
    """The sentence for one changed setting; None where there is nothing to say. ``changed`` holds all changes."""
    if name == "overlap":
        return _overlap(value, facts)
    if name == "golden_per_chunk":
        return _golden(value, changed.get("chunk_size", facts.project.chunk_size), facts.overview.golden.height)
    if name == "repeats_per_chunk":
        return _repeats(value, changed.get("chunk_size", facts.project.chunk_size))
    if name == "qualification_size":
        return _qualification(value, facts)
    if name == "accuracy_floor":
        scores = facts.overview.by_assessor
        return t("settings.then.floor", below=scores.filter(pl.col("value") < value).height, n=scores.height)
    if name == "error_target":
        return None if value is None else t("settings.then.error_target", share=target_in_words(value))
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
    if value > facts.overview.golden.height:
        return t("settings.then.qualification_short", pool=facts.overview.golden.height)
    return t("settings.then.qualification", n=facts.unqualified)
