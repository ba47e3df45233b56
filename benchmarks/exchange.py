"""Import and export at a million rows on SQLite: rows per second and peak memory, beside the raw floor.

The floor writes the same item and queue rows with the sqlite3 module, in transactions of the same size (BEGIN
IMMEDIATE, WAL, synchronous=FULL) on a file with the same tables and indexes; its rows are made before the clock runs.
Each measurement is a process of its own, so that its memory is its own. During one more import another writer keeps
asking for the lock, as assessors would: how long it waits is told too.
"""

from __future__ import annotations

import csv
import json
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.report import at_least, at_most, main
from db.engine import open_database
from db.migrate import migrate
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat
from labeling.exchange.exporting import export
from labeling.exchange.identity import fingerprints
from labeling.exchange.importing import import_file
from labeling.exchange.intake import CHUNK_ROWS, ImportOptions
from labeling.projects.projects import create_project

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SLUG = "bench"
VOTES_PER_ITEM = 3
WORDS = (
    "карта платёж счёт перевод клиент банк вопрос ответ почему когда нужно открыть заявка срок ошибка сумма лимит "
    "договор отчёт налог валюта комиссия card payment account transfer why when help please open request limit error "
    "today invoice balance refund statement currency branch report"
).split()
CLASSES = ("gratitude", "neutral", "satisfaction", "impatience", "disappointment", "confusion")
TARGETS = {
    "import_rows_per_s": at_least(60_000),
    "import_peak_mb": at_most(1_000),
    "export_rows_per_s": at_least(100_000),
}


def measure(folder: Path, rows: int, quick: bool) -> dict[str, float]:
    """Rows per second, peak resident memory (MB) and waits (ms), for files of ``rows`` rows made in ``folder``."""
    texts, unnamed, votes = folder / "texts.csv", folder / "unnamed.csv", folder / "votes.csv"
    write_texts(texts, rows, ids=True)
    write_votes(votes, rows)
    figures = {"rows": float(rows)}
    figures |= _in_a_process("floor", "import_floor", folder / "floor.db", texts)
    figures |= _in_a_process("import", "import", folder / "import.db", texts)
    figures["import_to_floor"] = figures["import_floor_rows_per_s"] / figures["import_rows_per_s"]
    if not quick:
        write_texts(unnamed, rows, ids=False)
        figures |= _in_a_process("import", "import_without_ids", folder / "unnamed.db", unnamed)
    figures |= _in_a_process("import", "import_votes", folder / "export.db", votes)
    figures |= _in_a_process("export", "export", folder / "export.db", folder / "annotations.csv")
    figures |= _in_a_process("export", "export_parquet", folder / "export.db", folder / "annotations.parquet")
    figures |= _in_a_process("export", "export_final", folder / "import.db", folder / "final.csv")
    figures |= _waits(folder, texts, min(rows, 200_000))
    return figures


def write_texts(path: Path, rows: int, *, ids: bool) -> None:
    """A file of texts of twelve words, Russian and English, with a channel and a reference label."""
    draw = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["id"] * ids + ["text", "channel", "label"])
        for n in range(rows):
            text = " ".join(draw.choices(WORDS, k=12))
            writer.writerow([n] * ids + [text, draw.choice(("чат", "почта")), draw.choice(CLASSES)])


def write_votes(path: Path, rows: int) -> None:
    """The same kind of texts, each with the votes of three of thirty annotators, one a row."""
    draw = random.Random(8)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["item", "text", "annotator", "label", "seconds"])
        for n in range(-(-rows // VOTES_PER_ITEM)):
            text = " ".join(draw.choices(WORDS, k=12))
            for annotator in draw.sample(range(30), VOTES_PER_ITEM):
                writer.writerow([n, text, f"annotator {annotator}", draw.choice(CLASSES), draw.randrange(1, 60)])


def _in_a_process(task: str, name: str, database: Path, file: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.exchange", "--task", task, str(database), str(file)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows_per_s, peak_mb = json.loads(output.splitlines()[-1])
    return {f"{name}_rows_per_s": rows_per_s, f"{name}_peak_mb": peak_mb}


def _run_task(task: str, database: Path, file: Path) -> None:
    tasks: dict[str, Callable[[Path, Path], float]] = {"floor": _floor, "import": _import, "export": _export}
    rows_per_s = tasks[task](database, file)
    # Linux counts in kilobytes.
    print(json.dumps([rows_per_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def _import(path: Path, file: Path) -> float:
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    options = ImportOptions(make_project=True)
    began = time.perf_counter()
    report = import_file(database, file, project_slug=SLUG, options=options, now=NOON)
    seconds = time.perf_counter() - began
    if report.read != report.imported + report.updated:
        raise RuntimeError(f"not every row was taken: {report}")
    database.close()
    return report.read / seconds


def _export(path: Path, file: Path) -> float:
    database = open_database(f"sqlite:///{path}")
    what = ExportContent.FINAL if file.stem == "final" else ExportContent.ANNOTATIONS
    report = export(database, SLUG, what, file, ExportFormat(file.suffix[1:]))
    database.close()
    return report.rows / report.seconds


def _floor(path: Path, file: Path) -> float:
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    with database.transaction() as connection:
        project = create_project(connection, SLUG, now=NOON)
    database.close()
    seconds, count = 0.0, 0
    with closing(sqlite3.connect(path, isolation_level=None)) as raw, file.open(encoding="utf-8") as source:
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
            raw.execute(f"PRAGMA {setting}")
        reader = csv.DictReader(source)
        while batch := list(islice(reader, CHUNK_ROWS)):
            items = [_item_row(project.id, count + n, row) for n, row in enumerate(batch, 1)]
            queued = [(row[0], project.id, row[0], 3, 3) for row in items]
            count += len(batch)
            began = time.perf_counter()
            raw.execute("BEGIN IMMEDIATE")
            raw.executemany(
                "INSERT INTO item (id, project_id, external_id, text, metadata, reference, fingerprint, priority, "
                "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)",
                items,
            )
            raw.executemany(
                "INSERT INTO queue (item_id, project_id, position, wanted, places) VALUES (?, ?, ?, ?, ?)", queued
            )
            raw.execute("COMMIT")
            seconds += time.perf_counter() - began
    return count / seconds


def _item_row(project: int, item: int, row: dict[str, str]) -> tuple[object, ...]:
    metadata = json.dumps({"channel": row["channel"]}, ensure_ascii=False)
    created_at = "2026-03-02 12:00:00.000000"
    facts = (row["text"], metadata, row["label"], fingerprints([row["text"]])[0], created_at)
    return item, project, row["id"], *facts


def _waits(folder: Path, texts: Path, rows: int) -> dict[str, float]:
    """How long another writer waits for the lock while ``rows`` rows are imported: it asks 50 times a second."""
    path, part = folder / "waits.db", folder / "part.csv"
    with texts.open(encoding="utf-8") as source:
        part.write_text("".join(islice(source, rows + 1)), encoding="utf-8")
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    command = [sys.executable, "-m", "benchmarks.exchange", "--task", "import", str(path), str(part)]
    waits: list[float] = []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as importing:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as raw:
            while importing.poll() is None:
                began = time.perf_counter()
                raw.execute("BEGIN IMMEDIATE")
                waits.append((time.perf_counter() - began) * 1000)
                raw.execute("ROLLBACK")
                time.sleep(0.02)
    p95 = statistics.quantiles(waits, n=20)[-1]
    return {"import_writer_wait_p50_ms": statistics.median(waits), "import_writer_wait_p95_ms": p95}


def _measure(quick: bool) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), 100_000 if quick else 1_000_000, quick)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--task"]:
        _run_task(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
    else:
        main("Import and export", _measure, TARGETS)
