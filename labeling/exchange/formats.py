"""What a file is: its kind by its content, its encoding by all of it, its separator by its first rows."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast

from labeling.errors import LabelingError
from labeling.exchange.limits import Limits

Source: TypeAlias = str | Path | BinaryIO

_HEAD = 1 << 16
_BLOCK = 1 << 20
_SEPARATORS = ",;\t|"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27}) + b"\x7f"
# A separator that no text contains: a file without separators is one column, commas and all.
NO_SEPARATOR = "\x1f"


class FileKind(StrEnum):
    """What can be read. ``csv`` is any delimited text, whatever its separator."""

    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"


@dataclass(frozen=True)
class FileFacts:
    """What was found out about a file; ``encoding`` and ``separator`` are None where the kind has none."""

    name: str
    kind: FileKind
    encoding: str | None
    separator: str | None
    compressed: bool
    size: int

    @classmethod
    def restored(cls, fields: Mapping[str, Any]) -> FileFacts:
        """The facts again, of what they have become in JSON."""
        return cls(**{**fields, "kind": FileKind(fields["kind"])})


@contextmanager
def opened(source: Source) -> Iterator[tuple[BinaryIO, str]]:
    """The file as a seekable stream at its start, and its name. A pipe is first copied to a temporary file.

    Raises LabelingError ``no_file``.
    """
    if isinstance(source, str | Path):
        try:
            with Path(source).open("rb") as stream:
                yield cast(BinaryIO, stream), Path(source).name
        except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
            raise LabelingError("no_file", name=str(source), reason=error.strerror or str(error)) from error
        return
    given = getattr(source, "name", None)
    name = Path(given).name if isinstance(given, str) and not given.startswith("<") else "stdin"
    if source.seekable():
        source.seek(0)
        yield source, name
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(source, copy)
        copy.seek(0)
        yield cast(BinaryIO, copy), name


def detect(
    stream: BinaryIO, name: str, *, encoding: str | None = None, separator: str | None = None, limits: Limits
) -> FileFacts:
    """Look at a file; ``encoding`` and ``separator`` overrule what would be found. Leaves the stream at its start.

    The ending of the name is not believed: content decides. A text is UTF-8 if all of it is, or most of its
    letters beyond ASCII are (a damaged line must not turn the other million into nonsense); otherwise cp1251.

    Raises LabelingError ``empty_file``, ``not_text``, ``truncated_file``, ``unknown_encoding`` or
    ``file_too_large_unpacked_mb``.
    """
    stream.seek(0, io.SEEK_END)
    size = stream.tell()
    stream.seek(0)
    head = stream.read(_HEAD)
    stream.seek(0)
    if not head:
        raise LabelingError("empty_file", name=name)
    if head[:4] == b"PAR1":
        return FileFacts(name, FileKind.PARQUET, None, None, False, size)
    if head[:4] in _WORKBOOKS:
        return FileFacts(name, FileKind.XLSX, None, None, False, size)
    compressed = head[:2] == b"\x1f\x8b"
    with _text_bytes(stream, compressed, name, limits) as content:
        head = content.read(_HEAD)
        if not head.strip():
            raise LabelingError("empty_file", name=name)
        content.seek(0)
        codec = _codec_name(encoding) if encoding else _encoding(content, head, name)
    sample = head.decode(codec, errors="replace")
    kind = _text_kind(sample)
    if kind is FileKind.CSV:
        separator = separator or _separator(sample, whole=len(head) < _HEAD)
    return FileFacts(name, kind, codec, separator if kind is FileKind.CSV else None, compressed, size)


@contextmanager
def text_of(stream: BinaryIO, facts: FileFacts, limits: Limits) -> Iterator[io.TextIOWrapper]:
    """The text of a file from its start, line ends untouched; bytes that are no text become lone surrogates."""
    stream.seek(0)
    # UTF-16 has no way to smuggle a broken unit through; U+FFFD stands in for it.
    errors = "replace" if str(facts.encoding).startswith("utf-16") else "surrogateescape"
    with _text_bytes(stream, facts.compressed, facts.name, limits) as content:
        wrapper = io.TextIOWrapper(content, encoding=facts.encoding, errors=errors, newline="")
        try:
            yield wrapper
        finally:
            wrapper.detach()


@contextmanager
def _text_bytes(stream: BinaryIO, compressed: bool, name: str, limits: Limits) -> Iterator[BinaryIO]:
    if not compressed:
        yield stream
        return
    try:
        with _Unpacked(fileobj=stream, mode="rb") as content:
            content.check = lambda: limits.check_unpacked(name, content.tell())
            yield cast(BinaryIO, content)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LabelingError("truncated_file", name=name, reason=str(error)) from error


class _Unpacked(gzip.GzipFile):
    """A compressed file that looks after each read whether it has become too large."""

    check: Callable[[], None]

    def read(self, size: int | None = -1) -> bytes:
        got = super().read(size)
        self.check()
        return got

    def read1(self, size: int = -1) -> bytes:
        got = super().read1(size)
        self.check()
        return got


def _codec_name(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise LabelingError("unknown_encoding", encoding=encoding) from error


def _encoding(content: BinaryIO, head: bytes, name: str) -> str:
    if head.startswith(_UTF16):
        return "utf-16"
    damaged, beyond_ascii = _damage(content)
    utf8 = damaged == 0 or beyond_ascii > damaged
    control = len(head) - len(head.translate(None, _CONTROL))
    # A stray control character is one bad row; many of them, or some among bytes that are no text, are a picture.
    if control > 0.3 * len(head) or (not utf8 and control > 0.01 * len(head)):
        raise LabelingError("not_text", name=name)
    return "utf-8-sig" if utf8 else "cp1251"


def _damage(content: BinaryIO) -> tuple[int, int]:
    """Over the whole file: bytes that are no UTF-8, and continuation bytes of good multi-byte characters."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    damaged = beyond_ascii = 0
    last = False
    while not last:
        block = content.read(_BLOCK)
        last = not block
        text = decoder.decode(block, final=last)
        try:
            written = len(text.encode())
        except UnicodeEncodeError:
            clean = text.encode(errors="ignore")
            escaped = len(text) - len(clean.decode())
            damaged += escaped
            written = len(clean) + escaped
        beyond_ascii += written - len(text)
    return damaged, beyond_ascii


def _text_kind(sample: str) -> FileKind:
    start = sample.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        return FileKind.JSONL
    return FileKind.JSON if start.startswith("[") and start[1:].lstrip()[:1] in ("{", "]", "") else FileKind.CSV


def _separator(sample: str, *, whole: bool) -> str:
    """The separator that cuts the first rows into the most columns, the same number in each."""
    lines = sample.splitlines(keepends=True)
    if not whole and len(lines) > 1:
        lines = lines[:-1]
    best, separator = (0.0, 0), NO_SEPARATOR
    for candidate in _SEPARATORS:
        try:
            rows = [row for row in csv.reader(lines[:200], delimiter=candidate) if row]
        except csv.Error:
            continue
        width = len(rows[0]) if rows else 0
        agreeing = sum(len(row) == width for row in rows) / max(len(rows), 1)
        if width > 1 and (agreeing, width) > best:
            best, separator = (agreeing, width), candidate
    return separator
