"""A wording for the guide from what experts put right, asked of a real server."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from labeling import config
from labeling.adjudication import bulk
from labeling.adjudication.queue import Candidate
from labeling.errors import LabelingError
from labeling.junior.propose_wording import confusions, propose_wording
from labeling.privacy import Masker
from labeling.projects.projects import get_project
from tests.junior_server import Act, Decide, served
from tests.labeling.jobs.asking import prepare, spent
from tests.labeling.worlds import NOON, World, add_items, make_world


@pytest.fixture(autouse=True)
def _no_address_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "JUNIOR_URL", "")


def mistaken(database: Database) -> World:
    """Three texts called neutral that an expert ruled gratitude, one ruled confusion, one left as it is."""
    world = make_world(database, items=0, golden_items=0)
    with database.transaction() as connection:
        texts = ["Спасибо, звоните 8 (999) 123-45-67", "спасибо 2", "спасибо 3", "что?", "да"]
        ids = add_items(connection, world.project, texts)
        said = ["gratitude"] * 3 + ["confusion", "neutral"]
        bulk.rule_many(
            connection, world.project, [Candidate(item_id, "neutral") for item_id in ids],
            dict(zip(ids, said, strict=True)), rationale="благодарит", now=NOON, actor=None,
        )  # fmt: skip
    return world


def propose(world: World, decide: Decide, given: str = "neutral") -> tuple[str, list[dict[str, object]]]:
    with served(decide) as server:
        prepare(world, server)
        with world.database.snapshot() as connection:
            project = get_project(connection, world.project.slug)
        found = propose_wording(
            world.database, project, given, "gratitude", language="ru", masker=Masker(), clock=lambda: NOON
        )
    return found, server.requests


def test_proposed_from_masked_mistakes_and_paid(sqlite_database: Database) -> None:
    world = mistaken(sqlite_database)
    assert confusions(sqlite_database, world.project) == [("neutral", "gratitude", 3)]
    answer = json.dumps({"paragraph": "Благодарность — это спасибо."}, ensure_ascii=False)
    found, (request,) = propose(world, lambda body, before: Act(content=answer))
    assert found == "Благодарность — это спасибо."
    told = json.loads(request["messages"][1]["content"])  # type: ignore[index]
    assert len(told) == 3
    assert {one["rationale"] for one in told} == {"благодарит"}
    assert "123-45-67" not in str(request)
    assert "in Russian" in request["messages"][0]["content"]  # type: ignore[index]
    with sqlite_database.snapshot() as connection:
        names = ("purpose", "item_id", "prompt_id", "masked", "cost")
        (row,) = connection.execute(select(*(schema.llm_call.c[name] for name in names)))
    assert tuple(row) == ("draft", None, None, {"PHONE": 1}, 70)
    assert spent(world) == 70


def test_what_is_no_proposal_is_refused(sqlite_database: Database) -> None:
    world = mistaken(sqlite_database)
    with pytest.raises(LabelingError, match="reply_malformed"):
        propose(world, lambda body, before: Act(content="Hm."))
    with pytest.raises(LabelingError, match="no_mistakes"):
        propose(world, lambda body, before: Act(), given="confusion")
    with pytest.raises(LabelingError, match="no_junior"):
        propose_wording(
            sqlite_database, world.project, "neutral", "gratitude", language="ru", masker=Masker(), clock=lambda: NOON
        )
