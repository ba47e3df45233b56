"""Modules of one room need each other one way round only."""

from __future__ import annotations

import pytest

from tests.test_house import ROOT, imports_of


@pytest.mark.parametrize("room", ["desk", "adjudication"])
def test_modules_of_a_room_import_in_no_circle(room: str) -> None:
    """Not even inside of a function, where it would be hidden."""
    folder, name = ROOT / "labeling" / room, f"labeling.{room}."
    needs = {
        path.stem: {one.removeprefix(name).split(".")[0] for one in imports_of(path)} for path in folder.glob("*.py")
    }
    needs = {module: needed & needs.keys() for module, needed in needs.items()}
    while free := {module for module, needed in needs.items() if not needed}:
        needs = {module: needed - free for module, needed in needs.items() if module not in free}
    assert needs == {}
