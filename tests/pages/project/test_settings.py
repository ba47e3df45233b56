"""Settings: what a change would do is said before it is saved, and only what was changed is written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.vocabulary import ItemForm, Role, SuggestionPolicy
from labeling.projects import projects
from labeling.projects.classes import LabelClass, add_codes, get_classes
from labeling.projects.projects import get_project
from labeling.projects.settings import SETTINGS as DECLARED
from labeling.projects.settings import Kind
from pages.project.setting_fields import revealing_columns
from pages.ui.widgets import plain
from pages.ui.words import catalog, say
from tests.labeling.worlds import add_items
from tests.pages.conftest import OpenPage
from tests.pages.working import answer_of, button, put_to_work, shown

SETTINGS = "project/settings.py"


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


def test_speakers_that_do_not_count_are_chosen_where_there_are_conversations(
    house: Database, open_page: OpenPage
) -> None:
    world = put_to_work(house)
    name = say("ru", "settings.unjudged_speakers")
    assert name not in [box.label for box in open_page("lead", SETTINGS).multiselect]
    with house.transaction() as connection:
        add_items(connection, world.project, ["bot: hi\nclient: hello"], first=100, form=ItemForm.TURNS)
    (box,) = [box for box in open_page("lead", SETTINGS).multiselect if box.label == name]
    assert box.options == ["bot", "client"]
    app = box.set_value(["bot"]).run()
    button(app, "settings.save").click().run()
    assert not app.exception
    with house.snapshot() as connection:
        assert get_project(connection, "demo").unjudged_speakers == ("bot",)


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


def test_repeats_that_leave_no_room_are_refused_in_words(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=0)
    app = open_page("lead", SETTINGS)
    app.number_input(key=field("repeats_per_chunk", 0)).set_value(4)
    button(app, "settings.save").click().run()
    said = say("ru", "error.repeats_over_chunk", golden=1, repeats=4, size=5)
    assert [found.value for found in app.error] == [plain(said)]
    with house.snapshot() as connection:
        assert get_project(connection, "demo").repeats_per_chunk == 0


def test_what_each_change_does_is_counted_from_the_projects_own_facts(house: Database, open_page: OpenPage) -> None:
    put_to_work(house)
    app = open_page("lead", SETTINGS)
    for name, stored, value in (
        ("golden_per_chunk", 1, 2), ("qualification_size", 0, 9), ("accuracy_floor", 0.6, 0.8), ("chunk_size", 5, 10),
        ("overlap", 2, 1), ("look_ahead", 2, 1), ("lease_minutes", 30, 1), ("qualification_tries", 3, 1),
        ("repeats_per_chunk", 0, 1),
    ):  # fmt: skip
        app.number_input(key=field(name, stored)).set_value(value)
    app.run()
    text = shown(app)
    # A pool of 8, 2 a chunk of the new size 10; 20 answers after ten chunks.
    figure = "0,80 [0,58; 0,92], n = 20"
    expected = [
        say("ru", "settings.then.repeats", share="10%", figure="0,80 [0,49; 0,94], n = 10"),
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


def test_the_share_of_wrong_labels_that_is_accepted_is_set_here(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=0)
    app = open_page("lead", SETTINGS)
    assert app.number_input(key=field("error_target", None)).value is None
    app.number_input(key=field("error_target", None)).set_value(0.05).run()
    assert plain(say("ru", "settings.then.error_target", share="5%")) in shown(app)
    button(app, "settings.save").click().run()
    assert not app.exception
    with house.snapshot() as connection:
        assert get_project(connection, "demo").error_target == 0.05


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
    # Told anew: the browser keeps the words in which a choice was made.
    choice = app.selectbox(key="class_choice")
    assert choice.proto.set_value and choice.proto.raw_value == "Благодарность · gratitude"
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
        add_codes(connection, world.project.id, codes, now=datetime.now(UTC))
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


def test_suggestions_say_what_each_way_of_showing_does_to_figures(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=0)
    app = open_page("lead", SETTINGS)
    policy = app.radio(key=field("suggestion_policy", "hidden"))
    assert policy.options == ["Не показывать", "После ответа", "До ответа", "Эксперимент"]
    assert list(policy.proto.captions) == [
        say("ru", f"settings.suggestions.{way}.about") for way in ("hidden", "after", "before", "experiment")
    ]
    probes = field("probe_share", 0.1)
    # Nothing is suggested wrongly outside of an experiment.
    assert probes not in {box.key for box in app.number_input}
    policy.set_value(SuggestionPolicy.EXPERIMENT).run()
    app.number_input(key=probes).set_value(0.2)
    app.toggle(key=field("junior_votes", False)).set_value(True)
    button(app, "settings.save").click().run()
    assert not app.exception and not app.error
    with house.snapshot() as connection:
        set_now = get_project(connection, "demo")
    assert (set_now.suggestion_policy, set_now.probe_share, set_now.junior_votes) == ("experiment", 0.2, True)
    assert app.radio(key=field("suggestion_policy", "experiment")).value is SuggestionPolicy.EXPERIMENT


def test_each_setting_of_the_page_has_its_words_and_its_place() -> None:
    for name, setting in DECLARED.items():
        if setting.group is not None:
            assert {f"settings.{name}", f"settings.{name}.about", f"settings.group.{setting.group}"} <= catalog().keys()
            assert setting.kind is not Kind.NUMBER or None not in (setting.least, setting.offered), name


def test_the_settings_of_reviews_are_saved(house: Database, open_page: OpenPage) -> None:
    app = open_page("lead", SETTINGS)
    app.number_input(key="set:demo:audit_share:0.2").set_value(0.5).run()
    assert any(say("ru", "settings.then.audit_share", n=2) in each.value.replace("\\", "") for each in app.markdown)
    app.number_input(key="set:demo:second_share:0.1").set_value(0.25).run()
    app.toggle(key="set:demo:blind_rulings:False").set_value(True).run()
    button(app, "settings.save").click().run()
    assert not app.exception
    with house.snapshot() as connection:
        saved = get_project(connection, "demo")
    assert (saved.audit_share, saved.second_share, saved.blind_rulings) == (0.5, 0.25, True)
