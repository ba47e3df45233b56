"""The policy of suggestions: what is in force, what the experiment recommends, and the button that does it."""

from __future__ import annotations

import streamlit as st

from db.vocabulary import SuggestionPolicy
from labeling.junior.prompts import Prompt
from labeling.projects.projects import Project, change_settings
from labeling.quality.showing import HIDE, SHOW_AFTER, SHOW_BEFORE
from pages.ui.access import Access
from pages.ui.figures import percent
from pages.ui.junior_words import speaks
from pages.ui.session import now
from pages.ui.widgets import acting, confirm, empty_state, plain
from pages.ui.words import t

ADVISED = {
    SHOW_BEFORE: SuggestionPolicy.BEFORE,
    SHOW_AFTER: SuggestionPolicy.AFTER,
    HIDE: SuggestionPolicy.HIDDEN,
}


def draw_start(project: Project, access: Access, speaker: Prompt | None) -> None:
    """Before the first answer: let a version speak, then begin; while it goes on, wait."""
    if speaker is None:
        empty_state(t("showing.empty.nobody"), page="junior/judging.py", label=t("page.judging"))
        return
    st.text(speaks(project, speaker))
    if project.suggestion_policy is SuggestionPolicy.EXPERIMENT:
        empty_state(t("showing.empty.waiting"), page="overview/progress.py", label=t("page.progress"))
        return
    empty_state(t("showing.empty.start", probes=percent(project.probe_share)))
    _draw_button(project, access, SuggestionPolicy.EXPERIMENT)


def draw_policy(project: Project, access: Access, recommendation: str, speaker: Prompt | None) -> None:
    """What is in force, and the button that follows the recommendation, or begins anew where there is none."""
    with st.container(border=True):
        st.text(f"{t(f'showing.policy.{project.suggestion_policy.value}')} {speaks(project, speaker)}")
        advised = ADVISED.get(recommendation, SuggestionPolicy.EXPERIMENT)
        with st.container(horizontal=True, vertical_alignment="center"):
            if advised is not project.suggestion_policy and (speaker or advised is SuggestionPolicy.HIDDEN):
                _draw_button(project, access, advised)
            st.page_link("project/settings.py", label=t("page.settings"), icon=":material/settings:")


def set_policy(project: Project, policy: SuggestionPolicy, actor: int) -> None:
    """Put a policy in force."""
    with acting("showing.policy_set") as connection:
        change_settings(connection, project.id, {"suggestion_policy": policy}, now=now(), actor=actor)


def _draw_button(project: Project, access: Access, policy: SuggestionPolicy) -> None:
    if not access.leads:
        st.caption(plain(t("showing.lead_decides")))
        return
    confirm(
        t(f"showing.set.{policy.value}"), t("showing.set.question"), set_policy, project, policy, access.person_id,
        key="showing_policy",
    )  # fmt: skip
