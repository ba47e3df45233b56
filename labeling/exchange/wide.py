"""Tables with one column an annotator: how they are noticed, and how their rows become votes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from labeling.errors import LabelingError
from labeling.exchange.blocks import Block, Table
from labeling.exchange.cells import plain_label, text_of
from labeling.exchange.column_names import named_role, role_of

ANNOTATOR, LABEL = "annotator", "label"
_ADDRESS_OR_DATE = re.compile(r"\w+://|[\w.+-]+@[\w-]+\.\w+\Z|\d{4}-\d\d-\d\d")
_FRACTION = re.compile(r"[+-]?\d*[.,]\d+\Z")
# Longer words are no class, more different ones are no common set of them; of numbers only the steps of a scale are.
_LONGEST, _MOST_CLASSES, _MOST_STEPS = 60, 200, 11
_MOST_COLUMNS = 300


def annotator_columns(names: Sequence[str], sample: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The columns that look like one an annotator: several that hold words of one small set. ``sample`` is the first rows.

    None where a column names the annotators. Nobody is asked here whether it is so.

    >>> rows = [{"text": "hi", "anna": "x", "ben": "y"}, {"text": "ho", "anna": "y", "ben": "y"}]
    >>> annotator_columns(["text", "anna", "ben"], rows)
    ('anna', 'ben')
    """
    if any(named_role(name) == "annotator" for name in names):
        return ()
    free = [name for name in names[:_MOST_COLUMNS] if named_role(name) is None]
    if any(role_of(name) == "label" for name in free):
        # Beside columns of labels they hold the annotators' names.
        free = [name for name in free if role_of(name) != "annotator"]
    columns = {name: _words(name, sample) for name in free}
    classes = {name: set(words) for name, words in columns.items() if _are_classes(words)}
    group = max((_alike(name, classes) for name in classes), key=len, default=[])
    if len(group) < 2:
        return ()
    group = _with_those_between(group, names, columns, classes)
    return tuple(group) if _is_small([word for name in group for word in columns[name]]) else ()


def melted(blocks: Iterator[Block], columns: Collection[str]) -> Iterator[Block]:
    """The blocks with each row once for every filled cell of ``columns``, as votes: ``annotator`` is the column's name,
    ``label`` the cell. A row with none comes once. Columns of the file by these two names get the prefix ``data_``.

    Raises LabelingError ``no_column``.
    """
    seen: set[str] = set()
    for block in blocks:
        if not seen and (missing := [name for name in columns if name not in block.names]):
            raise LabelingError("no_column", column=missing[0], found=", ".join(block.names))
        seen.update(block.names)
        yield _melted(block, [name for name in block.names if name in columns])


def from_columns(columns: Sequence[str], *roles: str) -> dict[str, str]:
    """What is told of where these roles come from, when there are columns of annotators.

    >>> from_columns(("anna", "ben"), "label"), from_columns((), "label")
    ({'label': 'anna, ben'}, {})
    """
    return dict.fromkeys(roles, ", ".join(columns)) if columns else {}


def _melted(block: Block, columns: Sequence[str]) -> Block:
    cells = list(zip(*(block.column(name) for name in columns), strict=True)) or [()] * len(block.lines)
    votes: list[tuple[int, str | None, Any]] = []
    for at, row in enumerate(cells):
        filled: list[tuple[int, str | None, Any]]
        filled = [(at, name, cell) for name, cell in zip(columns, row, strict=True) if text_of(cell).strip()]
        votes += filled or [(at, None, None)]
    lines = [block.lines[at] for at, _, _ in votes]
    if isinstance(block, Table):
        others = {_renamed(name): block.column(name) for name in block.names if name not in columns}
        spread: dict[str, Any] = {name: [cells[at] for at, _, _ in votes] for name, cells in others.items()}
        given = {ANNOTATOR: [who for _, who, _ in votes], LABEL: [cell for _, _, cell in votes]}
        return replace(block, lines=lines, columns=spread | given)
    facts = [{_renamed(name): cell for name, cell in record.items() if name not in columns} for record in block.records]
    said: list[Mapping[str, Any]] = [facts[at] | {ANNOTATOR: who, LABEL: cell} for at, who, cell in votes]
    return replace(block, lines=lines, records=said)


def _renamed(name: str) -> str:
    return f"data_{name}" if name in (ANNOTATOR, LABEL) else name


def _words(name: str, sample: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the column's cells say; of a column of numbers with fractions and of one of lists nothing is a class."""
    return [word for row in sample if (word := plain_label(text_of(row.get(name))))]


def _are_classes(words: Sequence[str]) -> bool:
    distinct = set(words)
    if not distinct or len(distinct) > _MOST_CLASSES or max(map(len, distinct)) > _LONGEST:
        return False
    if any(_ADDRESS_OR_DATE.match(word) or _FRACTION.match(word) or word[0] in "[{" for word in distinct):
        return False
    return len(distinct) <= _MOST_STEPS or not all(word.lstrip("+-").isdigit() for word in distinct)


def _alike(name: str, classes: Mapping[str, set[str]]) -> list[str]:
    """The columns that share at least half of their words with this one, counted by who has fewer."""
    own = classes[name]
    return [other for other, words in classes.items() if 2 * len(own & words) >= min(len(own), len(words))]


def _is_small(said: Sequence[str]) -> bool:
    """Whether these words come from one small set: each word is said about twice, in tables of a few rows less."""
    distinct = len(set(said))
    return 1 < distinct < len(said) if len(said) < 40 else 1 < distinct <= len(said) // 2


def _with_those_between(
    group: Sequence[str], names: Sequence[str], columns: Mapping[str, list[str]], classes: Mapping[str, set[str]]
) -> list[str]:
    """The group with the columns between its first and last that hold classes as well or nothing, and empty ones behind it."""
    places = [names.index(name) for name in group]
    first, last = min(places), max(places)
    inner = [name for name in names[first : last + 1] if name in group or name in classes or columns.get(name) == []]
    behind: list[str] = []
    for name in names[last + 1 :]:
        if columns.get(name) != []:
            break
        behind.append(name)
    return inner + behind
