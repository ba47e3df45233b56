"""Small projects made by hand for the tests of the verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert, select

from db import schema
from db.engine import Database
from db.vocabulary import ItemForm, LabelKind, Role, Standing
from labeling.desk import card as desk
from labeling.desk import gates, golden
from labeling.desk.answers import Answer, AnswerKind, Receipt
from labeling.projects.classes import add_codes
from labeling.projects.kinds import PAIR_CLASSES
from labeling.projects.projects import Project, create_project

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLASSES = ("neutral", "gratitude", "confusion")


def add_items(
    connection: Connection, project: Project, texts: list[str], *, first: int = 1, form: ItemForm = ItemForm.TEXT
) -> list[int]:
    """Ordinary items as an import leaves them; external ids count from ``first``."""
    if not texts:
        return []
    numbered = list(enumerate(texts, first))
    rows = [
        {
            "project_id": project.id,
            "external_id": str(n),
            "text": text,
            "fingerprint": n,
            "created_at": NOON,
            "form": form,
        }
        for n, text in numbered
    ]
    connection.execute(insert(schema.item), rows)
    wanted = [row["external_id"] for row in rows]
    query = select(schema.item.c.id).where(
        schema.item.c.project_id == project.id, schema.item.c.external_id.in_(wanted)
    )
    ids = sorted(connection.execute(query).scalars())
    overlap = {"project_id": project.id, "wanted": project.overlap, "places": project.overlap}
    connection.execute(
        insert(schema.queue),
        [overlap | {"item_id": item_id, "position": n} for item_id, (n, _) in zip(ids, numbered, strict=True)],
    )
    return ids


def add_person(connection: Connection, login: str, project: Project | None = None, *roles: Role) -> int:
    """An active person without a password, with these roles."""
    connection.execute(insert(schema.person), {"login": login, "name": login, "created_at": NOON})
    person_id = int(connection.execute(select(schema.person.c.id).where(schema.person.c.login == login)).scalar_one())
    for role in roles:
        values = {"project_id": project.id if project else None, "person_id": person_id, "role": role}
        connection.execute(insert(schema.membership), values | {"created_at": NOON})
    return person_id


@dataclass
class World:
    """A project with items, golden items and assessors, and a clock that only the test moves."""

    database: Database
    project: Project
    items: list[int]
    golden: list[int]
    assessors: list[int]
    now: datetime = NOON

    def work(self, assessor: int, *answers: Answer, want: int = 3, close: int | None = None) -> desk.Desk:
        """One request of the label card."""
        with self.database.transaction() as connection:
            return desk.work(
                connection,
                self.project.slug,
                assessor,
                answers=answers,
                close_chunk=close,
                want=want,
                now=self.now,
                day_start=NOON - timedelta(hours=12),
            )

    def leave(self, assessor: int, chunk_id: int) -> None:
        """Close a chunk that may not have ended, which the card refuses: what lies there goes back."""
        with self.database.transaction() as connection:
            gates.close(connection, self.project, gates.progress(connection, assessor, chunk_id), now=self.now)

    def label(self, assessor: int, token: str, label: str = "neutral", revision: int = 1) -> Receipt:
        """Answer one token; says what became of it."""
        answered = self.work(assessor, press(token, label, revision), want=0)
        return answered.acknowledged[0].status

    def set_standing(self, assessor: int, standing: Standing) -> None:
        """Pause, ban or restore an assessor without the ceremony."""
        member = schema.membership
        with self.database.transaction() as connection:
            where = (member.c.person_id == assessor) & (member.c.project_id == self.project.id)
            connection.execute(member.update().where(where).values(standing=standing))

    def later(self, **delta: float) -> None:
        """Move the clock."""
        self.now += timedelta(**delta)


def places_of(connection: Connection, item_id: int) -> int:
    """How many answers to this item are still wanted."""
    queue = schema.queue.c
    return int(connection.execute(select(queue.places).where(queue.item_id == item_id)).scalar_one())


def press(token: str, label: str | None = "neutral", revision: int = 1) -> Answer:
    """An answer as the card sends it; ``None`` is "unsure"."""
    kind = AnswerKind.LABEL if label else AnswerKind.UNSURE
    return Answer(token, revision, kind, label, seconds=2.0)


def label_of(project: Project, label: str | None) -> str | None:
    """A label of CLASSES, or a set of them, as a project of any kind takes it."""
    if label is None or project.kind is LabelKind.SEVERAL:
        return label
    first = label.split("|")[0] or CLASSES[0]
    return PAIR_CLASSES[CLASSES.index(first)].code if project.kind is LabelKind.PAIR else first


def make_world(
    database: Database,
    *,
    items: int = 10,
    golden_items: int = 4,
    assessors: int = 3,
    slug: str = "",
    **settings: object,
) -> World:
    """A world whose golden items come after the ordinary ones; settings default to a small, quick project.

    The logins of one with a ``slug`` end with it: several such may stand in one database.
    """
    defaults = {"overlap": 2, "chunk_size": 5, "golden_per_chunk": 1, "lease_minutes": 30, "look_ahead": 2}
    with database.transaction() as connection:
        project = create_project(connection, slug or "test", now=NOON, seed=11, **(defaults | settings))
        if project.kind is not LabelKind.PAIR:
            add_codes(connection, project.id, CLASSES, now=NOON)
        ordinary = add_items(connection, project, [f"text {n}" for n in range(items)])
        gold = add_items(connection, project, [f"golden {n}" for n in range(golden_items)], first=items + 1)
        for n, item_id in enumerate(gold):
            golden.appoint(
                connection,
                project,
                item_id,
                label_of(project, CLASSES[n % 3]),
                explanation=f"because {n}",
                now=NOON,
                actor=None,
            )
        people = [add_person(connection, f"assessor{n}{slug}", project, Role.ASSESSOR) for n in range(assessors)]
    return World(database, project, ordinary, gold, people)


def finish(world: World, assessor: int, label: str = "neutral") -> int:
    """Work the assessor's chunk to its end and close it; says which it was."""
    seen = world.work(assessor)
    while seen.items:
        seen = world.work(assessor, *[press(item.token, label) for item in seen.items])
    assert seen.chunk is not None
    world.work(assessor, close=seen.chunk.id, want=0)
    return seen.chunk.id
