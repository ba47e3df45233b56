"""Import goes portion by portion: each is whole, others have their turn between, and it may end there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from db.engine import Database, open_database
from db.migrate import migrate
from labeling.exchange import storing
from labeling.exchange.report import ImportProgress, past_imports
from labeling.projects.projects import change_settings, get_project
from tests.labeling.exchange.files import NOON, SLUG, bring, content, csv_of, queue, texts


def test_chunks_are_whole_or_not_there(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [[n, f"text {n}", "ann", "a"] for n in range(10)]
    calls = []

    def fail_late(*args: object) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("the machine stopped")
        real(*args)  # type: ignore[arg-type]

    real = storing._queue
    monkeypatch.setattr(storing, "_queue", fail_late)
    header = ["id", "text", "annotator", "label"]
    with pytest.raises(RuntimeError):
        bring(database, csv_of(header, rows), options={"chunk_rows": 4})
    monkeypatch.undo()
    assert len(texts(database)) == 4 == len(queue(database)) == len(content(database)["votes"])
    report = bring(database, csv_of(header, rows), options={"chunk_rows": 4})
    assert (report.imported, report.duplicate_ids, report.votes) == (6, 4, 6)


def test_an_import_can_be_cancelled_between_chunks_and_goes_on_later(database: Database) -> None:
    rows = [[n, f"text {n}"] for n in range(10)]
    seen: list[ImportProgress] = []
    report = bring(
        database,
        csv_of(["id", "text"], rows),
        options={"chunk_rows": 4},
        progress=seen.append,
        cancelled=lambda: len(seen) == 2,
    )
    assert report.cancelled and report.imported == 8
    assert [step.imported for step in seen] == [4, 8]
    assert all(0 < step.share <= 1 for step in seen)
    assert bring(database, csv_of(["id", "text"], rows)).imported == 2


def test_other_transactions_get_their_turn_between_chunks(database: Database) -> None:
    def work(_: ImportProgress) -> None:
        with database.transaction() as connection:
            project = get_project(connection, SLUG)
            settings = {"overlap": project.overlap + 1}
            change_settings(connection, project.id, settings, now=NOON, actor=None)

    rows = [[n, f"text {n}"] for n in range(4)]
    bring(database, csv_of(["id", "text"], rows), options={"chunk_rows": 2}, progress=work)
    # Each chunk asks for what the project wants at that moment.
    assert set(queue(database).values()) == {(5, 5, False)}


def test_the_history_keeps_the_report(database: Database) -> None:
    bring(database, csv_of(["id", "text"], [["1", "a"], ["2", ""]]), actor=None)
    with database.snapshot() as connection:
        project = get_project(connection, SLUG)
    (run,) = past_imports(database, project.id)
    assert run.name == "file.csv" and run.started_at == NOON
    assert run.finished_at is not None and NOON <= run.finished_at < NOON + timedelta(minutes=1)
    assert run.report is not None
    assert (run.report["imported"], run.report["empty"]) == (1, 1)
    assert run.report["bad_rows"] == [{"line": 3, "reason": "empty", "excerpt": "2"}]


@pytest.mark.parametrize("chunk_rows", [1, 3, 7, 1000])
def test_the_size_of_chunks_changes_nothing(sqlite_database: Database, chunk_rows: int) -> None:
    rows = [[f"text {n % 7}", f"who{n % 3}", "abc"[n % 3 - n % 2]] for n in range(40)]
    report = bring(sqlite_database, csv_of(["text", "annotator", "label"], rows), options={"chunk_rows": chunk_rows})
    assert (report.imported, report.votes, report.read) == (7, len(set(map(tuple, rows))), 40)


def test_a_project_made_by_another_process_is_seen(tmp_path: Path) -> None:
    one, other = (open_database(f"sqlite:///{tmp_path}/shared.db") for _ in range(2))
    migrate(one)
    bring(one, csv_of(["id", "text"], [["1", "a"]]))
    assert bring(other, csv_of(["id", "text"], [["1", "a"], ["2", "b"]])).imported == 1
    one.close()
    other.close()
