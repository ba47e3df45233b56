"""The overview of a project, for the pages that show some of it."""

from __future__ import annotations

from collections.abc import Hashable

from db.engine import database
from db.frames import marks
from labeling.facts.overview import Overview, overview
from labeling.kept import kept
from labeling.projects.projects import Project


def overview_of(project: Project, zone: str) -> Overview:
    """The project's overview, computed at most once for each state of its facts."""
    with database().snapshot() as connection:
        mark = marks.watermark(connection, project.id)
    return _overview((str(database().url), project, zone, mark), project, zone)


@kept(16)
def _overview(key: Hashable, project: Project, zone: str) -> Overview:
    with database().snapshot() as connection:
        return overview(connection, project, zone)
