"""One project in which everything may happen that may happen to a label, before anything has, and a moved clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl
from sqlalchemy import insert, select

from db import schema
from db.engine import Database
from db.vocabulary import ItemForm, LabelKind, PromptKind, Role, SuggestionPolicy
from labeling.desk import golden
from labeling.junior import prompts
from labeling.projects.classes import add_codes
from labeling.projects.projects import create_project, get_project
from tests.labeling.worlds import CLASSES, NOON, World, add_items, add_person

ITEMS, GOLDEN, ASSESSORS = 12, 4, 4


@dataclass(frozen=True)
class Shape:
    """What a project's items and labels are: ``classes`` are made in this order, ``labels`` are those that people choose among,
    as they send them.
    """

    classes: tuple[str, ...]
    labels: tuple[str, str, str]
    kind: LabelKind = LabelKind.SINGLE
    form: ItemForm = ItemForm.TEXT
    text: str = "{what} {n}"
    settings: Mapping[str, object] = field(default_factory=dict)


CALL = "client: {what} {n}?\nbank: we look into it\n  at once\nclient: thanks"
SHAPES = {
    "classes": Shape(CLASSES, CLASSES),
    "several": Shape(CLASSES, ("confusion|neutral", "gratitude", "|"), LabelKind.SEVERAL),
    "some": Shape(CLASSES, ("gratitude|neutral", "neutral", "confusion"), LabelKind.SEVERAL, settings={"allows_none": False}),
    "scale": Shape(("10", "9", "8", "2"), ("10", "2", "9"), LabelKind.ORDERED),
    "tree": Shape(("loan", "card > lost > abroad", "card > blocked"), ("loan", "card > lost", "card > lost > abroad")),
    "pair": Shape(
        (), ("first", "second", "tie"), LabelKind.PAIR, ItemForm.PAIR, "user: {what} {n}?\nfirst: yes, {n}\nsecond: no"
    ),
    "calls": Shape(
        ("1", "2", "3"), ("1", "3", "2"), LabelKind.ORDERED, ItemForm.TURNS, CALL, {"unjudged_speakers": ("bank",)}
    ),
}  # fmt: skip


@dataclass
class Truth:
    """The world, with all that acts need to remember; ``moments`` are those after each act.

    ``kept`` are the final labels as they stood when the snapshot of a name was taken.
    """

    world: World
    experts: list[int]
    shape: Shape
    tokens: list[tuple[int, str]] = field(default_factory=list)
    pressed: dict[str, int] = field(default_factory=dict)
    acts: list[str] = field(default_factory=list)
    imports: int = 0
    moments: list[datetime] = field(default_factory=list)
    kept: dict[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def labels(self) -> tuple[str, str, str]:
        """What people choose among."""
        return self.shape.labels

    @property
    def items(self) -> list[int]:
        """All items, golden ones too."""
        return [*self.world.items, *self.world.golden]

    def refreshed(self) -> None:
        """The project as its settings stand now."""
        with self.world.database.snapshot() as connection:
            self.world.project = get_project(connection, self.world.project.slug)


def begin(database: Database, shape: Shape) -> Truth:
    """The project before anything has happened: suggestions of a junior that speaks are there for every item."""
    world = _make_world(database, shape)
    with database.transaction() as connection:
        people = [add_person(connection, f"expert{n}", world.project, Role.EXPERT) for n in range(2)]
        version = prompts.write_prompt(
            connection, world.project, kind=PromptKind.LOCAL, name="local", now=world.now, actor=None
        )
        codes = set(connection.execute(select(schema.label_class.c.code)).scalars())
        known = [label for label in shape.labels if label in codes]
        rows = [
            {"project_id": world.project.id, "item_id": item, "prompt_id": version, "label": known[n % len(known)]}
            for n, item in enumerate([*world.items, *world.golden])
        ]
        connection.execute(
            insert(schema.suggestion),
            [row | {"confidence": 0.8, "created_at": NOON, "source": "local"} for row in rows],
        )
        connection.execute(
            insert(schema.promotion).values(project_id=world.project.id, prompt_id=version, created_at=NOON)
        )
    return Truth(world, people, shape)


def _make_world(database: Database, shape: Shape) -> World:
    with database.transaction() as connection:
        project = create_project(
            connection, "test", now=NOON, seed=11, overlap=2, chunk_size=4, golden_per_chunk=1, repeats_per_chunk=1,
            lease_minutes=30, look_ahead=2, suggestion_policy=SuggestionPolicy.EXPERIMENT.value, probe_share=0.5,
            kind=shape.kind.value, **shape.settings,
        )  # fmt: skip
        add_codes(connection, project.id, shape.classes, now=NOON)
        texts = [shape.text.format(what="text", n=n) for n in range(ITEMS)]
        known = [shape.text.format(what="golden", n=n) for n in range(GOLDEN)]
        items = add_items(connection, project, texts, form=shape.form)
        settled = add_items(connection, project, known, first=ITEMS + 1, form=shape.form)
        for n, item in enumerate(settled):
            golden.appoint(connection, project, item, shape.labels[n % 3], explanation="so", now=NOON, actor=None)
        people = [add_person(connection, f"assessor{n}", project, Role.ASSESSOR) for n in range(ASSESSORS)]
    return World(database, project, items, settled, people)
