"""Changes of classes in small projects, and all that is read of one, to be compared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select

from db import schema
from db.vocabulary import ChangeKind, Route, Verdict
from labeling.class_changes.acting import change_classes, undo_change
from labeling.class_changes.plans import Change
from labeling.class_changes.preview import Preview, preview
from labeling.facts import settled
from labeling.facts.consensus import consensus
from labeling.facts.final import final
from labeling.facts.overview import overview
from labeling.facts.votes import answers, coded_votes, repeats, votes
from labeling.projects.classes import get_classes
from labeling.quality.agreement import agreement
from tests.labeling.worlds import NOON, World


def change(world: World, kind: ChangeKind, *codes: str, into: tuple[str, ...] = (), parent: str | None = None) -> int:
    """Do it from the command line, by the world's clock."""
    with world.database.transaction() as connection:
        asked = Change(kind, codes, into, parent)
        return change_classes(connection, world.project, asked, now=world.now, actor=None)


def undo(world: World, act: int) -> int:
    with world.database.transaction() as connection:
        return undo_change(connection, world.project, act, now=world.now, actor=None)


def previewed(
    world: World, kind: ChangeKind, *codes: str, into: tuple[str, ...] = (), parent: str | None = None
) -> Preview:
    with world.database.snapshot() as connection:
        return preview(connection, world.project, Change(kind, codes, into, parent))


def vote(world: World, item: int, *labels: str | None) -> None:
    """One answer of each assessor in turn, as a file would bring them; places are those that are left then."""
    item_id = world.items[item]
    rows = [
        {"project_id": world.project.id, "item_id": item_id, "assessor_id": who, "revision": 1, "label": label}
        for who, label in zip(world.assessors, labels, strict=False)
    ]
    with world.database.transaction() as connection:
        connection.execute(insert(schema.annotation), [row | {"created_at": NOON} for row in rows])
        queue = schema.queue
        left = {"places": max(0, world.project.overlap - len(rows))}
        connection.execute(queue.update().where(queue.c.item_id == item_id).values(left))


def rule(world: World, item: int, label: str, given: str | None = None) -> None:
    """A ruling on an ordinary item, which wants nothing more then."""
    item_id = world.items[item]
    with world.database.transaction() as connection:
        values = {"item_id": item_id, "revision": 1, "project_id": world.project.id, "verdict": Verdict.LABEL}
        values |= {"label": label, "given": given, "route": Route.HAND, "created_at": NOON}
        connection.execute(insert(schema.adjudication).values(values))
        queue = schema.queue
        connection.execute(queue.update().where(queue.c.item_id == item_id).values(wanted=0, places=0))


def labels_of(world: World) -> dict[str, str | None]:
    """The final label of each item that has one, by its name in files."""
    with world.database.snapshot() as connection:
        told = final(connection, world.project).select("item", "label").iter_rows()
    return {item: label for item, label in told if label is not None}


def voted(world: World) -> list[tuple[str, str, str | None]]:
    with world.database.snapshot() as connection:
        return votes(connection, world.project.id).select("item", "annotator", "label").rows()


def pressed(world: World) -> list[str | None]:
    """The labels of all annotations as they stand in the table."""
    table = schema.annotation.c
    with world.database.snapshot() as connection:
        return list(connection.execute(select(table.label).order_by(table.id)).scalars())


def everything(world: World) -> dict[str, Any]:
    """All that is read of a project, and the work that is asked for in it."""
    queue, table = schema.queue, schema.label_class
    with world.database.snapshot() as connection:
        project_id = world.project.id
        free, golden = votes(connection, project_id, independent=True), settled.golden(connection, project_id)
        classes = get_classes(connection, project_id, retired=True)
        asked = select(queue.c.item_id, queue.c.wanted, queue.c.places, queue.c.golden, queue.c.paused)
        in_table = select(table.c.code, table.c.gone, table.c.retired).where(table.c.gone.is_(None))
        seen = overview(connection, world.project, "UTC")
        agreed = consensus(connection, world.project)
        return {
            "classes": classes,
            "rows": connection.execute(in_table.order_by(table.c.code)).all(),
            "answers": answers(connection, project_id).rows(),
            "golden": golden.rows(),
            "rulings": settled.rulings(connection, project_id).rows(),
            "repeats": repeats(connection, project_id).rows(),
            "consensus": (agreed.frame.rows(), agreed.chances.tolist(), agreed.classes, agreed.method),
            "final": final(connection, world.project).rows(),
            "agreement": agreement(coded_votes(free, golden, classes)),
            "accuracy": seen.accuracy,
            "balance": seen.balance.rows(),
            "queue": connection.execute(asked.order_by(queue.c.item_id)).all(),
        }
