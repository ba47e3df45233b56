"""Work that the requester rejected, or that was never handed in, has no label."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.engine import Database
from labeling.exchange.tables import read_frame
from tests.labeling.exchange.files import bring, content, named

TOLOKA = "INPUT:text\tOUTPUT:label\tGOLDEN:label\tASSIGNMENT:task_id\tASSIGNMENT:worker_id\tASSIGNMENT:status\n"
TURK = '"HITId","WorkerId","AssignmentStatus","SubmitTime","Input.text","Answer.sentiment.label"\n'


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("REJECTED", "assignment_rejected"),
        ("Rejected ", "assignment_rejected"),
        ("SKIPPED", "assignment_unfinished"),
        ("EXPIRED", "assignment_unfinished"),
        ("ACTIVE", "assignment_unfinished"),
        ("APPROVED", None),
        ("SUBMITTED", None),
        ("", None),
    ],
)
def test_what_was_not_taken_is_no_vote_and_its_text_comes_in(
    sqlite_database: Database, tmp_path: Path, status: str, reason: str | None
) -> None:
    rows = f"hello there\ta\t\tT1\tW1\tAPPROVED\nhello there\tb\t\tT1\tW2\t{status}\nanother\tc\td\tT2\tW2\t{status}\n"
    report = bring(sqlite_database, named((TOLOKA + rows).encode(), "a.tsv"))
    assert report.left_out == ({reason: 2} if reason else {})
    assert [row.excerpt for row in report.left_out_examples] == (["W2: b", "W2: c"] if reason else [])
    assert (report.imported, report.votes, report.golden) == (2, 1 if reason else 3, 1)
    assert [vote[3] for vote in content(sqlite_database)["votes"]][: report.votes] == ["a", "b", "c"][: report.votes]
    path = tmp_path / "a.tsv"
    path.write_text(TOLOKA + rows, encoding="utf-8")
    bad: list[object] = []
    frame = read_frame(str(path), ("item", "annotator", "label"), bad=bad)  # type: ignore[arg-type]
    assert (len(frame), len(bad)) == ((1, 2) if reason else (3, 0))


def test_the_same_holds_for_mechanical_turk(sqlite_database: Database) -> None:
    when = "Mon Feb 05 10:00:00 PST 2024"
    rows = [
        f'"H1","W{n}","{status}","{when}","It came, thanks","pos"' for n, status in enumerate(["Approved", "Rejected"])
    ]
    report = bring(sqlite_database, named((TURK + "\n".join(rows)).encode()))
    assert (report.votes, report.left_out) == (1, {"assignment_rejected": 1})
    (vote,) = content(sqlite_database)["votes"]
    assert vote[-1].isoformat() == "2024-02-05T18:00:00+00:00"


def test_labels_taken_for_references_are_left_out_as_well(sqlite_database: Database) -> None:
    text = "INPUT:text\tOUTPUT:label\tASSIGNMENT:status\nhello there\ta\tREJECTED\nhow are you\tb\tAPPROVED\n"
    report = bring(sqlite_database, named(text.encode(), "a.tsv"))
    assert (report.imported, report.references, report.new_classes) == (2, 1, ["b"])
