"""Writing a version of junior: what stands in the fields, the exact request that comes of them, the version they become."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from db.engine import database
from db.vocabulary import PromptKind
from labeling import config
from labeling.junior.asking import as_asked, model_of
from labeling.junior.examples import Candidate, candidates, propose
from labeling.junior.masker import masker
from labeling.junior.prompts import MAX_INSTRUCTIONS, MAX_NAME, MOST_EXAMPLES, Example, Prompt, write_prompt
from labeling.junior.request import Request, Settings
from labeling.privacy import Masked
from labeling.projects.classes import LabelClass, get_classes
from labeling.projects.guidelines import get_guideline
from labeling.projects.items import find_item, first_item
from labeling.projects.labels import Titled
from labeling.projects.projects import Project
from pages.ui.access import Access
from pages.ui.acting import acting
from pages.ui.figures import number
from pages.ui.items import class_title
from pages.ui.session import now
from pages.ui.widgets import scrolling, text_as_html
from pages.ui.words import kinds_in_words, t, title_of

FIELDS = ("name", "model", "instructions", "reasoning", "temperature", "samples", "most_tokens", "target", "examples")
PROPOSED = 8
TALL = 280


@dataclass(frozen=True)
class Draft:
    """What is written so far, in this browser session."""

    slug: str

    def key(self, field: str) -> str:
        return f"prompt:{self.slug}:{field}"

    def get(self, field: str) -> Any:
        return st.session_state[self.key(field)]

    def begin(self, versions: Sequence[Prompt]) -> None:
        """Begin with the newest prompt, or keep what is written; a field that isn't on screen is kept by being written down."""
        if self.key("name") not in st.session_state:
            self.take(next((prompt for prompt in versions if prompt.is_written), None))
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
            "examples": [example.item_id for example in prompt.examples] if prompt else [],
        }
        for field, value in values.items():
            st.session_state[self.key(field)] = value

    def settings(self) -> dict[str, Any]:
        """The settings that differ from the usual ones."""
        usual = Settings()
        typed = {name: self.get(name) for name in ("reasoning", "temperature", "samples", "most_tokens")}
        typed["target"] = self.get("target") or None
        return {name: value for name, value in typed.items() if value != getattr(usual, name)}

    def examples(self, candidates: Mapping[int, Candidate]) -> tuple[Example, ...]:
        """The chosen examples that may still be ones, in their order."""
        return tuple(candidates[item_id].example for item_id in self.get("examples") if item_id in candidates)

    def as_prompt(self, candidates: Mapping[int, Candidate], guideline: int | None) -> Prompt:
        """The version that it would become, for a preview."""
        model = self.get("model").strip() or None
        return Prompt(
            0, 0, PromptKind.LLM, self.get("name"), model, self.get("instructions"), self.settings(),
            self.examples(candidates), guideline, now(),
        )  # fmt: skip


def save(project: Project, actor: int, draft: Draft, candidates: Mapping[int, Candidate]) -> None:
    with acting("prompts.written") as connection:
        write_prompt(
            connection, project, PromptKind.LLM, name=draft.get("name"), model=draft.get("model").strip() or None,
            instructions=draft.get("instructions"), settings=draft.settings(), examples=draft.examples(candidates), now=now(),
            actor=actor,
        )  # fmt: skip


def write_local(project: Project, actor: int) -> None:
    with acting("junior.local.written") as connection:
        write_prompt(connection, project, PromptKind.LOCAL, now=now(), actor=actor)


def as_text(prompt: Prompt) -> str:
    """A version as lines, to be compared with another."""
    settings = Settings.of(prompt.settings)
    settings_in_words = {
        "name": prompt.name or "–",
        "model": prompt.model or "–",
        "guide": str(prompt.guideline_version or "–"),
        "reasoning": t("prompts.yes") if settings.reasoning else "–",
        "temperature": number(settings.temperature),
        "samples": number(settings.samples),
        "most_tokens": number(settings.most_tokens),
        "target": settings.target or "–",
    }
    lines = [f"{t(f'prompts.{name}')}: {value}" for name, value in settings_in_words.items()]
    lines += ["", prompt.instructions, ""]
    for example in prompt.examples:
        lines.append(f"[{example.label}] {example.text}")
        lines += [f"    {example.rationale}"] if example.rationale else []
    return "\n".join(lines)


def draw_editor(project: Project, access: Access, versions: Sequence[Prompt]) -> None:
    """The fields of the next version, its examples, and the request as it would leave."""
    with database().snapshot() as connection:
        classes = Titled({entry.code: entry for entry in get_classes(connection, project.id)})
        offered = {candidate.example.item_id: candidate for candidate in candidates(connection, project)}
        guide = get_guideline(connection, project.id)
    draft = Draft(project.slug)
    draft.begin(versions)
    _draw_words(project, draft)
    _draw_settings(draft, classes)
    _draw_examples(draft, offered, classes)
    st.button(t("prompts.save"), key="prompt_save", type="primary", on_click=save,
              args=(project, access.person_id, draft, offered))  # fmt: skip
    st.caption(t("prompts.save_about"))
    st.subheader(t("prompts.preview"), help=t("prompts.preview_about"))
    _draw_preview(project, draft.as_prompt(offered, guide.version if guide else None))


def _draw_words(project: Project, draft: Draft) -> None:
    left, right = st.columns(2)
    left.text_input(t("prompts.name"), key=draft.key("name"), max_chars=MAX_NAME, placeholder=t("prompts.name_example"))
    usual = model_of(project) or config.JUNIOR_MODEL or "–"
    right.text_input(t("prompts.model"), key=draft.key("model"), max_chars=200, placeholder=usual)
    st.text_area(
        t("prompts.instructions"), key=draft.key("instructions"), max_chars=MAX_INSTRUCTIONS, height=160,
        placeholder=t("prompts.instructions_example"), help=t("prompts.instructions_about"),
    )  # fmt: skip


def _draw_settings(draft: Draft, classes: Mapping[str, LabelClass]) -> None:
    st.toggle(t("prompts.reasoning"), key=draft.key("reasoning"), help=t("prompts.reasoning_about"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        about = t("prompts.temperature_about")
        st.number_input(t("prompts.temperature"), 0.0, 2.0, step=0.1, key=draft.key("temperature"), help=about)
        st.number_input(t("prompts.samples"), 1, 20, key=draft.key("samples"), help=t("prompts.samples_about"))
        st.number_input(t("prompts.most_tokens"), 10, 4_000, step=10, key=draft.key("most_tokens"),
                        help=t("prompts.most_tokens_about"))  # fmt: skip
        st.selectbox(
            t("prompts.target"), ["", *classes], key=draft.key("target"), help=t("prompts.target_about"),
            format_func=lambda code: title_of(classes[code]) if code in classes else t("prompts.target_none"),
        )  # fmt: skip


def _draw_examples(draft: Draft, offered: Mapping[int, Candidate], classes: Mapping[str, LabelClass]) -> None:
    st.subheader(t("prompts.examples"), help=t("prompts.examples_about"))
    if not offered:
        st.text(t("prompts.examples_none"))
        return

    def title(item_id: int) -> str:
        candidate = offered.get(item_id)
        if candidate is None:
            return t("prompts.example_gone", item=item_id)
        mark = " ★" if candidate.is_corner else ""
        example = candidate.example
        return f"{class_title(example.label, classes)}{mark} · {' '.join(example.text.split())[:60]}"

    options = list(dict.fromkeys([*draft.get("examples"), *offered]))
    st.multiselect(
        t("prompts.examples_chosen"), options, key=draft.key("examples"), format_func=title, max_selections=MOST_EXAMPLES,
        placeholder=t("prompts.examples_placeholder"),
    )  # fmt: skip
    # Of several classes a ruling is a set of them.
    ruled = {code for candidate in offered.values() if (code := candidate.example.label) in classes}
    st.button(t("prompts.propose"), key="prompt_propose", on_click=_propose,
              args=(draft, offered, [*classes, *sorted(ruled - set(classes))]))  # fmt: skip
    st.caption(t("prompts.propose_about"))


def _propose(draft: Draft, offered: Mapping[int, Candidate], classes: list[str]) -> None:
    proposed = propose(list(offered.values()), classes, max(PROPOSED, len(classes)))[:MOST_EXAMPLES]
    st.session_state[draft.key("examples")] = [candidate.example.item_id for candidate in proposed]


def _draw_preview(project: Project, prompt: Prompt) -> None:
    with database().snapshot() as connection:
        usual = first_item(connection, project.id)
    usual_id = usual.external_id if usual else ""
    external_id = st.text_input(t("prompts.preview_item"), usual_id, key="preview_item", max_chars=400, width=320)
    with database().snapshot() as connection:
        item = find_item(connection, project.id, external_id.strip())
        if item is None:
            st.text(t("prompts.preview_none"))
            return
        about = as_asked(connection, project, prompt, masker(), model_of(project, prompt.model) or "–")
    hidden = masker().mask(item.text)
    draw_request(about.request(hidden.text), hidden)


def draw_request(request: Request, hidden: Masked) -> None:
    """The request as it leaves: messages in their order, then the schema of the answer."""
    masked = kinds_in_words(hidden.counts)
    st.text(t("prompts.preview_masked", kinds=masked) if masked else t("prompts.preview_clean"))
    for message in request.messages:
        # A guide of many pages must not hide what comes after it.
        role = t(f"prompts.role.{message['role']}")
        with st.container(border=True, gap="xsmall"):
            st.caption(role)
            scrolling(text_as_html(message["content"]), role, height=TALL)
    with st.expander(t("prompts.schema")):
        st.code(
            json.dumps({"model": request.model, **dict(request.schema)}, ensure_ascii=False, indent=2), language="json"
        )
