"""Every page of a project of every kind opens without an error and tells something."""

from __future__ import annotations

import pytest

from db.engine import Database
from pages.ui.navigation import PAGES
from pages.ui.words import say
from tests.pages.conftest import OpenPage
from tests.pages.of_kinds import KINDS, make
from tests.pages.working import cards

OF_A_PROJECT = [page for page in PAGES if page.group in ("assessor", "lead", "expert")]


@pytest.mark.parametrize("name", [name for name in KINDS if name != "single"])
def test_every_page_of_a_kind_opens(house: Database, open_page: OpenPage, name: str) -> None:
    make(house, name)
    broken, told = {}, {}
    for page in OF_A_PROJECT:
        login = page.group if page.group == "assessor" else "lead"
        app = open_page(login, page.path, project="kind", **({"item": "5"} if page.url == "item" else {}))
        if app.exception:
            broken[page.url] = "\n".join(f"{each.message} {each.stack_trace[-6:]}" for each in app.exception)
        told[page.url] = set(cards(app))
    assert broken == {}
    in_part = {
        "progress": "scored.exactly",
        "judging": "judging.score",
        "gain": "gain.score",
        "audit": "audit.lost_after",
    }
    shown = {url: say("ru", key) in told[url] for url, key in in_part.items()}
    assert shown == dict.fromkeys(in_part, name != "pair")
    assert (say("ru", "judging.place") in told["judging"]) is (name == "pair")
