"""Every kind of file as a stream of blocks."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO

from db.vocabulary import LabelKind
from labeling.errors import LabelingError
from labeling.exchange.blocks import BadRow, Block, FrameColumns, Records, Table, excerpt_of
from labeling.exchange.class_labels import as_names, class_names
from labeling.exchange.delimited import read_delimited
from labeling.exchange.formats import FileFacts, FileKind, detect, text_of
from labeling.exchange.intake import ImportOptions
from labeling.exchange.json_values import json_array, json_lines
from labeling.exchange.layout import NO_SEPARATOR
from labeling.exchange.limits import Limits
from labeling.exchange.one_hot import combined, gathered
from labeling.exchange.packing import unpacked
from labeling.exchange.pairs import candidates_joined
from labeling.exchange.plain_lines import frame_of_lines
from labeling.exchange.rivals.recognising import Recognizer
from labeling.exchange.saved_dataset import SavedDataset
from labeling.exchange.wide import LABEL, melted
from labeling.exchange.workbook import Workbook

if TYPE_CHECKING:
    import polars as pl


def read_blocks(
    stream: BinaryIO, name: str, options: ImportOptions, *, rows: int, limits: Limits, frames: bool = False
) -> tuple[FileFacts, Iterator[Block]]:
    """What the file is, and its rows in blocks of at most ``rows``, from its start; memory holds one block (XLSX: one sheet).
    With columns of annotators a block has as many more rows as they say.

    Blocks of Parquet are made of frames (``FrameColumns``), with ``frames`` also those of delimited text, where its cells are
    all quoted or none is: faster for whoever wants frames.

    Raises LabelingError: those of :func:`labeling.exchange.formats.detect`, ``no_sheet``, ``no_split``, ``no_column``,
    ``broken_file`` or ``truncated_file`` where nothing more can be read.
    """
    facts = detect(
        stream, name, encoding=options.encoding, separator=options.separator, header=options.header, limits=limits
    )
    if facts.kind is FileKind.XLSX:
        with unpacked(stream, facts.packed, name, limits) as content:
            book = Workbook(content.read(), name, limits, sheet=options.sheet, header=options.header)
        facts = replace(facts, sheet=book.sheet, sheets=book.sheets, above=book.above, names=book.names)
        blocks: Iterator[Block] = book.tables(rows)
    elif facts.kind is FileKind.DATASET:
        saved = SavedDataset(stream, name, limits, split=options.split)
        facts, blocks = replace(facts, splits=saved.splits, split=options.split), saved.tables(rows)
    else:
        blocks = _blocks(stream, facts, options, rows, limits, frames)
    if options.annotators:
        blocks = melted(blocks, options.annotators)
    if options.one_hot:
        blocks = combined(blocks, options.one_hot)
    if options.class_column:
        blocks = gathered(blocks, options.class_column, LABEL)
    if options.kind == LabelKind.PAIR:
        blocks = candidates_joined(blocks, options.prompt)
    return facts, blocks


def _blocks(
    stream: BinaryIO, facts: FileFacts, options: ImportOptions, rows: int, limits: Limits, frames: bool
) -> Iterator[Block]:
    if facts.kind is FileKind.PARQUET:
        yield from _parquet(stream, facts, rows, limits)
        return
    with text_of(stream, facts, limits) as text:
        if facts.kind is FileKind.CSV:
            for _ in range(facts.above):
                text.readline()
            separator = facts.separator or NO_SEPARATOR
            at_once = frame_of_lines if frames else None
            yield from read_delimited(
                text, separator, rows=rows, header=facts.names, above=facts.above, at_once=at_once
            )
        else:
            read = json_lines if facts.kind is FileKind.JSONL else json_array
            yield from _records(read(text, facts.name), Recognizer(options.question, options.kind), rows)


def share_read(stream: BinaryIO, facts: FileFacts) -> float:
    """About how much of the file has been read, 0 to 1."""
    return min(1.0, stream.tell() / facts.size) if facts.size else 1.0


def _parquet_frames(stream: BinaryIO, facts: FileFacts, rows: int, limits: Limits) -> Iterator[pl.DataFrame]:
    """A Parquet file in frames of at most ``rows`` rows, numbers of classes as the names that the file has for them."""
    import polars as pl
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    try:
        with unpacked(stream, facts.packed, facts.name, limits) as content:
            file = pq.ParquetFile(content if facts.packed is None else io.BytesIO(content.read()))
        # What it says of itself is refused before anything is written; whoever lies there meets the other limits.
        limits.check_extent(facts.name, rows=file.metadata.num_rows, columns=file.metadata.num_columns)
        names = class_names(file.schema_arrow)
        # Not by threads: those that get no memory are waited for in vain.
        for batch in file.iter_batches(batch_size=rows, use_threads=False):
            frame = pl.from_arrow(batch)
            if not isinstance(frame, pl.DataFrame):
                raise LabelingError("broken_file", name=facts.name, reason="no table")
            yield as_names(frame, names)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise LabelingError("broken_file", name=facts.name, reason=excerpt_of(error)) from error


def _parquet(stream: BinaryIO, facts: FileFacts, rows: int, limits: Limits) -> Iterator[Block]:
    line = 1
    for frame in _parquet_frames(stream, facts, rows, limits):
        yield Table(range(line, line + len(frame)), FrameColumns(frame))
        line += len(frame)


def _records(parsed: Iterable[tuple[int, dict[str, Any] | BadRow]], seen: Recognizer, rows: int) -> Iterator[Block]:
    block = Records([], [])
    for line, record in parsed:
        if isinstance(record, BadRow):
            block.bad.append(record)
        elif (flat := seen.flatten(record)) is None:
            block.lines.append(line)
            block.records.append(record)
        else:
            block.records += flat.rows
            block.lines += [line] * len(flat.rows)
            block.label_ids += flat.label_ids
            for reason, answer in flat.left_out:
                block.left_out.note(reason, line, answer)
        if len(block.lines) + len(block.bad) >= rows:
            block.tool, block.questions = seen.tool, seen.questions
            yield block
            block = Records([], [])
    if block.lines or block.bad:
        block.tool, block.questions = seen.tool, seen.questions
        yield block
