"""The catalogs: complete in both languages, reached by the pages, and asked for nothing that they lack."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

from pages.ui.locales import LOCALES
from pages.ui.words import catalog
from tests.fed import FED, PANELS
from tests.reach import pages

ROOT = Path(__file__).parent.parent
PLURALS = {"ru": {"one", "few", "many", "other"}, "en": {"one", "other"}}
# A name of a file is written like a key.
FILES = (".js", ".css", ".html", ".json")


def places(key: str, locale: str) -> set[str]:
    """The facts that a sentence needs."""
    entry = catalog()[key][locale]
    forms = entry.values() if isinstance(entry, dict) else [entry]
    plural = {"n"} if isinstance(entry, dict) else set()
    return plural | {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def filled(pattern: str) -> set[str]:
    """The keys that a pattern of the table comes to."""
    return {pattern.format(*([value] if isinstance(value, str) else value)) for value in FED.get(pattern, ())}


def heads() -> set[str]:
    """What keys begin with."""
    return {key.split(".")[0] for key in catalog()}


@cache
def written() -> dict[str, str]:
    """Keys that stand word for word in the pages, whether a catalog has them or not, each with its file."""
    found: dict[str, str] = {}
    for page in pages():
        said = [each for each in page.constants() if re.fullmatch(r"[a-z_]+(\.[a-zA-Z_0-9]+)+", each)]
        found |= {key: page.name for key in said if key.split(".")[0] in heads() and not key.endswith(FILES)}
    for path in (ROOT / "pages").rglob("*.html"):
        found |= dict.fromkeys(re.findall(r'\bsay\("([a-z_.]+)"\)', path.read_text(encoding="utf-8")), path.name)
    return {key: where for key, where in found.items() if key not in PANELS}


@cache
def followed() -> dict[tuple[str, str], list[set[str] | None]]:
    """What each f-string that begins like a key, or is one of a panel, can be read to come to, by file and pattern."""
    found: dict[tuple[str, str], list[set[str] | None]] = {}
    for page in pages():
        for pattern, node in page.patterns({*heads(), "{}"}):
            if not pattern.startswith("{}") or pattern in FED:
                found.setdefault((page.name, pattern), []).append(page.reached(node))
    return found


@cache
def made() -> dict[str, set[str]]:
    """What each such f-string comes to, by the table where it can't be followed."""
    return {
        f"{name}: {pattern}": set().union(*(filled(pattern) if each is None else each for each in found))
        for (name, pattern), found in followed().items()
    }


def test_the_catalogs_are_complete() -> None:
    for key, entry in catalog().items():
        assert set(entry) == set(LOCALES), key
        for locale in LOCALES:
            text = entry[locale]
            if isinstance(text, dict):
                assert set(text) == PLURALS[locale], f"{key} {locale}"
            assert all(form.strip() for form in (text.values() if isinstance(text, dict) else [text])), key
        assert places(key, "ru") - {"n"} == places(key, "en") - {"n"}, key


def test_every_key_in_the_code_stands_in_a_catalog() -> None:
    assert len(written()) > 1000
    assert {key: where for key, where in written().items() if key not in catalog()} == {}


def test_it_is_known_what_every_f_string_of_a_key_comes_to() -> None:
    assert len(followed()) > 100
    unknown = {where for where, found in followed().items() if None in found and where[1] not in FED}
    assert unknown == set(), "name what feeds it in tests/fed.py"


def test_every_key_that_an_f_string_comes_to_stands_in_a_catalog() -> None:
    missing = {where: keys - set(catalog()) for where, keys in made().items()}
    assert {where: keys for where, keys in missing.items() if keys} == {}


def test_no_key_begins_with_a_place() -> None:
    """What such an f-string comes to nobody could tell."""
    for page in pages():
        for node in ast.walk(page.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("t", "say"):
                for asked in [each for each in node.args if isinstance(each, ast.JoinedStr)]:
                    assert isinstance(asked.values[0], ast.Constant), f"{page.name}: {ast.unparse(asked)}"


def test_the_table_of_what_feeds_them_names_none_that_is_not_needed() -> None:
    assert set(FED) - {pattern for (_, pattern), found in followed().items() if None in found} == set()


def test_no_catalog_key_is_out_of_reach() -> None:
    reached = set(written()).union(*made().values())
    assert set(catalog()) - reached == set()


def asked(folder: str) -> Iterator[tuple[str, str, set[str]]]:
    """Calls that name their sentence and all its facts: where, the key, the facts."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            refused = dict.fromkeys(("LabelingError", "SchemaError"), (0, "error."))
            at, head = {"t": (0, ""), "say": (1, ""), **refused}.get(
                getattr(getattr(node, "func", None), "id", ""), (9, "")
            )
            if isinstance(node, ast.Call) and at < len(node.args) and all(each.arg for each in node.keywords):
                one = node.args[at]
                for key in [one.body, one.orelse] if isinstance(one, ast.IfExp) else [one]:
                    if isinstance(key, ast.Constant):
                        facts = {str(each.arg) for each in node.keywords}
                        yield f"{path.name}:{node.lineno}", head + str(key.value), facts


def test_every_refusal_has_its_sentence() -> None:
    codes = {key for _, key, _ in asked("labeling")}
    assert len(codes) > 90 and codes - set(catalog()) == set()


def test_every_sentence_is_given_the_facts_it_needs() -> None:
    """A place that nothing fills is a KeyError on screen, seen by whoever meets it first."""
    calls = [*asked("labeling"), *asked("pages")]
    assert len(calls) > 1000
    lacking = {
        f"{where} {key}": lacks
        for where, key, facts in calls
        for locale in LOCALES
        if (lacks := places(key, locale) - facts)
    }
    assert lacking == {}


def test_russian_keeps_its_letters() -> None:
    """Dots on ё where the commonest words would lose them, and « » for quotes."""
    careless = re.compile(r"\b(еще|все еще|ее|нее|свое|чье|пришел|прошел|учтен\w*|отчет\w*|расчет\w*)\b", re.IGNORECASE)
    for path in (ROOT / "pages").glob("*/words/*.toml"):
        for key, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            forms = entry["ru"].values() if isinstance(entry["ru"], dict) else [entry["ru"]]
            for form in forms:
                assert not careless.search(form), f"{key}: {form}"
                assert '"' not in form, f"{key}: {form}"
