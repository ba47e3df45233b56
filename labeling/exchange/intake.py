"""What an import is asked to do, and rows on their way into the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

MAX_TEXT = 20_000
# A gentle import has the database for some ten milliseconds at a time: nobody who labels meanwhile notices.
CHUNK_ROWS, GENTLE_ROWS = 10_000, 500


@dataclass(frozen=True)
class ImportOptions:
    """How to import. ``make_project`` makes the project where there is none, ``make_classes`` the classes that only
    the file knows (always so for a project just made); ``encoding``, ``separator``, ``header`` (whether there is one) and
    ``sheet`` overrule what is detected. ``gentle`` goes in small chunks and leaves the database to others for as long as
    each had it.
    """

    make_project: bool = False
    make_classes: bool = False
    skip_duplicate_texts: bool = False
    max_text: int = MAX_TEXT
    header: bool | None = None
    sheet: str | None = None
    encoding: str | None = None
    separator: str | None = None
    chunk_rows: int = CHUNK_ROWS
    gentle: bool = False

    @property
    def rows(self) -> int:
        """The rows of one chunk."""
        return GENTLE_ROWS if self.gentle else self.chunk_rows


class Vote(NamedTuple):
    """One annotator's word on an item; ``label`` None is "unsure", ``revision`` None is "the next one"."""

    annotator: str
    label: str | None
    comment: str | None = None
    flagged: bool = False
    seconds: float | None = None
    surplus: bool = False
    revision: int | None = None


@dataclass(frozen=True)
class Batch:
    """Rows that may enter the database, as columns of equal length.

    ``text`` None says that the row only adds labels to an item that is already there. ``metadata`` is JSON.
    ``golden`` is a label and its explanation. ``created_at`` dates the vote or the golden label.
    """

    line: list[int]
    external_id: list[str]
    text: list[str | None]
    fingerprint: list[int]
    context: list[str | None]
    metadata: list[str | None]
    reference: list[str | None]
    priority: list[int]
    golden: list[tuple[str, str] | None]
    vote: list[Vote | None]
    created_at: list[datetime | None]

    @classmethod
    def restored(cls, columns: dict[str, list[Any]]) -> Batch:
        """A batch again, of what its columns have become in JSON."""
        columns["vote"] = [vote and Vote(*vote) for vote in columns["vote"]]
        columns["golden"] = [ruling and tuple(ruling) for ruling in columns["golden"]]
        columns["created_at"] = [moment and datetime.fromisoformat(moment) for moment in columns["created_at"]]
        return cls(**columns)

    def __len__(self) -> int:
        return len(self.line)

    def only(self, positions: Sequence[int]) -> Batch:
        """The rows at these positions."""
        return Batch(**{name: [column[at] for at in positions] for name, column in vars(self).items()})
