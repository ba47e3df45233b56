"""An empty project beside the demo's: where a visitor goes the way from a file to the first label with their own texts."""

from __future__ import annotations

from datetime import datetime

from db.engine import Database
from db.vocabulary import Role
from labeling.demo.week import Demo
from labeling.people.memberships import grant
from labeling.projects.projects import create_project

SLUG = "yours"
TITLE_RU, TITLE_EN = "Ваш первый проект", "Your first project"


def make_room(database: Database, demo: Demo, *, at: datetime) -> None:
    """Make it, with those of the demo who can sign in, each in their role: so nobody need be invited before the first label."""
    with database.transaction() as connection:
        project = create_project(connection, SLUG, now=at, title_ru=TITLE_RU, title_en=TITLE_EN)
        for role in Role:
            grant(connection, project.id, demo.people[role.value], role, now=at, actor=None)
