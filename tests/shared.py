"""Where the measuring data lies; it is no part of the project, and tests that need it say so when it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("SVERKA_SHARED", Path(__file__).parents[2] / "shared" / "data"))

# How the skip begins of a test that wants a file of it.
ABSENT = "NO MEASURING DATA: "


def shared_file(name: str) -> Path:
    """A file of the measuring data; skips the test, with a word, where it is not there."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{ABSENT}{name} is not at hand (SVERKA_SHARED names its folder)")
    return path
