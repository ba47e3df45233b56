"""Answers of an experiment, written down as the desk leaves them: arms in turn, every fourth suggestion wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update

from db import schema
from db.engine import Database
from db.vocabulary import LeaseState, SuggestionPolicy
from labeling.desk import golden
from labeling.projects.projects import Project, change_settings, get_project
from tests.labeling.junior.juniors import let_speak, write_version
from tests.labeling.worlds import NOON, add_items

ARMS = ("hidden", "before", "after")
SECONDS = {"hidden": 4.0, "before": 2.0, "after": 5.0}


def set_policy(database: Database, project: Project, policy: SuggestionPolicy, now: datetime) -> Project:
    """Put a policy in force, on record."""
    with database.transaction() as connection:
        return change_settings(connection, project.id, {"suggestion_policy": policy}, now=now, actor=None)


def put_answers(
    database: Database,
    project: Project,
    assessors: Sequence[int],
    *,
    items: int = 48,
    first: int = 5001,
    at: datetime = NOON + timedelta(hours=1),
    arms: Sequence[str] = ARMS,
) -> list[int]:
    """Golden "neutral" items, answered by all: right, unless a wrong suggestion was shown before the answer.

    The very first item's suggestion is a probe; the third item's answer of each is revised, two seconds later.
    """
    with database.transaction() as connection:
        ids = add_items(connection, project, [f"text {n}" for n in range(items)], first=first)
        for item in ids:
            golden.appoint(connection, project, item, "neutral", now=NOON, actor=None)
        chunks = [_chunk(connection, project, person, first) for person in assessors]
        for n, item in enumerate(ids):
            for chunk, person in zip(chunks, assessors, strict=True):
                arm = arms[n % len(arms)]
                wrong = n % 4 == 0
                seen = {"arm": arm, "suggestion": "gratitude" if wrong else "neutral", "probe": n == 0}
                label = "gratitude" if wrong and arm == "before" else "neutral"
                _answer(connection, project, item, person, chunk, at, seen, label, again=n == 2)
    return ids


def put_experiment(database: Database, slug: str, assessors: Sequence[int], **more: Any) -> Project:
    """A version speaks, the experiment begins at noon, and an hour later there are answers."""
    with database.transaction() as connection:
        connection.execute(update(schema.project).where(schema.project.c.slug == slug).values(seed=11))
        project = get_project(connection, slug)
    prompt_id = write_version(database, project, name="first", model="small-1")
    let_speak(database, project, prompt_id)
    project = set_policy(database, project, SuggestionPolicy.EXPERIMENT, NOON)
    put_answers(database, project, assessors, **more)
    return project


def _chunk(connection: Any, project: Project, person: int, ordinal: int) -> int:
    row = {"project_id": project.id, "assessor_id": person, "ordinal": ordinal, "kind": "work", "size": 50}
    row |= {"opened_at": NOON, "closed_at": NOON}
    return int(connection.execute(insert(schema.chunk).values(row).returning(schema.chunk.c.id)).scalar_one())


def _answer(
    connection: Any,
    project: Project,
    item: int,
    person: int,
    chunk: int,
    at: datetime,
    seen: dict[str, Any],
    label: str,
    *,
    again: bool,
) -> None:
    shared = {"project_id": project.id, "item_id": item, "assessor_id": person, "chunk_id": chunk} | seen
    lease = shared | {"slot": 1, "token": f"{item:x}.{person:x}", "state": LeaseState.ANSWERED.value}
    lease |= {"opened_at": at, "expires_at": at, "closed_at": at}
    lease_id = connection.execute(insert(schema.lease).values(lease).returning(schema.lease.c.id)).scalar_one()
    given = {"label": label, "seconds": SECONDS[seen["arm"]], "created_at": at + timedelta(minutes=1)}
    first = shared | given | {"revision": 1, "lease_id": lease_id}
    connection.execute(insert(schema.annotation).values(first))
    if again:
        connection.execute(insert(schema.annotation).values(shared | given | {"revision": 2, "seconds": 2.0}))
