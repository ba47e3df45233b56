"""Every reader: the dtypes it declares, also for an empty table, and what of the facts is in force."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import insert, select, update

from db import schema
from db.engine import Database
from db.frames import guidelines as guideline_frames
from db.frames import items as item_frames
from db.frames import work as work_frames
from db.vocabulary import ChunkOutcome, Role, Standing
from labeling.desk import card as desk
from labeling.desk import golden
from labeling.desk.answers import Answer, AnswerKind
from labeling.facts import settled
from labeling.facts.overview import overview
from labeling.projects.projects import get_project, publish_guideline
from labeling.projects.wanted import set_wanted
from tests.labeling.worlds import CLASSES, NOON, World, add_person, make_world, press

LABELS = pl.Enum(CLASSES)


def annotate(world: World, **values: object) -> None:
    """One row of the facts, past the verbs."""
    row = {"project_id": world.project.id, "revision": 1, "created_at": NOON, "surplus": False, "flagged": False}
    with world.database.transaction() as connection:
        connection.execute(insert(schema.annotation), row | values)


def answers(world: World, assessor: int | None = None) -> pl.DataFrame:
    with world.database.snapshot() as connection:
        return frames.answers(connection, world.project.id, assessor)


def finish(world: World, assessor: int, label: str = "neutral") -> int:
    """Work the assessor's chunk to its end and close it; says which it was."""
    seen = world.work(assessor)
    while seen.items:
        seen = world.work(assessor, *[press(item.token, label) for item in seen.items])
    assert seen.chunk is not None
    world.work(assessor, close=seen.chunk.id, want=0)
    return seen.chunk.id


def test_every_reader_keeps_its_dtypes_where_there_is_nothing(database: Database) -> None:
    world = make_world(database, items=0, golden_items=0, assessors=0)
    with database.snapshot() as connection:
        project = world.project.id
        ruled = pl.Schema({"item": pl.Int64, "label": LABELS})
        assert frames.answers(connection, project).schema == pl.Schema(frames.answers_schema(LABELS))
        assert settled.golden(connection, project).schema == ruled
        assert settled.ruled(connection, project).schema == ruled
        assert work_frames.chunks(connection, project).schema == pl.Schema(work_frames.CHUNKS)
        assert frames.closed_chunks(connection, project).schema == pl.Schema(frames.CLOSED)
        assert work_frames.workers(connection, project, now=NOON).schema == pl.Schema(work_frames.WORKERS)
        assert work_frames.answers_since(connection, project, NOON).schema == pl.Schema(work_frames.TODAY)
        assert guideline_frames.guidelines(connection, project).schema == pl.Schema(guideline_frames.GUIDELINES)
        for otherwise in (None, 2):
            asked = serving_frames.asked(connection, project, otherwise=otherwise)
            assert asked.schema == pl.Schema(serving_frames.ASKED)
        assert item_frames.metadata_sample(connection, project) == []


def test_the_same_dtypes_where_there_is_something(database: Database) -> None:
    world = make_world(database)
    finish(world, world.assessors[0])
    with database.snapshot() as connection:
        project = world.project.id
        found = frames.answers(connection, project)
        assert found.height == 5
        assert found.schema == pl.Schema(frames.answers_schema(LABELS))
        assert settled.golden(connection, project).schema == pl.Schema({"item": pl.Int64, "label": LABELS})
        assert work_frames.chunks(connection, project).schema == pl.Schema(work_frames.CHUNKS)
        assert work_frames.workers(connection, project, now=NOON).schema == pl.Schema(work_frames.WORKERS)
        assert work_frames.answers_since(connection, project, NOON).schema == pl.Schema(work_frames.TODAY)


def test_the_latest_revision_speaks_for_each_assessor(database: Database) -> None:
    world = make_world(database)
    item, other = world.items[:2]
    me, she = world.assessors[:2]
    for revision, label in ((1, "neutral"), (2, "gratitude"), (3, "confusion")):
        annotate(world, item_id=item, assessor_id=me, revision=revision, label=label)
    annotate(world, item_id=item, assessor_id=she, label="neutral")
    annotate(world, item_id=other, assessor_id=me, label=None)
    annotate(world, item_id=other, assessor_id=me, label="neutral", revision=2)
    found = answers(world).select("item", "assessor", "label").rows()
    assert sorted(found) == [(item, me, "confusion"), (item, she, "neutral"), (other, me, "neutral")]


def test_what_is_missing_is_null_and_what_is_there_is_exact(database: Database) -> None:
    world = make_world(database)
    item, other = world.items[:2]
    me = world.assessors[0]
    moment = datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC)
    annotate(world, item_id=item, assessor_id=me, label=None, seconds=None, created_at=moment)
    annotate(world, item_id=other, assessor_id=me, label="neutral", seconds=0.0, surplus=True, created_at=moment)
    first, second = answers(world).sort("item").rows(named=True)
    assert first == {
        "item": item, "assessor": me, "chunk": None, "label": None, "seconds": None, "at": moment, "surplus": False,
    }  # fmt: skip
    assert (second["label"], second["seconds"], second["surplus"]) == ("neutral", 0.0, True)


def test_answers_of_one_assessor_and_of_one_project_only(database: Database) -> None:
    world = make_world(database)
    me, she, _ = world.assessors
    finish(world, me)
    finish(world, she)
    assert answers(world).height == 10
    assert answers(world, she)["assessor"].unique().to_list() == [she]
    with database.snapshot() as connection:
        assert frames.answers(connection, world.project.id + 1).is_empty()


def test_a_retired_golden_label_is_gone_and_a_ruling_anew_counts(database: Database) -> None:
    world = make_world(database, golden_items=3)
    kept, ruled, retired = world.golden
    with database.transaction() as connection:
        golden.appoint(connection, world.project, ruled, "neutral", now=NOON, actor=None)
        golden.appoint(connection, world.project, retired, None, now=NOON, actor=None)
        assert sorted(settled.golden(connection, world.project.id).rows()) == [(kept, CLASSES[0]), (ruled, "neutral")]


def test_an_experts_latest_ruling_is_in_force(database: Database) -> None:
    world = make_world(database)
    first, second = world.items[:2]
    rulings = [(first, 1, "neutral"), (first, 2, "gratitude"), (second, 1, "neutral"), (second, 2, None)]
    with database.transaction() as connection:
        for item, revision, label in rulings:
            row = {"item_id": item, "revision": revision, "label": label, "project_id": world.project.id}
            verdict = "label" if label else "withdrawn"
            connection.execute(insert(schema.adjudication), row | {"verdict": verdict, "created_at": NOON})
        assert settled.ruled(connection, world.project.id).rows() == [(first, "gratitude")]


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
        assert frames.closed_chunks(connection, world.project.id).rows() == [(closed, me, "work", "accepted")]
        assert work_frames.chunks(connection, world.project.id).height == 2


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

    marks = [mark()]
    assert mark() == marks[0]
    token = world.work(me).items[0].token
    marks.append(mark())
    world.label(me, token)
    marks.append(mark())
    closed = finish(world, me)
    marks.append(mark())
    with database.transaction() as connection:
        table = schema.chunk
        connection.execute(update(table).where(table.c.id == closed).values(outcome=ChunkOutcome.SUSPENDED))
    marks.append(mark())
    with database.transaction() as connection:
        golden.appoint(connection, world.project, world.golden[0], None, now=NOON, actor=None)
    marks.append(mark())
    row = {"item_id": world.items[0], "revision": 1, "label": "neutral", "project_id": world.project.id}
    with database.transaction() as connection:
        connection.execute(insert(schema.adjudication), row | {"created_at": NOON})
    marks.append(mark())
    with database.transaction() as connection:
        values = {"project_id": world.project.id, "external_id": "new", "text": "x", "fingerprint": 1}
        connection.execute(insert(schema.item), values | {"created_at": NOON})
    marks.append(mark())
    assert len(set(marks)) == len(marks)


def test_items_that_want_another_number_of_answers_are_named(database: Database) -> None:
    world = make_world(database, overlap=2)
    queue = schema.queue
    with database.transaction() as connection:
        odd = queue.c.item_id.in_([world.items[3], world.golden[0]])
        connection.execute(update(queue).where(odd).values(wanted=5))
        assert serving_frames.asked(connection, world.project.id, otherwise=2).rows() == [("4", world.items[3], 5)]
        set_wanted(connection, world.project.id, 2)
        assert serving_frames.asked(connection, world.project.id, otherwise=2).is_empty()


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


@pytest.mark.parametrize("adaptive", [False, True])
def test_the_overview_wants_what_the_desk_will_hand_out(database: Database, adaptive: bool) -> None:
    """The arithmetic on frames and the queue kept by the verbs are two ways to one number."""
    target = {"target_probability": 0.9, "max_overlap": 5} if adaptive else {}
    world = make_world(database, items=9, golden_items=3, overlap=3, chunk_size=4, **target)
    first, second, third = world.assessors
    finish(world, first)
    finish(world, second, "gratitude")
    token = world.work(third).items[0].token
    skip = Answer(token, 1, AnswerKind.SKIP)
    world.work(third, skip, want=2)
    with database.transaction() as connection:
        if adaptive:
            queue = schema.queue
            some = queue.c.item_id.in_(world.items[:2])
            connection.execute(update(queue).where(some).values(wanted=5, places=queue.c.places + 2))
        project = get_project(connection, "test")
    with database.snapshot() as connection:
        seen = overview(connection, project, "UTC")
        lease, queue = schema.lease, schema.queue
        open_leases = select(lease.c.id).join(queue, queue.c.item_id == lease.c.item_id)
        held = len(connection.execute(open_leases.where(lease.c.state == "open", ~queue.c.golden)).all())
        from labeling.quality.progress import still_wanted

        assert still_wanted(seen.depths) == desk.remaining(connection, project.id) + held
    assert seen.states.items == 12
    assert seen.states.golden == 3


def test_a_suspended_chunk_stops_counting_but_its_days_stay(database: Database) -> None:
    world = make_world(database, items=6, golden_items=2, overlap=1, chunk_size=4, golden_per_chunk=1)
    chunk = finish(world, world.assessors[0])
    with database.transaction() as connection:
        before = overview(connection, world.project, "UTC")
        table = schema.chunk
        connection.execute(update(table).where(table.c.id == chunk).values(outcome=ChunkOutcome.SUSPENDED))
    with database.snapshot() as connection:
        after = overview(connection, world.project, "UTC")
    assert before.states.agreed == before.balance["n"].sum() == 3
    assert (after.states.agreed, after.states.unlabeled, after.balance["n"].sum()) == (0, 6, 0)
    assert (before.accuracy.n, after.accuracy.n) == (1, 0)
    assert after.by_chunk["n"].to_list() == after.by_assessor["n"].to_list() == [1]
    assert after.days.rows() == before.days.rows() == [(NOON.date(), 4, 3)]
