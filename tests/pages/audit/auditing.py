"""The small house with an audit: labels whose truth is known, and an expert who knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, update

from db import schema
from db.engine import Database
from db.frames import adjudication as adjudication_frames
from labeling.adjudication.audits import draw_audit
from labeling.facts import settled
from labeling.people.people import get_person
from labeling.projects.projects import Project, change_settings, get_project
from labeling.quality.audit import residual
from labeling.quality.figures import Figure
from labeling.review.audited import population_of
from pages.ui.figures import percent
from tests.labeling.adjudication.auditing import put_analysis, rule_by_truth
from tests.labeling.worlds import add_items, add_person

SIZE = 60


@dataclass(frozen=True)
class Labeled:
    """The project "demo": every item is labeled "neutral" by one who came with a file, every fifth wrongly so."""

    database: Database
    project: Project
    truth: Mapping[int, str]
    expert: int
    start: datetime

    def analyse(self) -> int:
        """An analysis that suspects the wrong labels more, and some others as much."""
        scores = {
            item: 0.5 if label == "gratitude" or n % 11 == 0 else 0.05
            for n, (item, label) in enumerate(self.truth.items())
        }
        given = dict.fromkeys(self.truth, "neutral")
        return put_analysis(self.database, self.project, given, scores, now=self.start)

    def draw(self, run_id: int, size: int = SIZE) -> None:
        """An audit, an hour after the start."""
        with self.database.transaction() as connection:
            moment = self.start + timedelta(hours=1)
            draw_audit(connection, self.project, run_id, size, now=moment, actor=None)

    def rule(self, run_id: int, count: int, *, hours: float = 2) -> None:
        """So many rulings, from so many hours after the start on."""
        moment = self.start + timedelta(hours=hours)
        rule_by_truth(self.database, self.project, self.expert, run_id, self.truth, count, now=moment)


def put_labels(house: Database, *, items: int = 150, days: int = 3, **settings: object) -> Labeled:
    """The items and their labels, so many days ago; half of the rulings will be the audit's, none is asked for twice."""
    start = datetime.now(UTC) - timedelta(days=days)
    texts = [f"{'спасибо большое' if n % 5 == 0 else 'где мой заказ'} {n}" for n in range(items)]
    with house.transaction() as connection:
        # Who is drawn follows from the seed: what the pages show must not depend on the hour.
        connection.execute(update(schema.project).values(seed=11))
        project = get_project(connection, "demo")
        wanted = {"audit_share": 0.5, "second_share": 0.0, "error_target": 0.1} | settings
        project = change_settings(connection, project.id, wanted, now=start, actor=None)
        ids = add_items(connection, project, texts)
        source = add_person(connection, "import:votes")
        row = {"project_id": project.id, "assessor_id": source, "revision": 1, "label": "neutral", "created_at": start}
        connection.execute(insert(schema.annotation), [row | {"item_id": item} for item in ids])
        expert = get_person(connection, "expert").id
    truth = {item: "gratitude" if n % 5 == 0 else "neutral" for n, item in enumerate(ids)}
    return Labeled(house, project, truth, expert, start)


def found_by(world: Labeled) -> tuple[Figure, Figure]:
    """Before and after of the only audit, computed from the facts."""
    with world.database.snapshot() as connection:
        audit = adjudication_frames.audits(connection, world.project.id)["audit"].item()
        drawn = adjudication_frames.audit_population(connection, audit)
        found = residual(population_of(drawn, settled.rulings(connection, world.project.id))).overall
    return found.before, found.after


def written(value: Figure) -> str:
    """A share as the Russian page writes it."""
    low, high = (percent(end, "ru").removesuffix("%") for end in (value.low, value.high))
    return f"{percent(value.value, 'ru')} [{low}; {high}]"
