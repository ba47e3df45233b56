"""Each page's first line: may this reader be here? Refusals are calm pages, never exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import streamlit as st

from db.vocabulary import Role, Standing
from labeling.people.sign_in import Reader
from labeling.projects.projects import Project
from pages.ui.acting import Seat, take_seat
from pages.ui.session import current_project, current_reader, projects_of
from pages.ui.widgets import plain
from pages.ui.words import t, title_of


@dataclass(frozen=True)
class Access:
    """A reader who may be on this page, and the project it is about."""

    reader: Reader
    project: Project
    roles: frozenset[Role]

    @property
    def person_id(self) -> int:
        """The reader's id, the ``actor`` of the verbs."""
        return self.reader.person_id

    @property
    def locale(self) -> str:
        return self.reader.locale

    @property
    def leads(self) -> bool:
        """Whether the reader may do here what a lead may."""
        return self.is_admin or Role.LEAD in self.roles

    @property
    def is_admin(self) -> bool:
        return self.reader.is_admin


def require(*roles: Role, even_paused: bool = False) -> Access:
    """Let those pass who hold one of ``roles`` in the current project; an admin passes where a lead does.

    ``even_paused`` lets those in who are paused: a page where one reads and can't do harm.

    Anybody else reads why not, and the run ends.
    """
    reader = _settled_reader()
    project = current_project(projects_of(reader))
    if project is None:
        _refuse("shell.refused.no_project")
    seat = Seat(reader.person_id, project.id, frozenset(roles), even_paused=even_paused)
    if seat.holds(reader):
        take_seat(seat)
        return Access(reader, project, seat.roles_of(reader))
    standing = reader.standing_in(project.id)
    if standing in (Standing.PAUSED, Standing.BANNED):
        _refuse(f"shell.refused.{standing.value}", project=title_of(project))
    needed = ", ".join(t(f"role.{role.value}") for role in roles)
    _refuse("shell.refused.role", project=title_of(project), roles=needed)


def require_admin() -> Reader:
    """Let an admin pass; anybody else reads why not, and the run ends."""
    reader = _settled_reader()
    seat = Seat(reader.person_id, admin=True)
    if not seat.holds(reader):
        _refuse("shell.refused.admin")
    take_seat(seat)
    return reader


def require_starter() -> Reader:
    """Let those pass who may begin a project: admins, and whoever leads one; anybody else reads why not, and the run ends."""
    reader = _settled_reader()
    seat = Seat(reader.person_id, leads=True)
    if not seat.holds(reader):
        _refuse("shell.refused.starter")
    take_seat(seat)
    return reader


def require_anyone() -> Reader:
    """Let anybody pass who is signed in, with a one-time password too: a page where one acts on oneself."""
    take_seat(None)
    reader = current_reader()
    take_seat(Seat(reader.person_id, even_one_time=reader.must_change_password))
    return reader


def _settled_reader() -> Reader:
    take_seat(None)
    reader = current_reader()
    if reader.must_change_password:
        _refuse("shell.refused.one_time_password")
    return reader


def _refuse(key: str, **facts: object) -> NoReturn:
    st.info(plain(t(key, **facts)))
    st.stop()
