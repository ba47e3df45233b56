"""Which column of a file says what, guessed from names and from a look at the first rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Mapping as Facts
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from labeling.errors import LabelingError
from labeling.exchange.column_names import NAMES, plain_name, role_of
from labeling.exchange.dialogue import dialogue_of, turn_columns, turns_in
from labeling.exchange.noticing import notice
from labeling.exchange.own_tables import EVIDENCE, derived_columns, is_our_votes


class LabelsAs(StrEnum):
    """What the labels of a file are taken for.

    A reference is shown to nobody and kept for comparison; golden labels are settled and served to test assessors;
    votes count towards the overlap and the consensus like those of assessors.
    """

    REFERENCE = "reference"
    VOTES = "votes"
    GOLDEN = "golden"


@dataclass(frozen=True)
class Mapping:
    """The column for each thing an import can take; None where the file has none.

    ``vote`` is a label given by ``annotator`` (a column) or by ``annotator_name`` (one name for all rows);
    the fields from ``unsure`` to ``created_at`` speak of that vote, ``evidence`` is the turn that decided it; ``explanation``
    speaks of the golden label. ``status`` says of each
    row whether its work was taken: what was rejected or never handed in has no label. ``suggestions`` has what models proposed,
    in the form of :func:`labeling.exchange.rivals.rows.proposal`.
    ``turns`` has lists of turns, which make the text where a row has one; ``turn_columns`` have a turn each, and make it where
    ``text`` is None. ``metadata_json`` is a column of JSON objects; ``metadata`` names the columns that are kept as metadata
    under their own names, None for all that nothing else uses and that are not ``ignored``.
    """

    text: str | None = None
    turns: str | None = None
    id: str | None = None
    context: str | None = None
    priority: str | None = None
    reference: str | None = None
    golden: str | None = None
    explanation: str | None = None
    vote: str | None = None
    annotator: str | None = None
    unsure: str | None = None
    comment: str | None = None
    flagged: str | None = None
    seconds: str | None = None
    surplus: str | None = None
    revision: str | None = None
    evidence: str | None = None
    created_at: str | None = None
    status: str | None = None
    suggestions: str | None = None
    metadata_json: str | None = None
    annotator_name: str | None = None
    turn_columns: tuple[str, ...] = ()
    metadata: tuple[str, ...] | None = None
    ignored: tuple[str, ...] = ()

    @classmethod
    def restored(cls, fields: Facts[str, Any]) -> Mapping:
        """A mapping again, of what its fields have become in JSON.

        >>> Mapping.restored({"text": "a", "metadata": ["b"]}).metadata
        ('b',)
        """
        tuples: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
        }
        return cls(**tuples)

    @property
    def has_text(self) -> bool:
        """Whether any column has texts."""
        return self.text_from is not None

    @property
    def text_from(self) -> str | None:
        """Where the texts come from, in words; None where there are none."""
        return self.turns or self.text or ", ".join(self.turn_columns) or None

    def columns(self) -> dict[str, str]:
        """The columns that are mapped, by what they say."""
        return {name: column for name in _COLUMN_FIELDS if (column := getattr(self, name)) is not None}

    def metadata_of(self, names: Iterable[str]) -> frozenset[str]:
        """Those of the file's columns that become metadata."""
        if self.metadata is not None:
            return frozenset(self.metadata)
        return frozenset(names) - set(self.columns().values()) - set(self.turn_columns) - set(self.ignored)

    def labelled(self, column: str | None, labels_as: LabelsAs) -> Mapping:
        """The same mapping with this label column taken as reference, votes or golden, and as nothing else."""
        others = {name: None if held == column else held for name, held in self._labels().items()}
        others[{LabelsAs.VOTES: "vote"}.get(labels_as, labels_as.value)] = column
        return replace(self, reference=others["reference"], vote=others["vote"], golden=others["golden"])

    def without_vote(self) -> Mapping:
        """The same mapping without what speaks of a vote and of who gave it."""
        nothing: dict[str, Any] = dict.fromkeys(_OF_VOTES)
        return replace(self, **nothing)

    def _labels(self) -> dict[str, str | None]:
        return {"reference": self.reference, "vote": self.vote, "golden": self.golden}

    def check(self, names: Collection[str]) -> None:
        """Raise LabelingError ``no_column``, ``no_text_column`` or ``no_annotator`` where this can't be read."""
        for column in (*self.columns().values(), *self.turn_columns, *(self.metadata or ())):
            if column not in names:
                raise LabelingError("no_column", column=column, found=", ".join(names))
        if not self.has_text and (self.id is None or not (self.vote or self.golden)):
            raise LabelingError("no_text_column", found=", ".join(names))
        if self.vote and not (self.annotator or self.annotator_name):
            raise LabelingError("no_annotator", column=self.vote)


_NO_COLUMNS = ("annotator_name", "turn_columns", "metadata", "ignored")
_COLUMN_FIELDS = tuple(field.name for field in fields(Mapping) if field.name not in _NO_COLUMNS)

_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"\w+://|[\w.+-]+@[\w-]+\.\w+\Z|\d{4}-\d\d-\d\dT")
_OF_VOTES = ("annotator", "unsure", "comment", "flagged", "seconds", "surplus", "revision", "evidence", "created_at")


def guess_mapping(names: Sequence[str], sample: Sequence[Facts[str, Any]] = ()) -> Mapping:
    """What the columns probably say. ``sample`` is the first rows, cells by column name.

    Names decide; where none is known for the text, the column with the longest texts on average is taken. A label
    column becomes votes where there is an annotator column, golden where there is an explanation, and otherwise a
    reference, which is safe: nobody is shown it and nothing is decided by it. Of two equally likely ones none is taken.

    >>> guess_mapping(["text", "category"]).columns()
    {'text': 'text', 'reference': 'category'}
    >>> guess_mapping(["item", "annotator", "label"]).columns()
    {'id': 'item', 'vote': 'label', 'annotator': 'annotator'}
    """
    ignored, seen = derived_columns(names), notice(names, sample)
    others = {*ignored, *seen.labels, *seen.annotators}
    across = turn_columns([name for name in names if name not in others])
    columns = _by_name([name for name in names if name not in {*others, *across}], sample)
    if "turns" in columns and not any(turns_in(row.get(columns["turns"])) for row in sample):
        columns.pop("turns")
    if "text" in columns or "turns" in columns:
        across = ()
    if is_our_votes(names):
        # Another tool's evidence is words.
        columns["evidence"] = EVIDENCE
    label = None if seen.unsure else next(iter(seen.labels), None)
    if seen.annotators:
        columns.pop("annotator", None)
    if "annotator" not in columns:
        columns = {role: column for role, column in columns.items() if role not in _OF_VOTES}
    if label is not None and "annotator" in columns:
        columns["vote"] = label
    elif label is not None and "explanation" in columns and "golden" not in columns:
        columns["golden"] = label
    elif label is not None and "reference" not in columns:
        columns["reference"] = label
    if "golden" not in columns:
        columns.pop("explanation", None)
    if not ({"text", "turns"} & set(columns) or across) and not (
        "id" in columns and ("vote" in columns or "golden" in columns)
    ):
        longest = _longest(names, sample, {*columns.values(), *others})
        # Beside annotators the longest words may be their answers.
        if longest is not None and ("annotator" not in columns or _has_phrases(sample, longest)):
            columns["text"] = longest
    return Mapping(**columns, turn_columns=across, ignored=ignored)  # type: ignore[arg-type]


def _by_name(names: Sequence[str], sample: Sequence[Facts[str, Any]]) -> dict[str, str]:
    """Columns whose names say what they are: first those that are called just so, then those that speak of it."""
    free = {plain_name(name): name for name in reversed(names)}
    columns: dict[str, str] = {}
    for role, aliases in NAMES.items():
        if role == "label":
            continue
        match = next((free.pop(name) for name in aliases if name in free), None)
        if match is not None:
            columns[role] = match
    for plain, name in reversed(list(free.items())):
        spoken_of = role_of(name)
        if (
            spoken_of is None
            or spoken_of in ("label", *columns)
            or (spoken_of == "text" and not _words_in(sample, name))
        ):
            continue
        columns[spoken_of] = free.pop(plain)
    return columns


def _words_in(sample: Sequence[Facts[str, Any]], name: str) -> int:
    """How much text a column has: characters of its cells that are neither numbers nor addresses."""
    cells = [told for row in sample if isinstance(told := dialogue_of(cell := row.get(name)) or cell, str)]
    return sum(len(cell) for cell in cells if _LETTER.search(cell) and not _ADDRESS.match(cell))


def _has_phrases(sample: Sequence[Facts[str, Any]], name: str) -> bool:
    """Whether any cell of a column is more than a word: several, or the turns of a dialogue."""
    cells = [row.get(name) for row in sample]
    return any(isinstance(cell, list | dict) or (isinstance(cell, str) and " " in cell.strip()) for cell in cells)


def _longest(names: Sequence[str], sample: Sequence[Facts[str, Any]], used: Collection[str]) -> str | None:
    lengths = {name: _words_in(sample, name) for name in names if name not in used}
    best = max(lengths, key=lambda name: lengths[name], default=None)
    return best if best is not None and (lengths[best] > 0 or len(names) == 1) else None
