"""The demo's guide, settings, people and classes fit its items."""

from __future__ import annotations

import re
from typing import Literal

import pytest

from labeling.demo.simulate import PROFILES, guidelines
from tests.labeling.demo.loaded import ITEMS, PROJECT, SPEAKERS, rulings


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
