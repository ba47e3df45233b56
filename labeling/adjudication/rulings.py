"""Rulings: an expert's word on an item. Each is an append-only revision."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Integer,
    String,
    and_,
    bindparam,
    exists,
    func,
    select,
    update,
)

from db import schema
from db.frames.annotations import counted
from db.frames.reading import in_force
from db.vocabulary import LeaseState, Role, Route, Standing, Verdict
from labeling.adjudication import corner_cases
from labeling.adjudication.entries import append, take_back
from labeling.desk import golden
from labeling.errors import LabelingError
from labeling.projects import wanted as queueing
from labeling.projects.projects import Project
from labeling.roles import check_expert

lease, ruling, annotation = schema.expert_lease, schema.adjudication, schema.annotation
label_class, guideline = schema.label_class, schema.guideline

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
_PROJECT: BindParameter[int] = bindparam("project", type_=Integer)
_MINE = (
    lease.c.token == bindparam("token"),
    lease.c.project_id == _PROJECT,
    lease.c.expert_id == bindparam("me", type_=Integer),
)
_KNOWN = exists().where(
    label_class.c.project_id == _PROJECT, label_class.c.code == bindparam("label", type_=String), ~label_class.c.retired
)
_GUIDELINE = select(func.max(guideline.c.version)).where(guideline.c.project_id == _PROJECT).scalar_subquery()
_last = ruling.alias("last")
_HELD = (
    select(
        _KNOWN.label("label_known"),
        _GUIDELINE.label("guideline_version"),
        *(lease.c[name] for name in ("id", "item_id", "revision", "route", *_LED)),
        *(_last.c[name].label(f"last_{name}") for name in ("revision", "verdict", "act", "created_at")),
    )
    .select_from(schema.project)
    .outerjoin(lease, and_(*_MINE))
    .outerjoin(_last, and_(_last.c.item_id == lease.c.item_id, in_force(_last)))
    .where(schema.project.c.id == _PROJECT)
)


def rule(
    connection: Connection,
    project: Project,
    expert_id: int,
    said: Ruling,
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
    _check(said)
    label = (said.label or "") if said.verdict is Verdict.LABEL else None
    asked = {"project": project.id, "me": expert_id, "token": said.token, "label": label}
    held = connection.execute(_HELD, asked).one()
    if label is not None and not held.label_known:
        raise LabelingError("unknown_label", label=label)
    if held.id is None:
        return RulingReceipt.REFUSED
    if said.revision <= held.revision:
        return RulingReceipt.KEPT_FIRST
    if said.verdict is None:
        _end(connection, held.id, said.revision, LeaseState.SKIPPED, now)
        return RulingReceipt.STORED
    wanted = _ask_again(connection, project, held.item_id) if said.verdict is Verdict.SENT_BACK else 0
    # A golden item or a corner case may turn out to be impossible when the ruling is written already.
    with connection.begin_nested() if said.make_golden or said.corner_case else nullcontext():
        return _write(connection, project, held, said, wanted, now=now, actor=expert_id)


def _write(
    connection: Connection, project: Project, held: Any, said: Ruling, wanted: int, *, now: datetime, actor: int
) -> RulingReceipt:
    """The ruling, the end of its lease, and what it asks for besides: ``wanted`` answers, where it was sent back."""
    elsewhere = held.last_verdict == Verdict.LABEL and held.last_act != said.token
    route = Route.SECOND if elsewhere and held.route != Route.DISPUTE else Route(held.route)
    row = {name: held._mapping[name] for name in _LED} | {
        "item_id": held.item_id,
        "revision": (held.last_revision or 0) + 1,
        "verdict": said.verdict,
        "label": said.label if said.verdict is Verdict.LABEL else None,
        "rationale": said.rationale.strip(),
        "blind": said.blind,
        "seconds": said.seconds,
        "route": route,
        "lease_id": held.id if said.revision == 1 else None,
        "act": said.token,
    }
    if held.last_act == said.token:
        # Corrected: what the first press made beside its ruling goes with it.
        take_back(connection, project, {held.item_id: held.last_created_at}, now=now, actor=actor)
    append(connection, project, [row], guideline_version=held.guideline_version, now=now, actor=actor)
    _end(connection, held.id, said.revision, LeaseState.ANSWERED, now)
    _follow(connection, project, held.item_id, said, wanted, now=now, actor=actor)
    return RulingReceipt.SECOND if route is Route.SECOND else RulingReceipt.STORED


def _follow(
    connection: Connection,
    project: Project,
    item_id: int,
    said: Ruling,
    wanted: int,
    *,
    now: datetime,
    actor: int,
) -> None:
    """What a ruling asks for besides being written down."""
    if said.verdict is Verdict.SENT_BACK:
        queueing.want(connection, {item_id: wanted})
        return
    if said.verdict is not Verdict.LABEL or said.label is None:
        return
    if said.make_golden:
        golden.appoint(
            connection, project, item_id, said.label, explanation=said.rationale.strip(), now=now, actor=actor
        )
        return
    # A settled item needs no more answers.
    queueing.want(connection, {item_id: 0})
    if said.corner_case:
        corner_cases.add(connection, project, item_id, said.label, said.rationale, now=now, actor=actor)


def _ask_again(connection: Connection, project: Project, item_id: int) -> int:
    """How many answers an item wants that was sent back: as many more as its overlap, by people who have none yet.

    Raises LabelingError ``nobody_left``.
    """
    member = schema.membership
    answered = select(annotation.c.assessor_id).where(annotation.c.item_id == item_id)
    fresh = select(func.count()).where(
        member.c.project_id == project.id,
        member.c.role == Role.ASSESSOR,
        member.c.standing == Standing.ACTIVE,
        member.c.person_id.not_in(answered),
    )
    given = select(func.count()).where(annotation.c.item_id == item_id, annotation.c.revision == 1, counted())
    row = connection.execute(
        select(fresh.scalar_subquery().label("fresh"), given.scalar_subquery().label("given"))
    ).one()
    if not row.fresh:
        raise LabelingError("nobody_left")
    return int(row.given) + min(project.overlap, int(row.fresh))


def _end(connection: Connection, lease_id: int, revision: int, state: LeaseState, now: datetime) -> None:
    ending = update(lease).where(lease.c.id == lease_id)
    connection.execute(ending.values(state=state, revision=revision, closed_at=now))


def _check(said: Ruling) -> None:
    if said.revision < 1 or len(said.rationale) > MAX_RATIONALE or said.verdict is Verdict.WITHDRAWN:
        raise LabelingError("bad_ruling", most=MAX_RATIONALE)
    if said.seconds is not None and not 0 <= said.seconds <= MAX_SECONDS:
        raise LabelingError("bad_ruling", most=MAX_RATIONALE)
    if said.make_golden and said.corner_case:
        raise LabelingError("golden_in_guide")
