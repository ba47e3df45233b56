"""Cells that hold a list of labels, in whatever form tools write one: as a list, as JSON, as Python shows it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from labeling.exchange.blocks import Cells, LeftOut, Omitted
from labeling.exchange.cells import plain_label, text_of
from labeling.quality.kinds.sets import NONE, SEPARATOR

# Longer than this is no list of labels.
_LONGEST = 10_000


def labels_of(cell: object) -> list[str] | None:
    """The labels of a list, each once; None where the cell is none. Raises ValueError where what is in it are no labels.

    >>> labels_of(["cards"]), labels_of('["cards", 3, "cards"]'), labels_of("['login']"), labels_of({"choices": []})
    (['cards'], ['cards', '3'], ['login'], [])
    >>> labels_of("[cards]")
    """
    if type(cell) is str:
        if cell[:1] not in ("[", "{"):
            return None
        cell = _parsed(cell)
    if isinstance(cell, list) and len(cell) == 1 and isinstance(cell[0], dict):
        cell = cell[0]
    if isinstance(cell, dict) and set(cell) == {"choices"}:
        cell = cell["choices"] if isinstance(cell["choices"], list) else [cell["choices"]]
    if isinstance(cell, dict):
        raise ValueError(cell)
    if not isinstance(cell, list):
        return None
    if any(isinstance(entry, dict | list) for entry in cell):
        raise ValueError(cell)
    return list(dict.fromkeys(filter(None, (plain_label(text_of(entry)) for entry in cell))))


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
    """The cells with each list of labels as one label of several classes; in words they stand between bars or semicolons.
    Those that hold no labels are counted.

    >>> set_labels([["b", "a"], "[]", '["a"]', "a; b", "c", None, ""], range(7), LeftOut())
    ['b|a', '|', 'a', 'a|b', 'c', None, '']
    """
    found = []
    for cell, line in zip(cells, lines, strict=True):
        labels = None if cell is None or cell == "" else _listed(cell, line, left_out)
        if labels is None:
            found.append(cell if cell in (None, "") else None)
        else:
            found.append(SEPARATOR.join(filter(None, labels)) or NONE)
    return found


def note_nameless(
    labels: Sequence[str | None], annotators: Sequence[str | None], lines: Sequence[int], left_out: LeftOut
) -> None:
    """Count labels of which nobody knows whose votes they are."""
    for label, annotator, line in zip(labels, annotators, lines, strict=True):
        if label and not annotator:
            left_out.note(Omitted.NO_ANNOTATOR, line, label)


def _listed(cell: Any, line: int, left_out: LeftOut) -> list[str] | None:
    try:
        labels = labels_of(cell)
    except ValueError:
        shown = text_of(cell)
        left_out.note(Omitted.NOT_UNDERSTOOD if shown[:1] == "{" else Omitted.SPANS, line, shown)
        return None
    return [plain_label(part) for part in re.split(r"[|;]", text_of(cell))] if labels is None else labels


def _single(cell: Any, line: int, left_out: LeftOut) -> Any:
    try:
        if labels_of(cell) is None:
            return cell
    except ValueError:
        pass
    labels = _listed(cell, line, left_out)
    if labels is None:
        return None
    if len(labels) > 1:
        left_out.note(Omitted.SEVERAL_LABELS, line, ", ".join(labels))
    return labels[0] if len(labels) == 1 else None


def _parsed(cell: str) -> object:
    readers: tuple[Callable[[str], object], ...] = (json.loads, ast.literal_eval)
    for read in readers:
        try:
            return read(cell) if len(cell) <= _LONGEST else cell
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
    return cell
