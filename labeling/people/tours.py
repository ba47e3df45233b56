"""Which tours of the pages a person has done with, one for each role; they hold in every project."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from db import schema
from db.vocabulary import Role

_SKIPPED = schema.skipped_tour.c


def skipped_tours(connection: Connection, person_id: int) -> frozenset[Role]:
    """The roles whose tour the person has skipped, or been through."""
    query = select(_SKIPPED.role).where(_SKIPPED.person_id == person_id)
    return frozenset(Role(role) for role in connection.execute(query).scalars())


def skip_tour(connection: Connection, person_id: int, role: Role) -> None:
    """Offer this tour no longer."""
    if role not in skipped_tours(connection, person_id):
        connection.execute(insert(schema.skipped_tour).values(person_id=person_id, role=role.value))


def begin_tour(connection: Connection, person_id: int, role: Role) -> None:
    """Offer it again."""
    connection.execute(delete(schema.skipped_tour).where(_SKIPPED.person_id == person_id, _SKIPPED.role == role.value))
