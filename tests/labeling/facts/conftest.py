"""A small world that nobody has answered in yet."""

from __future__ import annotations

import pytest

from db.engine import Database
from tests.labeling.worlds import World, make_world


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database, items=3, golden_items=2, assessors=2)
