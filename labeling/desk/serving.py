"""Serving: which items lie on an assessor's desk now. See docs/decisions/serving.md for what was weighed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Integer, Row, and_, bindparam, insert, or_, select, update

from db import schema
from db.frames.recoding import NOTHING_CHANGED, Recoding, recoding
from db.types import UtcTime
from db.vocabulary import ChunkKind, ItemForm, LeaseState, SuggestionPolicy
from labeling.desk import leases, picking, repeats, sides, suggestions
from labeling.desk.chunks import Chunk
from labeling.desk.picking import Eligible
from labeling.desk.policy import golden_slots, share_of
from labeling.desk.suggestions import Hint, Shown, Suggestion
from labeling.projects import wanted as queueing
from labeling.projects.projects import Project
from labeling.projects.wanted import Taking

lease, queue, item, desk = schema.lease, schema.queue, schema.item, schema.desk

Slots: TypeAlias = dict[str, list[Row[Any]]]
_DONE = (LeaseState.ANSWERED, LeaseState.SKIPPED)
# The cursor follows at each so many slots: what one has had in between is passed by, and that costs less than to write.
_CURSOR_EVERY = 50


@dataclass(frozen=True)
class Leased:
    """One item on the desk. Nothing here tells a golden item or a repeat from an ordinary one.

    ``suggestion`` is junior's, where this lease shows it before the answer.
    """

    token: str
    slot: int
    text: str
    context: str | None
    metadata: dict[str, Any] | None
    suggestion: Hint | None = None
    form: ItemForm = ItemForm.TEXT
    # Of the project: what these say is no reason for a label.
    unjudged: tuple[str, ...] = ()


@dataclass(frozen=True)
class _New:
    """An item for a slot, as :mod:`labeling.desk.picking` found it; one that is not drawn for the slot takes a ``place``.

    ``beside``: where a golden item that is drawn stands from now on in the order of ordinary ones.
    """

    slot: int
    item: Row[Any]
    place: bool = False
    repeat: bool = False
    beside: int | None = None

    @property
    def taking(self) -> Taking:
        return Taking(self.item.item_id, self.place, self.beside)


_AGEING = (lease.c.expires_at < bindparam("half", type_=UtcTime)).label("ageing")
# The texts come along of what lies on the desk, or may lie there again.
_LIES = or_(lease.c.state == LeaseState.OPEN.value, lease.c.state == LeaseState.EXPIRED.value)
_SLOTS = (
    select(lease.c.id, lease.c.item_id, lease.c.slot, lease.c.state, lease.c.repeat, _AGEING)
    .add_columns(
        lease.c.token, lease.c.arm, lease.c.suggestion, item.c.text, item.c.context, item.c.metadata, item.c.form
    )
    .select_from(lease)
    .outerjoin(item, and_(item.c.id == lease.c.item_id, _LIES))
    .where(lease.c.chunk_id == bindparam("chunk", type_=Integer))
)
_LEASE = insert(lease)
_ADVANCE = (
    update(desk)
    .where(desk.c.project_id == leases.PROJECT, desk.c.assessor_id == leases.ME)
    .values(cursor=bindparam("reached"))
)


def slots_of(connection: Connection, project: Project, chunk: Chunk, *, now: datetime) -> Slots:
    """Every lease of the chunk by its state, with its item's text where it is open or has expired; ``ageing``: half of its
    time is over."""
    half = now + timedelta(minutes=project.lease_minutes) / 2
    slots: Slots = {state.value: [] for state in LeaseState}
    for row in connection.execute(_SLOTS, {"chunk": chunk.id, "half": half}).all():
        slots[row.state].append(row)
    return slots


def answered(slots: Slots) -> int:
    """How many of these are answered or skipped."""
    return sum(len(slots[state]) for state in _DONE)


def fill(
    connection: Connection, project: Project, chunk: Chunk, slots: Slots, *, want: int, now: datetime
) -> list[Leased]:
    """Bring the desk up to ``want`` items of this chunk: what expired comes back first, then new ones.

    Gives what lies there, in the order of the slots; of the items' metadata only what the project shows.
    """
    held = slots[LeaseState.OPEN]
    leases.renew(connection, project, [row.id for row in held if row.ageing], now=now)
    placed = [row for state in leases.IN_SLOT for row in slots[state]]
    if slots[LeaseState.EXPIRED] and len(held) < want:
        back = _reopen(connection, project, chunk, slots[LeaseState.EXPIRED], placed, want - len(held), now=now)
        held, placed = held + back, placed + back
    filled = {row.slot for row in placed}
    empty = [slot for slot in range(chunk.size) if slot not in filled][: max(0, want - len(held))]
    new = _choose(connection, project, chunk, empty) if empty else []
    proposed, of_all = _proposed(connection, project, chunk, held, new)
    fresh = _lease(connection, project, chunk, new, proposed if of_all else {}, now=now) if new else []
    shows = any(row.arm == SuggestionPolicy.BEFORE for row in held)
    by = recoding(connection, project.id) if shows else NOTHING_CHANGED
    me = chunk.assessor_id
    lying = [_as_leased(project, me, row._mapping, row._mapping, proposed, by) for row in held] + fresh
    return sorted(lying, key=lambda leased: leased.slot)


def _reopen(
    connection: Connection,
    project: Project,
    chunk: Chunk,
    expired: Sequence[Row[Any]],
    placed: Sequence[Row[Any]],
    most: int,
    *,
    now: datetime,
) -> list[Row[Any]]:
    """Give expired leases back to their assessor where nobody has taken the item's place, whatever the item is.

    A repeat's place is nobody else's; it stays with the chance that the others did, or it would stand out by staying.
    """
    qualifying = chunk.kind is ChunkKind.QUALIFICATION
    slots, items = {row.slot for row in placed}, {row.item_id for row in placed}
    expired_items = queue.c.item_id.in_([row.item_id for row in expired])
    free = set(connection.execute(select(queue.c.item_id).where(expired_items, picking.FREE)).scalars())
    needing = [row.item_id in free for row in expired if not row.repeat]
    kept = 1.0 if qualifying or not needing else sum(needing) / len(needing)
    back: list[Row[Any]] = []
    takes: list[Taking] = []
    for row in expired:
        takes_place = not (row.repeat or qualifying)
        has_room = row.item_id in free if takes_place else share_of("kept", project.seed, row.id) < kept
        # Its slot may hold another item by now, and the item may have come back in another slot.
        if has_room and len(back) < most and row.slot not in slots and row.item_id not in items:
            back.append(row)
            takes.append(Taking(row.item_id, takes_place))
            slots.add(row.slot)
            items.add(row.item_id)
    if back:
        leases.reopen(connection, project, [row.id for row in back], now=now)
        queueing.take_places(connection, takes)
    return back


def _choose(connection: Connection, project: Project, chunk: Chunk, empty: Sequence[int]) -> list[_New]:
    """Items for the empty slots, in their order; as many as there are."""
    qualifying = chunk.kind is ChunkKind.QUALIFICATION
    gold = golden_slots(project.seed, chunk.assessor_id, chunk.ordinal, chunk.size, project.golden_per_chunk)
    eligible = picking.find(
        connection,
        project,
        chunk.assessor_id,
        n=len(empty),
        ordinal=chunk.ordinal,
        golden=[slot for slot in empty if qualifying or slot in gold],
        walk=repeats.walk(project, chunk, empty, gold),
    )
    new = _in_slots(empty, eligible, qualifying=qualifying)
    if eligible.next_ahead is not None and any(taken.slot % _CURSOR_EVERY == 0 for taken in new):
        _advance(connection, project.id, chunk.assessor_id, eligible.next_ahead - 1)
    return new


def _in_slots(empty: Sequence[int], eligible: Eligible, *, qualifying: bool) -> list[_New]:
    new: list[_New] = []
    ordinary = [] if qualifying else list(eligible.ordinary)
    for slot in empty:
        # Golden items only accompany work: a project that has run out of items doesn't go on with them alone.
        taken = {filled.item.item_id for filled in new}
        ordinary = [row for row in ordinary if row.item_id not in taken]
        if not (ordinary or qualifying):
            break
        golden = next((row for row in eligible.golden.get(slot, ()) if row.item_id not in taken), None)
        # A golden item that came free goes on where it stands among the others that did, not in a slot of its own kind.
        if ordinary and ordinary[0].golden:
            new.append(_New(slot, ordinary.pop(0), place=True))
        elif golden is not None:
            new.append(_New(slot, golden, beside=ordinary[0].rank - 1 if ordinary else None))
        elif slot in eligible.again:
            new.append(_New(slot, eligible.again[slot], repeat=True))
        elif ordinary:
            new.append(_New(slot, ordinary.pop(0), place=True))
        else:
            break
    return new


def _proposed(
    connection: Connection, project: Project, chunk: Chunk, held: Sequence[Row[Any]], new: Sequence[_New]
) -> tuple[Mapping[int, Suggestion], bool]:
    """What junior proposes for the items whose cards show it, or may, and whether new ones may."""
    item_ids = [] if project.suggestion_policy is SuggestionPolicy.HIDDEN else [filled.item.item_id for filled in new]
    # In an experiment a card shows no more than the label, which stands on its lease.
    if project.suggestion_policy is not SuggestionPolicy.EXPERIMENT:
        item_ids += [row.item_id for row in held if row.arm == SuggestionPolicy.BEFORE]
    if not new:
        return suggestions.proposed(connection, project.id, item_ids), False
    return suggestions.speaks_of_all(connection, project, chunk.assessor_id, item_ids, n=chunk.size)


def _lease(
    connection: Connection,
    project: Project,
    chunk: Chunk,
    new: Sequence[_New],
    proposed: Mapping[int, Suggestion],
    *,
    now: datetime,
) -> list[Leased]:
    of_new = {filled.item.item_id: proposed.get(filled.item.item_id) for filled in new}
    shown = suggestions.to_show(connection, project, chunk.assessor_id, of_new)
    shared = {
        "project_id": project.id,
        "assessor_id": chunk.assessor_id,
        "chunk_id": chunk.id,
        "state": LeaseState.OPEN.value,
        "opened_at": now,
        "expires_at": now + timedelta(minutes=project.lease_minutes),
    }
    rows = [
        shared
        | {"item_id": filled.item.item_id, "slot": filled.slot, "token": secrets.token_hex(12), "repeat": filled.repeat}
        | _shows(shown.get(filled.item.item_id))
        for filled in new
    ]
    connection.execute(_LEASE, rows)
    queueing.take_places(connection, [filled.taking for filled in new])
    me = chunk.assessor_id
    return [_as_leased(project, me, row, filled.item._mapping, proposed) for row, filled in zip(rows, new, strict=True)]


def _shows(shown: Shown | None) -> dict[str, Any]:
    if shown is None:
        return {"arm": None, "suggestion": None, "probe": False}
    return {"arm": shown.arm.value, "suggestion": shown.label, "probe": shown.probe}


def _as_leased(
    project: Project,
    assessor_id: int,
    row: Mapping[Any, Any],
    item: Mapping[Any, Any],
    proposed: Mapping[int, Suggestion],
    by: Recoding = NOTHING_CHANGED,
) -> Leased:
    """The lease ``row`` and its ``item``, as the card gets them; its suggestion was written by the classes of before ``by``."""
    shown, metadata, hint = project.shown_metadata, item["metadata"], None
    if row["arm"] == SuggestionPolicy.BEFORE and (label := by.of(row["suggestion"])) is not None:
        hint = suggestions.hint(project, label, proposed.get(row["item_id"]))
    text, hint = sides.shown(item["text"], hint, is_turned=sides.sees_turned(project, assessor_id, row["item_id"]))
    return Leased(
        row["token"],
        row["slot"],
        text,
        item["context"],
        {key: metadata[key] for key in shown if key in metadata} if shown and metadata else None,
        hint,
        ItemForm(item["form"]),
        project.unjudged_speakers,
    )


def _advance(connection: Connection, project_id: int, assessor_id: int, reached: int) -> None:
    facts = {"project": project_id, "me": assessor_id, "reached": reached}
    if connection.execute(_ADVANCE, facts).rowcount == 0:
        values = {"project_id": project_id, "assessor_id": assessor_id, "cursor": reached}
        connection.execute(insert(desk).values(values))
