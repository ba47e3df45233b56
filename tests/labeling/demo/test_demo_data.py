"""The demo project tells one story: assessors who agree, and a golden set that shows them wrong together."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import replace
from itertools import combinations
from statistics import mean, median
from typing import Literal

import pytest

from labeling.demo.simulate import (
    HERE,
    NEIGHBOURS,
    PROFILES,
    SEED,
    DemoItem,
    SimulatedAnswer,
    answer,
    guidelines,
    load_items,
    load_project,
    random_for,
)

ITEMS = load_items()
PROJECT = load_project()
CODES = [label_class["code"] for label_class in PROJECT["classes"]]
SPEAKERS = {"ru": ("Клиент: ", "Поддержка: "), "en": ("Client: ", "Support: ")}
MISREADINGS = {
    ("neutral", "confusion"),
    ("neutral", "gratitude"),
    ("confusion", "neutral"),
    ("satisfaction", "neutral"),
    ("satisfaction", "gratitude"),
}
# A run that could be a card, an account, a phone or a tax number, however it is spaced; a link or an address.
TELLING = re.compile(r"\d{6,}|(?:\d[ \u00a0\-()]{0,2}){9,}|\+\d|@|https?:|www\.", re.IGNORECASE)


def said_by_client(item: DemoItem) -> list[str]:
    return [line for line in item.text.splitlines() if line.startswith(SPEAKERS[item.lang][0])]


def rulings(lang: Literal["ru", "en"]) -> list[str]:
    """The corner-case table of the guide, row by row."""
    return re.findall(r"^\| \d+ \| (.+) \|$", guidelines(lang), flags=re.MULTILINE)


# ------------------------------------------------------------------------------------------- the texts


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


# ------------------------------------------------------------------------------------------- the labels


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


# ---------------------------------------------------------------------------------- the guide, the project


def test_each_ruling_of_the_guide_has_an_example_among_the_items_in_one_language_or_both() -> None:
    assert len(rulings("ru")) == len(rulings("en")) == 20
    used = {item.corner_case for item in ITEMS}
    assert [pair for pair in zip(rulings("ru"), rulings("en"), strict=True) if not used & set(pair)] == []


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_guide_has_a_section_for_each_class_in_the_order_of_the_hotkeys(lang: Literal["ru", "en"]) -> None:
    headings = re.findall(r"^### (\d)\. (.+) `(\w+)`$", guidelines(lang), flags=re.MULTILINE)
    classes = [(c["hotkey"], c[f"title_{lang}"], c["code"]) for c in PROJECT["classes"]]
    assert headings == classes


def test_the_guides_own_examples_are_not_items_to_be_labeled() -> None:
    for lang in SPEAKERS:
        examples = re.findall(r"^- [«“](.+)[»”]\.?$", guidelines("ru" if lang == "ru" else "en"), flags=re.MULTILINE)
        assert len(examples) == 12
        assert [e for e in examples if any(e.rstrip(".").lower() in item.text.lower() for item in ITEMS)] == []


def test_the_project_is_set_as_the_demo_needs_it() -> None:
    assert PROJECT["slug"] == "demo"
    assert PROJECT["settings"] == {
        "overlap": 3,
        "chunk_size": 20,
        "golden_per_chunk": 3,
        "repeats_per_chunk": 2,
        "qualification_size": 0,
        "accuracy_floor": 0.7,
        "lease_minutes": 30,
    }
    assert [c["hotkey"] for c in PROJECT["classes"]] == list("123456")
    assert all(c["description_ru"].endswith(".") and c["description_en"].endswith(".") for c in PROJECT["classes"])


def test_people_are_openly_simulated_and_each_assessor_has_a_profile() -> None:
    by_role: dict[str, list[str]] = {}
    for person in PROJECT["people"]:
        by_role.setdefault(person["role"], []).append(person["login"])
        assert re.search(r"\((симуляция|демо)\)$", person["name"])
    assert by_role == {"assessor": [*PROFILES, "assessor"], "expert": ["expert"], "lead": ["lead"]}


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2)."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("background", ["#ffffff", "#0e1117"])
def test_class_colours_are_visible_on_light_and_on_dark(background: str) -> None:
    for label_class in PROJECT["classes"]:
        pair = sorted((luminance(label_class["colour"]), luminance(background)))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 3, label_class["code"]
    assert len({label_class["colour"] for label_class in PROJECT["classes"]}) == 6


# ------------------------------------------------------------------------------------- the simulated people


def everybody(seed: int) -> dict[tuple[str, str], SimulatedAnswer]:
    return {
        (login, item.id): answer(item, profile, random_for(login, item.id, seed))
        for login, profile in PROFILES.items()
        for item in ITEMS
    }


def pairwise_agreement(answers: dict[tuple[str, str], SimulatedAnswer]) -> float:
    shares = []
    for a, b in combinations(PROFILES, 2):
        both = [(answers[a, item.id].label, answers[b, item.id].label) for item in ITEMS]
        sure = [pair for pair in both if None not in pair]
        shares.append(sum(x == y for x, y in sure) / len(sure))
    return mean(shares)


def divergence(answers: dict[tuple[str, str], SimulatedAnswer], trio: tuple[str, ...], items: list[DemoItem]) -> float:
    """Share of items with a majority of the three where that majority is not the expert's label."""
    wrong = []
    for item in items:
        votes = Counter(label for login in trio if (label := answers[login, item.id].label) is not None)
        winner, n = votes.most_common(1)[0]
        if n >= 2:
            wrong.append(winner != item.label)
    return mean(wrong)


def test_assessors_agree_well_and_are_wrong_together() -> None:
    answers = everybody(SEED)
    assert 0.80 <= pairwise_agreement(answers) <= 0.86
    ordinary = [item for item in ITEMS if not item.golden]
    for trio in combinations(PROFILES, 3):
        assert 0.30 <= divergence(answers, trio, ITEMS) <= 0.44
        assert 0.30 <= divergence(answers, trio, ordinary) <= 0.44


def test_the_story_is_in_the_design_and_not_in_a_lucky_seed() -> None:
    runs = [everybody(seed) for seed in range(8)]
    assert 0.80 <= mean(pairwise_agreement(run) for run in runs) <= 0.86
    assert 0.30 <= mean(divergence(run, tuple(PROFILES)[:3], ITEMS) for run in runs) <= 0.44


def test_golden_items_show_what_agreement_hides() -> None:
    answers = everybody(SEED)
    golden = [item for item in ITEMS if item.golden]
    for login in PROFILES:
        accuracy = mean(answers[login, item.id].label == item.label for item in golden)
        assert accuracy < pairwise_agreement(answers)


def test_without_the_misreading_the_same_people_are_good() -> None:
    cured = [replace(profile, questions=0.0, formulas=0.0, careless=0.0) for profile in PROFILES.values()]
    for profile in cured:
        given = [answer(item, profile, random_for(profile.login, item.id)) for item in ITEMS]
        right = mean(a.label == item.label for a, item in zip(given, ITEMS, strict=True))
        assert right > 0.85


def test_a_perfect_reader_of_the_wrong_guide_gives_exactly_the_misreading() -> None:
    wrong = replace(PROFILES["assessor1"], skill=1.0, questions=1.0, formulas=1.0, unsure=0.0)
    given = [answer(item, wrong, random_for("x", item.id)).label for item in ITEMS]
    assert given == [item.misread_as or item.label for item in ITEMS]


def test_questions_and_formulas_are_two_separate_traps() -> None:
    only_formulas = replace(PROFILES["assessor1"], skill=1.0, questions=0.0, formulas=1.0, unsure=0.0)
    fallen = [item for item in ITEMS if answer(item, only_formulas, random_for("x", item.id)).label != item.label]
    traps = {(item.label, item.misread_as) for item in fallen}
    assert traps == MISREADINGS - {("neutral", "confusion"), ("confusion", "neutral")}


def test_an_answer_depends_on_who_and_what_and_never_on_the_order() -> None:
    forward = everybody(SEED)
    shuffled = random.Random(1).sample(ITEMS, len(ITEMS))
    backward = {(p, i.id): answer(i, PROFILES[p], random_for(p, i.id)) for i in shuffled for p in PROFILES}
    assert backward == forward
    assert everybody(SEED + 1) != forward


def test_labels_are_known_and_only_the_unsure_leave_a_comment() -> None:
    given = list(everybody(SEED).values())
    assert {a.label for a in given} == {*CODES, None}
    assert all((a.comment is not None) == (a.label is None) for a in given)
    assert 8 <= sum(a.label is None for a in given) <= 60
    assert set(NEIGHBOURS) == set(CODES)


def test_paces_differ_and_the_careless_one_is_the_fastest_and_the_least_exact() -> None:
    answers = everybody(SEED)
    pace = {p: median(answers[p, item.id].seconds for item in ITEMS) for p in PROFILES}
    exact = {p: mean(answers[p, item.id].label == item.label for item in ITEMS) for p in PROFILES}
    assert min(a.seconds for a in answers.values()) >= 0.8
    assert min(pace, key=lambda p: pace[p]) == min(exact, key=lambda p: exact[p]) == "assessor5"
    assert sorted(pace.values())[1] > 1.5 * pace["assessor5"]
