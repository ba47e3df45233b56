"""The steps of a project that has just been made: golden items, people, and the way to the first label."""

from __future__ import annotations

import html
from dataclasses import dataclass

import polars as pl
import streamlit as st

from db.engine import database
from db.vocabulary import Role, Standing
from labeling.desk import golden_draw
from labeling.facts import settled
from labeling.people.memberships import Member, grant, members
from labeling.projects.projects import Project, count_items, lock_project_by_id
from pages.ui.access import Access
from pages.ui.acting import acting
from pages.ui.invitations import draw_invitations
from pages.ui.session import now
from pages.ui.widgets import plain
from pages.ui.words import t

STEPS = ("file", "golden", "people", "begin")
_LEFT_OUT = "start_left_out"


@dataclass(frozen=True, eq=False)
class Steps:
    """How far a new project is: items, golden items, those that could be, and who is in it."""

    items: int
    golden: int
    known: pl.DataFrame
    people: list[Member]
    is_golden_left_out: bool

    @property
    def assessors(self) -> list[Member]:
        """Those who may label now."""
        return [
            one for one in self.people if Role.ASSESSOR in one.roles and one.active and one.standing is Standing.ACTIVE
        ]

    @property
    def due(self) -> str:
        """The step that is to be taken now."""
        if not (self.golden or self.is_golden_left_out or self.known.is_empty()):
            return "golden"
        return "begin" if self.assessors else "people"


def steps_of(project: Project) -> Steps:
    """What is there of it already: each step can be left, and taken up again later."""
    with database().snapshot() as connection:
        return Steps(
            count_items(connection, project.id),
            settled.golden(connection, project.id).height,
            golden_draw.candidates(connection, project),
            members(connection, project.id),
            project.id in st.session_state.get(_LEFT_OUT, ()),
        )


def draw_steps(steps: Steps | None) -> None:
    """Where one is on the way."""
    due = steps.due if steps else "file"
    shown = [
        f"<li{' aria-current=step' if step == due else ''}>{html.escape(t(f'start.step.{step}'))}</li>"
        for step in STEPS
    ]
    st.html(f'<ol class="sv-steps">{"".join(shown)}</ol>')


def draw_golden(access: Access, steps: Steps) -> None:
    """How many golden items, out of which labels, and why."""
    with st.expander(t("start.step.golden"), expanded=steps.due == "golden", icon=_tick(steps.golden > 0)):
        if steps.golden:
            st.markdown(t("start.golden.there", n=steps.golden))
        if steps.known.is_empty():
            st.markdown(t("start.golden.none" if not steps.golden else "start.golden.no_more"))
            return
        advised = min(golden_draw.wanted(access.project, steps.items), steps.known.height)
        st.markdown(t("start.golden.why", n=steps.known.height, advised=advised, chunk=access.project.golden_per_chunk))
        n = st.number_input(t("start.golden.n"), 1, steps.known.height, max(advised, 1), key="start_golden", width=200)
        with st.container(horizontal=True):
            st.button(
                t("start.golden.draw", n=n),
                type="secondary" if steps.golden else "primary",
                on_click=_draw,
                args=(access, int(n)),
                key="start_draw",
            )
            if not steps.golden:
                st.button(
                    t("start.golden.without"), on_click=_leave_out, args=(access.project.id,), key="start_no_golden"
                )


def draw_people(access: Access, steps: Steps) -> None:
    """Who labels: a list to paste, and oneself."""
    with st.expander(t("start.step.people"), expanded=True, icon=_tick(bool(steps.assessors))):
        if steps.assessors:
            names = ", ".join(member.name for member in steps.assessors)
            st.markdown(t("start.people.there", n=len(steps.assessors), names=plain(names)))
        draw_invitations(access.project, access.person_id)
        if all(member.person_id != access.person_id for member in steps.assessors):
            st.button(t("start.people.me"), on_click=_join, args=(access,), key="start_me")


def draw_begin(access: Access, steps: Steps) -> None:
    """The way to the first label, or to where one sees others label."""
    if not steps.assessors:
        st.caption(t("start.begin.nobody"))
        return
    labels_too = any(member.person_id == access.person_id for member in steps.assessors)
    with st.container(horizontal=True, vertical_alignment="center"):
        if labels_too:
            st.page_link("desk/label.py", label=t("start.begin.label"), icon=":material/arrow_forward:")
        st.page_link("overview/progress.py", label=t("start.begin.watch"), icon=":material/arrow_forward:")
        st.page_link("project/guidelines.py", label=t("start.begin.guide"), icon=":material/arrow_forward:")


def _draw(access: Access, n: int) -> None:
    with acting("start.golden.drawn", n=n) as connection:
        project = lock_project_by_id(connection, access.project.id)
        golden_draw.draw_golden(connection, project, n, now=now(), actor=access.person_id)


def _leave_out(project_id: int) -> None:
    st.session_state[_LEFT_OUT] = {*st.session_state.get(_LEFT_OUT, ()), project_id}


def _join(access: Access) -> None:
    with acting("start.people.joined") as connection:
        grant(connection, access.project.id, access.person_id, Role.ASSESSOR, now=now(), actor=access.person_id)


def _tick(done: bool) -> str:
    return ":material/check_circle:" if done else ":material/radio_button_unchecked:"
