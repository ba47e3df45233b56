"""The import and the export page on a small project."""

from __future__ import annotations

import io
import json
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.vocabulary import LabelKind
from labeling.cli import main
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat, ExportOptions, formats_of
from labeling.exchange.exporting import export
from labeling.people.people import get_person, set_locale
from labeling.projects.classes import get_classes
from labeling.projects.projects import get_project
from pages.ui.navigation import FOLDER
from pages.ui.words import say
from tests.pages.conftest import OpenPage

IMPORT, EXPORT = "project/import_page.py", "project/export_page.py"
FILE = "обращение;метка;канал\nСпасибо, всё пришло;gratitude;chat\nГде выписка?;neutral;mail\n;neutral;chat\n"


def upload(app: AppTest, text: str, name: str = "тексты.csv", encoding: str = "cp1251") -> AppTest:
    return app.file_uploader[0].upload(name, text.encode(encoding), "text/csv").run()


def count(house: Database, table: Any) -> int:
    with house.snapshot() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def words_of(app: AppTest) -> str:
    shown = [*app.caption, *app.markdown, *app.success, *app.error, *app.warning, *app.subheader]
    return "\n".join(str(element.value) for element in shown) + "\n".join(element.body for element in app.html)


def chosen_in(app: AppTest) -> dict[str, Any]:
    """What the selectors of columns say, by what they choose."""
    return {box.key.split(":")[0]: box.value for box in app.selectbox if box.key and box.key.startswith("import_")}


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_a_file_is_looked_at_and_imported_once(house: Database, open_page: OpenPage, locale: str) -> None:
    with house.transaction() as connection:
        set_locale(connection, get_person(connection, "lead").id, locale)
    app = upload(open_page("lead", IMPORT), FILE)
    assert not app.exception
    chosen = chosen_in(app)
    assert chosen["import_text"] == "обращение"
    assert chosen["import_label"] == "метка"
    assert chosen["import_kind"] == "reference"
    assert "CP1251" in words_of(app)
    assert list(app.dataframe[0].value["обращение"])[:2] == ["Спасибо, всё пришло", "Где выписка?"]
    app = press(app, say(locale, "import.start"))
    assert not app.exception
    assert say(locale, "import.done", n=2) in words_of(app)
    assert count(house, schema.item) == 2
    with house.snapshot() as connection:
        rows = connection.execute(select(schema.item.c.text, schema.item.c.reference, schema.item.c.metadata)).all()
    assert [tuple(row) for row in rows] == [
        ("Спасибо, всё пришло", "gratitude", {"канал": "chat"}),
        ("Где выписка?", "neutral", {"канал": "mail"}),
    ]
    app = press(app, say(locale, "import.start"))
    assert say(locale, "import.done", n=0) in words_of(app)
    assert count(house, schema.item) == 2
    history = app.dataframe[-1].value
    assert list(history[say(locale, "import.past.file")]) == ["тексты.csv", "тексты.csv"]
    assert say(locale, "import.reason.empty") in json.dumps(
        [frame.value.to_dict() for frame in app.dataframe], default=str, ensure_ascii=False
    )


def test_golden_labels_come_in_with_their_explanation(house: Database, open_page: OpenPage) -> None:
    app = upload(open_page("lead", IMPORT), "text,label,explanation\nhello,neutral,plain\n", "g.csv", "utf-8")
    assert chosen_in(app)["import_kind"] == "golden"
    app = press(app, say("ru", "import.start"))
    assert not app.exception
    with house.snapshot() as connection:
        golden = connection.execute(select(schema.golden.c.label, schema.golden.c.explanation)).all()
    assert [tuple(row) for row in golden] == [("neutral", "plain")]


TASKS = [
    {"id": 1, "data": {"tweet": "hello there"}, "annotations": [
        {"completed_by": 3, "result": [{"type": "choices", "value": {"choices": ["gratitude"]}}]},
        {"completed_by": 4, "result": [{"type": "choices", "value": {"choices": ["gratitude", "neutral"]}}]},
    ]},
    {"id": 2, "data": {"tweet": "good bye"}, "annotations": [{"completed_by": 3, "result": [], "was_cancelled": True}]},
]  # fmt: skip


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_what_is_no_vote_of_another_tools_file_is_told(house: Database, open_page: OpenPage, locale: str) -> None:
    with house.transaction() as connection:
        set_locale(connection, get_person(connection, "lead").id, locale)
    app = upload(open_page("lead", IMPORT), json.dumps(TASKS), "tasks.json", "utf-8")
    assert not app.exception
    assert (chosen_in(app)["import_text"], chosen_in(app)["import_kind"]) == ("tweet", "votes")
    told = say(locale, "import.left_out", n=2)
    assert say(locale, "import.tool", tool="Label Studio") in words_of(app) and told in words_of(app)
    app = press(app, say(locale, "import.start"))
    assert not app.exception and words_of(app).count(told) == 2
    table = next(frame.value for frame in app.dataframe if say(locale, "import.examples") in frame.value)
    assert table.values.tolist() == [
        [say(locale, "import.left_out.several_labels"), 1, "1: 4: gratitude, neutral"],
        [say(locale, "import.left_out.cancelled"), 1, "2: 3"],
    ]


def test_numbers_for_labels_are_told_as_such(house: Database, open_page: OpenPage) -> None:
    row = {"text": "hello", "annotations": [{"label": 3, "user": 1}]}
    app = press(upload(open_page("lead", IMPORT), json.dumps(row), "d.jsonl", "utf-8"), say("ru", "import.start"))
    assert not app.exception and say("ru", "import.label_ids", n=1, tool="doccano") in words_of(app)


def test_a_file_of_which_nothing_is_taken_is_refused_in_words(house: Database, open_page: OpenPage) -> None:
    before = count(house, schema.import_run), count(house, schema.label_class)
    app = upload(open_page("lead", IMPORT), "item,annotator,label\nnowhere,ann,new\n", "votes.csv", "utf-8")
    app = press(app, say("ru", "import.start"))
    assert not app.exception and "votes\\.csv" in app.error[0].value
    assert app.dataframe[-1].value.values.tolist() == [[2, say("ru", "import.reason.no_such_item"), "nowhere"]]
    assert (count(house, schema.import_run), count(house, schema.label_class)) == before


def test_the_next_file_is_guessed_anew(open_page: OpenPage) -> None:
    app = upload(open_page("lead", IMPORT), FILE)
    assert (chosen_in(app)["import_text"], chosen_in(app)["import_id"]) == ("обращение", None)
    app = upload(app, "id,text,метка,worker\n1,hello,a,ann\n", "b.csv", "utf-8")
    found = chosen_in(app)
    assert (found["import_text"], found["import_id"], found["import_kind"]) == ("text", "id", "votes")
    assert (found["import_label"], found["import_annotator"]) == ("метка", "worker")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.parquet", b"PAR1 nothing", "broken_file"),
        ("a.csv", b"\x00\x01\x02\xff" * 99, "not_text"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(open_page: OpenPage, name: str, content: bytes, code: str) -> None:
    app = open_page("lead", IMPORT)
    app = app.file_uploader[0].upload(name, content, "text/csv").run()
    assert not app.exception
    assert len(app.error) == 1
    assert name.replace(".", "\\.") in app.error[0].value
    opening = say("ru", f"error.{code}", name="#", reason="#").split("#")[0].split("«")[0]
    assert app.error[0].value.startswith(opening[:4])


def test_an_empty_project_says_what_to_do(open_page: OpenPage) -> None:
    app = open_page("lead", EXPORT)
    assert not app.exception
    assert say("ru", "export.answer_empty") in words_of(app)
    assert not app.selectbox


def choose(app: AppTest, key: str, value: str) -> AppTest:
    """Choose in a selectbox of an enumeration by the value of a member."""
    box = app.selectbox(key=key)
    return box.set_value(next(option for option in type(box.value) if option.value == value)).run()


def test_every_kind_of_export_is_shown_before_it_is_taken(house: Database, open_page: OpenPage) -> None:
    upload_app = upload(open_page("lead", IMPORT), FILE)
    press(upload_app, say("ru", "import.start"))
    app = open_page("lead", EXPORT)
    for what in ExportContent:
        app = choose(app, "export_what", what.value)
        assert not app.exception
        assert say("ru", f"export.about.{what.value}") in words_of(app)
        kinds = formats_of(what, LabelKind.SINGLE)
        assert app.selectbox(key="export_format").options == [
            say("ru", f"export.format.{kind.value}") for kind in kinds
        ]
    app = choose(app, "export_what", "final")
    assert list(app.dataframe[0].value["text"]) == ["Спасибо, всё пришло", "Где выписка?"]
    for kind in formats_of(ExportContent.FINAL, LabelKind.SINGLE):
        app = choose(app, "export_format", kind.value)
        assert not app.exception
        assert say("ru", f"export.format_about.{kind.value}") in words_of(app)


def test_the_command_on_the_export_page_writes_the_same_file(
    house: Database,
    open_page: OpenPage,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = upload(open_page("lead", IMPORT), FILE)
    press(app, say("ru", "import.start"))
    app = choose(open_page("lead", EXPORT), "export_format", "csv_spreadsheet")
    app = app.selectbox(key="export_separator").set_value(";").run()
    app = app.number_input(key="export_probability").set_value(0.0).run()
    assert not app.exception
    assert app.query_params["format"] == "csv_spreadsheet" and app.query_params["separator"] == ";"
    command = shlex.split(app.code[0].value)
    assert command[:4] == ["python", "-m", "labeling", "export"]
    monkeypatch.setattr(main, "_opened", lambda: house)
    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert main.main(command[3:]) == 0
    (file,) = folder.iterdir()
    with house.snapshot() as connection:
        lead = get_person(connection, "lead").id
    options = ExportOptions.of_query(dict(app.query_params))
    out = io.BytesIO()
    export(house, "demo", ExportContent.FINAL, out, ExportFormat.CSV_SPREADSHEET, options=options, actor=lead)
    assert file.read_bytes() == out.getvalue()


def open_at(open_page: OpenPage, query: dict[str, str]) -> AppTest:
    """The export page by an address: no widget of it has been drawn before."""
    app = open_page("lead", "project/settings.py")
    app.query_params.update(query)
    return app.switch_page(EXPORT).run()


def test_an_address_opens_the_export_that_it_names(house: Database, open_page: OpenPage) -> None:
    app = upload(open_page("lead", IMPORT), FILE)
    press(app, say("ru", "import.start"))
    asked = {
        "what": "annotations",
        "format": "parquet",
        "only_labelled": "1",
        "min_probability": "0.9",
        "split": "train",
    }
    app = open_at(open_page, asked)
    assert app.selectbox(key="export_what").value is ExportContent.ANNOTATIONS
    assert app.selectbox(key="export_format").value is ExportFormat.PARQUET
    assert app.checkbox(key="export_labelled").value and app.number_input(key="export_probability").value == 0.9
    assert app.text_input(key="export_split").value == "train"
    assert say("ru", "export.no_rows") in [element.value for element in app.info]
    # What makes no sense is passed over.
    app = open_at(open_page, {"what": "everything", "format": "doc", "min_probability": "90"})
    assert not app.exception and app.selectbox(key="export_what").value is ExportContent.FINAL


def test_the_page_names_the_size_that_the_server_takes(house: Database, open_page: OpenPage) -> None:
    most = tomllib.loads((FOLDER.parent / ".streamlit/config.toml").read_text(encoding="utf-8"))["server"][
        "maxUploadSize"
    ]
    assert f"до {most} МБ" in words_of(open_page("lead", IMPORT))


def test_a_column_for_each_class_is_chosen_where_there_are_columns(house: Database, open_page: OpenPage) -> None:
    app = upload(open_page("lead", IMPORT), FILE)
    press(app, say("ru", "import.start"))
    app = open_at(open_page, {"what": "final", "format": "parquet"})
    assert "label" in app.dataframe[0].value.columns
    app = app.checkbox(key="export_one_hot").check().run()
    with house.snapshot() as connection:
        classes = {entry.code for entry in get_classes(connection, get_project(connection, "demo").id)}
    shown = set(app.dataframe[0].value.columns)
    assert classes <= shown and "label" not in shown
    assert app.query_params["one_hot"] == "1" or app.query_params["one_hot"] == ["1"]
    assert "--one-hot" in app.code[0].value
    app = choose(app, "export_format", "doccano")
    assert not app.exception and "--one-hot" not in app.code[0].value
    assert not [box for box in app.checkbox if box.key == "export_one_hot"]
