"""A change of mind about classes: every vote stays, is read as what it stands for, and an undo gives back what was."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import ChangeKind, LabelKind, Role
from labeling.class_changes.acting import change_classes
from labeling.class_changes.history import changes_of, waiting_golden
from labeling.class_changes.plans import Change
from labeling.desk import golden
from labeling.desk.answers import Receipt
from labeling.errors import LabelingError
from labeling.facts import settled
from labeling.projects.classes import LabelClass, add_classes, get_classes
from tests.labeling.class_changes.changing import change, everything, labels_of, pressed, rule, undo, vote, voted
from tests.labeling.worlds import CLASSES, NOON, World, add_person, make_world, places_of


@pytest.fixture
def voted_world(database: Database) -> World:
    """Item 1: two votes for different classes, 2 and 3: two for one, 4: ruled; golden items are neutral and gratitude."""
    world = make_world(database, items=6, golden_items=2)
    vote(world, 0, "neutral", "gratitude")
    vote(world, 1, "confusion", "confusion")
    vote(world, 2, "neutral", "neutral")
    rule(world, 3, "gratitude", "neutral")
    return world


def codes(world: World) -> list[str]:
    with world.database.snapshot() as connection:
        return [entry.code for entry in get_classes(connection, world.project.id, retired=True)]


def test_a_merge_reads_the_votes_of_both_classes_as_one_and_rewrites_none(voted_world: World) -> None:
    world, given = voted_world, pressed(voted_world)
    change(world, ChangeKind.MERGE, "gratitude", into=("neutral",))
    assert codes(world) == ["neutral", "confusion"]
    assert [label for *_, label in voted(world)] == [
        "neutral",
        "neutral",
        "confusion",
        "confusion",
        "neutral",
        "neutral",
    ]
    assert labels_of(world) == {"1": "neutral", "2": "confusion", "3": "neutral", "4": "neutral"} | golden_labels(world)
    assert pressed(world) == given
    with world.database.snapshot() as connection:
        (ruled,) = settled.rulings(connection, world.project.id).select("label", "given").rows()
    # What was another class than the given one is the same by now: the label was right.
    assert ruled == ("neutral", "neutral")


def golden_labels(world: World) -> dict[str, str]:
    with world.database.snapshot() as connection:
        return dict(settled.golden(connection, world.project.id).select("item", "label").iter_rows())


@pytest.mark.parametrize(
    ("kind", "asked", "into"),
    [
        (ChangeKind.RENAME, ("neutral",), ("plain",)),
        (ChangeKind.MERGE, ("neutral", "gratitude"), ("calm",)),
        (ChangeKind.MERGE, ("gratitude",), ("neutral",)),
        (ChangeKind.SPLIT, ("neutral",), ("plain", "polite")),
        (ChangeKind.RETIRE, ("gratitude",), ()),
    ],
)
def test_taking_an_act_back_gives_exactly_what_was_there(
    voted_world: World, kind: ChangeKind, asked: tuple[str, ...], into: tuple[str, ...]
) -> None:
    world, before = voted_world, everything(voted_world)
    act = change(world, kind, *asked, into=into)
    assert everything(world) != before
    undo(world, act)
    assert everything(world) == before
    # And once more under the same names.
    undo(world, change(world, kind, *asked, into=into))
    assert everything(world) == before
    with world.database.snapshot() as connection:
        verbs = connection.execute(select(schema.audit_event.c.verb).order_by(schema.audit_event.c.id)).scalars().all()
    assert verbs.count("undo_class_change") == 2


def test_a_rename_of_a_rename_is_read_in_turn_and_taken_back_in_turn(voted_world: World) -> None:
    world, before = voted_world, everything(voted_world)
    first = change(world, ChangeKind.RENAME, "neutral", into=("plain",))
    between = everything(world)
    second = change(world, ChangeKind.MERGE, "plain", into=("confusion",))
    assert {label for *_, label in voted(world)} == {"confusion", "gratitude"}
    with pytest.raises(LabelingError, match="change_not_newest"):
        undo(world, first)
    undo(world, second)
    assert everything(world) == between
    undo(world, first)
    assert everything(world) == before
    with pytest.raises(LabelingError, match="change_unknown"):
        undo(world, first)
    with world.database.snapshot() as connection:
        told = [(done.id, done.can_undo, done.undone_at) for done in changes_of(connection, world.project.id)]
    assert told == [(second, False, world.now), (first, False, world.now)]


def test_votes_for_a_class_that_was_split_are_kept_and_their_items_asked_again(voted_world: World) -> None:
    world = voted_world
    change(world, ChangeKind.SPLIT, "neutral", into=("plain", "polite"))
    assert voted(world) == [("1", "assessor:assessor1", "gratitude")] + [
        ("2", f"assessor:assessor{n}", "confusion") for n in (0, 1)
    ]
    assert len(pressed(world)) == 6
    with world.database.snapshot() as connection:
        assert [places_of(connection, item) for item in world.items[:5]] == [1, 0, 2, 0, 2]
        assert settled.golden(connection, world.project.id)["item"].to_list() == ["8"]
        assert waiting_golden(connection, world.project.id) == ["7"]
        paused = connection.execute(select(schema.queue.c.item_id).where(schema.queue.c.paused)).scalars().all()
    assert paused == world.golden[:1]


def test_whoever_gave_a_class_that_was_split_may_say_which_part_they_meant(database: Database) -> None:
    world = make_world(database, items=1, golden_items=0, assessors=1, overlap=1, golden_per_chunk=0)
    (me,) = world.assessors
    (held,) = world.work(me).items
    world.label(me, held.token, "neutral")
    assert not world.work(me).items
    change(world, ChangeKind.SPLIT, "neutral", into=("plain", "polite"))
    seen = world.work(me)
    (again,) = seen.items
    assert again.text == held.text
    assert world.label(me, again.token, "polite") is Receipt.STORED
    assert voted(world) == [("1", "assessor:assessor0", "polite")]
    assert not world.work(me).items
    with database.snapshot() as connection:
        assert places_of(connection, world.items[0]) == 0


def test_a_golden_item_of_a_split_class_is_served_again_when_an_expert_has_ruled(voted_world: World) -> None:
    world = voted_world
    change(world, ChangeKind.SPLIT, "neutral", into=("plain", "polite"))
    with world.database.transaction() as connection:
        golden.appoint(connection, world.project, world.golden[0], "polite", now=world.now, actor=None)
        assert waiting_golden(connection, world.project.id) == []
        assert not connection.execute(select(schema.queue.c.item_id).where(schema.queue.c.paused)).all()


def test_a_ruling_of_a_split_class_settles_nothing_until_it_is_taken_back(voted_world: World) -> None:
    world, before = voted_world, everything(voted_world)
    act = change(world, ChangeKind.SPLIT, "gratitude", into=("thanks", "praise"))
    assert "4" not in labels_of(world)
    with world.database.snapshot() as connection:
        assert places_of(connection, world.items[3]) == 2
    undo(world, act)
    assert everything(world) == before


def test_in_a_tree_votes_for_a_split_class_stand_for_the_one_above_its_parts(voted_world: World) -> None:
    world = voted_world
    with world.database.transaction() as connection:
        leaf = LabelClass("sorrow", "sorrow", "sorrow", None, "#112233", parent="confusion")
        add_classes(connection, world.project.id, [leaf], now=NOON)
    before = everything(world)
    act = change(world, ChangeKind.SPLIT, "neutral", into=("plain", "polite"))
    assert codes(world) == ["neutral", "plain", "polite", "gratitude", "confusion", "sorrow"]
    assert labels_of(world)["3"] == "neutral"
    vote(world, 4, "plain", "plain")
    undo(world, act)
    # What was said meanwhile stands for the class that was split.
    assert labels_of(world)["5"] == "neutral"
    assert everything(world)["final"][:4] == before["final"][:4]


def test_paths_are_called_anew_with_all_below_them(database: Database) -> None:
    world = make_world(database, items=3, golden_items=0)
    with database.transaction() as connection:
        rows = [("a", None), ("a > x", "a"), ("a > x > 1", "a > x"), ("b", None), ("b > y", "b")]
        made = [LabelClass(code, code.split(" > ")[-1], code, None, "#112233", parent=above) for code, above in rows]
        add_classes(connection, world.project.id, made, now=NOON)
    vote(world, 0, "a > x", "a > x > 1")
    before = everything(world)
    act = change(world, ChangeKind.MOVE, "a > x", parent="b")
    assert [label for *_, label in voted(world)] == ["b > x", "b > x > 1"]
    with database.snapshot() as connection:
        known = {entry.code: entry.parent for entry in get_classes(connection, world.project.id)}
    assert known["b > x"] == "b"
    assert known["b > x > 1"] == "b > x"
    renamed = change(world, ChangeKind.RENAME, "b", into=("c",))
    assert [label for *_, label in voted(world)] == ["c > x", "c > x > 1"]
    undo(world, renamed)
    undo(world, act)
    assert everything(world) == before


def test_sets_are_read_class_by_class(database: Database) -> None:
    world = make_world(database, items=4, golden_items=1, kind=LabelKind.SEVERAL.value)
    for assessor in world.assessors[:2]:
        (held, *_) = world.work(assessor, want=1).items
        world.label(assessor, held.token, "neutral|gratitude")
    before = everything(world)
    act = change(world, ChangeKind.RENAME, "gratitude", into=("thanks",))
    assert {label for *_, label in voted(world)} == {"neutral|thanks"}
    merge = change(world, ChangeKind.MERGE, "neutral", "thanks", into=("kind",))
    assert {label for *_, label in voted(world)} == {"kind"}
    undo(world, merge)
    split = change(world, ChangeKind.SPLIT, "neutral", into=("plain", "polite"))
    assert voted(world) == []
    undo(world, split)
    undo(world, act)
    assert everything(world) == before


def test_only_a_lead_or_an_admin_may_change_classes(voted_world: World) -> None:
    world = voted_world
    with world.database.transaction() as connection:
        lead = add_person(connection, "lea", world.project, Role.LEAD)
        expert = add_person(connection, "eve", world.project, Role.EXPERT)
    for actor in (expert, world.assessors[0]):
        with pytest.raises(LabelingError, match="not_allowed"), world.database.transaction() as connection:
            asked = Change(ChangeKind.RENAME, ("neutral",), ("plain",))
            change_classes(connection, world.project, asked, now=world.now, actor=actor)
    with world.database.transaction() as connection:
        asked = Change(ChangeKind.RENAME, ("neutral",), ("plain",))
        change_classes(connection, world.project, asked, now=world.now, actor=lead)
        assert changes_of(connection, world.project.id)[0].by == "lea"
    assert "plain" in codes(world)
    assert "neutral" not in codes(world)
    assert set(CLASSES) - {"neutral"} < set(codes(world))
