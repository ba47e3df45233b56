"""A portion of a file in memory: its columns by name, the rows that could not be read, and what was left out of others."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

if TYPE_CHECKING:
    import polars as pl

EXCERPT = 80
# So many of each kind of what was left out are shown.
EXAMPLES = 3

Cells: TypeAlias = Sequence[Any]


@dataclass(frozen=True)
class BadRow:
    """A row that was not taken: its line (for Parquet and JSON its ordinal), why, and how it begins."""

    line: int
    reason: str
    excerpt: str


class Omitted(StrEnum):
    """Why an answer that stands in a file is no vote of the import; the text that it is about comes in all the same."""

    CANCELLED = "cancelled"
    DRAFT = "draft"
    PREDICTION = "prediction"
    OTHER_QUESTION = "other_question"
    SEVERAL_LABELS = "several_labels"
    SPANS = "spans"
    RANKING = "ranking"
    RANKING_OF_MORE = "ranking_of_more"
    REJECTED = "rejected"
    IGNORED = "ignored"
    NO_LABEL = "no_label"
    NO_ANNOTATOR = "no_annotator"
    ASSIGNMENT_REJECTED = "assignment_rejected"
    ASSIGNMENT_UNFINISHED = "assignment_unfinished"
    NOT_UNDERSTOOD = "not_understood"
    TIME_NOT_UNDERSTOOD = "time_not_understood"
    """The vote comes in, dated by the import."""


@dataclass
class LeftOut:
    """Answers that were left out: how many for each reason, and of each the first three.

    >>> left_out = LeftOut()
    >>> left_out.note(Omitted.DRAFT, 7, "cards")
    >>> left_out.counts, left_out.examples
    ({'draft': 1}, [BadRow(line=7, reason='draft', excerpt='cards')])
    """

    counts: dict[str, int] = field(default_factory=dict)
    examples: list[BadRow] = field(default_factory=list)

    def note(self, reason: Omitted, line: int, answer: object) -> None:
        """Count one answer."""
        self.add(LeftOut({reason.value: 1}, [BadRow(line, reason.value, excerpt_of(answer))]))

    def add(self, more: LeftOut) -> None:
        """Count those of a further portion."""
        shown = Counter(row.reason for row in self.examples)
        for row in more.examples:
            if shown[row.reason] < EXAMPLES:
                self.examples.append(row)
                shown[row.reason] += 1
        for reason, n in more.counts.items():
            self.counts[reason] = self.counts.get(reason, 0) + n


class FrameColumns(Mapping[str, Cells]):
    """The columns of a frame: a column becomes a list when somebody asks for it."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self._lists: dict[str, Cells] = {}

    def __getitem__(self, name: str) -> Cells:
        if name not in self._lists:
            self._lists[name] = self.frame[name].to_list()
        return self._lists[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.frame.columns)

    def __len__(self) -> int:
        return self.frame.width


@dataclass(frozen=True)
class Table:
    """Rows of a file with fixed columns, each of ``len(lines)`` cells."""

    lines: Sequence[int]
    columns: Mapping[str, Cells]
    bad: list[BadRow] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)
    label_ids: int = 0
    tool: str | None = None
    questions: dict[str, int] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The columns, in the file's order."""
        return list(self.columns)

    def column(self, name: str) -> Cells:
        """One column."""
        return self.columns[name]

    def json_of(self, names: Collection[str]) -> list[str | None]:
        """The columns ``names`` of each row as one JSON object; blank cells are left out, None where nothing is."""
        present = [name for name in self.columns if name in names]
        if not present:
            return [None] * len(self.lines)
        rows = zip(*(self.columns[name] for name in present), strict=True)
        return [
            as_json({name: cell for name, cell in zip(present, row, strict=True) if cell is not None and cell != ""})
            for row in rows
        ]


@dataclass
class Records:
    """Rows of a file where each says its own fields.

    ``left_out`` are answers of another tool's records that became no vote, ``label_ids`` counts labels that are its numbers
    for them, ``tool`` is its name, ``questions`` counts the answers to each question of the file so far.
    """

    lines: list[int]
    records: list[Mapping[str, Any]]
    bad: list[BadRow] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)
    label_ids: int = 0
    tool: str | None = None
    questions: dict[str, int] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Every field met, in order of first appearance."""
        return list(dict.fromkeys(name for record in self.records for name in record))

    def column(self, name: str) -> Cells:
        """One field of each row, None where it has none."""
        return [record.get(name) for record in self.records]

    def json_of(self, names: Collection[str]) -> list[str | None]:
        """The fields ``names`` of each row as one JSON object; None where nothing is."""
        return [
            as_json({name: value for name, value in record.items() if name in names and value is not None})
            for record in self.records
        ]


Block: TypeAlias = Table | Records


def as_json(values: Mapping[str, Any]) -> str | None:
    """Metadata as it stands in the database; None for no metadata. NaN becomes null.

    >>> as_json({"канал": "чат", "n": 2}), as_json({})
    ('{"канал":"чат","n":2}', None)
    """
    if not values:
        return None
    try:
        return orjson.dumps(values, default=str).decode()
    except TypeError:
        # Whole numbers beyond 64 bits and lone surrogates; the latter are found and refused later.
        return json.dumps(values, ensure_ascii=False, default=str)


def excerpt_of(value: object) -> str:
    """How a row begins, on one line, at most 80 characters.

    >>> excerpt_of("one\\ntwo  three")
    'one two three'
    """
    shown = " ".join(str(value)[: 4 * EXCERPT].replace("\0", "\ufffd").split())[:EXCERPT]
    return shown.encode("utf-8", "replace").decode()
