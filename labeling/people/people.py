"""The people of the house: who they are, who runs it, and who may come in at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from db import schema
from db.vocabulary import Standing
from labeling.desk.leases import release_all
from labeling.errors import LabelingError
from labeling.events import record
from labeling.people.memberships import Membership, last_seen, login_of, memberships_of
from labeling.people.sign_in import ONE_TIME, Hashed, end_all_sessions, set_password
from labeling.projects.languages import LOCALES
from labeling.projects.projects import lock_project_by_id
from labeling.roles import check_admin

LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
ADMIN = "admin"

_PERSON = schema.person.c


@dataclass(frozen=True)
class Person:
    """Somebody with a login. ``has_one_time_password``: nobody has signed in with it and changed it yet."""

    id: int
    login: str
    name: str
    locale: str
    active: bool
    is_admin: bool
    is_simulated: bool
    has_one_time_password: bool
    seen_at: datetime | None = None
    memberships: tuple[Membership, ...] = ()


def create_person(
    connection: Connection,
    login: str,
    name: str,
    password: Hashed | None,
    *,
    now: datetime,
    actor: int | None = None,
    locale: str = "ru",
    is_admin: bool = False,
    is_simulated: bool = False,
    one_time: bool = False,
) -> Person:
    """Make a person; without a password they can't sign in by one. ``one_time``: it must be changed at once.

    Raises LabelingError ``not_allowed``, ``bad_login``, ``login_taken``, ``bad_name`` or ``bad_locale``.
    """
    check_admin(connection, actor)
    return enrol(
        connection, login, name, password, now=now, actor=actor, locale=locale, is_admin=is_admin, is_simulated=is_simulated,
        one_time=one_time,
    )  # fmt: skip


def enrol(
    connection: Connection,
    login: str,
    name: str,
    password: Hashed | None,
    *,
    now: datetime,
    actor: int | None,
    locale: str = "ru",
    is_admin: bool = False,
    is_simulated: bool = False,
    one_time: bool = False,
) -> Person:
    """:func:`create_person` for verbs that have asked already whether the actor may."""
    login, name = login.strip().casefold(), name.strip()
    if not LOGIN.fullmatch(login):
        raise LabelingError("bad_login", login=login)
    if connection.execute(select(_PERSON.id).where(_PERSON.login == login)).first():
        raise LabelingError("login_taken", login=login)
    _check_name(name)
    _check_locale(locale)
    hashed = password.value if password is not None else None
    values = {
        "login": login,
        "name": name,
        "password_hash": ONE_TIME + hashed if hashed and one_time else hashed,
        "locale": locale,
        "is_admin": is_admin,
        "is_simulated": is_simulated,
        "created_at": now,
    }
    connection.execute(insert(schema.person).values(values))
    record(connection, "create_person", login, now=now, actor=actor, details={"is_admin": is_admin})
    return get_person(connection, login)


def get_person(connection: Connection, login: str) -> Person:
    """The person with this login. Raises LabelingError ``unknown_person``."""
    row = connection.execute(select(schema.person).where(_PERSON.login == login.strip().casefold())).first()
    if row is None:
        raise LabelingError("unknown_person", login=login)
    return _person(row, None, memberships_of(connection, row.id))


def all_people(connection: Connection) -> list[Person]:
    """Everybody, by login, with the roles they hold and when they were last here."""
    seen = last_seen()
    query = select(schema.person, seen.c.seen_at).outerjoin(seen, seen.c.person_id == _PERSON.id)
    rows = connection.execute(query.order_by(_PERSON.login)).all()
    return [_person(row, row.seen_at, memberships_of(connection, row.id)) for row in rows]


def admins(connection: Connection) -> list[str]:
    """The names of the admins who may come in, by login."""
    is_one = _PERSON.is_admin & _PERSON.active
    return list(connection.execute(select(_PERSON.name).where(is_one).order_by(_PERSON.login)).scalars())


def demo_logins(connection: Connection) -> list[tuple[str, str]]:
    """One simulated login for each role, as (role, login); empty where no demo is loaded."""
    member = schema.membership.c
    query = (
        select(member.role, func.min(_PERSON.login))
        .join(schema.person, _PERSON.id == member.person_id)
        .where(_PERSON.is_simulated, _PERSON.active, _PERSON.password_hash.is_not(None))
        .where(member.standing == Standing.ACTIVE.value)
        .group_by(member.role)
        .order_by(member.role.desc())
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def rename(connection: Connection, person_id: int, name: str, *, now: datetime, actor: int | None) -> None:
    """Change how a person is called; one may rename oneself. Raises ``not_allowed`` or ``bad_name``."""
    if actor != person_id:
        check_admin(connection, actor)
    _check_name(name.strip())
    connection.execute(update(schema.person).where(_PERSON.id == person_id).values(name=name.strip()))
    record(connection, "rename", login_of(connection, person_id), now=now, actor=actor)


def set_locale(connection: Connection, person_id: int, locale: str) -> None:
    """Set the language a person reads in. Raises LabelingError ``bad_locale``."""
    _check_locale(locale)
    connection.execute(update(schema.person).where(_PERSON.id == person_id).values(locale=locale))


def reset_password(
    connection: Connection, person_id: int, password: Hashed, *, now: datetime, actor: int | None
) -> None:
    """Give a person a new one-time password; their sessions end. Raises LabelingError ``not_allowed`` or ``unknown_person``."""
    check_admin(connection, actor)
    set_password(connection, person_id, password, now=now, actor=actor, one_time=True)


def set_active(connection: Connection, person_id: int, active: bool, *, now: datetime, actor: int | None) -> None:
    """Shut a person out of the house (their sessions end now, their desks are cleared), or let them in again.

    Raises LabelingError ``not_allowed`` or ``last_admin``.
    """
    check_admin(connection, actor)
    if not active:
        _check_not_last_admin(connection, person_id)
        end_all_sessions(connection, person_id, now=now)
        for project_id in sorted({member.project_id for member in memberships_of(connection, person_id)}):
            lock_project_by_id(connection, project_id)
            release_all(connection, person_id, now=now, project_id=project_id)
    connection.execute(update(schema.person).where(_PERSON.id == person_id).values(active=active))
    login = login_of(connection, person_id)
    record(connection, "readmit" if active else "ban", login, now=now, actor=actor)


def set_admin(connection: Connection, person_id: int, is_admin: bool, *, now: datetime, actor: int | None) -> None:
    """Make a person an admin, or no longer one. Raises LabelingError ``not_allowed`` or ``last_admin``."""
    check_admin(connection, actor)
    if not is_admin:
        _check_not_last_admin(connection, person_id)
    connection.execute(update(schema.person).where(_PERSON.id == person_id).values(is_admin=is_admin))
    details = {"is_admin": is_admin}
    record(connection, "set_admin", login_of(connection, person_id), now=now, actor=actor, details=details)


def is_empty(connection: Connection) -> bool:
    """Whether nobody has a login yet: a house before its first start."""
    return connection.execute(select(_PERSON.id).limit(1)).first() is None


def lacks_admin(connection: Connection) -> bool:
    """Whether the house has nobody who could run it."""
    return connection.execute(select(_PERSON.id).where(_real_admin())).first() is None


def ensure_admin(connection: Connection, password: Hashed, *, now: datetime) -> bool:
    """Where the house has no admin, make the login ``admin`` with this one-time password; says whether it did."""
    if not lacks_admin(connection):
        return False
    create_person(connection, ADMIN, "Admin", password, now=now, is_admin=True, one_time=True)
    return True


def _check_not_last_admin(connection: Connection, person_id: int) -> None:
    # All admins' rows are locked, in one order: two admins who dismiss each other at once must not both succeed.
    admins = select(_PERSON.id).where(_real_admin()).order_by(_PERSON.id).with_for_update()
    if list(connection.execute(admins).scalars()) == [person_id]:
        raise LabelingError("last_admin")


def _real_admin() -> ColumnElement[bool]:
    # The demo's people don't count: their password is known to all.
    return _PERSON.is_admin & _PERSON.active & ~_PERSON.is_simulated


def _check_name(name: str) -> None:
    if not 1 <= len(name) <= 200:
        raise LabelingError("bad_name")


def _check_locale(locale: str) -> None:
    if locale not in LOCALES:
        raise LabelingError("bad_locale", locale=locale)


def _person(row: Row[Any], seen_at: datetime | None, memberships: tuple[Membership, ...]) -> Person:
    return Person(
        id=row.id,
        login=row.login,
        name=row.name,
        locale=row.locale,
        active=row.active,
        is_admin=row.is_admin,
        is_simulated=row.is_simulated,
        has_one_time_password=(row.password_hash or "").startswith(ONE_TIME),
        seen_at=seen_at,
        memberships=memberships,
    )
