"""What lies on a desk, and on whose: the cases by hand, on both databases."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import func, select

from db import schema
from db.engine import Database
from db.vocabulary import Standing
from labeling.desk.answers import Receipt
from labeling.desk.card import DeskState
from labeling.errors import LabelingError
from labeling.people.memberships import set_standing
from labeling.people.people import set_active
from labeling.projects.projects import change_settings
from tests.labeling.desk import invariants
from tests.labeling.desk.working import count_annotations, finish_chunk
from tests.labeling.worlds import make_world, press


def test_asking_twice_gives_the_same_desk(database: Database) -> None:
    world = make_world(database)
    one, other = world.work(world.assessors[0]), world.work(world.assessors[0])
    assert len(one.items) == 3
    assert [item.token for item in one.items] == [item.token for item in other.items]


def test_no_more_than_overlap_are_served(database: Database) -> None:
    world = make_world(database, items=2, golden_items=0, overlap=2)
    first, second, third = world.assessors
    assert len(world.work(first).items) == len(world.work(second).items) == 2
    waiting = world.work(third)
    assert (waiting.state, waiting.items) == (DeskState.WAITING, [])
    assert waiting.next_free is not None


def test_ones_own_expired_items_lie_there_again(database: Database) -> None:
    world = make_world(database)
    me, other, _ = world.assessors
    before = [item.token for item in world.work(me).items]
    world.later(hours=2)
    assert [item.token for item in world.work(me).items] == before
    world.later(hours=2)
    world.work(other, want=0)
    assert [item.token for item in world.work(me).items] == before


def test_a_project_without_items_left_doesnt_go_on_with_golden_ones_alone(database: Database) -> None:
    world = make_world(database, items=3, golden_items=4, overlap=1, chunk_size=4, golden_per_chunk=2)
    me = world.assessors[0]
    full = finish_chunk(world, me)
    while full.state is DeskState.CHUNK_DONE and full.chunk:
        world.work(me, close=full.chunk.id)
        full = finish_chunk(world, me)
    assert full.state is DeskState.DONE
    assert count_annotations(world) <= 3 + 2 * 2


def test_the_banned_and_the_paused(database: Database) -> None:
    world = make_world(database)
    me, other, _ = world.assessors
    mine, others = world.work(me).items[0].token, world.work(other).items[0].token
    world.set_standing(me, Standing.BANNED)
    world.set_standing(other, Standing.PAUSED)
    assert world.work(me, press(mine)).state is DeskState.BANNED
    paused = world.work(other, press(others))
    assert (paused.state, paused.items) == (DeskState.PAUSED, [])
    assert paused.acknowledged[0].status is Receipt.STORED
    assert count_annotations(world) == 1


def test_a_stranger_is_refused(database: Database) -> None:
    world = make_world(database)
    with pytest.raises(LabelingError, match="not_a_member"):
        world.work(10_000)


def test_more_overlap_asks_for_more(database: Database) -> None:
    world = make_world(database, items=2, golden_items=0, overlap=1)
    first, second, _ = world.assessors
    world.work(first)
    assert world.work(second).items == []
    with database.transaction() as connection:
        change_settings(connection, world.project.id, {"overlap": 2}, now=world.now, actor=None)
    assert len(world.work(second).items) == 2
    with database.snapshot() as connection:
        invariants.check(connection)


def test_only_shown_metadata_reaches_an_assessor(database: Database) -> None:
    world = make_world(database, items=0, golden_items=0)
    me = world.assessors[0]
    with database.transaction() as connection:
        change_settings(connection, world.project.id, {"shown_metadata": ["channel"]}, now=world.now, actor=None)
        secret = {"channel": "chat", "true_label": "neutral"}
        row = {"project_id": world.project.id, "external_id": "m", "text": "t", "fingerprint": 5, "metadata": secret}
        connection.execute(schema.item.insert(), row | {"created_at": world.now})
        item_id = connection.execute(select(func.max(schema.item.c.id))).scalar_one()
        queued = {"item_id": item_id, "project_id": world.project.id, "position": 99, "wanted": 1, "places": 1}
        connection.execute(schema.queue.insert(), queued)
    served = world.work(me).items[0]
    assert served.metadata == {"channel": "chat"}
    assert {field.name for field in dataclasses.fields(served)} == {
        "token", "slot", "text", "context", "metadata", "suggestion", "form", "unjudged",
    }  # fmt: skip


def test_a_ban_clears_the_desk(database: Database) -> None:
    world = make_world(database, items=1, golden_items=0, overlap=1)
    me, other, _ = world.assessors
    world.work(me)
    with database.transaction() as connection:
        set_standing(connection, world.project.id, me, Standing.BANNED, now=world.now, actor=None)
    assert len(world.work(other).items) == 1


def test_who_is_shut_out_of_the_house_leaves_a_clear_desk(database: Database) -> None:
    world = make_world(database, items=1, golden_items=0, overlap=1)
    me, other, _ = world.assessors
    world.work(me)
    with database.transaction() as connection:
        set_active(connection, me, False, now=world.now, actor=None)
    assert world.work(me).state is DeskState.BANNED
    assert len(world.work(other).items) == 1
