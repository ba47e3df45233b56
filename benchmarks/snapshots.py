"""A snapshot of a million items on SQLite and PostgreSQL: seconds to read it, to write it, to verify it and to compare two.

Texts and votes are those of the benchmark of search, one vote an item. The consensus is there before, as on a page. ``lock_s`` is
how long the project is locked, ``item_ms`` what an item's page takes for one snapshot. The floor of reading is the final labels
alone, without digests, hash and figures.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.desk_postgres import server
from benchmarks.report import at_most, main
from benchmarks.search import NOON, fill, milliseconds, vocabulary
from db.engine import Database, open_database
from labeling.facts.consensus import refresh
from labeling.facts.final import final
from labeling.snapshots.comparing import difference
from labeling.snapshots.kept import held_in, snapshots
from labeling.snapshots.taking import keep, read
from labeling.snapshots.verifying import verify

Result = TypeVar("Result")
TARGETS = {f"{name}_{kind}": at_most(most) for kind in ("sqlite", "postgres")
           for name, most in (("read_s", 30), ("lock_s", 2), ("mb", 40), ("item_ms", 50))}  # fmt: skip


def measure_on(database: Database, kind: str, items: int) -> dict[str, float]:
    """Two snapshots of the same labels, and what is done with them."""
    project = fill(database, vocabulary(), items)
    refresh(database, project, now=NOON)
    figures: dict[str, float] = {}

    def timed(name: str, act: Callable[[], Result]) -> Result:
        began = time.perf_counter()
        result = act()
        figures[f"{name}_{kind}"] = time.perf_counter() - began
        return result

    def write(name: str, read_before: Any) -> None:
        with database.transaction() as connection:
            keep(connection, project, name, read_before, now=NOON + timedelta(days=1), actor=None)

    with database.snapshot() as connection:
        timed("floor_read_s", lambda: final(connection, project))
        reading = timed("read_s", lambda: read(connection, project, now=NOON + timedelta(days=1)))
    figures[f"mb_{kind}"] = sum(len(body) for _, body in reading.parts) / 1e6
    timed("lock_s", lambda: write("one", reading))
    write("two", reading)
    with database.snapshot() as connection:
        two, one = snapshots(connection, project.id)
        timed("verify_s", lambda: verify(connection, project.id, one))
        timed("difference_s", lambda: difference(connection, project.id, one, two))
        figures[f"item_ms_{kind}"] = milliseconds(lambda: held_in(connection, project.id, f"n-{items // 2}")) / 2
    return figures


def measure(quick: bool) -> dict[str, float]:
    """On both databases, one after the other."""
    items = 100_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder)}/snapshots.db")
        figures = {"items": float(items), **measure_on(database, "sqlite", items)}
        database.close()
    with server() as url:
        database = open_database(url)
        figures |= measure_on(database, "postgres", items)
        database.close()
    return figures


if __name__ == "__main__":
    main("Snapshots", measure, TARGETS)
