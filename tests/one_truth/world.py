"""One project in which everything may happen that may happen to a label, before anything has, and a moved clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import polars as pl
from sqlalchemy import insert

from db import schema
from db.engine import Database
from db.vocabulary import PromptKind, Role, SuggestionPolicy
from labeling.junior import prompts
from labeling.projects.projects import get_project
from tests.labeling.worlds import CLASSES, NOON, World, add_person, make_world

ITEMS, GOLDEN, ASSESSORS = 12, 4, 4


@dataclass
class Truth:
    """The world, with all that acts need to remember; ``moments`` are those after each act.

    ``kept`` are the final labels as they stood when the snapshot of a name was taken.
    """

    world: World
    experts: list[int]
    tokens: list[tuple[int, str]] = field(default_factory=list)
    pressed: dict[str, int] = field(default_factory=dict)
    acts: list[str] = field(default_factory=list)
    imports: int = 0
    moments: list[datetime] = field(default_factory=list)
    kept: dict[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def items(self) -> list[int]:
        """All items, golden ones too."""
        return [*self.world.items, *self.world.golden]

    def refreshed(self) -> None:
        """The project as its settings stand now."""
        with self.world.database.snapshot() as connection:
            self.world.project = get_project(connection, self.world.project.slug)


def begin(database: Database) -> Truth:
    """The project before anything has happened: suggestions of a junior that speaks are there for every item."""
    world = make_world(
        database, items=ITEMS, golden_items=GOLDEN, assessors=ASSESSORS, overlap=2, chunk_size=4, golden_per_chunk=1,
        repeats_per_chunk=1, suggestion_policy=SuggestionPolicy.EXPERIMENT.value, probe_share=0.5,
    )  # fmt: skip
    with database.transaction() as connection:
        people = [add_person(connection, f"expert{n}", world.project, Role.EXPERT) for n in range(2)]
        version = prompts.write_prompt(
            connection, world.project, kind=PromptKind.LOCAL, name="local", now=world.now, actor=None
        )
        rows = [
            {"project_id": world.project.id, "item_id": item, "prompt_id": version, "label": CLASSES[n % 3]}
            for n, item in enumerate([*world.items, *world.golden])
        ]
        connection.execute(
            insert(schema.suggestion),
            [row | {"confidence": 0.8, "created_at": NOON, "source": "local"} for row in rows],
        )
        connection.execute(
            insert(schema.promotion).values(project_id=world.project.id, prompt_id=version, created_at=NOON)
        )
    return Truth(world, people)
