"""Compressed files, unpacked as they are read and no further than the limit."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from labeling.errors import LabelingError
from labeling.exchange.limits import Limits

_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}


def packed_by(head: bytes) -> str | None:
    """What a file that begins so is compressed by.

    >>> packed_by(b"\\x1f\\x8b\\x08"), packed_by(b"id,text")
    ('gzip', None)
    """
    return next((packer for magic, packer in _MAGIC.items() if head.startswith(magic)), None)


@contextmanager
def unpacked(stream: BinaryIO, packer: str | None, name: str, limits: Limits) -> Iterator[BinaryIO]:
    """The content from its start; ``stream`` itself where nothing has packed it.

    Raises LabelingError ``truncated_file``, or ``file_too_large_unpacked_mb`` where it comes to more than that.
    """
    stream.seek(0)
    if packer is None:
        yield stream
        return
    try:
        with io.BufferedReader(_Unpacked(stream, packer, name, limits)) as content:
            yield cast(BinaryIO, content)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LabelingError("truncated_file", name=name, reason=str(error)) from error


class _Unpacked(io.RawIOBase):
    """What has been unpacked so far is counted at each read."""

    def __init__(self, stream: BinaryIO, packer: str, name: str, limits: Limits) -> None:
        self._content = _zstd(stream) if packer == "zstd" else cast(BinaryIO, gzip.GzipFile(fileobj=stream, mode="rb"))
        self._name, self._limits, self._read = name, limits, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            got = self._content.read(len(buffer))
        except OSError as error:
            if isinstance(error, gzip.BadGzipFile):
                raise
            raise EOFError(str(error)) from error
        self._read += len(got)
        self._limits.check_unpacked(self._name, self._read)
        buffer[: len(got)] = got
        return len(got)


def _zstd(stream: BinaryIO) -> BinaryIO:
    import pyarrow as pa  # type: ignore[import-untyped]

    return cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(_Borrowed(stream), mode="r"), "zstd"))


class _Borrowed:
    """A stream that is still wanted when whoever reads it closes it."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self.read = stream.read

    def close(self) -> None:
        """Leave it open."""
