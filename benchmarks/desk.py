"""The desk beside the raw floor: what serving and recording a label costs, and whether that stays flat.

Of the three desks "small" is a newcomer's in a project of 10,000 items, "large" a newcomer's in one of a million, and
"veteran" that of somebody who has labelled 20,000 items of the large one alone, 3,000 of them today. 5 % of the items
are golden, the overlap is 3, a chunk has 50 items. "claim_submit" takes one item and answers it, in two transactions;
"card" is the label card's own request: an answer in, the next item out, in one.

The floor writes the same lease and annotation rows with the sqlite3 module, in the same kind of transactions (BEGIN
IMMEDIATE, WAL, synchronous=FULL), on a copy of the same migrated file: what no program on SQLite could undercut.
Rounds of floor and application alternate, so that moods hit both. PostgreSQL has its own (:mod:`benchmarks.desk_postgres`).
"""

from __future__ import annotations

import secrets
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier

from benchmarks import desk_postgres, exchange
from benchmarks.desk_project import CHUNK, DAY_START, LABELS, NOON, SLUG, VETERAN, Work, fill, moment
from benchmarks.report import at_most, main, p95
from db.engine import Database, open_database
from labeling.desk import card as desk
from labeling.desk.answers import Answer, AnswerKind

PROCESSES = 4
NEWCOMER = 1
BLOCK = 5
LOOK_AHEAD = 7
TARGETS = {
    "claim_submit_p50_to_floor_small": at_most(8),
    "claim_submit_p50_to_floor_large": at_most(8),
    "claim_submit_p50_to_floor_veteran": at_most(8),
    "claim_submit_p50_large_to_small": at_most(1.5),
    "claim_submit_p50_veteran_to_small": at_most(1.5),
    "claim_submit_p50_to_floor_postgres": at_most(3),
    "card_p50_to_floor_small": at_most(8),
    "card_p50_large_to_small": at_most(1.5),
    **exchange.TARGETS,
}


class App:
    """One assessor at work through the verb that the label card's route calls."""

    def __init__(self, place: Path | str, assessor: int) -> None:
        self.database: Database = open_database(f"sqlite:///{place}" if isinstance(place, Path) else place)
        self.assessor = assessor
        self.now = NOON
        self.desk = self._work(want=LOOK_AHEAD)

    def claim_and_submit(self) -> None:
        """One transaction that takes an item, one that answers it."""
        self.desk = self._work(want=1)
        self.desk = self._work(self._answer(), want=0)

    def card(self) -> None:
        """One transaction that takes an answer and hands out the next item."""
        self.desk = self._work(self._answer(), want=LOOK_AHEAD)

    def prepare(self, want: int) -> None:
        """Clear the desk (``want`` 0), close a finished chunk, see that something lies on the desk; not measured."""
        while self.desk.items and not want:
            self.desk = self._work(self._answer(), want=0)
        chunk = self.desk.chunk
        if chunk and self.desk.answered >= chunk.size:
            self.desk = self._work(close=chunk.id, want=want)
        if want and not self.desk.items:
            self.desk = self._work(want=want)

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()

    def _answer(self) -> Answer:
        return Answer(self.desk.items[0].token, 1, AnswerKind.LABEL, LABELS[0], seconds=4.0)

    def _work(self, *answers: Answer, want: int, close: int | None = None) -> desk.Desk:
        self.now += timedelta(seconds=1)
        with self.database.transaction() as connection:
            return desk.work(
                connection,
                SLUG,
                self.assessor,
                answers=answers,
                close_chunk=close,
                want=want,
                now=self.now,
                day_start=DAY_START,
            )


class Floor:
    """The same rows by the driver alone: it counts, checks and looks up nothing."""

    CHUNK = (
        "INSERT OR IGNORE INTO chunk (project_id, assessor_id, ordinal, kind, size, opened_at) "
        "VALUES (1, ?, 9999, 'work', ?, ?)"
    )
    LEASE = (
        "INSERT INTO lease (project_id, item_id, assessor_id, chunk_id, slot, token, state, revision, opened_at, "
        "expires_at) VALUES (1, ?, ?, ?, ?, ?, 'open', 0, ?, ?)"
    )
    ANNOTATION = (
        "INSERT INTO annotation (project_id, item_id, assessor_id, revision, chunk_id, lease_id, label, flagged, "
        "seconds, surplus, created_at) VALUES (1, ?, ?, 1, ?, ?, ?, 0, 4.0, 0, ?)"
    )
    ANSWERED = "UPDATE lease SET state = 'answered', revision = 1, closed_at = ? WHERE id = ?"

    def __init__(self, path: Path, assessor: int) -> None:
        self.raw = sqlite3.connect(path, isolation_level=None, timeout=30)
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
            self.raw.execute(f"PRAGMA {setting}")
        self.assessor, self.now, self.done = assessor, NOON, 0
        last = self.raw.execute("SELECT coalesce(max(item_id), 0) FROM lease").fetchone()[0]
        self.item = last + assessor * 100
        self.raw.execute(self.CHUNK, (assessor, CHUNK, moment(NOON)))
        chunk = "SELECT id FROM chunk WHERE assessor_id = ? AND closed_at IS NULL"
        self.chunk = self.raw.execute(chunk, (assessor,)).fetchone()[0]
        self.held = self._claim()

    def claim_and_submit(self) -> None:
        """One transaction that leases an item, one that answers it."""
        self._begin()
        claimed = self._claim()
        self.raw.execute("COMMIT")
        self._begin()
        self._submit(*claimed)
        self.raw.execute("COMMIT")

    def card(self) -> None:
        """Both in one transaction."""
        self._begin()
        self._submit(*self.held)
        self.held = self._claim()
        self.raw.execute("COMMIT")

    def prepare(self, want: int) -> None:
        """Nothing to do here."""

    def close(self) -> None:
        """Close the connection."""
        self.raw.close()

    def _begin(self) -> None:
        self.now += timedelta(seconds=1)
        self.raw.execute("BEGIN IMMEDIATE")

    def _claim(self) -> tuple[int, int]:
        self.item += 1
        self.done += 1
        opened, expires = moment(self.now), moment(self.now + timedelta(minutes=30))
        slot, token = self.done % CHUNK, secrets.token_hex(12)
        row = (self.item, self.assessor, self.chunk, slot, token, opened, expires)
        return self.raw.execute(self.LEASE, row).lastrowid or 0, self.item

    def _submit(self, lease: int, item: int) -> None:
        at = moment(self.now)
        self.raw.execute(self.ANNOTATION, (item, self.assessor, self.chunk, lease, LABELS[0], at))
        self.raw.execute(self.ANSWERED, (at, lease))


@dataclass
class Desk:
    """One assessor's turns on one file: the application's and the floor's, in milliseconds."""

    app: App
    floor: Floor
    times: dict[str, list[float]] = field(default_factory=dict)

    def turn(self, name: str, count: int) -> None:
        """``count`` times the floor, then as often the application."""
        for kind, contender in (("floor", self.floor), ("app", self.app)):
            measured = self.times.setdefault(f"{name}_{kind}", [])
            for _ in range(count):
                contender.prepare(LOOK_AHEAD if name == "card" else 0)
                measured.append(_milliseconds(contender.card if name == "card" else contender.claim_and_submit))


def measure(quick: bool) -> dict[str, float]:
    """Every figure of the desk, then those of import and export."""
    figures = _measure_desk(quick)
    with tempfile.TemporaryDirectory() as name:
        exchanged = exchange.measure(Path(name), 100_000 if quick else 1_000_000, quick)
    figures["rows_exchanged"] = exchanged.pop("rows")
    return figures | exchanged


def _measure_desk(quick: bool) -> dict[str, float]:
    """Milliseconds, ratios, labels per second."""
    large, rounds = (200_000, 20) if quick else (1_000_000, 120)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small_file, large_file = folder / "small.db", folder / "large.db"
        fill(small_file, 10_000)
        fill(large_file, large, Work(20_000, 3_000))
        floor_file = _copy(large_file)
        desks = {
            "small": _desk(small_file, NEWCOMER),
            "large": _desk(large_file, NEWCOMER),
            "veteran": _desk(large_file, VETERAN),
        }
        for _ in range(rounds):
            for entry in desks.values():
                entry.turn("claim_submit", BLOCK)
            for entry in desks.values():
                entry.turn("card", BLOCK)
        figures = {"items_small": 10_000.0, "items_large": float(large)}
        for size, entry in desks.items():
            figures |= _figures(size, entry.times)
            entry.app.close()
            entry.floor.close()
        figures |= _flatness(figures)
        figures |= desk_postgres.measure(floor_file, lambda url: App(url, NEWCOMER), rounds, BLOCK)
        figures |= _throughput(quick, large_file, floor_file)
    return figures


def _desk(path: Path, assessor: int) -> Desk:
    return Desk(App(path, assessor), Floor(_copy(path), assessor))


def _copy(path: Path) -> Path:
    copy = path.with_stem(f"{path.stem}-{secrets.token_hex(4)}")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _milliseconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _figures(size: str, times: dict[str, list[float]]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name in ("claim_submit", "card"):
        for quantile, pick in (("p50", statistics.median), ("p95", p95)):
            app, floor = pick(times[f"{name}_app"]), pick(times[f"{name}_floor"])
            figures[f"{name}_{quantile}_ms_{size}"] = app
            figures[f"{name}_{quantile}_floor_ms_{size}"] = floor
            figures[f"{name}_{quantile}_to_floor_{size}"] = app / floor
    return figures


def _flatness(figures: dict[str, float]) -> dict[str, float]:
    return {
        f"{name}_p50_{size}_to_small": figures[f"{name}_p50_ms_{size}"] / figures[f"{name}_p50_ms_small"]
        for name in ("claim_submit", "card")
        for size in ("large", "veteran")
    }


def _throughput(quick: bool, app_file: Path, floor_file: Path) -> dict[str, float]:
    """Labels per second of assessors who never pause, in as many of four processes as they fill."""
    seconds = 1.0 if quick else 5.0
    figures: dict[str, float] = {}
    context = get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(PROCESSES, context) as pool:
        for assessors in (1, 8, 32):
            for name, kind, path in (("labels", App, app_file), ("labels_floor", Floor, floor_file)):
                shares = [list(range(2 + n, 2 + assessors, PROCESSES)) for n in range(min(PROCESSES, assessors))]
                gate = manager.Barrier(len(shares))
                counted = [pool.submit(_labels, kind, path, share, gate, seconds) for share in shares]
                figures[f"{name}_per_s_{assessors}_assessors"] = sum(count.result() for count in counted) / seconds
    return figures


def _labels(kind: type[App] | type[Floor], path: Path, assessors: list[int], gate: Barrier, seconds: float) -> int:
    people = [kind(path, assessor) for assessor in assessors]
    gate.wait()
    count, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        for person in people:
            person.prepare(LOOK_AHEAD)
            person.card()
            count += 1
    for person in people:
        person.close()
    return count


if __name__ == "__main__":
    main("The desk, beside the raw floor", measure, TARGETS)
