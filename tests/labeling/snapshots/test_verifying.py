"""What was changed past the program is found: in the rows, in the texts, in the bytes."""

from __future__ import annotations

import polars as pl
import pytest

from db.engine import Database
from labeling.errors import LabelingError
from labeling.snapshots.kept import Snapshot, held_in, rows_of
from labeling.snapshots.verifying import Verified, verify
from tests.labeling.snapshots.keeping import change_texts, replace_part, take_of, tamper
from tests.labeling.worlds import World, make_world


def checked(world: World, snapshot: Snapshot) -> Verified:
    with world.database.snapshot() as connection:
        return verify(connection, world.project.id, snapshot)


def test_what_nobody_touched_is_whole(database: Database) -> None:
    world = make_world(database)
    verified = checked(world, taken := take_of(world, "v1"))
    assert verified.is_whole
    assert verified.found == taken.sha256


@pytest.mark.parametrize(
    "change",
    [
        pl.lit("gratitude").alias("label"),
        pl.lit(0.5).alias("probability"),
        (pl.col("n") + 1).alias("n"),
        pl.lit(b"\x00").alias("text_sha256"),
    ],
    ids=str,
)
def test_a_changed_row_is_found_and_no_longer_spoken_for(database: Database, change: pl.Expr) -> None:
    world = make_world(database)
    taken = take_of(world, "v1")
    tamper(database, change)
    verified = checked(world, taken)
    assert not verified.is_whole
    assert not verified.rows_hold
    with database.snapshot() as connection, pytest.raises(LabelingError, match="snapshot_broken"):
        rows_of(connection, taken)


def test_bytes_that_can_not_be_read_are_told_and_break_nothing_else(database: Database) -> None:
    world = make_world(database)
    taken = take_of(world, "v1")
    for body in (b"", b"nothing", b"PAR1" + b"\xff" * 400 + b"PAR1"):
        replace_part(database, body)
        verified = checked(world, taken)
        assert (verified.found, verified.is_whole) == (None, False)
        with database.snapshot() as connection:
            assert held_in(connection, world.project.id, "1").is_empty()
            with pytest.raises(LabelingError, match="snapshot_broken"):
                rows_of(connection, taken)


def test_a_text_that_is_another_one_is_named(database: Database) -> None:
    world = make_world(database)
    taken = take_of(world, "v1")
    change_texts(database, "1", "3", "5", "7")
    verified = checked(world, taken)
    assert verified.rows_hold
    assert (verified.is_whole, verified.texts_changed, verified.named) == (False, 4, ("1", "3", "5"))
