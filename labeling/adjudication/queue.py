"""Serving experts: which items lie before an expert now, each before one expert only.

A slot of the queue is filled by a hash of (project seed, expert, how many they have had): with a dispute that waits for
them, with an item of the running audit, with one that another expert has ruled (a second opinion, blind to the first), or
else with the most suspicious candidate. On the card they all look the same. What a candidate is suspected of, and in which
order, is the caller's; whether it may be served is decided here, under the project's lock.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, or_, select, update

from db import schema
from db.frames.reading import in_force
from db.vocabulary import LeaseState, Role, Route, Verdict
from labeling.desk.policy import stable_hash
from labeling.projects.projects import Project
from labeling.roles import check_expert, roles_of

lease, ruling, item, annotation = schema.expert_lease, schema.adjudication, schema.item, schema.annotation

# An expert thinks longer than an assessor clicks; a lease that is looked at is renewed.
LEASE_MINUTES = 60
# How often a second opinion is asked for where one waits: not in a row, or the expert would know them by that.
_SECONDS = 0.34
_AT_ONCE = 200


@dataclass(frozen=True)
class Candidate:
    """An item that may be brought before an expert, and why: its label, the chance that it is wrong, a reason's code."""

    item_id: int
    given: str | None = None
    score: float | None = None
    suspicion: str | None = None


@dataclass(frozen=True)
class Brought:
    """An item before an expert. ``given`` is the label under suspicion; nothing here tells why it was chosen."""

    token: str
    item_id: int
    external_id: str
    text: str
    context: str | None
    metadata: dict[str, Any] | None
    given: str | None
    run_id: int | None


def claim(
    connection: Connection,
    project: Project,
    expert_id: int,
    candidates: Iterable[Candidate],
    *,
    want: int,
    now: datetime,
    run_id: int | None = None,
    batch_id: int | None = None,
    narrowed: bool = False,
) -> list[Brought]:
    """What lies before this expert, filled up to ``want`` items, oldest first. Called under the project's lock.

    ``candidates`` come in the order in which they should be ruled: by suspicion, or a batch's items where ``batch_id`` says
    so. ``narrowed``: the expert asked for some of them only; nothing else is mixed in then, nor into a batch, for what wasn't
    asked for would be known by that. Served again to the same person after a refresh: the same items. Raises LabelingError
    ``not_allowed``.
    """
    check_expert(connection, project.id, expert_id)
    sweep(connection, project.id, now=now)
    held = _held_ids(connection, project.id, expert_id)
    _renew(connection, held, now=now)
    left = _servable(connection, project, expert_id, candidates, audited=batch_id is not None)
    ordinary = Route.BATCH if batch_id is not None else Route.SUSPICION
    alone = narrowed or batch_id is not None
    while len(held) < want:
        found = _next(connection, project, expert_id, left, ordinary, alone=alone)
        if found is None:
            break
        route, one = found
        held.append(_take(connection, project, expert_id, one, route, run_id=run_id, batch_id=batch_id, now=now))
    return _brought(connection, held)


def sweep(connection: Connection, project_id: int, *, now: datetime) -> None:
    """End every lease of the project whose time is over."""
    due = (lease.c.project_id == project_id) & (lease.c.state == LeaseState.OPEN) & (lease.c.expires_at <= now)
    connection.execute(update(lease).where(due).values(state=LeaseState.EXPIRED, closed_at=now))


def release(connection: Connection, project: Project, expert_id: int, *, now: datetime) -> None:
    """Give back what lies before this expert: another filter was chosen, or the page was left."""
    mine = (lease.c.project_id == project.id) & (lease.c.expert_id == expert_id) & (lease.c.state == LeaseState.OPEN)
    connection.execute(update(lease).where(mine).values(state=LeaseState.RELEASED, closed_at=now))


def _next(
    connection: Connection,
    project: Project,
    expert_id: int,
    left: Iterator[Candidate],
    ordinary: Route,
    *,
    alone: bool,
) -> tuple[Route, Candidate] | None:
    if alone:
        one = next(left, None)
        return None if one is None else (ordinary, one)
    had = select(func.count()).where(lease.c.project_id == project.id, lease.c.expert_id == expert_id)
    ordinal = connection.execute(had).scalar_one()
    dispute = _disputed(connection, project, expert_id)
    if dispute is not None:
        return Route.DISPUTE, dispute
    audited, second = (_drawn(word, project, expert_id, ordinal) for word in ("audit", "second"))
    if audited < project.audit_share and (one := _audited(connection, project, expert_id)):
        return Route.AUDIT, one
    if second < _SECONDS and (one := _ruled_by_another(connection, project, expert_id)):
        return Route.SECOND, one
    if (one := next(left, None)) is not None:
        return ordinary, one
    if one := _audited(connection, project, expert_id):
        return Route.AUDIT, one
    if one := _ruled_by_another(connection, project, expert_id):
        return Route.SECOND, one
    return None


def _drawn(word: str, project: Project, expert_id: int, ordinal: int) -> float:
    """A number in [0, 1) that depends on nothing an expert can see."""
    return (stable_hash(word, project.seed, expert_id, ordinal) + 2**62) / 2**63


def _servable(
    connection: Connection, project: Project, expert_id: int, candidates: Iterable[Candidate], *, audited: bool
) -> Iterator[Candidate]:
    """The candidates that may be brought before this expert, read in portions while they are asked for.

    Items of the running audit are not served by suspicion: the sample would no longer be a random one.
    """
    rest = iter(candidates)
    while portion := list(islice(rest, _AT_ONCE)):
        ids = [one.item_id for one in portion]
        barred = _barred(connection, project, expert_id, item.c.id.in_(ids))
        if not audited:
            pending = _audit_sample(project.id).where(schema.audit_item.c.item_id.in_(ids))
            barred |= set(connection.execute(pending).scalars())
        yield from (one for one in portion if one.item_id not in barred)


def _barred(connection: Connection, project: Project, expert_id: int, which: ColumnElement[bool]) -> set[int]:
    """Of these items those that are ruled, parked, golden, held by anybody, or passed over by this expert."""
    query = select(item.c.id).where(item.c.project_id == project.id, which)
    barred = query.where(or_(_is_ruled(), _is_parked(), _is_golden(), _is_held(), _was_skipped(expert_id)))
    return set(connection.execute(barred).scalars())


def _latest() -> tuple[Any, ColumnElement[bool]]:
    """The ruling in force of ``item``, as an alias and its condition."""
    last = ruling.alias("last")
    return last, and_(last.c.item_id == item.c.id, in_force(last))


def _is_ruled() -> ColumnElement[bool]:
    last, latest = _latest()
    return select(last.c.item_id).where(latest, last.c.verdict == Verdict.LABEL).exists()


def _is_parked() -> ColumnElement[bool]:
    """Sent back and not answered since, or unclear by a guide that is still the newest."""
    last, latest = _latest()
    answered = select(annotation.c.id).where(
        annotation.c.item_id == last.c.item_id, annotation.c.created_at > last.c.created_at
    )
    guide = schema.guideline
    published = select(guide.c.version).where(
        guide.c.project_id == last.c.project_id, guide.c.created_at > last.c.created_at
    )
    waits = or_(
        and_(last.c.verdict == Verdict.SENT_BACK, ~answered.exists()),
        and_(last.c.verdict == Verdict.UNCLEAR, ~published.exists()),
    )
    return select(last.c.item_id).where(latest, waits).exists()


def _is_golden() -> ColumnElement[bool]:
    queue = schema.queue
    return select(queue.c.item_id).where(queue.c.item_id == item.c.id, queue.c.golden).exists()


def _is_held() -> ColumnElement[bool]:
    return select(lease.c.id).where(lease.c.item_id == item.c.id, lease.c.state == LeaseState.OPEN).exists()


def _was_skipped(expert_id: int) -> ColumnElement[bool]:
    mine = (lease.c.item_id == item.c.id) & (lease.c.expert_id == expert_id)
    return select(lease.c.id).where(mine, lease.c.state == LeaseState.SKIPPED).exists()


def _audit_sample(project_id: int) -> Select[Any]:
    """Items of the newest audit's sample."""
    drawn = schema.audit_item
    newest = select(func.max(schema.audit.c.id)).where(schema.audit.c.project_id == project_id).scalar_subquery()
    return select(drawn.c.item_id).where(drawn.c.audit_id == newest, drawn.c.position.is_not(None))


def _audited(connection: Connection, project: Project, expert_id: int) -> Candidate | None:
    """The first item of the audit that may be served."""
    drawn = schema.audit_item
    free = ~or_(_is_ruled(), _is_parked(), _is_golden(), _is_held(), _was_skipped(expert_id))
    query = _audit_sample(project.id).join(item, item.c.id == drawn.c.item_id).where(free)
    row = connection.execute(query.add_columns(drawn.c.given).order_by(drawn.c.position).limit(1)).first()
    return None if row is None else Candidate(row.item_id, row.given)


def _ruled_by_another(connection: Connection, project: Project, expert_id: int) -> Candidate | None:
    """An item of the share that gets a second opinion, ruled once so far, and not by this expert."""
    last, latest = _latest()
    single = (Route.SUSPICION, Route.AUDIT, Route.BATCH)
    query = (
        select(item.c.id, last.c.given, last.c.score, last.c.suspicion)
        .select_from(item)
        .join(last, latest)
        # By the ruling's project: there are few rulings, and many items.
        .where(last.c.project_id == project.id, last.c.verdict == Verdict.LABEL, last.c.route.in_(single))
        .where(last.c.expert_id != expert_id, ~or_(_is_golden(), _is_held(), _was_skipped(expert_id)))
        .order_by(last.c.created_at, item.c.id)
    )
    for row in connection.execute(query):
        if (stable_hash("second opinion", project.seed, row.id) + 2**62) / 2**63 < project.second_share:
            return Candidate(row.id, row.given, row.score, row.suspicion)
    return None


def disputed(project_id: int) -> Select[Any]:
    """Items on which two experts differ and nobody has had the last word: id, and who the two are."""
    last, latest = _latest()
    first, earlier = ruling.alias("first"), ruling.alias("earlier")
    # The second expert may have corrected their own press: what counts is the word before they spoke.
    other = (earlier.c.item_id == last.c.item_id) & (func.coalesce(earlier.c.act, "") != func.coalesce(last.c.act, ""))
    newest = select(func.max(earlier.c.revision)).where(other, earlier.c.revision < last.c.revision)
    before = and_(first.c.item_id == last.c.item_id, first.c.revision == newest.scalar_subquery())
    return (
        select(item.c.id, last.c.expert_id.label("second"), first.c.expert_id.label("first"), last.c.given)
        .select_from(item)
        .join(last, latest)
        .join(first, before)
        .where(last.c.project_id == project_id, last.c.route == Route.SECOND, last.c.verdict == Verdict.LABEL)
        .where(first.c.label != last.c.label)
    )


def _disputed(connection: Connection, project: Project, expert_id: int) -> Candidate | None:
    """A dispute that waits for this expert: a third, or a lead who isn't one of the two."""
    free = disputed(project.id).where(~or_(_is_held(), _was_skipped(expert_id))).order_by(item.c.id)
    is_lead = Role.LEAD in roles_of(connection, project.id, expert_id)
    for row in connection.execute(free):
        if is_lead or expert_id not in (row.first, row.second):
            return Candidate(row.id, row.given)
    return None


def _held_ids(connection: Connection, project_id: int, expert_id: int) -> list[int]:
    mine = (lease.c.project_id == project_id) & (lease.c.expert_id == expert_id) & (lease.c.state == LeaseState.OPEN)
    return list(connection.execute(select(lease.c.id).where(mine).order_by(lease.c.id)).scalars())


def _renew(connection: Connection, held: Sequence[int], *, now: datetime) -> None:
    if held:
        until = now + timedelta(minutes=LEASE_MINUTES)
        connection.execute(update(lease).where(lease.c.id.in_(held)).values(expires_at=until))


def _take(
    connection: Connection,
    project: Project,
    expert_id: int,
    one: Candidate,
    route: Route,
    *,
    run_id: int | None,
    batch_id: int | None,
    now: datetime,
) -> int:
    token = secrets.token_hex(16)
    values = {
        "project_id": project.id,
        "item_id": one.item_id,
        "expert_id": expert_id,
        "token": token,
        "state": LeaseState.OPEN,
        "route": route,
        "given": one.given,
        "score": one.score,
        "suspicion": one.suspicion,
        "run_id": run_id,
        "batch_id": batch_id if route is Route.BATCH else None,
        "opened_at": now,
        "expires_at": now + timedelta(minutes=LEASE_MINUTES),
    }
    connection.execute(insert(lease).values(values))
    return int(connection.execute(select(lease.c.id).where(lease.c.token == token)).scalar_one())


def _brought(connection: Connection, held: Sequence[int]) -> list[Brought]:
    columns = (lease.c.token, item.c.id, item.c.external_id, item.c.text, item.c.context, item.c.metadata)
    query = (
        select(*columns, lease.c.given, lease.c.run_id)
        .select_from(lease)
        .join(item, item.c.id == lease.c.item_id)
        .where(lease.c.id.in_(held))
        .order_by(lease.c.id)
    )
    return [Brought(*row) for row in connection.execute(query)]
