"""Serving experts: which items lie before an expert now, each before one expert only.

A slot of the queue is filled by a hash of (project seed, expert, how many they have had): with a dispute that waits for
them, with an item of the running audit, with one that another expert has ruled (a second opinion, blind to the first), or
else with the most suspicious candidate. On the card they all look the same. What a candidate is suspected of, and in which
order, is the caller's; whether it may be served is decided here, under the project's lock.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from db import schema
from db.frames.recoding import recoding
from db.vocabulary import LeaseState, Role, Route
from labeling.adjudication import eligible
from labeling.desk.policy import share_of
from labeling.projects.projects import Project
from labeling.roles import check_expert

lease, item = schema.expert_lease, schema.item

# An expert thinks longer than an assessor clicks; a lease that is looked at is renewed.
LEASE_MINUTES = 60
# How often a second opinion is asked for where one waits: not in a row, or the expert would know them by that.
_SECOND_SHARE = 0.34
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
    form: str


def as_candidates(findings: pl.DataFrame) -> list[Candidate]:
    """Rows of FINDINGS as what may be ruled or brought before an expert, with the strongest reason's code where they have it."""
    has_reasons = "reasons" in findings.columns
    reason = pl.col("reasons").str.extract(r'"code":\s*"([a-z_]+)"') if has_reasons else pl.lit(None).alias("reasons")
    return [
        Candidate(*row)
        for row in findings.select("item_id", pl.col("given").cast(pl.String), "score", reason).iter_rows()
    ]


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
    roles: frozenset[Role] | None = None,
) -> list[Brought]:
    """What lies before this expert, filled up to ``want`` items, oldest first. Called under the project's lock.

    ``candidates`` come in the order in which they should be ruled: by suspicion, or a batch's items where ``batch_id`` says
    so. ``narrowed``: the expert asked for some of them only; nothing else is mixed in then, nor into a batch, for what wasn't
    asked for would be known by that. Served again to the same person after a refresh: the same items. ``roles``: what
    :func:`labeling.roles.check_expert` gave, where the caller has asked it already. Raises LabelingError ``not_allowed``.
    """
    roles = check_expert(connection, project.id, expert_id) if roles is None else roles
    overdue = (lease.c.project_id == project.id) & (lease.c.state == LeaseState.OPEN) & (lease.c.expires_at <= now)
    connection.execute(update(lease).where(overdue).values(state=LeaseState.EXPIRED, closed_at=now))
    missing = want - _renew(connection, project.id, expert_id, now=now)
    left = _servable(connection, project, expert_id, candidates, audited=batch_id is not None)
    chosen: list[tuple[Route, Candidate]] = []
    if narrowed or batch_id is not None:
        route = Route.BATCH if batch_id is not None else Route.SUSPICION
        chosen = [(route, candidate) for candidate in islice(left, max(0, missing))]
    elif missing > 0:
        chosen = list(_mixed(connection, project, expert_id, left, roles, missing))
    if chosen:
        _take(connection, project, expert_id, chosen, run_id=run_id, batch_id=batch_id, now=now)
    return _brought(connection, project.id, expert_id)


def release(connection: Connection, project: Project, expert_id: int, *, now: datetime) -> None:
    """Give back what lies before this expert: another filter was chosen, or the page was left."""
    releasing = update(lease).where(*_lying(project.id, expert_id))
    connection.execute(releasing.values(state=LeaseState.RELEASED, closed_at=now))


def _mixed(
    connection: Connection,
    project: Project,
    expert_id: int,
    left: Iterator[Candidate],
    roles: frozenset[Role],
    most: int,
) -> Iterator[tuple[Route, Candidate]]:
    """What comes next, and after that, up to ``most``. Each source is asked once, when it is first looked into: no item is
    in two of them, and nothing is leased before all is chosen.
    """
    had = select(func.count()).where(lease.c.project_id == project.id, lease.c.expert_id == expert_id)
    disputes = _disputed(connection, project, expert_id, roles)
    audits = _audited(connection, project, expert_id, most)
    seconds = _ruled_by_others(connection, project, expert_id)
    begin = connection.execute(had).scalar_one()
    for ordinal in range(begin, begin + most):
        # Drawn from nothing that an expert can see.
        audited, second = (share_of(word, project.seed, expert_id, ordinal) for word in ("audit", "second"))
        sources = [(Route.DISPUTE, disputes)]
        sources += [(Route.AUDIT, audits)] if audited < project.audit_share else []
        sources += [(Route.SECOND, seconds)] if second < _SECOND_SHARE else []
        sources += [(Route.SUSPICION, left), (Route.AUDIT, audits), (Route.SECOND, seconds)]
        for route, source in sources:
            candidate = next(source, None)
            if candidate is not None:
                yield route, candidate
                break


def _servable(
    connection: Connection, project: Project, expert_id: int, candidates: Iterable[Candidate], *, audited: bool
) -> Iterator[Candidate]:
    """The candidates that may be brought before this expert, read in portions while they are asked for."""
    rest = iter(candidates)
    while portion := list(islice(rest, _AT_ONCE)):
        query = eligible.barred(project.id, expert_id, [candidate.item_id for candidate in portion], audited=audited)
        barred = set(connection.execute(query).scalars())
        yield from (candidate for candidate in portion if candidate.item_id not in barred)


def _audited(connection: Connection, project: Project, expert_id: int, most: int) -> Iterator[Candidate]:
    """What the audit still waits for."""
    for row in connection.execute(eligible.audits(project.id, expert_id).limit(most)):
        yield Candidate(row.item_id, row.given)


def _ruled_by_others(connection: Connection, project: Project, expert_id: int) -> Iterator[Candidate]:
    """Of what others have ruled the share that gets a second opinion."""
    if not project.second_share:
        return
    for row in connection.execute(eligible.ruled_by_others(project.id, expert_id)):
        if share_of("second opinion", project.seed, row.id) < project.second_share:
            yield Candidate(row.id, row.given, row.score, row.suspicion)


def _disputed(connection: Connection, project: Project, expert_id: int, roles: frozenset[Role]) -> Iterator[Candidate]:
    """Disputes that wait for this expert: a third, or a lead who may be one of the two."""
    for row in connection.execute(eligible.free_disputes(connection, project.id, expert_id)):
        if Role.LEAD in roles or expert_id not in (row.first, row.second):
            yield Candidate(row.id, row.given)


def _renew(connection: Connection, project_id: int, expert_id: int, *, now: datetime) -> int:
    """Let what lies before the expert lie there longer; says how much that is."""
    renewing = update(lease).where(*_lying(project_id, expert_id))
    return connection.execute(renewing.values(expires_at=now + timedelta(minutes=LEASE_MINUTES))).rowcount


def _take(
    connection: Connection,
    project: Project,
    expert_id: int,
    chosen: Sequence[tuple[Route, Candidate]],
    *,
    run_id: int | None,
    batch_id: int | None,
    now: datetime,
) -> None:
    shared = {
        "project_id": project.id,
        "expert_id": expert_id,
        "state": LeaseState.OPEN,
        "run_id": run_id,
        "opened_at": now,
        "expires_at": now + timedelta(minutes=LEASE_MINUTES),
    }
    rows = [
        shared
        | {
            "item_id": candidate.item_id,
            "token": secrets.token_hex(16),
            "route": route,
            "given": candidate.given,
            "score": candidate.score,
            "suspicion": candidate.suspicion,
            "batch_id": batch_id if route is Route.BATCH else None,
        }
        for route, candidate in chosen
    ]
    connection.execute(insert(lease), rows)


def _brought(connection: Connection, project_id: int, expert_id: int) -> list[Brought]:
    columns = (lease.c.token, item.c.id, item.c.external_id, item.c.text, item.c.context, item.c.metadata)
    query = (
        select(*columns, lease.c.given, lease.c.run_id, item.c.form)
        .select_from(lease)
        .join(item, item.c.id == lease.c.item_id)
        .where(*_lying(project_id, expert_id))
        .order_by(lease.c.id)
    )
    by = recoding(connection, project_id)
    lying = [Brought(*row) for row in connection.execute(query)]
    return [replace(each, given=by.of(each.given)) for each in lying] if by else lying


def _lying(project_id: int, expert_id: int) -> tuple[ColumnElement[bool], ...]:
    return lease.c.project_id == project_id, lease.c.expert_id == expert_id, lease.c.state == LeaseState.OPEN
