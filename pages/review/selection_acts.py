"""What is done with chosen items: sent to adjudication as a named batch, or ruled all at once; and groups of like texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from db.frames import adjudication as adjudication_frames
from labeling.adjudication.batches import MAX_NAME, make_batch
from labeling.desk.policy import stable_hash
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from pages.review.bulk_ruling import bulk_form
from pages.ui.access import Access
from pages.ui.acting import acting
from pages.ui.figures import percent
from pages.ui.items import texts_and_votes, vote_card
from pages.ui.review_data import Review, open_labels
from pages.ui.session import now
from pages.ui.widgets import plain
from pages.ui.words import local_moment, t, title_of

ACTS = ("batch", "rule")
MADE = "batch_made"
BATCH = "adjudicate_batch"
MOST_GROUPS = 8
# Two random texts that both read otherwise make a group of which most is right a rare accident.
LOOKS = 2


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
            format_func=lambda name: t(f"acts.{name}"), key=f"{key}_act", bind="query-params",
        )  # fmt: skip
        if act == "rule":
            bulk_form(access, chosen, titled, key=f"{key}_bulk", run_id=run_id)
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


def draw_proposals(access: Access, review: Review, titled: Mapping[str, LabelClass]) -> None:
    """The largest groups, each with a random sample to read and the one act that rules it."""
    groups: list[dict[str, Any]] = list((review.run.report or {}).get("proposals") or [])
    still_open = open_labels(access.project, review.findings)
    drawn = 0
    for group in groups:
        rows = still_open.filter(pl.col("item_id").is_in(group["items"]))
        if rows.is_empty() or group["label"] not in titled:
            continue
        _draw_group(access, review, group, rows, titled)
        drawn += 1
        if drawn == MOST_GROUPS:
            break
    if not drawn:
        st.caption(t("proposals.none"))


def _draw_group(
    access: Access, review: Review, group: dict[str, Any], rows: pl.DataFrame, titled: Mapping[str, LabelClass]
) -> None:
    names = {name: title_of(titled[group[name]]) for name in ("given", "label")}
    key = f"proposal_{group['given']}_{group['label']}"
    with st.expander(plain(t("proposals.group", n=rows.height, rulings=group["rulings"], **names))):
        st.markdown(plain(t("proposals.expected", share=percent(1 - group["wrong"]))))
        _draw_sample(access, review, rows, titled)
        st.markdown(plain(t("proposals.question", **names)))
        # What is ruled here is the group's label by the group's chance, not what each item looked most like by itself.
        proposed = rows.with_columns(pl.lit(group["label"]).alias("probable"), pl.lit(group["wrong"]).alias("score"))
        bulk_form(access, proposed, titled, key=key, run_id=review.run.id)
        source = {"page": "review", "what": "proposal", "run": review.run.id}
        about = t("proposals.batch", **names)
        batch_popover(
            access, t("acts.batch"), rows["item_id"].to_list(), key=f"{key}_batch", about=about, source=source
        )


def _draw_sample(access: Access, review: Review, rows: pl.DataFrame, titled: Mapping[str, LabelClass]) -> None:
    """The same random texts for everybody who looks, until one of them is ruled."""
    ids: list[int] = rows["item_id"].to_list()
    sample = sorted(ids, key=lambda item_id: stable_hash("look", access.project.seed, review.run.id, item_id))[:LOOKS]
    texts, votes = texts_and_votes(access.project.id, sample)
    for item_id in sample:
        vote_card(texts[item_id], votes.filter(pl.col("item_id") == item_id), titled, access.project.kind)
