"""Votes out of files: each annotator's revisions continue, and the same file again adds nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, literal, or_, select, text

from db import schema
from db.frames.recoding import recoding
from db.frames.work import ASSESSOR, IMPORTED
from labeling.exchange.blocks import BadRow, excerpt_of
from labeling.exchange.bulk import insert_rows, is_one_of, moment_for
from labeling.exchange.intake import Batch, Vote
from labeling.exchange.tally import Tally
from labeling.projects.projects import Project

annotation, person, membership = schema.annotation, schema.person, schema.membership

# A key for (item, person) in 64 bits: 2^41 items, 4 million annotators.
_PERSON_BITS = 22
_ANNOTATION = (
    "item_id",
    "assessor_id",
    "revision",
    "label",
    "comment",
    "flagged",
    "seconds",
    "surplus",
    "evidence",
    "created_at",
)
_ADD_PERSON = text(
    "INSERT INTO person (login, name, active, created_at) VALUES (:login, :name, :active, :created_at) "
    "ON CONFLICT (login) DO NOTHING"
)


@dataclass
class VoteBook:
    """Annotators met so far, and how far the file has followed what each said of each item."""

    people: dict[str, int] = field(default_factory=dict)
    working_here: set[int] = field(default_factory=set)
    """People who work in this project: a file may repeat their answers and add none."""
    followed: Tally = field(default_factory=Tally)


@dataclass
class StoredVotes:
    """What came of a batch's votes: rows that added one, new annotators by item, rows refused."""

    rows: list[int] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    refused: dict[int, BadRow] = field(default_factory=dict)


# Long: one walk over a batch that fills five tables at once.
def store_votes(
    connection: Connection,
    project: Project,
    batch: Batch,
    ids: list[int],
    earlier: Collection[int],
    book: VoteBook,
    *,
    now: datetime,
) -> StoredVotes:
    """Add the votes that say something new. ``ids`` are the items by row, ``earlier`` those from before this batch.

    An annotator's votes on an item are a sequence, in the file as in the database: by their times where all of a portion have
    one, else as the rows come. The file's is followed through the stored one: what is found there in order is old, what is
    not is appended as the next revision, unless it is dated before the newest (``older_vote``). So the same file again adds
    nothing, also where it holds several votes of one annotator on one item.
    """
    stored = StoredVotes()
    rows = [at for at, vote in enumerate(batch.vote) if vote is not None and ids[at]]
    if not rows:
        return stored
    votes = {at: vote for at in rows if (vote := batch.vote[at]) is not None}
    rows = _in_time(batch, votes)
    _identify(connection, project, dict.fromkeys(vote.annotator for vote in votes.values()), book, now=now)
    people = {at: book.people[vote.annotator] for at, vote in votes.items()}
    histories, latest = _histories(connection, {ids[at] for at in rows}.intersection(earlier), set(people.values()))
    # An answer under the old code of a class is the same as under the new one.
    meant = recoding(connection, project.id).of
    histories = {key: [meant(label) for label in history] for key, history in histories.items()}
    keys = np.array([ids[at] << _PERSON_BITS | people[at] for at in rows], dtype=np.int64)
    followed = dict(zip(keys.tolist(), book.followed.total(keys).tolist(), strict=True))
    before = dict(followed)
    written: list[tuple[Any, ...]] = []
    moment = moment_for(connection, now)
    for at, key in zip(rows, keys.tolist(), strict=True):
        vote, item_id, annotator = votes[at], ids[at], people[at]
        history = histories.setdefault((item_id, annotator), [])
        if _is_old(vote, meant(vote.label), history, followed, key):
            continue
        if annotator in book.working_here:
            stored.refused[at] = BadRow(batch.line[at], "votes_of_a_person", excerpt_of(vote.annotator))
            continue
        dated = batch.created_at[at]
        if dated and vote.revision is None and dated < latest.get((item_id, annotator), dated):
            stored.refused[at] = BadRow(batch.line[at], "older_vote", excerpt_of(vote.annotator))
            continue
        if dated:
            latest[item_id, annotator] = dated
        history.append(meant(vote.label))
        followed[key] = revision = len(history)
        answer = (vote.label, vote.comment, vote.flagged, vote.seconds, vote.surplus, vote.evidence)
        when = moment_for(connection, dated) if dated else moment
        written.append((item_id, annotator, revision, *answer, when))
        stored.rows.append(at)
        if revision == 1 and not vote.surplus:
            stored.taken[item_id] = stored.taken.get(item_id, 0) + 1
    if written:
        columns = dict(zip(_ANNOTATION, zip(*written, strict=True), strict=True))
        insert_rows(connection, annotation, columns, fixed={"project_id": project.id})
    steps = [(key, reached - before[key]) for key, reached in followed.items() if reached != before[key]]
    book.followed.add(
        np.array([key for key, _ in steps], dtype=np.int64), np.array([step for _, step in steps], dtype=np.int64)
    )
    return stored


def _is_old(vote: Vote, meant: str | None, history: list[str | None], followed: dict[int, int], key: int) -> bool:
    if vote.revision is not None:
        return vote.revision <= len(history)
    at = followed[key]
    if at > 0 and history[at - 1] == meant:
        return True
    if meant in history[at:]:
        followed[key] = history.index(meant, at) + 1
        return True
    return False


def _in_time(batch: Batch, votes: Mapping[int, Vote]) -> list[int]:
    """The rows of the votes, the oldest first where each says when it was given and none which revision it is."""
    moments = {at: moment for at in votes if (moment := batch.created_at[at]) is not None}
    if len(moments) < len(votes) or any(vote.revision is not None for vote in votes.values()):
        return list(votes)
    return sorted(votes, key=moments.__getitem__)


def _histories(
    connection: Connection, items: set[int], people: set[int]
) -> tuple[dict[tuple[int, int], list[str | None]], dict[tuple[int, int], datetime]]:
    """What each of ``people`` has said of each of ``items``, revision by revision, and when last."""
    histories: dict[tuple[int, int], list[str | None]] = {}
    latest: dict[tuple[int, int], datetime] = {}
    if items:
        query = select(annotation.c.item_id, annotation.c.assessor_id, annotation.c.label, annotation.c.created_at)
        query = query.where(is_one_of(connection, annotation.c.item_id, items))
        query = query.order_by(annotation.c.item_id, annotation.c.assessor_id, annotation.c.revision)
        for item_id, annotator, label, created_at in connection.execute(query):
            if annotator in people:
                histories.setdefault((item_id, annotator), []).append(label)
                latest[item_id, annotator] = created_at
    return histories, latest


def _identify(connection: Connection, project: Project, names: Iterable[str], book: VoteBook, *, now: datetime) -> None:
    """Know every annotator by id: people of this project as themselves, all others as imported ones."""
    unknown = [name for name in names if name not in book.people]
    if not unknown:
        return
    assessors = {name: name.removeprefix(ASSESSOR) for name in unknown if name.startswith(ASSESSOR)}
    workers = _working_here(connection, project, assessors.values())
    for name, login in assessors.items():
        if login in workers:
            book.people[name] = workers[login]
            book.working_here.add(workers[login])
    imported = {name: IMPORTED + name for name in unknown if name not in book.people}
    if imported:
        facts = {"active": False, "created_at": moment_for(connection, now)}
        rows = [facts | {"login": login, "name": name} for name, login in imported.items()]
        connection.execute(_ADD_PERSON, rows)
        query = select(person.c.login, person.c.id).where(is_one_of(connection, person.c.login, imported.values()))
        person_ids = {row[0]: row[1] for row in connection.execute(query)}
        book.people.update({name: person_ids[login] for name, login in imported.items()})


def _working_here(connection: Connection, project: Project, logins: Collection[str]) -> dict[str, int]:
    if not logins:
        return {}
    answered = select(literal(1)).where(annotation.c.project_id == project.id, annotation.c.assessor_id == person.c.id)
    member = select(literal(1)).where(membership.c.project_id == project.id, membership.c.person_id == person.c.id)
    query = select(person.c.login, person.c.id).where(
        is_one_of(connection, person.c.login, list(logins)), or_(answered.exists(), member.exists())
    )
    return {row[0]: row[1] for row in connection.execute(query)}
