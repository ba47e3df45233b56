"""Nothing in the pages writes but by a door that asks for the living session: held against all code that there is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PAGES = Path(__file__).parent.parent / "pages"
# Where a session is asked for, kept alive, begun and ended.
DOORS = {"ui/acting.py", "ui/session.py", "people/sign_in.py"}
# It is paid for by then: the ledger is told whatever becomes of who asked.
LEDGER = {"junior/live.py"}
CALLBACKS = {"on_click", "on_change", "on_select", "on_submit"}


def files() -> dict[str, ast.Module]:
    return {path.relative_to(PAGES).as_posix(): tree_of(path) for path in sorted(PAGES.rglob("*.py"))}


@cache
def tree_of(path: Path) -> ast.Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]
    return tree


def above(node: ast.AST) -> Iterator[ast.AST]:
    while (node := getattr(node, "parent", None)) is not None:  # type: ignore[assignment]
        yield node


def imported(tree: ast.Module, module: str) -> set[str]:
    found = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == module)
    return {alias.asname or alias.name for node in found for alias in node.names}


def watched_in(tree: ast.Module) -> set[str]:
    """What stands for a watched database in a file."""
    assigned = (node for node in ast.walk(tree) if isinstance(node, ast.Assign) and len(node.targets) == 1)
    return {"watched()"} | {ast.unparse(each.targets[0]) for each in assigned if ast.unparse(each.value) == "watched()"}


def passes_the_session_on(opening: ast.AST) -> bool:
    """Whether all that is done in this transaction is one verb that is given the session to ask for."""
    block = next((node for node in above(opening) if isinstance(node, ast.With)), None)
    if block is None or len(block.body) != 1:
        return False
    calls = [node for node in ast.walk(block.body[0]) if isinstance(node, ast.Call)]
    return any(keyword.arg == "session" for call in calls for keyword in call.keywords)


def test_a_transaction_is_opened_by_a_door_or_by_a_route_whose_verb_asks() -> None:
    met = 0
    for name, tree in files().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in {"transaction", "writer", "raw_connection"}:
                met += 1
                routed = name.endswith("route.py") and passes_the_session_on(node)
                watched = ast.unparse(node.value) in watched_in(tree)
                assert name in DOORS or routed or watched, f"pages/{name}:{node.lineno}"
    assert met > 5


def test_the_database_is_never_given_away_whole_but_to_what_no_reader_does() -> None:
    """Whoever has it whole can write: ``watched()`` is for that. What tends a project, or tries the disk, acts for nobody."""
    for name, tree in files().items():
        tending = imported(tree, "labeling.jobs.tending") | imported(tree, "db.readiness")
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "database") or name in DOORS | LEDGER:
                continue
            parent = node.parent  # type: ignore[attr-defined]
            read = isinstance(parent, ast.Attribute) and parent.attr in {"snapshot", "url", "answers", "transaction"}
            tended = isinstance(parent, ast.Call) and ast.unparse(parent.func) in tending
            assert read or tended, f"pages/{name}:{node.lineno}"
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in {"database", "open_database"} and name not in DOORS:
                called = isinstance(node.parent, ast.Call) and node.parent.func is node  # type: ignore[attr-defined]
                passed_on = any(isinstance(each, ast.arg) and each.arg == node.id for each in ast.walk(tree))
                assert called or passed_on or ast.unparse(node.parent) == "database().answers", (
                    f"pages/{name}:{node.lineno}"
                )  # type: ignore[attr-defined]


def test_what_is_drawn_anew_by_itself_is_a_live_part() -> None:
    met = 0
    for name, tree in files().items():
        for node in ast.walk(tree):
            named = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if named in {"fragment", "dialog", "experimental_fragment", "experimental_dialog"}:
                assert name == "ui/acting.py", f"pages/{name}: {ast.unparse(node)}"
            met += named == "live_part"
    assert met > 5


def reached(name: str, function: str, trees: dict[str, ast.Module]) -> set[tuple[str, str]]:
    """The functions of the pages that a callback may come to, as (file, function), by the names that it speaks of."""
    found: set[tuple[str, str]] = set()
    open_ends = [(name, function)]
    while open_ends:
        file, wanted = open_ends.pop()
        if (file, wanted) in found or file not in trees:
            continue
        tree = trees[file]
        defined = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == wanted]
        sources = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        modules = [str(node.module) for node in sources if wanted in {each.asname or each.name for each in node.names}]
        open_ends += [(f"{module.removeprefix('pages.').replace('.', '/')}.py", wanted) for module in modules]
        if defined:
            found.add((file, wanted))
            for each in defined:
                spoken = {node.id for node in ast.walk(each) if isinstance(node, ast.Name)}
                open_ends += [(file, other) for other in spoken - {wanted}]
    return found


def callbacks() -> Iterator[tuple[str, str]]:
    """Every function that the pages give a widget to call, and every act that is asked about before."""
    for name, tree in files().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                given = [each.value for each in node.keywords if each.arg in CALLBACKS]
                given += node.args[2:3] if ast.unparse(node.func) == "confirm" else []
                for value in given:
                    for part in ast.walk(value):
                        if isinstance(part, ast.Name | ast.Attribute):
                            yield name, part.id if isinstance(part, ast.Name) else part.attr


def test_no_callback_comes_to_a_write_past_the_doors() -> None:
    trees, met = files(), 0
    for name, function in callbacks():
        for file, helper in reached(name, function, trees):
            met += 1
            if file in DOORS:
                continue
            for node in ast.walk(trees[file]):
                if isinstance(node, ast.FunctionDef) and node.name == helper:
                    opened = [
                        each
                        for each in ast.walk(node)
                        if isinstance(each, ast.Attribute) and each.attr == "transaction"
                    ]
                    assert not opened, f"{name}: {function} comes to {file}: {helper}"
    assert met > 60
