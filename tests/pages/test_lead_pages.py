"""Progress, settings and guidelines: what they say, what they write, whom they refuse."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.vocabulary import Role
from labeling.quality.figures import Figure
from labeling.quality.progress import Forecast
from labeling.tasks import projects
from labeling.tasks.people import get_person
from labeling.tasks.projects import LabelClass, get_classes, get_guideline, get_project, publish_guideline
from pages.ui.consequences import revealing_columns
from pages.ui.difference import difference
from pages.ui.guide import as_html
from pages.ui.progress_words import bounds, next_step, two_largest, verdict
from pages.ui.widgets import plain
from pages.ui.words import LOCALES, catalog, say
from tests.labeling.worlds import press
from tests.pages.conftest import OpenPage
from tests.pages.working import answer_of, chart_of, put_to_work, shown, speak, work_a_chunk

PROGRESS, SETTINGS, GUIDE = "lead/progress.py", "lead/settings.py", "lead/guidelines.py"
LEADS = {"lead", "boss"}
ALLOWED = {PROGRESS: LEADS, SETTINGS: LEADS, GUIDE: {*LEADS, "expert", "assessor"}}
PEOPLE = ("assessor", "boss", "expert", "lead", "paused", "stranger")


def cards(app: AppTest) -> dict[str, str]:
    return {card.label: card.value for card in app.metric}


def button(app: AppTest, key: str, **facts: object):
    return next(found for found in app.button if found.label == say("ru", key, **facts))


def publish(house: Database, ru: str, en: str = "", login: str = "boss") -> None:
    with house.transaction() as connection:
        project, actor = get_project(connection, "demo"), get_person(connection, login).id
        publish_guideline(connection, project.id, body_ru=ru, body_en=en, now=datetime.now(UTC), actor=actor)


# Who is let in


@pytest.mark.parametrize("path", ALLOWED)
@pytest.mark.parametrize("login", PEOPLE)
def test_each_page_opens_for_those_who_may_and_refuses_the_others_calmly(
    house: Database, open_page: OpenPage, path: str, login: str
) -> None:
    put_to_work(house, days=1)
    if login in ALLOWED[path]:
        app = open_page(login, path)
        assert not app.exception
        assert answer_of(app)
        return
    app = open_page(login, path, alone=True)
    assert not app.exception
    assert len(app.info) == 1
    assert "sv-answer" not in "".join(element.proto.body for element in app.get("html"))
    assert not app.button
    assert not app.metric
    assert not app.dataframe


def test_a_lead_who_was_dismissed_is_refused_at_the_next_refresh_of_the_live_view(
    house: Database, open_page: OpenPage
) -> None:
    put_to_work(house, days=1)
    app = open_page("lead", PROGRESS, alone=True)
    assert app.metric
    with house.transaction() as connection:
        connection.execute(schema.membership.delete().where(schema.membership.c.role == Role.LEAD))
    app.run()
    assert not app.metric


@pytest.mark.parametrize("path", ALLOWED)
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
@pytest.mark.parametrize("path", ALLOWED)
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
    assert "0,83 [0,15; 0,99], n\u00a0=\u00a06 при пороге 0,60" in opening
    assert "ещё не ясно" in opening
    assert say("ru", "progress.next.wait") in shown(app)
    found = cards(app)
    assert found[say("ru", "progress.answers_in")] == "24 из 60"
    assert found[say("ru", "progress.accuracy")] == "0,83 [0,15; 0,99], n = 6"
    states = {name: found[say("ru", f"state.{name}")] for name in ("unlabeled", "in_progress", "agreed", "golden")}
    assert states == {"unlabeled": "18", "in_progress": "0", "agreed": "12", "golden": "8"}


def test_progress_shows_days_classes_people_and_chunks(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house)
    app = open_page("lead", PROGRESS)
    days = chart_of(app, "by_day")["data"][0]
    assert days["y"] == [10, 10, 10]
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
    assert list(chunks[say("ru", "progress.golden")].isna()) == [True, False, False]
    assert say("ru", "progress.at_work_now", n=1, of=3) in shown(app)


def test_a_project_without_items_says_where_to_begin(house: Database, open_page: OpenPage) -> None:
    app = open_page("lead", PROGRESS)
    assert not app.exception
    assert answer_of(app) == say("ru", "progress.empty")
    assert say("ru", "progress.empty.next") in shown(app)
    assert not app.metric
    assert [link.proto.label for link in app.get("page_link")] == [say("ru", "progress.next.import.go")]


def test_items_without_answers_make_no_forecast_and_no_trust(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=0)
    app = open_page("lead", PROGRESS)
    assert not app.exception
    assert answer_of(app) == "Собрано 0% ответов, для прогноза мало данных; доверие к меткам ещё не измерено."
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
    from labeling.tasks.overview import overview

    world = put_to_work(house)
    today = datetime.now(UTC).date()
    with house.snapshot() as connection:
        seen = overview(connection, world.project, "UTC")
    step = {"floor": 0.6, "assessors": 2, "today": today}
    assert next_step(seen, **step) == ("wait", None)
    assert next_step(seen, **step | {"assessors": 0}) == ("people", "lead/people.py")
    assert next_step(seen, **step | {"floor": 0.1}) == ("carry_on", None)
    assert next_step(seen, **step | {"floor": 0.99}) == ("guidelines", GUIDE)
    assert next_step(seen, **step | {"today": today + timedelta(days=3)}) == ("silent", "lead/people.py")


def test_every_next_step_has_its_words() -> None:
    steps = ("import", "people", "golden", "guidelines", "export", "silent")
    missing = [key for step in steps for key in (f"progress.next.{step}", f"progress.next.{step}.go")]
    assert [key for key in (*missing, "progress.next.wait", "progress.next.carry_on") if key not in catalog()] == []


def test_the_bounds_of_a_forecast_name_month_and_year_once() -> None:
    def read(earliest: str, latest: str | None) -> str:
        first = datetime.fromisoformat(earliest).date()
        last = datetime.fromisoformat(latest).date() if latest else None
        return bounds(Forecast(1.0, 5, first, first, last))

    assert read("2026-03-02", "2026-03-09") == "2–9 мар. 2026"
    assert read("2026-03-30", "2026-04-02") == "30 мар. – 2 апр. 2026"
    assert read("2026-12-30", "2027-01-02") == "30 дек. 2026 – 2 янв. 2027"
    assert read("2026-03-02", "2026-03-02") == "2 мар. 2026"
    assert read("2026-03-02", None) == "не раньше 2 мар. 2026"


def test_one_class_with_all_votes_has_no_second() -> None:
    assert two_largest({"a": "А", "b": "Б"}, {"a": 5, "b": 0}) == "Все голоса за «А», n = 5."
    two = two_largest({"a": "А", "b": "Б", "c": "В"}, {"a": 5, "b": 3, "c": 2})
    assert two == "Два самых частых класса, «А» и «Б», собрали 80% голосов, n = 10."
    assert two_largest({"a": "А"}, {"a": 5}) == "Все голоса за «А», n = 5."


def test_many_classes_are_drawn_as_the_largest_and_the_rest(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house)
    with house.transaction() as connection:
        codes = [f"class {n} <b>" for n in range(40)]
        projects.add_codes(connection, world.project.id, codes, now=datetime.now(UTC))
    bars = chart_of(open_page("lead", PROGRESS), "by_class")
    assert len(bars["data"][0]["x"]) == 15
    assert bars["data"][0]["customdata"][-1] == [""]
    names = bars["layout"]["yaxis"]["ticktext"]
    assert names[-1] == say("ru", "charts.others", n=28)
    assert all("<" not in name for name in names)


# Settings


def field(name: str, value: object) -> str:
    return f"set:demo:{name}:{value}"


def test_a_change_is_explained_before_it_is_saved_and_then_saved(house: Database, open_page: OpenPage) -> None:
    put_to_work(house)
    app = open_page("lead", SETTINGS)
    assert answer_of(app) == "Перекрытие 2, пачки по 5, контрольных в каждой 1, классов 2."
    app.number_input(key=field("overlap", 2)).set_value(3).run()
    # 12 items have two answers and 18 have none: 36 are missing now, 66 would be.
    assert plain(say("ru", "settings.then.overlap_more", n=30)) in shown(app)
    with house.snapshot() as connection:
        assert get_project(connection, "demo").overlap == 2
    button(app, "settings.save").click().run()
    assert not app.exception
    with house.snapshot() as connection:
        assert get_project(connection, "demo").overlap == 3
    assert answer_of(app).startswith("Перекрытие 3")
    assert plain(say("ru", "settings.then.overlap_more", n=30)) not in shown(app)


def test_only_what_was_changed_is_written_over_anothers_changes(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house)
    app = open_page("lead", SETTINGS)
    app.number_input(key=field("lease_minutes", 30)).set_value(45)
    with house.transaction() as connection:
        projects.change_settings(connection, world.project.id, {"overlap": 4}, now=datetime.now(UTC), actor=None)
    button(app, "settings.save").click().run()
    with house.snapshot() as connection:
        now_set = get_project(connection, "demo")
    assert (now_set.overlap, now_set.lease_minutes) == (4, 45)
    assert app.number_input(key=field("overlap", 4)).value == 4


def test_saving_nothing_says_so(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=0)
    app = open_page("lead", SETTINGS)
    button(app, "settings.save").click().run()
    assert [found.value for found in app.error] == [plain(say("ru", "error.nothing_changed"))]


def test_a_setting_that_cannot_be_is_refused_in_words(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=0)
    app = open_page("lead", SETTINGS)
    app.number_input(key=field("golden_per_chunk", 1)).set_value(9)
    button(app, "settings.save").click().run()
    assert [found.value for found in app.error] == [plain(say("ru", "error.golden_over_chunk", golden=9, size=5))]
    with house.snapshot() as connection:
        assert get_project(connection, "demo").golden_per_chunk == 1


def test_what_each_change_does_is_counted_from_the_projects_own_facts(house: Database, open_page: OpenPage) -> None:
    put_to_work(house)
    app = open_page("lead", SETTINGS)
    for name, stored, value in (
        ("golden_per_chunk", 1, 2), ("qualification_size", 0, 9), ("accuracy_floor", 0.6, 0.8), ("chunk_size", 5, 10),
        ("overlap", 2, 1), ("look_ahead", 2, 1), ("lease_minutes", 30, 1), ("qualification_tries", 3, 1),
    ):  # fmt: skip
        app.number_input(key=field(name, stored)).set_value(value)
    app.run()
    text = shown(app)
    # A pool of 8, 2 a chunk of the new size 10; 20 answers after ten chunks.
    figure = "0,80 [0,58; 0,92], n = 20"
    expected = [
        say("ru", "settings.then.golden", share="20%", pool=8, n=4, figure=figure),
        say("ru", "settings.then.qualification_short", pool=8),
        say("ru", "settings.then.floor", below=1, n=2),
        say("ru", "settings.then.chunk_size", n=10),
        say("ru", "settings.then.overlap_fewer", n=18),
        say("ru", "settings.then.look_ahead", n=1),
        say("ru", "settings.then.lease_minutes", n=1),
        say("ru", "settings.then.qualification_tries", n=1),
    ]
    assert [sentence for sentence in expected if plain(sentence) not in text] == []


def test_a_qualification_names_those_who_have_to_pass_it(house: Database, open_page: OpenPage) -> None:
    put_to_work(house)
    app = open_page("lead", SETTINGS)
    app.number_input(key=field("qualification_size", 0)).set_value(4).run()
    assert plain(say("ru", "settings.then.qualification", n=3)) in shown(app)


def test_a_column_that_gives_the_answer_away_is_warned_of(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house, days=0)
    with house.transaction() as connection:
        values = {"project_id": world.project.id, "external_id": "m", "text": "x", "fingerprint": 7}
        metadata = {"emotion": "Neutral", "channel": "chat"}
        connection.execute(schema.item.insert().values(values | {"created_at": world.now, "metadata": metadata}))
    app = open_page("lead", SETTINGS)
    shown_columns = app.multiselect(key=field("shown_metadata", ()))
    assert shown_columns.options == ["channel", "emotion"]
    shown_columns.set_value(["channel"]).run()
    warning = plain(say("ru", "settings.then.revealing", columns="«emotion»"))
    assert warning not in shown(app)
    app.multiselect(key=field("shown_metadata", ())).set_value(["channel", "emotion"]).run()
    assert warning in shown(app)
    button(app, "settings.save").click().run()
    with house.snapshot() as connection:
        assert get_project(connection, "demo").shown_metadata == ("channel", "emotion")


def test_a_column_with_few_names_of_classes_reveals_nothing() -> None:
    joy = LabelClass("joy", "Радость", "Joy", None, "#000000")
    sample = [{"a": " РАДОСТЬ "}, {"a": "x"}, {"b": 1}, {"b": "joy"}, {"b": None}]
    assert revealing_columns(sample, [joy]) == {"a"}


def stamp_of(app: AppTest, prefix: str) -> str:
    return next(box.key.removeprefix("class_title_ru") for box in app.text_input if (box.key or "").startswith(prefix))


def test_a_class_is_edited_in_its_form(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house)
    app = open_page("lead", SETTINGS)
    app.selectbox(key="class_choice").set_value("gratitude").run()
    stamp = stamp_of(app, "class_title_ru:gratitude")
    app.text_input(key=f"class_title_ru{stamp}").set_value("Благодарность")
    app.text_input(key=f"class_title_en{stamp}").set_value("  ")
    app.text_input(key=f"class_group{stamp}").set_value("Тёплые")
    app.text_area(key=f"class_description_ru{stamp}").set_value("Спасибо за дело.")
    app.color_picker(key=f"class_colour{stamp}").set_value("#123456")
    app.selectbox(key=f"class_hotkey{stamp}").set_value("g")
    app.checkbox(key=f"class_retired{stamp}").check()
    button(app, "classes.save").click().run()
    assert not app.exception
    assert not app.error
    with house.snapshot() as connection:
        changed = get_classes(connection, world.project.id, retired=True)[1]
    assert changed == LabelClass(
        "gratitude", "Благодарность", "gratitude", "g", "#123456", "Спасибо за дело.", "", "Тёплые", True
    )
    table = next(found.value for found in app.dataframe if say("ru", "classes.code") in found.value.columns)
    assert list(table[say("ru", "classes.votes")]) == [24, 0]
    assert list(table[say("ru", "classes.use")]) == [say("ru", "classes.in_use"), say("ru", "classes.retired")]


def test_a_class_is_added_with_a_free_key_and_a_taken_code_is_refused(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house, days=0)
    app = open_page("lead", SETTINGS)
    stamp = stamp_of(app, "class_title_ru:new")
    app.text_input(key=f"class_code{stamp}").set_value("neutral")
    button(app, "classes.add").click().run()
    assert [found.value for found in app.error] == [plain(say("ru", "error.class_exists", label="neutral"))]
    app.text_input(key=f"class_code{stamp}").set_value(" joy ")
    app.text_input(key=f"class_title_ru{stamp}").set_value("Радость")
    button(app, "classes.add").click().run()
    assert not app.error
    with house.snapshot() as connection:
        added = get_classes(connection, world.project.id)[-1]
    assert (added.code, added.title_ru, added.title_en, added.hotkey) == ("joy", "Радость", "joy", "3")
    assert app.text_input(key=f"class_code{stamp_of(app, 'class_title_ru:new')}").value == ""


def test_eighty_classes_open_and_one_is_found(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house, days=0)
    with house.transaction() as connection:
        codes = [f"topic {n}" for n in range(78)]
        projects.add_codes(connection, world.project.id, codes, now=datetime.now(UTC))
    app = open_page("lead", SETTINGS)
    assert not app.exception
    assert len(app.selectbox(key="class_choice").options) == 80
    app.selectbox(key="class_choice").set_value("topic 77").run()
    stamp = stamp_of(app, "class_title_ru:topic 77")
    assert app.selectbox(key=f"class_hotkey{stamp}").value is None


@pytest.mark.parametrize("verb", ["settings.save", "classes.save", "classes.add"])
def test_who_was_dismissed_a_moment_ago_writes_nothing(house: Database, open_page: OpenPage, verb: str) -> None:
    world = put_to_work(house, days=0)
    app = open_page("lead", SETTINGS, alone=True)
    app.number_input(key=field("overlap", 2)).set_value(5)
    app.text_input(key=f"class_code{stamp_of(app, 'class_title_ru:new')}").set_value("joy")
    app.text_input(key=f"class_title_ru{stamp_of(app, 'class_title_ru:neutral')}").set_value("Иначе")
    with house.transaction() as connection:
        connection.execute(schema.membership.delete().where(schema.membership.c.role == Role.LEAD))
    button(app, verb).click().run()
    with house.snapshot() as connection:
        assert get_project(connection, "demo").overlap == 2
        assert [entry.title_ru for entry in get_classes(connection, world.project.id)] == ["neutral", "gratitude"]


# Guidelines


def draft(app: AppTest, language: str):
    return app.text_area(key=f"guide:demo:{language}")


def test_a_guide_is_begun_from_the_outline_and_published(house: Database, open_page: OpenPage) -> None:
    app = open_page("lead", GUIDE)
    assert answer_of(app) == say("ru", "guidelines.none", project="Демо")
    assert say("ru", "guidelines.empty_lead") in shown(app)
    button(app, "guidelines.scaffold_start").click().run()
    assert draft(app, "ru").value == say("ru", "guidelines.scaffold")
    button(app, "guidelines.publish").click().run()
    assert not app.error
    with house.snapshot() as connection:
        published = get_guideline(connection, get_project(connection, "demo").id)
    assert published is not None
    assert (published.version, published.body_ru, published.body_en) == (
        1, say("ru", "guidelines.scaffold"), say("en", "guidelines.scaffold"),
    )  # fmt: skip
    assert answer_of(app).startswith("Действует версия 1 от")


def test_publishing_adds_a_version_and_overwrites_none(house: Database, open_page: OpenPage) -> None:
    publish(house, "первая", "first")
    app = open_page("lead", GUIDE)
    draft(app, "ru").set_value("вторая").run()
    button(app, "guidelines.publish").click().run()
    with house.snapshot() as connection:
        project = get_project(connection, "demo")
        versions = projects.guideline_versions(connection, project.id)
    assert [(guide.version, guide.body_ru, guide.body_en) for guide in versions] == [
        (2, "вторая", "first"), (1, "первая", "first")
    ]  # fmt: skip
    table = next(found.value for found in app.dataframe if say("ru", "guidelines.author") in found.value.columns)
    assert list(table[say("ru", "guidelines.author")]) == ["Lead", "Boss"]
    assert "перваявторая" in shown(app)


def test_unpublished_text_survives_reruns_and_a_look_at_the_other_language(
    house: Database, open_page: OpenPage
) -> None:
    publish(house, "первая", "first")
    app = open_page("lead", GUIDE)
    draft(app, "ru").set_value("черновик").run()
    app.button_group(key="guide_write").set_value("en").run()
    assert draft(app, "en").value == "first"
    app.switch_page(SETTINGS).run()
    app.switch_page(GUIDE).run()
    app.button_group(key="guide_write").set_value("ru").run()
    assert draft(app, "ru").value == "черновик"
    with house.snapshot() as connection:
        guide = get_guideline(connection, get_project(connection, "demo").id)
    assert guide is not None
    assert guide.body_ru == "первая"


def test_another_leads_version_is_told_and_not_overwritten(house: Database, open_page: OpenPage) -> None:
    publish(house, "общее начало")
    app = open_page("lead", GUIDE)
    draft(app, "ru").set_value("общее начало и моё").run()
    publish(house, "общее начало и чужое")
    button(app, "guidelines.publish").click().run()
    assert [found.value for found in app.error] == [plain(say("ru", "error.guideline_moved", version=2))]
    assert [found.value for found in app.warning] == [say("ru", "guidelines.behind", version=2)]
    assert draft(app, "ru").value == "общее начало и моё"
    assert "общее начало и чужоемоё" in shown(app)
    with house.snapshot() as connection:
        project = get_project(connection, "demo").id
        assert [guide.version for guide in projects.guideline_versions(connection, project)] == [2, 1]
    button(app, "guidelines.publish_over", version=2).click().run()
    assert not app.warning
    with house.snapshot() as connection:
        bodies = [guide.body_ru for guide in projects.guideline_versions(connection, project)]
    assert bodies == ["общее начало и моё", "общее начало и чужое", "общее начало"]


def test_the_others_version_can_be_taken_instead(house: Database, open_page: OpenPage) -> None:
    publish(house, "начало")
    app = open_page("lead", GUIDE)
    draft(app, "ru").set_value("моё").run()
    publish(house, "чужое")
    app.run()
    button(app, "guidelines.take", version=2).click().run()
    assert not app.warning
    assert draft(app, "ru").value == "чужое"


def test_an_untouched_draft_follows_the_version_in_force(house: Database, open_page: OpenPage) -> None:
    publish(house, "начало")
    app = open_page("lead", GUIDE)
    publish(house, "продолжение")
    app.run()
    assert not app.warning
    assert draft(app, "ru").value == "продолжение"


@pytest.mark.parametrize(("text", "code"), [("  ", "guideline_empty"), ("первая", "guideline_unchanged")])
def test_nothing_new_is_not_published(house: Database, open_page: OpenPage, text: str, code: str) -> None:
    publish(house, "первая")
    app = open_page("lead", GUIDE)
    draft(app, "ru").set_value(text).run()
    button(app, "guidelines.publish").click().run()
    assert [found.value for found in app.error] == [plain(say("ru", f"error.{code}", version=1))]


@pytest.mark.parametrize("login", ["assessor", "expert"])
def test_who_only_labels_reads_and_does_not_write(house: Database, open_page: OpenPage, login: str) -> None:
    publish(house, "# Правило\n\nЧитать <i>целиком</i>.")
    app = open_page(login, GUIDE)
    assert not app.exception
    assert not app.text_area
    assert "Читать &lt;i&gt;целиком&lt;/i&gt;." in shown(app)
    assert say("ru", "guidelines.publish") not in [found.label for found in app.button]


def test_a_dismissed_lead_publishes_nothing(house: Database, open_page: OpenPage) -> None:
    publish(house, "первая")
    app = open_page("lead", GUIDE, alone=True)
    draft(app, "ru").set_value("вторая")
    with house.transaction() as connection:
        connection.execute(schema.membership.delete().where(schema.membership.c.role == Role.LEAD))
    button(app, "guidelines.publish").click().run()
    with house.snapshot() as connection:
        guide = get_guideline(connection, get_project(connection, "demo").id)
    assert guide is not None
    assert guide.version == 1


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "<svg onload=x>",
        "[a](data:text/html;base64,AAA)", "[a](vbscript:x)", "![x](javascript:alert(1))", "[a](&#106;avascript:x)",
        '[a](https://b.org "c\\" onmouseover=d")', '![c" onerror="d](https://b.org/e.png)', "<https://a.org/\"onclick=b>",
        "![x](https://tracker.org/pixel.png)", "a\n<iframe src=//b.org>\n", "[x]: javascript:a\n\n[x]",
    ],
)  # fmt: skip
def test_no_markup_of_a_guides_author_gets_through(attack: str) -> None:
    from html.parser import HTMLParser

    found: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

    Reader().feed(as_html(attack))
    assert {tag for tag, _ in found} <= {"p", "a"}
    for tag, attributes in found:
        assert set(attributes) <= {"href", "title", "target", "rel"}
        if tag == "a":
            assert (attributes["href"] or "").startswith("https://")
            assert (attributes["target"], attributes["rel"]) == ("_blank", "noopener noreferrer")


def test_a_difference_marks_words_escapes_them_and_counts_what_is_the_same() -> None:
    before = "\n".join([*(f"строка {n}" for n in range(9)), "старый <b>конец"])
    after = "\n".join([*(f"строка {n}" for n in range(9)), "новый <b>конец", "ещё"])
    found = difference(before, after)
    assert "<b>" not in found
    assert say("ru", "difference.same", n=8) in found
    assert "строка 8" in found
    assert "строка 3" not in found
    assert found.count("<del") == 1
    assert found.count("<ins") == 2
    assert difference(before, before) == ""


def test_the_catalogs_of_these_pages_have_both_languages() -> None:
    for key, entry in catalog().items():
        if key.split(".")[0] in ("progress", "settings", "classes", "guidelines", "results", "state", "chunk"):
            for locale in LOCALES:
                forms = entry[locale] if isinstance(entry[locale], dict) else {"other": entry[locale]}
                assert set(forms) >= ({"one", "few", "many"} if len(forms) > 1 and locale == "ru" else {"other"}), key
                assert json.dumps(forms), key
