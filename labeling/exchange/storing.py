"""One chunk of an import as one transaction: items, their places in the queue, votes and golden labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, Connection, insert, literal, select, update

from db import schema
from labeling.exchange.blocks import BadRow, excerpt_of
from labeling.exchange.bulk import insert_rows, is_one_of, moment_for, next_ids, update_rows
from labeling.exchange.intake import Batch
from labeling.exchange.tally import Tally
from labeling.exchange.votes import VoteBook, store_votes
from labeling.tasks.policy import spin
from labeling.tasks.projects import Project

item, queue, golden, desk = schema.item, schema.queue, schema.golden, schema.desk

# An item's position is its id, so that items come in the order of the file; priorities shift it far beyond any id.
_PRIORITY_STEP = 2**40
_ITEM = (
    *("id", "project_id", "external_id", "text", "context", "metadata", "reference", "fingerprint"),
    *("priority", "created_at"),
)
_QUEUE = ("item_id", "project_id", "position", "wanted", "places")
_POSITION = item.c.id - item.c.priority * literal(_PRIORITY_STEP, BigInteger)
_GOLDEN = ("item_id", "revision", "project_id", "label", "explanation", "appointed_by", "created_at")
# Golden items have no places; what was leased or answered meanwhile is counted in the places already.
_TAKE = "UPDATE queue SET places = CASE WHEN places > ? THEN places - ? ELSE 0 END WHERE item_id = ?"
_APPOINT = "UPDATE queue SET golden = ?, places = 0, spin = ? WHERE item_id = ?"


@dataclass
class Ledger:
    """What an import remembers from chunk to chunk about what it has written."""

    votes: VoteBook = field(default_factory=VoteBook)
    golden: Tally = field(default_factory=Tally)


@dataclass
class Stored:
    """What one chunk brought."""

    imported: int = 0
    updated: int = 0
    duplicate_ids: int = 0
    duplicate_texts: int = 0
    skipped: int = 0
    golden: int = 0
    votes: int = 0
    references: int = 0
    bad: list[BadRow] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)

    def refuse(self, at: int, bad: BadRow) -> None:
        """Note that the row at this position of the batch was not taken."""
        self.bad.append(bad)
        self.refused.add(at)


@dataclass(frozen=True)
class _Placed:
    """Where each row of a batch belongs: its item's id (0 where there is none), and which rows make new items."""

    ids: list[int]
    new: list[int]
    known: set[int]


def store(
    connection: Connection,
    project: Project,
    batch: Batch,
    ledger: Ledger,
    *,
    now: datetime,
    actor: int | None,
    skip_duplicate_texts: bool = False,
) -> Stored:
    """Write one batch; ``project`` is locked. What is there already is left as it is and counted.

    Rows can turn out bad here: ``other_text`` (the id is taken by another text; its labels would be about that
    text), ``no_such_item``, ``golden_twice``, ``votes_of_a_person``.
    """
    stored = Stored()
    placed = _place(connection, project, batch, stored, skip_duplicate_texts=skip_duplicate_texts)
    moment = moment_for(connection, now)
    insert_rows(connection, item, _ITEM, _item_rows(project, batch, placed, moment))
    brought = set(placed.new)
    rulings = _appoint(connection, project, batch, placed, ledger, stored, now=now, actor=actor)
    votes = store_votes(connection, project, batch, placed.ids, placed.known, ledger.votes, now=now)
    stored.votes = len(votes.rows)
    for at, bad in votes.refused.items():
        stored.refuse(at, bad)
    _queue(connection, project, batch, placed, set(rulings.values()), votes.taken)
    brought.update(rulings, votes.rows)
    stored.imported = len(placed.new)
    stored.updated = len(brought) - len(placed.new)
    silent = (at for at, item_id in enumerate(placed.ids) if item_id and at not in brought)
    stored.duplicate_ids += sum(at not in stored.refused for at in silent)
    references = batch.reference if len(placed.new) == len(batch) else [batch.reference[at] for at in placed.new]
    stored.references = len(references) - references.count(None)
    return stored


def _place(
    connection: Connection, project: Project, batch: Batch, stored: Stored, *, skip_duplicate_texts: bool
) -> _Placed:
    wanted = is_one_of(connection, item.c.external_id, set(batch.external_id))
    found = connection.execute(
        select(item.c.external_id, item.c.id, item.c.fingerprint).where(item.c.project_id == project.id, wanted)
    )
    there = {row[0]: (row[1], row[2]) for row in found}
    known = {item_id for item_id, _ in there.values()}
    seen = _known_texts(connection, project, batch, there)
    fresh = iter(next_ids(connection, item, len(batch)))
    ids: list[int] = []
    new: list[int] = []
    for at, external_id in enumerate(batch.external_id):
        text, print_ = batch.text[at], batch.fingerprint[at]
        hit = there.get(external_id)
        if hit is None and text is not None:
            if print_ in seen:
                stored.duplicate_texts += 1
                if skip_duplicate_texts:
                    stored.skipped += 1
                    ids.append(0)
                    continue
            seen.add(print_)
            hit = there[external_id] = (next(fresh), print_)
            new.append(at)
        elif hit is None:
            stored.refuse(at, BadRow(batch.line[at], "no_such_item", excerpt_of(external_id)))
        elif text is not None and hit[1] != print_:
            stored.refuse(at, BadRow(batch.line[at], "other_text", excerpt_of(text)))
            stored.duplicate_ids += 1
            hit = None
        ids.append(hit[0] if hit else 0)
    return _Placed(ids, new, known)


def _known_texts(connection: Connection, project: Project, batch: Batch, there: dict[str, tuple[int, int]]) -> set[int]:
    pairs = zip(batch.external_id, batch.fingerprint, strict=True)
    prints = {print_ for external_id, print_ in pairs if external_id not in there}
    if not prints:
        return set()
    wanted = is_one_of(connection, item.c.fingerprint, prints)
    return set(connection.execute(select(item.c.fingerprint).where(item.c.project_id == project.id, wanted)).scalars())


def _item_rows(project: Project, batch: Batch, placed: _Placed, moment: Any) -> Any:
    part = batch if len(placed.new) == len(batch) else batch.only(placed.new)
    return zip(
        [placed.ids[at] for at in placed.new],
        repeat(project.id),
        part.external_id,
        part.text,
        part.context,
        part.metadata,
        part.reference,
        part.fingerprint,
        part.priority,
        repeat(moment),
    )


def _appoint(
    connection: Connection,
    project: Project,
    batch: Batch,
    placed: _Placed,
    ledger: Ledger,
    stored: Stored,
    *,
    now: datetime,
    actor: int | None,
) -> dict[int, int]:
    """Write golden labels that say something new; the item's id by the row that did."""
    rows = [at for at, ruling in enumerate(batch.golden) if ruling is not None and placed.ids[at]]
    if not rows:
        return {}
    items = [placed.ids[at] for at in rows]
    latest = _latest_rulings(connection, placed.known.intersection(items))
    numbers = ledger.golden.number(np.array(items, dtype=np.int64)).tolist()
    written: list[tuple[Any, ...]] = []
    appointed: dict[int, int] = {}
    for at, item_id, number in zip(rows, items, numbers, strict=True):
        ruling = batch.golden[at]
        revision, before = latest.get(item_id, (0, None))
        if ruling is None or ruling == before:
            continue
        if number > 1:
            # Two golden labels for one item: taking each in turn would add two revisions at every re-run.
            stored.refuse(at, BadRow(batch.line[at], "golden_twice", excerpt_of(ruling[0])))
            continue
        latest[item_id] = (revision + 1, ruling)
        moment = moment_for(connection, batch.created_at[at] or now)
        written.append((item_id, revision + 1, project.id, *ruling, actor, moment))
        appointed[at] = item_id
    insert_rows(connection, golden, _GOLDEN, written)
    stored.golden = len(written)
    return appointed


def _latest_rulings(connection: Connection, items: set[int]) -> dict[int, tuple[int, tuple[str, str] | None]]:
    if not items:
        return {}
    query = select(golden.c.item_id, golden.c.revision, golden.c.label, golden.c.explanation)
    query = query.where(is_one_of(connection, golden.c.item_id, items)).order_by(golden.c.revision)
    # A retired ruling (no label) equals no label of a file.
    return {row[0]: (row[1], (row[2], row[3]) if row[2] else None) for row in connection.execute(query)}


def _queue(
    connection: Connection,
    project: Project,
    batch: Batch,
    placed: _Placed,
    appointed: set[int],
    taken: dict[int, int],
) -> None:
    """Give new items their place, and take away what votes and golden labels have left unwanted."""
    if placed.new:
        first, last = placed.ids[placed.new[0]], placed.ids[placed.new[-1]]
        # Ids of other projects may lie between on PostgreSQL; of this one only ours, it is locked. Without the + 0
        # SQLite reads the whole project by its index, chunk after chunk.
        new = (item.c.project_id + 0 == project.id) & item.c.id.between(first, last)
        overlap = literal(project.overlap)
        columns = (item.c.id, item.c.project_id, _POSITION, overlap, overlap)
        connection.execute(insert(queue).from_select(_QUEUE, select(*columns).where(new).order_by(item.c.id)))
        # Cursors that have passed the first of these (a priority, or ordinary items after one) must see it.
        ahead = min(placed.ids[at] - batch.priority[at] * _PRIORITY_STEP for at in placed.new) - 1
        passed = (desk.c.project_id == project.id) & (desk.c.cursor > ahead)
        connection.execute(update(desk).where(passed).values(cursor=ahead))
    fewer = [(n, n, item_id) for item_id, n in sorted(taken.items())]
    update_rows(connection, _TAKE, fewer)
    update_rows(connection, _APPOINT, [(True, spin(project.seed, item_id), item_id) for item_id in sorted(appointed)])
