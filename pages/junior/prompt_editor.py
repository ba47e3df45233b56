"""Writing a version of junior: words, settings, examples, and the exact request that comes of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import streamlit as st

from db.engine import database
from labeling import config
from labeling.junior.asking import as_asked, model_of
from labeling.junior.examples import Candidate, candidates, propose
from labeling.junior.masker import masker
from labeling.junior.prompts import MAX_INSTRUCTIONS, MAX_NAME, MOST_EXAMPLES, Prompt
from labeling.junior.request import Request
from labeling.privacy import Masked
from labeling.projects.guidelines import get_guideline
from labeling.projects.items import find_item, first_item
from labeling.projects.projects import LabelClass, Project, get_classes
from pages.junior.prompt_draft import Draft, save
from pages.ui.access import Access
from pages.ui.widgets import text_of_item
from pages.ui.words import kinds_of, t, title_of

PROPOSED = 8
LONG, TALL = 1_500, 320


def draw_editor(project: Project, access: Access, versions: Sequence[Prompt]) -> None:
    """The fields of the next version, its examples, and the request as it would leave."""
    with database().snapshot() as connection:
        classes = {one.code: one for one in get_classes(connection, project.id)}
        known = {one.example.item_id: one for one in candidates(connection, project)}
        guide = get_guideline(connection, project.id)
    draft = Draft(project.slug)
    draft.begin(versions)
    _draw_words(project, draft)
    _draw_settings(draft, classes)
    _draw_examples(draft, known, classes)
    st.button(t("prompts.save"), key="prompt_save", type="primary", on_click=save,
              args=(project, access.person_id, draft, known))  # fmt: skip
    st.caption(t("prompts.save_about"))
    st.subheader(t("prompts.preview"), help=t("prompts.preview_about"))
    _draw_preview(project, draft.as_prompt(project, known, guide.version if guide else None))


def _draw_words(project: Project, draft: Draft) -> None:
    left, right = st.columns(2)
    left.text_input(t("prompts.name"), key=draft.key("name"), max_chars=MAX_NAME, placeholder=t("prompts.name_example"))
    right.text_input(
        t("prompts.model"),
        key=draft.key("model"),
        max_chars=200,
        placeholder=model_of(project) or config.JUNIOR_MODEL or "–",
    )
    st.text_area(
        t("prompts.instructions"), key=draft.key("instructions"), max_chars=MAX_INSTRUCTIONS, height=160,
        placeholder=t("prompts.instructions_example"), help=t("prompts.instructions_about"),
    )  # fmt: skip


def _draw_settings(draft: Draft, classes: Mapping[str, LabelClass]) -> None:
    st.toggle(t("prompts.reasoning"), key=draft.key("reasoning"), help=t("prompts.reasoning_about"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            t("prompts.temperature"),
            0.0,
            2.0,
            step=0.1,
            key=draft.key("temperature"),
            help=t("prompts.temperature_about"),
        )
        st.number_input(t("prompts.samples"), 1, 20, key=draft.key("samples"), help=t("prompts.samples_about"))
        st.number_input(t("prompts.most_tokens"), 10, 4_000, step=10, key=draft.key("most_tokens"),
                        help=t("prompts.most_tokens_about"))  # fmt: skip
        st.selectbox(
            t("prompts.target"), ["", *classes], key=draft.key("target"), help=t("prompts.target_about"),
            format_func=lambda code: title_of(classes[code]) if code in classes else t("prompts.target_none"),
        )  # fmt: skip


def _draw_examples(draft: Draft, known: Mapping[int, Candidate], classes: Mapping[str, LabelClass]) -> None:
    st.subheader(t("prompts.examples"), help=t("prompts.examples_about"))
    if not known:
        st.text(t("prompts.examples_none"))
        return

    def shown(item_id: int) -> str:
        one = known.get(item_id)
        if one is None:
            return t("prompts.example_gone", item=item_id)
        title = title_of(classes[one.example.label]) if one.example.label in classes else one.example.label
        mark = " ★" if one.is_corner else ""
        return f"{title}{mark} · {' '.join(one.example.text.split())[:60]}"

    options = list(dict.fromkeys([*draft.get("examples"), *known]))
    st.multiselect(
        t("prompts.examples_chosen"), options, key=draft.key("examples"), format_func=shown, max_selections=MOST_EXAMPLES,
        placeholder=t("prompts.examples_placeholder"),
    )  # fmt: skip
    st.button(t("prompts.propose"), key="prompt_propose", on_click=_propose,
              args=(draft, known, list(classes)))  # fmt: skip
    st.caption(t("prompts.propose_about"))


def _propose(draft: Draft, known: Mapping[int, Candidate], classes: list[str]) -> None:
    found = propose(list(known.values()), classes, max(PROPOSED, len(classes)))
    st.session_state[draft.key("examples")] = [one.example.item_id for one in found[:MOST_EXAMPLES]]


def _draw_preview(project: Project, prompt: Prompt) -> None:
    with database().snapshot() as connection:
        usual = first_item(connection, project.id)
    known = usual.external_id if usual else ""
    asked = st.text_input(t("prompts.preview_item"), known, key="preview_item", max_chars=400, width=320)
    with database().snapshot() as connection:
        item = find_item(connection, project.id, asked.strip())
        if item is None:
            st.text(t("prompts.preview_none"))
            return
        model = model_of(project, prompt.model) or "–"
        about = as_asked(connection, project, prompt, masker(), model)
    hidden = masker().mask(item.text)
    draw_request(about.request(hidden.text), hidden)


def draw_request(request: Request, hidden: Masked) -> None:
    """The request as it leaves: messages in their order, then the schema of the answer."""
    st.text(t("prompts.preview_masked", kinds=kinds_of(hidden.counts)) if hidden.counts else t("prompts.preview_clean"))
    for message in request.messages:
        # A guide of many pages must not hide what comes after it.
        with st.container(border=True, gap="xsmall", height=TALL if len(message["content"]) > LONG else "content"):
            st.caption(t(f"prompts.role.{message['role']}"))
            text_of_item(message["content"])
    with st.expander(t("prompts.schema")):
        st.code(
            json.dumps({"model": request.model, **dict(request.schema)}, ensure_ascii=False, indent=2), language="json"
        )
