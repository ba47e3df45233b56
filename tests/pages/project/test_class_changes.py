"""The page of class changes: what it says would happen, the act and its undo, the order of classes, and for whom it is."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database
from db.vocabulary import ChangeKind
from labeling.class_changes.history import Done, changes_of
from labeling.projects.classes import add_codes, get_classes
from labeling.projects.projects import get_project
from pages.project import change_history, change_preview
from pages.ui.words import say
from tests.pages.conftest import OpenPage
from tests.pages.working import answer_of, button, put_to_work, shown

PAGE = "project/class_changes.py"


@pytest.fixture(autouse=True)
def _nothing_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows in the background is nobody's click."""
    for page in (change_preview, change_history):
        monkeypatch.setattr(page, "tend_soon", lambda *_: None)


def done(house: Database) -> list[Done]:
    with house.snapshot() as connection:
        return changes_of(connection, get_project(connection, "demo").id)


def codes(house: Database) -> list[str]:
    with house.snapshot() as connection:
        return [entry.code for entry in get_classes(connection, get_project(connection, "demo").id)]


def add(house: Database, code: str) -> None:
    with house.transaction() as connection:
        add_codes(connection, get_project(connection, "demo").id, [code], now=datetime.now(UTC))


def ask(app: AppTest, kind: ChangeKind) -> AppTest:
    return app.segmented_control(key="change_kind").set_value(kind).run()


@pytest.mark.parametrize("login", ["assessor", "expert", "paused", "stranger"])
def test_it_refuses_the_others_calmly(house: Database, open_page: OpenPage, login: str) -> None:
    app = open_page(login, PAGE, alone=True)
    assert not app.exception
    assert len(app.info) == 1
    assert not app.selectbox


@pytest.mark.parametrize("login", ["lead", "boss"])
def test_a_lead_sees_what_a_rename_would_do_does_it_and_takes_it_back(
    house: Database, open_page: OpenPage, login: str
) -> None:
    put_to_work(house, days=1)
    app = open_page(login, PAGE)
    assert not app.exception
    assert answer_of(app) == "Классы ещё не менялись."
    app.text_input(key="rename_into").set_value("plain").run()
    app = button(app, "class_changes.preview").click().run()
    assert not app.exception
    assert "значат то же, что прежде" in shown(app)
    assert codes(house)[0] == "neutral"
    app = app.button(key="change_now").click().run()
    assert not app.exception
    assert codes(house)[0] == "plain"
    assert answer_of(app) == "Действует 1 перемена классов."
    (act,) = done(house)
    app = app.button(key=f"undo_{act.id}").click().run()
    assert not app.exception
    assert codes(house)[0] == "neutral"
    assert answer_of(app) == "Классы ещё не менялись."


def test_a_merge_is_previewed_with_agreement_before_and_after(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    add(house, "confusion")
    app = ask(open_page("lead", PAGE), ChangeKind.MERGE)
    app.multiselect(key="merge_classes").set_value(["neutral", "gratitude"]).run()
    app.text_input(key="merge_new").set_value("calm").run()
    app = button(app, "class_changes.preview").click().run()
    assert not app.exception
    told = next(each for each in app.dataframe if each.proto.alt == say("ru", "class_changes.figure"))
    rows = pl.read_ipc_stream(told.proto.arrow_data.data).rows()
    # Five items of one chunk each have two votes; the same five after the merge.
    assert rows[0] == ("Доля совпавших пар голосов", *["1,00 [0,57; 1,00], n\u00a0=\u00a05"] * 2)
    app = app.button(key="change_now").click().run()
    assert codes(house)[0] == "calm"


def test_a_refusal_stands_where_the_preview_would(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    app = open_page("lead", PAGE)
    app.text_input(key="rename_into").set_value("gratitude").run()
    app = button(app, "class_changes.preview").click().run()
    assert not app.exception
    assert len(app.error) == 1
    assert "gratitude" in app.error[0].value
    assert not [each for each in app.button if each.key == "change_now"]


def test_a_split_tells_of_golden_items_that_wait_for_an_expert(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    app = ask(open_page("lead", PAGE), ChangeKind.SPLIT)
    app.text_area(key="split_parts").set_value("plain\npolite").run()
    app = button(app, "class_changes.preview").click().run()
    assert not app.exception
    assert "4 контрольных задания не будут давать" in shown(app)
    app = app.button(key="change_now").click().run()
    assert "4 контрольных задания ждут" in app.warning[0].value


def test_a_class_is_put_before_all_others(house: Database, open_page: OpenPage) -> None:
    app = open_page("lead", PAGE)
    last = codes(house)[-1]
    app.selectbox(key="order_class").set_value(last)
    app = button(app, "class_changes.put").click().run()
    assert not app.exception
    assert codes(house)[0] == last


def test_the_settings_lead_there(house: Database, open_page: OpenPage) -> None:
    app = open_page("lead", "project/settings.py")
    assert not app.exception
    assert say("ru", "classes.change_of_mind") in shown(app)
