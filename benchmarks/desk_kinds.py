"""Taking an item and answering it, by kind of labels, beside the same for one class out of five.

"claim_submit" is what :mod:`benchmarks.desk` calls so: two transactions of the verb that the label card's route calls. All
projects stand in one database, their texts are of one length, and their turns alternate. On SQLite, then on PostgreSQL.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from sqlalchemy import select

from benchmarks.desk_postgres import server
from benchmarks.desk_project import DAY_START, NOON
from benchmarks.kind_projects import PROJECTS, add_project
from benchmarks.report import at_most, main
from db import schema
from db.engine import Database, open_database
from db.migrate import migrate
from labeling.desk import card as desk
from labeling.desk.answers import Answer, AnswerKind

BLOCK = 5
BASE = "single"
DATABASES = ("sqlite", "postgres")
TARGETS = {
    f"claim_submit_{name}_to_single_{where}": at_most(1.1) for where in DATABASES for name in PROJECTS if name != BASE
}


class Assessor:
    """One assessor of one project, who gives its labels in turn."""

    def __init__(self, database: Database, name: str) -> None:
        self.database, self.name, self.now = database, name, NOON
        self.labels = cycle(PROJECTS[name].labels)
        person = schema.person.c
        with database.snapshot() as connection:
            self.id = connection.execute(select(person.id).where(person.login == f"{name}0")).scalar_one()
        self.times: list[float] = []

    def turn(self, count: int) -> None:
        """Claim and submit, ``count`` times."""
        for _ in range(count):
            began = time.perf_counter()
            item = self._work(want=1).items[0]
            answer = Answer(item.token, 1, AnswerKind.LABEL, next(self.labels), seconds=4.0)
            told = self._work(answer, want=0)
            self.times.append((time.perf_counter() - began) * 1000)
            if told.acknowledged[0].status != "stored":
                raise RuntimeError(f"{self.name}: {told.acknowledged[0]}")

    def _work(self, *answers: Answer, want: int) -> desk.Desk:
        self.now += timedelta(seconds=1)
        with self.database.transaction() as connection:
            return desk.work(
                connection, self.name, self.id, answers=answers, want=want, now=self.now, day_start=DAY_START
            )


def measure(quick: bool) -> dict[str, float]:
    """Milliseconds by kind and database, and their ratio to those of one class."""
    with tempfile.TemporaryDirectory() as folder, server() as url:
        places = {"sqlite": f"sqlite:///{Path(folder) / 'kinds.db'}", "postgres": url}
        return {name: figure for where in DATABASES for name, figure in _measure(where, places[where], quick).items()}


def _measure(where: str, url: str, quick: bool) -> dict[str, float]:
    database = open_database(url)
    migrate(database)
    items, rounds = (500, 10) if quick else (10_000, 60)
    for name in PROJECTS:
        add_project(database, name, items=items, now=DAY_START)
    people = [Assessor(database, name) for name in PROJECTS]
    for count in (1, *[BLOCK] * rounds):
        for person in people:
            person.turn(count)
    database.close()
    # The first answer opens a chunk.
    p50 = {person.name: statistics.median(person.times[1:]) for person in people}
    figures = {f"claim_submit_ms_{name}_{where}": value for name, value in p50.items()}
    return figures | {
        f"claim_submit_{name}_to_single_{where}": value / p50[BASE] for name, value in p50.items() if name != BASE
    }


if __name__ == "__main__":
    main("Claim and submit, by kind of labels", measure, TARGETS)
