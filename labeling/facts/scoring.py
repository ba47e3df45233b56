"""By what the answers of a project are scored, everywhere."""

from __future__ import annotations

from sqlalchemy import Connection

from labeling.projects.classes import get_classes
from labeling.projects.kinds import comparison
from labeling.projects.projects import Project
from labeling.quality.kinds.score import Scoring


def scoring_of(connection: Connection, project: Project) -> Scoring:
    """The scoring of a project's kind of labels, with all of its classes, retired ones too, where one may be right in part."""
    kind = comparison(connection, project.id, project.kind)
    if not Scoring(kind).is_graded:
        return Scoring(kind)
    classes = get_classes(connection, project.id, retired=True)
    parents = {entry.code: entry.parent for entry in classes if entry.parent is not None}
    return Scoring(kind, tuple(entry.code for entry in classes), parents or None)
