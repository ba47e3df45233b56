"""From the cells of a file to rows that may enter the database: each judged, none guessed at."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NamedTuple, TypeVar

import numpy as np
import orjson

from labeling.exchange.blocks import BadRow, Block, Cells, as_json, excerpt_of
from labeling.exchange.mapping import Mapping
from labeling.exchange.tally import Tally

MAX_TEXT = 20_000
MAX_ID = 400
MAX_LABEL = 120
# With the prefix that keeps them apart from people's logins they must fit a code.
MAX_ANNOTATOR = 110
MAX_PRIORITY = 1_000_000

# JSON writes it as an escape; after an even number of backslashes it is one.
_NUL_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_NO_TEXT = bytes(8)
_TRUE = frozenset({"true", "1", "1.0", "yes", "t", "да", "истина"})
_FALSE = frozenset({"", "false", "0", "0.0", "no", "f", "нет", "ложь"})
_T = TypeVar("_T")


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

    def __len__(self) -> int:
        return len(self.line)

    def only(self, positions: Sequence[int]) -> Batch:
        """The rows at these positions."""
        return Batch(**{name: [column[at] for at in positions] for name, column in vars(self).items()})


@dataclass
class Memory:
    """What an import must remember of the rows it has passed."""

    texts: Tally = field(default_factory=Tally)
    """How often each text has come, by fingerprint: the 2nd and 3rd get ids of their own."""


def fingerprint(text: str) -> int:
    """A signed 64-bit hash that texts share when they differ in case, white space or Unicode form only.

    BLAKE2b (RFC 7693) of the text in NFKC, case-folded, white space squeezed.

    >>> fingerprint("Где  моя\\u00a0КАРТА?") == fingerprint("где моя карта?")
    True
    """
    return _fingerprints([text])[0]


def judge(
    block: Block,
    mapping: Mapping,
    memory: Memory,
    *,
    max_text: int = MAX_TEXT,
    mask: Callable[[Sequence[str | None]], list[str | None]] | None = None,
) -> tuple[Batch, list[BadRow]]:
    """What of a block may enter the database, and what may not and why.

    ``mask`` changes the texts first of all: ids and fingerprints are made of what it gives.

    Reasons: ``empty``, ``too_long``, ``nul``, ``bad_encoding``, ``id_too_long``, ``label_too_long``,
    ``annotator_too_long``, ``bad_number``, ``bad_priority``, ``bad_flag``, ``bad_time``, ``bad_metadata``.
    """
    judged = _Judged(block, mapping)
    texts = judged.texts(max_text)
    if mask is not None:
        texts = mask(judged.still_good(texts))
    prints = _fingerprints(texts)
    batch_ids = _ids(judged.strings("id", MAX_ID, "id_too_long"), prints, memory, repeated=mapping.annotator is None)
    batch = Batch(
        line=list(block.lines),
        external_id=batch_ids,
        text=texts,
        fingerprint=prints,
        context=judged.strings("context", None, ""),
        metadata=judged.metadata(),
        reference=judged.strings("reference", MAX_LABEL, "label_too_long"),
        priority=judged.parsed("priority", _priority, "bad_priority", 0),
        golden=judged.golden(),
        vote=judged.votes(),
        created_at=judged.parsed("created_at", _moment, "bad_time", None),
    )
    judged.refuse_unwritable([batch.external_id, batch.text, batch.context, batch.reference])
    judged.refuse_unwritable([batch.metadata], escaped=True)
    judged.refuse_empty(batch)
    return judged.sorted_out(batch)


class _Judged:
    """The cells of one block, and for each row the first reason to refuse it."""

    def __init__(self, block: Block, mapping: Mapping) -> None:
        self._block = block
        self._mapping = mapping
        self._n = len(block.lines)
        self._reasons: dict[int, str] = {}

    def texts(self, max_text: int) -> list[str | None]:
        texts = [_unix(text) if "\r" in text else text for text in map(_text, self._cells("text"))]
        if texts and max(map(len, texts)) > max_text:
            self._refuse((at for at, text in enumerate(texts) if len(text) > max_text), "too_long")
        return [text if text and not text.isspace() else None for text in texts]

    def still_good(self, texts: Sequence[str | None]) -> list[str | None]:
        """The texts of rows that nothing was found against."""
        return [None if at in self._reasons else text for at, text in enumerate(texts)]

    def strings(self, role: str, limit: int | None, reason: str) -> list[str | None]:
        """A column of short words, stripped (contexts and explanations as they are); None where blank."""
        if getattr(self._mapping, role) is None:
            return [None] * self._n
        cells = [_unix(cell) if "\r" in cell else cell for cell in map(_text, self._cells(role))]
        if limit is not None:
            cells = [cell.strip() for cell in cells]
            if cells and max(map(len, cells)) > limit:
                self._refuse((at for at, cell in enumerate(cells) if len(cell) > limit), reason)
        return [cell or None for cell in cells]

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

    def metadata(self) -> list[str | None]:
        """The rest of the columns and the column of JSON objects, together as one JSON object."""
        rest = self._block.rest(self._mapping.metadata_of(self._block.names))
        if self._mapping.metadata_json is None:
            return rest
        none: dict[str, Any] = {}
        objects = self.parsed("metadata_json", _object, "bad_metadata", none)
        return [as_json(own | (json.loads(more) if more else {})) for own, more in zip(objects, rest, strict=True)]

    def golden(self) -> list[tuple[str, str] | None]:
        if self._mapping.golden is None:
            return [None] * self._n
        labels = self.strings("golden", MAX_LABEL, "label_too_long")
        explained = self.strings("explanation", None, "")
        self.refuse_unwritable([labels, explained])
        return [(label, why or "") if label else None for label, why in zip(labels, explained, strict=True)]

    def votes(self) -> list[Vote | None]:
        if self._mapping.vote is None:
            return [None] * self._n
        labels = self.strings("vote", MAX_LABEL, "label_too_long")
        names = [self._mapping.annotator_name] * self._n
        if self._mapping.annotator is not None:
            names = self.strings("annotator", MAX_ANNOTATOR, "annotator_too_long")
        comments = self.strings("comment", None, "")
        self.refuse_unwritable([labels, names, comments])
        unsure = self.parsed("unsure", _flag, "bad_flag", False)
        facts = zip(
            names,
            labels,
            comments,
            self.parsed("flagged", _flag, "bad_flag", False),
            self.parsed("seconds", _seconds, "bad_number", None),
            self.parsed("surplus", _flag, "bad_flag", False),
            self.parsed("revision", _revision, "bad_number", None),
            strict=True,
        )
        return [
            Vote(*row) if row[0] and (row[1] or doubtful) else None for row, doubtful in zip(facts, unsure, strict=True)
        ]

    def refuse_unwritable(self, columns: Collection[Sequence[str | None]], *, escaped: bool = False) -> None:
        """Refuse NUL, which PostgreSQL can't hold, and lone surrogates, which no encoding can."""
        has_nul = _has_escaped_nul if escaped else _has_nul
        for column in columns:
            # One look at all of it: next to no cell has either.
            whole = "".join(filter(None, column))
            if _is_encodable(whole) and not has_nul(whole):
                continue
            for at, cell in enumerate(column):
                if cell and has_nul(cell):
                    self._refuse([at], "nul")
                elif cell and not _is_encodable(cell):
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
        return excerpt_of(batch.text[at] or " ".join(_text(self._block.column(name)[at]) for name in self._block.names))

    def _cells(self, role: str) -> Cells:
        column = getattr(self._mapping, role)
        return self._block.column(column) if column is not None else [None] * self._n

    def _refuse(self, rows: Any, reason: str) -> None:
        for at in rows:
            self._reasons.setdefault(at, reason)


def _fingerprints(texts: Sequence[str | None]) -> list[int]:
    """:func:`fingerprint` of many texts, 0 for None."""
    digests = b"".join([blake2b(_plain(text), digest_size=8).digest() if text else _NO_TEXT for text in texts])
    prints: list[int] = np.frombuffer(digests, dtype=">i8").tolist()
    return prints


def _plain(text: str) -> bytes:
    folded = (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()
    # No white space but single spaces within: nothing to squeeze, at a third of the price of looking for it.
    if not folded.isprintable() or "  " in folded or folded[0] == " " or folded[-1] == " ":
        folded = " ".join(folded.split())
    return folded.encode("utf-8", "surrogatepass")


def _ids(given: list[str | None], prints: list[int], memory: Memory, *, repeated: bool) -> list[str]:
    """The given ids; where there is none the text's fingerprint, and for its 2nd and 3rd row "-2" and "-3".

    Also rows that will be refused are counted: they may be taken the next time, and the ids of the others must not
    move. In a file with an annotator column (``repeated`` false) the same text again is the same item.
    """
    blank = [at for at, external_id in enumerate(given) if external_id is None]
    ids: list[str] = [external_id or "" for external_id in given]
    numbers = [1] * len(blank)
    if repeated:
        numbers = memory.texts.number(np.array([prints[at] for at in blank], dtype=np.int64)).tolist()
    for at, number in zip(blank, numbers, strict=True):
        ids[at] = format(prints[at] & 0xFFFF_FFFF_FFFF_FFFF, "016x") + (f"-{number}" if number > 1 else "")
    return ids


def _text(value: object) -> str:
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else "" if math.isnan(value) else str(value)
    if isinstance(value, dict | list):
        return orjson.dumps(value, default=str).decode()
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _has_nul(text: str) -> bool:
    return "\0" in text


def _has_escaped_nul(text: str) -> bool:
    return "\\u0000" in text and _NUL_IN_JSON.search(text) is not None


def _priority(cell: object) -> int:
    value = float(str(cell))
    if not value.is_integer() or abs(value) > MAX_PRIORITY:
        raise ValueError(cell)
    return int(value)


def _seconds(cell: object) -> float:
    value = float(str(cell))
    if not 0 <= value < math.inf:
        raise ValueError(cell)
    return value


def _revision(cell: object) -> int:
    value = _priority(cell)
    if value < 1:
        raise ValueError(cell)
    return value


def _flag(cell: object) -> bool:
    word = str(cell).strip().casefold()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ValueError(cell)


def _moment(cell: object) -> datetime:
    """A moment; where no zone is given, UTC is meant."""
    moment = cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell).strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _object(cell: object) -> dict[str, Any]:
    value = cell if isinstance(cell, dict) else json.loads(str(cell))
    if not isinstance(value, dict):
        raise ValueError(cell)
    return value
