"""Junior's suggestions on the desk: who sees what and when, and what is written down of it."""

from __future__ import annotations

from sqlalchemy import insert, select

from db import schema
from db.engine import Database
from db.vocabulary import SuggestionPolicy
from labeling.desk import chunks, golden
from labeling.desk.policy import arm_of
from labeling.desk.suggestions import Hint
from labeling.facts import votes as facts_votes
from tests.labeling.worlds import World, make_world, press


def promote(world: World, labels: dict[int, str | None], **said: object) -> None:
    """A version of junior that proposes these labels, and speaks."""
    with world.database.transaction() as connection:
        of = {"project_id": world.project.id, "created_at": world.now}
        connection.execute(insert(schema.prompt), of | {"version": 1, "kind": "llm"})
        connection.execute(insert(schema.promotion), of | {"prompt_id": 1})
        rows = [of | {"prompt_id": 1, "item_id": item_id, "label": label} | said for item_id, label in labels.items()]
        connection.execute(insert(schema.suggestion), rows)


def world_with(database: Database, policy: SuggestionPolicy, **settings: object) -> World:
    return make_world(database, suggestion_policy=policy.value, **settings)  # type: ignore[arg-type]


def written(world: World) -> list[tuple[int, str, str, str, bool]]:
    table = schema.annotation
    names = (table.c.revision, table.c.label, table.c.arm, table.c.suggestion, table.c.probe)
    with world.database.snapshot() as connection:
        return [tuple(row) for row in connection.execute(select(*names).order_by(table.c.id))]


def votes(world: World, **options: bool) -> list[str]:
    with world.database.snapshot() as connection:
        return facts_votes.votes(connection, world.project.id, **options)["label"].to_list()


def test_shown_before_the_answer_and_no_independent_one(database: Database) -> None:
    world = world_with(database, SuggestionPolicy.BEFORE, golden_per_chunk=0)
    me = world.assessors[0]
    promote(world, {world.items[0]: "confusion", world.items[1]: None}, confidence=0.75, rationale="it asks")
    first, second, third = world.work(me).items
    assert first.suggestion == Hint("confusion", 0.75, "it asks")
    # A refusal is no suggestion, and the third was never asked about.
    assert (second.suggestion, third.suggestion) == (None, None)
    for one in (first, second):
        world.label(me, one.token, "neutral")
    assert written(world) == [(1, "neutral", "before", "confusion", False), (1, "neutral", None, None, False)]
    assert votes(world, independent=True) == ["neutral"]
    assert votes(world) == ["neutral", "neutral"]


def test_hidden_nothing_is_shown(database: Database) -> None:
    world = world_with(database, SuggestionPolicy.HIDDEN)
    promote(world, dict.fromkeys(world.items, "confusion"))
    assert [one.suggestion for one in world.work(world.assessors[0]).items] == [None] * 3


def test_shown_after_the_answer_where_they_differ(database: Database) -> None:
    world = world_with(database, SuggestionPolicy.AFTER, golden_per_chunk=0)
    me = world.assessors[0]
    promote(world, dict.fromkeys(world.items, "confusion"), rationale="it asks")
    first, second, _ = world.work(me).items
    assert first.suggestion is None
    done = world.work(me, press(first.token, "neutral"), press(second.token, "confusion"), want=0).acknowledged
    assert [one.suggestion for one in done] == [Hint("confusion", None, "it asks"), None]
    # Changed after the suggestion was seen: the first choice stays the independent answer.
    world.label(me, first.token, "confusion", revision=2)
    assert votes(world, independent=True) == ["neutral", "confusion"]
    assert votes(world) == ["confusion", "confusion"]


def test_an_experiment_draws_arms_by_lot_and_writes_them_down(database: Database) -> None:
    world = world_with(database, SuggestionPolicy.EXPERIMENT, golden_per_chunk=0, items=30, overlap=1, chunk_size=30)
    me = world.assessors[0]
    promote(world, dict.fromkeys(world.items, "confusion"), confidence=0.9, rationale="it asks")
    shown = {}
    for _ in range(10):
        for one in world.work(me).items:
            shown[one.text] = one.suggestion
            world.label(me, one.token, "neutral")
    drawn = [arm_of(SuggestionPolicy.EXPERIMENT, 11, me, item_id) for item_id in world.items]
    assert [arm for _, _, arm, _, _ in written(world)] == [arm.value for arm in drawn]
    assert set(drawn) == {SuggestionPolicy.HIDDEN, SuggestionPolicy.BEFORE, SuggestionPolicy.AFTER}
    # The label alone: a probe has no reason to give.
    expected = [Hint("confusion") if arm is SuggestionPolicy.BEFORE else None for arm in drawn]
    assert list(shown.values()) == expected


def test_probes_are_wrong_on_golden_items_only_and_scored_by_nobody(database: Database) -> None:
    settings = {"probe_share": 1.0, "golden_per_chunk": 4, "golden_items": 4, "chunk_size": 5, "overlap": 1}
    world = world_with(database, SuggestionPolicy.EXPERIMENT, **settings)
    me = world.assessors[0]
    with database.snapshot() as connection:
        right = dict(connection.execute(select(schema.golden.c.item_id, schema.golden.c.label)).all())
    promote(world, dict.fromkeys(world.items, "neutral") | right)
    seen = world.work(me)
    while seen.items:
        for one in seen.items:
            world.label(me, one.token, one.suggestion.label if one.suggestion else "neutral")
        seen = world.work(me)
    rows = written(world)
    probes = [row for row in rows if row[4]]
    assert len(probes) == 4
    assert all(suggestion not in (None, "") for *_, suggestion, _ in probes)
    with database.snapshot() as connection:
        items = select(schema.annotation.c.item_id, schema.annotation.c.suggestion, schema.annotation.c.arm)
        told = connection.execute(items.where(schema.annotation.c.probe)).all()
        assert seen.chunk is not None
        scored = chunks.score(connection, seen.chunk.id)[1]
    assert len(told) == 4 and all(right[row.item_id] != row.suggestion for row in told)
    assert scored == sum(row.arm == "hidden" for row in told)


def test_a_withdrawn_junior_is_silent(database: Database) -> None:
    world = world_with(database, SuggestionPolicy.BEFORE)
    promote(world, dict.fromkeys(world.items, "confusion"))
    with database.transaction() as connection:
        silent = {"project_id": world.project.id, "prompt_id": None, "created_at": world.now}
        connection.execute(insert(schema.promotion), silent)
        golden.appoint(connection, world.project, world.items[0], None, now=world.now, actor=None)
    assert {one.suggestion for one in world.work(world.assessors[0]).items} == {None}
