"""Wrong passwords, counted by where they come from: a stranger's close no door to anybody else.

A browser that somebody has signed in with is known for that login by a token of its own and counts for itself. From others
are counted: those for one login from one address, those for one login, and those from one address.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db import schema
from labeling import config

_TRY = schema.wrong_try.c
_DEVICE = schema.device.c


@dataclass(frozen=True)
class Scope:
    """From the ``allowed``-th wrong try on each closes for the next of ``steps``; one is forgiven ``every`` so long."""

    name: str
    allowed: int
    steps: tuple[timedelta, ...]
    every: timedelta | None = None


# Who mistypes at their own desk, or guesses at one login from one place.
HERE = Scope("here", config.LOCK_OUT_AFTER, config.LOCK_OUT)
# One login, from whatever places: slowed down, and never for a known browser.
LOGIN = Scope("login", 30, (timedelta(minutes=1),), timedelta(minutes=1))
# One place, whatever logins: a whole office may sit behind one address, so it is slowed down, never closed.
ADDRESS = Scope("address", 30, (), timedelta(minutes=2))
# One's own password, changed or guessed at by whoever sits at an open session: right ones count too.
CHANGE = Scope("change", 10, config.LOCK_OUT[:3], timedelta(minutes=6))


@dataclass(frozen=True)
class Source:
    """Where a try to sign in comes from: an address as :func:`place_of` gives it, and the token of a known browser."""

    address: str
    device: str | None = None


@dataclass(frozen=True)
class Counted:
    """One count of wrong tries: in which scope, and under which key."""

    scope: Scope
    key: str


def place_of(address: str) -> str:
    """What stands for one place: an IPv4 address, or the /64 of an IPv6 one, which one household has all of.

    >>> place_of("2001:db8:1:2:3:4:5:6"), place_of("::ffff:192.0.2.7"), place_of("192.0.2.7"), place_of("unix")
    ('2001:db8:1:2::/64', '192.0.2.7', '192.0.2.7', 'unknown')
    """
    try:
        found = ipaddress.ip_address(address.strip().partition("%")[0].removeprefix("[").removesuffix("]"))
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return str(ipaddress.ip_network((found, 64), strict=False))
        found = found.ipv4_mapped
    return str(found)


def counts_of(login: str, source: Source, *, is_known: bool) -> list[Counted]:
    """Where a wrong try for this login from there is counted; the login need not exist."""
    who = _digest(login.strip().casefold())
    if is_known and source.device is not None:
        return [Counted(HERE, f"device:{_digest(source.device)}:{who}")]
    return [
        Counted(HERE, f"here:{who}:{source.address}"),
        Counted(LOGIN, f"login:{who}"),
        Counted(ADDRESS, f"address:{source.address}"),
    ]


def count_of_changes(person_id: int) -> list[Counted]:
    """Where a person's tries to change their own password are counted."""
    return [Counted(CHANGE, f"change:{person_id}")]


def closed_until(connection: Connection, counts: Sequence[Counted], *, now: datetime) -> datetime | None:
    """Until when the counts let nothing through; None where they do."""
    keys = [count.key for count in counts]
    closed = select(_TRY.closed_until).where(_TRY.key.in_(keys), _TRY.closed_until > now)
    return max(connection.execute(closed).scalars(), default=None)


def is_slowed(connection: Connection, source: Source, *, now: datetime) -> bool:
    """Whether so many wrong tries came from that address of late that it must wait between them."""
    query = select(_TRY.tries, _TRY.at).where(_TRY.key == f"address:{source.address}")
    row = connection.execute(query).first()
    return row is not None and _left(row.tries, row.at, ADDRESS, now) >= ADDRESS.allowed


def lock(connection: Connection, counts: Sequence[Counted], *, now: datetime) -> None:
    """Make sure that there are rows for these counts and lock them, in one order; what nobody tries any more is swept."""
    connection.execute(delete(schema.wrong_try).where(_TRY.at < now - config.TRIES_FORGOTTEN))
    build = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    keys = sorted(count.key for count in counts)
    rows = [{"key": key, "tries": 0, "at": now} for key in keys]
    connection.execute(build(schema.wrong_try).values(rows).on_conflict_do_nothing())
    connection.execute(select(_TRY.key).where(_TRY.key.in_(keys)).order_by(_TRY.key).with_for_update()).all()


def count(connection: Connection, counts: Sequence[Counted], *, now: datetime) -> datetime | None:
    """Count one try more, under :func:`lock`; says until when that closes, or None."""
    keys = [counted.key for counted in counts]
    held = {row.key: row for row in connection.execute(select(schema.wrong_try).where(_TRY.key.in_(keys)))}
    closes = []
    for counted in counts:
        row = held[counted.key]
        tries = _left(row.tries, row.at, counted.scope, now) + 1
        closed = None
        if tries >= counted.scope.allowed and counted.scope.steps:
            steps = counted.scope.steps
            closed = now + steps[min(tries - counted.scope.allowed, len(steps) - 1)]
            closes.append(closed)
        values = {"tries": tries, "at": now, "closed_until": closed}
        connection.execute(update(schema.wrong_try).where(_TRY.key == counted.key).values(values))
    return max(closes, default=None)


def forgive(connection: Connection, counts: Sequence[Counted]) -> None:
    """A right password: what was mistyped at that desk before is forgotten; what concerns others stays."""
    keys = [counted.key for counted in counts if counted.scope is HERE]
    connection.execute(delete(schema.wrong_try).where(_TRY.key.in_(keys)))


def is_known(connection: Connection, login: str, device: str | None) -> bool:
    """Whether this browser has signed in with this login before."""
    if not device:
        return False
    person = schema.person.c
    query = select(_DEVICE.person_id).join(schema.person, person.id == _DEVICE.person_id)
    known = query.where(_DEVICE.token_hash == _digest(device), person.login == login.strip().casefold())
    return connection.execute(known).first() is not None


def know_device(connection: Connection, person_id: int, device: str | None, *, now: datetime) -> str:
    """Remember a browser after a right password; gives the token it is known by, of which the hash alone is kept.

    One that was given out to another person in the same browser stays, any other is replaced.
    """
    connection.execute(delete(schema.device).where(_DEVICE.seen_at < now - config.DEVICE_KNOWN))
    given = (
        device and connection.execute(select(_DEVICE.token_hash).where(_DEVICE.token_hash == _digest(device))).first()
    )
    token = device if device and given else secrets.token_urlsafe(32)
    mine = (_DEVICE.token_hash == _digest(token)) & (_DEVICE.person_id == person_id)
    if not connection.execute(update(schema.device).where(mine).values(seen_at=now)).rowcount:
        values = {"token_hash": _digest(token), "person_id": person_id, "seen_at": now}
        connection.execute(insert(schema.device).values(values))
    return token


def forget_devices(connection: Connection, person_id: int) -> None:
    """Know none of a person's browsers any more."""
    connection.execute(delete(schema.device).where(_DEVICE.person_id == person_id))


def _left(tries: int, at: datetime, scope: Scope, now: datetime) -> int:
    if now - at >= config.TRIES_FORGOTTEN:
        return 0
    return tries if scope.every is None else max(0, tries - int((now - at) / scope.every))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
