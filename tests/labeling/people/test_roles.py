"""Every verb asks for the role itself: nobody gets past by calling it from somewhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from db.engine import Database
from db.vocabulary import PauseReason, Role, Standing
from labeling.adjudication import batches, bulk, corner_cases, undoing
from labeling.adjudication import queue as docket
from labeling.adjudication import rulings as adjudicate
from labeling.adjudication.queue import Candidate
from labeling.adjudication.rulings import Ruling
from labeling.desk import contests, gates, golden
from labeling.errors import LabelingError
from labeling.people import memberships, people
from labeling.people.sign_in import Hashed
from labeling.projects import archive, classes, guidelines, projects
from labeling.projects.classes import LabelClass
from labeling.projects.projects import create_project
from tests.labeling.worlds import World, add_person, make_world

Verb = Callable[[Connection, World, dict[str, Any]], object]
SWAPPED = LabelClass("neutral", "Н", "N", None, "#123456")
ADDED = LabelClass("anger", "Гнев", "Anger", None, "#123456")

LEADS: dict[str, Verb] = {
    "change_settings": lambda c, w, by: projects.change_settings(c, w.project.id, {"chunk_size": 7}, **by),
    "add_classes": lambda c, w, by: classes.add_classes(c, w.project.id, [ADDED], **by),
    "add_codes": lambda c, w, by: classes.add_codes(c, w.project.id, ["joy"], **by),
    "change_class": lambda c, w, by: classes.change_class(c, w.project.id, SWAPPED, **by),
    "publish_guideline": lambda c, w, by: guidelines.publish_guideline(c, w.project.id, body_ru="а", body_en="a", **by),
    "grant": lambda c, w, by: memberships.grant(c, w.project.id, w.assessors[1], Role.LEAD, **by),
    "revoke": lambda c, w, by: memberships.revoke(c, w.project.id, w.assessors[1], Role.ASSESSOR, **by),
    "set_standing": lambda c, w, by: memberships.set_standing(
        c, w.project.id, w.assessors[1], Standing.BANNED, **by
    ),
    "pause": lambda c, w, by: gates.pause(c, w.project.id, w.assessors[1], PauseReason.LEAD, **by),
    "readmit": lambda c, w, by: gates.readmit(c, w.project.id, w.assessors[1], **by),
    "suspend": lambda c, w, by: gates.suspend(c, w.project, 999, **by),
    "suspend_since_briefing": lambda c, w, by: gates.suspend_since_briefing(c, w.project, w.assessors[1], **by),
    "overrule": lambda c, w, by: gates.overrule(c, w.project, 999, **by),
}  # fmt: skip
EXPERTS: dict[str, Verb] = {
    "appoint": lambda c, w, by: golden.appoint(c, w.project, w.items[0], "neutral", **by),
    "rule": lambda c, w, by: contests.rule(c, w.project, 999, label="neutral", reply="", **by),
    "pause_item": lambda c, w, by: contests.pause_item(c, w.project, w.golden[0], paused=True, **by),
    "claim": lambda c, w, by: docket.claim(c, w.project, by["actor"], [], want=1, now=by["now"]),
    "rule_item": lambda c, w, by: adjudicate.rule(
        c, w.project, by["actor"], Ruling("token", 1, None), now=by["now"]
    ),
    "rule_many": lambda c, w, by: bulk.rule_many(
        c, w.project, [Candidate(w.items[0])], {w.items[0]: "neutral"}, **by
    ),
    "undo": lambda c, w, by: undoing.undo(c, w.project, "nothing", **by),
    "make_batch": lambda c, w, by: batches.make_batch(c, w.project, "b", w.items, **by),
    "add_corner_case": lambda c, w, by: corner_cases.add(c, w.project, w.items[0], "neutral", "", **by),
}  # fmt: skip
ADMINS: dict[str, Verb] = {
    "archive": lambda c, w, by: archive.archive_project(c, w.project.slug, **by),
    "create_person": lambda c, w, by: people.create_person(c, "new", "New", None, **by),
    "reset_password": lambda c, w, by: people.reset_password(c, w.assessors[1], Hashed("x"), **by),
    "set_active": lambda c, w, by: people.set_active(c, w.assessors[1], False, **by),
    "set_admin": lambda c, w, by: people.set_admin(c, w.assessors[1], True, **by),
}


def refused(world: World, verb: Verb, actor: int, now: datetime) -> bool:
    """Whether the verb is refused for want of a role; other refusals come only behind that check."""
    with world.database.transaction() as connection:
        try:
            verb(connection, world, {"now": now, "actor": actor})
        except LabelingError as error:
            connection.rollback()
            return error.code == "not_allowed"
        connection.rollback()
    return False


@pytest.mark.parametrize("name", [*LEADS, *EXPERTS, *ADMINS])
def test_who_may(database: Database, name: str) -> None:
    world = make_world(database, items=2, golden_items=1)
    with database.transaction() as connection:
        other = create_project(connection, "other", now=world.now)
        people_of = {
            "lead": add_person(connection, "lead", world.project, Role.LEAD),
            "expert": add_person(connection, "expert", world.project, Role.EXPERT),
            "assessor": world.assessors[0],
            "lead elsewhere": add_person(connection, "elsewhere", other, Role.LEAD, Role.EXPERT),
            "nobody": add_person(connection, "nobody"),
            "admin": people.create_person(connection, "boss", "Boss", None, now=world.now, is_admin=True).id,
        }
    verb = {**LEADS, **EXPERTS, **ADMINS}[name]
    allowed = {who for who, person in people_of.items() if not refused(world, verb, person, world.now)}
    expected = {"admin"} | ({"lead"} if name in LEADS else {"lead", "expert"} if name in EXPERTS else set())
    assert allowed == expected
