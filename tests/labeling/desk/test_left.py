"""What is left to an assessor is theirs, not the project's, and goes down by what they do."""

from __future__ import annotations

from db.engine import Database
from labeling.desk.left import left_for
from tests.labeling.worlds import World, finish, make_world, press


def left(world: World, assessor: int) -> int:
    with world.database.snapshot() as connection:
        return left_for(connection, world.project, assessor)


def test_each_has_their_own_and_a_chunk_takes_a_chunk_of_it(database: Database) -> None:
    """40 items, four ordinary ones in a chunk of five: ten chunks each, whoever else still has to answer."""
    world = make_world(
        database, items=40, golden_items=20, overlap=2, chunk_size=5, golden_per_chunk=1, repeats_per_chunk=0
    )
    me, other = world.assessors[:2]
    assert (left(world, me), left(world, other)) == (50, 50)
    for chunks in range(1, 11):
        finish(world, me)
        assert left(world, me) == 50 - 5 * chunks
        assert left(world, other) == 50
    finish(world, other)
    assert (left(world, me), left(world, other)) == (0, 45)


def test_what_others_have_finished_is_left_to_nobody(database: Database) -> None:
    world = make_world(
        database, items=40, golden_items=20, overlap=1, chunk_size=5, golden_per_chunk=1, repeats_per_chunk=0
    )
    me, other = world.assessors[:2]
    seen = world.work(other)
    world.work(other, *[press(item.token) for item in seen.items], want=0)
    # Not before the chunk is closed: until then it would tell which of these are golden.
    assert left(world, me) == 50
    finish(world, other)
    assert (left(world, me), left(world, other)) == (45, 45)
