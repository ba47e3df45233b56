"""Passwords, sign-in and sessions: who comes in, and for how long."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from db import schema
from db.vocabulary import Role, Standing
from labeling import config
from labeling.errors import LabelingError
from labeling.events import record
from labeling.people import tries
from labeling.people.memberships import Membership, login_of, memberships_in, with_memberships
from labeling.people.tries import Source
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
class Hashed:
    """A password as it is stored. Made by :func:`hash_password`, outside of any transaction: it takes a tenth of a second."""

    value: str = field(repr=False)


@dataclass(frozen=True)
class PasswordCheck:
    """What a password turned out to be; ``person_id`` is None for an unknown login."""

    login: str
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

    def leads(self, project_id: int) -> bool:
        """Whether they lead this project now."""
        return Role.LEAD in self.roles_in(project_id)

    @property
    def leads_any(self) -> bool:
        """Whether they lead any project now."""
        return any(held.role is Role.LEAD and held.standing is Standing.ACTIVE for held in self.memberships)

    def _roles(self, project_id: int, standing: Standing) -> frozenset[Role]:
        held = (entry for entry in self.memberships if entry.project_id == project_id)
        return frozenset(entry.role for entry in held if entry.standing is standing)


def new_password() -> str:
    """A one-time password of 60 random bits that can be read out: ``xxxx-xxxx-xxxx``."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def hash_password(login: str, password: str) -> Hashed:
    """The argon2id hash of a password that keeps the rule: 8 to 200 characters, and not the login.

    Raises LabelingError ``password_short``, ``password_long`` or ``password_is_login``.
    """
    written = normal(password)
    if len(written) < config.PASSWORD_LEAST:
        raise LabelingError("password_short", least=config.PASSWORD_LEAST)
    if len(written) > config.PASSWORD_MOST:
        raise LabelingError("password_long", most=config.PASSWORD_MOST)
    if written.casefold() == login.strip().casefold():
        raise LabelingError("password_is_login")
    return Hashed(HASHER.hash(written))


def set_password(
    connection: Connection,
    person_id: int,
    password: Hashed,
    *,
    now: datetime,
    actor: int | None,
    one_time: bool = False,
    keep_token: str | None = None,
) -> None:
    """Write a new password and end the person's sessions, all but ``keep_token``'s; their browsers are known no more.

    Raises LabelingError ``unknown_person``.
    """
    login = login_of(connection, person_id)
    values = {"password_hash": (ONE_TIME if one_time else "") + password.value}
    connection.execute(update(schema.person).where(_PERSON.id == person_id).values(values))
    tries.forget_devices(connection, person_id)
    end_all_sessions(connection, person_id, now=now, keep_token=keep_token)
    record(connection, "set_password", login, now=now, actor=actor, details={"one_time": one_time})


def check_password(connection: Connection, login: str, password: str) -> PasswordCheck:
    """Compare a password with the stored hash, at the same cost for a login that doesn't exist.

    The result means nothing until :func:`authenticate` has looked at what was tried before.
    """
    return compare(*stored_password(connection, login), password)


def stored_password(connection: Connection, login: str) -> tuple[str, int | None, str | None]:
    """The login, whose it is and the hash, as :func:`compare` wants them; None twice where nobody has it."""
    query = select(_PERSON.id, _PERSON.password_hash).where(_PERSON.login == login.strip().casefold())
    row = connection.execute(query).first()
    return (login, row.id, row.password_hash) if row else (login, None, None)


def compare(login: str, person_id: int | None, stored: str | None, password: str) -> PasswordCheck:
    """Compare a password with a stored hash, or with one that nothing fits. Needs no connection, and should hold none."""
    hashed = stored or _decoy()
    is_right = _fits(hashed.removeprefix(ONE_TIME), normal(password[: 2 * config.PASSWORD_MOST]))
    return PasswordCheck(login, person_id, is_right and bool(stored))


def authenticate(connection: Connection, check: PasswordCheck, source: Source, *, now: datetime) -> SignedIn:
    """Turn a checked password into a sign-in, and keep count of wrong ones: see :mod:`labeling.people.tries`.

    A refusal is a result, never an exception: the count must be committed. What is closed is looked at here, under the
    counts' lock, so that a hundred guesses sent at once learn no more than the first five. A login that nobody has is
    counted and refused like any other.
    """
    counts = tries.counts_of(check.login, source, is_known=tries.is_known(connection, check.login, source.device))
    tries.lock(connection, counts, now=now)
    closed = tries.closed_until(connection, counts, now=now)
    if closed is not None:
        return SignedIn(None, "sign_in_locked", closed)
    if check.is_right and not _is_closed_demo(connection, check.person_id):
        tries.forgive(connection, counts)
        active = connection.execute(select(_PERSON.active).where(_PERSON.id == check.person_id)).scalar_one()
        return SignedIn(check.person_id) if active else SignedIn(None, "person_inactive")
    closed = tries.count(connection, counts, now=now)
    if closed is None:
        return SignedIn(None, "wrong_sign_in")
    if check.person_id is not None:
        record(connection, "locked_out", login_of(connection, check.person_id), now=now, actor=None)
    return SignedIn(None, "sign_in_locked", closed)


def _is_closed_demo(connection: Connection, person_id: int | None) -> bool:
    """Whether this is an account of the demo where people work for real: its password is known to all."""
    simulated = select(_PERSON.id).where(_PERSON.id == person_id, _PERSON.is_simulated)
    return config.PRODUCTION and connection.execute(simulated).first() is not None


def minutes_until(moment: datetime, now: datetime) -> int:
    """How many minutes are left, at least one."""
    return max(1, -(-int((moment - now).total_seconds()) // 60))


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


def normal(password: str) -> str:
    """A password as it is compared."""
    # One keyboard sends "й" as one character, another as two: the same password must stay the same.
    return unicodedata.normalize("NFKC", password)


@cache
def _decoy() -> str:
    return HASHER.hash(secrets.token_hex())
