"""Analyses on a page: started, watched, stopped, taken up again, chosen, compared, named, deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.vocabulary import RunState
from labeling.projects.projects import get_project
from labeling.runs import claims, runs
from labeling.runs.claims import Claim
from labeling.runs.runs import Run
from pages.ui.words import say
from tests.labeling.jobs.analysed import Films, analyse_now, make_films
from tests.pages.conftest import OpenPage
from tests.pages.working import button, shown

PAGE = "review/suspicions.py"


def films_in(house: Database, count: int = 36) -> Films:
    with house.snapshot() as connection:
        project = get_project(connection, "demo")
    return make_films(house, count=count, project=project)


def newest(films: Films) -> Run:
    with films.database.snapshot() as connection:
        return runs.runs(connection, films.project.id)[0]


def set_run(films: Films, **values: Any) -> None:
    with films.database.transaction() as connection:
        connection.execute(update(schema.run).where(schema.run.c.id == newest(films).id).values(values))


def told(app: AppTest) -> str:
    """All text on the page, that of progress bars too, as it reads."""
    bars = "\n".join(element.proto.text for element in app.get("progress"))
    return f"{shown(app)}\n{bars}".replace("\\", "").replace("\xa0", " ")


def take_up(films: Films, ago: timedelta) -> Claim:
    with films.database.transaction() as connection:
        held = claims.claim(connection, now=datetime.now(UTC) - ago)
    assert held is not None
    return held


def test_the_first_analysis_is_one_button_away_and_can_be_stopped(house: Database, open_page: OpenPage) -> None:
    films = films_in(house)
    app = open_page("expert", PAGE)
    assert say("ru", "runs.none") in told(app)
    button(app, "runs.start").click().run()
    assert newest(films).state is RunState.QUEUED
    with house.snapshot() as connection:
        who = select(schema.person.c.login).join(schema.run, schema.run.c.person_id == schema.person.c.id)
        assert connection.execute(who).scalar_one() == "expert"
    assert say("ru", "runs.starting") in told(app)
    # A minute later nobody has come for it.
    set_run(films, created_at=datetime.now(UTC) - timedelta(minutes=1))
    assert "python -m labeling work" in told(app.run())
    set_run(films, seen_at=datetime.now(UTC))
    assert "своей очереди" in told(app.run())
    held = take_up(films, timedelta(seconds=40))
    with house.transaction() as connection:
        claims.write(connection, held, step="classifier", done=40, total=100, seen_at=datetime.now(UTC))
    app.run()
    assert f"{say('ru', 'runs.step.classifier')}: 40%, ещё примерно " in told(app)
    assert "python -m labeling work" not in told(app)
    set_run(films, seen_at=datetime.now(UTC) - timedelta(minutes=5))
    assert "5 минут назад" in told(app.run())
    button(app, "runs.cancel").click().run()
    assert newest(films).state is RunState.CANCELLED
    assert say("ru", "runs.cancelled", done="40%") in told(app)
    button(app, "runs.resume").click().run()
    assert newest(films).state is RunState.QUEUED


def test_what_went_wrong_is_said_in_words(house: Database, open_page: OpenPage) -> None:
    films = films_in(house)
    with house.transaction() as connection:
        runs.start_run(connection, films.project, now=datetime.now(UTC), actor=None)
    for code, details in ((claims.BROKEN_OFF, {"tries": 5}), (claims.FAILED, {}), ("nothing_to_analyse", {})):
        set_run(films, state="failed", error={"code": code, "details": details}, finished_at=datetime.now(UTC))
        assert say("ru", f"error.{code}", **details)[:40] in told(open_page("lead", PAGE))


def test_analyses_are_listed_chosen_compared_named_and_deleted(house: Database, open_page: OpenPage) -> None:
    films = films_in(house)
    first = analyse_now(house, films.project, name="до разбора")
    second = analyse_now(house, films.project)
    app = open_page("lead", PAGE)
    assert "новых ответов с тех пор нет" in told(app)
    table = next(frame.value for frame in app.dataframe if say("ru", "runs.state") in frame.value.columns)
    assert list(table[say("ru", "runs.state")]) == [say("ru", "runs.state.shown"), say("ru", "runs.state.done")]
    assert "до разбора" in table[say("ru", "runs.when")][1]
    show = next(box for box in app.selectbox if box.label == say("ru", "runs.show"))
    assert show.value == second
    other = next(box for box in app.selectbox if box.label == say("ru", "runs.compare"))
    other.select(first).run()
    assert "Общих объектов — 36" in told(app)
    next(box for box in app.selectbox if box.label == say("ru", "runs.show")).select(first).run()
    name = next(field for field in app.text_input if field.label == say("ru", "runs.name"))
    assert name.value == "до разбора"
    name.set_value("после разбора").run()
    with house.snapshot() as connection:
        assert runs.get_run(connection, films.project.id, first).name == "после разбора"
    app.button(key=f"run_delete_{first}").click().run()
    assert not app.exception
    with house.snapshot() as connection:
        assert [run.id for run in runs.runs(connection, films.project.id)] == [second]


def test_newer_answers_speak_for_another_analysis(house: Database, open_page: OpenPage) -> None:
    films = films_in(house)
    analyse_now(house, films.project)
    with house.transaction() as connection:
        item = next(iter(films.truth))
        again = {"project_id": films.project.id, "item_id": item, "assessor_id": films.assessors[0], "revision": 2}
        connection.execute(schema.annotation.insert().values(again | {"created_at": datetime.now(UTC)}))
    app = open_page("lead", PAGE)
    assert "с тех пор пришёл 1 ответ" in told(app)
    button(app, "runs.start_again").click().run()
    assert newest(films).state is RunState.QUEUED
    # The findings stay on the page while the next analysis goes on.
    assert say("ru", "runs.starting") in told(app) and not app.exception
