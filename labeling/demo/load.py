"""Put the demo project into a database: the first week, and what a lead, an expert and the assessors made of it since.

Everything is done by the verbs that pages call, each at its own moment: no row is written past them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from io import BytesIO

from threadpoolctl import threadpool_limits

from db.engine import Database
from db.vocabulary import RunKind, SuggestionPolicy
from labeling.demo.compose import compose_items
from labeling.demo.expert import carry_out_run, rule_audit, rule_suspicions
from labeling.demo.junior import Junior
from labeling.demo.llm import serving
from labeling.demo.others import load_others
from labeling.demo.simulate import guidelines
from labeling.demo.week import MAPPING, Demo, load_week
from labeling.demo.working import work_a_chunk
from labeling.demo.yours import make_room
from labeling.desk import chunks, gates
from labeling.desk.contests import raise_contest
from labeling.exchange.importing import import_file
from labeling.jobs.rescoring import rescore
from labeling.projects.guidelines import publish_guideline
from labeling.projects.projects import change_settings
from labeling.snapshots.taking import take

# So long ago the first week ended.
SINCE = timedelta(days=21)
# What the lead chose when the first audit had been ruled; longer chunks, for texts come in faster now.
SETTINGS = {"error_target": 0.1, "chunk_size": 40, "golden_per_chunk": 4}
FIRST_AUDIT, SECOND_AUDIT = 60, 80
# Rulings on suspicious labels, in each of two rounds.
ROUND = 40
# The days of the second and of the third round of labeling, after the first week.
SECOND, THIRD = (5, 6, 7), (12, 13)
# How often those who were briefed still fall for what they fell for before; how often one pressed any key for a day.
BRIEFED, CARELESS, CARELESS_DAY = 0.3, 0.95, 5
ARGUMENT = "Клиент здесь прямо говорит, чего ждал, по-моему, эмоция выражена. Посмотрите ещё раз, пожалуйста."


def load_demo(database: Database, *, now: datetime) -> None:
    """Make the project ``demo`` with its people and four weeks of its work, the last of which ends at ``now``; and an empty one.

    A first week in which everybody misreads the guide alike, and an audit that says so; a second version of the guide; an
    assessor who is paused and let in again; suspicious labels ruled in two rounds; another audit, the gain, an objection
    that waits. Between them a junior, asked at a server of this process: judged, tried on assessors, weighed against people.
    Raises LabelingError ``slug_taken`` where it is there already.
    """
    # The arithmetic is small: threads that wait for a core that others keep busy cost more than they bring.
    with threadpool_limits(1), serving() as url:
        first = now - SINCE
        demo = load_week(database, now=first)
        junior = Junior(database, demo, url)
        _audit(database, demo, FIRST_AUDIT, at=first + timedelta(days=1))
        junior.set_up(at=first + timedelta(days=2))
        junior.try_version(at=first + timedelta(days=2, hours=1))
        junior.try_version(at=first + timedelta(days=3))
        _brief(database, demo, at=first + timedelta(days=4))
        _labels(database, demo, SECOND, first)
        junior.let_best_speak(at=first + timedelta(days=8))
        _check(database, demo, at=first + timedelta(days=9))
        junior.show(SuggestionPolicy.EXPERIMENT, at=first + timedelta(days=11))
        _labels(database, demo, THIRD, first)
        junior.show(SuggestionPolicy.AFTER, at=first + timedelta(days=15))
        _audit(database, demo, SECOND_AUDIT, at=first + timedelta(days=16))
        _measure(database, demo, at=now - timedelta(days=3))
        junior.compare(at=now - timedelta(days=2))
        _object(database, demo, at=now - timedelta(days=1))
        junior.hand_over(at=now - timedelta(hours=20))
        load_others(database, demo.people, now=now)
        make_room(database, demo, at=now)


def _labels(database: Database, demo: Demo, days: Sequence[int], first: datetime) -> None:
    """A round of labeling: a chunk of everybody on each of the ``days`` after the ``first`` week."""
    for day in days:
        _work(database, demo, day == CARELESS_DAY, begin=first + timedelta(days=day))


def _check(database: Database, demo: Demo, *, at: datetime) -> None:
    """An analysis, and the labels that it suspects most ruled in two rounds, the second by what the first has taught."""
    run_id = carry_out_run(database, demo, RunKind.ANALYSIS, at=at)
    rule_suspicions(database, demo, run_id, ROUND, at=at + timedelta(hours=3))
    rescore(database, demo.project.slug, now=at + timedelta(hours=5))
    rule_suspicions(database, demo, run_id, ROUND, at=at + timedelta(days=1))
    take(database, demo.project.slug, "v3", now=at + timedelta(days=2), actor=demo.people["lead"])


def _measure(database: Database, demo: Demo, *, at: datetime) -> None:
    """What the rounds have brought a classifier, and the labels kept once more."""
    rescore(database, demo.project.slug, now=at)
    carry_out_run(database, demo, RunKind.GAIN, at=at)
    take(database, demo.project.slug, "v4", now=at + timedelta(days=1), actor=demo.people["lead"])


def _audit(database: Database, demo: Demo, size: int, *, at: datetime) -> None:
    """An analysis, and the audit of ``size`` labels drawn from it, ruled the day after."""
    run_id = carry_out_run(database, demo, RunKind.ANALYSIS, at=at)
    rule_audit(database, demo, run_id, size, at=at + timedelta(hours=20))


def _brief(database: Database, demo: Demo, *, at: datetime) -> None:
    """What the lead does about the first audit: the guide says what was misread, assessors read it, and more texts come in."""
    lead, project = demo.people["lead"], demo.project
    with database.transaction() as connection:
        bodies = {"body_ru": guidelines("ru"), "body_en": guidelines("en")}
        publish_guideline(connection, project.id, **bodies, now=at, actor=lead)
        change_settings(connection, project.id, SETTINGS, now=at, actor=lead)
    composed = compose_items()
    rows = "\n".join(json.dumps(asdict(item), ensure_ascii=False) for item in composed)
    file = BytesIO(rows.encode())
    import_file(database, file, project_slug=project.slug, name="more.jsonl", mapping=MAPPING, now=at, actor=lead)
    demo.by_text |= {item.text: item for item in composed}
    for worker in demo.workers:
        worker.profile = replace(worker.profile, questions=BRIEFED, formulas=BRIEFED, careless=0.0)


def _work(database: Database, demo: Demo, is_careless: bool, *, begin: datetime) -> None:
    """A chunk of everybody; where the last of them is careless, the gate pauses them, and the lead lets them in that night."""
    for n, worker in enumerate(demo.workers):
        usual, is_last = worker.profile, worker is demo.workers[-1]
        if is_careless and is_last:
            worker.profile = replace(usual, careless=CARELESS)
        work_a_chunk(database, demo.project.slug, worker, demo.by_text, begin + timedelta(minutes=41 * n))
        worker.profile = usual
    with database.transaction() as connection:
        for worker in demo.workers:
            if gates.pause_reason(connection, demo.project.id, worker.person_id):
                evening, lead = begin + timedelta(hours=9), demo.people["lead"]
                gates.readmit(connection, demo.project.id, worker.person_id, now=evening, actor=lead)


def _object(database: Database, demo: Demo, *, at: datetime) -> None:
    """The first who was briefed on a mistake in their newest chunk that has any objects to it."""
    with database.transaction() as connection:
        for worker in demo.workers:
            for chunk in reversed(chunks.chunks_of(connection, demo.project.id, worker.person_id)):
                for mistake in chunks.briefing(connection, worker.person_id, chunk.id):
                    raise_contest(connection, demo.project, worker.person_id, mistake.item_id, ARGUMENT, now=at)
                    return
