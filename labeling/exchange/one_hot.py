"""Tables in which a row, or several, say yes or no to each class: their rows become lists of those with a yes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from labeling.errors import LabelingError
from labeling.exchange.blocks import Block, Records
from labeling.exchange.cells import flag_of, text_of
from labeling.exchange.wide import ANNOTATOR, LABEL


def one_hot_columns(names: Sequence[str], sample: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Columns that look like one a class: two or more that hold 0 and 1 alone, and both of them somewhere.

    >>> rows = [{"text": "hi", "joy": "1", "fear": 0, "n": 2}, {"text": "ho", "joy": 0, "fear": 0.0, "n": 1}]
    >>> one_hot_columns(["text", "joy", "fear", "n"], rows)
    ('joy', 'fear')
    """
    said = {name: {str(row.get(name)).removesuffix(".0") for row in sample} for name in names}
    found = tuple(name for name, words in said.items() if words and words <= {"0", "1"})
    return found if len(found) > 1 and any("1" in said[name] for name in found) else ()


def combined(blocks: Iterator[Block], columns: Collection[str]) -> Iterator[Block]:
    """The blocks with the names of those ``columns`` that say yes as one list, ``label``; None where none says anything.

    Raises LabelingError ``no_column`` or ``no_yes_or_no``.
    """
    for at, block in enumerate(blocks):
        if not at:
            _insist(block, columns)
        names = [name for name in block.names if name in columns]
        records: list[Mapping[str, Any]] = []
        for line, record in zip(block.lines, records_of(block), strict=True):
            said = {name: _said(record.get(name), line, name) for name in names}
            answered = any(yes is not None for yes in said.values())
            label = [name for name, yes in said.items() if yes] if answered else None
            rest = {_renamed(name): cell for name, cell in record.items() if name not in columns}
            records.append(rest | {LABEL: label})
        yield with_records(block, block.lines, records)


def gathered(blocks: Iterator[Block], column: str, label: str) -> Iterator[Block]:
    """The blocks with each run of rows that differ in ``column``, a class, and in ``label``, the yes or no to it, as one row for
    each annotator: ``label`` becomes the list of those with a yes. A run that goes on in the next block is one still.

    Raises LabelingError ``no_column`` or ``no_yes_or_no``.
    """
    held: list[tuple[int, Mapping[str, Any]]] = []
    rest = Records([], [])
    for at, block in enumerate(blocks):
        if not at:
            _insist(block, (column, label))
        rows = [*held, *zip(block.lines, records_of(block), strict=True)]
        runs = [list(run) for _, run in groupby(rows, key=lambda row: _thing(row[1], column, label))]
        held = runs.pop() if runs else []
        # A block that is all of one run gives no row: what else is to be told of it goes with the next.
        rest.bad += block.bad
        rest.left_out.add(block.left_out)
        rest.label_ids, rest.tool, rest.questions = rest.label_ids + block.label_ids, block.tool, block.questions
        if runs:
            yield _gathered(rest, runs, column, label)
            rest = Records([], [])
    if held or rest.bad:
        yield _gathered(rest, [held] if held else [], column, label)


def _gathered(rest: Records, runs: list[list[tuple[int, Mapping[str, Any]]]], column: str, label: str) -> Block:
    lines: list[int] = []
    records: list[Mapping[str, Any]] = []
    for run in runs:
        answers: dict[Any, list[str] | None] = {}
        for line, record in run:
            who = record.get(ANNOTATOR)
            yes, code = _said(record.get(label), line, label), text_of(record.get(column)).strip()
            said = answers.setdefault(who, None)
            if yes is not None and code:
                answers[who] = [*(said or []), *([code] if yes else [])]
        line, first = run[0]
        facts = {name: cell for name, cell in first.items() if name not in (column, label, ANNOTATOR)}
        for who, labels in answers.items():
            lines.append(line)
            records.append(facts | ({ANNOTATOR: who} if ANNOTATOR in first else {}) | {label: labels})
    return replace(rest, lines=lines, records=records)


def _thing(record: Mapping[str, Any], column: str, label: str) -> tuple[Any, ...]:
    """What stays the same over a run: all but the class, the answer and who gave it."""
    return tuple(str(cell) for name, cell in record.items() if name not in (column, label, ANNOTATOR))


def records_of(block: Block) -> list[Mapping[str, Any]]:
    """The rows of a block, each by its columns."""
    if isinstance(block, Records):
        return block.records
    names = block.names
    rows = zip(*(block.column(name) for name in names), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def with_records(block: Block, lines: Sequence[int], records: list[Mapping[str, Any]]) -> Block:
    """The block with other rows; what is told of it stays."""
    if isinstance(block, Records):
        return replace(block, lines=list(lines), records=records)
    about = (block.bad, block.left_out, block.label_ids, block.tool, block.questions)
    return Records(list(lines), records, *about)


def _insist(block: Block, columns: Collection[str]) -> None:
    if missing := [name for name in columns if name not in block.names]:
        raise LabelingError("no_column", column=missing[0], found=", ".join(block.names))


def _is_yes(cell: object) -> bool | None:
    """Whether a cell says yes, a number above 0 among them: how much of it there is; None where it says neither."""
    word = text_of(cell).strip().removesuffix(".0")
    if word.isdecimal():
        return int(word) > 0
    try:
        return flag_of(word) if word else None
    except ValueError:
        return None


def _said(cell: object, line: int, column: str) -> bool | None:
    said = _is_yes(cell)
    if said is None and (word := text_of(cell).strip()):
        raise LabelingError("no_yes_or_no", column=column, line=line, value=word[:80])
    return said


def _renamed(name: str) -> str:
    return f"data_{name}" if name == LABEL else name
