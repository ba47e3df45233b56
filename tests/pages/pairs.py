"""A project of pairs in the small house, led by its people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from db.engine import Database
from db.vocabulary import Role
from labeling.people.memberships import grant
from labeling.people.people import get_person
from labeling.projects.projects import get_project
from tests.labeling.exchange.files import SLUG
from tests.labeling.pairs import bring_pairs, settle


def bring_house_pairs(house: Database, rows: list[dict[str, Any]] | None = None, *, settled: bool = True) -> None:
    """The pairs of :mod:`tests.labeling.pairs`, or these rows, in a project in which everybody has their role."""
    bring_pairs(house, rows)
    if rows is None and settled:
        settle(house)
    with house.transaction() as connection:
        project = get_project(connection, SLUG)
        for login, role in (("lead", Role.LEAD), ("expert", Role.EXPERT), ("assessor", Role.ASSESSOR)):
            grant(connection, project.id, get_person(connection, login).id, role, now=datetime.now(UTC), actor=None)
