"""The demo tells one story: assessors who agree, and a golden set that shows them wrong together."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import combinations
from statistics import mean, median

from labeling.demo.simulate import NEIGHBOURS, PROFILES, SEED, DemoItem, SimulatedAnswer, answer, random_for
from tests.labeling.demo.loaded import CODES, ITEMS, MISREADINGS


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
