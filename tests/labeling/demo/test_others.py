"""The small projects beside the demo's: their files fit together, and each kind of label is worked through."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from db import schema
from db.engine import Database
from db.vocabulary import ItemForm, LabelKind, RunKind, RunState
from labeling.demo.others import CHUNKS, KINDS, RULINGS, load_others
from labeling.demo.simulate import HERE
from labeling.facts.final import final
from labeling.facts.kind_agreement import kind_agreement
from labeling.facts.settled import golden, ruled
from labeling.facts.votes import coded_votes, votes
from labeling.projects.classes import get_classes
from labeling.projects.kinds import comparison
from labeling.projects.projects import all_projects
from tests.labeling.worlds import add_person

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
FORMS = {"dialogues": ItemForm.TURNS, "emotions": ItemForm.TEXT, "tariffs": ItemForm.TEXT, "answers": ItemForm.PAIR}


def described(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "kinds" / f"{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", KINDS)
def test_texts_differ_and_every_label_is_one_of_the_classes(name: str) -> None:
    told = described(name)
    said = [
        json.dumps([item.get(part) for part in ("turns", "text", "prompt", "first", "second")])
        for item in told["items"]
    ]
    assert 30 <= len(said) == len(set(said)) <= 60
    codes = {entry["code"] for entry in told["classes"]} or {"first", "second", "tie", "both_bad"}
    labels = [label for item in told["items"] for label in (item["label"], *item["near"])]
    assert {code for label in labels for code in (label if isinstance(label, list) else [label])} <= codes
    assert all(item["near"] and item["label"] not in item["near"] for item in told["items"])
    assert told["title_ru"].endswith(" (демо)") and told["title_en"].endswith(" (demo)")
    assert {entry["parent"] for entry in told["classes"]} - {None} <= codes


def test_each_kind_is_worked_through_by_the_demos_people(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as connection:
        people = {login: add_person(connection, login) for login in (*CHUNKS, "assessor", "expert", "lead")}
    load_others(sqlite_database, people, now=NOW)
    with sqlite_database.snapshot() as connection:
        projects = {project.slug.removeprefix("demo-"): project for project in all_projects(connection)}
        assert set(projects) == set(KINDS) and all(project.is_simulated for project in projects.values())
        for name, project in projects.items():
            told, given = described(name), votes(connection, project.id)
            item, run = schema.item.c, schema.run.c
            forms = connection.execute(select(item.form).where(item.project_id == project.id).distinct()).scalars()
            assert list(forms) == [FORMS[name]]
            assert golden(connection, project.id).height == told["golden"]
            assert ruled(connection, project.id).height == RULINGS
            assert given.height == 12 * sum(CHUNKS.values()) and given["annotator"].n_unique() == len(CHUNKS)
            done = select(func.count()).where(run.project_id == project.id, run.kind == RunKind.ANALYSIS)
            assert connection.execute(done.where(run.state == RunState.DONE)).scalar_one() == 1
            # They agree, not wholly, and their labels are mostly right; some texts are left for whoever looks.
            classes = get_classes(connection, project.id)
            coded = coded_votes(given, golden(connection, project.id), classes)
            found = kind_agreement(comparison(connection, project.id, project.kind), coded, classes, draws=0)
            assert found is not None and 0.4 < (found.figures[found.leading].value or 0.0) < 1
            labels = final(connection, project)
            right = {item["id"]: item["label"] for item in told["items"]}
            same = [
                as_code(right[item]) == label
                for item, label in labels.drop_nulls("label").select("item", "label").rows()
            ]
            assert sum(same) > 0.8 * len(same)
            assert labels["label"].null_count() > 0
        evidence = select(func.count(schema.annotation.c.evidence))
        talks = schema.annotation.c.project_id == projects["dialogues"].id
        assert connection.execute(evidence.where(talks)).scalar_one() == 72 == connection.execute(evidence).scalar_one()
    assert {project.kind for project in projects.values()} == set(LabelKind)


def as_code(label: Any) -> str:
    return ("|".join(label) or "|") if isinstance(label, list) else label
