"""What may come to an assessor: ordinary items, golden ones, and their own once more. Looked up here, leased elsewhere.

Whatever the kinds of the slots, one statement finds the items for all of them: neither how many statements there are nor
which tells an assessor what is coming.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    union_all,
)

from db import schema
from db.frames.reading import in_force
from db.frames.recoding import is_lost
from db.frames.work import OPEN
from db.vocabulary import LeaseState
from labeling.desk import repeats
from labeling.desk.leases import LOST, ME, PROJECT
from labeling.desk.policy import golden_pivot
from labeling.projects import wanted as queueing
from labeling.projects.projects import Project

lease, queue, item, annotation, desk = schema.lease, schema.queue, schema.item, schema.annotation, schema.desk


@dataclass(frozen=True)
class Eligible:
    """What may come, as rows of item_id, golden, rank, text, context, metadata and form.

    ``ordinary``: those that came free behind a cursor, golden ones among them, then those ahead of one's own. ``golden``: by
    slot, in the order in which they are tried. ``again``: one's own, by slot. ``next_ahead``: the position of the first item
    ahead of the cursor.
    """

    ordinary: Sequence[Row[Any]]
    golden: Mapping[int, Sequence[Row[Any]]]
    again: Mapping[int, Row[Any]]
    next_ahead: int | None


FREE: ColumnClause[bool] = literal_column("queue.places > 0")
# Of golden items, too: what came free goes on to whoever is next, whatever it is.
_RETURNED: ColumnClause[bool] = literal_column(
    "queue.returned AND queue.places > 0 AND NOT (queue.golden AND queue.paused)"
)
_GOLDEN: ColumnClause[bool] = literal_column("queue.golden AND NOT queue.paused")

_mine = lease.alias("mine")
_HELD_ONCE = _mine.c.assessor_id == ME, _mine.c.item_id == queue.c.item_id
_ANSWERED = exists().where(annotation.c.item_id == queue.c.item_id, annotation.c.assessor_id == ME)
# Whoever gave a class that was split since may say which of its parts they mean; a golden item is shown once all the same.
_STANDS = _ANSWERED.where(queue.c.golden | and_(in_force(annotation), ~is_lost(annotation)))
# Not IN (...): SQLAlchemy would write its list anew at every call.
_NOT_HELD = [_mine.c.state != lost for lost in (*LOST, LeaseState.ANSWERED.value)]
_MINE_ALREADY = exists().where(*_HELD_ONCE, *_NOT_HELD) | _STANDS
# A golden item is drawn for one person once, whatever became of that lease.
_SHOWN = exists().where(*_HELD_ONCE) | _ANSWERED

_ORDINARY = (
    select(queue.c.item_id, queue.c.golden, queue.c.position.label("rank"))
    .where(queue.c.project_id == PROJECT, ~_MINE_ALREADY)
    .order_by(queue.c.position)
    .limit(bindparam("n", type_=Integer))
)
_CURSOR = select(desk.c.cursor).where(desk.c.project_id == PROJECT, desk.c.assessor_id == ME).scalar_subquery()
_BACK = _ORDINARY.where(_RETURNED)
_AHEAD = _ORDINARY.where(FREE, ~queue.c.returned, queue.c.position > func.coalesce(_CURSOR, queueing.START))
_RING = (
    select(queue.c.item_id, queue.c.golden, queue.c.spin.label("rank"))
    .where(queue.c.project_id == PROJECT, _GOLDEN, ~_SHOWN)
    .order_by(queue.c.spin)
    .limit(bindparam("golden", type_=Integer))
)
_UNSEEN = select(func.count()).select_from(queue).where(queue.c.project_id == PROJECT, _GOLDEN, ~_SHOWN)
# What comes next to somebody, of each kind the first ``n``, whatever slots there are.
COMING = union_all(
    *(
        select(query.subquery().c.item_id)
        for query in (_BACK, _AHEAD, _RING.limit(None).limit(bindparam("n", type_=Integer)))
    )
).subquery("coming")
_NEXT_FREE = (
    select(lease.c.expires_at)
    .join(queue, queue.c.item_id == lease.c.item_id)
    .where(lease.c.project_id == PROJECT, OPEN, ~lease.c.repeat, lease.c.assessor_id != ME)
    .where(~_MINE_ALREADY)
    .order_by(lease.c.expires_at)
    .limit(1)
)


def find(
    connection: Connection,
    project: Project,
    assessor_id: int,
    *,
    n: int,
    ordinal: int = 0,
    golden: Sequence[int] = (),
    walk: repeats.Walk | None = None,
) -> Eligible:
    """As many ordinary items as ``n``, golden ones for the ``golden`` slots of chunk ``ordinal``, repeats as ``walk`` says.

    The search for each golden slot begins at a hash of its own and goes round once.
    """
    pivots = {f"pivot{at}": golden_pivot(project.seed, assessor_id, ordinal, slot) for at, slot in enumerate(golden)}
    parameters = {"project": project.id, "me": assessor_id, "n": n, "golden": len(golden)} | pivots
    if walk is not None:
        parameters |= walk.parameters
    arms: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(_statement(len(golden), walk is not None), parameters):
        arms.setdefault(row.arm, []).append(row)
    # The order inside of an arm is lost on the way through the union.
    for rows in arms.values():
        rows.sort(key=lambda row: row.rank)
    back, ahead = arms.get("back", []), arms.get("ahead", [])
    again = arms.get("onward", []) + arms.get("round", [])
    return Eligible(
        ordinary=(back + ahead)[:n],
        golden={slot: arms.get(f"golden{at}", []) + arms.get("ring", []) for at, slot in enumerate(golden)},
        again=dict(zip(walk.slots, again, strict=False)) if walk else {},
        next_ahead=ahead[0].rank if ahead else None,
    )


def has_work(connection: Connection, project: Project, assessor_id: int) -> bool:
    """Whether an ordinary item could be handed to this assessor now."""
    return bool(find(connection, project, assessor_id, n=1).ordinary)


def unseen_golden(connection: Connection, project: Project, assessor_id: int) -> int:
    """How many golden items of the pool this assessor was never shown."""
    return int(connection.execute(_UNSEEN, {"project": project.id, "me": assessor_id}).scalar_one())


def next_free(connection: Connection, project: Project, assessor_id: int) -> datetime | None:
    """When the first lease of others ends on an item this assessor could label; None where there is none."""
    expires_at = connection.execute(_NEXT_FREE, {"project": project.id, "me": assessor_id}).scalar()
    return expires_at if isinstance(expires_at, datetime) else None


@cache
def _statement(golden: int, repeating: bool) -> Select[Any]:
    """ARM(arm, item_id, golden, rank, text, context, metadata, form) for so many golden slots, with repeats or without."""
    arms: dict[str, Select[Any]] = {"back": _BACK, "ahead": _AHEAD}
    for at in range(golden):
        arms[f"golden{at}"] = _RING.where(queue.c.spin >= bindparam(f"pivot{at}", type_=BigInteger))
    if golden:
        arms["ring"] = _RING
    if repeating:
        arms |= {"onward": repeats.ONWARD, "round": repeats.ROUND}
    # A subquery each: a limit belongs to its arm, not to the union.
    eligible = union_all(
        *(select(literal_column(f"'{name}'").label("arm"), query.subquery(name)) for name, query in arms.items())
    ).subquery("eligible")
    shown = (item.c.text, item.c.context, item.c.metadata, item.c.form)
    return select(eligible, *shown).join(item, item.c.id == eligible.c.item_id)
