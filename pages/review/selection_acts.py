"""What is done with chosen items: sent to adjudication as a named batch, or ruled all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from db.frames import adjudication as adjudication_frames
from labeling.adjudication.batches import MAX_NAME, make_batch
from labeling.projects.projects import LabelClass, Project
from pages.review.bulk_ruling import bulk_form
from pages.ui.access import Access
from pages.ui.review_data import candidates
from pages.ui.session import now
from pages.ui.widgets import acting, plain
from pages.ui.words import local_moment, t

ACTS = ("batch", "rule")
MADE = "batch_made"
BATCH = "adjudicate_batch"


def draw_acts(
    access: Access,
    chosen: pl.DataFrame,
    titled: Mapping[str, LabelClass],
    *,
    key: str,
    about: str,
    run_id: int,
    source: Mapping[str, Any],
) -> None:
    """Draw both acts on the chosen rows of FINDINGS; ``about`` begins the name that a batch is proposed."""
    with st.container(border=True, key=f"{key}_box"):
        act = st.segmented_control(
            t("acts.what", n=chosen.height), ACTS, default=ACTS[0], required=True,
            format_func=lambda name: t(f"acts.{name}"), key=f"{key}_act",
        )  # fmt: skip
        if act == "rule":
            bulk_form(access, chosen, candidates(chosen), titled, key=f"{key}_bulk", run_id=run_id)
        else:
            ids = chosen["item_id"].to_list()
            batch_form(access, ids, key=f"{key}_batch", about=about, source={"run": run_id, **source})


def batch_form(access: Access, item_ids: Sequence[int], *, key: str, about: str, source: Mapping[str, Any]) -> None:
    """A name and a button; ``about`` begins the name that is proposed, ``source`` is kept with the batch."""
    # After each batch the field is another one: it proposes a name that isn't taken.
    name_key = f"{key}_name_{st.session_state.setdefault(f'{key}_made', 0)}"
    proposed = f"{about}, {local_moment(now())}"
    st.text_input(t("batch.name"), proposed, max_chars=MAX_NAME, key=name_key)
    st.button(
        t("batch.send", n=len(item_ids)), type="primary", disabled=not item_ids, on_click=_send,
        args=(access.project, access.person_id, list(item_ids), key, name_key, dict(source)), key=f"{key}_send",
    )  # fmt: skip


def batch_popover(
    access: Access, label: str, item_ids: Sequence[int], *, key: str, about: str, source: Mapping[str, Any]
) -> None:
    """The same behind a button."""
    # A popover stays open over a rerun; under another key it is another one, and closed.
    made = st.session_state.setdefault(f"{key}_made", 0)
    with st.popover(label, disabled=not item_ids, key=f"{key}_ask_{made}", icon=":material/gavel:"):
        st.caption(t("batch.about", n=len(item_ids)))
        batch_form(access, item_ids, key=key, about=about, source=source)


def draw_made(project: Project) -> None:
    """Say which batch was made last, with the way to it."""
    made = st.session_state.get(MADE)
    if made is None or made[0] != project.id:
        return
    _, batch_id, name, n = made
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(plain(t("batch.made", name=name, n=n)), width="stretch")
        where = {"project": project.slug, "batch": str(batch_id)}
        st.page_link("adjudication/adjudicate.py", label=t("batch.open"), icon=":material/gavel:", query_params=where)


def _send(project: Project, actor: int, item_ids: list[int], key: str, name_key: str, source: dict[str, Any]) -> None:
    name = str(st.session_state[name_key]).strip()
    made, n = None, 0
    with acting() as connection:
        made = make_batch(connection, project, name, item_ids, source=source, now=now(), actor=actor)
        n = len(adjudication_frames.batch_items(connection, made))
    if made is not None:
        st.session_state[MADE] = (project.id, made, name, n)
        st.session_state[BATCH] = made
        st.session_state[f"{key}_made"] += 1
