"""What the import page says of how a file was read, and what a reader can say against it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.vocabulary import LabelKind
from labeling.projects.projects import change_settings, get_project
from pages.ui.words import say
from tests.labeling.exchange.files import NOON
from tests.labeling.exchange.saved import save_splits, zipped
from tests.pages.conftest import OpenPage
from tests.pages.project.test_exchange_pages import IMPORT, count, press, upload


def reading(app: AppTest, name: str, option: Any) -> AppTest:
    """Say how the file is to be read."""
    box = next(box for box in app.selectbox if box.key and box.key.startswith(f"import_reading_{name}:"))
    return box.select(option).run()


def texts(house: Database) -> list[str]:
    with house.snapshot() as connection:
        return list(connection.execute(select(schema.item.c.text).order_by(schema.item.c.id)).scalars())


@pytest.mark.parametrize(("named", "taken"), [(False, 3), (True, 2)])
def test_a_file_without_names_waits_for_a_word(house: Database, open_page: OpenPage, named: bool, taken: int) -> None:
    content = "I lost my card,cards\nNo code comes to me,login\nThanks a lot to you,other\n"
    app = upload(open_page("lead", IMPORT), content, "a.csv", "utf-8")
    start = next(button for button in app.button if button.key == "import_start")
    assert start.disabled
    assert say("ru", "import.no_header") in [entry.value for entry in app.warning]
    app = press(app, say("ru", "import.header_names" if named else "import.header_is_data"))
    assert not app.warning
    app = press(app, say("ru", "import.start"))
    assert not app.exception
    assert count(house, schema.item) == taken


def test_another_encoding_can_be_chosen_and_taken_back(house: Database, open_page: OpenPage) -> None:
    app = upload(open_page("lead", IMPORT), "text,label\nProszę o łódź teraz,x\n", "a.csv", "cp1250")
    assert say("ru", "import.code_page", encoding="cp1252") in [entry.value for entry in app.info]
    app = reading(app, "encoding", "utf-16")
    assert app.error or app.dataframe
    app = reading(app, "encoding", "cp1250") if not app.error else press(app, say("ru", "import.reading.reset"))
    app = reading(app, "encoding", "cp1250")
    assert not app.info
    press(app, say("ru", "import.start"))
    assert texts(house) == ["Proszę o łódź teraz"]


def test_texts_that_look_like_conversations_are_offered_as_such_and_taken_on_a_word(
    house: Database, open_page: OpenPage
) -> None:
    content = json.dumps([{"text": "Клиент: где карта?\nОператор: в пути"}, {"text": "где карта?"}])
    app = upload(open_page("lead", IMPORT), content, "a.json", "utf-8")
    assert say("ru", "import.dialogue.look_alike", n=1) in [entry.value for entry in app.info]
    (switch,) = [toggle for toggle in app.toggle if toggle.label == say("ru", "import.dialogue")]
    assert switch.value is False
    app = switch.set_value(True).run()
    assert not app.info
    app = press(app, say("ru", "import.start"))
    assert not app.exception
    with house.snapshot() as connection:
        item = schema.item.c
        stored = connection.execute(select(item.text, item.form).order_by(item.id)).all()
    assert stored == [("Клиент: где карта?\nОператор: в пути", "turns"), ("где карта?", "text")]


def test_columns_of_turns_are_shown_and_one_can_be_left_out(house: Database, open_page: OpenPage) -> None:
    app = upload(open_page("lead", IMPORT), "client_1,agent_1,client_2\nhi,hello,bye\n", "a.csv", "utf-8")
    (columns,) = [box for box in app.multiselect if box.label == say("ru", "import.turn_columns")]
    assert columns.value == ["client_1", "agent_1", "client_2"]
    app = columns.set_value(["client_1", "agent_1"]).run()
    app = press(app, say("ru", "import.start"))
    assert not app.exception
    assert texts(house) == ["client: hi\nagent: hello"]


def test_one_column_an_annotator_is_taken_as_votes_on_a_word(house: Database, open_page: OpenPage) -> None:
    content = "id,text,anna,boris\n1,hello there,a,a\n2,how are you,b,\n3,bye,a,b\n"
    app = upload(open_page("lead", IMPORT), content, "a.csv", "utf-8")
    assert say("ru", "import.wide", columns="anna, boris") in [entry.value for entry in app.info]
    before = count(house, schema.annotation)
    app = press(app, say("ru", "import.wide.take"))
    assert not app.exception
    assert list(app.dataframe[0].value["annotator"]) == ["anna", "boris", "anna", "anna", "boris"]
    app = press(app, say("ru", "import.start"))
    assert not app.exception
    assert count(house, schema.annotation) - before == 5


def test_without_a_word_they_are_told_once_more_after_the_import(house: Database, open_page: OpenPage) -> None:
    content = "id,text,anna,boris\n1,hello there,a,a\n2,how are you,b,\n3,bye,a,b\n"
    before = count(house, schema.annotation)
    app = press(upload(open_page("lead", IMPORT), content, "a.csv", "utf-8"), say("ru", "import.start"))
    assert say("ru", "import.wide_left", columns="anna, boris") in [entry.value for entry in app.info]
    assert (count(house, schema.annotation) - before, count(house, schema.item)) == (0, 3)


@pytest.mark.parametrize(("chosen", "reference"), [("topic", "card"), (say("ru", "import.no_label"), None)])
def test_of_several_columns_of_labels_one_must_be_chosen(
    house: Database, open_page: OpenPage, chosen: str, reference: str | None
) -> None:
    app = upload(open_page("lead", IMPORT), "text,sentiment,topic\nhello there,glad,card\n", "a.csv", "utf-8")
    assert say("ru", "import.which_label", columns="sentiment, topic") in [entry.value for entry in app.warning]
    assert next(button for button in app.button if button.key == "import_start").disabled
    box = next(box for box in app.selectbox if box.key and box.key.startswith("import_label:"))
    app = press(box.select(chosen).run(), say("ru", "import.start"))
    assert not app.exception
    with house.snapshot() as connection:
        assert connection.execute(select(schema.item.c.reference)).scalar_one() == reference


def test_a_split_of_a_packed_data_set_can_be_chosen(house: Database, open_page: OpenPage, tmp_path: Path) -> None:
    rows = {"text": ["lost my card"], "label": [0]}
    save_splits(tmp_path / "data", {"train": rows, "test": {"text": ["no code comes"], "label": [1]}})
    archive = zipped(tmp_path / "data").getvalue()
    app = open_page("lead", IMPORT).file_uploader[0].upload("data.zip", archive, "application/zip").run()
    assert any("train, test" in entry.value for entry in app.caption)
    app = press(reading(app, "split", "test"), say("ru", "import.start"))
    assert not app.exception
    assert texts(house) == ["no code comes"]


def test_another_question_can_be_chosen(house: Database, open_page: OpenPage) -> None:
    parts = [
        {"from_name": name, "type": "choices", "value": {"choices": [label]}}
        for name, label in (("tone", "glad"), ("topic", "card"))
    ]
    task = {"id": 1, "data": {"text": "hello"}, "annotations": [{"completed_by": 1, "result": parts}]}
    app = upload(open_page("lead", IMPORT), json.dumps([task]), "a.json", "utf-8")
    assert say("ru", "import.questions", questions="tone (1), topic (1)") in [entry.value for entry in app.info]
    app = press(reading(app, "question", "topic"), say("ru", "import.start"))
    assert not app.exception
    with house.snapshot() as connection:
        assert connection.execute(select(schema.annotation.c.label)).scalars().all() == ["card"]


def test_answers_of_several_classes_and_columns_of_classes_are_told(house: Database, open_page: OpenPage) -> None:
    lists = "".join(
        json.dumps({"text": text, "label": label}) + "\n" for text, label in (("a", ["x", "y"]), ("b", ["x"]))
    )
    app = upload(open_page("lead", IMPORT), lists, "a.jsonl", "utf-8")
    assert say("ru", "import.several", n=1) in [entry.value for entry in app.info]
    flags = "text,joy,fear\nhello there,1,0\nthank you,0,1\n"
    app = upload(open_page("lead", IMPORT), flags, "b.csv", "utf-8")
    assert say("ru", "import.one_hot", columns="joy, fear") in [entry.value for entry in app.info]
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        change_settings(connection, project.id, {"kind": LabelKind.SEVERAL}, now=NOON, actor=None)
    app = upload(open_page("lead", IMPORT), lists, "a.jsonl", "utf-8")
    assert not [entry for entry in app.info if "несколько классов" in entry.value]
    app = press(app, say("ru", "import.start"))
    assert not app.exception
    with house.snapshot() as connection:
        assert connection.execute(select(schema.item.c.reference)).scalars().all() == ["x|y", "x"]
