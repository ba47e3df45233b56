"""What junior is asked: the versions of its prompt, an editor with the exact request, and what changed between two."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

from db.engine import database
from db.vocabulary import Role
from labeling.junior.prompts import Prompt, prompts
from labeling.projects.projects import Project
from pages.junior.prompt_editor import Draft, as_text, draw_editor, write_local
from pages.ui.access import Access, require
from pages.ui.difference import difference
from pages.ui.figures import number
from pages.ui.junior_words import choose_version, version_title
from pages.ui.widgets import answer, simulated_mark
from pages.ui.words import local_moment, t


def draw_versions(project: Project, access: Access, versions: Sequence[Prompt]) -> None:
    """Every version, and the button that makes a local one."""
    rows = [
        {
            t("prompts.version"): version_title(project, prompt),
            t("prompts.when"): local_moment(prompt.created_at),
            t("prompts.guide"): str(prompt.guideline_version or "–"),
            t("prompts.examples"): number(len(prompt.examples)) if prompt.is_written else "–",
            t("prompts.reasoning"): t("prompts.yes") if prompt.settings.get("reasoning") else "–",
            t("prompts.target"): str(prompt.settings.get("target") or "–"),
        }
        for prompt in versions
    ]
    if rows:
        st.dataframe(pl.DataFrame(rows), hide_index=True, key="prompt_versions", placeholder="–")
    else:
        st.text(t("prompts.none"))
    written = {prompt.id: prompt for prompt in versions if prompt.is_written}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if written:
            chosen = choose_version(t("prompts.take_which"), project, written, key="prompt_take_which", width=360)
            st.button(t("prompts.take"), key="prompt_take", on_click=take, args=(project, chosen))
        st.button(t("junior.local.write"), key="local_write", on_click=write_local, args=(project, access.person_id))
    st.caption(t("junior.local.about"))


def draw_difference(project: Project, versions: Sequence[Prompt]) -> None:
    written = {prompt.id: prompt for prompt in versions if prompt.is_written}
    if len(written) < 2:
        st.text(t("prompts.one_version"))
        return
    left, right = st.columns(2)
    with left:
        before = choose_version(t("prompts.from"), project, written, key="prompt_from", first=list(written)[1])
    with right:
        after = choose_version(t("prompts.to"), project, written, key="prompt_to")
    changed = difference(as_text(before), as_text(after))
    with st.container(border=True):
        st.html(changed or f"<p>{t('prompts.same')}</p>")


def take(project: Project, prompt: Prompt) -> None:
    Draft(project.slug).take(prompt)
    st.session_state["prompt_part"] = "write"


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
