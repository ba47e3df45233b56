"""While people label: presses with the classes of before, chunks that are scored after, suggestions that were leased before."""

from __future__ import annotations

from sqlalchemy import insert

from db import schema
from db.engine import Database
from db.vocabulary import ChangeKind, SuggestionPolicy
from labeling.desk import chunks
from labeling.desk.answers import Receipt
from tests.labeling.class_changes.changing import change, pressed, undo, voted
from tests.labeling.facts.annotating import chunk, say
from tests.labeling.worlds import NOON, make_world, press


def test_a_press_under_the_old_name_is_recorded_as_pressed_and_read_as_what_it_stands_for(database: Database) -> None:
    """A browser that was away answers with the classes that it had."""
    world = make_world(database, items=6, golden_items=0, golden_per_chunk=0)
    me = world.assessors[0]
    one, two, three = world.work(me).items
    change(world, ChangeKind.RENAME, "neutral", into=("plain",))
    assert world.label(me, one.token, "neutral") is Receipt.STORED
    change(world, ChangeKind.MERGE, "gratitude", into=("confusion",))
    assert world.label(me, two.token, "gratitude") is Receipt.STORED
    assert pressed(world) == ["neutral", "gratitude"]
    assert [label for *_, label in voted(world)] == ["plain", "confusion"]
    assert world.label(me, three.token, "plain") is Receipt.STORED
    assert world.label(me, three.token, "no such class", revision=2) is Receipt.REFUSED


def test_a_press_that_does_not_say_which_part_is_refused_and_the_item_stays(database: Database) -> None:
    world = make_world(database, items=6, golden_items=0, golden_per_chunk=0)
    me = world.assessors[0]
    one, *_ = world.work(me).items
    change(world, ChangeKind.SPLIT, "neutral", into=("plain", "polite"))
    (said,) = world.work(me, press(one.token, "neutral")).acknowledged
    assert (said.status, said.error) == (Receipt.REFUSED, "class_split")
    assert one.token in {held.token for held in world.work(me).items}
    assert world.label(me, one.token, "polite") is Receipt.STORED


def test_a_press_of_a_class_retired_meanwhile_counts_and_of_one_retired_before_is_refused(database: Database) -> None:
    world = make_world(database, items=8, golden_items=0, golden_per_chunk=0, look_ahead=1, chunk_size=8)
    me = world.assessors[0]
    one, _ = world.work(me, want=2).items
    world.later(minutes=1)
    change(world, ChangeKind.RETIRE, "neutral")
    world.later(minutes=1)
    assert world.label(me, one.token, "neutral") is Receipt.STORED
    assert [label for *_, label in voted(world)] == ["neutral"]
    fresh = world.work(me, want=2).items[-1]
    assert world.label(me, fresh.token, "neutral") is Receipt.REFUSED


def test_a_chunk_is_scored_by_what_its_answers_stand_for(database: Database) -> None:
    world = make_world(database)
    mine = chunk(world, world.assessors[0], 1, closed=1)
    # It is golden as neutral.
    say(world, world.assessors[0], world.golden[0], "gratitude", chunk_id=mine)
    act = change(world, ChangeKind.MERGE, "gratitude", into=("neutral",))
    with database.snapshot() as connection:
        assert chunks.score(connection, mine) == (1, 1)
        assert chunks.briefing(connection, world.assessors[0], mine) == []
    undo(world, act)
    change(world, ChangeKind.SPLIT, "neutral", into=("plain", "polite"))
    with database.snapshot() as connection:
        assert chunks.score(connection, mine) == (0, 0)


def test_what_junior_proposed_is_shown_as_the_class_of_now(database: Database) -> None:
    world = make_world(database, golden_items=0, golden_per_chunk=0, suggestion_policy=SuggestionPolicy.BEFORE.value)
    of = {"project_id": world.project.id, "created_at": NOON}
    with database.transaction() as connection:
        version = insert(schema.prompt).values(of | {"version": 1, "kind": "llm"}).returning(schema.prompt.c.id)
        by = of | {"prompt_id": connection.execute(version).scalar_one()}
        connection.execute(insert(schema.promotion), by)
        connection.execute(
            insert(schema.suggestion), [by | {"item_id": item, "label": "neutral"} for item in world.items]
        )
    world.work(world.assessors[0])
    change(world, ChangeKind.RENAME, "neutral", into=("plain",))
    # Also on leases that were taken before.
    shown = [held.suggestion for held in world.work(world.assessors[0]).items]
    assert [hint and hint.label for hint in shown] == ["plain"] * 3
    change(world, ChangeKind.SPLIT, "plain", into=("polite", "blunt"))
    assert [held.suggestion for held in world.work(world.assessors[0]).items] == [None] * 3
