"""What of a project is exported, and how: chosen on the page and kept in its address, which shows the same to whoever gets it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

from db.vocabulary import LabelKind
from labeling.errors import LabelingError
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import TELL_APART, ExportFormat, ExportOptions, FinalAs, formats_of, has_one_hot
from pages.ui.widgets import show_error
from pages.ui.words import t

SEPARATORS = (",", ";")
Part = TypeVar("Part", ExportContent, ExportFormat)


def choose_content() -> ExportContent:
    """What is exported, at first what the address names."""
    titles = {what: t(f"export.what.{what.value}") for what in ExportContent}
    return _choose("what", t("export.what"), titles)


def choose_format(what: ExportContent, labels: LabelKind) -> ExportFormat:
    """One of the formats that have a place for it and for such labels, at first the one that the address names."""
    titles = {kind: t(f"export.format.{kind.value}") for kind in ExportFormat}
    offered = formats_of(what, labels)
    return _choose("format", t("export.format"), {kind: title for kind, title in titles.items() if kind in offered})


def _choose(name: str, label: str, titles: Mapping[Part, str]) -> Part:
    asked, parts = st.query_params.get(name), list(titles)
    at = next((at for at, part in enumerate(parts) if part.value == asked), 0)
    return st.selectbox(label, parts, index=at, format_func=titles.__getitem__, key=f"export_{name}")


def _choose_one_hot(asked: ExportOptions) -> bool:
    return st.checkbox(t("export.one_hot"), asked.one_hot, key="export_one_hot", help=t("export.one_hot_help"))


def choose_options(what: ExportContent, kind: ExportFormat) -> ExportOptions:
    """Which items, and what else the format asks; at first as the address says, which then says what was chosen."""
    asked = ExportOptions.of_query(st.query_params)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        labelled = st.checkbox(t("export.only_labelled"), asked.only_labelled, key="export_labelled")
        adjudicated = st.checkbox(t("export.only_adjudicated"), asked.only_adjudicated, key="export_adjudicated")
        one_hot = has_one_hot(what, kind) and _choose_one_hot(asked)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        probability = st.number_input(
            t("export.min_probability"), 0.0, 1.0, asked.min_probability, 0.05, key="export_probability",
            help=t("export.min_probability_help"), placeholder=t("export.any"), width=220,
        )  # fmt: skip
        split = st.text_input(
            t("export.split"), asked.split or "", key="export_split", help=t("export.split_help"),
            placeholder=t("export.any"), width=220,
        )  # fmt: skip
        final_as, separator = asked.final_as, asked.separator
        if what is ExportContent.FINAL and kind in TELL_APART:
            titles = {choice: t(f"export.final_as.{choice.value}") for choice in FinalAs}
            choices = list(FinalAs)
            final_as = st.selectbox(
                t("export.final_as"), choices, index=choices.index(asked.final_as), format_func=titles.__getitem__,
                key="export_final_as", width=300,
            )  # fmt: skip
        if kind in (ExportFormat.CSV, ExportFormat.CSV_SPREADSHEET):
            at = SEPARATORS.index(separator) if separator in SEPARATORS else 0
            separator = st.selectbox(
                t("export.separator"), SEPARATORS, index=at, key="export_separator", help=t("export.separator_help"),
                width=140,
            )  # fmt: skip
    try:
        options = ExportOptions(labelled, adjudicated, probability, split.strip() or None, final_as, separator, one_hot)
    except LabelingError as error:
        show_error(error)
        st.stop()
    options = options.pertinent(what, kind)
    for name in ExportOptions.__dataclass_fields__:
        st.query_params.pop(name, None)
    st.query_params.update(options.query())
    return options
