"""A conversation before an expert: its turns, those that decided for assessors, folded and searched as on the label card."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from db import schema
from db.vocabulary import ItemForm, Role
from labeling.notation.turns import Turn, written
from labeling.projects.classes import add_codes
from labeling.projects.projects import create_project
from tests.e2e.conftest import AppServer
from tests.labeling.exchange.files import bring, named
from tests.labeling.worlds import CLASSES, NOON, add_items, add_person
from tests.pages.review.reviewing import add_analysis

# Longer than what is shown at once, with the bank's turns between the client's.
TALK = [Turn(("client", "bank")[n % 2], f"remark {n} on the account") for n in range(25)]
# By item, which turn decided for whom: of the first such as are in sight, of the second one that would be folded away.
DECIDED = {"1": {"ann": 0, "bob": 0, "eve": 24}, "2": {"ann": 12, "bob": None, "eve": 12}}


@pytest.fixture
def ruling(app_server: AppServer, page: Page, signed_in: Callable[[Page, str], Page]) -> Page:
    """The card with the first conversation on it."""
    with app_server.database.transaction() as connection:
        project = create_project(connection, "calls", now=NOON, unjudged_speakers=["bank"])
        add_codes(connection, project.id, CLASSES, now=NOON)
        items = add_items(connection, project, [written(TALK), written(TALK[:-1])], form=ItemForm.TURNS)
        add_person(connection, "expert", project, Role.EXPERT)
    rows = [
        {"item": item, "annotator": who, "label": "neutral", "revision": 1, "latest": True, "evidence": turn}
        for item, said in DECIDED.items()
        for who, turn in said.items()
    ]
    bring(app_server.database, named("\n".join(map(json.dumps, rows)).encode(), "votes.jsonl"), slug="calls")
    add_analysis(app_server.database, project, items, now=NOON)
    signed_in(page, "expert").goto(f"{app_server.url}/adjudicate?project=calls")
    page.wait_for_selector('.card[data-screen="item"]', timeout=30_000)
    page.wait_for_selector(".turn")
    return page


def test_turns_are_told_with_those_that_decided_folded_and_searched(ruling: Page, app_server: AppServer) -> None:
    turns, decided = ruling.locator(".turn"), ruling.locator(".turn[data-marked]")
    assert turns.count() < len(TALK)
    assert set(ruling.locator(".turn.muted .who").all_inner_texts()) == {"bank"}
    assert "remark 0 on the account" in decided.nth(0).inner_text() and "A, B" in decided.nth(0).inner_text()
    assert "remark 24 on the account" in decided.nth(1).inner_text() and "C" in decided.nth(1).inner_text()
    assert decided.count() == 2
    ruling.keyboard.press("Backquote")
    expect(turns).to_have_count(len(TALK))
    ruling.keyboard.press("Backquote")
    assert turns.count() < len(TALK)
    ruling.keyboard.press("Backslash")
    ruling.keyboard.type("remark 12")
    expect(ruling.locator("mark.here")).to_be_visible()
    expect(turns).to_have_count(len(TALK))
    # Typed into the field no key is a class.
    ruling.keyboard.press("Escape")
    expect(ruling.locator("mark")).to_have_count(0)
    ruling.keyboard.press("Digit2")
    ruling.wait_for_selector('.card[data-queue-length="0"]')
    # What lies in the middle is in sight where it decided, and was unfolded for it.
    expect(decided).to_have_count(1)
    assert "remark 12 on the account" in decided.inner_text() and "A, C" in decided.inner_text()
    with app_server.database.snapshot() as connection:
        labels = list(connection.execute(select(schema.adjudication.c.label)).scalars())
    assert labels == ["gratitude"]
