"""One chunk of an import as one transaction: items, their places in the queue, votes and golden labels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, select, update

from db import schema
from db.frames.recoding import recoding
from db.vocabulary import ItemForm
from labeling.desk.policy import LINE_BITS, in_line, spin
from labeling.exchange.blocks import BadRow, LeftOut, excerpt_of
from labeling.exchange.bulk import insert_rows, is_one_of, moment_for, next_ids, update_rows
from labeling.exchange.intake import Batch
from labeling.exchange.storing_proposals import ModelBook, store_proposals
from labeling.exchange.tally import Tally
from labeling.exchange.votes import VoteBook, store_votes
from labeling.projects.projects import Project

item, queue, golden, desk = schema.item, schema.queue, schema.golden, schema.desk

# In the order of the file a golden item would stand out by a date or a number on its neighbours: an item's position is
# keyed by the project's seed instead, and priorities shift it far beyond.
_PRIORITY_STEP = 2**LINE_BITS
_UNIQUE = "project_id, external_id"
_GOLDEN = ("item_id", "revision", "label", "explanation", "appointed_by", "created_at")
_FETCH = 100_000
# Golden items have no places; what was leased or answered meanwhile is counted in the places already.
_TAKE = "UPDATE queue SET places = CASE WHEN places > ? THEN places - ? ELSE 0 END WHERE item_id = ?"
_APPOINT = "UPDATE queue SET golden = ?, places = 0, spin = ? WHERE item_id = ?"


@dataclass
class Ledger:
    """What an import remembers from chunk to chunk about what it has written."""

    votes: VoteBook = field(default_factory=VoteBook)
    golden: Tally = field(default_factory=Tally)
    models: ModelBook = field(default_factory=ModelBook)
    texts: Tally = field(default_factory=Tally)
    """The fingerprints of the project's items, those that were there before too."""


@dataclass
class Stored:
    """What one chunk brought."""

    imported: int = 0
    conversations: int = 0
    updated: int = 0
    duplicate_ids: int = 0
    duplicate_texts: int = 0
    skipped: int = 0
    golden: int = 0
    votes: int = 0
    references: int = 0
    suggestions: int = 0
    left_out: LeftOut = field(default_factory=LeftOut)
    bad: list[BadRow] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)

    @property
    def taken(self) -> int:
        """Rows whose item is here now, also those that said nothing new."""
        other = sum(row.reason == "other_text" for row in self.bad)
        return self.imported + self.updated + self.skipped + self.duplicate_ids - other

    def refuse(self, at: int, bad: BadRow) -> None:
        """Note that the row at this position of the batch was not taken."""
        self.bad.append(bad)
        self.refused.add(at)


@dataclass
class _Placed:
    """Where each row of a batch belongs: its item's id (0 where there is none), and which rows make new items."""

    ids: list[int]
    new: list[int]
    earlier: set[int]
    refused: dict[int, str] = field(default_factory=dict)
    skipped: int = 0


def store(
    connection: Connection,
    project: Project,
    batch: Batch,
    ledger: Ledger,
    *,
    now: datetime,
    actor: int | None,
    classes: Collection[str] = (),
    skip_duplicate_texts: bool = False,
) -> Stored:
    """Write one batch; ``project`` is locked. What is there already is left as it is and counted. ``classes`` are the labels
    that models may propose.

    Rows can turn out bad here: ``other_text`` (the id is taken by another text; its labels would be about that
    text), ``no_such_item``, ``golden_twice``, ``votes_of_a_person``.
    """
    stored = Stored()
    placed = _insert_items(
        connection, project, batch, ledger, stored, now=now, skip_duplicate_texts=skip_duplicate_texts
    )
    saying_new = set(placed.new)
    rulings = _appoint(connection, project, batch, placed, ledger, stored, now=now, actor=actor)
    votes = store_votes(connection, project, batch, placed.ids, placed.earlier, ledger.votes, now=now)
    stored.votes = len(votes.rows)
    for at, bad in votes.refused.items():
        stored.refuse(at, bad)
    _queue(connection, project, batch, placed, set(rulings.values()), votes.taken)
    suggesting, stored.suggestions, stored.left_out = store_proposals(
        connection, project, batch, placed.ids, ledger.models, classes=classes, now=now, actor=actor
    )
    saying_new.update(rulings, votes.rows, suggesting)
    stored.imported = len(placed.new)
    stored.updated = len(saying_new) - len(placed.new)
    silent = (at for at, item_id in enumerate(placed.ids) if item_id and at not in saying_new)
    stored.duplicate_ids += sum(at not in stored.refused for at in silent)
    references = batch.reference if len(placed.new) == len(batch) else [batch.reference[at] for at in placed.new]
    stored.conversations = sum(batch.form[at] != ItemForm.TEXT for at in placed.new)
    stored.references = len(references) - references.count(None)
    return stored


def read_texts(connection: Connection, project: Project, ledger: Ledger) -> None:
    """Know the texts that the project has already: 16 bytes each, and no index to keep up at every insert."""
    cursor: Any = connection.execute(select(item.c.fingerprint).where(item.c.project_id == project.id)).cursor
    while rows := cursor.fetchmany(_FETCH):
        prints = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
        ledger.texts.add(prints, np.ones(len(prints), dtype=np.int64))


def _insert_items(
    connection: Connection,
    project: Project,
    batch: Batch,
    ledger: Ledger,
    stored: Stored,
    *,
    now: datetime,
    skip_duplicate_texts: bool,
) -> _Placed:
    new_ids = next_ids(connection, item, len(batch))
    prints = np.array(batch.fingerprint, dtype=np.int64)
    past_prints = set(prints[ledger.texts.total(prints) > 0].tolist()) if skip_duplicate_texts else None
    # SQLite can be asked to pass over what it has, which is cheaper than to look first: most files are new. Ids go
    # by row, so that a second look leaves those inserted where they are.
    blindly = connection.dialect.name == "sqlite" and not skip_duplicate_texts and None not in batch.text
    present = {} if blindly else _present(connection, project, batch)
    placed = _place(batch, new_ids, present, past_prints)
    fixed = {"project_id": project.id, "created_at": moment_for(connection, now)}
    inserted = insert_rows(connection, item, _columns(batch, placed), fixed=fixed, unless=_UNIQUE)
    if inserted < len(placed.new):
        ours = set(new_ids)
        present = {name: entry for name, entry in _present(connection, project, batch).items() if entry[0] not in ours}
        placed = _place(batch, new_ids, present, past_prints)
    for at, reason in placed.refused.items():
        stored.refuse(at, BadRow(batch.line[at], reason, excerpt_of(batch.text[at] or batch.external_id[at])))
    stored.skipped = placed.skipped
    stored.duplicate_texts = placed.skipped + int((ledger.texts.number(prints[placed.new]) > 1).sum())
    stored.duplicate_ids = sum(reason == "other_text" for reason in placed.refused.values())
    return placed


def _place(
    batch: Batch, new_ids: Sequence[int], present: dict[str, tuple[int, int]], past_prints: set[int] | None
) -> _Placed:
    """Where each row belongs, given the items (id, fingerprint) that are ``present`` by external id.

    Texts of ``past_prints`` are left out, each new one is added to them; None lets all in.
    """
    earlier = {item_id for item_id, _ in present.values()}
    if not present and past_prints is None and None not in batch.text and len(set(batch.external_id)) == len(batch):
        return _Placed(list(new_ids), list(range(len(batch))), earlier)
    placed = _Placed([], [], earlier)
    items = dict(present)
    for at, external_id in enumerate(batch.external_id):
        text, print_ = batch.text[at], batch.fingerprint[at]
        known = items.get(external_id)
        if known is None and text is None:
            placed.refused[at] = "no_such_item"
        elif known is None and past_prints is not None and print_ in past_prints:
            placed.skipped += 1
        elif known is None:
            known = items[external_id] = (new_ids[at], print_)
            placed.new.append(at)
            if past_prints is not None:
                past_prints.add(print_)
        elif text is not None and known[1] != print_:
            placed.refused[at] = "other_text"
            known = None
        placed.ids.append(known[0] if known else 0)
    return placed


def _present(connection: Connection, project: Project, batch: Batch) -> dict[str, tuple[int, int]]:
    wanted = is_one_of(connection, item.c.external_id, set(batch.external_id))
    query = select(item.c.external_id, item.c.id, item.c.fingerprint).where(item.c.project_id == project.id, wanted)
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}


def _columns(batch: Batch, placed: _Placed) -> dict[str, list[Any]]:
    """What is to be inserted into ``item``; columns in which nothing is said are left to their defaults."""
    part = batch if len(placed.new) == len(batch) else batch.only(placed.new)
    ids = [placed.ids[at] for at in placed.new]
    columns: dict[str, list[Any]] = {
        "id": ids,
        "external_id": part.external_id,
        "text": part.text,
        "fingerprint": part.fingerprint,
    }
    maybe: dict[str, list[Any]] = {
        "context": part.context,
        "metadata": part.metadata,
        "reference": part.reference,
        "priority": part.priority,
    }
    if any(form != ItemForm.TEXT for form in part.form):
        columns["form"] = part.form
    return columns | {name: column for name, column in maybe.items() if any(column)}


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
    latest = _latest_rulings(connection, placed.earlier.intersection(items))
    by = recoding(connection, project.id)
    numbers = ledger.golden.number(np.array(items, dtype=np.int64)).tolist()
    written: list[tuple[Any, ...]] = []
    appointed: dict[int, int] = {}
    for at, item_id, number in zip(rows, items, numbers, strict=True):
        ruling = batch.golden[at]
        revision, before = latest.get(item_id, (0, None))
        if ruling is None or (before is not None and (by.of(ruling[0]), ruling[1]) == (by.of(before[0]), before[1])):
            continue
        if number > 1:
            # Two golden labels for one item: taking each in turn would add two revisions at every re-run.
            stored.refuse(at, BadRow(batch.line[at], "golden_twice", excerpt_of(ruling[0])))
            continue
        latest[item_id] = (revision + 1, ruling)
        moment = moment_for(connection, batch.created_at[at] or now)
        written.append((item_id, revision + 1, *ruling, actor, moment))
        appointed[at] = item_id
    columns = dict(zip(_GOLDEN, zip(*written, strict=True), strict=True)) if written else {}
    stored.golden = insert_rows(connection, golden, columns, fixed={"project_id": project.id}) if written else 0
    return appointed


def _latest_rulings(connection: Connection, items: set[int]) -> dict[int, tuple[int, tuple[str, str] | None]]:
    if not items:
        return {}
    query = select(golden.c.item_id, golden.c.revision, golden.c.label, golden.c.explanation)
    query = query.where(is_one_of(connection, golden.c.item_id, items)).order_by(golden.c.revision)
    # A retired ruling (no label) equals no label of a file.
    return {row[0]: (row[1], (row[2], row[3]) if row[2] else None) for row in connection.execute(query)}


def _queue(
    connection: Connection, project: Project, batch: Batch, placed: _Placed, appointed: set[int], taken: dict[int, int]
) -> None:
    """Give new items their place, and take away what votes and golden labels have left unwanted."""
    if placed.new:
        ids = [placed.ids[at] for at in placed.new]
        drawn = in_line(project.seed, np.array(ids, dtype=np.int64)).tolist()
        positions = [at - batch.priority[row] * _PRIORITY_STEP for at, row in zip(drawn, placed.new, strict=True)]
        fixed = {"project_id": project.id, "wanted": project.overlap, "places": project.overlap}
        insert_rows(connection, queue, {"item_id": ids, "position": positions}, fixed=fixed)
        # Cursors that have passed the first of these must see it.
        ahead = min(positions) - 1
        passed = (desk.c.project_id == project.id) & (desk.c.cursor > ahead)
        connection.execute(update(desk).where(passed).values(cursor=ahead))
    fewer = [(n, n, item_id) for item_id, n in sorted(taken.items())]
    update_rows(connection, _TAKE, fewer)
    update_rows(connection, _APPOINT, [(True, spin(project.seed, item_id), item_id) for item_id in sorted(appointed)])
