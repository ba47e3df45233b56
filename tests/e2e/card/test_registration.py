"""What the card's Python side promises, without a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.desk.label_card import PARTS, label_card
from pages.ui.card import CARD_WORDS, SHARED_PARTS, card_words, joined

SHARED = SHARED_PARTS[0].parent
OWN = PARTS[-1].parent
PAGE = Path(__file__).parent / "stub_page.py"


def test_the_card_mounts_and_mounts_again() -> None:
    page = AppTest.from_file(str(PAGE)).run()
    assert not page.exception
    assert not page.run().exception


def test_a_missing_word_is_told_at_once() -> None:
    words = card_words("en")
    del words["skip"]
    with pytest.raises(ValueError, match="lacks words: skip"):
        label_card(config={"words": words}, key="card")  # type: ignore[typeddict-item]


def test_both_languages_have_every_word_with_the_same_places() -> None:
    russian, english = card_words("ru"), card_words("en")
    assert set(russian) == set(english) == set(CARD_WORDS)
    for word in CARD_WORDS:
        assert russian[word].strip() and english[word].strip()
        assert set(re.findall(r"{\w+}", russian[word])) == set(re.findall(r"{\w+}", english[word])), word


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    script = joined(PARTS)
    strings = set(re.findall(r'"([a-z_]+)"', script))
    assert set(CARD_WORDS) - strings == set()
    assert set(re.findall(r'\bsay\("([a-z_]+)"', script)) - set(CARD_WORDS) == set()


def test_every_script_is_part_of_the_card() -> None:
    assert sorted(SHARED_PARTS) == sorted(SHARED.glob("*.js"))
    assert sorted(PARTS) == sorted([*SHARED_PARTS, *OWN.glob("*.js")])


def test_texts_from_outside_never_become_markup() -> None:
    """One place takes markup: the guidelines, which the server has sanitised."""
    for path in PARTS:
        script = path.read_text(encoding="utf-8")
        assert script.count("innerHTML") == (1 if path.name == "guidelines.js" else 0), path.name
        for way in ("insertAdjacentHTML", "outerHTML", "document.write", "eval(", "createContextualFragment"):
            assert way not in script, path.name


def test_the_words_file_is_sorted_into_the_two_languages() -> None:
    words = json.loads((SHARED / "words_card.json").read_text(encoding="utf-8"))
    assert words and {tuple(sorted(texts)) for texts in words.values()} == {("en", "ru")}
