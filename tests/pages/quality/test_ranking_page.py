"""The ranking of sources: its verdict, its tables and what it says where there is nothing to rank; for leads of pairs alone."""

from __future__ import annotations

from collections import OrderedDict

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database
from labeling import background
from labeling.facts.preferences import preferences_of
from labeling.kept import Kept
from labeling.projects.projects import get_project
from pages.ui import quality_data
from pages.ui.figures import share_of
from pages.ui.words import say
from tests.labeling.exchange.files import SLUG
from tests.labeling.pairs import PAIRS, rows_of
from tests.pages.conftest import OpenPage
from tests.pages.pairs import bring_house_pairs
from tests.pages.quality.test_agreement_page import HeldBack
from tests.pages.test_shell import answer_of, shown
from tests.pages.working import speak

RANKING = "quality/ranking.py"
MANY = {
    str(at): (
        "fff" if at % 10 else "sss",
        *(("x", "y") if at % 2 else ("x", "z")),
        f"one answer {at}",
        f"another one {at}",
    )
    for at in range(40)
}


def opened(open_page: OpenPage, login: str = "lead", **query: str) -> AppTest:
    app = open_page(login, RANKING, project=SLUG, **query)
    assert not app.exception, app.exception
    return app


def menu_of(app: AppTest) -> list[str]:
    return [link.proto.page for link in app.get("page_link")]


def test_it_opens_with_who_is_ahead_and_how_sure_that_is(house: Database, open_page: OpenPage) -> None:
    bring_house_pairs(house, rows_of(MANY))
    app = opened(open_page)
    with house.snapshot() as connection:
        found = preferences_of(connection, get_project(connection, SLUG))
    assert found.lead is not None and found.lead.is_sure and found.lead.first == "x"
    value, _, ends = share_of(found.lead.share).partition(" [")
    assert value in answer_of(app) and ends.split(",")[0] in answer_of(app)
    assert answer_of(app).startswith(f"«x» впереди «{found.lead.second}»")
    (sources, met) = (frame.value for frame in app.dataframe[:2])
    assert list(sources[say("ru", "ranking.source")]) == list(found.ranking.frame["source"])
    assert list(met[say("ru", "ranking.n")]) == [20, 20]


def test_too_few_pairs_say_how_many_more_would_do(house: Database, open_page: OpenPage) -> None:
    bring_house_pairs(house, rows_of({item: PAIRS[item] for item in "123456"}))
    speak(house, "lead", "en")
    said = answer_of(opened(open_page))
    assert said.startswith("Too few pairs to tell") and "more pairs would do" in said


@pytest.mark.parametrize(
    ("rows", "key", "n"),
    [
        (rows_of(PAIRS, sources=False), "ranking.no_sources", 9),
        (rows_of({"1": ("f", "x", "x", "a", "b")}), "ranking.one_source", 1),
        (rows_of({"7": PAIRS["7"]}), "ranking.empty", 0),
    ],
)
def test_where_there_is_nobody_to_rank_it_says_what_to_do(
    house: Database, open_page: OpenPage, rows: list[dict[str, str]], key: str, n: int
) -> None:
    bring_house_pairs(house, rows)
    app = opened(open_page)
    assert answer_of(app) == say("ru", key, n=n)
    assert say("ru", "ranking.empty_next" if key == "ranking.empty" else "ranking.no_sources_next") in shown(app)
    assert not app.dataframe


def test_a_project_of_other_labels_has_none_and_says_so(house: Database, open_page: OpenPage) -> None:
    bring_house_pairs(house)
    app = open_page("lead", RANKING, project="demo")
    assert answer_of(app) == say("ru", "ranking.other_kind")
    assert "ranking" not in " ".join(menu_of(app))
    assert "ranking" in " ".join(menu_of(opened(open_page)))


@pytest.mark.parametrize("login", ["assessor", "expert", "stranger"])
def test_it_is_refused_to_whoever_leads_nothing(house: Database, open_page: OpenPage, login: str) -> None:
    bring_house_pairs(house)
    app = open_page(login, RANKING, alone=True, project=SLUG)
    assert not app.exception
    assert len(app.info) == 1 and "sv-answer" not in shown(app)


def test_an_admin_sees_it_too(house: Database, open_page: OpenPage) -> None:
    bring_house_pairs(house)
    assert answer_of(opened(open_page, "boss"))


def test_a_short_cut_is_warned_of_and_what_to_do(house: Database, open_page: OpenPage) -> None:
    bring_house_pairs(house, rows_of({str(at): ("fff", "x", "y", "the longer answer", "short") for at in range(40)}))
    app = opened(open_page)
    told = " ".join(warning.value for warning in app.warning)
    for beginning in (
        "Чаще выбран более длинный текст",
        "Чаще выбран текст, который стоит в файле первым",
        "«x» выигрывает почти всегда",
    ):
        assert beginning in told
    assert "Добавьте пары с текстами равной длины" in told


def test_sources_that_never_met_are_told_apart(house: Database, open_page: OpenPage) -> None:
    apart = {"1": ("fff", "x", "y", "aa", "b"), "2": ("fff", "x", "y", "aa", "bb"), "3": ("fff", "u", "v", "cc", "d")}
    bring_house_pairs(house, rows_of(apart))
    app = opened(open_page)
    assert any("2 группы" in warning.value for warning in app.warning)
    assert say("ru", "ranking.group") in app.dataframe[0].value.columns


def test_of_many_pairs_it_says_that_it_counts_and_goes_on_by_itself(
    house: Database, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_house_pairs(house)
    thread = HeldBack()
    # Taken back before the house is left, which waits for the real thread.
    with monkeypatch.context() as patch:
        patch.setattr(quality_data, "SOON", 3)
        patch.setattr(quality_data, "_figures", Kept(256))
        patch.setattr(background, "_thread", thread)
        patch.setattr(background, "_futures", OrderedDict())
        app = opened(open_page)
        assert answer_of(app) == say("ru", "ranking.counted")
        app.run()
        thread.let_go()
        app.run()
    assert answer_of(app) != say("ru", "ranking.counted")
    assert app.dataframe
