"""A small project whose labels are known, with votes, golden items and an analysis, made in a second or two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import polars as pl
from sqlalchemy import insert, select

from db import schema
from db.engine import Database
from db.frames import runs as run_frames
from db.vocabulary import RunKind
from labeling.desk import golden
from labeling.jobs.child import carry_out
from labeling.projects.classes import add_codes
from labeling.projects.projects import Project, create_project
from labeling.runs import claims, runs
from labeling.runs.runs import Run
from tests.labeling.review.worlds import films
from tests.labeling.worlds import NOON, add_items, add_person

CLASSES = ("neutral", "gratitude", "confusion")


@dataclass(frozen=True)
class Films:
    """A project of film reviews: ``items`` by id with the class that each really has; ``wrong`` are those whose
    assessors outvoted the truth, ``disputed`` those that one of three got wrong, ``golden`` those that are settled."""

    database: Database
    project: Project
    truth: dict[int, str]
    wrong: list[int]
    disputed: list[int]
    golden: list[int]
    assessors: list[int]


def make_films(
    database: Database,
    *,
    count: int = 60,
    slug: str = "films",
    project: Project | None = None,
    written: Callable[[int], tuple[list[str], npt.NDArray[np.int32]]] = films,
) -> Films:
    """``count`` reviews of the first two classes, three assessors; every 12th item is wrong, every 7th other one disputed.

    Item 0, 1, 12 and 13 are golden: one label in two of those is wrong. An existing ``project`` must have CLASSES' first two.
    ``written`` gives texts and their classes.
    """
    texts, label = written(count)
    with database.transaction() as connection:
        if project is None:
            project = create_project(connection, slug, now=NOON, seed=11)
            add_codes(connection, project.id, CLASSES, now=NOON)
        ids = add_items(connection, project, texts, first=1001)
        people = [add_person(connection, f"critic{n}-{project.slug}") for n in range(3)]
        wrong = [n for n in range(count) if n % 12 == 0]
        disputed = [n for n in range(count) if n % 7 == 3 and n not in wrong]
        rows = []
        for n, item_id in enumerate(ids):
            for who, person in enumerate(people):
                errs = (n in wrong and who < 2) or (n in disputed and who == n % 3)
                given = CLASSES[(label[n] + 1) % 2 if errs else label[n]]
                rows.append(
                    {"project_id": project.id, "item_id": item_id, "assessor_id": person, "revision": 1}
                    | {"label": given, "created_at": NOON}
                )
        connection.execute(insert(schema.annotation), rows)
        truth = {item_id: CLASSES[label[n]] for n, item_id in enumerate(ids)}
        settled = [ids[n] for n in (0, 1, 12, 13) if n < count]
        for item_id in settled:
            golden.appoint(connection, project, item_id, truth[item_id], now=NOON, actor=None)
    named = ([ids[n] for n in which] for which in (wrong, disputed))
    return Films(database, project, truth, *named, settled, people)


def analyse_now(database: Database, project: Project, *, name: str = "", now: datetime | None = None) -> int:
    """An analysis of the project, asked for and carried out in this process; gives the run's id."""
    moment = now or datetime.now(UTC)
    with database.transaction() as connection:
        run_id = runs.start_run(connection, project, RunKind.ANALYSIS, name=name, now=moment, actor=None)
        held = claims.claim(connection, now=moment, run_id=run_id)
    if held is None:
        raise RuntimeError("somebody else took the run")
    carry_out(database, held)
    with database.snapshot() as connection:
        error = connection.execute(select(schema.run.c.error).where(schema.run.c.id == run_id)).scalar()
    if error is not None:
        raise RuntimeError(error)
    return run_id


def found_by(films: Films, run_id: int) -> tuple[Run, pl.DataFrame]:
    """The run as it stands, and its findings."""
    with films.database.snapshot() as connection:
        return runs.get_run(connection, films.project.id, run_id), run_frames.findings(connection, run_id)
