"""Wrong passwords by where they come from: what a stranger's close, and for whom they never do."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, select

from db import schema
from labeling import config
from labeling.people import tries
from labeling.people.tries import Source, place_of
from tests.labeling.people.counter import HERE, NOW, PASSWORD, add, change, refused, try_in

ELSEWHERE = Source("198.51.100.9")


def guess(connection: Connection, login: str, source: Source, times: int) -> list[str | None]:
    return [try_in(connection, login, "wrong wrong", source=source).code for _ in range(times)]


def test_a_stranger_locks_nobody_out_who_is_elsewhere(connection: Connection) -> None:
    anna = add(connection, "anna")
    assert guess(connection, "anna", ELSEWHERE, 6)[-1] == "sign_in_locked"
    assert try_in(connection, "anna", PASSWORD).person_id == anna.id


def test_a_known_browser_comes_in_whatever_strangers_try_from_wherever(connection: Connection) -> None:
    anna = add(connection, "anna")
    known = Source(HERE.address, tries.know_device(connection, anna.id, None, now=NOW))
    guess(connection, "anna", HERE, 8)
    for n in range(60):
        guess(connection, "anna", Source(f"198.51.100.{n}"), 1)
    assert try_in(connection, "anna", PASSWORD, source=Source("203.0.113.5")).code == "sign_in_locked"
    assert try_in(connection, "anna", PASSWORD, source=known).person_id == anna.id


def test_one_login_is_slowed_down_for_strangers_by_a_minute_at_most(connection: Connection) -> None:
    anna = add(connection, "anna")
    for n in range(60):
        guess(connection, "anna", Source(f"198.51.100.{n}"), 1)
    later = NOW + timedelta(minutes=1)
    assert try_in(connection, "anna", PASSWORD, later, Source("203.0.113.5")).person_id == anna.id


def test_a_known_browser_guesses_no_more_often_than_any_place(connection: Connection) -> None:
    anna = add(connection, "anna")
    known = Source(HERE.address, tries.know_device(connection, anna.id, None, now=NOW))
    assert guess(connection, "anna", known, 6) == ["wrong_sign_in"] * 4 + ["sign_in_locked"] * 2


def test_a_browser_is_known_for_whom_signed_in_there_and_for_nobody_else(connection: Connection) -> None:
    anna, boris = add(connection, "anna"), add(connection, "boris")
    token = tries.know_device(connection, anna.id, None, now=NOW)
    assert tries.is_known(connection, "Anna ", token)
    assert not tries.is_known(connection, "boris", token)
    assert not tries.is_known(connection, "anna", "made up")
    assert tries.know_device(connection, boris.id, token, now=NOW) == token
    assert tries.know_device(connection, boris.id, "made up", now=NOW) != "made up"
    assert token not in {row.token_hash for row in connection.execute(select(schema.device))}


def test_a_new_password_is_known_in_no_browser(connection: Connection) -> None:
    anna = add(connection, "anna")
    token = tries.know_device(connection, anna.id, None, now=NOW)
    change(connection, anna.id, PASSWORD, "other words")
    assert not tries.is_known(connection, "anna", token)


def test_a_login_that_nobody_has_is_counted_and_refused_like_any_other(connection: Connection) -> None:
    add(connection, "anna")
    known, unknown = (
        [try_in(connection, login, "wrong wrong", NOW, Source(place)) for _ in range(8)]
        for login, place in (("anna", "198.51.100.1"), ("nobody", "198.51.100.2"))
    )
    assert known == unknown
    assert {outcome.code for outcome in known} == {"wrong_sign_in", "sign_in_locked"}


def test_many_logins_tried_from_one_address_slow_it_down_and_close_nothing_there(connection: Connection) -> None:
    anna = add(connection, "anna")
    for n in range(tries.ADDRESS.allowed):
        assert not tries.is_slowed(connection, ELSEWHERE, now=NOW)
        guess(connection, f"login{n}", ELSEWHERE, 1)
    assert tries.is_slowed(connection, ELSEWHERE, now=NOW)
    assert not tries.is_slowed(connection, HERE, now=NOW)
    assert not tries.is_slowed(connection, ELSEWHERE, now=NOW + timedelta(minutes=4))
    assert try_in(connection, "anna", PASSWORD, source=ELSEWHERE).person_id == anna.id


def test_a_network_of_one_household_is_one_place() -> None:
    assert place_of("2001:db8::1") == place_of("2001:db8::ffff:1")
    assert place_of("2001:db8:0:1::1") != place_of("2001:db8:0:2::1")
    assert place_of("::ffff:192.0.2.1") == place_of("192.0.2.1")


def test_what_nobody_tries_any_more_is_swept(connection: Connection) -> None:
    for n in range(10):
        guess(connection, f"login{n}", ELSEWHERE, 1)
    try_in(connection, "anna", "wrong wrong", NOW + config.TRIES_FORGOTTEN + timedelta(seconds=1))
    assert len(connection.execute(select(schema.wrong_try.c.key)).all()) == 3


def test_ones_own_password_can_not_be_tried_without_end(connection: Connection) -> None:
    """Right ones count too: each is as much work."""
    anna = add(connection, "anna")
    words = [PASSWORD, "other words"]
    for n in range(tries.CHANGE.allowed):
        change(connection, anna.id, words[n % 2], words[1 - n % 2])
    with refused("too_many_tries"):
        change(connection, anna.id, PASSWORD, "third words")
