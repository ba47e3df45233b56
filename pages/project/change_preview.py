"""What a change of classes would do, in sentences and a table, and the button that does it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from db.engine import database
from labeling.class_changes.acting import change_classes
from labeling.class_changes.plans import Change
from labeling.class_changes.preview import Effect, Preview, preview
from labeling.errors import LabelingError
from labeling.jobs.tending import tend_soon
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from pages.ui.access import Access
from pages.ui.acting import acting
from pages.ui.figures import in_words
from pages.ui.items import class_title
from pages.ui.session import now
from pages.ui.widgets import confirm, plain, show_error
from pages.ui.words import t

# Of which change the preview is on screen.
SHOWN = "change_shown"


def draw_preview(access: Access, change: Change, titled: Mapping[str, LabelClass]) -> None:
    """The button that has it worked out; once it is, the figures and the act."""
    st.button(t("class_changes.preview"), key="change_preview", on_click=show, args=(change,))
    if st.session_state.get(SHOWN) != change:
        return
    try:
        with database().snapshot() as connection:
            found = preview(connection, access.project, change)
    except LabelingError as refusal:
        show_error(refusal)
        return
    with st.container(border=True):
        st.markdown(f"**{plain(named_act(found.plan.change))}**")
        for sentence in _sentences(found):
            st.markdown(plain(sentence))
        _draw_effects(found, titled)
        _draw_agreement(found)
        confirm(t("class_changes.act_now"), t("class_changes.question"), act, access.person_id, access.project, change,
                key="change_now")  # fmt: skip


def show(change: Change) -> None:
    st.session_state[SHOWN] = change


def act(actor: int, project: Project, change: Change) -> None:
    with acting("class_changes.acted") as connection:
        change_classes(connection, project, change, now=now(), actor=actor)
    st.session_state.pop(SHOWN, None)
    tend_soon(database(), project.slug)


def named_act(change: Change) -> str:
    """An act in one line: what became of which classes."""
    codes = ", ".join(change.codes)
    into = ", ".join(change.into)
    above = change.parent or t("class_changes.top")
    return t(f"class_changes.named.{change.kind.value}", codes=codes, into=into, parent=above)


def _sentences(found: Preview) -> list[str]:
    said = [t("class_changes.waits")] if found.waits else []
    if found.changed:
        said.append(t("class_changes.changed", n=found.changed, of=found.labelled))
    if found.unlabelled:
        said.append(t("class_changes.unlabelled", n=found.unlabelled, of=found.labelled))
    if not (found.changed or found.unlabelled):
        said.append(t("class_changes.same", n=found.labelled))
    if found.votes_lost:
        said.append(t("class_changes.votes_lost", n=found.votes_lost))
    if found.asked_again:
        said.append(t("class_changes.asked_again", n=found.asked_again))
    if found.golden_lost:
        said.append(t("class_changes.golden_lost", n=found.golden_lost))
    return said


def _draw_effects(found: Preview, titled: Mapping[str, LabelClass]) -> None:
    shown = {
        t("class_changes.class"): [class_title(each.code, titled) for each in found.effects],
        t("classes.code"): [each.code for each in found.effects],
        t("class_changes.becomes"): [_becomes(each, found) for each in found.effects],
        t("class_changes.votes"): [each.votes for each in found.effects],
        t("class_changes.golden"): [each.golden for each in found.effects],
        t("class_changes.rulings"): [each.rulings for each in found.effects],
    }
    st.dataframe(
        pl.DataFrame(shown), hide_index=True, key="change_effects", alt=t("class_changes.effects"), placeholder="–"
    )


def _becomes(effect: Effect, found: Preview) -> str:
    if effect.becomes is None:
        return t("class_changes.lost")
    entry = next((each for each in found.plan.classes if each.code == effect.becomes), None)
    if effect.becomes == effect.code:
        return t("class_changes.stays_retired" if entry and entry.retired else "class_changes.stays")
    return effect.becomes


def _draw_agreement(found: Preview) -> None:
    names = ("by_items", "kappa")
    shown = {
        t("class_changes.figure"): [t(f"class_changes.{name}") for name in names],
        t("class_changes.now"): [in_words(getattr(found.before, name)) for name in names],
        t("class_changes.then"): [in_words(getattr(found.after, name)) for name in names],
    }
    st.dataframe(
        pl.DataFrame(shown), hide_index=True, key="change_agreement", alt=t("class_changes.figure"), placeholder="–"
    )
    st.caption(t("class_changes.figure_about"))
