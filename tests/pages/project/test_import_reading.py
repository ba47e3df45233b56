"""What the import page says of how a file was read, and what a reader can say against it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from pages.ui.words import say
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
    app = press(reading(app, "header", named), say("ru", "import.start"))
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
