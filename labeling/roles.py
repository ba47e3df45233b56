"""Who may act: every verb that a role is needed for asks here itself, whichever page or program calls it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from db import schema
from db.vocabulary import Role, Standing
from labeling.errors import LabelingError
from labeling.sessions import lives_for, session_parameters

_MEMBER = schema.membership.c
_PERSON = schema.person.c


def roles_of(connection: Connection, project_id: int, person_id: int) -> frozenset[Role]:
    """The roles a person may use in this project now: none while paused, banned, or shut out of the house."""
    query = (
        select(_MEMBER.role)
        .join(schema.person, _PERSON.id == _MEMBER.person_id)
        .where(_MEMBER.project_id == project_id, _MEMBER.person_id == person_id)
        .where(_MEMBER.standing == Standing.ACTIVE.value, _PERSON.active)
    )
    return frozenset(Role(role) for role in connection.execute(query).scalars())


def _living_roles(
    connection: Connection, project_id: int, person_id: int, session: str, now: datetime
) -> tuple[frozenset[Role], bool]:
    """The same, and whether the person may act as an admin, of a living session by one statement.

    Raises LabelingError ``session_ended`` where the session is not, or no longer, this person's.
    """
    member = (_MEMBER.person_id == _PERSON.id) & (_MEMBER.project_id == project_id)
    query = (
        select(_MEMBER.role, _MEMBER.standing, _PERSON.is_admin, lives_for(_PERSON.id).label("lives"))
        .select_from(schema.person)
        .outerjoin(schema.membership, member)
        .where(_PERSON.id == person_id, _PERSON.active)
    )
    rows = connection.execute(query, session_parameters(session, now)).all()
    if not rows or not rows[0].lives:
        raise LabelingError("session_ended")
    return frozenset(Role(row.role) for row in rows if row.standing == Standing.ACTIVE), rows[0].is_admin


def check_lead(
    connection: Connection,
    project_id: int,
    actor: int | None,
    *,
    session: str | None = None,
    now: datetime | None = None,
) -> None:
    """Let the command line (None), an admin or a lead of this project pass; else LabelingError ``not_allowed``.

    With ``session``, the token of a browser, and ``now`` it must also be a living one of theirs: ``session_ended``.
    """
    _check_role(connection, project_id, actor, {Role.LEAD}, session, now)


def check_expert(
    connection: Connection,
    project_id: int,
    actor: int | None,
    *,
    session: str | None = None,
    now: datetime | None = None,
) -> frozenset[Role]:
    """Let whoever may say what is right pass: an expert too. Gives the roles they hold; else LabelingError ``not_allowed``.

    With ``session``, the token of a browser, and ``now`` it must also be a living one of theirs: ``session_ended``.
    """
    return _check_role(connection, project_id, actor, {Role.LEAD, Role.EXPERT}, session, now)


def check_admin(connection: Connection, actor: int | None) -> None:
    """Let the command line (None) or an admin pass; else LabelingError ``not_allowed``."""
    if actor is None:
        return
    where = (_PERSON.id == actor) & _PERSON.is_admin & _PERSON.active
    if connection.execute(select(_PERSON.id).where(where)).first() is None:
        raise LabelingError("not_allowed")


def check_starter(connection: Connection, actor: int | None) -> None:
    """Let the command line (None), an admin or whoever leads a project that goes on pass; else LabelingError ``not_allowed``."""
    if actor is None:
        return
    leads = (
        (_MEMBER.person_id == actor) & (_MEMBER.role == Role.LEAD.value) & (_MEMBER.standing == Standing.ACTIVE.value)
    )
    going_on = (schema.project.c.id == _MEMBER.project_id) & schema.project.c.archived_at.is_(None)
    query = (
        select(_MEMBER.project_id).join(schema.project, going_on).join(schema.person, _PERSON.id == _MEMBER.person_id)
    )
    if connection.execute(query.where(leads, _PERSON.active).limit(1)).first() is None:
        check_admin(connection, actor)


def _check_role(
    connection: Connection,
    project_id: int,
    actor: int | None,
    roles: set[Role],
    session: str | None = None,
    now: datetime | None = None,
) -> frozenset[Role]:
    if actor is not None and session is not None and now is not None:
        held, is_admin = _living_roles(connection, project_id, actor, session, now)
        if not roles & held and not is_admin:
            raise LabelingError("not_allowed")
        return held
    held = frozenset[Role]() if actor is None else roles_of(connection, project_id, actor)
    if not roles & held:
        check_admin(connection, actor)
    return held
