"""Passwords, sign-in and sessions: who comes in, and for how long."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from db import schema
from db.vocabulary import Role, Standing
from labeling import config
from labeling.errors import LabelingError
from labeling.events import record
from labeling.people.memberships import Membership, login_of, memberships_in, with_memberships
from labeling.sessions import LIVING, session_parameters, token_hash

# RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes.
HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
# A password that somebody else has seen, to be changed at the first sign-in, is kept under this mark.
ONE_TIME = "once:"
# Without 0 and o, 1 and l and i: it is read from a screen and typed.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"

_PERSON = schema.person.c
_SIGN_IN = schema.sign_in.c

# Asked at every request, so it is built once: a row for each role, or one without for whoever has none.
_LIVE = with_memberships(
    select(
        *(_PERSON[name] for name in ("id", "login", "name", "locale", "is_admin", "password_hash")), _SIGN_IN.seen_at
    )
    .join(schema.sign_in, _SIGN_IN.person_id == _PERSON.id)
    .where(LIVING, _PERSON.active)
)


@dataclass(frozen=True)
class PasswordCheck:
    """What a password turned out to be; ``person_id`` is None for an unknown login."""

    person_id: int | None
    is_right: bool


@dataclass(frozen=True)
class SignedIn:
    """The outcome of a try to sign in: ``person_id``, or else the ``code`` of the refusal.

    Codes: ``wrong_sign_in``, ``sign_in_locked`` (with ``locked_until``), ``person_inactive``.
    """

    person_id: int | None
    code: str | None = None
    locked_until: datetime | None = None


@dataclass(frozen=True)
class Reader:
    """Who is here: a person with a live session, and the roles they hold."""

    person_id: int
    login: str
    name: str
    locale: str
    is_admin: bool
    must_change_password: bool
    seen_at: datetime
    memberships: tuple[Membership, ...]
    # The session's token: verbs ask by it whether it still lives as they write.
    token: str = field(repr=False)

    def roles_in(self, project_id: int) -> frozenset[Role]:
        """The roles they may use in this project now; none while paused or banned there."""
        return self._roles(project_id, Standing.ACTIVE)

    def paused_in(self, project_id: int) -> frozenset[Role]:
        """The roles in which they are paused in this project."""
        return self._roles(project_id, Standing.PAUSED)

    def standing_in(self, project_id: int) -> Standing | None:
        """Their standing in this project; None where they have no role."""
        return next((entry.standing for entry in self.memberships if entry.project_id == project_id), None)

    def _roles(self, project_id: int, standing: Standing) -> frozenset[Role]:
        held = (entry for entry in self.memberships if entry.project_id == project_id)
        return frozenset(entry.role for entry in held if entry.standing is standing)


def new_password() -> str:
    """A one-time password of 60 random bits that can be read out: ``xxxx-xxxx-xxxx``."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def hash_password(login: str, password: str) -> str:
    """The argon2id hash of a password that keeps the rule: 8 to 200 characters, and not the login.

    Raises LabelingError ``password_short``, ``password_long`` or ``password_is_login``.
    """
    written = _normal(password)
    if len(written) < config.PASSWORD_LEAST:
        raise LabelingError("password_short", least=config.PASSWORD_LEAST)
    if len(written) > config.PASSWORD_MOST:
        raise LabelingError("password_long", most=config.PASSWORD_MOST)
    if written.casefold() == login.casefold():
        raise LabelingError("password_is_login")
    return HASHER.hash(written)


def set_password(
    connection: Connection,
    person_id: int,
    password: str,
    *,
    now: datetime,
    actor: int | None,
    one_time: bool = False,
    keep_token: str | None = None,
) -> None:
    """Write a new password, lift the lock-out and end the person's sessions, all but ``keep_token``'s.

    Raises LabelingError ``unknown_person``, or those of :func:`hash_password`.
    """
    login = login_of(connection, person_id)
    hashed = (ONE_TIME if one_time else "") + hash_password(login, password)
    values = {"password_hash": hashed, "failed_sign_ins": 0, "locked_until": None}
    connection.execute(update(schema.person).where(_PERSON.id == person_id).values(values))
    end_all_sessions(connection, person_id, now=now, keep_token=keep_token)
    record(connection, "set_password", login, now=now, actor=actor, details={"one_time": one_time})


def change_own_password(
    connection: Connection, person_id: int, current: str, password: str, *, now: datetime, keep_token: str | None
) -> None:
    """Change one's own password. Raises ``wrong_password``, ``password_unchanged``, or those of set_password."""
    if not check_password(connection, login_of(connection, person_id), current).is_right:
        raise LabelingError("wrong_password")
    if _normal(current) == _normal(password):
        raise LabelingError("password_unchanged")
    set_password(connection, person_id, password, now=now, actor=person_id, keep_token=keep_token)


def check_password(connection: Connection, login: str, password: str) -> PasswordCheck:
    """Compare a password with the stored hash, at the same cost for a login that doesn't exist.

    Reads only, so it belongs in a snapshot: hashing under the writer's lock would stop everybody's work.
    The result means nothing until :func:`authenticate` has looked at the lock-out.
    """
    query = select(_PERSON.id, _PERSON.password_hash).where(_PERSON.login == login.strip().casefold())
    row = connection.execute(query).first()
    hashed = row.password_hash if row and row.password_hash else _decoy()
    is_right = _fits(hashed.removeprefix(ONE_TIME), _normal(password[: 2 * config.PASSWORD_MOST]))
    return PasswordCheck(row.id if row else None, is_right and row is not None)


def authenticate(connection: Connection, check: PasswordCheck, *, now: datetime) -> SignedIn:
    """Turn a checked password into a sign-in, and keep count: the fifth wrong one in a row locks the login.

    A refusal is a result, never an exception: the counter must be committed. The lock is looked at here, under
    the row's lock, so that a hundred guesses sent at once learn no more than the first five.
    """
    if check.person_id is None:
        return SignedIn(None, "wrong_sign_in")
    row = connection.execute(select(schema.person).where(_PERSON.id == check.person_id).with_for_update()).one()
    if row.locked_until and row.locked_until > now:
        return SignedIn(None, "sign_in_locked", row.locked_until)
    if check.is_right and not row.active:
        return SignedIn(None, "person_inactive")
    this = update(schema.person).where(_PERSON.id == row.id)
    if check.is_right:
        connection.execute(this.values(failed_sign_ins=0, locked_until=None))
        return SignedIn(row.id)
    failures = row.failed_sign_ins + 1
    locked_until = now + _lock_out(failures) if failures >= config.LOCK_OUT_AFTER else None
    connection.execute(this.values(failed_sign_ins=failures, locked_until=locked_until))
    if locked_until is None:
        return SignedIn(None, "wrong_sign_in")
    record(connection, "locked_out", row.login, now=now, actor=None, details={"failures": failures})
    return SignedIn(None, "sign_in_locked", locked_until)


def open_session(connection: Connection, person_id: int, *, now: datetime) -> str:
    """Begin a session; gives its token, of which the database keeps the SHA-256 only."""
    token = secrets.token_urlsafe(32)
    outlived = (_SIGN_IN.person_id == person_id) & (_SIGN_IN.created_at < now - config.SESSION_LONGEST)
    connection.execute(delete(schema.sign_in).where(outlived))
    values = {"token_hash": token_hash(token), "person_id": person_id, "created_at": now, "seen_at": now}
    connection.execute(insert(schema.sign_in).values(values))
    record(connection, "sign_in", "", now=now, actor=person_id)
    return token


def check_session(connection: Connection, token: str, *, now: datetime) -> Reader | None:
    """Who this token stands for; None when it is unknown, ended or expired, or its person may not come in.

    Reads only. Whoever calls writes the sign of life down when :func:`is_due` says so.
    """
    rows = connection.execute(_LIVE, session_parameters(token, now)).all()
    if not rows:
        return None
    row = rows[0]
    return Reader(
        person_id=row.id,
        login=row.login,
        name=row.name,
        locale=row.locale,
        is_admin=row.is_admin,
        must_change_password=(row.password_hash or "").startswith(ONE_TIME),
        seen_at=row.seen_at,
        memberships=memberships_in(rows),
        token=token,
    )


def is_due(reader: Reader, *, now: datetime) -> bool:
    """Whether the last sign of life is old enough to be written anew."""
    return now - reader.seen_at >= config.SESSION_SEEN_EVERY


def touch_session(connection: Connection, token: str, *, now: datetime) -> None:
    """Write down that the session is in use; one that has ended stays ended."""
    connection.execute(update(schema.sign_in).where(_is_live(token)).values(seen_at=now))


def end_session(connection: Connection, token: str, *, now: datetime) -> None:
    """End one session; an unknown or ended one is let be."""
    connection.execute(update(schema.sign_in).where(_is_live(token)).values(ended_at=now))


def end_all_sessions(connection: Connection, person_id: int, *, now: datetime, keep_token: str | None = None) -> int:
    """End every session of a person, but ``keep_token``'s; says how many."""
    live = (_SIGN_IN.person_id == person_id) & _SIGN_IN.ended_at.is_(None)
    if keep_token is not None:
        live &= _SIGN_IN.token_hash != token_hash(keep_token)
    return connection.execute(update(schema.sign_in).where(live).values(ended_at=now)).rowcount


def _is_live(token: str) -> ColumnElement[bool]:
    return (_SIGN_IN.token_hash == token_hash(token)) & _SIGN_IN.ended_at.is_(None)


def _fits(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _lock_out(failures: int) -> timedelta:
    return config.LOCK_OUT[min(failures - config.LOCK_OUT_AFTER, len(config.LOCK_OUT) - 1)]


def _normal(password: str) -> str:
    # One keyboard sends "й" as one character, another as two: the same password must stay the same.
    return unicodedata.normalize("NFKC", password)


@cache
def _decoy() -> str:
    return HASHER.hash(secrets.token_hex())
