"""Files are read by a process of their own, within limits: whatever a file does, whoever else works feels nothing."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from threading import Timer
from typing import Any, BinaryIO, NamedTuple, cast

import orjson

from labeling.errors import LabelingError
from labeling.exchange.limits import Limits
from labeling.processes import python_path

HEADER = struct.Struct(">cI")
"""Before each message of the reader: what it is (J for JSON, F for a frame in Arrow's stream format), and its bytes."""
# No portion of an honest file comes near; more would be a reader that no longer does what it should.
_LARGEST_MESSAGE = 1 << 30
# The reader is a program that strangers' files speak to: of the environment it gets what it needs to start, no secret.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONHASHSEED", "VIRTUAL_ENV", "TMPDIR")

_log = logging.getLogger("sverka.files")


class Reading(NamedTuple):
    """A file while it is read by a process of its own."""

    process: subprocess.Popen[bytes]
    name: str
    limits: Limits

    def receive(self) -> Any:
        """The reader's next message: what it says, or bytes of a frame. Raises LabelingError: the reader's, or
        ``file_too_large_memory_mb``, ``file_too_large_seconds`` or ``reader_ended`` where it came to an end.
        """
        # A library that gets no memory may wait for ever for a thread that it never got.
        patience = Timer(self.limits.seconds, self.process.send_signal, [signal.SIGXCPU])
        patience.start()
        try:
            kind, body = self._message()
        finally:
            patience.cancel()
        if kind == b"F":
            return body
        message = orjson.loads(body)
        if message is None:
            return None
        if "refused" in message:
            raise LabelingError(message["refused"], **message["details"])
        if "failed" in message:
            _log.error("the reader of a file failed: %s", message["failed"])
            raise LabelingError("reader_ended", name=self.name, reason=message["failed"].split(" ")[0])
        return message

    def _message(self) -> tuple[bytes, bytes]:
        kind, size = HEADER.unpack(self._bytes(HEADER.size))
        if size > _LARGEST_MESSAGE:
            raise LabelingError("reader_ended", name=self.name, reason="message")
        return kind, self._bytes(size)

    def send(self, message: Mapping[str, object]) -> None:
        """Tell the reader something that it waits for."""
        stdin = cast(BinaryIO, self.process.stdin)
        try:
            stdin.write(json.dumps(message).encode() + b"\n")
            stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None

    def _bytes(self, size: int) -> bytes:
        got = cast(BinaryIO, self.process.stdout).read(size)
        if len(got) < size:
            raise self._ended()
        return got

    def _ended(self) -> LabelingError:
        """Why the reader is no more. Memory that is refused to a library ends the process in more than one way."""
        code = self.process.wait()
        if code == -signal.SIGXCPU:
            return self.limits.refuse(self.name, "seconds")
        if -code in (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGKILL):
            return self.limits.refuse(self.name, "memory_mb")
        return LabelingError("reader_ended", name=self.name, reason=f"exit {code}")


@contextmanager
def reading(task: str, stream: BinaryIO, name: str, request: Mapping[str, object]) -> Iterator[Reading]:
    """Have a file read: ``task`` names one of :data:`labeling.exchange.reader.TASKS`, ``request`` is what it takes.

    ``stream`` is at the disposal of the reader alone meanwhile. The process is gone when the context is left.
    """
    limits = Limits.configured()
    with as_file(stream) as descriptor:
        process = subprocess.Popen(
            [sys.executable, "-m", "labeling.exchange.reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What a library complains of may quote the file.
            stderr=subprocess.DEVNULL,
            pass_fds=[descriptor],
            env=_environment(),
        )
        opened = Reading(process, name, limits)
        try:
            opened.send({"task": task, "file": descriptor, "name": name, "limits": asdict(limits), **request})
            yield opened
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                try:
                    cast(BinaryIO, pipe).close()
                except BrokenPipeError:
                    continue


@contextmanager
def as_file(stream: BinaryIO) -> Iterator[int]:
    """A descriptor of the stream's file; what is in memory only is written to a temporary one."""
    stream.seek(0)
    try:
        descriptor = stream.fileno()
    except OSError:
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(stream, copy, 1 << 20)
            copy.flush()
            yield copy.fileno()
        return
    yield descriptor


def _environment() -> dict[str, str]:
    passed = {name: value for name in _PASSED_ON if (value := os.environ.get(name))}
    # One thread each: their stacks would count as memory, and half of the cores are for those who wait.
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"), "1")
    return {**passed, **single, "PYTHONPATH": python_path()}
