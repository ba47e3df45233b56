"""The experiment with suggestions and their policy: what was measured, what is in force, and the button that changes it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import streamlit as st

from db.engine import database
from db.frames import marks
from db.frames import suggestions as suggestion_frames
from db.frames.suggestions import speaking
from db.vocabulary import SuggestionPolicy
from labeling.junior.experiment import Experiment, experiment
from labeling.junior.prompts import Prompt, prompts
from labeling.kept import kept
from labeling.projects.projects import Project, change_settings
from labeling.quality.showing import HIDE, SHOW_AFTER, SHOW_BEFORE
from pages.ui.access import Access
from pages.ui.acting import acting
from pages.ui.figures import percent
from pages.ui.junior_words import speaker_sentence
from pages.ui.session import now
from pages.ui.widgets import confirm, empty_state, plain
from pages.ui.words import t

ADVISED = {SHOW_BEFORE: SuggestionPolicy.BEFORE, SHOW_AFTER: SuggestionPolicy.AFTER, HIDE: SuggestionPolicy.HIDDEN}


def experiment_of(project: Project) -> Experiment:
    """The effect of showing, computed once for each state of the facts."""
    with database().snapshot() as connection:
        mark = marks.quality_mark(connection, project.id)
        promoted = suggestion_frames.promoted(connection, project.id).height
    return _experiment((str(database().url), project.id, mark, promoted), project)


def versions_of(project: Project) -> tuple[Mapping[int, Prompt], Prompt | None]:
    """Every version, and the one that speaks now."""
    with database().snapshot() as connection:
        versions = {prompt.id: prompt for prompt in prompts(connection, project.id)}
        speaker = speaking(connection, project.id)
    return versions, versions.get(speaker) if speaker is not None else None


@kept(16)
def _experiment(key: Hashable, project: Project) -> Experiment:
    with database().snapshot() as connection:
        return experiment(connection, project)


def draw_start(access: Access, speaker: Prompt | None) -> None:
    """Before the first answer: let a version speak, then begin; while it goes on, wait."""
    if speaker is None:
        empty_state(t("showing.empty.nobody"), page="junior/judging.py", label=t("page.judging"))
        return
    project = access.project
    st.text(speaker_sentence(project, speaker))
    if project.suggestion_policy is SuggestionPolicy.EXPERIMENT:
        empty_state(t("showing.empty.waiting"), page="overview/progress.py", label=t("page.progress"))
        return
    empty_state(t("showing.empty.start", probes=percent(project.probe_share)))
    _draw_button(access, SuggestionPolicy.EXPERIMENT)


def draw_policy(access: Access, recommendation: str, speaker: Prompt | None) -> None:
    """What is in force, and the button that follows the recommendation, or begins anew where there is none."""
    project = access.project
    with st.container(border=True):
        st.text(f"{t(f'showing.policy.{project.suggestion_policy.value}')} {speaker_sentence(project, speaker)}")
        advised = ADVISED.get(recommendation, SuggestionPolicy.EXPERIMENT)
        with st.container(horizontal=True, vertical_alignment="center"):
            if advised is not project.suggestion_policy and (speaker or advised is SuggestionPolicy.HIDDEN):
                _draw_button(access, advised)
            st.page_link("project/settings.py", label=t("page.settings"), icon=":material/settings:")


def set_policy(project: Project, policy: SuggestionPolicy, actor: int) -> None:
    with acting("showing.policy_set") as connection:
        change_settings(connection, project.id, {"suggestion_policy": policy}, now=now(), actor=actor)


def _draw_button(access: Access, policy: SuggestionPolicy) -> None:
    if not access.leads:
        st.caption(plain(t("showing.lead_decides")))
        return
    confirm(
        t(f"showing.set.{policy.value}"), t("showing.set.question"), set_policy, access.project, policy, access.person_id,
        key="showing_policy",
    )  # fmt: skip
