"""Trying the masking: a text in, what would be masked in it, by kind. Nothing of it is kept."""

from __future__ import annotations

import polars as pl
import streamlit as st

from db.vocabulary import PiiPolicy, Role
from labeling.privacy import KINDS, Masked, Masker
from pages.ui.access import require
from pages.ui.widgets import answer, simulated_mark, text_of_item
from pages.ui.words import kinds_in_words, t

MOST = 5_000


@st.cache_resource
def masker(names: bool) -> Masker:
    """One for everybody: its dictionaries take a second to load."""
    return Masker(names=names)


def draw_masked(masked: Masked) -> None:
    """The text as it would leave the house, and how much of it was masked."""
    with st.container(border=True):
        text_of_item(masked.text)
    if not masked.spans:
        st.text(t("masking.none"))
        return
    st.text(t("masking.found", n=len(masked.spans), kinds=kinds_in_words(masked.counts)))


access = require(Role.LEAD, Role.EXPERT)
project = access.project
simulated_mark(project)
answer(t("page.masking"), t(f"masking.answer.{project.pii_policy.value}"))
st.text(t("masking.about"))
text = st.text_area(t("masking.text"), t("masking.example"), max_chars=MOST, height=160, key="masking_text")
names = st.toggle(t("masking.names"), True, key="masking_names", help=t("masking.names_about"))
if text.strip():
    st.subheader(t("masking.result"))
    draw_masked(masker(names).mask(text))
with st.expander(t("masking.kinds")):
    rows = [{t("masking.sign"): f"[{kind}_1]", t("masking.kind"): t(f"masking.kind.{kind}")} for kind in KINDS]
    st.dataframe(pl.DataFrame(rows), hide_index=True, key="masking_kinds", placeholder="–")
if access.leads:
    key = "masking.switch_off" if project.pii_policy is PiiPolicy.MASK else "masking.switch_on"
    st.page_link("project/settings.py", label=t(key), icon=":material/arrow_forward:")
