"""Groups of like texts that rulings say are misread alike: looked at by a sample, then ruled in one act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from labeling.desk.policy import stable_hash
from labeling.projects.projects import LabelClass
from pages.review.bulk_ruling import bulk_form
from pages.review.selection_acts import batch_popover
from pages.ui.access import Access
from pages.ui.figures import percent
from pages.ui.items import texts_and_votes, vote_card
from pages.ui.review_data import Review, candidates, open_of
from pages.ui.widgets import plain
from pages.ui.words import t, title_of

MOST_GROUPS = 8
# Two random texts that both read otherwise make a group of which most is right a rare accident.
LOOKS = 2


def draw_proposals(access: Access, review: Review, titled: Mapping[str, LabelClass]) -> None:
    """The largest groups, each with a random sample to read and the one act that rules it."""
    groups: list[dict[str, Any]] = list((review.run.report or {}).get("proposals") or [])
    still_open = open_of(access.project, review.findings)
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
        # What is ruled here is the group's label, not what each item looked most like by itself.
        proposed = rows.with_columns(pl.lit(group["label"]).alias("probable"))
        bulk_form(access, proposed, candidates(rows), titled, key=key, run_id=review.run.id)
        source = {"page": "review", "what": "proposal", "run": review.run.id}
        about = t("proposals.batch", **names)
        batch_popover(
            access, t("acts.batch"), rows["item_id"].to_list(), key=f"{key}_batch", about=about, source=source
        )


def _draw_sample(access: Access, review: Review, rows: pl.DataFrame, titled: Mapping[str, LabelClass]) -> None:
    """The same random texts for everybody who looks, until one of them is ruled."""
    ids: list[int] = rows["item_id"].to_list()
    sample = sorted(ids, key=lambda item_id: stable_hash("look", access.project.seed, review.run.id, item_id))[:LOOKS]
    texts, votes = texts_and_votes(sample)
    for item_id in sample:
        vote_card(texts[item_id], votes.filter(pl.col("item_id") == item_id), titled)
