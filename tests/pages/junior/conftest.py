"""A server that plays the model, and a project whose junior is asked there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.engine import Database
from labeling import config
from labeling.adjudication import bulk, corner_cases
from labeling.adjudication.queue import Candidate
from labeling.projects.projects import Project, get_project
from pages.ui.session import now
from tests.junior_server import Act, JuniorServer, served
from tests.labeling.worlds import add_items
from tests.pages.junior.asked import TEXTS


@pytest.fixture(autouse=True)
def _nothing_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "JUNIOR_URL", "")
    monkeypatch.setattr(config, "JUNIOR_MODEL", "")


@pytest.fixture
def server() -> Iterator[JuniorServer]:
    with served(lambda body, before: Act("gratitude")) as started:
        yield started


@pytest.fixture
def project(house: Database) -> Project:
    """ "demo" with six items, of which the first three are ruled, and the second of those is a corner case."""
    with house.transaction() as connection:
        found = get_project(connection, "demo")
        ids = add_items(connection, found, TEXTS)
        labels = {ids[0]: "neutral", ids[1]: "gratitude", ids[2]: "neutral"}
        bulk.rule_many(connection, found, [Candidate(one) for one in labels], labels, now=now(), actor=None)
        corner_cases.add(connection, found, ids[1], "gratitude", "thanks for a thing", now=now(), actor=None)
    return found
