"""The effect of showing suggestions, in words."""

from __future__ import annotations

from collections.abc import Sequence

from labeling.junior.experiment import Experiment
from labeling.junior.prompts import Prompt
from labeling.projects.projects import Project
from labeling.quality.figures import Figure
from labeling.quality.showing import HARMFUL, MOST_FOLLOWED, MOST_LOST, UNDECIDED
from pages.ui.figures import in_words, number, percent
from pages.ui.junior_words import version_title
from pages.ui.words import t


def showing_answer(one: Experiment) -> str:
    """What the page opens with: the recommendation, and what it rests on."""
    if not one.answers:
        return t("showing.answer.none")
    harmful = [effect.arm for effect in one.showing.effects if effect.verdict == HARMFUL]
    if one.showing.recommendation == UNDECIDED and harmful:
        return t(f"showing.answer.harmful.{harmful[0]}", n=one.answers)
    facts = {"followed": percent(MOST_FOLLOWED), "lost": percent(MOST_LOST)}
    return t(f"showing.answer.{one.showing.recommendation}", n=one.answers, **facts)


def ratio(found: Figure) -> str:
    """A ratio with its interval: "× 0.80 [0.72, 0.88], n = 240"."""
    return in_words(found) if found.value is None else f"× {in_words(found)}"


def lasting_seconds(value: float | None) -> str:
    """Seconds with one place, or a dash."""
    return "–" if value is None else t("showing.seconds_value", seconds=number(float(value), digits=1))


def spoke(project: Project, versions: Sequence[Prompt]) -> str:
    """Whose suggestions these were."""
    if not versions:
        return t("showing.spoke.unknown")
    return t("showing.spoke", n=len(versions), versions=", ".join(version_title(project, one) for one in versions))
