"""Rulings: an expert's word on an item. Each is an append-only revision."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select, update

from db import schema
from db.frames.annotations import counted
from db.frames.reading import in_bulk, in_force
from db.vocabulary import LeaseState, Role, Route, Standing, Verdict
from labeling.adjudication import corner_cases
from labeling.adjudication.entries import append, take_back
from labeling.desk import golden
from labeling.desk.answers import IS_CLASS, NEWEST_GUIDELINE
from labeling.desk.leases import ME, PROJECT
from labeling.errors import LabelingError
from labeling.projects import wanted as queueing
from labeling.projects.labels import accepted
from labeling.projects.projects import Project
from labeling.roles import check_expert

lease, ruling, annotation = schema.expert_lease, schema.adjudication, schema.annotation

MAX_RATIONALE = 2_000
MAX_SECONDS = 3_600.0
# What led to an item's lease: it stands with the ruling, too.
_LED = ("given", "score", "suspicion", "run_id", "batch_id")


class RulingReceipt(StrEnum):
    """What became of one ruling."""

    STORED = "stored"
    KEPT_FIRST = "kept_first"
    SECOND = "second"
    REFUSED = "refused"


@dataclass(frozen=True)
class Ruling:
    """One press: ``token`` names the lease, ``revision`` counts the presses for it. No ``verdict`` passes the item over.

    ``blind``: the votes and reasons had not been looked at. ``make_golden`` and ``corner_case`` exclude each other: an
    item that stands in the guide tests nobody.
    """

    token: str
    revision: int
    verdict: Verdict | None
    label: str | None = None
    rationale: str = ""
    blind: bool = False
    make_golden: bool = False
    corner_case: bool = False
    seconds: float | None = None


# Asked at every ruling, so it is built once. There is always one row: of a token that isn't one's own it knows nothing but
# the label.
_MINE = (lease.c.token == bindparam("token"), lease.c.project_id == PROJECT, lease.c.expert_id == ME)
_last = ruling.alias("last")
_HELD = (
    select(
        IS_CLASS.label("is_class"),
        NEWEST_GUIDELINE.label("guideline_version"),
        *(lease.c[name] for name in ("id", "item_id", "revision", "route", "opened_at", *_LED)),
        *(_last.c[name].label(f"last_{name}") for name in ("revision", "verdict", "act", "created_at")),
        in_bulk(_last).label("last_in_bulk"),
    )
    .select_from(schema.project)
    .outerjoin(lease, and_(*_MINE))
    .outerjoin(_last, and_(_last.c.item_id == lease.c.item_id, in_force(_last)))
    .where(schema.project.c.id == PROJECT)
)


def rule(
    connection: Connection,
    project: Project,
    expert_id: int,
    press: Ruling,
    *,
    now: datetime,
    roles: frozenset[Role] | None = None,
) -> RulingReceipt:
    """Record one ruling under the project's lock; sent again, it changes nothing and says so.

    A ruling that comes after its lease has ended counts; where another expert has ruled meanwhile it is a second opinion.
    REFUSED are only rulings that name another's lease, or nothing. ``roles``: what :func:`labeling.roles.check_expert` gave,
    where the caller has asked it already. Raises LabelingError ``unknown_label``, ``bad_ruling``, ``golden_in_guide``,
    ``nobody_left`` or ``not_allowed``; what it raises leaves nothing behind.
    """
    if roles is None:
        check_expert(connection, project.id, expert_id)
    _check(press)
    label = (press.label or "") if press.verdict is Verdict.LABEL else None
    parameters = {"project": project.id, "me": expert_id, "token": press.token, "label": label}
    held = connection.execute(_HELD, parameters).one()
    if label is not None:
        code = accepted(connection, project, label, is_known=held.is_class, since=held.opened_at)
        press = replace(press, label=code)
    if held.id is None:
        return RulingReceipt.REFUSED
    if press.revision <= held.revision:
        return RulingReceipt.KEPT_FIRST
    if press.verdict is None:
        _end(connection, held.id, press.revision, LeaseState.SKIPPED, now)
        return RulingReceipt.STORED
    wanted = _ask_again(connection, project, held.item_id) if press.verdict is Verdict.SENT_BACK else 0
    # A golden item or a corner case may turn out to be impossible when the ruling is written already.
    with connection.begin_nested() if press.make_golden or press.corner_case else nullcontext():
        return _write(connection, project, held, press, wanted, now=now, actor=expert_id)


def _write(
    connection: Connection, project: Project, held: Any, press: Ruling, wanted: int, *, now: datetime, actor: int
) -> RulingReceipt:
    """The ruling, the end of its lease, and what it asks for besides: ``wanted`` answers, where it was sent back."""
    # What was ruled in bulk nobody has read: this is the first opinion.
    elsewhere = held.last_verdict == Verdict.LABEL and held.last_act != press.token and not held.last_in_bulk
    route = Route.SECOND if elsewhere and held.route != Route.DISPUTE else Route(held.route)
    row = {name: held._mapping[name] for name in _LED} | {
        "item_id": held.item_id,
        "revision": (held.last_revision or 0) + 1,
        "verdict": press.verdict,
        "label": press.label if press.verdict is Verdict.LABEL else None,
        "rationale": press.rationale.strip(),
        "blind": press.blind,
        "seconds": press.seconds,
        "route": route,
        "lease_id": held.id if press.revision == 1 else None,
        "act": press.token,
    }
    if held.last_act == press.token:
        # Corrected: what the first press made beside its ruling goes with it.
        take_back(connection, project, {held.item_id: held.last_created_at}, now=now, actor=actor)
    append(connection, project, [row], guideline_version=held.guideline_version, now=now, actor=actor)
    _end(connection, held.id, press.revision, LeaseState.ANSWERED, now)
    _follow(connection, project, held.item_id, press, wanted, now=now, actor=actor)
    return RulingReceipt.SECOND if route is Route.SECOND else RulingReceipt.STORED


def _follow(
    connection: Connection, project: Project, item_id: int, press: Ruling, wanted: int, *, now: datetime, actor: int
) -> None:
    """What a ruling asks for besides being written down."""
    if press.verdict is Verdict.SENT_BACK:
        queueing.want(connection, {item_id: wanted})
        return
    if press.verdict is not Verdict.LABEL or press.label is None:
        return
    if press.make_golden:
        golden.appoint(
            connection, project, item_id, press.label, explanation=press.rationale.strip(), now=now, actor=actor
        )
        return
    # A settled item needs no more answers.
    queueing.want(connection, {item_id: 0})
    if press.corner_case:
        corner_cases.add(connection, project, item_id, press.label, press.rationale, now=now, actor=actor)


def _ask_again(connection: Connection, project: Project, item_id: int) -> int:
    """How many answers an item wants that was sent back: as many more as its overlap, by people who have none yet.

    Raises LabelingError ``nobody_left``.
    """
    member = schema.membership
    answered = select(annotation.c.assessor_id).where(annotation.c.item_id == item_id)
    left = select(func.count()).where(
        member.c.project_id == project.id,
        member.c.role == Role.ASSESSOR,
        member.c.standing == Standing.ACTIVE,
        member.c.person_id.not_in(answered),
    )
    given = select(func.count()).where(annotation.c.item_id == item_id, annotation.c.revision == 1, counted())
    people_left, answers = connection.execute(select(left.scalar_subquery(), given.scalar_subquery())).one()
    if not people_left:
        raise LabelingError("nobody_left")
    return int(answers) + min(project.overlap, int(people_left))


def _end(connection: Connection, lease_id: int, revision: int, state: LeaseState, now: datetime) -> None:
    ending = update(lease).where(lease.c.id == lease_id)
    connection.execute(ending.values(state=state, revision=revision, closed_at=now))


def _check(press: Ruling) -> None:
    bad_time = press.seconds is not None and not 0 <= press.seconds <= MAX_SECONDS
    if press.revision < 1 or len(press.rationale) > MAX_RATIONALE or press.verdict is Verdict.WITHDRAWN or bad_time:
        raise LabelingError("bad_ruling", most=MAX_RATIONALE)
    if press.make_golden and press.corner_case:
        raise LabelingError("golden_in_guide")
