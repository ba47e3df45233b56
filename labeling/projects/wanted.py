"""What is still wanted of each item: the one place where ``queue`` is kept true to the facts.

An item wants ``wanted`` answers. ``places = wanted - open leases - assessors who answered``; a repeat takes none. Every
change recounts from leases and annotations: the column is an index, not a ledger.

Golden items are drawn by slot and want no number of answers. One that a desk has lost, or whose assessor passed it over, has
a place all the same until somebody takes it: what an ordinary item does then, it does too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Integer, bindparam, case, func, select, update

from db import schema
from db.frames.annotations import counted
from db.frames.reading import in_force
from db.frames.recoding import is_lost
from db.frames.work import OPEN
from db.vocabulary import Verdict

queue, lease, annotation, desk = schema.queue, schema.lease, schema.annotation, schema.desk

START = -(2**62)


def _taken() -> Any:
    leased = select(func.count()).where(lease.c.item_id == queue.c.item_id, OPEN, ~lease.c.repeat)
    # The word in force of each: one who was asked anew, as their class was split, takes their place again.
    answered = select(func.count()).where(annotation.c.item_id == queue.c.item_id, in_force(annotation), counted())
    return leased.correlate(queue).scalar_subquery() + answered.correlate(queue).scalar_subquery()


_PLACES = queue.c.wanted - _taken()
_CLIPPED = case((queue.c.golden, queue.c.places), (_PLACES > 0, _PLACES), else_=0)
_ONE = update(queue).where(queue.c.item_id == bindparam("item", type_=Integer))
_TAKES = bindparam("takes", type_=Boolean)
_ONE_LESS = case((queue.c.places > 0, queue.c.places - 1), else_=0)
_TAKE = _ONE.values(
    places=case((_TAKES & queue.c.golden, queue.c.places - 1), (_TAKES, _PLACES), else_=queue.c.places),
    # A golden item that comes free again must come where the ordinary ones beside it do.
    position=case((queue.c.golden, func.coalesce(bindparam("beside", type_=BigInteger), queue.c.position)),
                  else_=queue.c.position),
)  # fmt: skip
_TAKE_LATE = _ONE.values(places=case((queue.c.golden, _ONE_LESS), else_=_CLIPPED), returned=True)
_ASKED = bindparam("asked", type_=Integer)
# What is leased or answered already can't be unasked: the least that an item wants is what it has.
_WANT = _ONE.values(
    wanted=case((queue.c.golden, queue.c.wanted), (_taken() > _ASKED, _taken()), else_=_ASKED),
    places=case((queue.c.golden, queue.c.places), (_taken() < _ASKED, _ASKED - _taken()), else_=0),
    returned=True,
)
_GIVE_BACK = _ONE.values(places=case((queue.c.golden, queue.c.places + 1), else_=_CLIPPED), returned=True)


@dataclass(frozen=True)
class Taking:
    """A lease that was taken on an item: whether it ``takes`` a place, or was drawn to stand ``beside`` this position."""

    item: int
    takes: bool
    beside: int | None = None


def take_places(connection: Connection, leased: Collection[Taking]) -> None:
    """Count again after leases were taken.

    Golden items that are drawn and repeats take none, and are written all the same: what is done for an item must not tell
    its kind.
    Not clipped at zero on purpose: where more would be served than wanted, the table's CHECK refuses and the whole
    transaction is undone.
    """
    connection.execute(_TAKE, [vars(taking) for taking in leased])


def give_back(connection: Connection, item_ids: Collection[int]) -> None:
    """Count again after places came free; cursors that have passed these items find them by ``returned``."""
    if item_ids:
        connection.execute(_GIVE_BACK, [{"item": item_id} for item_id in sorted(item_ids)])


def take_late(connection: Connection, item_id: int) -> None:
    """Count again after an answer that came when its lease had ended: it takes the place that came free, if nobody has."""
    connection.execute(_TAKE_LATE, {"item": item_id})


def set_wanted(connection: Connection, project_id: int, wanted: int) -> None:
    """Every item of the project that no expert has ruled wants ``wanted`` answers from now on; all cursors start anew."""
    where = queue.c.project_id == project_id
    ruling = schema.adjudication
    # What these rulings settle, or ask again, wants as many answers as they say.
    ruled = select(ruling.c.item_id).where(
        ruling.c.project_id == project_id,
        ruling.c.item_id == queue.c.item_id,
        ruling.c.verdict.in_((Verdict.LABEL, Verdict.SENT_BACK)),
        in_force(ruling),
        ~is_lost(ruling),
    )
    connection.execute(update(queue).where(where, ~ruled.exists()).values(wanted=wanted))
    recount(connection, project_id)


def recount(connection: Connection, project_id: int) -> None:
    """Count the places of every item of the project anew; all cursors start anew."""
    connection.execute(update(queue).where(queue.c.project_id == project_id).values(places=_CLIPPED))
    connection.execute(update(desk).where(desk.c.project_id == project_id).values(cursor=START))


def want(connection: Connection, wanted: Mapping[int, int]) -> None:
    """Set how many answers single ordinary items want, by their ids; what came free is found by every cursor."""
    if wanted:
        connection.execute(_WANT, [{"item": item_id, "asked": wanted[item_id]} for item_id in sorted(wanted)])


def set_golden(connection: Connection, item_id: int, *, golden: bool, spin: int) -> None:
    """Move an item into the golden pool or out of it."""
    connection.execute(update(queue).where(queue.c.item_id == item_id).values(golden=golden, spin=spin, places=0))
    if not golden:
        give_back(connection, [item_id])


def pause(connection: Connection, item_ids: Collection[int], *, paused: bool) -> None:
    """Take golden items out of serving for now, or put them back."""
    if item_ids:
        setting = _ONE.values(paused=bindparam("is_paused", type_=Boolean))
        connection.execute(setting, [{"item": item_id, "is_paused": paused} for item_id in sorted(item_ids)])
