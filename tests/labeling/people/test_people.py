"""People, their standing and their roles: who there is, who may manage whom."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from db import schema
from db.engine import Database
from db.vocabulary import LeaseState, Role, Standing
from labeling import roles
from labeling.people import memberships, people, sign_in
from labeling.projects import archive
from labeling.projects.projects import Project, create_project
from tests.labeling.people.counter import NOW, PASSWORD, add, refused, try_in, verbs
from tests.labeling.worlds import make_world


def test_a_house_is_empty_until_somebody_has_a_login(connection: Connection) -> None:
    assert people.is_empty(connection)
    add(connection, "anna")
    assert not people.is_empty(connection)


@pytest.mark.parametrize("login", ["", "анна", "anna b", "-anna", "a" * 65])
def test_bad_logins_are_refused(connection: Connection, login: str) -> None:
    with refused("bad_login"):
        add(connection, login)


def test_a_login_is_one_whatever_its_case(connection: Connection) -> None:
    assert add(connection, " Anna ").login == "anna"
    with refused("login_taken"):
        add(connection, "ANNA")
    assert try_in(connection, "AnNa", PASSWORD).code is None


def test_a_ban_ends_the_sessions_and_refuses_the_right_password(connection: Connection) -> None:
    anna, boss = add(connection, "anna"), add(connection, "boss", is_admin=True)
    token = sign_in.open_session(connection, anna.id, now=NOW)
    people.set_active(connection, anna.id, False, now=NOW, actor=boss.id)
    assert sign_in.check_session(connection, token, now=NOW) is None
    assert try_in(connection, "anna", PASSWORD).code == "person_inactive"
    assert try_in(connection, "anna", "wrong wrong").code == "wrong_sign_in"
    people.set_active(connection, anna.id, True, now=NOW, actor=boss.id)
    assert sign_in.check_session(connection, token, now=NOW) is None, "an ended session doesn't come back"
    assert try_in(connection, "anna", PASSWORD).code is None
    assert verbs(connection)[-2:] == [("ban", "anna"), ("readmit", "anna")]


def test_a_person_inactive_by_any_way_is_out_at_the_next_click(connection: Connection) -> None:
    token = sign_in.open_session(connection, add(connection, "anna").id, now=NOW)
    connection.execute(update(schema.person).values(active=False))
    assert sign_in.check_session(connection, token, now=NOW) is None


def test_a_ban_frees_the_leases(database: Database) -> None:
    world = make_world(database, items=20, golden_items=0)
    world.work(world.assessors[0])
    with database.transaction() as connection:
        held = select(schema.lease.c.state).where(schema.lease.c.assessor_id == world.assessors[0])
        assert LeaseState.OPEN in set(connection.execute(held).scalars())
        people.set_active(connection, world.assessors[0], False, now=NOW, actor=None)
        assert LeaseState.OPEN not in set(connection.execute(held).scalars())


def test_the_last_admin_cannot_be_removed(connection: Connection) -> None:
    boss, other = add(connection, "boss", is_admin=True), add(connection, "other", is_admin=True)
    add(connection, "demo", is_admin=True, is_simulated=True)
    people.set_admin(connection, other.id, False, now=NOW, actor=boss.id)
    with refused("last_admin"):
        people.set_admin(connection, boss.id, False, now=NOW, actor=boss.id)
    with refused("last_admin"):
        people.set_active(connection, boss.id, False, now=NOW, actor=boss.id)
    people.set_admin(connection, other.id, True, now=NOW, actor=boss.id)
    people.set_active(connection, boss.id, False, now=NOW, actor=other.id)
    with refused("last_admin"):
        people.set_admin(connection, other.id, False, now=NOW, actor=other.id)


def test_the_first_start_makes_an_admin_once(connection: Connection) -> None:
    add(connection, "demo", is_admin=True, is_simulated=True)
    hashed = sign_in.hash_password("admin", PASSWORD)
    assert people.ensure_admin(connection, hashed, now=NOW)
    assert try_in(connection, "admin", PASSWORD).code is None
    admin = people.get_person(connection, "admin")
    assert admin.is_admin and admin.has_one_time_password
    assert not people.ensure_admin(connection, hashed, now=NOW)


@pytest.mark.parametrize("who", ["stranger", "lead", "banned_admin"])
def test_only_admins_manage_people(connection: Connection, project: Project, who: str) -> None:
    add(connection, "boss", is_admin=True)
    actor = add(connection, "actor", is_admin=who == "banned_admin").id
    if who == "lead":
        memberships.grant(connection, project.id, actor, Role.LEAD, now=NOW, actor=None)
    if who == "banned_admin":
        people.set_active(connection, actor, False, now=NOW, actor=None)
    other = add(connection, "other").id
    facts: dict[str, Any] = {"now": NOW, "actor": actor}
    hashed = sign_in.hash_password("new", PASSWORD)
    for act in (
        lambda: people.create_person(connection, "new", "New", hashed, **facts),
        lambda: people.reset_password(connection, other, hashed, **facts),
        lambda: people.set_active(connection, other, False, **facts),
        lambda: people.set_admin(connection, other, True, **facts),
        lambda: people.rename(connection, other, "X", **facts),
        lambda: archive.archive_project(connection, "p", **facts),
        lambda: archive.restore_project(connection, "p", **facts),
    ):
        with refused("not_allowed"):
            act()


def test_one_may_rename_oneself(connection: Connection) -> None:
    anna = add(connection, "anna")
    people.rename(connection, anna.id, " Анна П. ", now=NOW, actor=anna.id)
    assert people.get_person(connection, "anna").name == "Анна П."
    with refused("bad_name"):
        people.rename(connection, anna.id, "  ", now=NOW, actor=anna.id)
    people.set_locale(connection, anna.id, "en")
    with refused("bad_locale"):
        people.set_locale(connection, anna.id, "de")


def test_roles_are_granted_and_taken_back(connection: Connection, project: Project) -> None:
    anna = add(connection, "anna").id
    for role in (Role.ASSESSOR, Role.EXPERT, Role.EXPERT):
        memberships.grant(connection, project.id, anna, role, now=NOW, actor=None)
    assert roles.roles_of(connection, project.id, anna) == {Role.ASSESSOR, Role.EXPERT}
    memberships.revoke(connection, project.id, anna, Role.EXPERT, now=NOW, actor=None)
    assert roles.roles_of(connection, project.id, anna) == {Role.ASSESSOR}
    with refused("not_a_member"):
        memberships.revoke(connection, project.id, anna, Role.EXPERT, now=NOW, actor=None)
    with refused("unknown_person"):
        memberships.grant(connection, project.id, 999, Role.EXPERT, now=NOW, actor=None)
    assert [verb for verb, _ in verbs(connection)].count("grant") == 2


def test_a_lead_manages_their_own_project_only(connection: Connection, project: Project) -> None:
    other = create_project(connection, "other", now=NOW)
    lead, anna = add(connection, "lead").id, add(connection, "anna").id
    memberships.grant(connection, project.id, lead, Role.LEAD, now=NOW, actor=None)
    memberships.grant(connection, project.id, anna, Role.ASSESSOR, now=NOW, actor=lead)
    with refused("not_allowed"):
        memberships.grant(connection, other.id, anna, Role.ASSESSOR, now=NOW, actor=lead)
    with refused("not_allowed"):
        memberships.grant(connection, project.id, anna, Role.LEAD, now=NOW, actor=anna)
    with refused("not_allowed"):
        memberships.set_standing(connection, project.id, lead, Standing.BANNED, now=NOW, actor=anna)
    with refused("own_standing"):
        memberships.set_standing(connection, project.id, lead, Standing.PAUSED, now=NOW, actor=lead)


def test_a_pause_takes_every_role_and_a_further_role_does_not_lift_it(connection: Connection, project: Project) -> None:
    anna = add(connection, "anna").id
    token = sign_in.open_session(connection, anna, now=NOW)
    memberships.grant(connection, project.id, anna, Role.ASSESSOR, now=NOW, actor=None)
    memberships.set_standing(connection, project.id, anna, Standing.PAUSED, now=NOW, actor=None)
    memberships.grant(connection, project.id, anna, Role.EXPERT, now=NOW, actor=None)
    assert roles.roles_of(connection, project.id, anna) == frozenset()
    reader = sign_in.check_session(connection, token, now=NOW)
    assert reader is not None
    assert reader.roles_in(project.id) == frozenset()
    assert reader.standing_in(project.id) is Standing.PAUSED
    memberships.set_standing(connection, project.id, anna, Standing.ACTIVE, now=NOW, actor=None)
    reader = sign_in.check_session(connection, token, now=NOW)
    assert reader is not None and reader.roles_in(project.id) == {Role.ASSESSOR, Role.EXPERT}
    with refused("not_a_member"):
        memberships.set_standing(connection, project.id, 999, Standing.ACTIVE, now=NOW, actor=None)


def test_the_lists_show_everybody_with_their_roles(connection: Connection, project: Project) -> None:
    anna, boss = add(connection, "anna").id, add(connection, "boss", is_admin=True).id
    for role in (Role.ASSESSOR, Role.EXPERT):
        memberships.grant(connection, project.id, anna, role, now=NOW, actor=boss)
    sign_in.open_session(connection, anna, now=NOW)
    listed = people.all_people(connection)
    assert [(person.login, person.seen_at) for person in listed] == [("anna", NOW), ("boss", None)]
    assert [(held.slug, held.role) for held in listed[0].memberships] == [("p", Role.ASSESSOR), ("p", Role.EXPERT)]
    (member,) = memberships.members(connection, project.id)
    assert (member.login, member.roles, member.standing) == ("anna", (Role.ASSESSOR, Role.EXPERT), Standing.ACTIVE)


def test_an_archived_project_is_nobodys_place_of_work(connection: Connection, project: Project) -> None:
    anna = add(connection, "anna").id
    memberships.grant(connection, project.id, anna, Role.ASSESSOR, now=NOW, actor=None)
    archive.archive_project(connection, "p", now=NOW, actor=None)
    assert memberships.memberships_of(connection, anna) == ()
    (shelf,) = archive.shelves(connection)
    assert (shelf.slug, shelf.people, shelf.archived_at) == ("p", 1, NOW)
    archive.restore_project(connection, "p", now=NOW, actor=None)
    assert [held.slug for held in memberships.memberships_of(connection, anna)] == ["p"]
    with refused("unknown_project"):
        archive.archive_project(connection, "q", now=NOW, actor=None)
