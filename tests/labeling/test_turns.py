"""The notation of conversations: what is written is read again, whatever was said."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labeling.notation.turns import Turn, put_together, set_apart, speaker_of, turns_of, written
from labeling.privacy import Masker

# Mostly what the notation is made of.
WORDS = st.text(st.sampled_from(":  \nabё\t\r") | st.characters(codec="utf-8"), max_size=20)
SPEAKERS = st.none() | WORDS.map(speaker_of)
TURNS = st.builds(Turn, SPEAKERS, WORDS)


@given(st.lists(TURNS, max_size=5))
@example([Turn(None, "")])
@example([Turn(None, "", None), Turn("a", "\n\n  x")])
@example([Turn(":", "b"), Turn("a:", ""), Turn(None, "a:"), Turn(None, ": b"), Turn(None, "  b")])
def test_what_is_written_is_read_again(turns: list[Turn]) -> None:
    assert turns_of(written(turns)) == tuple(turns)


@given(WORDS)
def test_any_text_has_turns_and_they_are_written_the_same_from_then_on(text: str) -> None:
    turns = turns_of(text)
    assert turns_of(written(turns)) == turns
    assert (not text) == (not turns)


@given(st.lists(TURNS, max_size=5))
def test_set_apart_and_put_together_is_the_same(turns: list[Turn]) -> None:
    text = written(turns)
    assert put_together(set_apart(text), text) == text


def test_times_stand_beside_their_turns_as_far_as_they_are_known() -> None:
    assert [turn.time for turn in turns_of("a: x\nb: y\nc: z", ["9:01", None])] == ["9:01", None, None]
    assert [turn.time for turn in turns_of("a: x", ["9:01", "9:02"])] == ["9:01"]


def test_a_name_that_could_not_be_told_from_words_is_refused() -> None:
    for name in ("", " a", "a: b", "a\nb"):
        with pytest.raises(ValueError, match="no name"):
            Turn(name, "x")


MASKED = {
    # A speaker's name is masked as the person's name is anywhere else, in all of their turns.
    "Иван: Добрый день, это Иван.\nОператор: Иван, ваш телефон +7 999 123-45-67?\nИван: Да": (
        "[NAME_1]: Добрый день, это [NAME_1].\nОператор: [NAME_1], ваш телефон [PHONE_1]?\n[NAME_1]: Да"
    ),
    # What begins in a name doesn't reach into the words.
    "Иван: Петров пришёл\nОператор: да": "[NAME_1]: [NAME_2] пришёл\nОператор: да",
    "Анна: Смирнова звонила\nКлиент: да": "[NAME_1]: [NAME_2] звонила\nКлиент: да",
    "Клиент: 8 999 123-45-67\n  ivan@example.org\nОператор: спасибо": "Клиент: [PHONE_1]\n  [EMAIL_1]\nОператор: спасибо",
}


@pytest.mark.parametrize("text", MASKED)
def test_masking_leaves_every_turn_its_speaker(text: str) -> None:
    masked = Masker().mask(set_apart(text)).text
    assert put_together(masked, text) == MASKED[text]
    assert [bool(turn.speaker) for turn in turns_of(MASKED[text])] == [True] * len(turns_of(text))
