"""A tour that is done with stays so for that person and role alone, until it is begun again."""

from __future__ import annotations

from datetime import UTC, datetime

from db.engine import Database
from db.vocabulary import Role
from labeling.people.people import create_person
from labeling.people.tours import begin_tour, skip_tour, skipped_tours


def test_a_tour_is_skipped_for_one_role_of_one_person_and_begun_again(database: Database) -> None:
    with database.transaction() as connection:
        one, other = (create_person(connection, login, login, None, now=datetime.now(UTC)).id for login in ("a", "b"))
        skip_tour(connection, one, Role.LEAD)
        # A second tab says so once more.
        skip_tour(connection, one, Role.LEAD)
        skip_tour(connection, one, Role.EXPERT)
    with database.transaction() as connection:
        assert skipped_tours(connection, one) == {Role.LEAD, Role.EXPERT}
        assert skipped_tours(connection, other) == set()
        begin_tour(connection, one, Role.LEAD)
        assert skipped_tours(connection, one) == {Role.EXPERT}
