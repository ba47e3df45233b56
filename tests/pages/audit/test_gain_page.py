"""The page of the gain: what is missing, what goes on, and what the work on the data brought."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from db import schema
from db.engine import Database
from db.vocabulary import RunKind, RunState
from labeling.jobs.child import carry_out
from labeling.jobs.gain import LEAST, missing
from labeling.projects.classes import get_classes
from labeling.quality.figures import Figure
from labeling.review.cards import data_card, model_card
from labeling.runs import claims, runs
from pages.audit.gain_cards import data_facts, model_facts
from pages.audit.gain_tables import round_names
from pages.ui.figures import figure, gap, p_value, percent
from pages.ui.measuring import held_out_size, way_to_tests
from pages.ui.widgets import plain
from pages.ui.words import say
from tests.pages.audit.auditing import Labeled, put_labels
from tests.pages.conftest import OpenPage
from tests.pages.working import answer_of, cards, chart_of, shown, speak

GAIN = "audit/gain.py"


def put_run(world: Labeled, state: RunState, **values: Any) -> int:
    """A measurement in whatever state."""
    row = {"project_id": world.project.id, "kind": RunKind.GAIN, "state": state, "created_at": datetime.now(UTC)}
    with world.database.transaction() as connection:
        made = insert(schema.run).values(row | values).returning(schema.run.c.id)
        return int(connection.execute(made).scalar_one())


def told(value: float, n: int = 60, half: float = 0.05) -> dict[str, Any]:
    return {"value": value, "low": value - half, "high": value + half, "n": n}


def report(*, gained: float = 0.12, p: float = 0.004, more: int = 60) -> dict[str, Any]:
    """A report of three rounds, each of ``more`` texts than the one before, as the job writes it."""
    rounds = [
        {
            "at": (datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(days=n)).isoformat(),
            "rulings": 40 * n,
            "golden": min(n, 1) * 8,
            "changed": 15 * n,
            "trained_on": 140 + more * n,
            "accuracy": told(0.7 + n * gained / 2),
            "macro_f1": told(0.5 + n * gained / 2),
            "weighted_f1": told(0.6 + n * gained / 2),
            "f1": [told(0.8, 57), told(0.4 + n * gained, 3)],
        }
        for n in range(3)
    ]
    step = {"accuracy": told(gained / 2), "weighted_f1": told(gained / 2), "won": 4, "lost": 1}
    step |= {"accuracy_p": 0.375, "weighted_f1_p": 0.1}
    whole = step | {"weighted_f1": told(gained), "won": 9, "weighted_f1_p": p, "accuracy_p": 0.021}
    labels = {"neutral": 120, "gratitude": 30}
    about = {"classifier": "linear", "classes": ["neutral", "gratitude"], "labels": labels, "test": 60, "left_out": 0}
    return about | {"rounds": rounds, "steps": [step, step], "whole": whole}


@pytest.mark.parametrize("login", ["lead", "expert", "boss"])
@pytest.mark.parametrize("locale", ["ru", "en"])
def test_without_an_audit_the_way_to_one_is_shown(
    house: Database, open_page: OpenPage, login: str, locale: str
) -> None:
    speak(house, login, locale)
    app = open_page(login, GAIN)
    assert not app.exception
    assert answer_of(app) == say(locale, "gain.answer.none")
    assert say(locale, "gain.empty") in shown(app)
    assert [found.label for found in app.button if found.key == "gain_start"] == []


def test_a_measurement_is_made_and_read(house: Database, open_page: OpenPage) -> None:
    """From the labels to the cards: asked for on the page, carried out, told in both languages."""
    world = put_labels(house, audit_share=1.0)
    run_id = world.analyse()
    world.draw(run_id, 140)
    world.rule(run_id, 135)
    app = open_page("lead", GAIN)
    app.button(key="gain_start").click().run()
    assert not app.exception
    with house.snapshot() as connection:
        (asked,) = runs.runs(connection, world.project.id, RunKind.GAIN)
    assert asked.is_going
    assert say("ru", "runs.starting") in " ".join(each.proto.text for each in app.get("progress"))
    with house.transaction() as connection:
        held = claims.claim(connection, now=datetime.now(UTC), run_id=asked.id)
    assert held is not None
    carry_out(house, held)
    with house.snapshot() as connection:
        done = runs.get_run(connection, world.project.id, asked.id)
    assert done.error is None
    whole = dict(done.report or {})["whole"]["weighted_f1"]
    for locale in ("ru", "en"):
        speak(house, "lead", locale)
        app = open_page("lead", GAIN)
        assert not app.exception
        start = say(locale, "gain.answer.brought", first="|", last="|", gap="|", n=1, p="").split("|")[0]
        assert answer_of(app).startswith(start)
        for key in ("gain.curve", "gain.rounds", "gain.classes", "gain.cards"):
            assert say(locale, key) in shown(app)
        assert len(app.get("download_button")) == 3
    assert whole["low"] > 0


def test_the_figures_are_the_reports(house: Database, open_page: OpenPage) -> None:
    world = put_labels(house, items=30)
    put_run(world, RunState.DONE, report=report(), finished_at=datetime.now(UTC))
    app = open_page("lead", GAIN)
    assert not app.exception
    said = "+0,12 [0,07; 0,17]"
    told_of = {"first": "2 мар. 2026", "last": "4 мар. 2026"}
    verdict = say("ru", "gain.answer.brought", gap=said, n=60, p="p\u00a0=\u00a00,004", **told_of)
    assert answer_of(app) == f"{verdict} {say('ru', 'gain.texts.changed', before=140, after=260)}"
    seen = {label: value.replace("\u00a0", " ") for label, value in cards(app).items()}
    assert seen[say("ru", "gain.first")] == figure(0.6, 0.55, 0.65, 60, "ru")
    assert seen[say("ru", "gain.last")] == figure(0.72, 0.67, 0.77, 60, "ru")
    assert seen[say("ru", "gain.won")] == "+9 / −1, p = 0,021"
    first, second = chart_of(app, "gain_curve")["data"]
    assert first["y"] == pytest.approx([0.6, 0.66, 0.72])
    assert second["y"] == pytest.approx([0.7, 0.76, 0.82])
    rounds = next(found.value for found in app.dataframe if say("ru", "gain.round") in found.value.columns)
    assert list(rounds[say("ru", "gain.changed")]) == [0, 15, 30]
    classes = next(found.value for found in app.dataframe if say("ru", "gain.class") in found.value.columns)
    assert list(classes[say("ru", "gain.after")])[1] == say("ru", "gain.few", n=3)


@pytest.mark.parametrize(
    ("gained", "p", "key"), [(0.12, 0.2, "unclear"), (-0.12, 0.01, "cost"), (0.12, 0.0001, "brought")]
)
@pytest.mark.parametrize("locale", ["ru", "en"])
def test_a_difference_that_may_be_an_accident_is_no_gain(
    house: Database, open_page: OpenPage, locale: str, gained: float, p: float, key: str
) -> None:
    world = put_labels(house, items=30)
    put_run(world, RunState.DONE, report=report(gained=gained, p=p), finished_at=datetime.now(UTC))
    speak(house, "lead", locale)
    said = answer_of(open_page("lead", GAIN))
    sentence = say(locale, f"gain.answer.{key}", first="|", last="|", gap="|", n=60, p="|")
    sentence = f"{sentence} {say(locale, 'gain.texts.changed', before=140, after=260)}"
    pattern = re.escape(sentence).replace(re.escape("|"), ".*")
    assert re.fullmatch(pattern, said.replace("&lt;", "<")), said


def test_what_the_labels_alone_bring_is_told_apart_from_more_texts(house: Database, open_page: OpenPage) -> None:
    """By the comparison of sources on the same texts where there is one; else the reader is sent to where it is made."""
    world = put_labels(house, items=30)
    put_run(world, RunState.DONE, report=report(more=0), finished_at=datetime.now(UTC))
    app = open_page("lead", GAIN)
    assert answer_of(app).endswith(say("ru", "gain.texts.same", before=140))
    assert plain(say("ru", "gain.labels_alone")) in shown(app)
    steps = [
        {"before": "junior", "after": "final", "weighted_f1": told(0.3, 42), "weighted_f1_p": 0.5},
        {"before": "votes", "after": "final", "weighted_f1": told(0.08, 42), "weighted_f1_p": 0.126},
    ]
    compared = {
        "steps": steps,
        "sources": [{"name": "junior_all", "trained_on": 9}, {"name": "final", "trained_on": 423}],
    }
    at = datetime(2026, 3, 5, 12, tzinfo=UTC)
    put_run(world, RunState.DONE, kind=RunKind.COMPARISON, report=compared, finished_at=at)
    facts = {"texts": 423, "day": "5 мар. 2026", "gap": "+0,08 [0,03; 0,13]", "n": 42, "p": "p\u00a0=\u00a00,126"}
    assert plain(say("ru", "gain.labels_alone.step", **facts)) in shown(open_page("lead", GAIN))


def test_a_measurement_that_failed_or_was_stopped_says_so(house: Database, open_page: OpenPage) -> None:
    world = put_labels(house, items=30)
    world.draw(world.analyse(), 20)
    error = {"code": "gain_few_tests", "details": {"n": 12, "least": 30, "more": 60}}
    run_id = put_run(world, RunState.FAILED, error=error)
    app = open_page("lead", GAIN)
    # Too few still: it says what it takes rather than what went wrong.
    assert say("ru", "gain.few_tests", tests=0, least=LEAST, n=missing(0)) in shown(app)
    with house.transaction() as connection:
        connection.execute(schema.run.delete().where(schema.run.c.id == run_id))
    run_id = put_run(world, RunState.QUEUED)
    app = open_page("lead", GAIN)
    app.button(key="gain_cancel").click().run()
    assert not app.exception
    with house.snapshot() as connection:
        state = connection.execute(select(schema.run.c.state).where(schema.run.c.id == run_id)).scalar_one()
    assert state == RunState.CANCELLED


@pytest.mark.parametrize(
    ("drawn", "ruled", "way", "facts", "page"),
    [
        (120, 0, "rule", {"n": 120}, "adjudicate"),
        (40, 10, "rule_some", {"n": 30}, "adjudicate"),
        (30, 30, "draw", {"n": 70}, "audit"),
        (140, 140, "label", {"n": 10, "least": 20}, "review"),
    ],
)
def test_who_lacks_test_items_is_led_where_they_can_be_made(
    house: Database, drawn: int, ruled: int, way: str, facts: dict[str, int], page: str
) -> None:
    """To rulings while the audit has items that wait, then to a new audit, then to new labels."""
    world = put_labels(house, audit_share=1.0)
    run_id = world.analyse()
    world.draw(run_id, drawn)
    world.rule(run_id, ruled)
    found, file, said = way_to_tests(world.project, 70)
    assert (found, said) == (way, facts)
    assert page in file


def test_an_audit_that_is_ruled_leads_to_another(house: Database, open_page: OpenPage) -> None:
    world = put_labels(house, audit_share=1.0)
    run_id = world.analyse()
    world.draw(run_id, 30)
    world.rule(run_id, 30)
    app = open_page("lead", GAIN)
    tests = held_out_size(world.project)
    assert say("ru", "gain.few_tests", tests=tests, least=LEAST, n=missing(tests)) in shown(app)
    assert say("ru", "gain.tests.draw.go") in shown(app)
    assert say("ru", "gain.tests.rule.go") not in shown(app)


def test_rounds_are_called_by_all_rulings_so_far() -> None:
    """Forty and eighty, not forty and forty more."""
    assert round_names(report()) == ["голоса", "40 решений", "80 решений"]


def test_signs_and_chances_read_well() -> None:
    assert gap(Figure(-0.034, -0.1, 0.001, 50), n=False) == "−0,03 [−0,10; 0,00]"
    assert p_value(0.0004) == "p\u00a0<\u00a00,001"
    assert p_value(0.25) == "p\u00a0=\u00a00,250"


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_the_cards_tell_of_this_project(house: Database, locale: str) -> None:
    world = put_labels(house)
    run_id = world.analyse()
    world.draw(run_id)
    world.rule(run_id, 20)
    with house.snapshot() as connection:
        classes = {entry.code: entry for entry in get_classes(connection, world.project.id)}
    data = data_facts(world.project, report(), classes)
    assert (data.texts, data.rulings, dict(data.classes)) == (150, 20, {"neutral": 120, "gratitude": 30})
    assert 0 < data.labels_changed < 20
    assert data.before.n > 0
    card = data_card(data, locale)
    assert percent(120 / 150, locale).rstrip("%") in card
    model = model_facts(world.project, report(), classes)
    assert (model.tested_on, model.step.value) == (60, 0.12)
    assert "neutral" in model_card(model, locale)
