"""What junior is asked: the versions of its prompt, an editor with the exact request, and what changed between two."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

from db.engine import database
from db.vocabulary import PromptKind, Role
from labeling.junior.prompts import Prompt, prompts, write_prompt
from labeling.projects.projects import Project
from pages.junior.prompt_draft import Draft, as_text
from pages.junior.prompt_editor import draw_editor
from pages.ui.access import Access, require
from pages.ui.difference import difference
from pages.ui.figures import number
from pages.ui.junior_words import version_title
from pages.ui.session import now
from pages.ui.widgets import acting, answer, simulated_mark
from pages.ui.words import local_moment, t


def draw_versions(project: Project, access: Access, versions: Sequence[Prompt]) -> None:
    """Every version, and the button that makes a local one."""
    rows = [
        {
            t("prompts.version"): version_title(project, one),
            t("prompts.when"): local_moment(one.created_at),
            t("prompts.guide"): str(one.guideline_version or "–"),
            t("prompts.examples"): number(len(one.examples)) if one.kind is PromptKind.LLM else "–",
            t("prompts.reasoning"): t("prompts.yes") if one.settings.get("reasoning") else "–",
            t("prompts.target"): str(one.settings.get("target") or "–"),
        }
        for one in versions
    ]
    if rows:
        st.dataframe(pl.DataFrame(rows), hide_index=True, key="prompt_versions")
    else:
        st.text(t("prompts.none"))
    written = {one.id: one for one in versions if one.kind is PromptKind.LLM}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if written:
            chosen = st.selectbox(
                t("prompts.take_which"), list(written), format_func=lambda one: version_title(project, written[one]),
                key="prompt_take_which", width=360,
            )  # fmt: skip
            st.button(t("prompts.take"), key="prompt_take", on_click=take, args=(project, written[chosen]))
        st.button(t("junior.local.write"), key="local_write", on_click=write_local, args=(project, access.person_id))
    st.caption(t("junior.local.about"))


def draw_difference(project: Project, versions: Sequence[Prompt]) -> None:
    """What changed from one version to another."""
    written = {one.id: one for one in versions if one.kind is PromptKind.LLM}
    if len(written) < 2:
        st.text(t("prompts.one_version"))
        return
    ids = list(written)
    left, right = st.columns(2)
    before = left.selectbox(
        t("prompts.from"), ids, index=1, key="prompt_from", format_func=lambda one: version_title(project, written[one])
    )
    after = right.selectbox(
        t("prompts.to"), ids, index=0, key="prompt_to", format_func=lambda one: version_title(project, written[one])
    )
    changed = difference(as_text(written[before]), as_text(written[after]))
    with st.container(border=True):
        st.html(changed or f"<p>{t('prompts.same')}</p>")


def take(project: Project, prompt: Prompt) -> None:
    """Put a version into the editor."""
    Draft(project.slug).take(prompt)
    st.session_state["prompt_part"] = "write"


def write_local(project: Project, actor: int) -> None:
    """Write a version of the local junior."""
    with acting("junior.local.written") as connection:
        write_prompt(connection, project, PromptKind.LOCAL, now=now(), actor=actor)


access = require(Role.LEAD, Role.EXPERT)
project = access.project
simulated_mark(project)
with database().snapshot() as connection:
    versions = prompts(connection, project.id)
answer(t("page.prompts"), t("prompts.answer", n=len(versions)) if versions else t("prompts.answer_none"))
st.session_state.setdefault("prompt_part", "write")
shown = st.segmented_control(
    t("page.prompts"), ("write", "versions", "difference"), format_func=lambda part: t(f"prompts.part.{part}"),
    key="prompt_part", label_visibility="collapsed", required=True,
)  # fmt: skip
if shown == "versions":
    draw_versions(project, access, versions)
elif shown == "difference":
    draw_difference(project, versions)
else:
    draw_editor(project, access, versions)
