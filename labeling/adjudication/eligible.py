"""Which items may be brought before an expert, in SQL: of candidates, of the audit, for a second opinion, in a dispute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from db import schema
from db.frames.reading import in_bulk, in_force
from db.frames.recoding import in_sql, is_lost
from db.vocabulary import LeaseState, Route, Verdict

lease, ruling, item, annotation = schema.expert_lease, schema.adjudication, schema.item, schema.annotation


def barred(project_id: int, expert_id: int, item_ids: Sequence[int], *, audited: bool) -> Select[Any]:
    """Of these items (id) those that are ruled, parked, golden, held by anybody, or passed over by this expert.

    Items of the running audit, too, unless ``audited``: served by suspicion the sample would no longer be a random one.
    """
    reasons = [_is_ruled(), _is_parked(), _is_golden(), _is_held(), _was_skipped(expert_id)]
    if not audited:
        reasons.append(item.c.id.in_(audit_sample(project_id)))
    return select(item.c.id).where(item.c.project_id == project_id, item.c.id.in_(item_ids), or_(*reasons))


def set_aside(project_id: int, expert_id: int) -> Any:
    """Items (item_id) without a ruling that this expert is not brought now: parked, passed over by them, before another."""
    parked = (
        select(ruling.c.item_id)
        .join(item, item.c.id == ruling.c.item_id)
        .where(
            ruling.c.project_id == project_id, ruling.c.verdict.in_([Verdict.SENT_BACK, Verdict.UNCLEAR]), _is_parked()
        )
    )
    mine = lease.c.expert_id == expert_id
    withheld = or_(mine & (lease.c.state == LeaseState.SKIPPED), ~mine & (lease.c.state == LeaseState.OPEN))
    return parked.union(select(lease.c.item_id).where(lease.c.project_id == project_id, withheld))


def audits(project_id: int, expert_id: int) -> Select[Any]:
    """Items of the audit that may be served (item_id, given), in its order."""
    drawn = schema.audit_item
    free = ~or_(_is_read(), _is_parked(), _is_golden(), _is_held(), _was_skipped(expert_id))
    query = audit_sample(project_id).join(item, item.c.id == drawn.c.item_id).where(free)
    return query.add_columns(drawn.c.given).order_by(drawn.c.position)


def ruled_by_others(project_id: int, expert_id: int) -> Select[Any]:
    """Items ruled once so far, and not by this expert (id, given, score, suspicion), the oldest ruling first."""
    last, latest = _latest()
    single = (Route.SUSPICION, Route.AUDIT, Route.BATCH)
    return (
        select(item.c.id, last.c.given, last.c.score, last.c.suspicion)
        .select_from(item)
        .join(last, latest)
        # By the ruling's project: there are few rulings, and many items.
        .where(last.c.project_id == project_id, _settles(last), last.c.route.in_(single))
        .where(last.c.expert_id != expert_id, ~or_(_is_golden(), _is_held(), _was_skipped(expert_id)))
        .order_by(last.c.created_at, item.c.id)
    )


def disputed(connection: Connection, project_id: int) -> Select[Any]:
    """Items on which two experts differ and nobody has had the last word: id, and who the two are."""
    last, latest = _latest()
    first, earlier = ruling.alias("first"), ruling.alias("earlier")
    # The second expert may have corrected their own press: what counts is the word before they spoke.
    other = (earlier.c.item_id == last.c.item_id) & (func.coalesce(earlier.c.act, "") != func.coalesce(last.c.act, ""))
    newest = select(func.max(earlier.c.revision)).where(other, earlier.c.revision < last.c.revision)
    before = and_(first.c.item_id == last.c.item_id, first.c.revision == newest.scalar_subquery())
    one, another = in_sql(connection, project_id, first.c.label, last.c.label)
    return (
        select(item.c.id, last.c.expert_id.label("second"), first.c.expert_id.label("first"), last.c.given)
        .select_from(item)
        .join(last, latest)
        .join(first, before)
        .where(last.c.project_id == project_id, last.c.route == Route.SECOND, last.c.verdict == Verdict.LABEL)
        .where(one != another)
    )


def free_disputes(connection: Connection, project_id: int, expert_id: int) -> Select[Any]:
    """Those of :func:`disputed` that may be served, the oldest item first."""
    return disputed(connection, project_id).where(~or_(_is_held(), _was_skipped(expert_id))).order_by(item.c.id)


def audit_sample(project_id: int) -> Select[Any]:
    """Items of the newest audit's sample."""
    drawn = schema.audit_item
    newest = select(func.max(schema.audit.c.id)).where(schema.audit.c.project_id == project_id).scalar_subquery()
    return select(drawn.c.item_id).where(drawn.c.audit_id == newest, drawn.c.position.is_not(None))


def _latest() -> tuple[Any, ColumnElement[bool]]:
    """The ruling in force of ``item``, as an alias and its condition."""
    last = ruling.alias("last")
    return last, and_(last.c.item_id == item.c.id, in_force(last))


def _settles(last: Any) -> ColumnElement[bool]:
    """That it gives a label, and one that says which class still."""
    return and_(last.c.verdict == Verdict.LABEL, ~is_lost(last))


def _is_ruled() -> ColumnElement[bool]:
    last, latest = _latest()
    return select(last.c.item_id).where(latest, _settles(last)).exists()


def _is_read() -> ColumnElement[bool]:
    """Ruled by somebody who read it, not in bulk."""
    last, latest = _latest()
    return select(last.c.item_id).where(latest, _settles(last), ~in_bulk(last)).exists()


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
