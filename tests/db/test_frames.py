"""Every reader: the dtypes it declares, also for an empty table, and what of the facts is in force."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from sqlalchemy import insert, update

from db import schema
from db.engine import Database
from db.frames import guidelines as guideline_frames
from db.frames import history, marks
from db.frames import items as item_frames
from db.frames import settled as settled_frames
from db.frames import work as work_frames
from db.frames.annotations import annotations_of
from db.vocabulary import ChunkOutcome, Role, Standing
from labeling.desk import golden
from labeling.projects.guidelines import publish_guideline
from labeling.projects.wanted import set_wanted
from tests.labeling.worlds import CLASSES, NOON, World, add_person, finish, make_world

LABELS = pl.Enum(CLASSES)
ANNOTATIONS = pl.Schema(
    {
        "id": pl.Int64, "item_id": pl.Int64, "assessor": pl.Int64, "chunk": pl.Int64, "label": pl.String,
        "seconds": pl.Float64, "at": pl.Datetime("us", "UTC"), "revision": pl.Int64, "surplus": pl.Boolean,
        "aided": pl.Boolean, "probed": pl.Boolean,
    }
)  # fmt: skip
STATES = pl.Schema(
    {"chunk": pl.Int64, "ordinal": pl.Int64, "kind": pl.String, "open": pl.Boolean, "suspended": pl.Boolean}
)


def annotate(world: World, **values: object) -> None:
    """One row of the facts, past the verbs."""
    row = {"project_id": world.project.id, "revision": 1, "created_at": NOON, "surplus": False, "flagged": False}
    with world.database.transaction() as connection:
        connection.execute(insert(schema.annotation), row | values)


def test_every_reader_keeps_its_dtypes_where_there_is_nothing(database: Database) -> None:
    world = make_world(database, items=0, golden_items=0, assessors=0)
    with database.snapshot() as connection:
        project = world.project.id
        ruled = pl.Schema({"item_id": pl.Int64, "item": pl.String, "label": LABELS})
        assert settled_frames.golden(connection, project).schema == ruled
        assert settled_frames.ruled(connection, project).schema == ruled
        assert settled_frames.rulings(connection, project).schema == pl.Schema(settled_frames.RULINGS)
        assert annotations_of(connection, project).schema == ANNOTATIONS
        assert work_frames.chunks(connection, project).schema == pl.Schema(work_frames.CHUNKS)
        assert work_frames.chunk_states(connection, project).schema == STATES
        assert work_frames.workers(connection, project, now=NOON).schema == pl.Schema(work_frames.WORKERS)
        assert work_frames.answers_since(connection, project, NOON).schema == pl.Schema(work_frames.TODAY)
        assert guideline_frames.guidelines(connection, project).schema == pl.Schema(guideline_frames.GUIDELINES)
        assert item_frames.unruled(connection, project).schema == pl.Schema(item_frames.WANTED)
        assert item_frames.wanted(connection, project, overlap=2).schema == pl.Schema(item_frames.WANTED)
        assert item_frames.metadata_sample(connection, project) == []
        assert history.said_of(connection, 1, 1).schema == pl.Schema(history.SAID)
        assert history.appointed_of(connection, 1, 1).schema == pl.Schema(history.APPOINTED)
        assert history.ruled_of(connection, 1, 1).schema == pl.Schema(history.RULED)
        assert history.proposed_of(connection, 1, 1).schema == pl.Schema(history.PROPOSED)


def test_the_same_dtypes_where_there_is_something(database: Database) -> None:
    world = make_world(database)
    finish(world, world.assessors[0])
    with database.snapshot() as connection:
        project = world.project.id
        found = annotations_of(connection, project)
        assert found.height == 5
        assert found.schema == ANNOTATIONS
        assert settled_frames.golden(connection, project).schema == pl.Schema(
            {"item_id": pl.Int64, "item": pl.String, "label": LABELS}
        )
        assert work_frames.chunk_states(connection, project).schema == STATES
        assert work_frames.chunks(connection, project).schema == pl.Schema(work_frames.CHUNKS)
        assert work_frames.workers(connection, project, now=NOON).schema == pl.Schema(work_frames.WORKERS)
        assert work_frames.answers_since(connection, project, NOON).schema == pl.Schema(work_frames.TODAY)


def test_chunks_come_newest_first_and_no_more_than_asked(database: Database) -> None:
    world = make_world(database, items=30, golden_items=0, golden_per_chunk=0)
    me, she, _ = world.assessors
    opened = []
    for assessor in (me, she, me):
        opened.append(finish(world, assessor))
        world.later(hours=1)
    with database.snapshot() as connection:
        project = world.project.id
        found = work_frames.chunks(connection, project)
        assert found["chunk"].to_list() == opened[::-1]
        assert found["closed_at"].null_count() == 0
        assert found["outcome"].unique().to_list() == [ChunkOutcome.ACCEPTED.value]
        assert work_frames.chunks(connection, project, newest=2)["chunk"].to_list() == opened[:0:-1]
        mine = work_frames.chunks(connection, project, me)
        assert (mine["ordinal"].to_list(), mine["name"].unique().to_list()) == ([2, 1], ["assessor0"])


def test_an_open_chunk_is_not_among_the_closed_ones(database: Database) -> None:
    world = make_world(database)
    me, she, _ = world.assessors
    closed = finish(world, me)
    world.work(she)
    with database.snapshot() as connection:
        found = work_frames.chunk_states(connection, world.project.id).select("chunk", "kind", "open", "suspended")
        assert found.filter(~pl.col("open")).rows() == [(closed, "work", False, False)]
        assert found.height == work_frames.chunks(connection, world.project.id).height == 2


def test_workers_are_the_assessors_with_what_lies_on_their_desks(database: Database) -> None:
    world = make_world(database)
    me, she, away = world.assessors
    first = world.work(me).items[0]
    world.label(me, first.token)
    world.later(minutes=20)
    world.work(she)
    world.set_standing(away, Standing.BANNED)
    with database.transaction() as connection:
        row = {"project_id": world.project.id, "person_id": me, "role": Role.LEAD, "created_at": NOON}
        connection.execute(insert(schema.membership), row)
        seen = work_frames.workers(connection, world.project.id, now=world.now)
        later = work_frames.workers(connection, world.project.id, now=world.now + timedelta(minutes=15))
    assert seen.select("assessor", "leases", "last_answer", "standing").rows() == [
        (me, 2, NOON, "active"),
        (she, 3, None, "active"),
        (away, 0, None, "banned"),
    ]
    assert later["leases"].to_list() == [0, 3, 0]


def test_answers_since_counts_each_item_once_and_only_work_done_here(database: Database) -> None:
    world = make_world(database)
    me = world.assessors[0]
    items = world.work(me).items
    world.label(me, items[0].token)
    world.later(hours=1)
    since = world.now
    world.label(me, items[1].token)
    world.label(me, items[1].token, "gratitude", revision=2)
    annotate(world, item_id=world.items[-1], assessor_id=me, label="neutral", created_at=world.now)
    with database.snapshot() as connection:
        assert work_frames.answers_since(connection, world.project.id, since).rows() == [(me, 2.0)]


def test_the_watermark_rises_with_every_kind_of_fact(database: Database) -> None:
    world = make_world(database)
    me = world.assessors[0]

    def mark() -> tuple[int, ...]:
        with database.snapshot() as connection:
            return marks.watermark(connection, world.project.id)

    seen = [mark()]
    assert mark() == seen[0]
    token = world.work(me).items[0].token
    seen.append(mark())
    world.label(me, token)
    seen.append(mark())
    closed = finish(world, me)
    seen.append(mark())
    with database.transaction() as connection:
        table = schema.chunk
        connection.execute(update(table).where(table.c.id == closed).values(outcome=ChunkOutcome.SUSPENDED))
    seen.append(mark())
    with database.transaction() as connection:
        golden.appoint(connection, world.project, world.golden[0], None, now=NOON, actor=None)
    seen.append(mark())
    row = {"item_id": world.items[0], "revision": 1, "label": "neutral", "project_id": world.project.id}
    with database.transaction() as connection:
        connection.execute(insert(schema.adjudication), row | {"created_at": NOON})
    seen.append(mark())
    with database.transaction() as connection:
        values = {"project_id": world.project.id, "external_id": "new", "text": "x", "fingerprint": 1}
        connection.execute(insert(schema.item), values | {"created_at": NOON})
    seen.append(mark())
    assert len(set(seen)) == len(seen)


def test_items_that_want_another_number_of_answers_are_named(database: Database) -> None:
    world = make_world(database, overlap=2)
    queue = schema.queue
    with database.transaction() as connection:
        odd = queue.c.item_id.in_([world.items[3], world.golden[0]])
        connection.execute(update(queue).where(odd).values(wanted=5))
    with database.snapshot() as connection:
        assert item_frames.wanted(connection, world.project.id, overlap=2).rows() == [(world.items[3], 5)]
    with database.transaction() as connection:
        set_wanted(connection, world.project.id, 2)
    with database.snapshot() as connection:
        assert item_frames.wanted(connection, world.project.id, overlap=2).is_empty()


def test_the_guide_is_listed_with_who_wrote_it(database: Database) -> None:
    world = make_world(database)
    with database.transaction() as connection:
        lead = add_person(connection, "lead", world.project, Role.LEAD)
        for actor, body in ((None, "первая"), (lead, "вторая!")):
            publish_guideline(connection, world.project.id, body_ru=body, body_en="", now=NOON, actor=actor)
        found = guideline_frames.guidelines(connection, world.project.id)
    assert found.select("version", "author", "letters_ru", "letters_en").rows() == [
        (2, "lead", 7, 0),
        (1, None, 6, 0),
    ]


def test_metadata_is_sampled_from_items_that_have_any(database: Database) -> None:
    world = make_world(database, items=2, golden_items=0)
    with database.transaction() as connection:
        values = {"project_id": world.project.id, "external_id": "m", "text": "x", "fingerprint": 7, "created_at": NOON}
        connection.execute(insert(schema.item), values | {"metadata": {"channel": "chat"}})
        assert item_frames.metadata_sample(connection, world.project.id) == [{"channel": "chat"}]
