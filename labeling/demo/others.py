"""Small projects beside the demo's, one for each other kind of label: a scale, several classes, a tree, pairs of candidates.

Their texts, classes and guides stand in ``kinds``. The demo's people work there by the same verbs as in the main project, each at
its own moment; what they press follows the label that stands with each text, with slips of their own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from db.engine import Database
from db.frames import items as item_frames
from db.frames import runs as run_frames
from db.vocabulary import LabelKind, Role, RunKind, Verdict
from labeling.adjudication.card import sit
from labeling.adjudication.queue import as_candidates
from labeling.adjudication.rulings import Ruling
from labeling.demo.expert import carry_out_run
from labeling.demo.simulate import HERE, PROFILES, SEED, random_for
from labeling.demo.week import Demo
from labeling.desk import card as desk
from labeling.desk.answers import Answer, AnswerKind
from labeling.desk.golden import appoint
from labeling.desk.serving import Leased
from labeling.exchange.importing import import_file
from labeling.notation.pairs import turned_text
from labeling.people.memberships import grant
from labeling.projects.classes import LabelClass, add_classes
from labeling.projects.guidelines import publish_guideline
from labeling.projects.projects import Project, create_project
from labeling.quality.kinds.sets import set_code
from labeling.quality.kinds.sides import turned

KINDS = ("dialogues", "emotions", "tariffs", "answers")
# Who works there, and how many chunks each has done.
CHUNKS = {"assessor1": 2, "assessor2": 2, "assessor3": 2}
# How often they take a label for what lies next to it.
SLIP = 0.15
# How many labels the expert has ruled, and how long each took.
RULINGS, SECONDS = 3, 25


@dataclass(frozen=True)
class Known:
    """One text of these projects as it is shown: ``label`` is the right one, ``near`` what is said in its place."""

    id: str
    label: str
    near: tuple[str, ...]
    evidence: int | None


def load_others(database: Database, people: Mapping[str, int], *, now: datetime) -> None:
    """Make the four projects with two days of work that end at ``now``."""
    for n, name in enumerate(KINDS):
        described = json.loads((HERE / "kinds" / f"{name}.json").read_text(encoding="utf-8"))
        begin = now - timedelta(days=2, hours=12, minutes=13 * n)
        project = _make(database, described, people, at=begin)
        known = _import(database, project, described, at=begin + timedelta(hours=1))
        _appoint(database, project, described, known, at=begin + timedelta(hours=2))
        for at, (login, chunks) in enumerate(CHUNKS.items()):
            for day in range(chunks):
                start = begin + timedelta(days=1 + day, minutes=37 * at)
                _work(database, project, people[login], login, known, at=start)
        _judge(database, project, people, known, described["why_ru"], at=now - timedelta(hours=6, minutes=11 * n))


def _make(database: Database, described: dict[str, Any], people: Mapping[str, int], *, at: datetime) -> Project:
    titles = {name: described[name] for name in ("title_ru", "title_en")}
    with database.transaction() as connection:
        settings = titles | described["settings"] | {"is_simulated": True}
        project = create_project(connection, described["slug"], now=at, seed=SEED, **settings)
        add_classes(connection, project.id, [LabelClass(**each) for each in described["classes"]], now=at)
        bodies = {"body_ru": described["guide_ru"], "body_en": described["guide_en"]}
        publish_guideline(connection, project.id, **bodies, now=at, actor=None)
        for login in (*CHUNKS, *(role.value for role in Role)):
            role = Role(login) if login in set(Role) else Role.ASSESSOR
            grant(connection, project.id, people[login], role, now=at, actor=None)
    return project


def _import(database: Database, project: Project, described: dict[str, Any], *, at: datetime) -> dict[str, Known]:
    """Bring the texts in; gives what is known of each, by the text as somebody may be shown it."""
    hidden = ("near", "evidence")
    rows = [{name: value for name, value in item.items() if name not in hidden} for item in described["items"]]
    file = BytesIO("\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode())
    import_file(database, file, project_slug=project.slug, name=f"{project.slug}.jsonl", now=at)
    order = [entry["code"] for entry in described["classes"]]

    def code(label: Any) -> str:
        return set_code(label, order) if isinstance(label, list) else str(label)

    by_id = {
        item["id"]: Known(item["id"], code(item["label"]), tuple(map(code, item["near"])), item.get("evidence"))
        for item in described["items"]
    }
    with database.snapshot() as connection:
        texts = dict(item_frames.items(connection, project.id).select("item", "text").iter_rows())
    known = {text: by_id[item] for item, text in texts.items()}
    if project.kind is LabelKind.PAIR:
        backwards = {
            turned_text(text): Known(
                one.id, turned(one.label) or one.label, tuple(turned(each) or each for each in one.near), None
            )
            for text, one in known.items()
        }
        known = backwards | known
    return known


def _appoint(
    database: Database, project: Project, described: dict[str, Any], known: Mapping[str, Known], *, at: datetime
) -> None:
    golden = {item["id"] for item in described["items"][: described["golden"]]}
    with database.transaction() as connection:
        for item_id, text in item_frames.items(connection, project.id).select("item_id", "text").iter_rows():
            if (one := known[text]).id in golden:
                why = described["why_ru"]
                appoint(connection, project, item_id, one.label, explanation=why, now=at, actor=None)


def _work(
    database: Database, project: Project, person: int, login: str, known: Mapping[str, Known], *, at: datetime
) -> None:
    """A chunk from its first item to its closing."""
    pressed: list[Answer] = []
    clock = at
    with database.transaction() as connection:
        while True:
            view = desk.work(connection, project.slug, person, answers=pressed, want=1, now=clock, day_start=at)
            if not view.items:
                break
            pressed = [_answer(login, known[view.items[0].text], view.items[0])]
            clock += timedelta(seconds=pressed[0].seconds or 0)
        if view.chunk:
            desk.work(
                connection, project.slug, person, answers=[], close_chunk=view.chunk.id, want=0, now=clock, day_start=at
            )


def _answer(login: str, one: Known, leased: Leased) -> Answer:
    rng, profile = random_for(login, one.id), PROFILES[login]
    label = rng.choice(one.near) if rng.random() < SLIP else one.label
    seconds = round(profile.seconds * rng.uniform(0.6, 1.6), 1)
    return Answer(leased.token, 1, AnswerKind.LABEL, label, seconds=seconds, evidence=one.evidence)


def _judge(
    database: Database,
    project: Project,
    people: Mapping[str, int],
    known: Mapping[str, Known],
    why: str,
    *,
    at: datetime,
) -> None:
    """An analysis, and the labels that it suspects most ruled by the expert."""
    demo = Demo(project, dict(people), [], {})
    run_id = carry_out_run(database, demo, RunKind.ANALYSIS, at=at)
    with database.snapshot() as connection:
        findings = run_frames.findings(connection, run_id)
    candidates = as_candidates(findings.sort("score", descending=True))
    pressed: list[Ruling] = []
    for n in range(RULINGS + 1):
        moment = at + timedelta(hours=1, seconds=SECONDS * n)
        with database.transaction() as connection:
            view = sit(
                connection, project.slug, people["expert"], pressed, candidates, want=int(n < RULINGS), now=moment,
                day_start=at, run_id=run_id,
            )  # fmt: skip
        pressed = [
            Ruling(one.token, 1, Verdict.LABEL, known[one.text].label, why, blind=True, seconds=SECONDS)
            for one in view.items
        ]
