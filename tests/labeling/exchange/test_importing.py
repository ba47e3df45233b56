"""Import: what becomes of rows, on both databases."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db import schema
from db.engine import Database, open_database
from db.migrate import migrate
from labeling.desk.policy import spin
from labeling.errors import LabelingError
from labeling.exchange import storing
from labeling.exchange.identity import fingerprint
from labeling.exchange.mapping import Mapping
from labeling.exchange.report import ImportProgress, past_imports
from labeling.projects.projects import change_settings, get_classes, get_project
from tests.labeling.exchange.files import NOON, SLUG, bring, content, csv_of, named, queue, texts
from tests.labeling.worlds import make_world


def test_every_row_becomes_an_item_with_its_facts(database: Database) -> None:
    header = ["id", "text", "context", "priority", "channel", "label"]
    rows = [["a", "Где карта?", "раньше: да", "", "чат", "card"], ["b", " two\nlines ", "", "3", "", ""]]
    report = bring(database, csv_of(header, rows))
    assert (report.read, report.imported, report.references, report.new_classes) == (2, 2, 1, ["card"])
    assert content(database)["items"] == [
        ("a", "Где карта?", "раньше: да", {"channel": "чат"}, "card", 0, fingerprint("где карта?")),
        ("b", " two\nlines ", None, None, None, 3, fingerprint("two lines")),
    ]


def test_the_same_file_again_imports_nothing(database: Database) -> None:
    def source():  # type: ignore[no-untyped-def]
        return csv_of(["text", "annotator", "label"], [["x", "ann", "a"], ["x", "bob", "b"], ["y", "ann", "a"]])

    first = bring(database, source())
    before = content(database)
    again = bring(database, source())
    assert (first.imported, first.votes, first.updated) == (2, 3, 1)
    assert (again.imported, again.votes, again.updated, again.duplicate_ids) == (0, 0, 0, 3)
    assert content(database) == before


def test_rows_without_an_id_are_known_by_their_text_and_its_turn(database: Database) -> None:
    rows = [["same", "1"], ["other", "2"], ["Same ", "3"], ["same", "4"]]
    report = bring(database, csv_of(["text", "n"], rows), options={"chunk_rows": 2})
    assert (report.imported, report.duplicate_texts, report.duplicate_ids) == (4, 2, 0)
    ids = [row[0] for row in content(database)["items"]]
    base = format(fingerprint("same") & 2**64 - 1, "016x")
    assert [ids[0], ids[2], ids[3]] == [base, f"{base}-2", f"{base}-3"]
    again = bring(database, csv_of(["text", "n"], rows))
    assert (again.imported, again.duplicate_ids) == (0, 4)


def test_a_row_refused_once_does_not_move_the_ids_of_others(database: Database) -> None:
    rows = [["same", "unknown"], ["same", "known"]]
    with database.transaction() as connection:
        make = {"options": {"make_classes": False}}
        from labeling.projects.projects import add_codes, create_project

        project = create_project(connection, SLUG, now=NOON)
        add_codes(connection, project.id, ["known"], now=NOON)
    first = bring(database, csv_of(["text", "label"], rows), **make)
    assert (first.imported, first.bad, first.reasons) == (1, 1, {"unknown_label": 1})
    again = bring(database, csv_of(["text", "label"], rows))
    assert (again.imported, again.duplicate_ids) == (1, 1)
    assert sorted(row[4] for row in content(database)["items"]) == ["known", "unknown"]


def test_duplicate_texts_are_left_out_on_demand(database: Database) -> None:
    bring(database, csv_of(["id", "text"], [["1", "old"]]))
    rows = [["2", "OLD"], ["3", "new"], ["4", "new "]]
    report = bring(database, csv_of(["id", "text"], rows), options={"skip_duplicate_texts": True})
    assert (report.imported, report.duplicate_texts, report.skipped) == (1, 2, 2)
    assert texts(database) == ["old", "new"]


def test_bad_rows_are_named_by_line_and_reason(database: Database) -> None:
    raw = (
        b"id,text,priority,label\n"
        b"1,good,1,a\n"
        b"2,,1,a\n"
        b"3,   ,1,a\n"
        b"4," + b"x" * 31 + b",1,a\n"
        b"5,nul\0,1,a\n"
        b"6,good too,high,a\n"
        b'7,"two\nlines",1,a\n'
        b"8,short\n" + "9,Ещё,1,a\n".encode() + b"10,\xff\xfe,1,a\n"
        b"11,long label,1," + b"l" * 121 + b"\n" + b"i" * 401 + b",long id,1,a\n"
    )
    report = bring(database, named(raw), options={"max_text": 30, "encoding": None})
    found = {(row.line, row.reason) for row in report.bad_rows}
    assert found == {
        *((3, "empty"), (4, "empty"), (5, "too_long"), (6, "nul"), (7, "bad_priority"), (10, "cells")),
        *((12, "bad_encoding"), (13, "label_too_long"), (14, "id_too_long")),
    }
    assert (report.empty, report.too_long, report.bad, report.imported) == (2, 1, 6, 3)
    assert report.read == report.imported + report.empty + report.too_long + report.bad
    assert texts(database) == ["good", "two\nlines", "Ещё"]
    assert next(row.excerpt for row in report.bad_rows if row.line == 10) == "8,short"


def test_only_the_first_thousand_bad_rows_are_listed(database: Database) -> None:
    report = bring(database, csv_of(["id", "text"], [[n, ""] for n in range(1, 1203)]))
    assert (len(report.bad_rows), report.bad_rows_total, report.empty) == (1000, 1202, 1202)


def test_an_id_with_another_text_keeps_its_text(database: Database) -> None:
    rows = [["1", "one", "ann", "a"], ["1", "another", "ann", "b"]]
    report = bring(database, csv_of(["id", "text", "annotator", "label"], rows))
    assert (report.imported, report.duplicate_ids, report.votes, report.bad) == (1, 1, 1, 0)
    assert [(row.line, row.reason) for row in report.bad_rows] == [(3, "other_text")]
    assert texts(database) == ["one"]


def test_classes_are_made_in_order_of_appearance_only_when_asked(database: Database) -> None:
    bring(database, csv_of(["text", "label"], [["1", "b"], ["2", "a"], ["3", "b"]]))
    with database.snapshot() as connection:
        project = get_project(connection, SLUG)
        assert [entry.code for entry in get_classes(connection, project.id)] == ["b", "a"]
    report = bring(database, csv_of(["text", "label"], [["4", "c"], ["5", "a"]]), options={"make_classes": False})
    assert (report.imported, report.new_classes) == (1, [])
    assert [(row.line, row.reason, row.excerpt) for row in report.bad_rows] == [(2, "unknown_label", "c")]


def test_a_column_of_texts_taken_for_labels_is_stopped(database: Database) -> None:
    rows = [[f"text {n}", f"class {n}"] for n in range(1001)]
    with pytest.raises(LabelingError, match="too_many_classes"):
        bring(database, csv_of(["text", "label"], rows))
    assert texts(database) == []
    with database.snapshot() as connection:
        project = get_project(connection, SLUG)
    (run,) = past_imports(database, project.id)
    assert run.report is not None and run.report["error"] == "too_many_classes"


def test_without_leave_no_project_is_made(database: Database) -> None:
    with pytest.raises(LabelingError, match="unknown_project"):
        bring(database, csv_of(["text"], [["a"]]), options={"make_project": False})


def test_items_are_queued_in_the_order_of_the_file_priorities_first(database: Database) -> None:
    rows = [["a", ""], ["b", "2"], ["c", "1"], ["d", "-1"], ["e", "2"]]
    bring(database, csv_of(["id", "priority", "text"], [[*row, row[0]] for row in rows]))
    assert list(queue(database)) == ["b", "e", "c", "a", "d"]
    assert set(queue(database).values()) == {(3, 3, False)}
    bring(database, csv_of(["id", "text"], [["f", "f"]]))
    assert list(queue(database)) == ["b", "e", "c", "a", "f", "d"]


def test_new_items_are_served_to_those_who_had_come_to_the_end(database: Database) -> None:
    world = make_world(database, items=2, golden_items=0, golden_per_chunk=0, overlap=1, chunk_size=20, look_ahead=9)
    me = world.assessors[0]
    desk = world.work(me, want=9)
    for item in desk.items:
        world.label(me, item.token)
    assert world.work(me, want=9).items == []
    rows = [["n1", "ordinary", "0"], ["n2", "urgent", "5"]]
    bring(database, csv_of(["id", "text", "priority"], rows), slug="test")
    assert [item.text for item in world.work(me, want=9).items] == ["urgent", "ordinary"]
    bring(database, csv_of(["id", "text"], [["n3", "later"]]), slug="test")
    assert [item.text for item in world.work(me, want=9).items] == ["urgent", "ordinary", "later"]


def test_votes_of_annotators_take_places(database: Database) -> None:
    rows = [["1", "x", name, "a"] for name in ("ann", "bob", "cat", "dan")] + [
        ["2", "y", "ann", "b"],
        ["3", "z", "", ""],
    ]
    report = bring(database, csv_of(["id", "text", "annotator", "label"], rows))
    assert (report.imported, report.votes, report.updated) == (3, 5, 3)
    assert queue(database) == {"1": (3, 0, False), "2": (3, 2, False), "3": (3, 3, False)}
    later = bring(
        database, csv_of(["id", "annotator", "label"], [["2", "bob", "b"], ["2", "ann", "b"], ["9", "x", "a"]])
    )
    assert (later.votes, later.updated, later.duplicate_ids) == (1, 1, 1)
    assert [(row.line, row.reason) for row in later.bad_rows] == [(4, "no_such_item")]
    assert queue(database)["2"] == (3, 1, False)
    with database.snapshot() as connection:
        people = connection.execute(select(schema.person.c.login, schema.person.c.active, schema.person.c.name)).all()
    assert ("import:ann", False, "ann") in [tuple(row) for row in people] and len(people) == 4


def test_places_taken_by_leases_stay_taken(database: Database) -> None:
    world = make_world(database, items=1, golden_items=0, golden_per_chunk=0, overlap=3)
    world.work(world.assessors[0])
    rows = [["1", "text 0", name, "neutral"] for name in ("ann", "bob", "cat")]
    # The item's text is another world's: only the labels are mapped.
    mapping = Mapping(id="id", vote="label", annotator="annotator", metadata=())
    header = ["id", "text", "annotator", "label"]
    bring(database, csv_of(header, rows[:1]), slug="test", mapping=mapping)
    assert queue(database, "test")["1"] == (3, 1, False)
    bring(database, csv_of(header, rows), slug="test", mapping=mapping)
    assert queue(database, "test")["1"] == (3, 0, False)


def votes_of(database: Database) -> list[tuple[str, int, str | None]]:
    return [(row[1], row[2], row[3]) for row in content(database)["votes"]]


def test_an_annotator_who_changed_their_mind_gets_a_revision(database: Database) -> None:
    header = ["id", "text", "annotator", "label"]
    bring(database, csv_of(header, [["1", "x", "ann", "a"]]))
    for _ in range(2):
        report = bring(database, csv_of(header, [["1", "x", "ann", "b"]]))
    assert votes_of(database) == [("import:ann", 1, "a"), ("import:ann", 2, "b")]
    assert report.votes == 0
    assert queue(database)["1"] == (3, 2, False)


@pytest.mark.parametrize("chunk_rows", [1, 2, 100])
@pytest.mark.parametrize("labels", ["aba", "aab", "abab", "abba", "aaa"])
def test_repeated_votes_of_one_annotator_come_in_once(sqlite_database: Database, labels: str, chunk_rows: int) -> None:
    header, rows = ["id", "text", "annotator", "label"], [["1", "x", "ann", label] for label in labels]
    for _ in range(3):
        bring(sqlite_database, csv_of(header, rows), options={"chunk_rows": chunk_rows})
    changes = [label for at, label in enumerate(labels) if at == 0 or labels[at - 1] != label]
    assert [label for _, _, label in votes_of(sqlite_database)] == changes


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.tuples(st.sampled_from("12"), st.sampled_from("xy"), st.sampled_from("ab")), max_size=8)))
def test_any_files_again_add_nothing(sqlite_database: Database, files: list[list[tuple[str, str, str]]]) -> None:
    header = ["id", "text", "annotator", "label"]
    for rows in files:
        source = [[item, f"text {item}", who, label] for item, who, label in rows]
        bring(sqlite_database, csv_of(header, source), options={"chunk_rows": 3}) if source else None
        if source:
            before = content(sqlite_database)
            bring(sqlite_database, csv_of(header, source), options={"chunk_rows": 2})
            assert content(sqlite_database) == before


def test_a_file_may_repeat_peoples_answers_and_adds_none(database: Database) -> None:
    world = make_world(database, items=1, golden_items=0, golden_per_chunk=0)
    me = world.assessors[0]
    world.label(me, world.work(me).items[0].token, "gratitude")
    rows = [
        ["1", "assessor:assessor0", "gratitude"],
        ["1", "assessor:assessor0", "neutral"],
        ["1", "assessor:b", "neutral"],
    ]
    report = bring(database, csv_of(["id", "annotator", "label"], rows), slug="test")
    assert (report.duplicate_ids, report.votes) == (1, 1)
    assert [(row.line, row.reason) for row in report.bad_rows] == [(3, "votes_of_a_person")]
    logins = [(row[1], row[3]) for row in content(database, "test")["votes"]]
    assert logins == [("assessor0", "gratitude"), ("import:assessor:b", "neutral")]


def test_golden_labels_settle_items(database: Database) -> None:
    header = ["id", "text", "golden", "explanation"]
    report = bring(database, csv_of(header, [["1", "x", "a", "because"], ["2", "y", "", ""]]))
    assert (report.golden, report.imported) == (1, 2)
    assert queue(database) == {"1": (3, 0, True), "2": (3, 3, False)}
    with database.snapshot() as connection:
        project = get_project(connection, SLUG)
        ring = connection.execute(
            select(schema.queue.c.item_id, schema.queue.c.spin).where(schema.queue.c.golden)
        ).one()
    assert ring.spin == spin(project.seed, ring.item_id)
    again = bring(database, csv_of(header, [["1", "x", "a", "because"], ["2", "y", "b", ""]]))
    assert (again.golden, again.updated, again.duplicate_ids) == (1, 1, 1)
    assert queue(database) == {"1": (3, 0, True), "2": (3, 0, True)}
    changed = bring(database, csv_of(header, [["1", "x", "a", "better"]]))
    assert changed.golden == 1
    assert content(database)["golden"] == {"1": ("a", "better"), "2": ("b", "")}


def test_two_golden_labels_for_one_item_in_a_file_are_a_mistake_of_the_file(database: Database) -> None:
    rows = [["1", "x", "a"], ["1", "x", "a"], ["1", "x", "b"]]
    for _ in range(2):
        report = bring(database, csv_of(["id", "text", "golden"], rows), options={"chunk_rows": 1})
    assert [(row.line, row.reason) for row in report.bad_rows] == [(4, "golden_twice")]
    assert (report.golden, content(database)["golden"]) == (0, {"1": ("a", "")})


def test_votes_carry_what_was_said_of_them(database: Database) -> None:
    header = ["id", "text", "annotator", "label", "unsure", "comment", "flagged", "seconds", "surplus", "created_at"]
    when = "2026-01-02T03:04:05.678901+03:00"
    rows = [
        ["1", "x", "ann", "a", "false", "hm, ok", "true", "2.5", "no", when],
        ["1", "x", "bob", "", "yes", "", "", "", "1", "2026-01-02 03:04:05"],
        ["2", "y", "bob", "", "", "", "", "", "", ""],
    ]
    report = bring(database, csv_of(header, rows))
    assert (report.imported, report.votes) == (2, 2)
    moment = datetime(2026, 1, 2, 0, 4, 5, 678901, UTC)
    assert content(database)["votes"] == [
        ("1", "import:ann", 1, "a", "hm, ok", True, 2.5, False, moment),
        ("1", "import:bob", 1, None, None, False, None, True, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ]
    assert queue(database)["1"] == (3, 2, False)


def test_one_named_annotator_may_have_given_all_labels(database: Database) -> None:
    mapping = Mapping(text="text", vote="label", annotator_name="model 7")
    report = bring(database, csv_of(["text", "label"], [["x", "a"], ["y", "b"]]), mapping=mapping)
    assert report.votes == 2 and votes_of(database)[0][0] == "import:model 7"


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


def test_projects_do_not_mix(database: Database) -> None:
    source = [["1", "same", "ann", "a"]]
    bring(database, csv_of(["id", "text", "annotator", "label"], source), slug="one")
    report = bring(database, csv_of(["id", "text", "annotator", "label"], source), slug="two")
    assert (report.imported, report.votes, report.duplicate_texts) == (1, 1, 0)
    assert content(database, "one") == content(database, "two")


@pytest.mark.parametrize("chunk_rows", [1, 3, 7, 1000])
def test_the_size_of_chunks_changes_nothing(sqlite_database: Database, chunk_rows: int) -> None:
    rows = [[f"text {n % 7}", f"who{n % 3}", "abc"[n % 3 - n % 2]] for n in range(40)]
    report = bring(sqlite_database, csv_of(["text", "annotator", "label"], rows), options={"chunk_rows": chunk_rows})
    assert (report.imported, report.votes, report.read) == (7, len(set(map(tuple, rows))), 40)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_separators_and_line_ends(sqlite_database: Database, encoding: str, separator: str, end: str) -> None:
    rows = [["1", f"Ёлка, «да»{separator} и нет"], ["2", "две\nстроки"]]
    source = csv_of(["id", "text"], rows, encoding, delimiter=separator, lineterminator=end)
    report = bring(sqlite_database, source)
    assert texts(sqlite_database) == [row[1] for row in rows]
    assert report.separator == separator


def test_a_late_byte_that_is_no_utf8_costs_its_row_only(sqlite_database: Database) -> None:
    good = "".join(f"{n},строка номер {n}\n" for n in range(50_000)).encode()
    report = bring(sqlite_database, named(b"id,text\n" + good + b"x,\xcf\xf0\xe8\n" + "y,конец\n".encode()))
    assert report.encoding == "utf-8-sig" and report.imported == 50_001
    assert [(row.line, row.reason) for row in report.bad_rows] == [(50_002, "bad_encoding")]
    assert texts(sqlite_database)[-1] == "конец"


def test_a_text_that_is_ascii_but_for_a_late_cp1251_letter(sqlite_database: Database) -> None:
    good = "".join(f"{n},plain text {n}\n" for n in range(50_000)).encode()
    report = bring(sqlite_database, named(b"id,text\n" + good + "x,Привет\n".encode("cp1251")))
    assert (report.encoding, report.bad_rows_total) == ("cp1251", 0)
    assert texts(sqlite_database)[-1] == "Привет"


def test_a_gzipped_file_and_a_path_are_read_too(sqlite_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "texts.csv.gz"
    path.write_bytes(gzip.compress(csv_of(["text"], [["a, b"], ["c"]]).getvalue()))
    report = bring(sqlite_database, path)
    assert (report.name, report.imported) == ("texts.csv.gz", 2)


def test_a_project_made_by_another_process_is_seen(tmp_path: Path) -> None:
    one, other = (open_database(f"sqlite:///{tmp_path}/shared.db") for _ in range(2))
    migrate(one)
    bring(one, csv_of(["id", "text"], [["1", "a"]]))
    assert bring(other, csv_of(["id", "text"], [["1", "a"], ["2", "b"]])).imported == 1
    one.close()
    other.close()
