"""Pairs as each assessor sees them: for about half of them the second candidate stands first, and their word is turned back."""

from __future__ import annotations

from dataclasses import replace

from db.vocabulary import LabelKind
from labeling.desk.suggestions import Hint
from labeling.notation.pairs import turned_text
from labeling.projects.projects import Project
from labeling.quality.kinds.sides import is_turned, turned


def sees_turned(project: Project, assessor_id: int, item_id: int) -> bool:
    """Whether this assessor is shown the pair the other way round: always the same way, so that F5 changes nothing."""
    return project.kind is LabelKind.PAIR and is_turned(project.seed, assessor_id, item_id)


def shown(text: str, hint: Hint | None, *, is_turned: bool) -> tuple[str, Hint | None]:
    """A text and junior's word on it as they are shown."""
    if not is_turned:
        return text, hint
    return turned_text(text), hint and replace(hint, label=turned(hint.label) or hint.label)
