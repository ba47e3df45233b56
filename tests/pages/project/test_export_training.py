"""Pairs to train on, from the export page: its formats, how many are left out, the check before, the file, and who gets it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import TRAINING, ExportFormat
from pages.ui.words import say
from tests.labeling.exchange.files import SLUG
from tests.labeling.pairs import rows_of
from tests.pages.conftest import OpenPage
from tests.pages.pairs import bring_house_pairs
from tests.pages.test_shell import answer_of, shown

EXPORT = "project/export_page.py"


def opened(open_page: OpenPage, login: str = "lead", format: str | None = None, **chosen: object) -> AppTest:
    app = open_page(login, EXPORT, project=SLUG)
    if format is not None:
        app.selectbox(key="export_format").set_value(ExportFormat(format)).run()
    if "probability" in chosen:
        app.number_input(key="export_probability").set_value(chosen["probability"]).run()
    if "what" in chosen:
        app.selectbox(key="export_what").set_value(chosen["what"]).run()
    assert not app.exception, app.exception
    return app


def texts_of(app: AppTest) -> str:
    return " ".join(text.value for text in app.text)


def test_a_project_of_pairs_is_offered_rows_to_train_on_and_others_are_not(
    house: Database, open_page: OpenPage
) -> None:
    bring_house_pairs(house)
    offered = {say("ru", f"export.format.{kind.value}") for kind in TRAINING}
    assert offered <= set(opened(open_page).selectbox(key="export_format").options)


@pytest.mark.parametrize(("format", "rows"), [("dpo", 7), ("reward", 7), ("kto", 16)])
def test_it_shows_the_rows_and_what_is_left_out(house: Database, open_page: OpenPage, format: str, rows: int) -> None:
    bring_house_pairs(house)
    app = opened(open_page, format=format)
    assert len(app.dataframe[0].value) == rows
    assert "Для обучения годятся 7 пар из 10." in texts_of(app)
    assert "Не входят: без метки: 1; ничья: 1; оба плохи: 1." in texts_of(app)
    assert ("Текстов «годится» – 7, «не годится» – 9." in texts_of(app)) is (format == "kto")
    assert f"--format {format}" in app.code[0].value


def test_the_least_probability_leaves_pairs_out_and_counts_them(house: Database, open_page: OpenPage) -> None:
    bring_house_pairs(house)
    app = opened(open_page, format="dpo", probability=1.0)
    assert "не так уверенно: " in texts_of(app)
    assert "--min-probability 1.0" in app.code[0].value


def test_it_warns_before_of_what_a_model_could_win_by(house: Database, open_page: OpenPage) -> None:
    bring_house_pairs(house, rows_of({str(at): ("fff", "x", "y", "the longer answer", "short") for at in range(40)}))
    app = opened(open_page, format="dpo")
    assert len(app.warning) == 3
    assert say("ru", "preferences.check") in " ".join(each.value for each in app.subheader)
    # Of any file of final labels, not of others.
    assert opened(open_page, format=ExportFormat.CSV.value).warning
    assert not opened(open_page, what=ExportContent.GOLDEN).warning


def test_without_a_single_pair_to_write_it_says_so(house: Database, open_page: OpenPage) -> None:
    bring_house_pairs(house, rows_of({"1": ("t", "x", "y", "a", "b")}))
    app = opened(open_page, format="dpo")
    assert say("ru", "preferences.check.nothing") in shown(app)
    assert say("ru", "export.no_rows") in " ".join(each.value for each in app.info)


@pytest.mark.parametrize("login", ["assessor", "expert", "stranger"])
def test_it_is_refused_to_whoever_leads_nothing(house: Database, open_page: OpenPage, login: str) -> None:
    bring_house_pairs(house)
    app = open_page(login, EXPORT, alone=True, project=SLUG, format="dpo")
    assert not app.exception and len(app.info) == 1 and not app.dataframe


def test_an_admin_may_export(house: Database, open_page: OpenPage) -> None:
    bring_house_pairs(house)
    assert answer_of(opened(open_page, "boss", format="dpo"))
