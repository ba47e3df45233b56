"""The admin that a house has before it has anybody."""

from __future__ import annotations

from datetime import datetime

from db.engine import Database
from labeling.people.people import ADMIN, ensure_admin, lacks_admin
from labeling.people.sign_in import hash_password, new_password
from labeling.people.turns import HASHING


def first_admin(database: Database, *, now: datetime) -> str | None:
    """Where the house has no admin, make one; gives their one-time password, which is kept nowhere."""
    with database.snapshot() as connection:
        if not lacks_admin(connection):
            return None
    password = new_password()
    with HASHING.turn(ADMIN):
        hashed = hash_password(ADMIN, password)
    with database.transaction() as connection:
        # Another process may have been quicker.
        return password if ensure_admin(connection, hashed, now=now) else None
