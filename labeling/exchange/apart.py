"""An import by a process of its own, as pages have it: the server waits for it and answers everybody else meanwhile.

``python -m labeling.exchange.apart`` gets the file as an open descriptor and what is asked for as a line of JSON, and
answers with lines of JSON: how far it has come, and at the end the report or the refusal.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from threading import Event
from typing import IO, Any, cast

from db.engine import Database, open_database
from labeling import logs
from labeling.errors import LabelingError
from labeling.exchange import formats
from labeling.exchange.blocks import BadRow
from labeling.exchange.formats import Source
from labeling.exchange.guard import as_file
from labeling.exchange.importing import import_file
from labeling.exchange.intake import ImportOptions
from labeling.exchange.mapping import Mapping
from labeling.exchange.report import ImportProgress, ImportReport
from labeling.processes import python_path

NICE = 10


def import_apart(
    database: Database,
    source: Source,
    *,
    project_slug: str,
    mapping: Mapping,
    options: ImportOptions,
    now: datetime,
    actor: int,
    session: str | None = None,
    progress: Callable[[ImportProgress], None],
) -> ImportReport:
    """:func:`labeling.exchange.importing.import_file`, carried out by another process.

    Raises LabelingError like it, and ``import_broken_off`` where the process ended before its time. What ``progress``
    raises ends the import between two portions.
    """
    with formats.opened(source) as (stream, name), as_file(stream) as descriptor:
        process = _start(database, descriptor)
        wanted = {
            "file": descriptor,
            "name": name,
            "project": project_slug,
            "mapping": asdict(mapping),
            "options": asdict(options),
            "now": now.isoformat(),
            "actor": actor,
            # By the pipe: who lists the processes reads their arguments and environments.
            "session": session,
        }
        to_it, from_it = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
        try:
            to_it.write(json.dumps(wanted).encode() + b"\n")
            to_it.flush()
            for line in from_it:
                report = _understood(json.loads(line), progress)
                if report is not None:
                    return report
        finally:
            # Not killed: it ends by itself between two portions and closes its line in the history.
            process.terminate()
            process.wait()
            from_it.close()
            to_it.close()
    raise LabelingError("import_broken_off", name=name)


def _start(database: Database, descriptor: int) -> subprocess.Popen[bytes]:
    url = database.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-m", "labeling.exchange.apart"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[descriptor],
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": python_path()},
        process_group=0,
    )


def _understood(message: dict[str, Any], progress: Callable[[ImportProgress], None]) -> ImportReport | None:
    if "progress" in message:
        progress(ImportProgress(**message["progress"]))
        return None
    if "refused" in message:
        raise LabelingError(message["refused"], **message["details"])
    report: dict[str, Any] = message["report"]
    rows = {name: [BadRow(**row) for row in report[name]] for name in ("bad_rows", "left_out_examples")}
    return ImportReport(**report | rows)


def main() -> int:
    """Import what the first line of the standard input asks for."""
    logs.install()
    stopped = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())

    def tell(progress: ImportProgress) -> None:
        if not _say({"progress": asdict(progress)}):
            stopped.set()

    wanted = json.loads(sys.stdin.buffer.readline())
    os.nice(NICE)
    database = open_database(cache_mb=8)
    with os.fdopen(wanted["file"], "rb") as stream:
        try:
            report = import_file(
                database,
                stream,
                name=wanted["name"],
                project_slug=wanted["project"],
                mapping=Mapping.restored(wanted["mapping"]),
                options=ImportOptions(**wanted["options"]),
                now=datetime.fromisoformat(wanted["now"]),
                actor=wanted["actor"],
                session=wanted["session"],
                progress=tell,
                cancelled=stopped.is_set,
            )
            _say({"report": asdict(report)})
        except LabelingError as error:
            _say({"refused": error.code, "details": error.details})
    database.close()
    return 0


def _say(message: dict[str, object]) -> bool:
    """Whether anybody still listens."""
    if sys.stdout is None:
        return False
    try:
        sys.stdout.write(json.dumps(message, default=str) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter must not complain of it once more as it ends.
        sys.stdout = None
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
