"""The process that reads one file: ``python -m labeling.exchange.reader``, started by :mod:`labeling.exchange.guard`.

It gets the file as an open descriptor and what is wanted of it as a line of JSON, and answers with messages. It knows no
database and no secret, can write no file, and ends by itself where the file goes beyond the limits.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from labeling.errors import LabelingError
from labeling.exchange.blocks import Block, excerpt_of
from labeling.exchange.cells import text_of
from labeling.exchange.formats import FileFacts
from labeling.exchange.guard import HEADER
from labeling.exchange.intake import ImportOptions
from labeling.exchange.judging import judge
from labeling.exchange.limits import Limits
from labeling.exchange.mapping import Mapping
from labeling.exchange.noticing import Noticed, notice
from labeling.exchange.preview import filled_roles, mapping_of, noticed_of, preview_of, sample_of
from labeling.exchange.reading import read_blocks, share_read
from labeling.exchange.tally import Tally
from labeling.exchange.wide import from_columns

if TYPE_CHECKING:
    from labeling.exchange.masking import RowMasker

_SAMPLE = 500
_FRAME_ROWS = 50_000


class Reader:
    """One file, what is wanted of it, and the way back to whoever wants it."""

    def __init__(self, request: dict[str, Any], answers: BinaryIO) -> None:
        self.name: str = request["name"]
        self.request = request
        self.limits = Limits(**request["limits"])
        self.stream: BinaryIO = os.fdopen(request["file"], "rb")
        self._answers = answers

    def say(self, message: bytes, kind: bytes = b"J") -> None:
        """Send one message."""
        self._answers.write(HEADER.pack(kind, len(message)))
        self._answers.write(message)
        self._answers.flush()

    @property
    def options(self) -> ImportOptions:
        """How to import."""
        return ImportOptions(**self.request["options"])

    @property
    def mapping(self) -> Mapping | None:
        """What the columns were said to be; None to guess."""
        given = self.request["mapping"]
        return None if given is None else Mapping.restored(given)

    def begin(self, rows: int, *, frames: bool = False) -> tuple[FileFacts, Block, Iterator[Block]]:
        """What the file is, its first block, and the others of at most ``rows`` rows. Raises LabelingError
        ``no_rows``, and what :func:`labeling.exchange.reading.read_blocks` and the limits refuse."""
        options = self.options
        facts, read = read_blocks(self.stream, self.name, options, rows=rows, limits=self.limits, frames=frames)
        blocks = self.limits.within(read, self.name)
        first = next(blocks, None)
        if first is None or not first.names:
            raise LabelingError("no_rows", name=self.name)
        return facts, first, blocks


def look(reader: Reader) -> None:
    """The file's first rows as they would be read: one message, the fields of a preview."""
    facts, first, _others = reader.begin(_SAMPLE)
    seen = preview_of(first, facts, reader.mapping, reader.request["n"], reader.options)
    # Not orjson: a cell of a broken file may hold half of a surrogate pair.
    reader.say(json.dumps(asdict(seen), default=str).encode())


def portions(reader: Reader) -> None:
    """All of the file, judged: first what it is and how its columns were understood, then, once told whether texts are
    to be masked, a message a portion, and an empty one at the end."""
    options, text_counts = reader.options, Tally()
    how: dict[str, Any] = {"max_text": options.max_text, "dialogue": options.dialogue}
    facts, first, blocks = reader.begin(options.rows)
    _insist_on_names(reader, facts, first)
    _insist_on_question(options, first)
    mapping = reader.mapping or mapping_of(first)
    noticed = noticed_of(first, mapping, options)
    if reader.mapping is None:
        noticed.insist(reader.name, has_text=mapping.has_text)
    mapping.check(first.names)
    left = noticed.left([] if options.annotators else mapping.columns().values())
    columns = mapping.columns() | from_columns(mapping.turn_columns, "turns")
    columns |= from_columns(options.annotators, "vote", "annotator")
    understood = {"facts": asdict(facts), "columns": columns, "tool": first.tool, "noticed": left}
    reader.say(orjson.dumps(understood))
    masker = _masker() if json.loads(sys.stdin.buffer.readline())["mask"] else None
    how |= {"kind": options.kind, "mask": masker.texts if masker else None}
    for block in itertools.chain([first], blocks):
        batch, bad, left_out = judge(block, mapping, text_counts, **how)
        if masker is not None:
            batch = masker.batch(batch)
        portion = {
            "batch": batch.as_columns(),
            "bad": [tuple(vars(row).values()) for row in (*block.bad, *bad)],
            "left_out": asdict(left_out),
            "label_ids": block.label_ids,
            "questions": block.questions,
            "filled": filled_roles(block, mapping),
            "read": len(block.lines) + len(block.bad),
            "share": share_read(reader.stream, facts),
            "masked": dict(masker.counts) if masker else {},
        }
        reader.say(orjson.dumps(portion))
    reader.say(b"null")


def frame(reader: Reader) -> None:
    """The file as frames of strings: first what it is and which columns bear the names that are asked for, then frames, each
    with what was no row behind it, and an empty message at the end."""
    from labeling.exchange import files

    facts, first, blocks = reader.begin(_FRAME_ROWS, frames=True)
    _insist_on_names(reader, facts, first)
    _insist_on_question(reader.options, first)
    columns, wanted = reader.request["columns"], reader.request["wanted"]
    named = files.asked_columns(columns, first.names, mapping_of(first).columns())
    if "annotator" in {*columns} - {*first.names, *named.values()}:
        Noticed(notice(first.names, sample_of(first)).annotators).insist(reader.name, has_text=False)
    told = named | {column: role for role, column in from_columns(reader.options.annotators, "label").items()}
    reader.say(orjson.dumps({"facts": asdict(facts), "columns": told}))
    status = mapping_of(first).status if "annotator" in columns else None
    for block in itertools.chain([first], blocks):
        part, bad = files.taken_of(block, status)
        part = part.rename(named, strict=False)
        # Where one is missing whoever asked tells what was found instead.
        if wanted is not None and set(columns) <= set(part.columns):
            part = part.select(name for name in part.columns if name in wanted)
        buffer = BytesIO()
        part.write_ipc_stream(buffer)
        reader.say(buffer.getvalue(), b"F")
        if bad:
            reader.say(orjson.dumps({"bad": [tuple(vars(row).values()) for row in bad]}))
    reader.say(b"null")


def _masker() -> RowMasker:
    # Slow to load, and seldom wanted.
    from labeling.exchange.masking import RowMasker

    return RowMasker()


def _insist_on_names(reader: Reader, facts: FileFacts, first: Block) -> None:
    if not facts.names and reader.options.header is None:
        row = excerpt_of(" ".join(map(text_of, sample_of(first)[0].values())))
        asked = reader.request.get("columns")
        if asked is None:
            raise LabelingError("no_header", name=reader.name, row=row)
        raise LabelingError("no_names", name=reader.name, row=row, columns=asked)


def _insist_on_question(options: ImportOptions, first: Block) -> None:
    if options.question is not None and options.question not in first.questions:
        raise LabelingError("no_question", question=options.question, found=", ".join(first.questions) or "–")


TASKS: dict[str, Callable[[Reader], None]] = {"look": look, "portions": portions, "frame": frame}


def main() -> int:
    """Read the file that the first line of the standard input asks for."""
    request = json.loads(sys.stdin.buffer.readline())
    reader = Reader(request, sys.stdout.buffer)
    # No log of its own: what is said of a fault is told to whoever asked.
    sys.excepthook = lambda _kind, error, _trace: _say_where(reader, error)
    if request["task"] == "frame":
        # Only here, since most readings do without; and now, so that its memory is not the file's.
        import_module("labeling.exchange.files")
    reader.limits.impose()
    try:
        TASKS[request["task"]](reader)
    except LabelingError as error:
        reader.say(json.dumps({"refused": error.code, "details": error.details}, default=str).encode())
    except MemoryError:
        refusal = reader.limits.refuse(reader.name, "memory_mb")
        reader.say(json.dumps({"refused": refusal.code, "details": refusal.details}).encode())
    return 0


def _say_where(reader: Reader, error: BaseException) -> None:
    """A fault of ours, by its kind and place: never by its words, which may quote the file."""
    at = traceback.extract_tb(error.__traceback__)[-1]
    reader.say(json.dumps({"failed": f"{type(error).__name__} at {Path(at.filename).name}:{at.lineno}"}).encode())


if __name__ == "__main__":
    sys.exit(main())
