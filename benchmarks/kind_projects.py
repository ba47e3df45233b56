"""A project of each kind of labels, of made-up texts of one length, for benchmarks of the desk and of the card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from db import schema
from db.engine import Database
from db.vocabulary import ItemForm, LabelKind, Role
from labeling.desk import golden
from labeling.notation.turns import Turn, written
from labeling.projects.classes import add_codes
from labeling.projects.projects import create_project
from tests.labeling.worlds import add_items

EMOTIONS = tuple("anger disgust fear joy sadness surprise trust shame pride envy relief boredom".split())
# 4 x 4 x 5: a leaf of 80 lies three steps deep.
TREE = tuple(f"area {a} > part {a}{b} > case {a}{b}{c}" for a in range(4) for b in range(4) for c in range(5))
WORDS = "Здравствуйте! Платёж поставщику третий день не проходит, поддержка молчит."


@dataclass(frozen=True)
class KindProject:
    """What is made: ``labels`` are some that are given in turn, as the file has them; ``golden`` is one of them or a class."""

    kind: LabelKind
    classes: tuple[str, ...]
    labels: tuple[str, ...]
    form: ItemForm = ItemForm.TEXT


def _sets(codes: tuple[str, ...]) -> tuple[str, ...]:
    return ("|", *codes, *(f"{a}|{b}" for at, a in enumerate(codes) for b in codes[at + 1 :]))


PROJECTS: Mapping[str, KindProject] = {
    "single": KindProject(LabelKind.SINGLE, EMOTIONS[:5], EMOTIONS[:5]),
    "ordered": KindProject(LabelKind.ORDERED, tuple("1234567"), tuple("1234567")),
    "several": KindProject(LabelKind.SEVERAL, EMOTIONS, _sets(EMOTIONS)),
    "tree": KindProject(LabelKind.SINGLE, TREE, TREE),
    "several-tree": KindProject(LabelKind.SEVERAL, TREE, TREE),
    "pair": KindProject(LabelKind.PAIR, (), ("first", "second", "tie", "both_bad"), ItemForm.PAIR),
    "conversation": KindProject(LabelKind.SINGLE, EMOTIONS[:5], EMOTIONS[:5], ItemForm.TURNS),
}


def add_project(
    database: Database, name: str, *, items: int, people: int = 1, golden_items: int = 50, turns: int = 2, now: datetime
) -> None:
    """One of PROJECTS, its slug its name, with ``items`` ordinary and some golden items, and with assessors."""
    made = PROJECTS[name]
    with database.transaction() as connection:
        settings = {"overlap": 3, "chunk_size": 500, "golden_per_chunk": 20, "accuracy_floor": 0.0, "look_ahead": 7}
        if made.kind is LabelKind.SEVERAL:
            settings["allows_none"] = True
        project = create_project(connection, name, kind=made.kind, now=now, seed=5, **settings)
        if made.classes:
            add_codes(connection, project.id, made.classes, now=now)
        add_items(connection, project, [_text(made, n, turns) for n in range(items)], form=made.form)
        known = [_text(made, n, turns) for n in range(items, items + golden_items)]
        for at, item in enumerate(add_items(connection, project, known, first=items + 1, form=made.form)):
            label = made.labels[1:][at % (len(made.labels) - 1)]
            golden.appoint(connection, project, item, label, explanation="", now=now, actor=None)
        for n in range(people):
            row = {"login": f"{name}{n}", "name": f"Assessor {n}", "created_at": now}
            person = connection.execute(insert(schema.person).values(row).returning(schema.person.c.id)).scalar_one()
            member = {"project_id": project.id, "person_id": person, "role": Role.ASSESSOR, "created_at": now}
            connection.execute(insert(schema.membership).values(member))


def _text(made: KindProject, n: int, turns: int) -> str:
    if made.form is ItemForm.TEXT:
        return " ".join(f"{WORDS} {n}.{at}" for at in range(turns))
    speakers = ("first", "second") if made.kind is LabelKind.PAIR else ("client", "operator")
    return written(Turn(speakers[at % 2], f"{WORDS} {n}.{at}") for at in range(turns))
