"""A version of junior that speaks of some items only: what its suggestions on the desk tell."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from db import schema
from db.engine import Database
from db.vocabulary import SuggestionPolicy
from tests.labeling.desk.attackers.ring import NOTHING, told
from tests.labeling.worlds import World, make_world, press

SETTINGS = {"overlap": 3, "chunk_size": 12, "golden_per_chunk": 4, "look_ahead": 3, "accuracy_floor": 0.0}


def speak(world: World, item_ids: list[int]) -> None:
    """A version that was asked of these items, and speaks."""
    with world.database.transaction() as connection:
        of = {"project_id": world.project.id, "created_at": world.now}
        version = insert(schema.prompt).values(of | {"version": 1, "kind": "llm"}).returning(schema.prompt.c.id)
        by = of | {"prompt_id": connection.execute(version).scalar_one()}
        connection.execute(insert(schema.promotion), by)
        connection.execute(insert(schema.suggestion), [by | {"item_id": one, "label": "confusion"} for one in item_ids])


def seen_suggestions(world: World, *, chunks: int = 4) -> dict[str, float]:
    """By token whether a suggestion was seen, before the answer or after it."""
    shown: dict[str, float] = {}
    for me in world.assessors:
        for _ in range(chunks):
            desk = world.work(me, want=4)
            while desk.items:
                shown |= {one.token: shown.get(one.token, 0) or one.suggestion is not None for one in desk.items}
                desk = world.work(me, *[press(one.token) for one in desk.items], want=4)
                for receipt in desk.acknowledged:
                    shown[receipt.token] = shown[receipt.token] or receipt.suggestion is not None
            assert desk.chunk is not None
            world.work(me, close=desk.chunk.id, want=0)
    return shown


@pytest.mark.parametrize("policy", [SuggestionPolicy.BEFORE, SuggestionPolicy.AFTER, SuggestionPolicy.EXPERIMENT])
@pytest.mark.parametrize("asked", ["golden items", "golden items and half", "ordinary items", "all", "the first half"])
def test_where_a_version_speaks_tells_nothing(sqlite_database: Database, policy: SuggestionPolicy, asked: str) -> None:
    """Asked of golden items alone, as it is judged on them, it was shown on 14 of 14 of them and on 0 of 28 others."""
    world = make_world(sqlite_database, items=200, golden_items=60, suggestion_policy=policy.value, **SETTINGS)  # type: ignore[arg-type]
    of = {
        "golden items": world.golden,
        "golden items and half": world.golden + world.items[::2],
        "ordinary items": world.items,
        "all": world.golden + world.items,
        "the first half": world.golden + world.items[:60],
    }
    speak(world, of[asked])
    shown = seen_suggestions(world)
    assert NOTHING[0] < told(world, shown) < NOTHING[1]
    assert any(shown.values()) == (asked in ("all", "the first half"))


def test_on_either_database(database: Database) -> None:
    world = make_world(database, items=60, golden_items=30, suggestion_policy="before", **SETTINGS)  # type: ignore[arg-type]
    speak(world, world.golden)
    me = world.assessors[0]
    assert {one.suggestion for one in world.work(me, want=4).items} == {None}
    with database.transaction() as connection:
        version = connection.execute(select(schema.prompt.c.id)).scalar_one()
        of = {"project_id": world.project.id, "created_at": world.now, "prompt_id": version, "label": "confusion"}
        connection.execute(insert(schema.suggestion), [of | {"item_id": one} for one in world.items])
    other = world.assessors[1]
    assert all(one.suggestion for one in world.work(other, want=4).items)
