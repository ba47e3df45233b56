"""Every page of a project of every kind opens without an error and tells something."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from db.engine import Database
from pages.ui.navigation import PAGES
from tests.pages.conftest import OpenPage
from tests.pages.of_kinds import KINDS, make
from tests.pages.working import shown

OF_A_PROJECT = [page for page in PAGES if page.group in ("assessor", "lead", "expert") and page.url != "item"]


@pytest.mark.parametrize("name", list(KINDS))
def test_every_page_of_a_kind_opens(house: Database, open_page: OpenPage, name: str) -> None:
    make(house, name)
    broken = {}
    for page in OF_A_PROJECT:
        login = page.group if page.group == "assessor" else "lead"
        app = open_page(login, page.path, project="kind")
        if app.exception:
            broken[page.url] = "\n".join(f"{each.message} {each.stack_trace[-6:]}" for each in app.exception)
        if folder := os.environ.get("WALK"):
            Path(f"{folder}/{name}-{page.url}.txt").write_text(shown(app), encoding="utf-8")
    assert broken == {}
