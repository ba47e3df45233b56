"""Who may act: every verb that a role is needed for asks here itself, whichever page or program calls it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from db import schema
from db.vocabulary import Role, Standing
from labeling.errors import LabelingError

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


def check_lead(connection: Connection, project_id: int, actor: int | None) -> None:
    """Let the command line (None), an admin or a lead of this project pass; else LabelingError ``not_allowed``."""
    _check_role(connection, project_id, actor, {Role.LEAD})


def check_expert(connection: Connection, project_id: int, actor: int | None) -> frozenset[Role]:
    """Let whoever may say what is right pass: an expert too. Gives the roles they hold; else LabelingError ``not_allowed``."""
    return _check_role(connection, project_id, actor, {Role.LEAD, Role.EXPERT})


def check_admin(connection: Connection, actor: int | None) -> None:
    """Let the command line (None) or an admin pass; else LabelingError ``not_allowed``."""
    if actor is None:
        return
    where = (_PERSON.id == actor) & _PERSON.is_admin & _PERSON.active
    if connection.execute(select(_PERSON.id).where(where)).first() is None:
        raise LabelingError("not_allowed")


def _check_role(connection: Connection, project_id: int, actor: int | None, roles: set[Role]) -> frozenset[Role]:
    held = frozenset[Role]() if actor is None else roles_of(connection, project_id, actor)
    if not roles & held:
        check_admin(connection, actor)
    return held
