"""What is done with chosen items: sent to adjudication under a name, or ruled all at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from labeling.projects.projects import LabelClass
from pages.review.batch_form import batch_form
from pages.review.bulk_ruling import bulk_form
from pages.ui.access import Access
from pages.ui.review_data import candidates
from pages.ui.words import t

ACTS = ("batch", "rule")


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
