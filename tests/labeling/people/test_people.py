"""People, passwords, sessions and roles: who comes in, who doesn't, and what is kept of it."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, select, update

from db import schema
from db.engine import Database
from db.vocabulary import LeaseState, Role, Standing
from labeling import config, roles
from labeling.errors import LabelingError
from labeling.people import memberships, people, sign_in
from labeling.projects import archive
from labeling.projects.projects import Project, create_project
from tests.labeling.worlds import make_world

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PASSWORD = "several quiet words"
REAL_HASHER = sign_in.HASHER


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2 with little work: what is tested here isn't its strength."""
    monkeypatch.setattr(sign_in, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    sign_in._decoy.cache_clear()
    yield
    sign_in._decoy.cache_clear()


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as opened:
        yield opened


@pytest.fixture
def project(connection: Connection) -> Project:
    return create_project(connection, "p", now=NOW)


def add(connection: Connection, login: str, **facts: Any) -> people.Person:
    return people.create_person(connection, login, login.title(), PASSWORD, now=NOW, **facts)


def try_in(connection: Connection, login: str, password: str, now: datetime = NOW) -> sign_in.SignedIn:
    return sign_in.authenticate(connection, sign_in.check_password(connection, login, password), now=now)


def verbs(connection: Connection) -> list[tuple[str, str]]:
    log = schema.audit_event.c
    return [(row.verb, row.target) for row in connection.execute(select(log.verb, log.target).order_by(log.id))]


def refused(code: str) -> Any:
    return pytest.raises(LabelingError, match=f"^{code}")


def test_passwords_are_hashed_as_rfc_9106_recommends() -> None:
    assert REAL_HASHER.hash("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_house_is_empty_until_somebody_has_a_login(connection: Connection) -> None:
    assert people.is_empty(connection)
    add(connection, "anna")
    assert not people.is_empty(connection)


def test_only_a_hash_of_the_password_is_kept(connection: Connection) -> None:
    add(connection, "anna")
    stored = connection.execute(select(schema.person.c.password_hash)).scalar_one()
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


@pytest.mark.parametrize(
    ("password", "code"),
    [("seven77", "password_short"), ("anna-the-great", "password_is_login"), ("x" * 201, "password_long")],
)
def test_weak_passwords_are_refused(connection: Connection, password: str, code: str) -> None:
    with refused(code):
        people.create_person(connection, "Anna-the-great", "Anna", password, now=NOW)


@pytest.mark.parametrize("login", ["", "анна", "anna b", "-anna", "a" * 65])
def test_bad_logins_are_refused(connection: Connection, login: str) -> None:
    with refused("bad_login"):
        add(connection, login)


def test_a_login_is_one_whatever_its_case(connection: Connection) -> None:
    assert add(connection, " Anna ").login == "anna"
    with refused("login_taken"):
        add(connection, "ANNA")
    assert try_in(connection, "AnNa", PASSWORD).code is None


def test_the_right_password_comes_in_and_others_do_not(connection: Connection) -> None:
    anna = add(connection, "anna")
    assert try_in(connection, "anna", PASSWORD) == sign_in.SignedIn(anna.id)
    assert try_in(connection, "anna", PASSWORD + " ") == sign_in.SignedIn(None, "wrong_sign_in")
    assert try_in(connection, "nobody", PASSWORD) == sign_in.SignedIn(None, "wrong_sign_in")


def test_a_password_is_the_same_however_the_keyboard_composes_it(connection: Connection) -> None:
    people.create_person(connection, "anna", "Анна", unicodedata.normalize("NFD", "зайчиный йод"), now=NOW)
    assert try_in(connection, "anna", unicodedata.normalize("NFC", "зайчиный йод")).code is None


def test_nobody_without_a_password_comes_in(connection: Connection) -> None:
    people.create_person(connection, "oidc", "Oidc", None, now=NOW)
    for password in ("", "None", PASSWORD):
        assert try_in(connection, "oidc", password).code == "wrong_sign_in"


def test_an_unknown_login_costs_the_same_work(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in hashes: every check verifies exactly one, at the parameters of a real one."""
    add(connection, "anna")
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            verified.append(str(hash).rsplit("$", 2)[0])
            return super().verify(hash, password)  # type: ignore[return-value]

    monkeypatch.setattr(sign_in, "HASHER", Counting(time_cost=1, memory_cost=8, parallelism=1))
    for login in ("anna", "nobody"):
        sign_in.check_password(connection, login, "wrong wrong")
    assert len(verified) == 2
    assert verified[0] == verified[1]


def test_five_wrong_passwords_lock_and_each_further_one_for_longer(connection: Connection) -> None:
    anna = add(connection, "anna")
    for _ in range(4):
        assert try_in(connection, "anna", "wrong wrong").code == "wrong_sign_in"
    moment = NOW
    for minutes in (1, 5, 15, 60, 60):
        locked = try_in(connection, "anna", "wrong wrong", moment)
        assert (locked.code, locked.locked_until) == ("sign_in_locked", moment + minutes * MINUTE)
        still = try_in(connection, "anna", PASSWORD, moment + minutes * MINUTE - timedelta(seconds=1))
        assert still.code == "sign_in_locked", "the right password doesn't open a locked login"
        moment += minutes * MINUTE
    assert try_in(connection, "anna", PASSWORD, moment) == sign_in.SignedIn(anna.id)
    for _ in range(4):
        assert try_in(connection, "anna", "wrong wrong", moment).code == "wrong_sign_in"
    assert ("locked_out", "anna") in verbs(connection)


def test_guesses_sent_at_once_learn_no_more_than_the_first_five(database: Database) -> None:
    """All of them compare the password before any of them is counted."""
    with database.transaction() as connection:
        add(connection, "anna")
    with database.snapshot() as connection:
        checks = [sign_in.check_password(connection, "anna", word) for word in ["wrong wrong"] * 5 + [PASSWORD]]
    codes = []
    for check in checks:
        with database.transaction() as connection:
            codes.append(sign_in.authenticate(connection, check, now=NOW).code)
    assert codes == ["wrong_sign_in"] * 4 + ["sign_in_locked"] * 2


def test_the_counter_is_committed_although_the_sign_in_fails(database: Database) -> None:
    with database.transaction() as connection:
        add(connection, "anna")
    with database.transaction() as connection:
        try_in(connection, "anna", "wrong wrong")
    with database.snapshot() as connection:
        assert connection.execute(select(schema.person.c.failed_sign_ins)).scalar_one() == 1


def test_a_session_is_found_by_its_token_alone_and_only_its_hash_is_kept(connection: Connection) -> None:
    anna = add(connection, "anna", locale="en")
    token = sign_in.open_session(connection, anna.id, now=NOW)
    assert len(token) >= 43
    stored = connection.execute(select(schema.sign_in.c.token_hash)).scalar_one()
    assert stored == hashlib.sha256(token.encode()).hexdigest()
    reader = sign_in.check_session(connection, token, now=NOW)
    assert reader is not None
    assert (reader.person_id, reader.login, reader.locale, reader.is_admin) == (anna.id, "anna", "en", False)
    assert sign_in.check_session(connection, stored, now=NOW) is None
    assert sign_in.check_session(connection, "", now=NOW) is None


def test_a_session_ends_when_nobody_clicked_for_long(connection: Connection) -> None:
    token = sign_in.open_session(connection, add(connection, "anna").id, now=NOW)
    almost = NOW + config.SESSION_IDLE - timedelta(seconds=1)
    assert sign_in.check_session(connection, token, now=almost) is not None
    assert sign_in.check_session(connection, token, now=NOW + config.SESSION_IDLE) is None
    sign_in.touch_session(connection, token, now=almost)
    assert sign_in.check_session(connection, token, now=almost + config.SESSION_IDLE / 2) is not None


def test_a_session_ends_however_busy_it_is(connection: Connection) -> None:
    token = sign_in.open_session(connection, add(connection, "anna").id, now=NOW)
    last = NOW + config.SESSION_LONGEST - timedelta(seconds=1)
    sign_in.touch_session(connection, token, now=last)
    assert sign_in.check_session(connection, token, now=last) is not None
    assert sign_in.check_session(connection, token, now=NOW + config.SESSION_LONGEST) is None


def test_signs_of_life_are_due_once_a_minute(connection: Connection) -> None:
    token = sign_in.open_session(connection, add(connection, "anna").id, now=NOW)
    reader = sign_in.check_session(connection, token, now=NOW)
    assert reader is not None
    assert not sign_in.is_due(reader, now=NOW + timedelta(seconds=59))
    assert sign_in.is_due(reader, now=NOW + MINUTE)


def test_an_ended_session_stays_ended(connection: Connection) -> None:
    token = sign_in.open_session(connection, add(connection, "anna").id, now=NOW)
    sign_in.end_session(connection, token, now=NOW)
    sign_in.touch_session(connection, token, now=NOW)
    assert sign_in.check_session(connection, token, now=NOW) is None
    sign_in.end_session(connection, token, now=NOW + MINUTE)
    assert connection.execute(select(schema.sign_in.c.ended_at)).scalar_one() == NOW


def test_a_new_password_ends_the_other_sessions_and_lifts_the_lock(connection: Connection) -> None:
    anna = add(connection, "anna")
    kept, lost = (sign_in.open_session(connection, anna.id, now=NOW) for _ in range(2))
    for _ in range(5):
        try_in(connection, "anna", "wrong wrong")
    with refused("wrong_password"):
        sign_in.change_own_password(connection, anna.id, "wrong wrong", "other words", now=NOW, keep_token=kept)
    with refused("password_unchanged"):
        sign_in.change_own_password(connection, anna.id, PASSWORD, PASSWORD, now=NOW, keep_token=kept)
    sign_in.change_own_password(connection, anna.id, PASSWORD, "other words", now=NOW, keep_token=kept)
    assert sign_in.check_session(connection, kept, now=NOW) is not None
    assert sign_in.check_session(connection, lost, now=NOW) is None
    assert try_in(connection, "anna", PASSWORD).code == "wrong_sign_in"
    assert try_in(connection, "anna", "other words").code is None


def test_a_one_time_password_comes_in_and_asks_to_be_changed(connection: Connection) -> None:
    anna = add(connection, "anna")
    issued = people.reset_password(connection, anna.id, now=NOW, actor=None)
    assert try_in(connection, "anna", PASSWORD).code == "wrong_sign_in"
    assert try_in(connection, "anna", issued).code is None
    token = sign_in.open_session(connection, anna.id, now=NOW)
    reader = sign_in.check_session(connection, token, now=NOW)
    assert reader is not None and reader.must_change_password
    assert people.get_person(connection, "anna").has_one_time_password
    sign_in.change_own_password(connection, anna.id, issued, "other words", now=NOW, keep_token=token)
    reader = sign_in.check_session(connection, token, now=NOW)
    assert reader is not None and not reader.must_change_password
    log = [row.details for row in connection.execute(select(schema.audit_event.c.details))]
    assert not any(issued in str(details) or "other words" in str(details) for details in log)


def test_one_time_passwords_are_never_the_same() -> None:
    issued = {sign_in.new_password() for _ in range(200)}
    assert len(issued) == 200
    assert all(len(password) >= config.PASSWORD_LEAST for password in issued)


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
    password = people.ensure_admin(connection, now=NOW)
    assert password is not None
    assert try_in(connection, "admin", password).code is None
    admin = people.get_person(connection, "admin")
    assert admin.is_admin and admin.has_one_time_password
    assert people.ensure_admin(connection, now=NOW) is None


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
    for act in (
        lambda: people.create_person(connection, "new", "New", PASSWORD, **facts),
        lambda: people.reset_password(connection, other, **facts),
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


def test_the_sign_in_page_names_simulated_logins_only(connection: Connection, project: Project) -> None:
    for login, simulated in (("anna", False), ("demo-a", True), ("demo-b", True)):
        person = add(connection, login, is_simulated=simulated)
        memberships.grant(connection, project.id, person.id, Role.ASSESSOR, now=NOW, actor=None)
    people.create_person(connection, "demo-0", "Without a password", None, now=NOW, is_simulated=True)
    assert people.demo_logins(connection) == [("assessor", "demo-a")]


def test_old_sessions_are_swept_at_the_next_sign_in(connection: Connection) -> None:
    anna = add(connection, "anna").id
    sign_in.open_session(connection, anna, now=NOW)
    later = NOW + config.SESSION_LONGEST + MINUTE
    sign_in.open_session(connection, anna, now=later)
    assert list(connection.execute(select(schema.sign_in.c.created_at)).scalars()) == [later]
