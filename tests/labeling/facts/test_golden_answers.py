"""Answers on golden items against the labels of the day."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from labeling.desk import golden
from labeling.facts import settled
from labeling.facts import votes as facts_votes
from tests.labeling.facts.annotating import at, chunk, say
from tests.labeling.worlds import World


def test_golden_labels_and_answers_as_of_a_date(world: World) -> None:
    me, item = world.assessors[0], world.golden[0]
    mine = chunk(world, me, closed=1)
    say(world, me, item, "gratitude", chunk_id=mine)
    say(world, me, world.golden[1], None, chunk_id=mine)
    with world.database.transaction() as connection:
        golden.appoint(connection, world.project, item, "gratitude", now=at(5), actor=None)
        golden.appoint(connection, world.project, world.golden[1], None, now=at(6), actor=None)

    def scored(moment: datetime | None) -> list[tuple[str, str, str]]:
        with world.database.snapshot() as connection:
            given = facts_votes.votes(connection, world.project.id, as_of=moment)
            ruled = settled.golden(connection, world.project.id, as_of=moment)
        return facts_votes.golden_answers(given, ruled).select("item", pl.col("label", "ruled").cast(pl.String)).rows()

    assert scored(at(4)) == [("4", "gratitude", "neutral")]
    assert scored(None) == [("4", "gratitude", "gratitude")]
    # Before the chunk closed its golden items were nobody's business.
    assert scored(at(0.5)) == []
    with world.database.snapshot() as connection:
        now, before = (settled.golden(connection, world.project.id, as_of=when) for when in (None, at(5.5)))
    assert dict(now.select("item", pl.col("label").cast(pl.String)).rows()) == {"4": "gratitude"}
    assert dict(before.select("item", pl.col("label").cast(pl.String)).rows()) == {"4": "gratitude", "5": "gratitude"}


def test_golden_answers_of_open_chunks_and_unsure_ones_are_left_out() -> None:
    given = pl.DataFrame(
        {
            "item_id": [1, 2, 3, 4, 1],
            "label": ["a", "b", None, "a", "a"],
            "open": [False, False, False, False, True],
        }
    )
    gold = pl.DataFrame({"item_id": [1, 2, 3], "label": ["a", "a", "a"]})
    scored = facts_votes.golden_answers(given, gold)
    assert scored.select("item_id", "label", "ruled", "right").rows() == [(1, "a", "a", True), (2, "b", "a", False)]
