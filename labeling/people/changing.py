"""One's own password changed: counted, then hashed outside of any transaction, then written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from db import schema
from labeling.errors import LabelingError
from labeling.people import tries
from labeling.people.sign_in import Hashed, compare, hash_password, minutes_until, normal, set_password


def admit_change(connection: Connection, person_id: int, *, now: datetime) -> tuple[str, str]:
    """Count a try to change one's own password; gives the login, and the hash as it is stored, for :func:`renew_password`.

    To be committed before any password is hashed. Raises LabelingError ``too_many_tries``.
    """
    counts = tries.count_of_changes(person_id)
    tries.lock(connection, counts, now=now)
    closed = tries.closed_until(connection, counts, now=now)
    if closed is not None:
        raise LabelingError("too_many_tries", minutes=minutes_until(closed, now))
    tries.count(connection, counts, now=now)
    row = connection.execute(
        select(schema.person.c.login, schema.person.c.password_hash).where(schema.person.c.id == person_id)
    ).one()
    return row.login, row.password_hash or ""


def renew_password(login: str, stored: str, current: str, password: str) -> Hashed:
    """The hash of a new password for who knows the current one. No transaction may be open: it takes two tenths of a second.

    Raises ``wrong_password``, ``password_unchanged``, or those of :func:`hash_password`.
    """
    if not compare(login, None, stored, current).is_right:
        raise LabelingError("wrong_password")
    if normal(current) == normal(password):
        raise LabelingError("password_unchanged")
    return hash_password(login, password)


def change_own_password(
    connection: Connection, person_id: int, stored: str, password: Hashed, *, now: datetime, keep_token: str | None
) -> None:
    """Change one's own password from ``stored``. Raises ``wrong_password`` where another is stored meanwhile."""
    row = connection.execute(
        select(schema.person.c.password_hash).where(schema.person.c.id == person_id).with_for_update()
    ).one()
    if (row.password_hash or "") != stored:
        raise LabelingError("wrong_password")
    set_password(connection, person_id, password, now=now, actor=person_id, keep_token=keep_token)
