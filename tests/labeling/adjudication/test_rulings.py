"""Rulings: recorded once, corrected, made on many at once, taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from db import schema
from db.engine import Database
from db.frames import adjudication as adjudication_frames
from db.frames import items as item_frames
from db.vocabulary import Role, Verdict
from labeling.adjudication import batches, bulk, corner_cases, eligible, undoing
from labeling.adjudication.queue import Candidate
from labeling.adjudication.rulings import RulingReceipt
from labeling.adjudication.undoing import Undone
from labeling.desk import golden
from labeling.errors import LabelingError
from labeling.facts import settled
from labeling.facts.votes import votes_on
from labeling.projects.projects import change_settings
from tests.labeling.adjudication.test_queue import bench, claim, ids, rule
from tests.labeling.worlds import World, add_person, places_of


def in_force(world: World) -> dict[int, str]:
    with world.database.snapshot() as connection:
        return dict(settled.ruled(connection, world.project.id).select("item_id", "label").iter_rows())


def golden_of(connection: Connection, world: World) -> dict[int, str]:
    return dict(settled.golden(connection, world.project.id).select("item_id", "label").iter_rows())


def places(world: World, item_id: int) -> int:
    with world.database.snapshot() as connection:
        return places_of(connection, item_id)


def rule_many(world: World, labels: dict[int, str], **options: object) -> bulk.Bulk:
    items = [Candidate(item_id, "neutral", 0.5, "votes_disagree") for item_id in labels]
    with world.database.transaction() as connection:
        return bulk.rule_many(connection, world.project, items, labels, now=world.now, actor=None, **options)  # type: ignore[arg-type]


def undo(world: World, act: str) -> Undone:
    with world.database.transaction() as connection:
        return undoing.undo(connection, world.project, act, now=world.now, actor=None)


def test_a_ruling_is_recorded_with_what_led_to_it(database: Database) -> None:
    world, (me, _) = bench(database)
    (one,) = claim(world, me, want=1)
    assert rule(world, me, one, rationale=" because ", blind=True, seconds=4.5) is RulingReceipt.STORED
    with database.snapshot() as connection:
        (row,) = settled.rulings(connection, world.project.id).to_dicts()
    expected = {
        "item": "1", "revision": 1, "verdict": "label", "label": "gratitude", "given": "neutral", "score": 0.5,
        "route": "suspicion", "rationale": "because", "blind": True, "seconds": 4.5, "expert": "expert0",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert in_force(world) == {world.items[0]: "gratitude"}


def test_sent_again_it_is_recorded_once_and_a_correction_is_the_next_revision(database: Database) -> None:
    world, (me, _) = bench(database)
    (one,) = claim(world, me, want=1)
    assert rule(world, me, one) is RulingReceipt.STORED
    assert rule(world, me, one, "confusion") is RulingReceipt.KEPT_FIRST
    assert in_force(world) == {world.items[0]: "gratitude"}
    assert rule(world, me, one, "confusion", revision=2) is RulingReceipt.STORED
    assert rule(world, me, one, "neutral", revision=2) is RulingReceipt.KEPT_FIRST
    assert in_force(world) == {world.items[0]: "confusion"}


def test_passed_over_and_then_ruled_it_is_recorded_once(database: Database) -> None:
    world, (me, _) = bench(database)
    (one,) = claim(world, me, want=1)
    rule(world, me, one, None)
    assert rule(world, me, one, "confusion", revision=2) is RulingReceipt.STORED
    assert rule(world, me, one, "confusion", revision=2) is RulingReceipt.KEPT_FIRST
    with database.snapshot() as connection:
        assert settled.rulings(connection, world.project.id).height == 1


def test_anothers_token_and_a_strange_one_are_refused(database: Database) -> None:
    world, (me, other) = bench(database)
    (one,) = claim(world, me, want=1)
    assert rule(world, other, one) is RulingReceipt.REFUSED
    assert rule(world, me, one, token="nothing") is RulingReceipt.REFUSED
    assert in_force(world) == {}


def test_a_late_ruling_counts_and_is_a_second_opinion_where_another_was_quicker(database: Database) -> None:
    world, (me, other) = bench(database)
    first, second = claim(world, me, want=2)
    world.later(hours=2)
    assert rule(world, me, first) is RulingReceipt.STORED
    (same,) = claim(world, other, [second.item_id], want=1)
    rule(world, other, same, "gratitude")
    assert rule(world, me, second, "confusion") is RulingReceipt.SECOND
    with database.snapshot() as connection:
        (row,) = connection.execute(eligible.disputed(connection, world.project.id)).all()
    assert (row.id, row.first, row.second) == (second.item_id, other, me)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"label": "joy"}, "unknown_label"),
        ({"label": None, "verdict": Verdict.LABEL}, "unknown_label"),
        ({"revision": 0}, "bad_ruling"),
        ({"rationale": "x" * 2001}, "bad_ruling"),
        ({"seconds": -1.0}, "bad_ruling"),
        ({"verdict": Verdict.WITHDRAWN}, "bad_ruling"),
        ({"make_golden": True, "corner_case": True}, "golden_in_guide"),
    ],
)
def test_what_cannot_be_a_ruling_is_refused(sqlite_database: Database, said: dict[str, object], code: str) -> None:
    world, (me, _) = bench(sqlite_database)
    (one,) = claim(world, me, want=1)
    with pytest.raises(LabelingError, match=code):
        rule(world, me, one, **said)  # type: ignore[arg-type]
    assert ids(claim(world, me, want=1)) == [one.item_id]


def test_a_ruled_item_is_asked_no_more_not_even_after_a_change_of_settings(database: Database) -> None:
    world, (me, _) = bench(database)
    (one,) = claim(world, me, want=1)
    assert places(world, one.item_id) == 2
    rule(world, me, one)
    assert places(world, one.item_id) == 0
    with database.transaction() as connection:
        change_settings(connection, world.project.id, {"overlap": 3}, now=world.now, actor=None)
        asked = item_frames.unruled(connection, world.project.id)["item_id"].to_list()
    assert (places(world, one.item_id), places(world, world.items[1])) == (0, 3)
    # Adaptive overlap leaves it alone, too.
    assert one.item_id not in asked
    assert world.items[1] in asked


def test_sent_back_it_is_asked_again_of_those_who_have_not_answered(database: Database) -> None:
    world, (me, _) = bench(database, overlap=2)
    first = world.assessors[0]
    (lying,) = world.work(first, want=1).items
    world.label(first, lying.token)
    (one,) = claim(world, me, want=1)
    rule(world, me, one, None, verdict=Verdict.SENT_BACK)
    # Two of three assessors have no answer yet.
    assert places(world, one.item_id) == 2
    assert in_force(world) == {}


def test_where_nobody_is_left_an_item_cannot_be_sent_back(database: Database) -> None:
    world, (me, _) = bench(database, assessors=1, overlap=1)
    (lying,) = world.work(world.assessors[0], want=1).items
    world.label(world.assessors[0], lying.token)
    (one,) = claim(world, me, want=1)
    with pytest.raises(LabelingError, match="nobody_left"):
        rule(world, me, one, None, verdict=Verdict.SENT_BACK)
    with database.snapshot() as connection:
        assert settled.rulings(connection, world.project.id).is_empty()


def test_made_golden_with_the_rationale_as_its_explanation(database: Database) -> None:
    world, (me, _) = bench(database)
    (one,) = claim(world, me, want=1)
    rule(world, me, one, rationale="because", make_golden=True)
    with database.snapshot() as connection:
        assert golden_of(connection, world)[one.item_id] == "gratitude"
    # Corrected without the wish: it goes out of the pool.
    world.later(minutes=1)
    rule(world, me, one, "confusion", revision=2)
    with database.snapshot() as connection:
        assert one.item_id not in golden_of(connection, world)


def test_an_item_stands_in_the_guide_or_tests_assessors_never_both(database: Database) -> None:
    world, (me, _) = bench(database)
    (one,) = claim(world, me, want=1)
    rule(world, me, one, rationale="an example", corner_case=True)
    with database.transaction() as connection:
        (case,) = corner_cases.corner_cases(connection, world.project.id)
        assert (case.item_id, case.label, case.rationale) == (one.item_id, "gratitude", "an example")
        with pytest.raises(LabelingError, match="golden_in_guide"):
            golden.appoint(connection, world.project, one.item_id, "gratitude", now=world.now, actor=None)
        with pytest.raises(LabelingError, match="golden_in_guide"):
            corner_cases.add(connection, world.project, world.golden[0], "neutral", "", now=world.now, actor=None)
        undoing.undo(connection, world.project, one.token, now=world.now, actor=me)
        golden.appoint(connection, world.project, one.item_id, "gratitude", now=world.now, actor=None)
    with database.snapshot() as connection:
        assert corner_cases.corner_cases(connection, world.project.id) == []


def test_many_at_once_and_back(database: Database) -> None:
    world, (me, _) = bench(database)
    (ruled,) = claim(world, me, want=1)
    rule(world, me, ruled)
    (held,) = claim(world, me, want=1)
    labels = dict.fromkeys([*world.items[:5], world.golden[0], 999_999], "confusion")
    done = rule_many(world, labels, rationale="all alike")
    # Ruled, held by an expert, golden, unknown.
    assert (done.ruled, done.left_out) == (3, 4)
    assert in_force(world) == {ruled.item_id: "gratitude"} | dict.fromkeys(world.items[2:5], "confusion")
    assert places(world, world.items[2]) == 0
    assert held.item_id == world.items[1]
    assert undo(world, done.act) == Undone(3, 0)
    assert in_force(world) == {ruled.item_id: "gratitude"}
    assert places(world, world.items[2]) == 2
    with pytest.raises(LabelingError, match="unknown_act"):
        undo(world, "nothing")


def test_nothing_to_rule_is_a_refusal(sqlite_database: Database) -> None:
    world, _ = bench(sqlite_database)
    with pytest.raises(LabelingError, match="nothing_to_rule"):
        rule_many(world, {world.golden[0]: "neutral"})


def test_rulings_are_facts(database: Database) -> None:
    world, (me, _) = bench(database)
    rule(world, me, claim(world, me, want=1)[0])
    with pytest.raises(DatabaseError, match="append-only"), database.transaction() as connection:
        connection.execute(schema.adjudication.update().values(label="neutral"))


def test_batches(database: Database) -> None:
    world, (me, _) = bench(database)
    with database.transaction() as connection:
        wanted = [*world.items[3:1:-1], world.items[3], 999_999]
        made = batches.make_batch(connection, world.project, " odd ones ", wanted, now=world.now, actor=me)
        assert adjudication_frames.batch_items(connection, made) == [world.items[3], world.items[2]]
        for name, items, code in (
            ("odd ones", wanted, "batch_exists"),
            (" ", wanted, "batch_name"),
            ("x", [], "batch_empty"),
        ):
            with pytest.raises(LabelingError, match=code):
                batches.make_batch(connection, world.project, name, items, now=world.now, actor=me)
    (one,) = claim(world, me, [world.items[3]], want=1, batch=made)
    rule(world, me, one)
    with database.transaction() as connection:
        (row,) = adjudication_frames.batches(connection, world.project.id).to_dicts()
        assert (row["name"], row["person"], row["items"], row["ruled"]) == ("odd ones", "expert0", 2, 1)
    assert in_force(world) == {world.items[3]: "gratitude"}


def test_votes_come_without_names(database: Database) -> None:
    world, (me, _) = bench(database)
    for assessor in world.assessors[:2]:
        (lying,) = world.work(assessor, want=1).items
        world.label(assessor, lying.token, "confusion")
        world.label(assessor, lying.token, "neutral", 2)
    with database.transaction() as connection:
        add_person(connection, "lead", world.project, Role.LEAD)
        votes = votes_on(connection, world.project.id, world.items[:1])
    assert votes["label"].to_list() == ["neutral", "neutral"]
    assert "name" not in votes.columns
    assert me not in votes["assessor"].to_list()
