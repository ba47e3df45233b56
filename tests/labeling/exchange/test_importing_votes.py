"""Import: what becomes of votes and golden labels, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db import schema
from db.engine import Database
from labeling.desk.policy import spin
from labeling.exchange.mapping import Mapping
from labeling.projects.projects import get_project
from tests.labeling.exchange.files import SLUG, bring, content, csv_of, queue
from tests.labeling.worlds import make_world


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


ROWS = st.lists(st.tuples(st.sampled_from("12"), st.sampled_from("xy"), st.sampled_from("ab")), min_size=1, max_size=8)


# Each import starts a process that reads: few examples, and each adds files to what the examples before it left.
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=1, max_size=3))
def test_any_files_again_add_nothing(sqlite_database: Database, files: list[list[tuple[str, str, str]]]) -> None:
    header = ["id", "text", "annotator", "label"]
    for rows in files:
        source = [[item, f"text {item}", who, label] for item, who, label in rows]
        bring(sqlite_database, csv_of(header, source), options={"chunk_rows": 3})
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
