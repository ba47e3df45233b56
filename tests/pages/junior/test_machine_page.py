"""People or machine: asked for on the page, carried out, told with what each cost; and drafts to take away."""

from __future__ import annotations

from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from sqlalchemy import insert

from db import schema
from db.engine import Database
from db.vocabulary import PromptKind, RunKind, RunState
from labeling.jobs.child import carry_out
from labeling.jobs.gain import LEAST, missing
from labeling.projects.projects import Project, get_project
from labeling.runs import claims, runs
from pages.ui.figures import figure
from pages.ui.words import say
from tests.labeling.jobs.compared import make_compared
from tests.labeling.junior.juniors import write_version
from tests.pages.conftest import OpenPage, links_of
from tests.pages.working import answer_of, chart_of, shown, speak

MACHINE = "junior/machine.py"


def told(value: float, n: int = 60, half: float = 0.05) -> dict[str, Any]:
    return {"value": value, "low": value - half, "high": value + half, "n": n}


# Long: a report as a job writes it.
def report(*, people: float = 0.70, p: float = 0.01, kind: PromptKind = PromptKind.LLM) -> dict[str, Any]:
    """A report as the job writes it: junior teaches 0.66."""
    weighted = {"junior": 0.66, "votes": people, "final": 0.75}
    taken: dict[str, dict[str, Any]] = {
        "junior": {"paid": 100, "cost": 2_000_000},
        "votes": {"votes": {"n": 200, "timed": 100, "seconds": 1800.0}},
        "final": {
            "votes": {"n": 200, "timed": 100, "seconds": 1800.0},
            "rulings": {"n": 10, "timed": 10, "seconds": 360.0},
        },
    }
    sources = [
        {"name": name, "labels": 100, "trained_on": 100, "weighted_f1": told(value), "macro_f1": told(value - 0.1)}
        | {"accuracy": told(value + 0.1), "f1": [told(0.8, 57), told(0.4, 3)]}
        | taken[name]
        for name, value in weighted.items()
    ]
    pairs = [("junior", "votes"), ("junior", "final"), ("votes", "final")]
    steps = [
        {
            "before": a,
            "after": b,
            "weighted_f1": told(weighted[b] - weighted[a]),
            "accuracy": told(0.02),
            "won": 5,
            "lost": 2,
        }
        | {"accuracy_p": 0.4, "weighted_f1_p": p}
        for a, b in pairs
    ]
    about = {
        "prompt_id": 1,
        "version": 1,
        "kind": kind.value,
        "models": ["small-1"],
        "classes": ["neutral", "gratitude"],
    }
    right = {"junior": told(0.8), "votes": told(0.9)}
    return about | {
        "test": 60,
        "left_out": 0,
        "sources": sources,
        "steps": steps,
        "right": right,
        "classifier": "linear",
    }


def put_run(house: Database, project: Project, said: dict[str, Any]) -> None:
    row = {
        "project_id": project.id,
        "kind": RunKind.COMPARISON,
        "state": RunState.DONE,
        "created_at": datetime.now(UTC),
    }
    with house.transaction() as connection:
        connection.execute(insert(schema.run).values(row | {"report": said, "finished_at": datetime.now(UTC)}))


def demo(house: Database) -> Project:
    with house.snapshot() as connection:
        return get_project(connection, "demo")


@pytest.mark.parametrize("login", ["lead", "expert", "boss"])
@pytest.mark.parametrize("locale", ["ru", "en"])
def test_without_versions_the_way_to_one_is_shown(
    house: Database, open_page: OpenPage, login: str, locale: str
) -> None:
    speak(house, login, locale)
    app = open_page(login, MACHINE)
    assert not app.exception
    assert unescape(answer_of(app)) == say(locale, "machine.answer.none")
    assert say(locale, "machine.empty") in shown(app)


def test_without_a_test_part_it_says_what_it_takes(house: Database, open_page: OpenPage) -> None:
    write_version(house, demo(house), PromptKind.LOCAL)
    app = open_page("lead", MACHINE)
    assert not app.exception
    assert say("ru", "gain.few_tests", tests=0, least=LEAST, n=missing(0)) in shown(app)
    assert "machine_start" not in {each.key for each in app.button}
    # Drafts are promised by nobody who was not looked at.
    assert say("ru", "error.not_judged", least=20) in shown(app)


def test_a_comparison_is_made_and_read(house: Database, open_page: OpenPage) -> None:
    """From the labels to the page: asked for, carried out, told in both languages; and junior's drafts beside it."""
    world = make_compared(house, project=demo(house))
    app = open_page("lead", MACHINE)
    app.button(key="machine_start").click().run()
    assert not app.exception
    with house.snapshot() as connection:
        (asked,) = runs.runs(connection, world.project.id, RunKind.COMPARISON)
    assert asked.is_going
    assert asked.settings == {"prompt_id": world.prompt_id}
    with house.transaction() as connection:
        held = claims.claim(connection, now=datetime.now(UTC), run_id=asked.id)
    assert held is not None
    carry_out(house, held)
    for locale in ("ru", "en"):
        speak(house, "lead", locale)
        app = open_page("lead", MACHINE)
        assert not app.exception
        start = say(locale, "machine.answer.machine", junior="|", people="", gap="", p="").split("|")[0]
        assert unescape(answer_of(app)).startswith(start)
        assert "small-1" in shown(app).replace("\\", "")
        assert len(chart_of(app, "sources")["data"][0]["x"]) == 4
        # With four golden items no threshold can be promised.
        assert say(locale, "drafts.about") in shown(app)


@pytest.mark.parametrize(
    ("people", "p", "key"), [(0.70, 0.01, "people"), (0.70, 0.3, "unclear"), (0.6, 0.01, "machine")]
)
@pytest.mark.parametrize("locale", ["ru", "en"])
def test_whose_labels_teach_better_is_said_when_it_is_no_accident(
    house: Database, open_page: OpenPage, locale: str, people: float, p: float, key: str
) -> None:
    project = demo(house)
    write_version(house, project)
    put_run(house, project, report(people=people, p=p))
    speak(house, "lead", locale)
    app = open_page("lead", MACHINE)
    assert not app.exception
    start = say(locale, f"machine.answer.{key}", junior="|", people="|", gap="|", p="|").split("|")[0]
    said = unescape(answer_of(app)).replace("\u00a0", " ")
    assert said.startswith(start)
    assert figure(0.66, 0.61, 0.71, 60, locale) in said
    # Its figures are not those of the gain: why, and the way there.
    assert say(locale, "machine.not_gain") in shown(app)
    assert say(locale, "page.gain") in links_of(app)


def test_what_each_cost_is_counted_from_the_ledger_and_the_wage(house: Database, open_page: OpenPage) -> None:
    project = demo(house)
    write_version(house, project)
    put_run(house, project, report())
    app = open_page("lead", MACHINE)

    def column(name: str) -> list[str]:
        table = next(found.value for found in app.dataframe if say("ru", "machine.cost") in found.value.columns)
        return [each.replace("\u00a0", " ") for each in table[say("ru", name)]]

    assert column("machine.cost") == ["2,00, n = 100", "–", "–"]
    # 0.02 a label, of which 0.8 [0.75, 0.85] are right.
    assert column("machine.correct") == ["0,025 [0,023529; 0,026667], n = 60", "–", "–"]
    assert say("ru", "machine.no_wage") in shown(app)
    app.number_input(key="machine_hour").set_value(10.0).run()
    app.number_input(key="machine_hour_expert").set_value(30.0).run()
    assert not app.exception
    # 200 votes of 18 seconds each are an hour; ten rulings of 36 seconds are a tenth of one.
    assert column("machine.cost") == ["2,00, n = 100", "10,00, n = 100", "13,00, n = 100"]
    assert column("machine.correct")[1].startswith("0,11 [")
    assert column("machine.correct")[2] == "–"
    assert say("ru", "machine.no_wage") not in shown(app)


def test_a_local_junior_is_called_so(house: Database, open_page: OpenPage) -> None:
    project = demo(house)
    write_version(house, project, PromptKind.LOCAL)
    put_run(house, project, report(kind=PromptKind.LOCAL))
    app = open_page("lead", MACHINE)
    assert not app.exception
    assert say("ru", "machine.local") in shown(app)
    assert "локальный джуниор" in shown(app)
