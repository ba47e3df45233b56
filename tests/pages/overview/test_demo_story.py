"""The demo tells the whole loop: every stage of the overview is filled, and its figures say what happened."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database, open_database
from db.engine import database as process_database
from db.frames.runs import findings
from db.frames.suggestions import speaking, suggestions
from db.vocabulary import ChunkOutcome, Part, Role, RunKind, RunState, SuggestionPolicy
from labeling import config
from labeling.demo.load import FIRST_AUDIT, ROUND, SECOND_AUDIT, load_demo
from labeling.demo.model import NAME
from labeling.demo.yours import TITLE_RU
from labeling.desk.contests import open_contests
from labeling.facts.audits import audited, audits_drawn
from labeling.junior import ledger
from labeling.junior.experiment import experiment
from labeling.junior.prompts import looks, prompts
from labeling.people.memberships import members
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

JUNIORS_PAGES = [f"junior/{name}.py" for name in ("junior", "prompts", "judging", "showing", "machine", "masking")]
EMPTY = '<p class="sv-empty">'
PARTS = ("asking", "live", "versions", "money", "ledger", "server")


@pytest.fixture(scope="module")
def told(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The loaded demo; these tests change nothing of it."""
    path = tmp_path_factory.mktemp("told") / "demo.db"
    shutil.copy(sqlite_template, path)
    opened = open_database(f"sqlite:///{path}")
    load_demo(opened, now=datetime.now(UTC).replace(microsecond=0))
    yield opened
    opened.close()


@pytest.fixture
def read(told: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """``read("overview/overview.py", project="demo")`` gives a page of the loaded demo as its lead sees it."""
    monkeypatch.setenv("DATABASE_URL", told.url.render_as_string(hide_password=False))
    process_database.cache_clear()
    with told.transaction() as connection:
        token = open_session(connection, get_person(connection, "lead").id, now=datetime.now(UTC))
    monkeypatch.setattr(session, "cookie_token", lambda: token)

    def open_page(path: str, *, alone: bool = False, **query: str) -> AppTest:
        app = AppTest.from_file(str(FOLDER / (path if alone else "main.py")), default_timeout=60)
        app.query_params.update({"project": "demo", **query})
        app.run()
        opened = app if alone else app.switch_page(path).run()
        assert not opened.exception
        return opened

    yield open_page
    process_database().close()
    process_database.cache_clear()


def test_every_stage_of_the_overview_is_filled(read: Callable[..., AppTest]) -> None:
    text = shown(read("overview/overview.py"))
    assert [name for name in PAGES_OF if say("ru", f"overview.{name}.none") in text] == []
    assert say("ru", "overview.contests", n=1) in text
    assert say("ru", "overview.story.none") not in text


def test_no_page_of_junior_is_empty_and_each_says_that_the_model_is_simulated(read: Callable[..., AppTest]) -> None:
    pages = {path: read(path) for path in JUNIORS_PAGES}
    assert [path for path, app in pages.items() if EMPTY in shown(app)] == []
    unnamed = [path for path, app in pages.items() if NAME not in shown(app).replace("\\", "")]
    # The editor has it as the model that is asked where none is typed; trying the masking asks nobody.
    assert unnamed == ["junior/prompts.py", "junior/masking.py"]
    assert NAME in [box.placeholder for box in pages["junior/prompts.py"].text_input]
    for part in PARTS:
        assert EMPTY not in shown(read("junior/junior.py", alone=True, part=part)), part


def test_the_empty_project_leads_to_its_first_file(read: Callable[..., AppTest]) -> None:
    app = read("overview/overview.py", project="yours")
    assert say("ru", "progress.empty.next") in shown(app)
    (link,) = [one for one in app.get("page_link") if one.proto.label == say("ru", "overview.begin")]
    assert (link.proto.page, link.proto.query_string) == ("start", "begun=yours")
    begun = read("project/start.py", alone=True, begun="yours")
    assert TITLE_RU in shown(begun) and say("ru", "start.answer.file") in shown(begun)


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
        main = ruling.project_id == get_project(connection, "demo").id
        said = select(ruling.route, ruling.created_at, ruling.given != ruling.label)
        rows = connection.execute(said.where(main)).all()
    by_route = {route: [wrong for other, _, wrong in rows if other == route] for route in ("audit", "suspicion")}
    assert len(by_route["suspicion"]) == 2 * ROUND
    assert sum(by_route["suspicion"]) / (2 * ROUND) > sum(by_route["audit"]) / len(by_route["audit"])
    # Two rounds, a night between them, whatever the hour at which the demo was loaded.
    ruled = sorted(at for route, at, _ in rows if route == "suspicion")
    nights = [n for n, (one, other) in enumerate(pairwise(ruled), 1) if other - one > timedelta(hours=12)]
    assert nights == [ROUND]


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


def test_three_versions_of_junior_were_judged_and_the_best_of_them_speaks(told: Database) -> None:
    with told.snapshot() as connection:
        project = get_project(connection, "demo")
        versions = prompts(connection, project.id)
        judged = {look.prompt_id: look.accuracy for look in looks(connection, project.id, Part.TEST)}
        speaker = speaking(connection, project.id)
        answered = len(suggestions(connection, project.id, versions[0].id))
    shares = [judged[version.id].value for version in reversed(versions) if judged[version.id]]  # type: ignore[union-attr]
    assert shares == sorted(shares) and len(set(shares)) == 3
    # The first would not be let in as a person is.
    assert shares[0] < project.accuracy_floor < shares[-1]
    assert speaker == versions[0].id and versions[0].examples and all(one.rationale for one in versions[0].examples)
    assert answered == 660
    assert {version.guideline_version for version in versions} == {1, 2}


def test_junior_was_asked_within_its_budget_and_nothing_failed(told: Database) -> None:
    with told.snapshot() as connection:
        project = get_project(connection, "demo")
        paid = ledger.spent(connection, project.id, "total")
        states = set(connection.execute(select(schema.llm_call.c.state, schema.llm_call.c.model)).all())
        asked = runs(connection, project.id, RunKind.ASK)
    assert project.budget_total is not None and 0 < paid < project.budget_total
    assert states == {("settled", NAME)}
    assert [(run.report or {})["failed"] for run in asked] == [0] * 4
    assert any("estimate" in (run.report or {}) for run in asked)


def test_showing_before_the_answer_was_found_to_do_harm_and_was_stopped(told: Database) -> None:
    with told.snapshot() as connection:
        project = get_project(connection, "demo")
        found = experiment(connection, project)
    by_arm = {effect.arm: effect for effect in found.showing.effects}
    assert found.answers > 300 and found.showing.probes > 15
    assert by_arm["before"].verdict == "harmful" and by_arm["after"].verdict != "harmful"
    assert (by_arm["before"].following.low or 0) > 0.1
    assert project.suggestion_policy is SuggestionPolicy.AFTER


def test_junior_was_heard_by_the_analyses_and_weighed_against_people(told: Database) -> None:
    with told.snapshot() as connection:
        project = get_project(connection, "demo")
        newest = latest_run(connection, project.id)
        compared = latest_run(connection, project.id, RunKind.COMPARISON)
        assert newest is not None and compared is not None and compared.report is not None
        reasons = findings(connection, newest.id)["reasons"].to_list()
    assert sum("junior_disagrees" in told_of for told_of in reasons) > 10
    assert {source["name"] for source in compared.report["sources"]} >= {"junior", "votes", "final"}


def test_junior_is_asked_on_at_the_address_where_the_application_serves_it(told: Database) -> None:
    with told.snapshot() as connection:
        project = get_project(connection, "demo")
        stranger = get_project(connection, "yours")
        held = {one.login: one.roles for one in members(connection, stranger.id)}
    assert (project.junior_url, project.junior_model) == (config.DEMO_LLM_URL, NAME)
    assert (stranger.junior_url, stranger.junior_model, stranger.is_simulated) == (None, None, False)
    assert held == {"assessor": (Role.ASSESSOR,), "expert": (Role.EXPERT,), "lead": (Role.LEAD,)}
