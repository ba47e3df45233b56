"""The guides are true: what they quote is on screen, what they tell to type is there, both languages say the same."""

from __future__ import annotations

import json
import re
import shlex
from functools import cache
from pathlib import Path

import pytest

from labeling.cli.main import main
from pages.ui.locales import LOCALES
from pages.ui.words import catalog

ROOT = Path(__file__).parent.parent
GUIDES = sorted((ROOT / "docs" / "for").glob("*.md"))
ROLES = ("assessor", "expert", "lead", "ml_engineer", "operator")
# What is in quotes is quoted from the screen; nothing else is.
QUOTED = {"ru": re.compile("«([^«»]+)»"), "en": re.compile("“([^“”]+)”")}
_COMMAND = re.compile(r"python -m labeling [^`#\n]+")


def locale_of(guide: Path) -> str:
    return guide.suffixes[0].removeprefix(".")


@cache
def on_screen(locale: str) -> dict[str, set[str]]:
    """Every word on screen with the keys that it stands under; "…" for what a sentence is filled with."""
    said = {key: entry[locale] for key, entry in catalog().items()}
    for path in (ROOT / "pages").rglob("words_*.json"):
        cards = json.loads(path.read_text(encoding="utf-8"))
        said |= {f"{path.stem}.{key}": entry[locale] for key, entry in cards.items()}
    found: dict[str, set[str]] = {}
    for key, entry in said.items():
        for form in entry.values() if isinstance(entry, dict) else [entry]:
            found.setdefault(re.sub(r"\{\w+\}", "…", form), set()).add(key)
    return found


def quoted(text: str, locale: str) -> list[str]:
    return [re.sub(r"\s+", " ", word) for word in QUOTED[locale].findall(text)]


def not_on_screen(text: str, locale: str) -> list[str]:
    """Of what a guide quotes all that no page says."""
    return [word for word in quoted(text, locale) if word not in on_screen(locale)]


def commands(text: str) -> list[list[str]]:
    """What a guide tells one to type after ``python -m labeling``."""
    return [shlex.split(found)[3:] for found in _COMMAND.findall(text)]


def missing_in(text: str) -> list[str]:
    """Targets of make and variables of the environment that are named and not there."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "labeling").rglob("*.py"))
    code += (ROOT / "db" / "engine.py").read_text(encoding="utf-8")
    targets = [name for name in re.findall(r"`make (\w+)", text) if not re.search(rf"^{name}:", makefile, re.MULTILINE)]
    variables = [
        name for name in re.findall(r"\b(?:SVERKA|DATABASE|OPENAI)_[A-Z_]+\b", text) if f'"{name}"' not in code
    ]
    return targets + variables


def test_every_role_has_its_guide_in_both_languages() -> None:
    assert {path.name for path in GUIDES} == {f"{role}.{locale}.md" for role in ROLES for locale in LOCALES}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_what_a_guide_quotes_is_on_screen(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    assert not_on_screen(text, locale_of(guide)) == []
    # The other language's marks would hide a quotation from the test.
    assert quoted(text, "en" if locale_of(guide) == "ru" else "ru") == []


@pytest.mark.parametrize("role", ROLES)
def test_the_two_languages_quote_the_same_words_and_commands(role: str) -> None:
    texts = {locale: (ROOT / "docs" / "for" / f"{role}.{locale}.md").read_text(encoding="utf-8") for locale in LOCALES}
    keys = {locale: [on_screen(locale)[word] for word in quoted(text, locale)] for locale, text in texts.items()}
    for one, other in (("ru", "en"), ("en", "ru")):
        answered = set[str]().union(*keys[other])
        alone = [word for word, under in zip(quoted(texts[one], one), keys[one], strict=True) if not under & answered]
        assert alone == [], f"quoted in {one} alone"
    assert commands(texts["ru"]) == commands(texts["en"])
    assert len(re.findall("^#", texts["ru"], re.MULTILINE)) == len(re.findall("^#", texts["en"], re.MULTILINE))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_what_a_guide_tells_to_type_is_there(guide: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = guide.read_text(encoding="utf-8")
    for typed in commands(text):
        with pytest.raises(SystemExit) as done:
            main([*typed, "--help"])
        helped = capsys.readouterr().out
        assert done.value.code == 0, typed
        assert [flag for flag in typed if flag.startswith("-") and flag not in re.split(r"[\s,\]]+\[?", helped)] == []
    assert missing_in(text) == []


def test_every_picture_is_one_that_is_made_from_the_demo_is_small_and_is_shown() -> None:
    script = (ROOT / "benchmarks" / "pictures.py").read_text(encoding="utf-8")
    made = re.findall(r'^    "(\w+)": \(', script, re.MULTILINE)
    files = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").iterdir()}
    assert set(files) == {f"{name}.{locale}.png" for name in made for locale in LOCALES}
    assert max(files.values()) <= 150_000
    text = "".join(path.read_text(encoding="utf-8") for path in [*GUIDES, ROOT / "README.md"])
    assert [name for name in files if f"pictures/{name})" not in text] == []


def test_a_word_that_no_page_says_is_seen() -> None:
    assert not_on_screen("«Обзор», «Обозрение», «Взять …\nконтрольных заданий»", "ru") == ["Обозрение"]
    assert not_on_screen("“Overview”, “Purview”, “Draw … golden items”", "en") == ["Purview"]


def test_a_target_and_a_variable_that_are_not_there_are_seen() -> None:
    assert missing_in("`make demo`, `make tea`, `SVERKA_WORKER=off`, `SVERKA_SHIRKER`") == ["tea", "SVERKA_SHIRKER"]
