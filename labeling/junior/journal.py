"""What a run has sent and got since its last transaction, line by line in a file of the machine that asks.

The database is written once in a while, or assessors would wait for its lock; a line here takes microseconds. So a run that
is killed loses no answer that it had, and knows which requests were never sent. A line outlives its process, not a power cut:
what is lost then is asked again.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from db.engine import Database
from labeling import config
from labeling.junior.completion import Bill

try:
    import fcntl
except ImportError:
    # Windows has no such locks.
    fcntl = None  # type: ignore[assignment]

_log = logging.getLogger("sverka.jobs")


@dataclass(frozen=True)
class Record:
    """What a journal tells: the calls that were sent, what became of them, and the answers by their requests."""

    sent: set[int] = field(default_factory=set)
    bills: list[Bill] = field(default_factory=list)
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)


class Journal:
    """The journal of one run, written by the one process that carries it out."""

    def __init__(self, path: Path) -> None:
        self._path, self._under_way = path, set[int]()
        path.parent.mkdir(parents=True, exist_ok=True)
        # What lay there was cleared up; or its writer was given up for dead, and writes on into a file without a name.
        path.unlink(missing_ok=True)
        self._file = _opened(path)

    def sending(self, call_id: int) -> None:
        """Before a request leaves."""
        self._under_way.add(call_id)
        self._write("sent", call_id)

    def settled(self, bill: Bill) -> None:
        """What became of it."""
        self._under_way.discard(bill.call_id)
        self._write("bill", astuple(bill))

    def answered(self, request: str, body: Mapping[str, Any]) -> None:
        """What was answered."""
        self._write("answer", [request, body])

    def written(self) -> None:
        """All of it stands in the database now; only what is under way is told anew."""
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        file = _opened(fresh)
        _write(file, b"".join(_line("sent", call_id) for call_id in sorted(self._under_way)))
        fresh.replace(self._path)
        os.close(self._file)
        self._file = file

    def end(self) -> None:
        """Nothing is left to tell."""
        os.close(self._file)
        # The number may soon be another file's.
        self._file = -1
        self._path.unlink(missing_ok=True)

    def _write(self, kind: str, content: object) -> None:
        _write(self._file, _line(kind, content))


def path_of(database: Database, run_id: int) -> Path:
    """Beside an SQLite file, or where the operator says."""
    return _folder(database) / f"{_prefix(database)}{run_id}.jsonl"


def left_behind(database: Database) -> dict[int, Path]:
    """The journals that lie on this machine, by their runs."""
    prefix = _prefix(database)
    paths = _folder(database).glob(f"{prefix}*.jsonl")
    return {int(path.stem.removeprefix(prefix)): path for path in paths}


def read(path: Path) -> Record | None:
    """What a journal tells; a line that was not written whole is none. None where it is gone."""
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return None
    record = Record()
    for line in lines:
        try:
            kind, content = json.loads(line)
        except ValueError:
            _log.warning("%s: a line that can't be read", path)
            continue
        if kind == "sent":
            record.sent.add(content)
        elif kind == "bill":
            record.bills.append(Bill(*content))
        else:
            record.answers[content[0]] = content[1]
    return record


def _folder(database: Database) -> Path:
    return Path(str(database.url.database)).resolve().parent if database.is_sqlite else config.JOURNALS


def _prefix(database: Database) -> str:
    # Run 7 of one database is not run 7 of another, and one file may be called by several paths.
    url = database.url
    name = str(Path(str(url.database)).resolve()) if database.is_sqlite else url.render_as_string()
    return f"asking-{sha256(name.encode()).hexdigest()[:8]}-"


def _opened(path: Path) -> int:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    if fcntl:
        # As long as it is open: whoever would clear up after the run sees that it is not over.
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return file


def is_written(path: Path) -> bool:
    """Whether a process still writes it; never where the system can't tell."""
    if not fcntl:
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _write(file: int, lines: bytes) -> None:
    if os.write(file, lines) != len(lines):
        raise OSError(errno.ENOSPC, "the journal of a run could not be written whole")


def _line(kind: str, content: object) -> bytes:
    return json.dumps([kind, content]).encode() + b"\n"
