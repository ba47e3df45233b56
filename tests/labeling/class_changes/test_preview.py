"""What a preview foretells is what comes of the act, figure by figure."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import ChangeKind
from labeling.class_changes.preview import Effect
from tests.labeling.class_changes.changing import change, everything, labels_of, previewed, rule, vote
from tests.labeling.worlds import World, make_world, places_of


@pytest.fixture
def said(database: Database) -> World:
    """Items 1 to 5: votes N G, N N, C C, G C, and nothing; 4 is ruled gratitude. Golden: neutral, gratitude."""
    world = make_world(database, items=5, golden_items=2)
    for item, labels in enumerate((("neutral", "gratitude"), ("neutral", "neutral"), ("confusion", "confusion"))):
        vote(world, item, *labels)
    vote(world, 3, "gratitude", "confusion")
    rule(world, 3, "gratitude")
    return world


@pytest.mark.parametrize(
    ("kind", "codes", "into"),
    [
        (ChangeKind.RENAME, ("neutral",), ("plain",)),
        (ChangeKind.MERGE, ("neutral", "gratitude"), ("calm",)),
        (ChangeKind.MERGE, ("confusion",), ("neutral",)),
        (ChangeKind.SPLIT, ("neutral",), ("plain", "polite")),
        (ChangeKind.SPLIT, ("gratitude",), ("thanks", "praise")),
        (ChangeKind.RETIRE, ("confusion",), ()),
    ],
)
def test_the_act_does_what_was_foretold(
    said: World, kind: ChangeKind, codes: tuple[str, ...], into: tuple[str, ...]
) -> None:
    world, before, labels = said, everything(said), labels_of(said)
    found = previewed(world, kind, *codes, into=into)
    # Looking changes nothing.
    assert everything(world) == before
    assert found.before == before["agreement"]
    change(world, kind, *codes, into=into)
    after, now = everything(world), labels_of(world)
    assert found.after == after["agreement"]
    stands = dict(found.plan.mapping)
    assert found.labelled == len(labels)
    assert found.unlabelled == len(labels.keys() - now.keys())
    assert found.changed == sum(now[item] != stands.get(label, label) for item, label in labels.items() if item in now)
    assert [entry.code for entry in after["classes"]] == [entry.code for entry in found.plan.classes]


def test_a_split_counts_what_will_count_no_more(said: World) -> None:
    found = previewed(said, ChangeKind.SPLIT, "gratitude", into=("thanks", "praise"))
    # Votes: one on item 1 and one on item 4, which is ruled gratitude too; the second golden item has it.
    assert found.effects == (Effect("gratitude", None, votes=2, golden=1, rulings=1),)
    assert (found.votes_lost, found.golden_lost, found.asked_again) == (2, 1, 2)
    change(said, ChangeKind.SPLIT, "gratitude", into=("thanks", "praise"))
    with said.database.snapshot() as connection:
        assert [places_of(connection, item) for item in said.items] == [1, 0, 0, 1, 2]


def test_a_preview_of_a_merge_counts_each_class_by_itself(said: World) -> None:
    found = previewed(said, ChangeKind.MERGE, "neutral", "gratitude", into=("calm",))
    assert found.effects == (Effect("neutral", "calm", 3, 1, 0), Effect("gratitude", "calm", 2, 1, 1))
    # Of four items with two votes each two agree; of the first the classes are one then.
    assert (found.before.by_items.value, found.after.by_items.value) == (0.5, 0.75)
    with said.database.snapshot() as connection:
        assert connection.execute(select(schema.class_change)).all() == []
