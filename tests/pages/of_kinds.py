"""A small project of each kind with all that pages tell of: votes, chunks, an analysis, an audit, a gain, a version of junior."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, insert, select

from db import schema
from db.engine import Database
from db.frames import runs as run_frames
from db.vocabulary import ItemForm, LabelKind, Part, Role, RunKind
from labeling.adjudication.audits import draw_audit
from labeling.desk import golden
from labeling.jobs.child import carry_out
from labeling.junior import evaluation, prompts
from labeling.people.memberships import grant
from labeling.people.people import get_person
from labeling.projects.classes import add_codes, change_class, get_classes
from labeling.projects.labels import accepted_all
from labeling.projects.projects import Project, create_project, get_project_by_id
from labeling.runs import claims, runs
from tests.labeling.adjudication.auditing import rule_by_truth
from tests.labeling.junior.juniors import pay, suggest, write_version
from tests.labeling.review.worlds import films
from tests.labeling.worlds import World, add_items, add_person, press

COUNT, SPLIT, VOTED = 300, 40, 260
TREE = "tree"


@dataclass(frozen=True)
class Told:
    """Of a kind the labels of good and bad films, and what is near to either."""

    kind: LabelKind
    classes: tuple[str, ...]
    labels: tuple[str, str]
    near: tuple[str, str]
    parents: tuple[tuple[str, str], ...] = ()


KINDS = {
    "single": Told(LabelKind.SINGLE, ("good", "fair", "bad"), ("good", "bad"), ("fair", "fair")),
    "several": Told(LabelKind.SEVERAL, ("good", "warm", "bad"), ("good|warm", "bad"), ("good", "|")),
    "ordered": Told(LabelKind.ORDERED, ("bad", "poor", "fair", "good"), ("good", "bad"), ("fair", "poor")),
    TREE: Told(
        LabelKind.SINGLE, ("good", "bad", "great", "fine", "dull"), ("great", "dull"), ("fine", "bad"),
        (("great", "good"), ("fine", "good"), ("dull", "bad")),
    ),
    "pair": Told(LabelKind.PAIR, (), ("first", "second"), ("tie", "tie")),
}  # fmt: skip


def make(house: Database, name: str) -> tuple[Project, int]:
    """The project ``kind`` with the house's people, and the version of junior that speaks there."""
    told, start = KINDS[name], datetime.now(UTC) - timedelta(days=3)
    texts, label = _texts(told)
    with house.transaction() as connection:
        project = _begun(connection, told, start)
        ids = add_items(
            connection, project, texts, form=ItemForm.PAIR if told.kind is LabelKind.PAIR else ItemForm.TEXT
        )
        truth, near = ({item: of[label[at]] for at, item in enumerate(ids)} for of in (told.labels, told.near))
        people = [add_person(connection, f"critic{n}") for n in range(3)]
        rows = [
            {"project_id": project.id, "item_id": item, "assessor_id": who, "revision": 1, "created_at": start}
            | {"seconds": 3.0 + who % 3, "label": near[item] if (item + n) % 5 == 0 else truth[item]}
            for item in ids[SPLIT:VOTED]
            for n, who in enumerate(people)
        ]
        connection.execute(insert(schema.annotation), rows)
        for item in [*ids[:SPLIT:2], *ids[SPLIT : SPLIT + 6]]:
            golden.appoint(connection, project, item, truth[item], explanation="so", now=start, actor=None)
        me, expert = (get_person(connection, login).id for login in ("assessor", "expert"))
    says = {text: near[item] if item % 3 else truth[item] for text, item in zip(texts, ids, strict=True)}
    _work(house, project, me, says)
    run_id = _run(house, project, RunKind.ANALYSIS)
    with house.transaction() as connection:
        draw_audit(connection, project, run_id, 180, now=datetime.now(UTC), actor=None)
    rule_by_truth(house, project, expert, run_id, truth, 170, now=datetime.now(UTC), every=timedelta(0))
    prompt_id = _junior(
        house, project, {item: near[item] if at % 4 == 0 else truth[item] for at, item in enumerate(ids)}
    )
    _run(house, project, RunKind.GAIN)
    _run(house, project, RunKind.COMPARISON, prompt_id=prompt_id)
    with house.snapshot() as connection:
        return get_project_by_id(connection, project.id), prompt_id


def _texts(told: Told) -> tuple[list[str], npt.NDArray[np.int32]]:
    texts, label = films(COUNT)
    if told.kind is LabelKind.PAIR:
        # The better of two films is the one that is told well.
        other = films(COUNT, seed=1)[0]
        texts = [f"first: {text}\nsecond: {other[at ^ 1]}" for at, text in enumerate(texts)]
    return texts, label


def _begun(connection: Connection, told: Told, start: datetime) -> Project:
    """The project with its classes and people."""
    settings = {"overlap": 2, "chunk_size": 6, "golden_per_chunk": 2, "look_ahead": 3, "audit_share": 0.9}
    settings |= {"second_share": 0.0, "allows_none": True, "accuracy_floor": 0.6, "error_target": 0.1}
    project = create_project(connection, "kind", now=start, seed=11, kind=told.kind, **settings)
    if told.classes:
        add_codes(connection, project.id, told.classes, now=start)
    for entry in get_classes(connection, project.id):
        if above := dict(told.parents).get(entry.code):
            change_class(connection, project.id, replace(entry, parent=above), now=start, actor=None)
    accepted_all(connection, project, [*told.labels, *told.near])
    for login in ("assessor", "expert", "lead"):
        grant(connection, project.id, get_person(connection, login).id, Role(login), now=start, actor=None)
    return project


def _junior(house: Database, project: Project, says: dict[int, str]) -> int:
    """A version that was paid for, judged on both parts and promoted."""
    prompt_id, moment = write_version(house, project, name="first", model="small-1"), datetime.now(UTC)
    suggest(house, project, prompt_id, {item: (label, 0.9) for item, label in says.items()})
    pay(house, project, prompt_id, list(says))
    with house.transaction() as connection:
        version = prompts.get_prompt(connection, project.id, prompt_id)
        for part in Part:
            report = evaluation.evaluate(connection, project, version, part)
            prompts.add_look(connection, project, prompt_id, part, 20, report, now=moment, actor=None)
        prompts.promote(connection, project, prompt_id, below_floor=True, now=moment, actor=None)
    return prompt_id


def _work(house: Database, project: Project, assessor: int, says: dict[str, str]) -> None:
    """Two chunks of the house's assessor, the second of them left open."""
    world = World(house, project, [], [], [assessor], datetime.now(UTC) - timedelta(days=1))
    for chunk in range(2):
        seen = world.work(assessor)
        while seen.items:
            answers = [press(item.token, says.get(item.text) or "tie") for item in seen.items]
            seen = world.work(assessor, *answers)
            world.later(seconds=10)
        assert seen.chunk is not None
        if not chunk:
            world.work(assessor, close=seen.chunk.id, want=0)


def _run(house: Database, project: Project, kind: RunKind, **settings: object) -> int:
    moment = datetime.now(UTC)
    with house.transaction() as connection:
        run_id = runs.start_run(connection, project, kind, settings=settings, now=moment, actor=None)
        held = claims.claim(connection, now=moment, run_id=run_id)
    assert held is not None
    carry_out(house, held)
    with house.snapshot() as connection:
        error = connection.execute(select(schema.run.c.error).where(schema.run.c.id == run_id)).scalar()
        assert error is None, error
        if kind is RunKind.ANALYSIS:
            assert run_frames.findings(connection, run_id, reasons=False).height
    return run_id
