"""An SQLite file is its owner's alone, and so is a folder that is made for it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from db.engine import open_database


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_and_the_folders_made_for_it_are_ours_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    before = os.umask(0)
    try:
        opened = open_database(f"sqlite:///{tmp_path}/a/b/house.db")
        with opened.transaction() as connection:
            connection.exec_driver_sql("CREATE TABLE t (x INTEGER)")
    finally:
        os.umask(before)
    assert {mode_of(path) for path in (tmp_path / "a" / "b").iterdir()} == {0o600}
    assert (mode_of(tmp_path / "a"), mode_of(tmp_path / "a" / "b"), mode_of(tmp_path)) == (0o700, 0o700, 0o755)
    opened.close()


def test_a_file_that_was_open_to_others_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.touch(mode=0o644)
    path.chmod(0o644)
    open_database(f"sqlite:///{path}").close()
    assert mode_of(path) == 0o600
