"""A chunk from its golden items to its score and its briefing, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from labeling.desk import chunks, golden
from labeling.desk.answers import Receipt
from labeling.desk.card import DeskState
from labeling.errors import LabelingError
from labeling.facts import settled
from labeling.facts.votes import answers, golden_answers
from tests.labeling.desk.working import finish_chunk
from tests.labeling.worlds import make_world


def test_a_chunk_holds_its_golden_items_and_is_scored_when_it_closes(database: Database) -> None:
    world = make_world(database, items=20, golden_items=4, chunk_size=5, golden_per_chunk=2)
    me = world.assessors[0]
    full = finish_chunk(world, me, "gratitude")
    assert full.state is DeskState.CHUNK_DONE
    assert full.chunk is not None and full.answered == 5
    with pytest.raises(LabelingError, match="chunk_still_open"), database.snapshot() as connection:
        chunks.briefing(connection, me, full.chunk.id)
    closed = world.work(me, close=full.chunk.id).closed
    assert closed is not None and closed.golden_n == 2
    with database.snapshot() as connection:
        mistakes = chunks.briefing(connection, me, closed.id)
        asked = connection.execute(
            select(schema.golden.c.label)
            .join(schema.annotation, schema.annotation.c.item_id == schema.golden.c.item_id)
            .where(schema.annotation.c.chunk_id == closed.id)
        ).scalars()
        rights = [label == "gratitude" for label in asked]
    assert closed.golden_right == sum(rights)
    assert len(mistakes) == len(rights) - sum(rights)
    assert mistakes and all(mistake.explanation.startswith("because") for mistake in mistakes)
    assert world.work(me, close=closed.id).closed == closed


def test_anothers_briefing_is_refused(database: Database) -> None:
    world = make_world(database)
    full = finish_chunk(world, world.assessors[0])
    assert full.chunk is not None
    world.work(world.assessors[0], close=full.chunk.id)
    with pytest.raises(LabelingError, match="unknown_chunk"), database.snapshot() as connection:
        chunks.briefing(connection, world.assessors[1], full.chunk.id)


def test_a_closed_chunk_takes_no_corrections(database: Database) -> None:
    world = make_world(database)
    me = world.assessors[0]
    token = world.work(me).items[0].token
    full = finish_chunk(world, me)
    assert full.chunk is not None
    world.work(me, close=full.chunk.id)
    assert world.label(me, token, "confusion", revision=2) is Receipt.REFUSED


def test_a_golden_revision_scores_anew_and_the_old_score_is_reproducible(database: Database) -> None:
    world = make_world(database, items=20, golden_items=1, chunk_size=5, golden_per_chunk=1)
    me = world.assessors[0]
    full = finish_chunk(world, me, "neutral")
    assert full.chunk is not None
    world.work(me, close=full.chunk.id)
    before = world.now
    world.later(days=1)
    with database.transaction() as connection:
        golden.appoint(connection, world.project, world.golden[0], "confusion", now=world.now, actor=None)
    with database.snapshot() as connection:
        then = {"project_id": world.project.id, "as_of": before}
        scored = golden_answers(answers(connection, **then), settled.golden(connection, **then))
        assert (scored["right"].sum(), scored.height) == (1, 1)
        assert chunks.score(connection, full.chunk.id) == (0, 1)


def test_qualification_comes_first_and_gates_real_work(database: Database) -> None:
    world = make_world(database, items=5, golden_items=3, qualification_size=3, accuracy_floor=0.9, golden_per_chunk=0)
    me = world.assessors[0]
    full = finish_chunk(world, me, "neutral")
    assert full.chunk is not None and full.chunk.kind == "qualification"
    assert full.chunk.size == 3
    closed = world.work(me, close=full.chunk.id).closed
    assert closed is not None and closed.outcome == "failed"
