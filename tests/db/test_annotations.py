"""Annotations kept in memory: read on from the last one, and never taken for those of another database."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import event

from db.engine import Database, open_database
from db.frames.annotations import annotations_of
from tests.labeling.worlds import World, make_world


def label_some(world: World, n: int, label: str = "neutral") -> None:
    me = world.assessors[0]
    for _ in range(n):
        world.label(me, world.work(me, want=1).items[0].token, label)


def read(world: World, assessor: int | None = None) -> list[tuple[int, str, bool]]:
    with world.database.snapshot() as connection:
        found = annotations_of(connection, world.project.id, assessor)
    return found.select("assessor", "label", "surplus").rows()


def test_what_came_since_is_read_and_nothing_twice(database: Database) -> None:
    world = make_world(database, golden_items=0, golden_per_chunk=0, chunk_size=10)
    me = world.assessors[0]
    assert read(world) == []
    label_some(world, 2)
    assert read(world) == [(me, "neutral", False)] * 2
    label_some(world, 3, "confusion")
    assert read(world) == [(me, "neutral", False)] * 2 + [(me, "confusion", False)] * 3
    assert read(world) == read(world, me)
    assert read(world, world.assessors[1]) == []


def test_what_is_known_is_not_read_again(database: Database) -> None:
    world = make_world(database, golden_items=0, golden_per_chunk=0, chunk_size=10)
    label_some(world, 3)
    with database.snapshot() as connection:
        first = annotations_of(connection, world.project.id)
        asked: list[str] = []
        event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2]))
        assert annotations_of(connection, world.project.id) is first
    assert 0 < len(asked) <= 2


@pytest.mark.parametrize("fewer", [True, False])
def test_another_file_in_the_same_place_is_read_from_its_beginning(
    sqlite_template: Path, tmp_path: Path, fewer: bool
) -> None:
    path = tmp_path / "same.db"
    found = []
    for n, label in ((3, "neutral"), (2 if fewer else 4, "gratitude")):
        for old in tmp_path.iterdir():
            old.unlink()
        shutil.copy(sqlite_template, path)
        opened = open_database(f"sqlite:///{path}")
        world = make_world(opened, golden_items=0, golden_per_chunk=0, chunk_size=10)
        world.later(minutes=n)
        label_some(world, n, label)
        found = [row[1] for row in read(world)]
        opened.close()
    assert found == ["gratitude"] * (2 if fewer else 4)
