"""Rules of the house that no single module can keep: floors, rooms, libraries, sizes, pages."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest

from pages.ui.navigation import FOLDER, PAGES

ROOT = Path(__file__).parent.parent
FLOORS = ("db", "labeling", "pages", "app")
# A room may import what stands behind it here, and whatever lies at the foot of ``labeling`` (errors, config, roles, events).
ROOMS = (
    "cli", "demo", "jobs", "exchange", "items", "junior", "adjudication", "people", "desk", "class_changes", "snapshots", "facts",
    "runs", "projects", "review", "quality", "privacy", "notation",
)  # fmt: skip
PURE = ("quality", "review", "privacy", "notation")
ONE_HOME = {
    "plotly": {"pages/ui/charts"},
    "cleanlab": {"labeling/review/issues.py"},
    "openai": {"labeling/junior/client.py"},
    "pandas": set(),
}
MOST_LINES, LONGEST = 300, 40


def sources() -> list[Path]:
    found = [ROOT / "app.py"]
    for floor in FLOORS[:-1]:
        found += sorted((ROOT / floor).rglob("*.py"))
    return found


def own_files() -> list[Path]:
    """Every Python file of the floors, the benchmarks and the tests; a migration that ran is never edited again."""
    found = sources() + [path for folder in ("benchmarks", "tests") for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "versions" not in path.parts]


def room_of(path: Path, floor: str) -> str:
    """The folder below the floor that a file stands in; "" where it stands in none."""
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == floor and len(parts) > 2 else ""


@cache
def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_the_rules_below_are_held_against_every_floor() -> None:
    assert len(sources()) > 300
    assert {path.relative_to(ROOT).parts[0].removesuffix(".py") for path in sources()} == set(FLOORS)


def test_imports_point_from_the_roof_to_the_ground() -> None:
    for path in sources():
        own = path.relative_to(ROOT).parts[0].removesuffix(".py")
        for name in imports_of(path):
            floor = name.split(".")[0]
            if floor in FLOORS:
                assert FLOORS.index(floor) <= FLOORS.index(own), f"{path.relative_to(ROOT)} imports {name}"


def test_inside_labeling_imports_point_to_rooms_behind() -> None:
    folders = {path.name for path in (ROOT / "labeling").iterdir() if (path / "__init__.py").exists()}
    assert folders == set(ROOMS)
    for path in sources():
        own = room_of(path, "labeling")
        for name in imports_of(path):
            parts = name.split(".")
            if own in ROOMS and parts[0] == "labeling" and parts[1:2] and parts[1] in ROOMS:
                assert ROOMS.index(parts[1]) >= ROOMS.index(own), f"{path.relative_to(ROOT)} imports {name}"


def test_what_lies_at_the_foot_of_labeling_imports_no_room() -> None:
    for path in (ROOT / "labeling").glob("*.py"):
        if path.name != "__main__.py":
            rooms = {name.split(".")[1] for name in imports_of(path) if re.match(r"labeling\.\w", name)} & set(ROOMS)
            assert not rooms, path


def test_arithmetic_knows_no_database() -> None:
    for room in PURE:
        for path in sorted((ROOT / "labeling" / room).rglob("*.py")):
            assert not {name for name in imports_of(path) if name.split(".")[0] in ("db", "sqlalchemy")}, path


def test_facts_are_read_in_one_place() -> None:
    """What counts, and what speaks for an item, is decided in labeling/facts: nobody else reads what it is decided from."""
    for path in sources():
        raw = {
            name
            for name in imports_of(path)
            if re.match(r"db\.frames\.(annotations\.(annotations_of|votes_on)|settled)\b", name)
        }
        assert not raw or room_of(path, "labeling") == "facts", f"{path.relative_to(ROOT)} imports {raw}"


def test_no_room_of_pages_imports_another() -> None:
    for path in sources():
        own = room_of(path, "pages")
        for name in imports_of(path):
            if own and name.split(".")[0] == "pages":
                assert name.split(".")[1] in ("ui", own), f"{path.relative_to(ROOT)} imports {name}"


def test_pages_know_no_tables_and_write_no_sql() -> None:
    for path in (ROOT / "pages").rglob("*.py"):
        for name in imports_of(path):
            assert not re.match(r"(sqlalchemy|db\.schema)\b", name), f"{path.relative_to(ROOT)} imports {name}"


def test_pages_ask_for_long_work_and_never_do_it() -> None:
    for path in (ROOT / "pages").rglob("*.py"):
        found = {name for name in imports_of(path) if re.match(r"labeling\.jobs\b", name)}
        assert all(name.startswith("labeling.jobs.tending") for name in found), f"{path}: {found}"


def test_streamlit_is_known_to_the_pages_alone() -> None:
    for path in sources():
        floor = path.relative_to(ROOT).parts[0]
        if floor in ("db", "labeling"):
            assert not {name for name in imports_of(path) if name.split(".")[0] == "streamlit"}, path


@pytest.mark.parametrize("library", ONE_HOME)
def test_a_library_has_one_home(library: str) -> None:
    for path in sources():
        if any(name.split(".")[0] == library for name in imports_of(path)):
            own = path.relative_to(ROOT)
            assert {own.as_posix(), own.parent.as_posix()} & ONE_HOME[library], own


def test_charts_come_onto_a_page_by_their_own_folder() -> None:
    drawing = [path for path in (ROOT / "pages").rglob("*.py") if "plotly_chart(" in path.read_text(encoding="utf-8")]
    assert {path.relative_to(ROOT).parent.as_posix() for path in drawing} == ONE_HOME["plotly"]


def test_runs_are_asked_for_and_stopped_by_one_panel() -> None:
    for path in (ROOT / "pages").rglob("*.py"):
        found = re.findall(r"\b(?:start|cancel|resume)_run\(", path.read_text(encoding="utf-8"))
        assert not found or path.name == "run_panel.py", f"{path.relative_to(ROOT)}: {found}"


def test_figures_are_written_in_one_place() -> None:
    """Percent, intervals, n, p-values and money: how each reads is decided in pages/ui/figures.py."""
    for path in (ROOT / "pages").rglob("*.py"):
        own = path.relative_to(ROOT).as_posix()
        if own == "pages/ui/figures.py":
            continue
        assert not imports_of(path) & {"babel.numbers", "babel.units"}, own
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                written = ast.unparse(node)
                assert not re.search(r"\{[^{}]*:[^{}]*[\dfge%]\}|\bn(?: |\\xa0)=(?: |\\xa0)\{", written), (
                    f"{own}: {written}"
                )


def test_every_page_stands_where_the_table_says_and_none_beside_the_router() -> None:
    assert [entry.path for entry in PAGES if not (FOLDER / entry.path).exists()] == []
    assert {path.name for path in FOLDER.glob("*.py")} == {"main.py", "__init__.py"}


def test_no_file_is_longer_than_is_read_at_once() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in own_files()
    }
    assert len(lengths) > 500
    assert {name: n for name, n in lengths.items() if n > MOST_LINES} == {}


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Its lines without the docstring: who explains more isn't to be punished."""
    told = function.body[0] if ast.get_docstring(function) else None
    explained = (told.end_lineno or 0) - told.lineno + 1 if told else 0
    return (function.end_lineno or 0) - function.lineno + 1 - explained


def test_no_function_is_longer_than_a_screen_without_a_reason() -> None:
    met = 0
    for path in own_files():
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                met += 1
                reason = re.search(r"# Long: \w.{10}", "\n".join(lines[node.lineno - 2 : node.lineno]))
                where = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                assert (length_of(node) > LONGEST) == bool(reason), f"{where}: {length_of(node)} lines"
    assert met > 3000


def test_what_the_scripts_need_is_held_by_its_digest_wherever_it_comes_from() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    for name, entry in packages.items():
        assert "resolved" not in entry, name
        assert entry["integrity"].startswith("sha512-"), name


def test_a_commit_is_held_to_what_a_merge_is() -> None:
    """The hooks of a commit are the lines of ``make check``."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^check:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert recipe is not None
    known = {"$(BIN)": ".venv/bin", "$(MAKE)": "make", "@": ""}
    lines = re.sub(r"\$\(BIN\)|\$\(MAKE\)|@", lambda found: known[found[0]], recipe[1]).split("\n")
    hooks = re.findall(r"^ +entry: (.+)$", (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    assert [line.strip() for line in lines if line.strip()] == hooks


def test_the_measuring_data_has_one_door() -> None:
    """Whoever goes through it skips with a sentence where the data isn't there."""
    asking = {path.relative_to(ROOT).as_posix() for path in own_files() if "SVERKA_SHARED" in path.read_text("utf-8")}
    doors = {"tests/shared.py", "benchmarks/crowds.py", "tests/test_house.py"}
    assert {name for name in asking - doors if not name.startswith("benchmarks/")} == set()
    for name in asking - doors:
        assert "Skipped: no" in (ROOT / name).read_text(encoding="utf-8"), name
