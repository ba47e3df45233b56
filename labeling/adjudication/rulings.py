"""Rulings: an expert's word on an item, on many at once, and taken back. Each is an append-only revision."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from db import schema
from db.frames.annotations import counted as votes
from db.frames.reading import in_force
from db.vocabulary import LeaseState, Role, Route, Standing, Verdict
from labeling.adjudication import corner_cases
from labeling.adjudication.queue import Candidate
from labeling.desk import golden
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects import wanted as queueing
from labeling.projects.guidelines import get_guideline
from labeling.projects.projects import Project
from labeling.roles import check_expert

lease, ruling, queue, annotation = schema.expert_lease, schema.adjudication, schema.queue, schema.annotation

MAX_RATIONALE = 2_000
MAX_SECONDS = 3_600.0
_AT_ONCE = 500
_ENTRY = (ruling.c.revision, ruling.c.verdict, ruling.c.label, ruling.c.act, ruling.c.created_at)


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


@dataclass(frozen=True)
class Bulk:
    """A ruling on many items: its ``act`` undoes it. ``left_out`` are held by an expert, golden, ruled or unknown."""

    act: str
    ruled: int
    left_out: int


@dataclass(frozen=True)
class Undone:
    """How many items went back to what they were, and how many have been ruled anew since and were left alone."""

    undone: int
    left: int


@dataclass(frozen=True)
class _Entry:
    """A ruling in force."""

    revision: int
    verdict: Verdict
    label: str | None
    act: str | None
    at: datetime


def rule(connection: Connection, project: Project, expert_id: int, said: Ruling, *, now: datetime) -> RulingReceipt:
    """Record one ruling under the project's lock; sent again, it changes nothing and says so.

    A ruling that comes after its lease has ended counts; where another expert has ruled meanwhile it is a second opinion.
    REFUSED are only rulings that name another's lease, or nothing. Raises LabelingError ``unknown_label``, ``bad_ruling``,
    ``golden_in_guide``, ``nobody_left`` or ``not_allowed``.
    """
    check_expert(connection, project.id, expert_id)
    _check(connection, project, said)
    held = connection.execute(select(lease).where(lease.c.token == said.token)).first()
    if held is None or held.expert_id != expert_id or held.project_id != project.id:
        return RulingReceipt.REFUSED
    if said.revision <= held.revision:
        return RulingReceipt.KEPT_FIRST
    if said.verdict is None:
        _end(connection, held.id, said.revision, LeaseState.SKIPPED, now)
        return RulingReceipt.STORED
    last = _in_force(connection, held.item_id)
    elsewhere = last is not None and last.verdict is Verdict.LABEL and last.act != said.token
    route = Route.SECOND if elsewhere and held.route != Route.DISPUTE else Route(held.route)
    row = {
        "route": route,
        "given": held.given,
        "score": held.score,
        "suspicion": held.suspicion,
        "run_id": held.run_id,
        "batch_id": held.batch_id,
        "lease_id": held.id if said.revision == 1 else None,
        "act": said.token,
    }
    if last is not None and last.act == said.token:
        # Corrected: what the first press made beside its ruling goes with it.
        _take_back(connection, project, held.item_id, last.at, now=now, actor=expert_id)
    _append(connection, project, held.item_id, last, row, said, now=now, actor=expert_id)
    _end(connection, held.id, said.revision, LeaseState.ANSWERED, now)
    _follow(connection, project, held.item_id, said, now=now, actor=expert_id)
    return RulingReceipt.SECOND if route is Route.SECOND else RulingReceipt.STORED


def rule_many(
    connection: Connection,
    project: Project,
    items: Sequence[Candidate],
    labels: Mapping[int, str],
    *,
    rationale: str = "",
    overrule: bool = False,
    run_id: int | None = None,
    batch_id: int | None = None,
    now: datetime,
    actor: int | None,
) -> Bulk:
    """Give each of ``items`` its label in one act. Items that an expert holds or that are golden are left alone, ruled ones
    too unless ``overrule``. Raises LabelingError ``unknown_label``, ``nothing_to_rule`` or ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    _check_labels(connection, project, set(labels.values()))
    act = secrets.token_hex(16)
    wanted = {one.item_id: one for one in items if one.item_id in labels}
    free = _may_rule(connection, project, list(wanted), overrule=overrule)
    if not free:
        raise LabelingError("nothing_to_rule", n=len(wanted))
    before = _all_in_force(connection, free)
    for item_id in free:
        one = wanted[item_id]
        said = Ruling(act, 1, Verdict.LABEL, labels[item_id], rationale)
        row = {"route": Route.HAND, "given": one.given, "score": one.score, "suspicion": one.suspicion}
        row |= {"run_id": run_id, "batch_id": batch_id, "act": act}
        _append(connection, project, item_id, before.get(item_id), row, said, now=now, actor=actor)
    queueing.want(connection, dict.fromkeys(free, 0))
    record(connection, "rule_many", act, now=now, actor=actor, project_id=project.id, details={"items": len(free)})
    return Bulk(act, len(free), len(items) - len(free))


def undo(connection: Connection, project: Project, act: str, *, now: datetime, actor: int | None) -> Undone:
    """Take an act back: each of its items gets the ruling again that it had before, or none; golden items and corner cases
    that it made go, too. An item that was ruled anew since is left alone. Raises LabelingError ``unknown_act`` or
    ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    mine = (ruling.c.project_id == project.id) & (ruling.c.act == act)
    rows = connection.execute(select(ruling).where(mine).order_by(ruling.c.item_id, ruling.c.revision)).all()
    if not rows:
        raise LabelingError("unknown_act")
    first = {row.item_id: row for row in reversed(rows)}
    before = _all_in_force(connection, list(first))
    undone = [item_id for item_id in first if before[item_id].act == act]
    for item_id in undone:
        row = first[item_id]
        earlier = _in_force(connection, item_id, before=row.revision)
        verdict, label = (earlier.verdict, earlier.label) if earlier else (Verdict.WITHDRAWN, None)
        said = Ruling(f"undo:{act}"[:32], 1, verdict, label, "")
        facts = {"route": Route.HAND, "given": row.given, "score": row.score, "act": said.token}
        _append(connection, project, item_id, before[item_id], facts, said, now=now, actor=actor)
        _take_back(connection, project, item_id, before[item_id].at, now=now, actor=actor)
    open_again = [item_id for item_id in undone if _settled(connection, item_id) is None]
    queueing.want(connection, dict.fromkeys(open_again, project.overlap))
    details = {"items": len(undone)}
    record(connection, "undo_rulings", act, now=now, actor=actor, project_id=project.id, details=details)
    return Undone(len(undone), len(first) - len(undone))


def _append(
    connection: Connection,
    project: Project,
    item_id: int,
    last: _Entry | None,
    row: Mapping[str, Any],
    said: Ruling,
    *,
    now: datetime,
    actor: int | None,
) -> None:
    guide = get_guideline(connection, project.id)
    values = {
        "item_id": item_id,
        "revision": last.revision + 1 if last else 1,
        "project_id": project.id,
        "verdict": said.verdict,
        "label": said.label if said.verdict is Verdict.LABEL else None,
        "rationale": said.rationale.strip(),
        "blind": said.blind,
        "seconds": said.seconds,
        "guideline_version": guide.version if guide else None,
        "expert_id": actor,
        "created_at": now,
    }
    connection.execute(insert(ruling).values(values | dict(row)))


def _follow(
    connection: Connection, project: Project, item_id: int, said: Ruling, *, now: datetime, actor: int | None
) -> None:
    """What a ruling asks for besides being written down."""
    if said.verdict is Verdict.SENT_BACK:
        queueing.want(connection, {item_id: _ask_again(connection, project, item_id)})
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


def _take_back(
    connection: Connection, project: Project, item_id: int, at: datetime, *, now: datetime, actor: int | None
) -> None:
    """Undo what a ruling of the moment ``at`` had made: a golden item, a corner case."""
    golden.retire_appointed(connection, project, item_id, at=at, now=now, actor=actor)
    corner_cases.remove_of(connection, project, item_id, at=at, now=now)


def _ask_again(connection: Connection, project: Project, item_id: int) -> int:
    """How many answers an item wants that was sent back: as many more as its overlap, by people who have none yet.

    Raises LabelingError ``nobody_left``.
    """
    member = schema.membership
    present = select(member.c.person_id).where(
        member.c.project_id == project.id,
        member.c.role == Role.ASSESSOR,
        member.c.standing == Standing.ACTIVE,
    )
    answered = select(annotation.c.assessor_id).where(annotation.c.item_id == item_id)
    fresh = connection.execute(
        select(func.count()).select_from(present.where(member.c.person_id.not_in(answered)).subquery())
    ).scalar_one()
    if not fresh:
        raise LabelingError("nobody_left")
    counted = select(func.count()).where(annotation.c.item_id == item_id, annotation.c.revision == 1, votes())
    return int(connection.execute(counted).scalar_one()) + min(project.overlap, int(fresh))


def _may_rule(connection: Connection, project: Project, item_ids: Sequence[int], *, overrule: bool) -> list[int]:
    free: list[int] = []
    for at in range(0, len(item_ids), _AT_ONCE):
        part = item_ids[at : at + _AT_ONCE]
        held = select(lease.c.item_id).where(lease.c.item_id.in_(part), lease.c.state == LeaseState.OPEN)
        query = select(queue.c.item_id).where(
            queue.c.item_id.in_(part), queue.c.project_id == project.id, ~queue.c.golden, queue.c.item_id.not_in(held)
        )
        known = set(connection.execute(query).scalars())
        if not overrule:
            known -= {
                item_id for item_id, entry in _all_in_force(connection, part).items() if entry.verdict is Verdict.LABEL
            }
        free += [item_id for item_id in part if item_id in known]
    return free


def _in_force(connection: Connection, item_id: int, *, before: int | None = None) -> _Entry | None:
    """The newest ruling of an item, or the newest before a revision."""
    query = select(*_ENTRY).where(ruling.c.item_id == item_id)
    if before is not None:
        query = query.where(ruling.c.revision < before)
    row = connection.execute(query.order_by(ruling.c.revision.desc()).limit(1)).first()
    return None if row is None else _Entry(row.revision, Verdict(row.verdict), row.label, row.act, row.created_at)


def _all_in_force(connection: Connection, item_ids: Sequence[int]) -> dict[int, _Entry]:
    found: dict[int, _Entry] = {}
    for at in range(0, len(item_ids), _AT_ONCE):
        some = ruling.c.item_id.in_(item_ids[at : at + _AT_ONCE])
        query = select(ruling.c.item_id, *_ENTRY).where(some, in_force(ruling))
        for row in connection.execute(query):
            found[row.item_id] = _Entry(row.revision, Verdict(row.verdict), row.label, row.act, row.created_at)
    return found


def _settled(connection: Connection, item_id: int) -> str | None:
    entry = _in_force(connection, item_id)
    return entry.label if entry else None


def _end(connection: Connection, lease_id: int, revision: int, state: LeaseState, now: datetime) -> None:
    ending = update(lease).where(lease.c.id == lease_id)
    connection.execute(ending.values(state=state, revision=revision, closed_at=now))


def _check(connection: Connection, project: Project, said: Ruling) -> None:
    if said.revision < 1 or len(said.rationale) > MAX_RATIONALE or said.verdict is Verdict.WITHDRAWN:
        raise LabelingError("bad_ruling", most=MAX_RATIONALE)
    if said.seconds is not None and not 0 <= said.seconds <= MAX_SECONDS:
        raise LabelingError("bad_ruling", most=MAX_RATIONALE)
    if said.make_golden and said.corner_case:
        raise LabelingError("golden_in_guide")
    if said.verdict is Verdict.LABEL:
        _check_labels(connection, project, {said.label or ""})


def _check_labels(connection: Connection, project: Project, labels: set[str]) -> None:
    table = schema.label_class
    query = select(table.c.code).where(table.c.project_id == project.id, ~table.c.retired, table.c.code.in_(labels))
    unknown = labels - set(connection.execute(query).scalars())
    if unknown:
        raise LabelingError("unknown_label", label=min(unknown))
