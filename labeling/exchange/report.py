"""What an import tells: progress, report, history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from db import schema
from db.engine import Database
from labeling.exchange.blocks import BadRow, LeftOut
from labeling.exchange.storing import Stored

MAX_BAD_ROWS = 1_000


@dataclass(frozen=True)
class ImportProgress:
    """How far an import has come; ``share`` is the part of the file read, 0 to 1."""

    read: int
    imported: int
    bad: int
    share: float
    seconds: float


@dataclass
class ImportReport:
    """What became of every row: read = imported + updated + duplicate_ids + skipped + empty + too_long + bad.

    ``imported`` rows made an item, ``updated`` ones added labels to an item that was there, ``duplicate_ids`` ones
    said nothing new of theirs. ``duplicate_texts`` counts new items whose text another item has already, ``skipped``
    those left out for it on demand. ``bad_rows`` lists every row left out for a reason, the first 1,000 of
    ``bad_rows_total``, by line (Parquet and JSON: by ordinal). ``masked`` counts what personal data was masked, by kind;
    where a project has it masked, bad rows have no excerpts. ``columns`` says which column became what, ``above`` how many
    lines over the table were passed over.

    ``tool`` is the labeling tool whose records the file holds, None for rows as they stand. ``left_out`` counts answers that
    are no votes here, by reason (:class:`labeling.exchange.blocks.Omitted`), ``left_out_examples`` has up to three of each.
    ``suggestions`` counts what ``models`` proposed, ``label_ids`` labels that are numbers by which that tool knows its labels,
    ``questions`` the answers to each of its questions. ``annotator_columns`` look like one column an annotator,
    ``one_hot_columns`` like one a class, ``other_labels`` like labels, and were not taken so. ``conversations`` counts the items
    that are made of turns, ``look_alike`` texts among the first 500 rows that may be and were taken as they stand.
    """

    name: str
    format: str
    encoding: str | None
    separator: str | None
    sheet: str | None = None
    above: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    read: int = 0
    imported: int = 0
    conversations: int = 0
    updated: int = 0
    duplicate_ids: int = 0
    duplicate_texts: int = 0
    skipped: int = 0
    empty: int = 0
    too_long: int = 0
    bad: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    bad_rows: list[BadRow] = field(default_factory=list)
    bad_rows_total: int = 0
    golden: int = 0
    votes: int = 0
    references: int = 0
    suggestions: int = 0
    models: list[str] = field(default_factory=list)
    new_classes: list[str] = field(default_factory=list)
    tool: str | None = None
    left_out: dict[str, int] = field(default_factory=dict)
    left_out_examples: list[BadRow] = field(default_factory=list)
    label_ids: int = 0
    questions: dict[str, int] = field(default_factory=dict)
    annotator_columns: list[str] = field(default_factory=list)
    one_hot_columns: list[str] = field(default_factory=list)
    other_labels: list[str] = field(default_factory=list)
    look_alike: int = 0
    masked: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    cancelled: bool = False
    error: str | None = None

    def add_bad(self, bad: list[BadRow]) -> None:
        """Count rows that were left out."""
        counts = Counter(row.reason for row in bad)
        self.empty += counts["empty"]
        self.too_long += counts["too_long"]
        # A row about another text under a known id is counted among the duplicate ids.
        self.bad += sum(counts.values()) - counts["empty"] - counts["too_long"] - counts["other_text"]
        for reason, n in counts.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + n
        self.bad_rows_total += len(bad)
        self.bad_rows += sorted(bad, key=lambda row: row.line)[: MAX_BAD_ROWS - len(self.bad_rows)]

    def add_left_out(self, more: LeftOut) -> None:
        """Count answers that are no votes."""
        LeftOut(self.left_out, self.left_out_examples).add(more)

    def add_stored(self, stored: Stored) -> None:
        """Count what one chunk brought."""
        counts = ("imported", "updated", "duplicate_ids", "duplicate_texts", "skipped", "golden", "votes", "references")
        for name in (*counts, "suggestions", "conversations"):
            setattr(self, name, getattr(self, name) + getattr(stored, name))


@dataclass(frozen=True)
class PastImport:
    """One line of a project's import history; ``report`` is None of an import that was killed before its first
    chunk, ``finished_at`` of one that was killed later."""

    id: int
    name: str
    person_id: int | None
    started_at: datetime
    finished_at: datetime | None
    report: dict[str, object] | None


def past_imports(database: Database, project_id: int) -> list[PastImport]:
    """The project's imports, the newest first."""
    runs = schema.import_run
    columns = [runs.c[name] for name in PastImport.__dataclass_fields__]
    with database.snapshot() as connection:
        query = select(*columns).where(runs.c.project_id == project_id).order_by(runs.c.id.desc())
        return [PastImport(*row) for row in connection.execute(query)]
