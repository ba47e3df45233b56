"""Models whose suggestions a file brought: versions that speak when they are promoted, and that nobody can ask."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from db.vocabulary import PromptKind
from labeling.junior.prompts import BROUGHT, prompts, write_prompt
from labeling.projects.projects import Project


def version_brought(connection: Connection, project: Project, model: str, *, now: datetime, actor: int | None) -> int:
    """The id of the version that stands for a model of this name; written where there is none.

    Raises LabelingError ``not_allowed``.
    """
    for version in prompts(connection, project.id):
        if version.is_brought and version.model == model:
            return version.id
    settings = {BROUGHT: True}
    return write_prompt(connection, project, PromptKind.LLM, model=model, settings=settings, now=now, actor=actor)
