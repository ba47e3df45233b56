"""Juniors made by hand: versions, what they said, and what their calls came to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from db import schema
from db.engine import Database
from db.vocabulary import CallPurpose, CallState, ConfidenceSource, Part, PromptKind
from labeling.junior import prompts
from labeling.projects.projects import Project
from labeling.quality.intervals import wilson
from tests.labeling.worlds import NOON

Said = tuple[str | None, float | None]


def write_version(database: Database, project: Project, kind: PromptKind = PromptKind.LLM, **said: Any) -> int:
    """The next version; its id."""
    with database.transaction() as connection:
        return prompts.write_prompt(connection, project, kind, now=NOON, actor=None, **said)


def let_speak(database: Database, project: Project, prompt_id: int, *, now: datetime = NOON) -> None:
    """Promote a version, after a look at twenty items that found it always right."""
    report = {"accuracy": asdict(wilson(prompts.LEAST_LOCKED, prompts.LEAST_LOCKED))}
    with database.transaction() as connection:
        prompts.add_look(connection, project, prompt_id, Part.TEST, prompts.LEAST_LOCKED, report, now=now, actor=None)
        prompts.promote(connection, project, prompt_id, now=now, actor=None)


def suggest(database: Database, project: Project, prompt_id: int, said: Mapping[int, Said]) -> None:
    """What a version said of items; a label of None is a refusal."""
    shared = {"project_id": project.id, "prompt_id": prompt_id, "created_at": NOON}
    rows = [
        shared | {"item_id": item_id, "label": label, "confidence": sure, "source": ConfidenceSource.STATED.value}
        for item_id, (label, sure) in said.items()
    ]
    with database.transaction() as connection:
        connection.execute(insert(schema.suggestion), rows)


def pay(
    database: Database,
    project: Project,
    prompt_id: int,
    item_ids: Iterable[int],
    *,
    cost: int = 1_000,
    seconds: float = 0.5,
    model: str = "small-1",
) -> None:
    """A settled call for each of the items."""
    shared = {"project_id": project.id, "prompt_id": prompt_id, "model": model, "cost": cost, "reserved": cost}
    shared |= {"state": CallState.SETTLED.value, "purpose": CallPurpose.LABEL.value, "outcome": "ok"}
    shared |= {"seconds": seconds, "tokens_in": 100, "tokens_out": 5, "created_at": NOON, "settled_at": NOON}
    with database.transaction() as connection:
        connection.execute(insert(schema.llm_call), [shared | {"item_id": item_id} for item_id in item_ids])
