"""A snapshot is the final labels of its moment, under a name of its own, for good."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

import polars as pl
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from db import schema
from db.engine import Database
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.facts.final import final
from labeling.facts.overview import overview
from labeling.snapshots import rows as snapshot_rows
from labeling.snapshots.kept import held_in, rows_of, snapshots
from labeling.snapshots.rows import ROWS, canonical, digest_of, pack, unpack
from labeling.snapshots.taking import keep, read, take
from tests.labeling.snapshots.keeping import take_of
from tests.labeling.worlds import NOON, add_person, finish, make_world

NAMES = ["item", "label", "source", "method", "probability", "n", "state"]


def plain(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    return frame.with_columns(pl.col("label").cast(pl.String)).sort("item").select(NAMES).rows()


def test_it_keeps_the_final_labels_and_the_figures_of_its_moment(database: Database) -> None:
    world = make_world(database)
    finish(world, world.assessors[0])
    taken = take_of(world, "v1")
    with database.snapshot() as connection:
        project = world.project
        kept = rows_of(connection, taken)
        assert plain(kept) == plain(final(connection, project))
        said = connection.execute(select(schema.item.c.external_id, schema.item.c.text))
        texts = {row.external_id: row.text for row in said}
        seen = overview(connection, project, "UTC")
        event = connection.execute(select(schema.audit_event).where(schema.audit_event.c.verb == "take_snapshot")).one()
    assert {item: digest.hex() for item, digest in kept.select("item", "text_sha256").iter_rows()} == {
        item: hashlib.sha256(each.encode()).hexdigest() for item, each in texts.items()
    }
    figures = taken.figures
    assert (figures["items"], figures["states"]) == (14, asdict(seen.states))
    assert figures["golden_accuracy"] == asdict(seen.accuracy)
    assert figures["labelled"] == sum(figures["by_source"].values()) == kept["label"].count()
    assert figures["divergence"]["value"] is None
    assert (event.target, event.details["sha256"], event.project_id) == ("v1", taken.sha256, project.id)
    assert taken.at < world.now


def test_what_is_said_later_leaves_it_as_it_is(database: Database) -> None:
    world = make_world(database)
    before = take_of(world, "v1")
    finish(world, world.assessors[0])
    after = take_of(world, "v2")
    with database.snapshot() as connection:
        assert rows_of(connection, before)["label"].count() == 4 < rows_of(connection, after)["label"].count()
        assert [each.name for each in snapshots(connection, world.project.id)] == ["v2", "v1"]


def test_one_person_at_a_time_has_a_name_and_only_leads_take_any(database: Database) -> None:
    world = make_world(database)
    with database.transaction() as connection:
        lead = add_person(connection, "lead", world.project, Role.LEAD)
    taken = take(database, "test", "  v1 ", now=world.now, actor=lead)
    assert (taken.name, taken.person) == ("v1", "lead")
    for actor, name, code in (
        (lead, "v1", "snapshot_taken"),
        (None, "", "snapshot_name"),
        (None, "a/b", "snapshot_name"),
        (None, "a\\b", "snapshot_name"),
        (None, "a\nb", "snapshot_name"),
        (None, "x" * 81, "snapshot_name"),
        (world.assessors[0], "v2", "not_allowed"),
    ):
        with pytest.raises(LabelingError) as refused:
            take(database, "test", name, now=world.now, actor=actor)
        assert refused.value.code == code
    with database.snapshot() as connection:
        reading = read(connection, world.project, now=world.now)
    # Who has lost the role since the reading writes nothing, and a name may be taken by then.
    for actor, name, code in ((world.assessors[0], "v2", "not_allowed"), (lead, "v1", "snapshot_taken")):
        with pytest.raises(LabelingError, match=code), database.transaction() as connection:
            keep(connection, world.project, name, reading, now=world.now, actor=actor)
    take(database, "test", "ё" * 80, now=world.now, actor=None)
    with database.snapshot() as connection:
        assert len(snapshots(connection, world.project.id)) == 2


def test_a_project_without_items_has_nothing_to_keep(sqlite_database: Database) -> None:
    make_world(sqlite_database, items=0, golden_items=0, assessors=0)
    with pytest.raises(LabelingError, match="snapshot_empty"):
        take(sqlite_database, "test", "v1", now=NOON, actor=None)


@pytest.mark.parametrize("table", ["snapshot", "snapshot_part"])
def test_it_is_never_changed_or_deleted(database: Database, table: str) -> None:
    world = make_world(database)
    take_of(world, "v1")
    for statement in (
        f"UPDATE {table} SET {'name' if table == 'snapshot' else 'first_item'} = 'x'",
        f"DELETE FROM {table}",
    ):
        with pytest.raises(DatabaseError, match="append-only"), database.transaction() as connection:
            connection.execute(text(statement))


def test_an_item_knows_the_snapshots_it_went_into(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """With several parts: each item is in one, and items that no snapshot has are in none."""
    monkeypatch.setattr(snapshot_rows, "PART", 3)
    world = make_world(database)
    first = take_of(world, "v1")
    take_of(world, "v2")
    with database.snapshot() as connection:
        rows = rows_of(connection, first)
        for item, label, source in rows.select("item", "label", "source").iter_rows():
            held = held_in(connection, world.project.id, item)
            assert held.select("name", "label", "source").rows() == [("v1", label, source), ("v2", label, source)]
        for stranger in ("", "0", "55", "я"):
            assert held_in(connection, world.project.id, stranger).is_empty()


def lines_of(rows: pl.DataFrame) -> list[str]:
    return b"".join(canonical(rows)).decode().split("\n")[:-1]


def test_the_canonical_lines_are_those_of_the_standard_library_whatever_stands_in_them() -> None:
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    rows = pl.DataFrame({"item": characters}).select(
        "item", *(pl.lit(None, dtype).alias(name) for name, dtype in ROWS.items() if name != "item")
    )
    rows = rows.with_columns(text_sha256=pl.lit(b"\xff"), n=pl.lit(0, pl.Int64))
    expected = [
        json.dumps(
            dict.fromkeys(ROWS) | {"item": item, "text_sha256": "ff", "n": 0}, ensure_ascii=False, separators=(",", ":")
        )
        for item in sorted(characters)
    ]
    assert lines_of(rows) == expected


def test_probabilities_are_written_with_all_their_digits() -> None:
    chances = [0.0, 1e-06, 0.00001, 0.1, 0.666667, 0.999999, 1.0]
    rows = pl.DataFrame({"item": [str(n) for n in range(7)], "probability": chances})
    rows = rows.with_columns(pl.lit(None, ROWS[name]).alias(name) for name in ROWS if name not in rows.columns)
    told = [json.loads(line)["probability"] for line in lines_of(rows.select(list(ROWS)))]
    assert told == [f"{chance:.6f}" for chance in chances]


def test_the_order_of_the_rows_is_nothing_to_the_hash_and_parts_give_them_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_rows, "PART", 2)
    rows = pl.DataFrame({"item": ["a", "B", "ё", "\U0001f600", "￿"]})
    rows = rows.with_columns(pl.lit(None, ROWS[name]).alias(name) for name in ROWS if name != "item").select(list(ROWS))
    assert digest_of(rows) == digest_of(rows.reverse())
    parts = pack(rows)
    assert [first for first, _ in parts] == ["B", "ё", "\U0001f600"]
    assert pl.concat([unpack(body) for _, body in parts])["item"].to_list() == sorted(rows["item"])
