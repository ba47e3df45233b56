"""Turns at hashing: who is next when many wait, and that nobody's many keep the others out."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from labeling import config
from labeling.people.turns import Turns
from tests.labeling.people.counter import refused


def has(turn: Future[None]) -> bool:
    return turn.done() and not turn.cancelled()


def test_no_more_have_a_turn_than_may_at_once() -> None:
    turns = Turns(2, 10)
    first, second, third = (turns.line_up("a") for _ in range(3))
    assert (has(first), has(second), has(third)) == (True, True, False)
    turns.give_back(first)
    assert has(third)


def test_a_source_with_many_keeps_one_with_few_waiting_for_one_of_them_only() -> None:
    turns = Turns(1, 100)
    has_it = turns.line_up("attacker")
    many = [turns.line_up("attacker") for _ in range(40)]
    other = turns.line_up("office")
    turns.give_back(has_it)
    assert has(many[0])
    turns.give_back(many[0])
    assert has(other)
    assert not has(many[1])


def test_a_known_browser_goes_first_and_finds_room_where_strangers_have_taken_all() -> None:
    turns = Turns(1, 8)
    has_it = turns.line_up("a")
    for source in "abcd":
        for _ in range(2):
            turns.line_up(source)
    with refused("too_busy"):
        turns.line_up("e")
    known = turns.line_up("a", known=True)
    turns.give_back(has_it)
    assert has(known)


def test_one_source_takes_half_of_the_room_at_most() -> None:
    turns = Turns(1, 8)
    turns.line_up("a")
    for _ in range(4):
        turns.line_up("a")
    with refused("too_busy"):
        turns.line_up("a")
    turns.line_up("b")


def test_who_went_away_while_waiting_is_passed_by() -> None:
    turns = Turns(1, 10)
    has_it, gone, patient = (turns.line_up("a") for _ in range(3))
    turns.give_back(gone)
    turns.give_back(has_it)
    assert has(patient)
    turns.give_back(patient)
    assert has(turns.line_up("b")), "the turn of who went away is lost"


def test_of_one_login_at_one_place_few_are_asked_at_once() -> None:
    turns = Turns(1, 10)
    asked = [turns.asked("anna 192.0.2.1") for _ in range(config.SIGN_INS_OF_ONE)]
    for one in asked:
        one.__enter__()
    with refused("too_busy"), turns.asked("anna 192.0.2.1"):
        pytest.fail("one too many")
    with turns.asked("anna 192.0.2.2"):
        pass
    asked[0].__exit__(None, None, None)
    with turns.asked("anna 192.0.2.1"):
        pass
