"""What the page of judging reads: versions, looks at them, and how they do on the dev part, computed once for each state."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from db.engine import database
from db.frames import marks
from db.frames import suggestions as suggestion_frames
from db.frames.suggestions import speaking
from db.vocabulary import Part
from labeling.facts import settled
from labeling.junior import evaluation as evaluating
from labeling.junior.evaluation import Spoken
from labeling.junior.prompts import Look, Prompt, add_look, looks, prompts
from labeling.kept import kept
from labeling.projects.classes import LabelClass
from labeling.projects.labels import known_labels
from labeling.projects.projects import Project
from labeling.quality.judging import Comparison
from pages.ui.acting import acting
from pages.ui.session import now


@dataclass(frozen=True, eq=False)
class Desk:
    """The project's versions, the newest first, the one that speaks, all looks at the locked part, and its classes."""

    project: Project
    versions: Mapping[int, Prompt]
    speaker: int | None
    looks: list[Look]
    titled: Mapping[str, LabelClass]
    golden: pl.DataFrame

    def looks_at(self, prompt_id: int) -> list[Look]:
        """Looks at the locked part with this version, the newest first."""
        return [look for look in self.looks if look.prompt_id == prompt_id]


def desk_of(project: Project) -> Desk:
    with database().snapshot() as connection:
        return Desk(
            project,
            {prompt.id: prompt for prompt in prompts(connection, project.id)},
            speaking(connection, project.id),
            looks(connection, project.id, Part.TEST),
            known_labels(connection, project.id),
            settled.golden(connection, project.id),
        )


def dev_report(project: Project, prompt: Prompt) -> Mapping[str, Any]:
    """How a version does on the dev part, as of now."""
    return _dev_report(_key(project, prompt), project, prompt)


def last_report(desk: Desk, prompt: Prompt) -> Mapping[str, Any] | None:
    """What the newest look at the locked part found of a version; None where nobody looked, or what was found is gone."""
    return next((look.report for look in desk.looks_at(prompt.id) if evaluating.was_judged(look.report)), None)


def said_by(project: Project, prompt: Prompt) -> Spoken:
    return _said_by(_key(project, prompt), project, prompt)


def comparison(project: Project, first: Prompt, second: Prompt, part: Part) -> Comparison | None:
    """The second version against the first; None where they don't speak of the same classes."""
    return _comparison((_key(project, first), _key(project, second), part), project, first, second, part)


def take_a_look(project: Project, prompt: Prompt, actor: int) -> None:
    """Judge a version on the locked part, and write down that it was."""
    with database().snapshot() as connection:
        report = evaluating.evaluate(connection, project, prompt, Part.TEST)
    with acting("judging.looked") as connection:
        add_look(connection, project, prompt.id, Part.TEST, int(report["asked"]), report, now=now(), actor=actor)


def _key(project: Project, prompt: Prompt) -> Hashable:
    with database().snapshot() as connection:
        mark = marks.quality_mark(connection, project.id)
        answered = suggestion_frames.suggestion_mark(connection, prompt.id)
    return (str(database().url), project.id, prompt.id, mark, answered)


@kept(32)
def _dev_report(key: Hashable, project: Project, prompt: Prompt) -> Mapping[str, Any]:
    with database().snapshot() as connection:
        return evaluating.evaluate(connection, project, prompt, Part.DEV)


@kept(8)
def _said_by(key: Hashable, project: Project, prompt: Prompt) -> Spoken:
    with database().snapshot() as connection:
        return evaluating.spoken(connection, project, prompt)


@kept(32)
def _comparison(key: Hashable, project: Project, first: Prompt, second: Prompt, part: Part) -> Comparison | None:
    with database().snapshot() as connection:
        return evaluating.paired(connection, project, first, second, part)
