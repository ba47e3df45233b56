"""A project that a lead begins: who may, what it is called, what it takes over, and who leads it."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from db.vocabulary import Role, Standing
from labeling.errors import LabelingError
from labeling.people.memberships import members, set_standing
from labeling.people.people import create_person
from labeling.people.starting import start_project
from labeling.projects.archive import archive_project
from labeling.projects.classes import LabelClass, get_classes
from labeling.projects.guidelines import get_guideline, publish_guideline
from labeling.projects.projects import Project, change_settings, get_project
from tests.labeling.people.counter import NOW
from tests.labeling.worlds import add_person

CLASSES = [LabelClass("card", "Карта", "Card", "1", "#4477AA"), LabelClass("other", "Прочее", "Other", "2", "#EE6677")]


def test_a_lead_begins_a_project_and_leads_it(connection: Connection, project: Project) -> None:
    lead = add_person(connection, "lead", project, Role.LEAD)
    made = start_project(connection, " Обращения, март ", classes=CLASSES, now=NOW, actor=lead)
    assert (made.slug, made.title_ru, made.title_en) == ("obrashcheniya-mart", "Обращения, март", "Обращения, март")
    assert get_classes(connection, made.id) == CLASSES
    assert [(each.login, each.roles) for each in members(connection, made.id)] == [("lead", (Role.LEAD,))]
    again = start_project(connection, "Обращения: март", now=NOW, actor=lead)
    assert again.slug == "obrashcheniya-mart2"
    assert start_project(connection, "日本", now=NOW, actor=lead).slug == "project"


def test_a_project_that_is_there_and_empty_is_made_ready_by_its_lead_alone(
    connection: Connection, project: Project
) -> None:
    lead = add_person(connection, "lead", project, Role.LEAD)
    like = start_project(connection, "Like", now=NOW, actor=lead)
    change_settings(connection, like.id, {"overlap": 5}, now=NOW, actor=lead)
    like = get_project(connection, like.slug)
    empty = start_project(connection, "Empty", classes=CLASSES[:1], now=NOW, actor=lead)
    made = start_project(connection, "Empty", begun=empty, classes=CLASSES, like=like, now=NOW, actor=lead)
    assert (made.slug, made.title_en, made.overlap) == (empty.slug, "Empty", 5)
    assert get_classes(connection, made.id) == CLASSES
    renamed = start_project(connection, "Обращения", begun=empty, classes=CLASSES, now=NOW, actor=lead)
    assert (renamed.id, renamed.title_ru, renamed.title_en) == (empty.id, "Обращения", "Обращения")
    other = add_person(connection, "other", like, Role.LEAD)
    with pytest.raises(LabelingError, match="not_allowed"):
        start_project(connection, "Taken", begun=empty, now=NOW, actor=other)


def test_who_may_begin_one(connection: Connection, project: Project) -> None:
    admin = create_person(connection, "boss", "Boss", None, now=NOW, is_admin=True).id
    paused, put_away = (add_person(connection, login, project, Role.LEAD) for login in ("paused", "away"))
    set_standing(connection, project.id, paused, Standing.PAUSED, now=NOW, actor=None)
    refused = {
        "expert": add_person(connection, "expert", project, Role.EXPERT, Role.ASSESSOR),
        "nobody": add_person(connection, "nobody"),
        "paused": paused,
    }
    assert start_project(connection, "By an admin", now=NOW, actor=admin).slug == "by-an-admin"
    assert start_project(connection, "By a lead", now=NOW, actor=put_away).slug == "by-a-lead"
    for login, person in refused.items():
        with pytest.raises(LabelingError, match="not_allowed"):
            start_project(connection, login, now=NOW, actor=person)


def test_who_led_only_what_is_put_away_begins_nothing(connection: Connection, project: Project) -> None:
    lead = add_person(connection, "lead", project, Role.LEAD)
    archive_project(connection, project.slug, now=NOW, actor=None)
    with pytest.raises(LabelingError, match="not_allowed"):
        start_project(connection, "New", now=NOW, actor=lead)


def test_a_project_like_another_takes_over_how_it_works_and_no_money(connection: Connection, project: Project) -> None:
    lead = add_person(connection, "lead", project, Role.LEAD)
    publish_guideline(connection, project.id, body_ru="Как размечать", body_en="How to", now=NOW, actor=lead)
    settings = {"overlap": 5, "accuracy_floor": 0.9, "blind_rulings": True, "budget_total": 7, "junior_votes": True}
    like = change_settings(connection, project.id, settings, now=NOW, actor=lead)
    made = start_project(connection, "Another", like=like, now=NOW, actor=lead, pii_policy="mask")
    assert (made.overlap, made.accuracy_floor, made.blind_rulings) == (5, 0.9, True)
    assert (made.budget_total, made.junior_votes, made.pii_policy) == (None, False, "mask")
    guide = get_guideline(connection, made.id)
    assert guide is not None and guide.body_ru == "Как размечать"
    stranger = add_person(connection, "stranger", made, Role.LEAD)
    with pytest.raises(LabelingError, match="not_allowed"):
        start_project(connection, "Not theirs", like=like, now=NOW, actor=stranger)


def test_a_project_has_a_name(connection: Connection) -> None:
    with pytest.raises(LabelingError, match="title_missing"):
        start_project(connection, "  ", now=NOW, actor=None)
