"""The widget of each setting, by its declaration, and what of it was changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from db.vocabulary import PiiPolicy, SuggestionPolicy
from labeling.projects.projects import Project
from labeling.projects.settings import SETTINGS, Kind, Setting
from pages.ui.widgets import setting_key
from pages.ui.words import t

GROUPED = {name: setting for name, setting in SETTINGS.items() if setting.group is not None}
GROUPS = tuple(dict.fromkeys(setting.group for setting in GROUPED.values()))
# From what harms the figures least to what harms them most; the experiment finds out.
_POLICIES = (SuggestionPolicy.HIDDEN, SuggestionPolicy.AFTER, SuggestionPolicy.BEFORE, SuggestionPolicy.EXPERIMENT)


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


def is_offered(name: str, project: Project, changed: Mapping[str, Any]) -> bool:
    """Whether a setting means anything beside the others: wrong suggestions are shown in experiments only."""
    policy = changed.get("suggestion_policy", project.suggestion_policy)
    return name != "probe_share" or policy is SuggestionPolicy.EXPERIMENT


def draw_widget(setting: Setting, project: Project, columns: Sequence[str]) -> None:
    """The widget; ``columns`` are those of the items' metadata, and each policy says what it does to figures."""
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
    elif setting.name == "pii_policy":
        st.toggle(label, stored is PiiPolicy.MASK, key=key)
    else:
        about = [t(f"settings.suggestions.{policy.value}.about") for policy in _POLICIES]
        st.radio(label, _POLICIES, _POLICIES.index(stored), _title, key=key, captions=about)


def _title(policy: SuggestionPolicy) -> str:
    return t(f"settings.suggestions.{policy.value}")
