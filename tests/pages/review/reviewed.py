"""Projects with an analysis that is done, without having computed one: its run and its findings are put in directly."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import Connection, insert, select

from db import schema
from db.engine import Database
from db.vocabulary import RunKind, RunState
from labeling.exchange.bulk import insert_rows
from labeling.projects.projects import Project, get_project

CLASSES = ("neutral", "gratitude")
SHARED = {"errors": {"value": None, "low": None, "high": None, "n": 0}, "expected": None, "leaning": False}

WORTH = {
    "accuracy": {"value": 0.8, "low": 0.7, "high": 0.9, "n": 10},
    "frequent": "neutral",
    "always": 0.6,
    "apart": list(CLASSES),
    "speaks": True,
}

# Right on less than always saying the frequent class: nothing rests on it.
SILENT: dict[str, Any] = {
    "worth": WORTH | {"accuracy": {"value": 0.6, "low": 0.5, "high": 0.7, "n": 10}, "apart": [], "speaks": False},
    "issues": None,
    "overall_health": None,
    "health": [],
    "map": {},
}


def report_of(rows: int, **other: Any) -> dict[str, Any]:
    """What a run reports; ``other`` instead of what stands here."""
    usual: dict[str, Any] = {
        "items": rows,
        "issues": 1,
        "expected_wrong": 3.0,
        "overall_health": 0.9,
        "settled": 0,
        "settled_wrong": 0,
        "shared": SHARED,
        "health": [{"label": "neutral", "n": rows, "label_quality": 0.9, "label_issues": 2, "inverse_noise": 0.1}],
        "confused": [],
        "near_duplicates": [],
        "near_duplicates_n": 0,
        "map": {"training": {}, "heldout": {}, "by_heart": False},
        "worth": WORTH,
    }
    return usual | other


def add_run(connection: Connection, project: Project, report: Mapping[str, Any], **other: Any) -> int:
    """A run that is done."""
    moment = datetime.now(UTC)
    values = {
        "project_id": project.id,
        "kind": RunKind.ANALYSIS,
        "state": RunState.DONE,
        "report": dict(report),
        "watermark": [0],
        # No scores to make anew: nothing is kept to make them from.
        "rulings": 1_000,
        "created_at": moment,
        "finished_at": moment,
    }
    made = connection.execute(insert(schema.run).values(values | other).returning(schema.run.c.id)).scalar_one()
    connection.execute(insert(schema.run_evidence).values(run_id=made, body=b""))
    return int(made)


def finding(item_id: int, score: float, **other: Any) -> dict[str, Any]:
    """One row of an analysis: an easy "neutral" that may be a "gratitude"."""
    usual = {
        "item_id": item_id,
        "given": "neutral",
        "probable": "gratitude",
        "prior": score,
        "score": score,
        "probability": 0.9,
        "disagreement": 0.0,
        "self_confidence": 0.8,
        "is_issue": False,
        "outlier": 0.5,
        "confidence": 0.9,
        "variability": 0.1,
        "correctness": 1.0,
        "heldout_confidence": 0.8,
        "heldout_variability": 0.1,
        "heldout_correctness": 1.0,
        "reasons": [],
    }
    return usual | other


def add_findings(connection: Connection, run_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write a run's rows."""
    connection.execute(insert(schema.finding), [{"run_id": run_id, **row} for row in rows])


def reason(code: str, value: float, label: str | None = None) -> dict[str, Any]:
    """One reason as a finding keeps it."""
    return {"code": code, "value": value, "label": label, "strength": 0.9}


def cloud(count: int, seed: int = 0) -> pl.DataFrame:
    """Places of ``count`` items on a map (confidence, variability, correctness, score, is_issue), as data has them."""
    random = np.random.default_rng(seed)
    confidence = random.beta(5, 1.4, count)
    spread = 2 * confidence * (1 - confidence) * random.uniform(0.3, 1, count)
    return pl.DataFrame(
        {
            "confidence": confidence.round(5),
            "variability": spread.round(5),
            "correctness": (confidence > random.uniform(0.2, 0.8, count)).astype(float),
            "score": np.clip((1 - confidence) * random.uniform(0.2, 1, count), 0, 1).round(5),
            "is_issue": confidence < random.uniform(0, 0.3, count),
        }
    )


def fill(database: Database, slug: str, count: int) -> Project:
    """Items with short texts, and an analysis of them all; the project is there already, with the classes CLASSES."""
    moment = datetime.now(UTC)
    with database.transaction() as connection:
        project = get_project(connection, slug)
        names = [f"i{n}" for n in range(count)]
        texts = [f"вопрос {n} <b>о переводе</b> с карты на карту, который так и не дошёл" for n in range(count)]
        columns = {"external_id": names, "text": texts, "fingerprint": list(range(count))}
        insert_rows(connection, schema.item, columns, fixed={"project_id": project.id, "created_at": moment})
        ids = list(
            connection.execute(
                select(schema.item.c.id).where(schema.item.c.project_id == project.id).order_by(schema.item.c.id)
            ).scalars()
        )
        places = {"item_id": ids, "position": list(range(count))}
        wanted = {"project_id": project.id, "wanted": project.overlap, "places": project.overlap}
        insert_rows(connection, schema.queue, places, fixed=wanted)
        run_id = add_run(connection, project, report_of(count))
        drawn = cloud(count)
        found = {name: drawn[name].to_list() for name in drawn.columns}
        found |= {f"heldout_{name}": drawn[name].to_list() for name in ("confidence", "variability", "correctness")}
        found |= {"item_id": ids, "given": [CLASSES[n % 2] for n in range(count)]}
        found |= {"probable": [CLASSES[1 - n % 2] for n in range(count)], "prior": found["score"]}
        said = json.dumps([reason("hard_to_learn", 0.2), reason("classifier_disagrees", 0.1, "gratitude")])
        fixed = {"run_id": run_id, "probability": 0.9, "disagreement": 0.0, "self_confidence": 0.5, "outlier": 0.5}
        insert_rows(connection, schema.finding, {**found, "reasons": [said] * count}, fixed=fixed)
    return project
