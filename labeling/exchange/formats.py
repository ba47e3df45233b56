"""What a file is: its kind by its content, its encoding by all of it, its separator by its first rows."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast

from labeling.errors import LabelingError
from labeling.exchange.encodings import encoding_of, named_codec
from labeling.exchange.layout import layout_of
from labeling.exchange.limits import Limits
from labeling.exchange.packing import packed_by, unpacked
from labeling.exchange.saved_dataset import is_saved_dataset, pack

Source: TypeAlias = str | Path | BinaryIO

_HEAD = 1 << 16
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class FileKind(StrEnum):
    """What can be read. ``csv`` is any delimited text, whatever its separator; ``dataset`` a folder of Hugging Face's."""

    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"
    DATASET = "dataset"


@dataclass(frozen=True)
class FileFacts:
    """What was found out about a file; ``encoding`` and ``separator`` are None where the kind has none.

    ``packed`` is "gzip", "zstd" or None. ``above`` lines are passed over before a table; ``names`` says whether the table's
    first row names its columns. ``sheet`` is that of a workbook, of all its ``sheets``; ``split`` that of a data set, None for
    all its ``splits``.
    """

    name: str
    kind: FileKind
    encoding: str | None
    separator: str | None
    packed: str | None
    size: int
    above: int = 0
    names: bool = True
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    split: str | None = None
    splits: tuple[str, ...] = ()

    @classmethod
    def restored(cls, fields: Mapping[str, Any]) -> FileFacts:
        """The facts again, of what they have become in JSON."""
        listed = {name: tuple(fields[name]) for name in ("sheets", "splits")}
        return cls(**{**fields, **listed, "kind": FileKind(fields["kind"])})


@contextmanager
def opened(source: Source) -> Iterator[tuple[BinaryIO, str]]:
    """The file as a seekable stream at its start, and its name. A pipe is first copied to a temporary file, the folder of a
    saved data set packed into one.

    Raises LabelingError ``no_file`` or ``no_dataset``.
    """
    if isinstance(source, str | Path) and Path(source).is_dir():
        with tempfile.TemporaryFile() as packed:
            pack(Path(source), cast(BinaryIO, packed))
            packed.seek(0)
            yield cast(BinaryIO, packed), Path(source).resolve().name
        return
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
    stream: BinaryIO,
    name: str,
    *,
    encoding: str | None = None,
    separator: str | None = None,
    header: bool | None = None,
    limits: Limits,
) -> FileFacts:
    """Look at a file; ``encoding``, ``separator`` and ``header`` (whether there is one) overrule what would be found.
    Leaves the stream at its start.

    The ending of the name is not believed: content decides.

    Raises LabelingError ``empty_file``, ``not_text``, ``truncated_file``, ``unknown_encoding`` or
    ``file_too_large_unpacked_mb``.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    packer = packed_by(stream.read(4))
    with unpacked(stream, packer, name, limits) as content:
        head = content.read(_HEAD)
        if not head.strip():
            raise LabelingError("empty_file", name=name)
        if head[:4] == b"PAR1":
            return FileFacts(name, FileKind.PARQUET, None, None, packer, size)
        if packer is None and head[:4] == _WORKBOOKS[0] and is_saved_dataset(stream):
            return FileFacts(name, FileKind.DATASET, None, None, packer, size)
        if head[:4] in _WORKBOOKS:
            return FileFacts(name, FileKind.XLSX, None, None, packer, size, names=header is not False)
    with unpacked(stream, packer, name, limits) as content:
        codec = named_codec(encoding, head) if encoding else encoding_of(content, head, name)
    stream.seek(0)
    sample = head.decode(codec, errors="replace")
    kind = _text_kind(sample)
    if kind is not FileKind.CSV:
        return FileFacts(name, kind, codec, None, packer, size)
    lines = io.StringIO(sample, newline="").readlines()
    layout = layout_of(lines[:-1] if len(head) == _HEAD and len(lines) > 1 else lines, separator)
    names = layout.names if header is None else header
    return FileFacts(name, kind, codec, layout.separator, packer, size, layout.above, names)


@contextmanager
def text_of(stream: BinaryIO, facts: FileFacts, limits: Limits) -> Iterator[io.TextIOWrapper]:
    """The text of a file from its start, line ends untouched; bytes that are no text become lone surrogates."""
    # UTF-16 and UTF-32 have no way to smuggle a broken unit through; U+FFFD stands in for it.
    errors = "replace" if str(facts.encoding).startswith(("utf-16", "utf-32")) else "surrogateescape"
    with unpacked(stream, facts.packed, facts.name, limits) as content:
        wrapper = io.TextIOWrapper(content, encoding=facts.encoding, errors=errors, newline="")
        try:
            yield wrapper
        finally:
            wrapper.detach()


def _text_kind(sample: str) -> FileKind:
    start = sample.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        return FileKind.JSONL
    return FileKind.JSON if start.startswith("[") and start[1:].lstrip()[:1] in ("{", "]", "") else FileKind.CSV
