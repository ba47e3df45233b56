"""Who may do what in which project, and whether they may do it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery, and_, delete, func, insert, select, update

from db import schema
from db.vocabulary import LeaseState, PauseReason, Role, Standing
from labeling.desk import gates
from labeling.desk.leases import release_all
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects.projects import lock_project_by_id
from labeling.roles import check_lead, roles_of

_MEMBER = schema.membership.c
_PERSON = schema.person.c


@dataclass(frozen=True)
class Membership:
    """One role that one person holds in a project that isn't archived."""

    project_id: int
    slug: str
    role: Role
    standing: Standing


@dataclass(frozen=True)
class Member:
    """A person with all the roles they hold in one project."""

    person_id: int
    login: str
    name: str
    active: bool
    is_simulated: bool
    roles: tuple[Role, ...]
    standing: Standing
    seen_at: datetime | None


def grant(
    connection: Connection, project_id: int, person_id: int, role: Role, *, now: datetime, actor: int | None
) -> None:
    """Give a person a role; one they hold already stays as it is. A further role can't lift a pause or a ban.

    Raises LabelingError ``not_allowed`` or ``unknown_person``.
    """
    check_lead(connection, project_id, actor)
    enter(connection, project_id, person_id, role, now=now, actor=actor)


def enter(
    connection: Connection, project_id: int, person_id: int, role: Role, *, now: datetime, actor: int | None
) -> None:
    """:func:`grant` for verbs that have asked already whether the actor may. Raises LabelingError ``unknown_person``."""
    login = login_of(connection, person_id)
    query = select(_MEMBER.role, _MEMBER.standing).where(_of(project_id, person_id)).with_for_update()
    roles = {Role(row.role): Standing(row.standing) for row in connection.execute(query)}
    if role in roles:
        return
    values = {"project_id": project_id, "person_id": person_id, "role": role.value, "created_at": now}
    standing = next(iter(roles.values()), Standing.ACTIVE)
    connection.execute(insert(schema.membership).values(values | {"standing": standing.value}))
    record(connection, "grant", login, now=now, actor=actor, project_id=project_id, details={"role": role.value})


def revoke(
    connection: Connection, project_id: int, person_id: int, role: Role, *, now: datetime, actor: int | None
) -> None:
    """Take a role back, and with it what lies open before the person in that role: others may have it at once.

    Raises LabelingError ``not_allowed`` or ``not_a_member``.
    """
    check_lead(connection, project_id, actor)
    lock_project_by_id(connection, project_id)
    where = _of(project_id, person_id) & (_MEMBER.role == role.value)
    if connection.execute(delete(schema.membership).where(where)).rowcount == 0:
        raise LabelingError("not_a_member")
    if role is Role.ASSESSOR:
        release_all(connection, person_id, now=now, project_id=project_id)
    elif not roles_of(connection, project_id, person_id) & {Role.EXPERT, Role.LEAD}:
        _clear_the_bench(connection, project_id, person_id, now=now)
    login = login_of(connection, person_id)
    record(connection, "revoke", login, now=now, actor=actor, project_id=project_id, details={"role": role.value})


def set_standing(
    connection: Connection, project_id: int, person_id: int, standing: Standing, *, now: datetime, actor: int | None
) -> None:
    """Pause, ban or readmit a person in one project, in all the roles they hold there; a ban clears their desk.

    Raises LabelingError ``not_allowed``, ``not_a_member`` or ``own_standing`` (nobody shuts themselves out).
    """
    check_lead(connection, project_id, actor)
    lock_project_by_id(connection, project_id)
    if actor == person_id and standing is not Standing.ACTIVE:
        raise LabelingError("own_standing")
    where = _of(project_id, person_id)
    away = select(_MEMBER.person_id).where(where, _MEMBER.role == Role.ASSESSOR, _MEMBER.standing != Standing.ACTIVE)
    comes_back = standing is Standing.ACTIVE and connection.execute(away).first() is not None
    reason = PauseReason.LEAD.value if standing is Standing.PAUSED else None
    values = {"standing": standing.value, "reason": reason}
    if connection.execute(update(schema.membership).where(where).values(values)).rowcount == 0:
        raise LabelingError("not_a_member")
    if standing is Standing.BANNED:
        release_all(connection, person_id, now=now, project_id=project_id)
        _clear_the_bench(connection, project_id, person_id, now=now)
    if comes_back:
        # The gates begin to count anew, and the assessor is told, whichever page it was done on.
        gates.readmit(connection, project_id, person_id, now=now, actor=actor)
    login, details = login_of(connection, person_id), {"standing": standing.value}
    record(connection, "set_standing", login, now=now, actor=actor, project_id=project_id, details=details)


def _clear_the_bench(connection: Connection, project_id: int, person_id: int, *, now: datetime) -> None:
    """Give back the items that lie before an expert."""
    lease = schema.expert_lease
    lying = (lease.c.project_id == project_id, lease.c.expert_id == person_id, lease.c.state == LeaseState.OPEN)
    connection.execute(update(lease).where(*lying).values(state=LeaseState.RELEASED, closed_at=now))


def memberships_of(connection: Connection, person_id: int) -> tuple[Membership, ...]:
    """Every role a person holds, whatever the standing; archived projects are left out."""
    query = with_memberships(select(_PERSON.id).where(_PERSON.id == person_id))
    return memberships_in(connection.execute(query).all())


def with_memberships(people: Select[Any]) -> Select[Any]:
    """``people``, a query of persons, with a row for each role they hold; :func:`memberships_in` reads those of one person."""
    project = schema.project.c
    going_on = (project.id == _MEMBER.project_id) & project.archived_at.is_(None)
    columns = (_MEMBER.project_id, project.slug, _MEMBER.role, _MEMBER.standing)
    held = people.outerjoin(schema.membership, _MEMBER.person_id == _PERSON.id).outerjoin(schema.project, going_on)
    return held.add_columns(*columns).order_by(project.slug, _MEMBER.role)


def memberships_in(rows: Sequence[Row[Any]]) -> tuple[Membership, ...]:
    """The roles in the rows of one person; a row without a slug is of an archived project, or of nobody's."""
    held = [row for row in rows if row.slug is not None]
    return tuple(Membership(row.project_id, row.slug, Role(row.role), Standing(row.standing)) for row in held)


def members(connection: Connection, project_id: int) -> list[Member]:
    """Everyone with a role in the project, by login."""
    seen = last_seen()
    query = (
        select(schema.person, _MEMBER.role, _MEMBER.standing, seen.c.seen_at)
        .join(schema.membership, _MEMBER.person_id == _PERSON.id)
        .outerjoin(seen, seen.c.person_id == _PERSON.id)
        .where(_MEMBER.project_id == project_id)
        .order_by(_PERSON.login, _MEMBER.role)
    )
    by_id: dict[int, Member] = {}
    for row in connection.execute(query):
        roles = (*(by_id[row.id].roles if row.id in by_id else ()), Role(row.role))
        by_id[row.id] = Member(
            row.id, row.login, row.name, row.active, row.is_simulated, roles, Standing(row.standing), row.seen_at
        )
    return list(by_id.values())


def not_yet_members(connection: Connection, project_id: int) -> dict[str, str]:
    """The names of those who may be given a first role in the project, by login: everybody who may come in."""
    here = select(_MEMBER.person_id).where(_MEMBER.project_id == project_id)
    query = select(_PERSON.login, _PERSON.name).where(_PERSON.active, _PERSON.id.not_in(here)).order_by(_PERSON.login)
    return {row.login: row.name for row in connection.execute(query)}


def last_seen() -> Subquery:
    """In SQL (person_id, seen_at): when each person was last here."""
    seen = select(schema.sign_in.c.person_id, func.max(schema.sign_in.c.seen_at).label("seen_at"))
    return seen.group_by(schema.sign_in.c.person_id).subquery()


def login_of(connection: Connection, person_id: int) -> str:
    """The login of a person. Raises LabelingError ``unknown_person``."""
    login = connection.execute(select(_PERSON.login).where(_PERSON.id == person_id)).scalar()
    if login is None:
        raise LabelingError("unknown_person", login=person_id)
    return str(login)


def _of(project_id: int, person_id: int) -> ColumnElement[bool]:
    return and_(_MEMBER.project_id == project_id, _MEMBER.person_id == person_id)
