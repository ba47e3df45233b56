"""Import: what becomes of rows, on both databases."""

from __future__ import annotations

import pytest

from db.engine import Database
from labeling.errors import LabelingError
from labeling.exchange.identity import fingerprints
from labeling.exchange.report import past_imports
from labeling.projects.classes import get_classes
from labeling.projects.projects import get_project
from tests.labeling.exchange.files import NOON, SLUG, bring, content, csv_of, named, queue, texts
from tests.labeling.worlds import make_world


def test_every_row_becomes_an_item_with_its_facts(database: Database) -> None:
    header = ["id", "text", "context", "priority", "channel", "label"]
    rows = [["a", "Где карта?", "раньше: да", "", "чат", "card"], ["b", " two\nlines ", "", "3", "", ""]]
    report = bring(database, csv_of(header, rows))
    assert (report.read, report.imported, report.references, report.new_classes) == (2, 2, 1, ["card"])
    assert content(database)["items"] == [
        ("a", "Где карта?", "раньше: да", {"channel": "чат"}, "card", 0, fingerprints(["где карта?"])[0]),
        ("b", " two\nlines ", None, None, None, 3, fingerprints(["two lines"])[0]),
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
    base = format(fingerprints(["same"])[0] & 2**64 - 1, "016x")
    assert [ids[0], ids[2], ids[3]] == [base, f"{base}-2", f"{base}-3"]
    again = bring(database, csv_of(["text", "n"], rows))
    assert (again.imported, again.duplicate_ids) == (0, 4)


def test_a_row_refused_once_does_not_move_the_ids_of_others(database: Database) -> None:
    rows = [["same", "unknown"], ["same", "known"]]
    with database.transaction() as connection:
        make = {"options": {"make_classes": False}}
        from labeling.projects.classes import add_codes
        from labeling.projects.projects import create_project

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
    report = bring(database, csv_of(["id", "text"], [[n, ""] for n in range(1, 1203)] + [[0, "a text"]]))
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
    with pytest.raises(LabelingError, match="unknown_project"):
        texts(database)


def test_labels_that_grow_too_many_stop_the_import_and_the_history_says_so(database: Database) -> None:
    rows = [[f"text {n}", f"class {n}"] for n in range(1001)]
    with pytest.raises(LabelingError, match="too_many_classes"):
        bring(database, csv_of(["text", "label"], rows), options={"chunk_rows": 500})
    assert len(texts(database)) == 1000
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


def test_projects_do_not_mix(database: Database) -> None:
    source = [["1", "same", "ann", "a"]]
    bring(database, csv_of(["id", "text", "annotator", "label"], source), slug="one")
    report = bring(database, csv_of(["id", "text", "annotator", "label"], source), slug="two")
    assert (report.imported, report.votes, report.duplicate_texts) == (1, 1, 0)
    assert content(database, "one") == content(database, "two")
