"""What experts have settled, now and as of any moment."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from db import schema
from db.engine import Database
from labeling.desk import golden
from labeling.facts import settled
from tests.labeling.worlds import CLASSES, NOON, make_world


def test_a_retired_golden_label_is_gone_and_a_ruling_anew_counts(database: Database) -> None:
    world = make_world(database, golden_items=3)
    kept, ruled, retired = world.golden
    with database.transaction() as connection:
        golden.appoint(connection, world.project, ruled, "neutral", now=NOON, actor=None)
        golden.appoint(connection, world.project, retired, None, now=NOON, actor=None)
        assert settled.golden(connection, world.project.id).select("item_id", "label").rows() == [
            (kept, CLASSES[0]),
            (ruled, "neutral"),
        ]


def test_an_experts_latest_ruling_is_in_force(database: Database) -> None:
    world = make_world(database)
    first, second = world.items[:2]
    rulings = [(first, 1, "neutral"), (first, 2, "gratitude"), (second, 1, "neutral"), (second, 2, None)]
    with database.transaction() as connection:
        for item, revision, label in rulings:
            row = {"item_id": item, "revision": revision, "label": label, "project_id": world.project.id}
            verdict = "label" if label else "withdrawn"
            connection.execute(insert(schema.adjudication), row | {"verdict": verdict, "created_at": NOON})
        assert settled.ruled(connection, world.project.id).select("item_id", "label").rows() == [(first, "gratitude")]


def test_a_ruling_goes_before_a_golden_label_from_its_moment_on(database: Database) -> None:
    world = make_world(database, golden_items=2)
    both, alone = world.golden
    with database.transaction() as connection:
        row = {"item_id": both, "revision": 1, "label": "confusion", "project_id": world.project.id, "verdict": "label"}
        connection.execute(insert(schema.adjudication), row | {"created_at": NOON + timedelta(hours=1)})

    def told(hours: float) -> list[tuple[int, str, str]]:
        with database.snapshot() as connection:
            found = settled.settled(connection, world.project.id, as_of=NOON + timedelta(hours=hours))
        return sorted(found.select("item_id", "label", "source").rows())

    assert told(-1) == []
    assert told(0.5) == [(both, CLASSES[0], "golden"), (alone, CLASSES[1], "golden")]
    assert told(1) == [(both, "confusion", "adjudication"), (alone, CLASSES[1], "golden")]
