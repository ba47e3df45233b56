"""Film reviews with three sources of labels: assessors who misread, an expert who checks some, a junior who reads well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert

from db import schema
from db.engine import Database
from db.vocabulary import Role
from labeling.adjudication.audits import draw_audit
from labeling.desk import golden
from labeling.projects.classes import add_codes
from labeling.projects.projects import Project, change_settings, create_project
from tests.labeling.adjudication.auditing import put_analysis, rule_by_truth
from tests.labeling.jobs.analysed import CLASSES
from tests.labeling.junior.juniors import let_speak, pay, suggest, write_version
from tests.labeling.review.worlds import films
from tests.labeling.worlds import NOON, add_items, add_person


@dataclass(frozen=True)
class Compared:
    """``truth`` of every item; the first ``voted`` have two votes each, three in five of the good ones wrong twice."""

    database: Database
    project: Project
    truth: dict[int, str]
    voted: list[int]
    golden: list[int]
    prompt_id: int


def make_compared(
    database: Database, *, voted: int = 240, more: int = 60, audited: int = 160, project: Project | None = None
) -> Compared:
    """Votes take 4 seconds each, rulings 5; junior errs on every tenth item, and a call costs 0.001."""
    texts, label = films(voted + more)
    with database.transaction() as connection:
        if project is None:
            project = create_project(connection, "films", now=NOON, seed=11)
            add_codes(connection, project.id, CLASSES, now=NOON)
        settings = {"audit_share": 0.9, "second_share": 0.0}
        project = change_settings(connection, project.id, settings, now=NOON, actor=None)
        ids = add_items(connection, project, texts, first=2001)
        truth = {item_id: CLASSES[label[n]] for n, item_id in enumerate(ids)}
        people = [add_person(connection, f"critic{n}-{project.slug}") for n in range(2)]
        expert = add_person(connection, f"judge-{project.slug}", project, Role.EXPERT)
        given = {item: truth[item] for item in ids[:voted]}
        good = [item for item in ids[:voted] if truth[item] == CLASSES[0]]
        given |= dict.fromkeys([item for n, item in enumerate(good) if n % 5 < 3], CLASSES[1])
        shared = {"project_id": project.id, "revision": 1, "created_at": NOON, "seconds": 4.0}
        rows = [
            shared | {"item_id": item, "assessor_id": person, "label": label}
            for item, label in given.items()
            for person in people
        ]
        connection.execute(insert(schema.annotation), rows)
        settled = ids[1:9:2]
        for item in settled:
            golden.appoint(connection, project, item, truth[item], now=NOON, actor=None)
    run_id = put_analysis(database, project, given, dict.fromkeys(given, 0.2), now=NOON)
    with database.transaction() as connection:
        draw_audit(connection, project, run_id, audited, now=NOON, actor=None)
    rule_by_truth(database, project, expert, run_id, truth, audited, now=NOON + timedelta(hours=1))
    prompt_id = write_version(database, project, name="first", model="small-1")
    said = {
        item: label if n % 10 else CLASSES[1 - CLASSES.index(label)] for n, (item, label) in enumerate(truth.items())
    }
    suggest(database, project, prompt_id, {item: (label, 0.9) for item, label in said.items()})
    pay(database, project, prompt_id, ids)
    let_speak(database, project, prompt_id)
    return Compared(database, project, truth, ids[:voted], settled, prompt_id)
