"""From the cells of a file to rows that may enter the database: each judged, none guessed at."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from db.vocabulary import ItemForm, LabelKind
from labeling.exchange.blocks import BadRow, Block, Cells, LeftOut, Omitted, as_json, excerpt_of
from labeling.exchange.cells import (
    flag_of,
    has_escaped_nul,
    has_nul,
    is_encodable,
    object_of,
    plain_label,
    priority_of,
    revision_of,
    seconds_of,
    text_of,
    turn_of,
)
from labeling.exchange.dialogue import conversations, unnested
from labeling.exchange.identity import fingerprints, ids_of
from labeling.exchange.intake import MAX_LABEL, MAX_TEXT, Batch, Proposal, Vote
from labeling.exchange.label_lists import note_nameless, set_labels, single_labels
from labeling.exchange.mapping import Mapping
from labeling.exchange.moments import moment_of
from labeling.exchange.pairs import answer_of
from labeling.exchange.proposals import proposals_of
from labeling.exchange.statuses import status_of
from labeling.exchange.tally import Tally
from labeling.notation.turns import TIMES, Turn, written
from labeling.quality.kinds.sets import LONGEST, members

MAX_ID = 400
# With the prefix that keeps them apart from people's logins they must fit a code.
MAX_ANNOTATOR = 110

_T = TypeVar("_T")


class Judgement(NamedTuple):
    """Rows that may enter the database, rows that may not and why, answers of either that are no votes and why."""

    batch: Batch
    bad: list[BadRow]
    left_out: LeftOut


def judge(
    block: Block,
    mapping: Mapping,
    text_counts: Tally,
    *,
    max_text: int = MAX_TEXT,
    dialogue: bool = False,
    mask: Callable[[Sequence[str | None], Collection[int]], list[str | None]] | None = None,
    kind: LabelKind | None = None,
) -> Judgement:
    """What of a block may enter the database, and what may not and why.

    ``text_counts`` are of the texts of the file so far, by fingerprint. ``dialogue``: texts whose lines begin with who speaks
    are conversations. ``mask`` changes the texts first of all, told which are conversations: ids and fingerprints are made of
    what it gives.

    Reasons: ``empty``, ``nested_text``, ``too_long``, ``nul``, ``bad_encoding``, ``id_too_long``, ``label_too_long``,
    ``annotator_too_long``, ``bad_number``, ``bad_priority``, ``bad_flag``, ``bad_metadata``.
    """
    judged = _Judged(block, mapping, kind)
    texts = judged.texts(max_text, dialogue=dialogue)
    if mask is not None:
        texts = mask(judged.still_good(texts), judged.turns)
    prints = fingerprints(texts)
    batch_ids = ids_of(
        judged.strings("id", MAX_ID, "id_too_long"), prints, text_counts, repeated=mapping.annotator is None
    )
    batch = Batch(
        line=list(block.lines),
        external_id=batch_ids,
        text=texts,
        fingerprint=prints,
        context=judged.strings("context", None, ""),
        metadata=judged.metadata(),
        reference=judged.labels("reference"),
        priority=judged.parsed("priority", priority_of, "bad_priority", 0),
        golden=judged.golden(),
        vote=judged.votes(),
        created_at=judged.moments(),
        proposals=judged.proposals(),
        form=judged.forms(),
    )
    judged.refuse_unwritable([batch.external_id, batch.text, batch.context, batch.reference])
    judged.refuse_unwritable([batch.metadata], escaped=True)
    judged.refuse_empty(batch)
    return Judgement(*judged.sorted_out(batch), judged.left_out)


class _Judged:
    """The cells of one block, and for each row the first reason to refuse it."""

    def __init__(self, block: Block, mapping: Mapping, kind: LabelKind | None) -> None:
        self._block = block
        self._kind = kind
        self._several = kind == LabelKind.SEVERAL
        self._mapping = mapping
        self._n = len(block.lines)
        self.left_out = block.left_out
        self._reasons: dict[int, str] = {}
        self.turns: dict[int, tuple[Turn, ...]] = {}

    def texts(self, max_text: int, *, dialogue: bool = False) -> list[str | None]:
        """The texts; of those that are conversations the ``turns`` are known from then on."""
        cells = list(self._cells("text"))
        across = self._mapping.turn_columns if self._mapping.text is None else ()
        columns = {name: self._block.column(name) for name in across}
        listed = self._cells("turns") if self._mapping.turns else None
        self.turns = dict(conversations(cells, columns, listed, dialogue=dialogue))
        for at, turns in self.turns.items():
            cells[at] = written(turns)
        self._refuse((at for at, cell in enumerate(cells) if isinstance(cell, dict | list)), "nested_text")
        texts = list(map(text_of, cells))
        if texts and max(map(len, texts)) > max_text:
            self._refuse((at for at, text in enumerate(texts) if len(text) > max_text), "too_long")
        return [text if text and not text.isspace() else None for text in texts]

    def forms(self) -> list[str]:
        """What each text is made of."""
        forms = [ItemForm.TEXT.value] * self._n
        for at in self.turns:
            forms[at] = (ItemForm.PAIR if self._kind == LabelKind.PAIR else ItemForm.TURNS).value
        return forms

    def still_good(self, texts: Sequence[str | None]) -> list[str | None]:
        """The texts of rows that nothing was found against."""
        return [None if at in self._reasons else text for at, text in enumerate(texts)]

    def labels(self, role: str) -> list[str | None]:
        """A column of labels, of which a cell may be a list; those of work that was not taken are left out."""
        cells = (set_labels if self._several else single_labels)(self._cells(role), self._block.lines, self.left_out)
        if self._kind == LabelKind.PAIR:
            cells = [answer_of(text_of(cell).strip()) for cell in cells]
        if self._mapping.status is not None and role != "golden":
            cells = list(cells)
            for at, reason in enumerate(map(status_of, self._cells("status"))):
                if reason is not None and text_of(cells[at]).strip():
                    shown = map(text_of, (self._cells("annotator")[at], cells[at]))
                    self.left_out.note(reason, self._block.lines[at], ": ".join(filter(None, shown)))
                    cells[at] = None
        labels = self.strings(role, LONGEST if self._several else MAX_LABEL, "label_too_long", cells)
        if self._several:
            codes = enumerate(members(label or "") for label in labels)
            self._refuse((at for at, named in codes if any(len(code) > MAX_LABEL for code in named)), "label_too_long")
        return labels

    def strings(self, role: str, limit: int | None, reason: str, cells: Cells | None = None) -> list[str | None]:
        """A column of short words, stripped (contexts and explanations as they are); None where blank."""
        if getattr(self._mapping, role) is None:
            return [None] * self._n
        words = list(map(text_of, unnested(self._cells(role)) if cells is None else cells))
        if limit is not None:
            words = [plain_label(word) for word in words]
            if words and max(map(len, words)) > limit:
                self._refuse((at for at, word in enumerate(words) if len(word) > limit), reason)
        return [word or None for word in words]

    def parsed(self, role: str, parse: Callable[[Any], _T], reason: str, default: _T) -> list[_T]:
        """A column of numbers, flags or moments."""
        if getattr(self._mapping, role) is None:
            return [default] * self._n
        values: list[_T] = []
        for at, cell in enumerate(self._cells(role)):
            try:
                values.append(default if cell is None or cell == "" else parse(cell))
            except (ValueError, OverflowError):
                self._refuse([at], reason)
                values.append(default)
        return values

    def moments(self) -> list[datetime | None]:
        """When votes or golden labels were given; one that can't be told is left out, its label is not."""
        moments: list[datetime | None] = []
        for line, cell in zip(self._block.lines, self._cells("created_at"), strict=True):
            try:
                moments.append(None if cell is None or cell == "" else moment_of(cell))
            except (ValueError, OverflowError):
                moments.append(None)
                self.left_out.note(Omitted.TIME_NOT_UNDERSTOOD, line, cell)
        return moments

    def proposals(self) -> list[list[Proposal] | None]:
        """What models proposed; what is no label of a model, or its second word on a text, is left out."""
        if self._mapping.suggestions is None:
            return [None] * self._n
        told = [
            proposals_of(cell, line, self.left_out, several=self._several)
            for cell, line in zip(self._cells("suggestions"), self._block.lines, strict=True)
        ]
        if self._kind != LabelKind.PAIR:
            return list(told)
        return [[each._replace(label=answer_of(each.label)) for each in proposals] for proposals in told]

    def metadata(self) -> list[str | None]:
        """The rest of the columns and the column of JSON objects, together as one JSON object."""
        rest = self._block.json_of(self._mapping.metadata_of(self._block.names))
        times = {at: told for at, turns in self.turns.items() if any(told := [turn.time for turn in turns])}
        if self._mapping.metadata_json is None and not times:
            return rest
        empty: dict[str, Any] = {}
        objects = self.parsed("metadata_json", object_of, "bad_metadata", empty)
        return [
            as_json(own | (json.loads(more) if more else {}) | ({TIMES: times[at]} if at in times else {}))
            for at, (own, more) in enumerate(zip(objects, rest, strict=True))
        ]

    def golden(self) -> list[tuple[str, str] | None]:
        if self._mapping.golden is None:
            return [None] * self._n
        labels = self.labels("golden")
        explained = self.strings("explanation", None, "")
        self.refuse_unwritable([labels, explained])
        return [(label, why or "") if label else None for label, why in zip(labels, explained, strict=True)]

    def votes(self) -> list[Vote | None]:
        if self._mapping.vote is None:
            return [None] * self._n
        labels = self.labels("vote")
        names = [self._mapping.annotator_name] * self._n
        if self._mapping.annotator is not None:
            names = self.strings("annotator", MAX_ANNOTATOR, "annotator_too_long")
        comments = self.strings("comment", None, "")
        self.refuse_unwritable([labels, names, comments])
        unsure = self.parsed("unsure", flag_of, "bad_flag", False)
        note_nameless(labels, names, self._block.lines, self.left_out)
        facts = zip(
            names,
            labels,
            comments,
            self.parsed("flagged", flag_of, "bad_flag", False),
            self.parsed("seconds", seconds_of, "bad_number", None),
            self.parsed("surplus", flag_of, "bad_flag", False),
            self.parsed("revision", revision_of, "bad_number", None),
            self.parsed("evidence", turn_of, "bad_number", None),
            strict=True,
        )
        return [
            Vote(*row) if row[0] and (row[1] or doubtful) else None for row, doubtful in zip(facts, unsure, strict=True)
        ]

    def refuse_unwritable(self, columns: Collection[Sequence[str | None]], *, escaped: bool = False) -> None:
        """Refuse NUL, which PostgreSQL can't hold, and lone surrogates, which no encoding can."""
        holds_nul = has_escaped_nul if escaped else has_nul
        for column in columns:
            # One look at all of it: next to no cell has either.
            whole = "".join(filter(None, column))
            if is_encodable(whole) and not holds_nul(whole):
                continue
            for at, cell in enumerate(column):
                if cell and holds_nul(cell):
                    self._refuse([at], "nul")
                elif cell and not is_encodable(cell):
                    self._refuse([at], "bad_encoding")

    def refuse_empty(self, batch: Batch) -> None:
        """Refuse rows without a text, unless they name an item and add a label to it."""
        adds = self._mapping.id is not None
        for at, text in enumerate(batch.text):
            if text is None and not (adds and (batch.golden[at] or batch.vote[at]) and batch.external_id[at]):
                self._refuse([at], "empty")

    def sorted_out(self, batch: Batch) -> tuple[Batch, list[BadRow]]:
        if not self._reasons:
            return batch, []
        bad = [BadRow(batch.line[at], reason, self._excerpt(at, batch)) for at, reason in sorted(self._reasons.items())]
        return batch.only([at for at in range(self._n) if at not in self._reasons]), bad

    def _excerpt(self, at: int, batch: Batch) -> str:
        return excerpt_of(
            batch.text[at] or " ".join(text_of(self._block.column(name)[at]) for name in self._block.names)
        )

    def _cells(self, role: str) -> Cells:
        column = getattr(self._mapping, role)
        return self._block.column(column) if column is not None else [None] * self._n

    def _refuse(self, rows: Any, reason: str) -> None:
        for at in rows:
            self._reasons.setdefault(at, reason)
