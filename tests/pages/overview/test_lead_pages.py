"""Progress, settings and guidelines: what they say, what they write, whom they refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from db import schema
from db.engine import Database
from db.vocabulary import PauseReason, Role
from labeling.desk import gates
from labeling.people.memberships import revoke
from labeling.people.people import get_person
from labeling.projects.classes import add_codes, get_classes
from labeling.projects.projects import change_settings
from labeling.quality.figures import Figure
from labeling.quality.progress import Forecast
from pages.ui.locales import LOCALES
from pages.ui.progress import Waiting, bounds, next_step, silent_since, two_largest, verdict
from pages.ui.words import say
from tests.labeling.worlds import press
from tests.pages.conftest import OpenPage, links_of
from tests.pages.working import answer_of, cards, chart_of, publish, put_to_work, shown, speak, work_a_chunk

PROGRESS, SETTINGS, GUIDE = "overview/progress.py", "project/settings.py", "project/guidelines.py"
GOLDEN = "quality/golden.py"


# Who is let in


def test_a_lead_who_was_dismissed_is_refused_at_the_next_run(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    app = open_page("lead", PROGRESS)
    assert app.metric
    with house.transaction() as connection:
        connection.execute(schema.membership.delete().where(schema.membership.c.role == Role.LEAD))
    app.run()
    assert not app.metric


@pytest.mark.parametrize("path", [PROGRESS, SETTINGS, GUIDE])
@pytest.mark.parametrize("locale", LOCALES)
def test_each_page_speaks_the_readers_language(house: Database, open_page: OpenPage, path: str, locale: str) -> None:
    put_to_work(house)
    publish(house, "русский текст", "English text")
    speak(house, "lead", locale)
    text = shown(open_page("lead", path))
    words = {PROGRESS: "progress.by_class", SETTINGS: "settings.overlap.about", GUIDE: "guidelines.classes"}
    other = LOCALES[1 - LOCALES.index(locale)]
    assert say(locale, words[path]) in text
    assert say(other, words[path]) not in text


@pytest.mark.parametrize("simulated", [False, True])
@pytest.mark.parametrize("path", [PROGRESS, SETTINGS, GUIDE])
def test_simulated_data_is_marked(house: Database, open_page: OpenPage, path: str, simulated: bool) -> None:
    put_to_work(house, days=1)
    with house.transaction() as connection:
        connection.execute(update(schema.project).values(is_simulated=simulated))
    marked = say("ru", "simulated.mark") in shown(open_page("lead", path))
    assert marked is simulated


# Progress


def test_progress_opens_with_how_far_it_is_when_it_ends_and_whether_to_trust_it(
    house: Database, open_page: OpenPage
) -> None:
    put_to_work(house)
    app = open_page("lead", PROGRESS)
    # 3 days, 2 assessors, 4 ordinary answers each: 24 of 60, 8 a day, so 4.5 days more.
    finish = datetime.now(UTC).date() + timedelta(days=5)
    opening = answer_of(app)
    assert opening.startswith("Собрано 40% ответов, последний ожидается")
    assert f"{finish.day} " in opening
    # It is the accuracy of single answers, and says so: nobody has measured the labels.
    figure = "0,83 [0,15; 0,99], n\u00a0=\u00a06"
    assert opening.endswith(f"{say('ru', 'progress.trust.unclear', figure=figure, floor=0.6)}.")
    assert "отдельных ответов" in opening
    assert say("ru", "progress.next.wait") in shown(app)
    found = cards(app)
    assert found[say("ru", "progress.answers_in")] == "24 из 60"
    assert found[say("ru", "progress.forecast")].endswith(" (ожидается)")
    assert found[say("ru", "progress.accuracy")] == "0,83 [0,15; 0,99], n = 6"
    states = {name: found[say("ru", f"state.{name}")] for name in ("unlabeled", "in_progress", "agreed", "golden")}
    assert states == {"unlabeled": "18", "in_progress": "0", "agreed": "12", "golden": "8"}


def test_progress_shows_days_classes_people_and_chunks(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house)
    app = open_page("lead", PROGRESS)
    days = chart_of(app, "by_day")["data"][0]
    assert days["y"] == [10, 10, 10]
    # A bar takes most of its day, in milliseconds: of one day alone Plotly would make a hairline.
    assert days["width"] == [69_120_000] * 3
    assert say("ru", "progress.unchosen", n=1, classes="gratitude") in shown(app).replace("\\", "")
    assert days["customdata"][-1] == [str((world.now - timedelta(days=1)).date())]
    bars = chart_of(app, "by_class")["data"][0]
    with house.snapshot() as connection:
        colours = {entry.code: entry.colour for entry in get_classes(connection, world.project.id)}
    assert bars["customdata"] == [["neutral"], ["gratitude"]]
    assert bars["marker"]["color"] == [colours["neutral"], colours["gratitude"]]
    assert bars["text"][0] == "24 · 100%"
    workers, chunks = (table.value for table in app.dataframe)
    golden = dict(zip(workers[say("ru", "progress.who")], workers[say("ru", "progress.golden")], strict=True))
    assert golden == {
        "Assessor": "0,67 [0,21; 0,94], n = 3",
        "assessor9": "1,00 [0,44; 1,00], n = 3",
        "Paused": "–, n = 0",
    }
    assert len(chunks) == 6
    assert set(chunks[say("ru", "progress.state")]) == {say("ru", "chunk.accepted")}


def test_an_open_chunk_has_no_score_and_its_assessor_is_at_work(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house, days=1)
    me = world.assessors[0]
    items = world.work(me).items
    world.work(me, press(items[0].token))
    app = open_page("lead", PROGRESS)
    workers, chunks = (table.value for table in app.dataframe)
    assert list(workers[say("ru", "progress.now")])[0] == say("ru", "progress.at_work")
    assert list(workers[say("ru", "progress.today")])[0] == 1
    assert chunks[say("ru", "progress.state")].iloc[0] == say("ru", "chunk.open")
    assert list(chunks[say("ru", "progress.chunk_score")].isna()) == [True, False, False]
    assert say("ru", "progress.at_work_now", n=1, of=3) in shown(app)


def test_a_project_without_items_says_where_to_begin(house: Database, open_page: OpenPage) -> None:
    app = open_page("lead", PROGRESS)
    assert not app.exception
    assert answer_of(app) == say("ru", "progress.empty")
    assert say("ru", "progress.empty.next") in shown(app)
    assert not app.metric
    assert links_of(app) == [say("ru", "progress.next.import.go")]


def test_items_without_answers_make_no_forecast_and_no_trust(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=0)
    app = open_page("lead", PROGRESS)
    assert not app.exception
    assert answer_of(app) == "Собрано 0% ответов, для прогноза мало данных; верны ли ответы, ещё не измерено."
    assert cards(app)[say("ru", "progress.forecast")] == say("ru", "progress.forecast.none")
    assert cards(app)[say("ru", "progress.accuracy")] == "–, n = 0"
    assert say("ru", "progress.no_chunks") in shown(app)
    assert not app.get("plotly_chart")


def test_the_switch_makes_the_view_live(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house)
    app = open_page("lead", PROGRESS)
    app.toggle(key="progress_live").set_value(True).run()
    assert not app.exception
    work_a_chunk(world, world.assessors[0])
    app.run()
    assert cards(app)[say("ru", "progress.answers_in")] == "28 из 60"


@pytest.mark.parametrize(
    ("accuracy", "expected"),
    [
        (Figure(None, None, None, 0), "unknown"),
        (Figure(0.9, 0.7, 0.95, 50), "above"),
        (Figure(0.9, 0.69, 0.95, 40), "unclear"),
        (Figure(0.6, 0.5, 0.7, 90), "unclear"),
        (Figure(0.6, 0.5, 0.69, 90), "below"),
    ],
)
def test_the_verdict_rests_on_the_interval(accuracy: Figure, expected: str) -> None:
    assert verdict(accuracy, 0.7) == expected


def test_what_comes_next_is_the_first_thing_that_is_missing(house: Database) -> None:
    from labeling.facts.overview import overview

    world = put_to_work(house)
    today = datetime.now(UTC).date()
    with house.snapshot() as connection:
        seen = overview(connection, world.project, "UTC")
    step, two = {"floor": 0.6, "today": today}, Waiting(2)
    assert next_step(seen, two, **step) == ("wait", SETTINGS)
    assert next_step(seen, Waiting(0), **step) == ("people", "people/members.py")
    # Nothing is measured yet: no interval that could narrow.
    unmeasured = replace(seen, accuracy=Figure(None, None, None, 0))
    assert next_step(unmeasured, two, **step) == ("first", None)
    assert next_step(seen, two, **step | {"floor": 0.1}) == ("carry_on", None)
    assert next_step(seen, two, **step | {"floor": 1.0}) == ("guidelines", GUIDE)
    assert next_step(seen, two, **step | {"today": today + timedelta(days=3)}) == ("silent", "people/members.py")
    assert silent_since(seen, today) is None
    assert silent_since(seen, today + timedelta(days=3)) == today - timedelta(days=1)
    # Nobody is told to wait, or that there is nothing to do, while somebody waits for a word or the golden items run out.
    assert next_step(seen, Waiting(1, paused=2), **step) == ("paused", "quality/assessors.py")
    assert next_step(seen, Waiting(0, paused=2), **step) == ("paused", "quality/assessors.py")
    assert next_step(seen, Waiting(1, paused=2, contests=1), **step) == ("contests", GOLDEN)
    for floor in (0.6, 0.1):
        assert next_step(seen, Waiting(2, golden_short=442), **step | {"floor": floor}) == ("golden_short", GOLDEN)


def test_the_next_step_counts_who_is_paused_and_what_is_missing(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house)
    with house.transaction() as connection:
        # 24 of 60 answers are in, and of five items in a chunk four are golden: 18 chunks each, of a pool of eight.
        wanting = {"golden_per_chunk": 4, "accuracy_floor": 0.1}
        change_settings(connection, world.project.id, wanting, now=world.now, actor=None)
        idle = get_person(connection, "paused").id
        revoke(connection, world.project.id, idle, Role.ASSESSOR, now=world.now, actor=None)
    app = open_page("lead", PROGRESS)
    assert say("ru", "progress.next.golden_short", n=4 * 18 - (8 - 3)) in shown(app).replace("\xa0", " ")
    one = say("ru", "progress.next.paused", n=1)
    for reason, waits in ((PauseReason.LEAD, False), (PauseReason.GOLDEN_FLOOR, True)):
        with house.transaction() as connection:
            gates.pause(connection, world.project.id, world.assessors[0], reason, now=world.now, actor=None)
        # Whom a lead has paused waits for nobody's word.
        assert (one in shown(open_page("lead", PROGRESS)).replace("\xa0", " ")) is waits
    with house.transaction() as connection:
        gates.pause(connection, world.project.id, world.assessors[1], PauseReason.LEAD, now=world.now, actor=None)
    assert say("ru", "progress.next.paused", n=2) in shown(open_page("lead", PROGRESS)).replace("\xa0", " ")


def test_the_bounds_of_a_forecast_name_the_month_once_and_another_year() -> None:
    def read(earliest: str, latest: str | None) -> str:
        first = datetime.fromisoformat(earliest).date()
        last = datetime.fromisoformat(latest).date() if latest else None
        return bounds(Forecast(1.0, 5, first, first, last), date(2026, 3, 1))

    assert read("2026-03-02", "2026-03-09") == "2–9 мар."
    assert read("2026-03-30", "2026-04-02") == "30 мар. – 2 апр."
    assert read("2026-12-30", "2027-01-02") == "30 дек. – 2 янв. 2027"
    assert read("2027-03-30", "2027-04-02") == "30 мар. – 2 апр. 2027"
    assert read("2027-03-30", "2028-04-02") == "30 мар. 2027 – 2 апр. 2028"
    assert read("2026-03-02", "2026-03-02") == "2 мар."
    assert read("2026-03-02", None) == "не раньше 2 мар."
    assert read("2027-03-02", None) == "не раньше 2 мар. 2027"


def test_one_class_with_all_votes_has_no_second() -> None:
    assert two_largest({"a": "А", "b": "Б"}, {"a": 5, "b": 0}) == "Все голоса за «А», n = 5."
    two = two_largest({"a": "А", "b": "Б", "c": "В"}, {"a": 5, "b": 3, "c": 2})
    assert two == "Два самых частых класса, «А» и «Б», собрали 80% голосов, n = 10."
    assert two_largest({"a": "А"}, {"a": 5}) == "Все голоса за «А», n = 5."


def test_many_classes_are_drawn_as_the_largest_and_the_rest(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house)
    with house.transaction() as connection:
        codes = [f"class {n} <b>" for n in range(40)]
        add_codes(connection, world.project.id, codes, now=datetime.now(UTC))
    bars = chart_of(open_page("lead", PROGRESS), "by_class")
    assert len(bars["data"][0]["x"]) == 15
    assert bars["data"][0]["customdata"][-1] == [""]
    names = bars["layout"]["yaxis"]["ticktext"]
    assert names[-1] == say("ru", "charts.others", n=28)
    assert all("<" not in name for name in names)
