"""Letting a version of junior speak: how right it is against the floor that people are held to, and the button that says so."""

from __future__ import annotations

from labeling.junior.prompts import Look, falls_short, promote
from labeling.projects.projects import Project
from pages.ui.acting import acting
from pages.ui.figures import in_words
from pages.ui.progress import verdict
from pages.ui.session import now
from pages.ui.widgets import confirm
from pages.ui.words import t


def floor_sentence(project: Project, look: Look) -> str:
    """How right a look found the version, with its interval, and where that lies by the project's floor."""
    score = look.score
    if score is None:
        return ""
    stands = "below" if falls_short(project, score) else verdict(score, project.accuracy_floor)
    return t(f"promotion.{stands}", right=in_words(score), floor=project.accuracy_floor)


def draw_promote(project: Project, look: Look, actor: int, question: str, *, key: str) -> None:
    """The button that lets a version speak, asking ``question``; below the floor it asks for that in so many words."""
    below = look.score is None or falls_short(project, look.score)
    asked = f"{floor_sentence(project, look)} {question}"
    if below:
        asked = f"{floor_sentence(project, look)} {t('promotion.below.question')} {question}"
    label = t("promotion.below.act" if below else "promotion.act")
    confirm(label, asked, let_speak, project, look.prompt_id, actor, below, key=key)


def let_speak(project: Project, prompt_id: int | None, actor: int, below_floor: bool = False) -> None:
    """Let a version speak, or nobody (None)."""
    done = "junior.withdrawn" if prompt_id is None else "junior.promoted"
    with acting(done) as connection:
        promote(connection, project, prompt_id, below_floor=below_floor, now=now(), actor=actor)
