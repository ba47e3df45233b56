"""One's own items that come back, blind: which of them, and in which slots.

They measure how steady a person is. The second answer is a fact of its own (see ``repeat`` in :mod:`db.schema`): the
vote stays the first one, and the lease takes no place of the overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, BindParameter, Integer, bindparam, cast, exists, select

from db import schema
from db.vocabulary import ChunkKind, ChunkOutcome, LeaseState
from labeling.desk.chunks import Chunk
from labeling.desk.leases import ME, PROJECT
from labeling.desk.policy import repeat_pivot, repeat_slots
from labeling.projects.projects import Project

chunk, queue, golden = schema.chunk, schema.queue, schema.golden
first, again = schema.lease.alias("first"), schema.lease.alias("again")

_START: BindParameter[int] = bindparam("start", type_=Integer)
_PREVIOUS: BindParameter[int] = bindparam("previous", type_=Integer)
_SLOT = (first.c.slot + bindparam("pivot", type_=Integer)) % chunk.c.size
# Chunk by chunk, and by slot inside of each: no chunk has a million slots.
_RANK = cast(chunk.c.ordinal, BigInteger) * 1_000_000 + _SLOT

_ahead = chunk.alias("previous_chunk")
_AHEAD_OPENED = select(_ahead.c.opened_at).where(
    _ahead.c.project_id == PROJECT, _ahead.c.assessor_id == ME, _ahead.c.ordinal == _PREVIOUS
)
# What one answered in accepted work chunks before the previous one was opened: a late answer may be younger than
# its chunk. Walked in the order of an index, so that a veteran's thousand chunks cost what three do.
_OLD = (
    select(first.c.item_id, queue.c.golden, _RANK.label("rank"))
    .join(chunk, chunk.c.id == first.c.chunk_id)
    .join(queue, queue.c.item_id == first.c.item_id)
    .where(
        chunk.c.project_id == PROJECT,
        chunk.c.assessor_id == ME,
        chunk.c.kind == ChunkKind.WORK.value,
        chunk.c.outcome == ChunkOutcome.ACCEPTED.value,
        first.c.state == LeaseState.ANSWERED.value,
        first.c.closed_at <= _AHEAD_OPENED.scalar_subquery(),
        ~queue.c.golden,
        # A label that was golden once may have been explained to them.
        ~exists().where(golden.c.item_id == first.c.item_id),
        ~exists().where(again.c.assessor_id == ME, again.c.item_id == first.c.item_id, again.c.repeat),
    )
    .order_by(chunk.c.ordinal, _SLOT)
    .limit(bindparam("repeats", type_=Integer))
)
# (item_id, golden, rank) from a hash on, and then round from the beginning.
ONWARD = _OLD.where(chunk.c.ordinal >= _START, chunk.c.ordinal < _PREVIOUS)
ROUND = _OLD.where(chunk.c.ordinal < _START)


@dataclass(frozen=True)
class Walk:
    """Where to look for items that come back in these ``slots``: ``parameters`` are those of ONWARD and ROUND."""

    slots: Sequence[int]
    parameters: dict[str, int]


def walk(project: Project, chunk: Chunk, empty: Sequence[int], golden: frozenset[int]) -> Walk | None:
    """The walk for the ``empty`` slots of a chunk; None where no item comes back in any. They keep off ``golden`` slots.

    At least one whole chunk lies between an item's two showings, and nobody is shown it a third time. A slot for
    which there is none is an ordinary one.
    """
    if chunk.kind is ChunkKind.QUALIFICATION or chunk.ordinal < 3 or not project.repeats_per_chunk:
        return None
    seed = (project.seed, chunk.assessor_id, chunk.ordinal)
    drawn = repeat_slots(*seed, chunk.size, golden, project.repeats_per_chunk)
    slots = [slot for slot in empty if slot in drawn]
    if not slots:
        return None
    # The search begins at a hash and goes round, so that neither a restart nor a second process changes what is found.
    pivot, previous = repeat_pivot(*seed), chunk.ordinal - 1
    start = {"pivot": pivot % chunk.size, "start": 1 + pivot % (previous - 1)}
    return Walk(slots, start | {"previous": previous, "repeats": len(slots)})
