"""The settings of junior's suggestions: when they are shown, how many are wrong on purpose, whether junior votes."""

from __future__ import annotations

from typing import Any

import streamlit as st

from db.vocabulary import SuggestionPolicy
from labeling.projects.projects import Project
from pages.ui.words import t

POLICY, PROBES, VOTES = "suggestion_policy", "probe_share", "junior_votes"
SUGGESTION_FIELDS = (POLICY, PROBES, VOTES)
# From what harms the figures least to what harms them most; the experiment finds out.
_POLICIES = (SuggestionPolicy.HIDDEN, SuggestionPolicy.AFTER, SuggestionPolicy.BEFORE, SuggestionPolicy.EXPERIMENT)


def is_offered(name: str, project: Project, changed: dict[str, Any]) -> bool:
    """Whether a setting means anything beside the others: wrong suggestions are shown in experiments only."""
    return name != PROBES or changed.get(POLICY, project.suggestion_policy) is SuggestionPolicy.EXPERIMENT


def draw_suggestion_field(name: str, label: str, stored: Any, key: str) -> None:
    """The widget of one of :data:`SUGGESTION_FIELDS`; each policy says what it does to figures."""
    if name == POLICY:
        about = [t(f"settings.suggestions.{policy.value}.about") for policy in _POLICIES]
        at = _POLICIES.index(stored)
        st.radio(label, _POLICIES, at, _title, key=key, captions=about)
    elif name == PROBES:
        st.number_input(label, 0.0, 1.0, stored, 0.05, key=key)
    else:
        st.toggle(label, stored, key=key)


def _title(policy: SuggestionPolicy) -> str:
    return t(f"settings.suggestions.{policy.value}")
