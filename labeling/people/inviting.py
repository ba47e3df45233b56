"""Many people at once: a list of names becomes accounts, roles in a project, and one-time passwords to be handed over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from db import schema
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.latin import free, spelled
from labeling.people.memberships import enter
from labeling.people.people import LOGIN, enrol
from labeling.people.sign_in import Hashed
from labeling.roles import check_lead

MOST = 200
_SEPARATOR = re.compile(r"[\t;,]")


@dataclass(frozen=True)
class Guest:
    """Somebody who is to be in a project: as whom they sign in, how they are called, and whether they have an account already."""

    login: str
    name: str
    is_known: bool


def guests(connection: Connection, text: str) -> list[Guest]:
    """The people of a pasted list: a line each, a name, a login or an e-mail address, or name and login parted by a comma.

    Whoever has an account by that login is that person; by a name nobody is known, for two may bear it. Others get a login
    made of their name. Raises LabelingError ``no_people``, ``too_many_people`` or ``bad_login``.
    """
    lines = list(dict.fromkeys(line.strip(" \t;,") for line in text.splitlines() if line.strip(" \t;,")))
    if not lines:
        raise LabelingError("no_people")
    if len(lines) > MOST:
        raise LabelingError("too_many_people", n=len(lines), most=MOST)
    person = schema.person.c
    names = {row.login: row.name for row in connection.execute(select(person.login, person.name))}
    found: dict[str, Guest] = {}
    for line in lines:
        guest = _guest(line, names, taken=names.keys() | found.keys())
        found.setdefault(guest.login, guest)
    return list(found.values())


def _guest(line: str, names: Mapping[str, str], *, taken: set[str]) -> Guest:
    first, _, second = (part.strip() for part in _SEPARATOR.sub(",", line, count=1).partition(","))
    if second:
        name, login = (
            (second, first)
            if LOGIN.fullmatch(first.casefold()) and not LOGIN.fullmatch(second.casefold())
            else (first, second)
        )
    else:
        # Two words are a name, one word is a login where it can be one.
        name, login = first, first if LOGIN.fullmatch(first.casefold()) and not first[0].isupper() else ""
    login = login.casefold()
    if login and not LOGIN.fullmatch(login):
        raise LabelingError("bad_login", login=login)
    if login in names:
        return Guest(login, names[login], is_known=True)
    if not login:
        login = free(spelled(name, joined=".") or "person", taken)
    return Guest(login, name.split("@")[0] if name == login else name, is_known=False)


def invite(
    connection: Connection,
    project_id: int,
    invited: Sequence[Guest],
    passwords: Mapping[str, Hashed],
    role: Role,
    *,
    locale: str,
    now: datetime,
    actor: int | None,
) -> None:
    """Give each of ``invited`` this role in the project, and those who are new an account with a one-time password by login.

    A lead may: of the people of the house they see no more than that a login is taken. Raises LabelingError ``not_allowed``,
    ``login_taken``, ``bad_name`` or ``unknown_person``.
    """
    check_lead(connection, project_id, actor)
    person = schema.person.c
    for guest in invited:
        if not guest.is_known:
            hashed = passwords[guest.login]
            enrol(connection, guest.login, guest.name, hashed, now=now, actor=actor, locale=locale, one_time=True)
        person_id = connection.execute(select(person.id).where(person.login == guest.login)).scalar_one_or_none()
        if person_id is None:
            raise LabelingError("unknown_person", login=guest.login)
        enter(connection, project_id, person_id, role, now=now, actor=actor)
