"""Acts taken back: what stood before stands again, and nobody has read it more than before."""

from __future__ import annotations

from db.engine import Database
from labeling.adjudication import corner_cases
from labeling.adjudication.undoing import Undone
from labeling.facts import settled
from tests.labeling.adjudication.test_queue import bench, claim, ids, rule
from tests.labeling.adjudication.test_rulings import golden_of, in_force, places, rule_many, undo


def test_overruling_many_keeps_the_earlier_word_for_the_undoing(database: Database) -> None:
    world, (me, _) = bench(database)
    (one,) = claim(world, me, want=1)
    rule(world, me, one)
    done = rule_many(world, dict.fromkeys(world.items[:2], "confusion"), overrule=True)
    assert in_force(world) == dict.fromkeys(world.items[:2], "confusion")
    world.later(minutes=1)
    rule_many(world, {world.items[1]: "neutral"}, overrule=True)
    # What was ruled anew since stays.
    assert undo(world, done.act) == Undone(1, 1)
    assert in_force(world) == {world.items[0]: "gratitude", world.items[1]: "neutral"}


def test_the_undoing_of_a_bulk_ruling_makes_nobody_a_reader_of_the_one_before(database: Database) -> None:
    world, _ = bench(database)
    first = rule_many(world, dict.fromkeys(world.items[:2], "confusion"))
    world.later(minutes=1)
    second = rule_many(world, {world.items[0]: "neutral"}, overrule=True)
    world.later(minutes=1)
    assert undo(world, second.act) == Undone(1, 0)
    with database.snapshot() as connection:
        rulings = settled.rulings(connection, world.project.id)
        assert settled.in_force(rulings)["in_bulk"].to_list() == [True, True]
        assert settled.judged(rulings).is_empty()
    # It is the first act's again, and goes with it.
    assert undo(world, first.act) == Undone(2, 0)
    assert in_force(world) == {}


def test_one_ruling_is_undone_with_all_that_it_made(database: Database) -> None:
    world, (me, _) = bench(database)
    first, second = claim(world, me, want=2)
    rule(world, me, first, make_golden=True)
    rule(world, me, second, corner_case=True)
    world.later(minutes=1)
    assert undo(world, first.token) == undo(world, second.token) == Undone(1, 0)
    with database.snapshot() as connection:
        assert first.item_id not in golden_of(connection, world)
        assert corner_cases.corner_cases(connection, world.project.id) == []
    assert in_force(world) == {}
    assert (places(world, first.item_id), places(world, second.item_id)) == (2, 2)
    # Undone, it may be ruled again.
    assert ids(claim(world, me, want=2)) == world.items[:2]
