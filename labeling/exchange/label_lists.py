"""Cells that hold a list of labels, in whatever form tools write one: as a list, as JSON, as Python shows it."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Sequence
from typing import Any

from labeling.exchange.blocks import Cells, LeftOut, Omitted
from labeling.exchange.cells import plain_label, text_of
from labeling.quality.kinds.paths import STEP
from labeling.quality.kinds.sets import NONE, SEPARATOR

# Longer than this is no list of labels.
_LONGEST = 10_000
# What Label Studio calls a list of labels.
_HOLDERS = frozenset(("choices", "taxonomy"))


def labels_of(cell: object) -> list[str] | None:
    """The labels of a list, each once, lists of words in it as paths; None where the cell is no list. Raises ValueError where
    what is in it are no labels.

    >>> labels_of(["cards"]), labels_of('["cards", 3, "cards"]'), labels_of("['login']"), labels_of({"choices": []})
    (['cards'], ['cards', '3'], ['login'], [])
    >>> labels_of("[cards]")
    >>> labels_of({"taxonomy": [["cards", "lost"], ["login"]]})
    ['cards > lost', 'login']
    """
    if type(cell) is str:
        if cell[:1] not in ("[", "{"):
            return None
        cell = _parsed(cell)
    if isinstance(cell, list) and len(cell) == 1 and isinstance(cell[0], dict):
        cell = cell[0]
    if isinstance(cell, dict) and len(cell) == 1 and not _HOLDERS.isdisjoint(cell):
        (cell,) = cell.values()
        cell = cell if isinstance(cell, list) else [cell]
    if isinstance(cell, dict):
        raise ValueError(cell)
    if not isinstance(cell, list):
        return None
    return list(dict.fromkeys(filter(None, map(_label, cell))))


def path_of(steps: list[Any]) -> str:
    """The path that steps from the top of a tree make, as one label. Raises ValueError where they are no words.

    >>> path_of(["cards", "lost"])
    'cards > lost'
    """
    if not steps or not all(isinstance(step, str) and step.strip() for step in steps):
        raise ValueError(steps)
    return STEP.join(map(plain_label, steps))


def single_labels(cells: Cells, lines: Sequence[int], left_out: LeftOut) -> Cells:
    """The cells with each list of one label as that label, and none where it has no label or several: those are counted.

    >>> left_out = LeftOut()
    >>> single_labels(["a", ["b"], "[]", '["a", "b"]'], range(2, 6), left_out), left_out.counts
    (['a', 'b', None, None], {'several_labels': 1})
    """
    if not any(type(cell) in (list, dict) or (type(cell) is str and cell[:1] in ("[", "{")) for cell in cells):
        return cells
    return [_single(cell, line, left_out) for cell, line in zip(cells, lines, strict=True)]


def set_labels(cells: Cells, lines: Sequence[int], left_out: LeftOut) -> Cells:
    """The cells with each list of labels as one label of several classes; what is in a list and no label is counted.

    >>> left_out = LeftOut()
    >>> set_labels([["b", "a"], "[]", None, [[0, 3, "PER"]]], range(2, 6), left_out), left_out.counts
    (['b|a', '|', None, None], {'spans': 1})
    """

    def one(cell: Any, line: int) -> Any:
        try:
            return set_label(cell)
        except ValueError:
            return _not_taken(cell, line, left_out)

    return [one(cell, line) for cell, line in zip(cells, lines, strict=True)]


def set_label(cell: Any) -> Any:
    """A list of labels as one label of several classes; in words they stand between bars, or where there is none between
    semicolons. What is blank stays so. Raises ValueError where what is in a list are no labels.

    >>> [set_label(cell) for cell in (["b", "a"], '["a"]', "[]", "|", "a; b", "a; b|", "c", None, "")]
    ['b|a', 'a', '|', '|', 'a|b', 'a; b', 'c', None, '']
    """
    if cell is None or cell == "":
        return cell
    labels = labels_of(cell)
    if labels is None:
        words = text_of(cell)
        labels = [plain_label(part) for part in words.split(SEPARATOR if SEPARATOR in words else ";")]
    return SEPARATOR.join(filter(None, labels)) or NONE


def note_nameless(
    labels: Sequence[str | None], annotators: Sequence[str | None], lines: Sequence[int], left_out: LeftOut
) -> None:
    """Count labels of which nobody knows whose votes they are."""
    for label, annotator, line in zip(labels, annotators, lines, strict=True):
        if label and not annotator:
            left_out.note(Omitted.NO_ANNOTATOR, line, label)


def _label(entry: object) -> str:
    if isinstance(entry, dict):
        raise ValueError(entry)
    return path_of(entry) if isinstance(entry, list) else plain_label(text_of(entry))


def _single(cell: Any, line: int, left_out: LeftOut) -> Any:
    try:
        labels = labels_of(cell)
    except ValueError:
        return _not_taken(cell, line, left_out)
    if labels is None:
        return cell
    if len(labels) > 1:
        left_out.note(Omitted.SEVERAL_LABELS, line, ", ".join(labels))
    return labels[0] if len(labels) == 1 else None


def _not_taken(cell: Any, line: int, left_out: LeftOut) -> None:
    shown = text_of(cell)
    left_out.note(Omitted.NOT_UNDERSTOOD if shown[:1] == "{" else Omitted.SPANS, line, shown)


def _parsed(cell: str) -> object:
    readers: tuple[Callable[[str], object], ...] = (json.loads, ast.literal_eval)
    for read in readers:
        try:
            return read(cell) if len(cell) <= _LONGEST else cell
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
    return cell
