"""What the page of showing reads: the experiment, who takes part, and who spoke."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from db.engine import database
from db.frames import marks
from db.frames import suggestions as suggestion_frames
from db.frames import work as work_frames
from db.frames.suggestions import speaking
from labeling.junior.experiment import Experiment, experiment
from labeling.junior.prompts import Prompt, prompts
from labeling.kept import kept
from labeling.projects.projects import Project


def experiment_of(project: Project) -> Experiment:
    """The effect of showing, computed once for each state of the facts."""
    with database().snapshot() as connection:
        mark = marks.quality_mark(connection, project.id)
        promoted = suggestion_frames.promoted(connection, project.id).height
    return _experiment((str(database().url), project.id, mark, promoted), project)


def versions_of(project: Project) -> tuple[Mapping[int, Prompt], Prompt | None]:
    """Every version, and the one that speaks now."""
    with database().snapshot() as connection:
        found = {one.id: one for one in prompts(connection, project.id)}
        speaker = speaking(connection, project.id)
    return found, found.get(speaker) if speaker is not None else None


def people() -> Mapping[int, str]:
    """Names by the person's id."""
    with database().snapshot() as connection:
        return dict(work_frames.annotators(connection).select("assessor", "name").iter_rows())


@kept(16)
def _experiment(key: Hashable, project: Project) -> Experiment:
    with database().snapshot() as connection:
        return experiment(connection, project)
