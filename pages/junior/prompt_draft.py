"""A version of junior that is being written: what stands in the fields, and the version that it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from db.vocabulary import PromptKind
from labeling.junior.examples import Candidate
from labeling.junior.prompts import Example, Prompt, write_prompt
from labeling.junior.request import Settings
from labeling.projects.projects import Project
from pages.ui.figures import number
from pages.ui.session import now
from pages.ui.widgets import acting
from pages.ui.words import t

FIELDS = ("name", "model", "instructions", "reasoning", "temperature", "samples", "most_tokens", "target", "examples")


@dataclass(frozen=True)
class Draft:
    """What is written so far, in this browser session."""

    slug: str

    def key(self, field: str) -> str:
        """The key of a field's widget."""
        return f"prompt:{self.slug}:{field}"

    def get(self, field: str) -> Any:
        """What stands in a field."""
        return st.session_state[self.key(field)]

    def begin(self, versions: Sequence[Prompt]) -> None:
        """Begin with the newest prompt, or keep what is written; a field that isn't on screen is kept by being written down."""
        if self.key("name") not in st.session_state:
            newest = next((one for one in versions if one.kind is PromptKind.LLM), None)
            self.take(newest)
        for field in FIELDS:
            st.session_state[self.key(field)] = st.session_state[self.key(field)]

    def take(self, prompt: Prompt | None) -> None:
        """Put a version into the fields, or what is usual."""
        settings = Settings.of(prompt.settings if prompt else {})
        values: Mapping[str, Any] = {
            "name": prompt.name if prompt else "",
            "model": (prompt.model or "") if prompt else "",
            "instructions": prompt.instructions if prompt else "",
            "reasoning": settings.reasoning,
            "temperature": settings.temperature,
            "samples": settings.samples,
            "most_tokens": settings.most_tokens,
            # A selector shows None as nothing chosen.
            "target": settings.target or "",
            "examples": [one.item_id for one in prompt.examples] if prompt else [],
        }
        for field, value in values.items():
            st.session_state[self.key(field)] = value

    def settings(self) -> dict[str, Any]:
        """The settings that differ from the usual ones."""
        usual = Settings()
        typed = {name: self.get(name) for name in ("reasoning", "temperature", "samples", "most_tokens")}
        typed["target"] = self.get("target") or None
        return {name: value for name, value in typed.items() if value != getattr(usual, name)}

    def examples(self, known: Mapping[int, Candidate]) -> tuple[Example, ...]:
        """The chosen examples that may still be ones, in their order."""
        return tuple(known[item_id].example for item_id in self.get("examples") if item_id in known)

    def as_prompt(self, project: Project, known: Mapping[int, Candidate], guideline: int | None) -> Prompt:
        """The version that it would become, for a preview."""
        model = self.get("model").strip() or None
        return Prompt(
            0, 0, PromptKind.LLM, self.get("name"), model, self.get("instructions"), self.settings(),
            self.examples(known), guideline, now(),
        )  # fmt: skip


def save(project: Project, actor: int, draft: Draft, known: Mapping[int, Candidate]) -> None:
    """Write the draft as the next version."""
    with acting("prompts.written") as connection:
        write_prompt(
            connection, project, PromptKind.LLM, name=draft.get("name"), model=draft.get("model").strip() or None,
            instructions=draft.get("instructions"), settings=draft.settings(), examples=draft.examples(known), now=now(),
            actor=actor,
        )  # fmt: skip


def as_text(prompt: Prompt) -> str:
    """A version as lines, to be compared with another."""
    settings = Settings.of(prompt.settings)
    told = {
        "name": prompt.name or "–",
        "model": prompt.model or "–",
        "guide": str(prompt.guideline_version or "–"),
        "reasoning": t("prompts.yes") if settings.reasoning else "–",
        "temperature": number(settings.temperature),
        "samples": number(settings.samples),
        "most_tokens": number(settings.most_tokens),
        "target": settings.target or "–",
    }
    lines = [f"{t(f'prompts.{name}')}: {value}" for name, value in told.items()]
    lines += ["", prompt.instructions, ""]
    for one in prompt.examples:
        lines += [f"[{one.label}] {one.text}", *([f"    {one.rationale}"] if one.rationale else [])]
    return "\n".join(lines)
