"""Which catalog keys the pages can reach: those that stand in the code, and those that an f-string can come to.

A place of an f-string is followed to the loop, the choice or the assignment in its own file that feeds it, and from there to
the tuple or enum, wherever that stands. What can't be followed so is named in the table of :mod:`tests.fed`.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum, EnumMeta
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from textwrap import dedent
from typing import Any, cast

from pages.ui import navigation

ROOT = Path(__file__).parent.parent
# A page's own file is run, never imported.
SCRIPTS = {f"pages/{entry.path}" for entry in navigation.PAGES}
LOOPS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

# What an expression can be; None where that can't be followed.
Strings = set[str] | None


class Page:
    """One source file and what feeds the places of its f-strings."""

    def __init__(self, path: Path) -> None:
        self.name = path.relative_to(ROOT).as_posix()
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.above = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def imported(self) -> dict[str, tuple[str, str]]:
        """Names that come from other modules, each with the module and the name there."""
        return {
            alias.asname or alias.name: (node.module, alias.name)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }

    def constants(self) -> Iterator[str]:
        """Every string that stands by itself, not as a piece of an f-string."""
        for node in ast.walk(self.tree):
            alone = not isinstance(self.above.get(node), ast.JoinedStr)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and alone:
                yield node.value

    def patterns(self, heads: Iterable[str]) -> Iterator[tuple[str, ast.JoinedStr]]:
        """The f-strings that begin like a key, each with its places written ``{}``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.JoinedStr):
                pattern = "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)
                head, dot, _ = pattern.partition(".")
                if dot and head in heads:
                    yield pattern, node

    def reached(self, node: ast.JoinedStr) -> Strings:
        """All strings that an f-string can come to."""
        parts = [
            {str(each.value)} if isinstance(each, ast.Constant) else self.values(_inner(each)) for each in node.values
        ]
        return {"".join(each) for each in product(*cast(list[set[str]], parts))} if all(parts) else None

    def values(self, node: ast.expr) -> Strings:
        """The strings that an expression can be."""
        match node:
            case ast.Constant(value=str(value)):
                return {value}
            case ast.IfExp(body=first, orelse=second) | ast.BoolOp(op=ast.Or(), values=[first, second]):
                return _together([self.values(first), self.values(second)])
            case ast.Attribute(value=ast.Name() | ast.Attribute() as whole, attr="value"):
                return self.values(whole)
            case ast.Attribute(value=ast.Name(id=name), attr=member) if name in self.imported:
                found = getattr(_of(self.imported[name]), member, None)
                return {found} if isinstance(found, str) else None
            case ast.Call(func=ast.Attribute() | ast.Name(id="part_switch"), args=[_, options, *_]):
                return self.elements(options)
            case ast.Name(id=name):
                return self._fed(name, node)
        return None

    def elements(self, node: ast.expr, place: int = -1) -> Strings:
        """The strings that a loop over an expression meets; ``place`` counts in its tuples, -1 where it has none."""
        match node:
            case ast.Tuple(elts=each) | ast.List(elts=each):
                return _together([self._element(one, place) for one in each])
            case ast.Dict(keys=keys):
                return _together([self.values(key) for key in keys if key])
            case ast.DictComp(key=one) | ast.ListComp(elt=one):
                return self.values(one)
            case ast.IfExp(body=first, orelse=second):
                return _together([self.elements(first, place), self.elements(second, place)])
            case (
                ast.Subscript(value=whole, slice=ast.Slice())
                | ast.Call(func=ast.Name(id="list" | "tuple"), args=[whole])
            ):
                return self.elements(whole, place)
            case ast.Call(func=ast.Name(id="zip"), args=[*each]) if place >= 0:
                return self.elements(each[place])
            case ast.Call(func=ast.Attribute(value=whole, attr="items")) if place == 0:
                return self.elements(whole)
            case ast.Name(id=name) if name in self.imported:
                return strings_of(_of(self.imported[name]))
            case ast.Name(id=name):
                return self._assigned(name, node, lambda value: self.elements(value, place))
        return None

    def _element(self, node: ast.expr, place: int) -> Strings:
        if isinstance(node, ast.Starred):
            return self.elements(node.value, place)
        return self.values(node.elts[place] if place >= 0 and isinstance(node, ast.Tuple) else node)

    def _around(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self.above:
            node = self.above[node]
            yield node

    def _fed(self, name: str, node: ast.expr) -> Strings:
        """What a name can be, by what binds it around it, the innermost first."""
        for around in self._around(node):
            if isinstance(around, ast.Lambda) and name in _parameters(around):
                # The choices of a widget, whose titles this function makes.
                return self.values(cast(ast.expr, self.above[self.above[around]]))
            if isinstance(around, LOOPS | ast.For):
                for loop in around.generators if isinstance(around, LOOPS) else [around]:
                    if (place := _place(loop.target, name)) is not None:
                        return self.elements(loop.iter, place)
            if isinstance(around, ast.FunctionDef) and name in (parameters := _parameters(around)):
                kind = parameters[name]
                if isinstance(kind, ast.Name) and isinstance(found := _of(self.imported.get(kind.id)), EnumMeta):
                    return strings_of(found)
                return self._called(around, list(parameters).index(name))
        return self._assigned(name, node, self.values)

    def _assigned(self, name: str, node: ast.AST, read: Callable[[ast.expr], Strings]) -> Strings:
        """What ``read`` makes of all that is assigned to a name in the innermost function, or else the file, that does so."""
        for around in self._around(node):
            if isinstance(around, ast.FunctionDef | ast.Module):
                own = [each for each in ast.walk(around) if isinstance(each, ast.Assign | ast.AnnAssign) and each.value]
                given = [value for each in own for value in _given(each, name)]
                if given:
                    return _together([None if value is None else read(value) for value in given])
        return None

    def _called(self, function: ast.FunctionDef, place: int) -> Strings:
        """What a function is called with at a place, where no other file can call it."""
        if not function.name.startswith("_") and self.name not in SCRIPTS:
            return None
        calls = [each for each in ast.walk(self.tree) if isinstance(each, ast.Call)]
        mine = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id == function.name]
        return _together([self.values(each.args[place]) if place < len(each.args) else None for each in mine])


def returned(function: Callable[..., Any], place: int = -1) -> set[str]:
    """The strings that stand in the ``return`` lines of a function, at a place of the tuples where it gives such."""
    tree = ast.parse(dedent(inspect.getsource(function)))
    each = [branch for one in ast.walk(tree) if isinstance(one, ast.Return) for branch in _branches(one.value)]
    return _strings(one.elts[place] if isinstance(one, ast.Tuple) and place >= 0 else one for one in each)


def passed(below: str, calls: Mapping[str, int]) -> set[str]:
    """The strings that stand at a place in calls of functions by these names, in a file or anywhere below a folder."""
    met = [node for node in _nodes(below) if isinstance(node, ast.Call)]
    named = [(node.args, calls.get(_name(node.func))) for node in met]
    return _strings([args[place] for args, place in named if place is not None and place < len(args)])


def spoken(below: str, name: str) -> set[str]:
    """The strings given to a name, in a file or below a folder: as a variable, a member, an argument, a key of a table."""
    given: list[ast.expr] = []
    for node in _nodes(below):
        match node:
            case ast.keyword(arg=arg, value=value) if arg == name:
                given.append(value)
            case ast.Dict(keys=keys, values=values):
                given += [value for key, value in zip(keys, values, strict=True) if _strings([key]) == {name}]
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                whole = target.value if isinstance(target, ast.Subscript) else target
                given += [value] if _name(whole) == name else []
    return _strings(given)


@cache
def _nodes(below: str) -> list[ast.AST]:
    """The nodes of a file, or of all below a folder."""
    paths = sorted((ROOT / below).rglob("*.py")) or [ROOT / below]
    return [node for path in paths for node in _nodes_of(path)]


@cache
def _nodes_of(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def _name(node: ast.AST) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))


def _branches(node: ast.expr | None) -> list[ast.expr | None]:
    return [*_branches(node.body), *_branches(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def _strings(given: Iterable[ast.expr | None]) -> set[str]:
    each = [branch for node in given for branch in _branches(node)]
    return {one.value for one in each if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def strings_of(values: Iterable[Any]) -> set[str]:
    """The values of an enum, the keys of a table, the members of a tuple."""
    return {str(each.value) if isinstance(each, Enum) else str(each) for each in values}


def _of(known: tuple[str, str] | None) -> Any:
    return None if known is None else getattr(importlib.import_module(known[0]), known[1])


def _inner(value: ast.expr) -> ast.expr:
    return cast(ast.FormattedValue, value).value


def _parameters(function: ast.FunctionDef | ast.Lambda) -> dict[str, ast.expr | None]:
    return {each.arg: each.annotation for each in (*function.args.args, *function.args.kwonlyargs)}


def _given(node: ast.Assign | ast.AnnAssign, name: str) -> list[ast.expr | None]:
    """What an assignment gives to a name, a branch at a time; None where a call hides it, nothing where it is of others."""
    place = _place(node.targets[0] if isinstance(node, ast.Assign) else node.target, name)
    if place is None or place < 0:
        return [] if place is None else [node.value]
    return [each.elts[place] if isinstance(each, ast.Tuple) else None for each in _branches(node.value)]


def _place(target: ast.expr, name: str) -> int | None:
    """Where a name stands in the target of a loop: -1 alone, else its place in the tuple."""
    if isinstance(target, ast.Name):
        return -1 if target.id == name else None
    each = target.elts if isinstance(target, ast.Tuple) else []
    return next((at for at, one in enumerate(each) if isinstance(one, ast.Name) and one.id == name), None)


def _together(found: Iterable[Strings]) -> Strings:
    """All of them; None where one is unknown."""
    each = list(found)
    return None if None in each else set().union(*cast(list[set[str]], each))


@cache
def pages() -> list[Page]:
    """Every source file of the pages."""
    return [Page(path) for path in sorted((ROOT / "pages").rglob("*.py"))]
