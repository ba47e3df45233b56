"""Versions of junior, what a run will cost and how it goes, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from db.vocabulary import PromptKind
from labeling.junior.asking import model_of
from labeling.junior.estimate import Estimate
from labeling.junior.prompts import Prompt
from labeling.projects.projects import Project
from labeling.quality.figures import Figure
from pages.ui.money import money
from pages.ui.words import duration, number, t


def version_title(project: Project, prompt: Prompt) -> str:
    """How a version is known: its number, who it is, its name. It always says whether a model or the classifier speaks."""
    who = t("junior.who.local") if prompt.kind is PromptKind.LOCAL else model_of(project, prompt.model)
    who = who or t("junior.who.no_model")
    named = f" · {prompt.name}" if prompt.name else ""
    return t("junior.version", version=str(prompt.version), who=who, name=named)


def speaks(project: Project, prompt: Prompt | None) -> str:
    """The page's answer: who speaks now."""
    if prompt is None:
        return t("junior.answer.nobody")
    if prompt.kind is PromptKind.LOCAL:
        return t("junior.answer.local", version=str(prompt.version))
    return t("junior.answer.llm", version=str(prompt.version), model=model_of(project, prompt.model) or "–")


def estimate_lines(found: Estimate) -> list[str]:
    """What a run will come to, each with its interval."""
    lines = [
        t("junior.estimate.cost", cost=_within(found.cost, money), n=found.items),
        t("junior.estimate.time", time=_within(found.seconds, lasting)),
        t(
            "junior.estimate.tokens",
            read=_within(found.tokens_in, _whole),
            written=_within(found.tokens_out, _whole),
        ),
        t("junior.estimate.sample", n=found.sample, paid=money(found.paid)),
    ]
    return lines if found.items else [t("junior.estimate.nothing_left", n=found.sample, paid=money(found.paid))]


def lasting(seconds: float) -> str:
    """How long something takes."""
    return duration(timedelta(seconds=max(1.0, seconds)))


def _whole(value: float) -> str:
    return number(round(value))


def _within(found: Figure, write: Callable[[float], str]) -> str:
    if found.value is None:
        return "–"
    said = write(found.value)
    if found.low is None or found.high is None or write(found.low) == write(found.high):
        return said
    return t("junior.within", value=said, low=write(found.low), high=write(found.high))
