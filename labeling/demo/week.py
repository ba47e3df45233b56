"""The first week of the demo: its texts, its guide, its people, and what simulated assessors made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from db import schema
from db.engine import Database
from db.vocabulary import Role
from labeling import config
from labeling.demo.simulate import HERE, PROFILES, DemoItem, first_guidelines, load_items, load_project
from labeling.demo.working import Worker, work_a_chunk
from labeling.desk.golden import appoint
from labeling.exchange.importing import import_file
from labeling.exchange.mapping import Mapping
from labeling.people.memberships import grant
from labeling.people.people import create_person
from labeling.people.sign_in import Hashed, hash_password
from labeling.projects.classes import LabelClass, add_classes
from labeling.projects.guidelines import publish_guideline
from labeling.projects.projects import Project, create_project
from labeling.snapshots.taking import take

SEED = 20
# The expert's word on every item comes in as the reference: shown to nobody, there to compare with.
MAPPING = Mapping(text="text", id="id", reference="label", metadata=("channel", "lang"))
DAYS = 7
# How many chunks each simulated assessor has done: a part is left for whoever looks at the demo.
CHUNKS = {"assessor1": 6, "assessor2": 5, "assessor3": 6, "assessor4": 4, "assessor5": 6}


# After which days its labels were kept, and as what.
SNAPSHOTS = {DAYS - 3: "v1", DAYS - 1: "v2"}


@dataclass
class Demo:
    """The demo at work: its project, its people's ids by login, those who are simulated, and all that may be served."""

    project: Project
    people: dict[str, int]
    workers: list[Worker]
    by_text: dict[str, DemoItem]


def load_week(database: Database, *, now: datetime) -> Demo:
    """Make the project ``demo`` with its people, a simulated week that ends some hours before ``now``, and two snapshots of it.

    Raises LabelingError ``slug_taken`` where it is there already.
    """
    start = now - timedelta(days=DAYS)
    described, items = load_project(), load_items()
    with database.transaction() as connection:
        project = _make_project(connection, described, now=start)
    import_file(database, HERE / "items.jsonl", project_slug=project.slug, mapping=MAPPING, now=start)
    # Those who are simulated can't sign in: a visitor would sit down at a desk that is not theirs.
    passwords = {
        entry["login"]: None if entry["login"] in PROFILES else hash_password(entry["login"], config.DEMO_PASSWORD)
        for entry in described["people"]
    }
    with database.transaction() as connection:
        _appoint_golden(connection, project, items, now=start)
        people = _make_people(connection, project, described["people"], passwords, now=start)
    workers = [Worker(people[login], PROFILES[login]) for login in CHUNKS]
    demo = Demo(project, people, workers, {item.text: item for item in items})
    for day in range(DAYS):
        for n, worker in enumerate(workers):
            # Each works a chunk a day; those who did fewer joined later.
            if day >= DAYS - CHUNKS[worker.profile.login]:
                begin = start + timedelta(days=day + 1, hours=-5, minutes=41 * n)
                work_a_chunk(database, project.slug, worker, demo.by_text, begin)
        if day in SNAPSHOTS:
            evening = start + timedelta(days=day + 1)
            take(database, project.slug, SNAPSHOTS[day], now=evening, actor=people["lead"])
    return demo


def _make_project(connection: Connection, described: dict[str, Any], *, now: datetime) -> Project:
    titles = {"title_ru": described["title_ru"], "title_en": described["title_en"]}
    settings = titles | described["settings"] | {"is_simulated": True, "shown_metadata": ["channel"]}
    project = create_project(connection, described["slug"], now=now, seed=SEED, **settings)
    classes = [
        LabelClass(**{key: value for key, value in entry.items() if key != "group"}, class_group=entry["group"])
        for entry in described["classes"]
    ]
    add_classes(connection, project.id, classes, now=now)
    bodies = {"body_ru": first_guidelines("ru"), "body_en": first_guidelines("en")}
    publish_guideline(connection, project.id, **bodies, now=now, actor=None)
    return project


def _appoint_golden(connection: Connection, project: Project, items: list[DemoItem], *, now: datetime) -> None:
    owned = select(schema.item.c.external_id, schema.item.c.id).where(schema.item.c.project_id == project.id)
    ids = {row.external_id: row.id for row in connection.execute(owned)}
    for item in items:
        if item.golden:
            explained = item.explanation or ""
            appoint(connection, project, ids[item.id], item.label, explanation=explained, now=now, actor=None)


def _make_people(
    connection: Connection,
    project: Project,
    people: list[dict[str, str]],
    passwords: dict[str, Hashed | None],
    *,
    now: datetime,
) -> dict[str, int]:
    person_ids: dict[str, int] = {}
    for entry in people:
        password = passwords[entry["login"]]
        person = create_person(connection, entry["login"], entry["name"], password, now=now, is_simulated=True)
        grant(connection, project.id, person.id, Role(entry["role"]), now=now, actor=None)
        person_ids[entry["login"]] = person.id
    return person_ids
