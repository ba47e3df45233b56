"""A pasted list of people: who they are, what they get, and who may invite them."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.people.inviting import MOST, Guest, guests, invite
from labeling.people.memberships import members
from labeling.people.people import create_person, get_person
from labeling.people.sign_in import check_password, hash_password
from labeling.projects.projects import Project, create_project
from tests.labeling.people.counter import NOW
from tests.labeling.worlds import add_person


def test_a_line_is_a_name_a_login_or_both(connection: Connection) -> None:
    create_person(connection, "boris", "Boris B.", None, now=NOW)
    listed = guests(connection, "Анна Петрова\nboris\n\nvera@example.org\nИрина, ira\npetr; Пётр\nАнна Петрова \n")
    assert listed == [
        Guest("anna.petrova", "Анна Петрова", is_known=False),
        Guest("boris", "Boris B.", is_known=True),
        Guest("vera@example.org", "vera", is_known=False),
        Guest("ira", "Ирина", is_known=False),
        Guest("petr", "Пётр", is_known=False),
    ]


def test_two_of_one_name_are_two_people(connection: Connection) -> None:
    create_person(connection, "anna.petrova", "Анна Петрова", None, now=NOW)
    listed = guests(connection, "Анна Петрова\nанна ПЕТРОВА")
    assert [(guest.login, guest.is_known) for guest in listed] == [("anna.petrova2", False), ("anna.petrova3", False)]


@pytest.mark.parametrize(
    ("text", "code"), [(" \n,\n", "no_people"), ("\n".join(map(str, range(MOST + 1))), "too_many_people")]
)
def test_what_is_no_list_is_refused(connection: Connection, text: str, code: str) -> None:
    with pytest.raises(LabelingError, match=code):
        guests(connection, text)


def test_the_invited_come_in_by_a_one_time_password(connection: Connection, project: Project) -> None:
    lead = add_person(connection, "lead", project, Role.LEAD)
    add_person(connection, "boris")
    listed = guests(connection, "Анна Петрова\nboris")
    passwords = {"anna.petrova": hash_password("anna.petrova", "one-time-pass")}
    about = {"locale": "en", "now": NOW, "actor": lead}
    invite(connection, project.id, listed, passwords, Role.ASSESSOR, **about)  # type: ignore[arg-type]
    anna = get_person(connection, "anna.petrova")
    assert anna.has_one_time_password and anna.locale == "en" and not anna.is_admin
    assert check_password(connection, "anna.petrova", "one-time-pass").is_right
    held = {each.login: each.roles for each in members(connection, project.id)}
    assert held == {"anna.petrova": (Role.ASSESSOR,), "boris": (Role.ASSESSOR,), "lead": (Role.LEAD,)}
    # Asked again it adds the other role and nobody.
    invite(connection, project.id, guests(connection, "anna.petrova"), {}, Role.EXPERT, **about)  # type: ignore[arg-type]
    assert set(next(each.roles for each in members(connection, project.id) if each.login == "anna.petrova")) == {
        Role.ASSESSOR,
        Role.EXPERT,
    }


def test_a_lead_invites_to_their_own_project_alone(connection: Connection, project: Project) -> None:
    lead = add_person(connection, "lead", project, Role.LEAD)
    other = create_project(connection, "other", now=NOW)
    listed = [Guest("new", "New", is_known=False)]
    with pytest.raises(LabelingError, match="not_allowed"):
        invite(connection, other.id, listed, {}, Role.ASSESSOR, locale="ru", now=NOW, actor=lead)
    with pytest.raises(LabelingError, match="unknown_person"):
        get_person(connection, "new")
