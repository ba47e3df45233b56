"""Versions of junior, what a run will cost and how it goes, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import streamlit as st

from db.vocabulary import PromptKind
from labeling.junior.asking import model_of
from labeling.junior.estimate import Estimate
from labeling.junior.prompts import Prompt
from labeling.projects.projects import Project
from pages.ui.figures import money, number, rough
from pages.ui.words import duration, t


def version_title(project: Project, prompt: Prompt) -> str:
    """How a version is known: its number, who it is, its name. It always says whether a model or the classifier speaks."""
    who = t("junior.who.local") if prompt.kind is PromptKind.LOCAL else model_of(project, prompt.model)
    if prompt.is_brought:
        who = t("junior.who.brought", model=prompt.model or "–")
    who = who or t("junior.who.no_model")
    named = f" · {prompt.name}" if prompt.name else ""
    return t("junior.version", version=str(prompt.version), who=who, name=named)


def choose_version(
    label: str, project: Project, versions: Mapping[int, Prompt], *, key: str, first: int | None = None, **looks: Any
) -> Prompt:
    """The version that is chosen, at first the one with the id ``first``, else the newest."""
    ids = list(versions)
    chosen = st.selectbox(
        label, ids, ids.index(first) if first in ids else 0, lambda prompt_id: version_title(project, versions[prompt_id]),
        key=key, **looks,
    )  # fmt: skip
    return versions[chosen]


def speaker_sentence(project: Project, prompt: Prompt | None) -> str:
    """The page's answer: who speaks now."""
    if prompt is None:
        return t("junior.answer.nobody")
    if prompt.kind is PromptKind.LOCAL:
        return t("junior.answer.local", version=str(prompt.version))
    if prompt.is_brought:
        return t("junior.answer.brought", version=str(prompt.version), model=prompt.model or "–")
    return t("junior.answer.llm", version=str(prompt.version), model=model_of(project, prompt.model) or "–")


def estimate_lines(estimate: Estimate) -> list[str]:
    """What a run will come to, each with its interval."""
    lines = [
        t("junior.estimate.cost", cost=rough(estimate.cost, money), n=estimate.items),
        t("junior.estimate.time", time=rough(estimate.seconds, seconds_in_words)),
        t("junior.estimate.tokens", read=rough(estimate.tokens_in, _whole), written=rough(estimate.tokens_out, _whole)),
        t("junior.estimate.sample", n=estimate.sample, paid=money(estimate.paid)),
    ]
    if estimate.unanswered:
        lines.append(t("junior.estimate.unanswered", n=estimate.unanswered))
    return (
        lines if estimate.items else [t("junior.estimate.nothing_left", n=estimate.sample, paid=money(estimate.paid))]
    )


def seconds_in_words(seconds: float) -> str:
    """How long something takes."""
    return duration(timedelta(seconds=max(1.0, seconds)))


def _whole(value: float) -> str:
    return number(round(value))
