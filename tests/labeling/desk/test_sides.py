"""Pairs: half of them are shown the other way round, and what is said of them is stored as it is meant."""

from __future__ import annotations

from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import ItemForm, LabelKind
from labeling.notation.pairs import candidates
from labeling.quality.kinds.sides import is_turned
from tests.labeling.worlds import World, add_items, make_world, press

TEXT = "user: which?\nfirst: the red one\nsecond: the blue one"
RED, BLUE = "the red one", "the blue one"


def pairs(database: Database, items: int = 40) -> World:
    plain = {"golden_items": 0, "golden_per_chunk": 0, "chunk_size": 50, "look_ahead": 20}
    world = make_world(database, items=0, kind=LabelKind.PAIR, **plain)
    with database.transaction() as connection:
        world.items = add_items(connection, world.project, [TEXT] * items, form=ItemForm.PAIR)
    return world


def test_whoever_prefers_red_is_stored_as_preferring_the_first_wherever_it_stood(database: Database) -> None:
    world = pairs(database)
    places = []
    for me in world.assessors[:2]:
        seen = world.work(me, want=20)
        while seen.items:
            answers = []
            for item in seen.items:
                _, left, right = candidates(item.text)
                assert {left, right} == {RED, BLUE}
                places.append(left == RED)
                answers.append(press(item.token, "first" if left == RED else "second"))
            seen = world.work(me, *answers, want=20)
    assert len(places) == 80
    # A fair lot of 80 is outside of this once in a million.
    assert 18 < sum(places) < 62
    with database.snapshot() as connection:
        said = connection.execute(select(schema.annotation.c.label)).scalars().all()
    assert len(said) == 80
    assert set(said) == {"first"}


def test_it_is_shown_the_same_way_again_and_to_others_by_a_lot_of_their_own(database: Database) -> None:
    world = pairs(database, items=12)
    before = {item.token: item.text for item in world.work(world.assessors[0], want=12).items}
    assert {item.token: item.text for item in world.work(world.assessors[0], want=12).items} == before
    seed = world.project.seed
    sides = [[is_turned(seed, me, item) for item in world.items] for me in world.assessors[:2]]
    assert sides[0] != sides[1]


def test_a_tie_is_a_tie_from_either_side(database: Database) -> None:
    world = pairs(database, items=8)
    seen = world.work(world.assessors[0], want=8)
    world.work(world.assessors[0], *[press(item.token, "tie") for item in seen.items], want=0)
    with database.snapshot() as connection:
        assert set(connection.execute(select(schema.annotation.c.label)).scalars()) == {"tie"}
