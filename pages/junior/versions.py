"""Versions of junior side by side: what each has answered, cost and was found to be worth; which one speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import ledger as ledger_frames
from db.vocabulary import Part, PromptKind
from labeling.junior.ledger import MILLION
from labeling.junior.prompts import LEAST_LOCKED, Look, Prompt, judged_by, looks
from labeling.projects.projects import Project
from pages.junior.promoting import draw_promote, let_speak
from pages.ui.access import Access
from pages.ui.figures import in_words, money, number
from pages.ui.junior_words import version_title
from pages.ui.locales import reader_zone
from pages.ui.progress import overview_of
from pages.ui.widgets import confirm, plain, right_aligned
from pages.ui.words import t


def draw_versions(access: Access, versions: Mapping[int, Prompt], speaker: int | None) -> None:
    """The table, and the buttons that let a version speak or none; ``versions`` by id, the newest first."""
    project = access.project
    with database().snapshot() as connection:
        ledger = {row["prompt_id"]: row for row in ledger_frames.versions(connection, project.id).to_dicts()}
        locked = looks(connection, project.id, Part.TEST)
    newest = {look.prompt_id: look for look in reversed(locked)}
    rows = [
        _row(project, prompt, ledger[prompt_id], newest.get(prompt_id), locked, prompt_id == speaker)
        for prompt_id, prompt in versions.items()
    ]
    counts = [t(f"junior.versions.{name}") for name in ("answered", "refused", "looks", "cost", "per_1000", "correct")]
    config = right_aligned(*counts)
    st.dataframe(pl.DataFrame(rows), hide_index=True, key="junior_versions", column_config=config, placeholder="–")
    st.caption(t("junior.versions.about", least=LEAST_LOCKED, floor=project.accuracy_floor))
    _draw_acts(access, versions, locked, speaker)
    _draw_person(project)


def _row(
    project: Project, prompt: Prompt, spent: Mapping[str, Any], look: Look | None, locked: Sequence[Look], speaks: bool
) -> dict[str, str]:
    accuracy = look.accuracy if look else None
    an_item = spent["cost"] / spent["items"] if spent["items"] else None
    correct = an_item / accuracy.value if an_item is not None and accuracy and accuracy.value else None
    title = version_title(project, prompt)
    if prompt.kind is PromptKind.LOCAL:
        an_item = correct = 0.0
    return {
        t("junior.versions.version"): t("junior.versions.speaks", version=title) if speaks else title,
        t("junior.versions.answered"): number(spent["answered"]),
        t("junior.versions.refused"): number(spent["answered"] - spent["labeled"]),
        t("junior.versions.accuracy"): in_words(accuracy) if accuracy else "–",
        t("junior.versions.looks"): number(sum(look.prompt_id == prompt.id for look in locked)),
        t("junior.versions.cost"): money(spent["cost"]),
        t("junior.versions.per_1000"): money(None if an_item is None else 1_000 * an_item),
        t("junior.versions.correct"): money(correct),
    }


def _draw_acts(access: Access, versions: Mapping[int, Prompt], locked: Sequence[Look], speaker: int | None) -> None:
    project = access.project
    judged = {prompt_id: look for prompt_id in versions if (look := judged_by(locked, prompt_id)) is not None}
    ready = {prompt_id: version_title(project, versions[prompt_id]) for prompt_id in judged if prompt_id != speaker}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if ready:
            chosen = st.selectbox(
                t("junior.promote.which"), list(ready), key="promote_which", width=360,
                format_func=lambda prompt_id: ready.get(prompt_id, str(prompt_id)),
            )  # fmt: skip
            draw_promote(project, judged[chosen], access.person_id, t("junior.promote.question"), key="promote")
        elif versions:
            st.text(t("junior.promote.none", least=LEAST_LOCKED), width="stretch")
        if speaker is not None:
            question = t("junior.withdraw.question")
            confirm(t("junior.withdraw"), question, let_speak, project, None, access.person_id, key="withdraw")


def _draw_person(project: Project) -> None:
    """What a correct label of a person costs, where somebody says what an hour of theirs does."""
    with database().snapshot() as connection:
        seconds, n = ledger_frames.seconds_a_label(connection, project.id)
    accuracy = overview_of(project, reader_zone().key).accuracy
    if seconds is None or not accuracy.value:
        st.caption(t("junior.person.unknown"))
        return
    about = t("junior.person.about")
    hour = st.number_input(
        t("junior.person.hour"), 0.0, None, None, format="%.2f", key="junior_hour", help=about, width=260
    )
    if hour:
        cost = hour * MILLION * seconds / 3_600 / accuracy.value
        facts = {"seconds": number(seconds, digits=1), "accuracy": in_words(accuracy), "n": n}
        st.markdown(plain(t("junior.person.cost", cost=money(cost), **facts)))
