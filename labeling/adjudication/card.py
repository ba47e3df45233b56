"""What the ruling card asks for, as one verb: take my rulings, show me what lies before me now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from db import schema
from db.frames.reading import in_bulk, in_force
from db.frames.recoding import in_sql
from db.vocabulary import Role, Route, Verdict
from labeling.adjudication import queue as docket
from labeling.adjudication.case_files import CaseFile, case_files
from labeling.adjudication.queue import Brought, Candidate
from labeling.adjudication.rulings import Ruling, RulingReceipt, rule
from labeling.errors import LabelingError
from labeling.projects.projects import Project, lock_project
from labeling.roles import check_expert

ruling = schema.adjudication


@dataclass(frozen=True)
class Acknowledged:
    """What became of one ruling, by its token and revision; ``error`` says why it was refused, where that can be said."""

    token: str
    revision: int
    status: RulingReceipt
    error: LabelingError | None = None


@dataclass(frozen=True)
class Tally:
    """Of the project's labels that experts have ruled on one by one, how many were ``changed``."""

    ruled: int
    changed: int


@dataclass(frozen=True)
class Sitting:
    """An expert's desk after their rulings were taken. ``day``: items this expert has ruled on since the day began."""

    acknowledged: list[Acknowledged]
    items: list[Brought]
    files: dict[str, CaseFile]
    day: int
    tally: Tally


def sit(
    connection: Connection,
    slug: str,
    expert_id: int,
    rulings: Sequence[Ruling],
    candidates: Iterable[Candidate],
    *,
    want: int,
    now: datetime,
    day_start: datetime,
    run_id: int | None = None,
    batch_id: int | None = None,
    narrowed: bool = False,
    release: bool = False,
    session: str | None = None,
) -> Sitting:
    """Take ``rulings``, each by itself: one that is refused leaves nothing behind and holds up no other. Then fill up what
    lies before the expert to ``want`` items; ``release`` gives back what lay there.
    See :func:`labeling.adjudication.queue.claim`.

    ``session`` is the token of whoever sent them from a browser: it must live still now that the project is locked.

    Raises LabelingError ``unknown_project``, ``not_allowed`` or ``session_ended``.
    """
    project = lock_project(connection, slug)
    roles = check_expert(connection, project.id, expert_id, session=session, now=now)
    acknowledged = [_take(connection, project, expert_id, press, roles, now=now) for press in rulings]
    if release:
        docket.release(connection, project, expert_id, now=now)
    items = docket.claim(
        connection,
        project,
        expert_id,
        candidates,
        want=want,
        now=now,
        run_id=run_id,
        batch_id=batch_id,
        narrowed=narrowed,
        roles=roles,
    )
    day, tally = _tally(connection, project.id, expert_id, day_start)
    return Sitting(acknowledged, items, case_files(connection, project.id, items, run_id), day, tally)


def _take(
    connection: Connection, project: Project, expert_id: int, press: Ruling, roles: frozenset[Role], *, now: datetime
) -> Acknowledged:
    try:
        status = rule(connection, project, expert_id, press, now=now, roles=roles)
    except LabelingError as refusal:
        return Acknowledged(press.token, press.revision, RulingReceipt.REFUSED, refusal)
    return Acknowledged(press.token, press.revision, status)


def _tally(connection: Connection, project_id: int, expert_id: int, since: datetime) -> tuple[int, Tally]:
    """Items that this expert has ruled on since a moment; and of all that :func:`labeling.facts.settled.judged` has."""
    own = ruling.alias("own")
    mine = select(func.count(own.c.item_id.distinct())).where(
        own.c.project_id == project_id,
        own.c.expert_id == expert_id,
        own.c.created_at >= since,
        own.c.route != Route.HAND,
    )
    label, given = in_sql(connection, project_id, ruling.c.label, ruling.c.given)
    changed = func.sum(case((label != given, 1), else_=0))
    query = select(mine.scalar_subquery(), func.count(), func.coalesce(changed, 0)).where(
        ruling.c.project_id == project_id,
        ruling.c.verdict == Verdict.LABEL,
        label.is_not(None),
        given.is_not(None),
        ~in_bulk(ruling),
        in_force(ruling),
    )
    day, ruled, changes = connection.execute(query).one()
    return int(day), Tally(int(ruled), int(changes))
