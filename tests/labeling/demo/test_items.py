"""The demo's items: dialogues without anybody's data, and labels that are balanced and explained."""

from __future__ import annotations

import json
import re
from collections import Counter
from statistics import median

import pytest

from labeling.demo.simulate import HERE, DemoItem, guidelines
from tests.labeling.demo.loaded import CODES, ITEMS, MISREADINGS, SPEAKERS, rulings

# A run that could be a card, an account, a phone or a tax number, however it is spaced; a link or an address.
TELLING = re.compile(r"\d{6,}|(?:\d[ \u00a0\-()]{0,2}){9,}|\+\d|@|https?:|www\.", re.IGNORECASE)


def said_by_client(item: DemoItem) -> list[str]:
    return [line for line in item.text.splitlines() if line.startswith(SPEAKERS[item.lang][0])]


def test_the_file_holds_240_items_with_unique_ids_and_texts() -> None:
    assert [item.id for item in ITEMS] == [f"d-{n:03d}" for n in range(1, 241)]
    assert len({item.text for item in ITEMS}) == 240


def test_every_line_of_the_file_has_exactly_the_promised_fields() -> None:
    rows = [json.loads(line) for line in (HERE / "items.jsonl").read_text("utf-8").splitlines()]
    assert {tuple(row) for row in rows} == {tuple(DemoItem.__dataclass_fields__)}
    assert all(isinstance(row["golden"], bool) for row in rows)


def test_no_two_dialogues_share_a_long_sentence_of_the_client() -> None:
    turns = Counter(turn.lower() for item in ITEMS for turn in said_by_client(item) if len(turn) > 35)
    assert [turn for turn, n in turns.items() if n > 1] == []


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_a_dialogue_is_two_to_five_turns_of_client_and_support(item: DemoItem) -> None:
    lines = item.text.splitlines()
    assert 2 <= len(lines) <= 5
    assert all(line.startswith(SPEAKERS[item.lang]) and line == line.strip() for line in lines)
    assert 1 <= len(said_by_client(item)) < len(lines)
    assert bool(re.search("[а-яё]", item.text, re.IGNORECASE)) == (item.lang == "ru")


@pytest.mark.parametrize(
    "text",
    [
        "карта 4276 1234 5678 9010",
        "счёт 40702810900000012345",
        "звоните 8 (912) 345-67-89",
        "+7 912",
        "ИНН 7701234567",
        "me@bank",
        "https://bank",
    ],
)
def test_the_check_for_telling_numbers_sees_them(text: str) -> None:
    assert TELLING.search(text)


def test_no_text_carries_a_number_or_address_that_could_be_somebodys() -> None:
    texts = [item.text for item in ITEMS] + [guidelines("ru"), guidelines("en")]
    assert [found.group() for text in texts if (found := TELLING.search(text))] == []


def test_lengths_are_mixed() -> None:
    lengths = sorted(len(item.text) for item in ITEMS)
    assert lengths[24] < 150
    assert 150 < median(lengths) < 280
    assert sum(length > 400 for length in lengths) >= 8
    assert min(Counter(item.text.count("\n") + 1 for item in ITEMS).values()) >= 15


def test_languages_and_channels_have_their_shares() -> None:
    assert Counter(item.lang for item in ITEMS) == {"ru": 180, "en": 60}
    channels = Counter(item.channel for item in ITEMS)
    assert set(channels) == {"chat", "phone", "mail"}
    assert min(channels.values()) >= 24


def test_classes_are_known_and_balanced_as_in_life() -> None:
    counts = Counter(item.label for item in ITEMS)
    assert set(counts) == set(CODES)
    assert 0.35 <= counts["neutral"] / len(ITEMS) <= 0.40
    assert all(15 <= n <= 40 for label, n in counts.items() if label != "neutral")
    assert set(Counter((item.label, item.lang) for item in ITEMS)) == {(c, g) for c in CODES for g in SPEAKERS}


def test_golden_items_cover_every_class_in_both_languages_easy_and_hard() -> None:
    golden = [item for item in ITEMS if item.golden]
    assert len(golden) == 48
    per_class = Counter((item.label, item.lang) for item in golden)
    assert all(per_class[code, "ru"] >= 4 and per_class[code, "en"] >= 2 for code in CODES)
    assert sum(item.misread_as is not None for item in golden) >= 10
    assert sum(item.misread_as is None and item.corner_case is None for item in golden) >= 20


def test_golden_hard_and_misread_items_are_explained_in_their_language() -> None:
    needing = [item for item in ITEMS if item.golden or item.corner_case or item.misread_as]
    assert [item.id for item in needing if not item.explanation] == []
    for item in ITEMS:
        if item.explanation is not None:
            assert len(item.explanation) >= 20
            assert bool(re.search("[а-яё]", item.explanation)) == (item.lang == "ru")


def test_only_the_shared_misreading_of_the_guide_misleads() -> None:
    assert {(item.label, item.misread_as) for item in ITEMS if item.misread_as} == MISREADINGS


def test_corner_cases_carry_the_guides_rulings_word_for_word() -> None:
    hard = [item for item in ITEMS if item.corner_case is not None]
    assert 20 <= len(hard) <= 35
    assert [item.id for item in hard if item.corner_case not in rulings(item.lang)] == []
