"""What the label card gets of a conversation, and the turn that decided an answer."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import ItemForm
from labeling.desk.answers import Answer, AnswerKind, Receipt
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat
from labeling.exchange.exporting import export
from pages.desk import route as desk
from pages.ui.card_items import shown_text
from tests.labeling.worlds import World, add_items, make_world

SAID = "client: my card\n  is lost\nagent: when?"


def world_of(database: Database, **settings: Any) -> World:
    """One conversation and nothing else to label."""
    world = make_world(database, items=0, golden_items=0, golden_per_chunk=0, overlap=1, **settings)
    with database.transaction() as connection:
        add_items(connection, world.project, [SAID], form=ItemForm.TURNS)
    return world


def test_a_plain_text_is_told_as_it_always_was() -> None:
    assert shown_text("a: b", "text", {"n": 1}) == {"text": "a: b", "metadata": {"n": 1}}


def test_times_are_told_with_their_turns_and_not_beside_them() -> None:
    told = shown_text("a: b\nc: d", "turns", {"turn_times": ["9:01"]})
    assert [turn.get("time") for turn in told["turns"]] == ["9:01", None]
    assert told["metadata"] is None


def test_a_conversation_is_leased_with_what_does_not_count(database: Database) -> None:
    world = world_of(database, unjudged_speakers=["agent"])
    for _ in range(2):
        # New, and held when it is asked for again.
        (held,) = world.work(world.assessors[0]).items
        told = shown_text(held.text, held.form, held.metadata, held.unjudged)
        assert told["turns"] == [
            {"speaker": "client", "text": "my card\nis lost"},
            {"speaker": "agent", "text": "when?", "muted": True},
        ]


def test_the_turn_that_decided_is_stored_corrected_and_exported(database: Database) -> None:
    world = world_of(database)
    me = world.assessors[0]
    (held,) = world.work(me).items
    world.work(me, Answer(held.token, 1, AnswerKind.LABEL, "neutral", evidence=1))
    world.work(me, Answer(held.token, 2, AnswerKind.LABEL, "neutral"))
    with database.snapshot() as connection:
        stored = connection.execute(select(schema.annotation.c.evidence).order_by(schema.annotation.c.revision))
        assert list(stored.scalars()) == [1, None]
    out = io.BytesIO()
    export(database, world.project.slug, ExportContent.ANNOTATIONS, out, ExportFormat.JSONL)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["evidence"] for line in lines] == [1, None]
    assert lines[0]["turns"][1] == {"speaker": "agent", "text": "when?"}


@pytest.mark.parametrize("evidence", [-1, 20_001])
def test_a_turn_that_no_text_has_is_refused(database: Database, evidence: int) -> None:
    world = world_of(database)
    (held,) = world.work(world.assessors[0]).items
    seen = world.work(world.assessors[0], Answer(held.token, 1, AnswerKind.LABEL, "neutral", evidence=evidence))
    assert [(one.status, one.error) for one in seen.acknowledged] == [(Receipt.REFUSED, "bad_answer")]


def test_the_card_says_the_turn_or_nothing() -> None:
    sent = {"token": "t", "revision": 1, "kind": "label", "label": "x", "flagged": False, "seconds": 1}
    assert desk._answer(sent | {"evidence": 3}).evidence == 3
    assert desk._answer(sent).evidence is None
