"""Two candidates wherever a label of theirs is read: side by side, the first of the file first, and nothing of them is markup."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database
from tests.labeling.exchange.files import SLUG, bring, csv_of
from tests.pages.conftest import OpenPage
from tests.pages.pairs import bring_house_pairs
from tests.pages.test_shell import shown

NASTY = {"prompt": "which *one*?", "response_a": "<b>one</b>\nand more", "response_b": "# two"}


def sides(app: AppTest) -> list[tuple[str, str]]:
    """Each candidate on the page with its heading."""
    found = re.findall(
        r'<section class="sv-candidate"><p class="sv-side">(.*?)</p><div class="sv-text">(.*?)</div>',
        shown(app),
        re.DOTALL,
    )
    return [(str(named), str(text)) for named, text in found]


def votes_of(*labels: str) -> list[dict[str, str]]:
    return [{"item": "n", **NASTY, "annotator": f"w{at}", "label": label} for at, label in enumerate(labels)]


def test_the_page_of_an_item_has_them_side_by_side_as_text(house: Database, open_page: OpenPage) -> None:
    bring_house_pairs(house, votes_of("a", "b"))
    app = open_page("expert", "items/item.py", alone=True, project=SLUG, id="n")
    assert not app.exception
    assert sides(app) == [("Первый", "&lt;b&gt;one&lt;/b&gt;\nand more"), ("Второй", "# two")]
    assert '<div class="sv-text">which *one*?</div>' in shown(app)
    assert set(app.dataframe[0].value["Метка"]) == {"Первый лучше", "Второй лучше"}


@pytest.mark.parametrize(("login", "path"), [("lead", "quality/agreement.py"), ("lead", "quality/consensus.py")])
def test_so_have_the_pages_where_people_part(house: Database, open_page: OpenPage, login: str, path: str) -> None:
    bring_house_pairs(house, votes_of("a", "b"))
    app = open_page(login, path, project=SLUG)
    assert not app.exception
    assert ("Первый", "&lt;b&gt;one&lt;/b&gt;\nand more") in sides(app)


def test_a_text_of_another_project_that_looks_like_a_pair_stays_a_text(house: Database, open_page: OpenPage) -> None:
    bring(house, csv_of(["id", "text", "annotator", "label"], [["1", "first: a\nsecond: b", "w", "x"]]), slug="single")
    app = open_page("boss", "items/item.py", alone=True, project="single", id="1")
    assert not app.exception and not sides(app)
    assert "first: a\nsecond: b" in shown(app)
