"""Passwords, sign-in and sessions: who comes in, for how long, and what a guess costs."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, select

from db import schema
from db.engine import Database
from db.vocabulary import Role
from labeling import config
from labeling.people import memberships, people, sign_in
from labeling.projects.projects import Project
from tests.labeling.people.counter import HERE, NOW, PASSWORD, add, change, refused, reset, try_in, verbs

MINUTE = timedelta(minutes=1)


REAL_HASHER = sign_in.HASHER


def test_passwords_are_hashed_as_rfc_9106_recommends() -> None:
    assert REAL_HASHER.hash("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


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
        add(connection, "Anna-the-great", password)


def test_the_right_password_comes_in_and_others_do_not(connection: Connection) -> None:
    anna = add(connection, "anna")
    assert try_in(connection, "anna", PASSWORD) == sign_in.SignedIn(anna.id)
    assert try_in(connection, "anna", PASSWORD + " ") == sign_in.SignedIn(None, "wrong_sign_in")
    assert try_in(connection, "nobody", PASSWORD) == sign_in.SignedIn(None, "wrong_sign_in")


def test_a_password_is_the_same_however_the_keyboard_composes_it(connection: Connection) -> None:
    add(connection, "anna", unicodedata.normalize("NFD", "зайчиный йод"))
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
            codes.append(sign_in.authenticate(connection, check, HERE, now=NOW).code)
    assert codes == ["wrong_sign_in"] * 4 + ["sign_in_locked"] * 2


def test_the_counter_is_committed_although_the_sign_in_fails(database: Database) -> None:
    with database.transaction() as connection:
        add(connection, "anna")
    with database.transaction() as connection:
        try_in(connection, "anna", "wrong wrong")
    with database.snapshot() as connection:
        assert set(connection.execute(select(schema.wrong_try.c.tries)).scalars()) == {1}


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


def test_a_new_password_ends_the_other_sessions(connection: Connection) -> None:
    anna = add(connection, "anna")
    kept, lost = (sign_in.open_session(connection, anna.id, now=NOW) for _ in range(2))
    with refused("wrong_password"):
        change(connection, anna.id, "wrong wrong", "other words", keep_token=kept)
    with refused("password_unchanged"):
        change(connection, anna.id, PASSWORD, PASSWORD, keep_token=kept)
    change(connection, anna.id, PASSWORD, "other words", keep_token=kept)
    assert sign_in.check_session(connection, kept, now=NOW) is not None
    assert sign_in.check_session(connection, lost, now=NOW) is None
    assert try_in(connection, "anna", PASSWORD).code == "wrong_sign_in"
    assert try_in(connection, "anna", "other words").code is None


def test_a_one_time_password_comes_in_and_asks_to_be_changed(connection: Connection) -> None:
    anna = add(connection, "anna")
    issued = reset(connection, anna.id)
    assert try_in(connection, "anna", PASSWORD).code == "wrong_sign_in"
    assert try_in(connection, "anna", issued).code is None
    token = sign_in.open_session(connection, anna.id, now=NOW)
    reader = sign_in.check_session(connection, token, now=NOW)
    assert reader is not None and reader.must_change_password
    assert people.get_person(connection, "anna").has_one_time_password
    change(connection, anna.id, issued, "other words", keep_token=token)
    reader = sign_in.check_session(connection, token, now=NOW)
    assert reader is not None and not reader.must_change_password
    log = [row.details for row in connection.execute(select(schema.audit_event.c.details))]
    assert not any(issued in str(details) or "other words" in str(details) for details in log)


def test_one_time_passwords_are_never_the_same() -> None:
    issued = {sign_in.new_password() for _ in range(200)}
    assert len(issued) == 200
    assert all(len(password) >= config.PASSWORD_LEAST for password in issued)


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
