"""The demo tells the whole loop: every stage of the overview is filled, and its figures say what happened."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database, open_database
from db.engine import database as process_database
from db.vocabulary import ChunkOutcome, RunKind, RunState
from labeling.demo.load import FIRST_AUDIT, ROUND, SECOND_AUDIT, load_demo
from labeling.desk.contests import open_contests
from labeling.facts.audits import audited, audits_drawn
from labeling.people.people import get_person
from labeling.people.sign_in import open_session
from labeling.projects.guidelines import guideline_versions
from labeling.projects.projects import get_project
from labeling.runs.runs import latest_run, runs
from labeling.snapshots.kept import snapshots
from pages.overview.stages import PAGES_OF
from pages.ui import session
from pages.ui.navigation import FOLDER
from pages.ui.words import say
from tests.pages.working import shown


@pytest.fixture(scope="module")
def told(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The loaded demo; these tests change nothing of it."""
    path = tmp_path_factory.mktemp("told") / "demo.db"
    shutil.copy(sqlite_template, path)
    opened = open_database(f"sqlite:///{path}")
    load_demo(opened, now=datetime.now(UTC).replace(microsecond=0))
    yield opened
    opened.close()


def test_every_stage_of_the_overview_is_filled(told: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", told.url.render_as_string(hide_password=False))
    process_database.cache_clear()
    with told.transaction() as connection:
        token = open_session(connection, get_person(connection, "lead").id, now=datetime.now(UTC))
    monkeypatch.setattr(session, "cookie_token", lambda: token)
    app = AppTest.from_file(str(FOLDER / "main.py"), default_timeout=60)
    app.query_params["project"] = "demo"
    try:
        app.run().switch_page("overview/overview.py").run()
    finally:
        process_database().close()
        process_database.cache_clear()
    assert not app.exception
    text = shown(app)
    assert [name for name in PAGES_OF if say("ru", f"overview.{name}.none") in text] == []
    assert say("ru", "overview.contests", n=1) in text
    assert say("ru", "overview.story.none") not in text


def test_labels_diverge_less_in_the_second_audit_than_in_the_first(told: Database) -> None:
    with told.snapshot() as connection:
        project = get_project(connection, "demo")
        second, first = (audited(connection, *drawn) for drawn in audits_drawn(connection, project.id))
    assert (first.ruled, second.ruled) == (FIRST_AUDIT, SECOND_AUDIT)
    before, after = first.overall.before, second.overall.before
    assert before.value is not None and before.low is not None and after.value is not None and after.high is not None
    assert before.value > 0.3 > after.value
    # Not by chance: their intervals are apart.
    assert before.low > after.high
    assert project.error_target is not None


def test_the_classifier_is_heard_and_the_data_map_has_three_zones(told: Database) -> None:
    with told.snapshot() as connection:
        project = get_project(connection, "demo")
        newest = latest_run(connection, project.id)
        earliest = runs(connection, project.id)[-1]
    assert newest is not None and newest.report is not None and earliest.report is not None
    # From the first week alone nothing could be said.
    assert (earliest.report["worth"]["speaks"], newest.report["worth"]["speaks"]) == (False, True)
    for regions in (part["regions"] for name, part in newest.report["map"].items() if name != "by_heart"):
        assert min(regions[name] for name in ("easy", "ambiguous", "hard")) > 0.05 * sum(regions.values())


def test_suspicious_labels_were_wrong_more_often_than_audited_ones(told: Database) -> None:
    ruling = schema.adjudication.c
    with told.snapshot() as connection:
        rows = connection.execute(select(ruling.route, ruling.created_at, ruling.given != ruling.label)).all()
    by_route = {route: [wrong for other, _, wrong in rows if other == route] for route in ("audit", "suspicion")}
    assert len(by_route["suspicion"]) == 2 * ROUND
    assert sum(by_route["suspicion"]) / (2 * ROUND) > sum(by_route["audit"]) / len(by_route["audit"])
    # Two rounds, on two days.
    assert len({at.date() for route, at, _ in rows if route == "suspicion"}) == 2


def test_the_gate_paused_somebody_who_was_let_in_again_and_did_better(told: Database) -> None:
    event, chunk = schema.audit_event.c, schema.chunk.c
    with told.snapshot() as connection:
        them = get_person(connection, "assessor5").id
        verbs = Counter(connection.execute(select(event.verb).where(event.target == str(them))).scalars())
        own = select(chunk.outcome, chunk.golden_right, chunk.golden_n).where(chunk.assessor_id == them)
        rows = connection.execute(own.order_by(chunk.ordinal)).all()
    assert (verbs["pause"], verbs["readmit"]) == (1, 1)
    outcomes = [row.outcome for row in rows]
    assert outcomes.count(ChunkOutcome.SUSPENDED) == 1
    at = outcomes.index(ChunkOutcome.SUSPENDED)
    later = rows[at + 1 :]
    right = sum(row.golden_right for row in later) / sum(row.golden_n for row in later)
    assert right > 0.7 > rows[at].golden_right / rows[at].golden_n


def test_the_gain_is_measured_and_the_labels_taught_more_in_the_end(told: Database) -> None:
    with told.snapshot() as connection:
        project = get_project(connection, "demo")
        gain = latest_run(connection, project.id, RunKind.GAIN)
        states = {run.state for kind in RunKind for run in runs(connection, project.id, kind)}
    assert states == {RunState.DONE}
    assert gain is not None and gain.report is not None
    first, *_, last = (part["weighted_f1"] for part in gain.report["rounds"])
    assert last["value"] > first["high"]


def test_the_guide_has_a_second_version_labels_were_kept_and_an_objection_waits(told: Database) -> None:
    with told.snapshot() as connection:
        project = get_project(connection, "demo")
        newer, older = guideline_versions(connection, project.id)
        kept = [one.name for one in snapshots(connection, project.id)]
        waiting = open_contests(connection, project.id)
    assert "## Спорные случаи" in newer.body_ru and "## Спорные случаи" not in older.body_ru
    assert "## Corner cases" in newer.body_en and "## Corner cases" not in older.body_en
    assert kept == ["v4", "v3", "v2", "v1"]
    assert len(waiting) == 1


def test_texts_are_left_for_a_visitor(told: Database) -> None:
    queue = schema.queue.c
    with told.snapshot() as connection:
        places = list(connection.execute(select(queue.places).where(~queue.golden)).scalars())
    assert sum(n > 0 for n in places) > 40
