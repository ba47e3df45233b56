"""What an import is asked to do, and rows on their way into the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from db.vocabulary import LabelKind

MAX_TEXT = 20_000
MAX_LABEL = 120
# As long as the column that keeps it.
MAX_MODEL = 200
# A gentle import has the database for some ten milliseconds at a time: nobody who labels meanwhile notices.
CHUNK_ROWS, GENTLE_ROWS = 10_000, 500


@dataclass(frozen=True)
class ImportOptions:
    """How to import. ``make_project`` makes the project where there is none, ``make_classes`` the classes that only the
    file knows (always so for a project just made); ``encoding``, ``separator``, ``header`` (whether there is one) and
    ``sheet`` overrule what is detected. ``question`` is the one whose answers are the labels where a tool's file has several,
    the first that is met by default, ``split`` the part of a data set that is wanted, all by default. ``dialogue``: a text
    whose lines begin with who speaks is a conversation.

    ``annotators`` are columns of the labels of one annotator each, ``one_hot`` columns that say yes or no to one class each;
    ``class_column`` has the class where each row says yes or no to one of its text. ``renamed`` has labels of the file and
    what each is to be called. ``kind`` is that of the labels, of a project that is there its own; ``classes`` are those that
    come first, in this order; ``prompt`` is the column of what both candidates of a pair answer. ``gentle`` goes in small
    chunks and leaves the database to others for as long as each had it.
    """

    make_project: bool = False
    make_classes: bool = False
    skip_duplicate_texts: bool = False
    max_text: int = MAX_TEXT
    header: bool | None = None
    sheet: str | None = None
    encoding: str | None = None
    separator: str | None = None
    annotators: tuple[str, ...] = ()
    question: str | None = None
    split: str | None = None
    dialogue: bool = False
    renamed: tuple[tuple[str, str], ...] = ()
    kind: LabelKind | None = None
    classes: tuple[str, ...] = ()
    one_hot: tuple[str, ...] = ()
    class_column: str | None = None
    prompt: str | None = None
    chunk_rows: int = CHUNK_ROWS
    gentle: bool = False

    @property
    def rows(self) -> int:
        """The rows of one chunk."""
        return GENTLE_ROWS if self.gentle else self.chunk_rows


class Vote(NamedTuple):
    """One annotator's word on an item; ``label`` None is "unsure", ``revision`` None is "the next one"; ``evidence`` is the turn
    that decided, from 0."""

    annotator: str
    label: str | None
    comment: str | None = None
    flagged: bool = False
    seconds: float | None = None
    surplus: bool = False
    revision: int | None = None
    evidence: int | None = None


class Proposal(NamedTuple):
    """What a model proposed for an item; ``score`` is how sure it was, 0 to 1, None where it doesn't say."""

    model: str
    label: str
    score: float | None


@dataclass(frozen=True)
class Batch:
    """Rows that may enter the database, as columns of equal length.

    ``text`` None says that the row only adds labels to an item that is already there. ``metadata`` is JSON.
    ``form`` is what each text is made of. ``golden`` is a label and its explanation. ``created_at`` dates the vote or the golden
    label. ``proposals`` are of models.
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
    proposals: list[list[Proposal] | None]
    form: list[str]

    @classmethod
    def restored(cls, columns: dict[str, list[Any]]) -> Batch:
        """A batch again, of what its columns have become in JSON."""
        columns["vote"] = [vote and Vote(*vote) for vote in columns["vote"]]
        columns["golden"] = [ruling and tuple(ruling) for ruling in columns["golden"]]
        columns["created_at"] = [moment and datetime.fromisoformat(moment) for moment in columns["created_at"]]
        columns["proposals"] = [said and [Proposal(*each) for each in said] for said in columns["proposals"]]
        return cls(**columns)

    def as_columns(self) -> dict[str, list[Any]]:
        """The columns as JSON takes them, for :meth:`restored`."""
        votes = [vote and tuple(vote) for vote in self.vote]
        proposals: list[Any] = [said and [tuple(each) for each in said] for said in self.proposals]
        return vars(self) | {"vote": votes, "proposals": proposals}

    def labels(self) -> list[str]:
        """Every label once, in order of appearance: references, golden labels, votes."""
        golden = (ruling[0] for ruling in self.golden if ruling is not None)
        votes = (vote.label for vote in self.vote if vote is not None)
        return [label for label in dict.fromkeys(chain(self.reference, golden, votes)) if label is not None]

    def proposed(self) -> list[str]:
        """Every label that a model proposed, once."""
        return list(dict.fromkeys(each.label for said in self.proposals if said for each in said))

    def renamed(self, names: dict[str, str]) -> Batch:
        """The same with labels called otherwise, wherever they stand."""
        return replace(
            self,
            reference=[label and names.get(label, label) for label in self.reference],
            golden=[said and (names.get(said[0], said[0]), said[1]) for said in self.golden],
            vote=[vote and vote._replace(label=vote.label and names.get(vote.label, vote.label)) for vote in self.vote],
            proposals=[
                said and [each._replace(label=names.get(each.label, each.label)) for each in said]
                for said in self.proposals
            ],
        )

    def __len__(self) -> int:
        return len(self.line)

    def only(self, positions: Sequence[int]) -> Batch:
        """The rows at these positions."""
        return Batch(**{name: [column[at] for at in positions] for name, column in vars(self).items()})
