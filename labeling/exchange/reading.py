"""Every kind of file as a stream of blocks."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Generator, Iterable, Iterator
from typing import Any, BinaryIO, Protocol

from labeling.errors import LabelingError
from labeling.exchange import label_studio
from labeling.exchange.blocks import BadRow, Block, Records, Table, excerpt_of
from labeling.exchange.delimited import column_names, read_delimited
from labeling.exchange.formats import NO_SEPARATOR, FileFacts, FileKind, text_of
from labeling.exchange.formulas import restore_all
from labeling.exchange.limits import Limits

_CHARACTERS = 1 << 18
_GAP = re.compile(r"[ \t\r\n,]*")


def read_blocks(
    stream: BinaryIO, facts: FileFacts, *, rows: int, header: bool = True, limits: Limits
) -> Generator[Block, None, None]:
    """The file's rows in blocks of at most ``rows``, from its start; memory holds one block (XLSX: one sheet).

    Raises LabelingError ``broken_file`` or ``truncated_file`` where nothing more can be read.
    """
    if facts.kind is FileKind.PARQUET:
        yield from _parquet(stream, facts, rows, limits)
    elif facts.kind is FileKind.XLSX:
        yield from _workbook(stream, facts, rows, limits, header=header)
    else:
        with text_of(stream, facts, limits) as text:
            if facts.kind is FileKind.CSV:
                yield from read_delimited(text, facts.separator or NO_SEPARATOR, rows=rows, header=header)
            else:
                parsed = _json_lines(text) if facts.kind is FileKind.JSONL else _json_array(text, facts.name)
                yield from _records(parsed, rows)


def share_read(stream: BinaryIO, facts: FileFacts) -> float:
    """About how much of the file has been read, 0 to 1."""
    return min(1.0, stream.tell() / facts.size) if facts.size else 1.0


def _parquet(stream: BinaryIO, facts: FileFacts, rows: int, limits: Limits) -> Iterator[Block]:
    import polars as pl
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    stream.seek(0)
    try:
        file = pq.ParquetFile(stream)
        # What it says of itself is refused before anything is written; whoever lies there meets the other limits.
        limits.check_extent(facts.name, rows=file.metadata.num_rows, columns=file.metadata.num_columns)
        line = 1
        for batch in file.iter_batches(batch_size=rows):
            frame = pl.from_arrow(batch)
            if not isinstance(frame, pl.DataFrame):
                raise LabelingError("broken_file", name=facts.name, reason="no table")
            columns = {name: frame[name].to_list() for name in frame.columns}
            yield Table(range(line, line + len(frame)), columns)
            line += len(frame)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise LabelingError("broken_file", name=facts.name, reason=excerpt_of(error)) from error


def _workbook(stream: BinaryIO, facts: FileFacts, rows: int, limits: Limits, *, header: bool) -> Iterator[Block]:
    import fastexcel
    import polars as pl

    stream.seek(0)
    try:
        sheet = fastexcel.read_excel(stream.read()).load_sheet(0, header_row=None, skip_rows=0, dtypes="string")
        frame = sheet.to_polars()
    except fastexcel.FastExcelError as error:
        raise LabelingError("broken_file", name=facts.name, reason=excerpt_of(error)) from error
    limits.check_extent(facts.name, rows=frame.height, columns=frame.width)
    frame = frame.with_row_index("line", offset=1)
    filled = frame.filter(pl.any_horizontal(pl.exclude("line").is_not_null()))
    if filled.is_empty():
        return
    first = filled.row(0)[1:]
    names = column_names(first if header else [None] * len(first))
    if header:
        filled = filled.slice(1)
    if filled.is_empty():
        yield Table([], dict.fromkeys(names, ()))
    for part in filled.iter_slices(rows):
        columns = {name: restore_all(part.to_series(at).to_list()) for at, name in enumerate(names, 1)}
        yield Table(part["line"].to_list(), columns)


def _records(parsed: Iterable[tuple[int, dict[str, Any] | BadRow]], rows: int) -> Iterator[Block]:
    lines: list[int] = []
    records: list[dict[str, Any]] = []
    bad: list[BadRow] = []
    for line, record in parsed:
        if isinstance(record, BadRow):
            bad.append(record)
        elif label_studio.is_task(record):
            flat = label_studio.flatten(record)
            records += flat
            lines += [line] * len(flat)
        else:
            lines.append(line)
            records.append(record)
        if len(lines) + len(bad) >= rows:
            yield Records(lines, records, bad)
            lines, records, bad = [], [], []
    if lines or bad:
        yield Records(lines, records, bad)


def _json_lines(text: io.TextIOWrapper) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    decoder = json.JSONDecoder(parse_constant=_refuse)
    for number, line in enumerate(text, 1):
        stripped = line.strip(" \t\r\n\ufeff")
        if stripped:
            yield number, _object(decoder, stripped, number)


def _object(decoder: json.JSONDecoder, line: str, number: int) -> dict[str, Any] | BadRow:
    try:
        value = decoder.decode(line)
    except (ValueError, RecursionError):
        return BadRow(number, "bad_json", excerpt_of(line))
    return value if isinstance(value, dict) else BadRow(number, "not_an_object", excerpt_of(line))


class _Readable(Protocol):
    def read(self, size: int, /) -> str: ...


def _json_array(text: _Readable, name: str) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    """The elements of one big array, each parsed as soon as it is whole."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    buffer = text.read(_CHARACTERS)
    at = buffer.index("[") + 1
    number = 0
    while True:
        at = _GAP.match(buffer, at).end()  # type: ignore[union-attr]
        if buffer.startswith("]", at):
            return
        try:
            value, at = decoder.raw_decode(buffer, at)
        except (ValueError, RecursionError) as error:
            # As much again: an element longer than the buffer costs few attempts.
            more = text.read(max(_CHARACTERS, len(buffer) - at))
            if not more:
                raise LabelingError("broken_file", name=name, reason=f"element {number + 1}: {error}") from error
            buffer, at = buffer[at:] + more, 0
            continue
        number += 1
        yield number, value if isinstance(value, dict) else BadRow(number, "not_an_object", excerpt_of(value))


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
