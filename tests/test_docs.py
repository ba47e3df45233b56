"""What the documents point at is there: every path they name, every file and heading they link to."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest

from pages.ui.navigation import PAGES, Entry

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FOLDERS = ("benchmarks", "db", "docs", "labeling", "pages", "tests", ".streamlit")
ENDINGS = (".py", ".js", ".ts", ".md", ".toml", ".css", ".html", ".svg", ".txt", ".json", ".jsonl", ".mako")
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w.*{},/-]+")
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_CHOICE = re.compile(r"\{([^{}]*)\}")


@cache
def files() -> tuple[str, ...]:
    """Every file of the project by its path from the root."""
    inside = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    return tuple(path.relative_to(ROOT).as_posix() for path in [*ROOT.iterdir(), *inside] if path.is_file())


def paths_named(text: str) -> list[str]:
    """What stands between backticks and looks like a path of the project; ``a/{b,c}.py`` names two."""
    found: list[str] = []
    for code in _CODE.findall(text):
        if not _PATH.fullmatch(code) or not any(map(str.isalnum, code)):
            continue
        if code.split("/")[0] in FOLDERS or code.endswith(ENDINGS):
            pieces = _CHOICE.split(code)
            choices = [piece.split(",") if at % 2 else [piece] for at, piece in enumerate(pieces)]
            found += ["".join(chosen) for chosen in product(*choices)]
    return found


def exists(path: str) -> bool:
    """Whether it is there: from the root on, or, where it names no folder of the root, anywhere below it.

    A part in capitals (``pages/ROOM/words``) stands for any name, as ``*`` does.
    """
    pattern = re.sub(r"\b[A-Z]{3,}\b(?!\.md)", "*", path.rstrip("/"))
    if path.split("/")[0] in FOLDERS:
        return any(True for _ in ROOT.glob(pattern))
    wanted = re.compile("(?:.*/)?" + re.escape(pattern).replace(r"\*", "[^/]*"))
    return any(wanted.fullmatch(name) for name in files())


def headings(document: Path) -> set[str]:
    """The anchors of its headings, as they are made on GitHub."""
    lines = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def leads_nowhere(document: Path, target: str) -> bool:
    """Whether a relative link of the document has no end."""
    if re.match(r"[a-z]+:", target):
        return False
    name, _, anchor = target.partition("#")
    end = document.parent / name if name else document
    return not end.exists() or bool(anchor and anchor not in headings(end))


def required() -> set[str]:
    """The packages that the project asks for by name."""
    found = set(json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"])
    for path in ROOT.glob("requirements*.txt"):
        found |= set(re.findall(r"^\w[\w-]*", path.read_text(encoding="utf-8"), re.MULTILINE))
    return {name.lower() for name in found}


def names_that_are_not_there(text: str) -> list[str]:
    """Of what is said to stand in a file ("`briefing` in `labeling/desk/chunks.py`") all that doesn't."""
    said = re.findall(r"`(\w+)` in\s+`([\w/]+\.\w+)`", text)
    return [
        f"{name} in {path}" for name, path in said if not re.search(rf"\b{name}\b", (ROOT / path).read_text("utf-8"))
    ]


def name_of(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    named = paths_named(document.read_text(encoding="utf-8"))
    assert [path for path in named if not exists(path)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_relative_link_has_an_end(document: Path) -> None:
    links = _LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if leads_nowhere(document, link)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_name_stands_in_the_file_it_is_said_to_stand_in(document: Path) -> None:
    assert names_that_are_not_there(document.read_text(encoding="utf-8")) == []


def test_every_function_that_the_methods_name_is_one_of_the_facts() -> None:
    rows = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8").splitlines()
    named = [re.fullmatch(r"\|.*\| `(\w+)\.(\w+)(?:\(.*\))?` \|", row) for row in rows]
    functions = [(found[1], found[2]) for found in named if found]
    assert functions
    for module, function in functions:
        assert callable(getattr(import_module(f"labeling.facts.{module}"), function, None)), f"{module}.{function}"


def test_the_page_of_dependencies_names_what_is_asked_for_and_nothing_else() -> None:
    rows = re.findall(r"^\| (.+?) \|", (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = {name.partition("[")[0].lower() for row in rows for name in row.split(", ")}
    assert named - {"package"} == required()


def test_a_page_that_a_recipe_enters_fits_the_table_of_pages() -> None:
    recipes = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "howto").glob("*.md"))
    shown = re.findall(r"^ +(Entry\(.+\)),$", recipes, re.MULTILINE)
    assert shown
    assert {eval(each, {"Entry": Entry}).door for each in shown} <= {entry.door for entry in PAGES}


def test_a_path_that_is_not_there_is_seen() -> None:
    text = "`labeling/facts/{votes,vetos}.py` `db` `pages/ROOM/words` `pages/ROOM/wards` `upkeep.py` `pukeep.py` `a/b`"
    assert [path for path in paths_named(text) if not exists(path)] == [
        "labeling/facts/vetos.py",
        "pages/ROOM/wards",
        "pukeep.py",
    ]


def test_a_name_that_is_not_there_is_seen() -> None:
    text = "`briefing` in `labeling/desk/chunks.py`, `debriefing` in\n`labeling/desk/chunks.py`"
    assert names_that_are_not_there(text) == ["debriefing in labeling/desk/chunks.py"]


def test_a_link_without_an_end_is_seen() -> None:
    readme = ROOT / "README.md"
    targets = [
        "docs/methods.md#facts",
        "docs/methods.md#fictions",
        "docs/madness.md",
        "#start",
        "#stop",
        "https://a.ru",
    ]
    assert [target for target in targets if leads_nowhere(readme, target)] == [
        "docs/methods.md#fictions",
        "docs/madness.md",
        "#stop",
    ]


def test_every_promise_names_tests_that_are_there() -> None:
    rows = [
        line for line in (ROOT / "docs/security.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")
    ]
    named = [re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row) for row in rows[1:]]
    assert len(rows) > 15
    assert all(named), [row for row, tests in zip(rows[1:], named, strict=True) if not tests]
    for path, test in {entry for tests in named for entry in tests}:
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{test}"
