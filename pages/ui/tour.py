"""A tour of five steps for each role, where people are simulated: a quiet strip on top of the page that a step is about.

Which step is told stands in the address, and the tour's own links carry it on; without it, it is the page's first.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from db.engine import database
from db.vocabulary import Role
from labeling.people.sign_in import Reader
from labeling.people.tours import begin_tour, skip_tour, skipped_tours
from labeling.projects.projects import Project
from pages.ui.acting import acting
from pages.ui.navigation import PAGES, Entry
from pages.ui.words import t

# The addresses of the pages that the steps are about.
STEPS = {
    Role.LEAD: ("overview", "assessors", "review", "audit", "export"),
    Role.EXPERT: ("adjudicate", "review", "map", "search", "audit"),
    Role.ASSESSOR: ("label", "guidelines", "label", "results", "results"),
}
ADDRESS = "tour"
_BEGUN = "tour_begun"
_PATHS = {entry.url: entry.path for entry in PAGES}


@dataclass(frozen=True)
class Step:
    """One step of a role's tour, counted from 1."""

    role: Role
    n: int

    @property
    def name(self) -> str:
        """As the address has it."""
        return f"{self.role.value}-{self.n}"

    @property
    def url(self) -> str:
        """The page that it is about."""
        return STEPS[self.role][self.n - 1]

    def beside(self, by: int) -> Step | None:
        """The step so many further on."""
        return Step(self.role, self.n + by) if 1 <= self.n + by <= len(STEPS[self.role]) else None


def step_on(url: str, roles: Iterable[Role], asked: str | None = None) -> Step | None:
    """The step that a page tells to who holds these roles: the one asked for where it is about this page, else the first that is.

    >>> step_on("results", [Role.ASSESSOR]), step_on("results", [Role.ASSESSOR], "assessor-5").n, step_on("gain", [Role.LEAD])
    (Step(role=<Role.ASSESSOR: 'assessor'>, n=4), 5, None)
    """
    told = [Step(role, n) for role in roles for n, about in enumerate(STEPS[role], 1) if about == url]
    return next((step for step in told if step.name == asked), told[0] if told else None)


def leave(person_id: int, role: Role) -> None:
    """Show this tour no longer."""
    with acting("tour.over", as_oneself=True) as connection:
        skip_tour(connection, person_id, role)


def begin(person_id: int, role: Role) -> None:
    """Show it again, from its first page on."""
    with acting(as_oneself=True) as connection:
        begin_tour(connection, person_id, role)
    st.session_state[_BEGUN] = role


def _way_to(project: Project, step: Step) -> tuple[str, dict[str, str]]:
    return _PATHS[step.url], {"project": project.slug, ADDRESS: step.name}


def _draw_link(project: Project, step: Step, label: str) -> None:
    path, where = _way_to(project, step)
    st.page_link(path, label=label, query_params=where)


def _draw_way_out(person_id: int, role: Role, key: str, kind: Literal["secondary", "tertiary"]) -> None:
    st.button(t(key), type=kind, key="tour_leave", on_click=leave, args=(person_id, role))


def _draw_step(person_id: int, project: Project, step: Step) -> None:
    before, after = step.beside(-1), step.beside(1)
    where = t("tour.step", step=step.n, steps=len(STEPS[step.role]))
    said = t(f"tour.{step.role.value}.{step.n}")
    with st.container(horizontal=True, vertical_alignment="center", key="tour"):
        st.html(f'<p class="sv-tour"><strong>{html.escape(where)}</strong> {html.escape(said)}</p>', width="stretch")
        # Another key, another element: else a link that was clicked keeps the focus as the next step's, and Enter from the card.
        ways = f"tour_ways_{step.name}"
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall", key=ways):
            if after:
                _draw_way_out(person_id, step.role, "tour.skip", "tertiary")
            if before:
                _draw_link(project, before, t("tour.back"))
            if after:
                is_here = after.url == step.url
                _draw_link(project, after, t("tour.on") if is_here else t("tour.next", page=t(f"page.{after.url}")))
            else:
                _draw_way_out(person_id, step.role, "tour.finish", "secondary")


def draw_tour(reader: Reader, project: Project | None, on_screen: Entry | None) -> None:
    """The strip of the page on screen where it has one; at the end of the menu, the way back to a tour that was left."""
    if project is None or not project.is_simulated or reader.must_change_password:
        return
    with database().snapshot() as connection:
        skipped = skipped_tours(connection, reader.person_id)
    begun: Role | None = st.session_state.pop(_BEGUN, None)
    if begun is not None:
        path, where = _way_to(project, Step(begun, 1))
        st.switch_page(path, query_params=where)
    held = reader.roles_in(project.id) | ({Role.LEAD} if reader.is_admin else set())
    for role in [role for role in STEPS if role in held & skipped]:
        label = t("tour.again", role=t(f"role.{role.value}"))
        st.sidebar.button(
            label, type="tertiary", key=f"tour_{role.value}", on_click=begin, args=(reader.person_id, role)
        )
    shown = [role for role in STEPS if role in held - skipped]
    step = None if on_screen is None else step_on(on_screen.url, shown, st.query_params.get(ADDRESS))
    if step is not None:
        _draw_step(reader.person_id, project, step)
