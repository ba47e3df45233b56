"""Before the application starts: whom it tells what."""

from __future__ import annotations

from pathlib import Path

from labeling.cli.main import DEMO_APART
from tests.labeling.cli.test_importing_and_exporting import run


def test_a_house_with_people_gets_no_demo_and_is_told_how_to_have_one(tmp_path: Path) -> None:
    first = run(tmp_path, "prepare")
    assert "admin" in first and DEMO_APART not in first
    again = run(tmp_path, "prepare", "--demo")
    assert DEMO_APART in again and "loading the demo" not in again
    assert DEMO_APART not in run(tmp_path, "prepare")
