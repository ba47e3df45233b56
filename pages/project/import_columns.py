"""What the columns of a file that is to be imported say: the guess, and the reader's word on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from labeling.exchange.dialogue import dialogue_of
from labeling.exchange.intake import ImportOptions
from labeling.exchange.mapping import LabelsAs, Mapping
from labeling.exchange.preview import Preview, preview
from pages.ui.words import t

ENDINGS = ["csv", "tsv", "txt", "jsonl", "ndjson", "json", "parquet", "xlsx", "gz", "zst", "zip"]
ROLES = ("text", "id", "context", "priority")


@st.cache_data(max_entries=20, show_spinner=False)
def preview_once(_file: Any, file_id: str, reading: ImportOptions) -> Preview:
    """A look at an uploaded file, once for each way to read it: all of it is read to be sure of its encoding."""
    return preview(_file, options=reading)


def draw_rows(uploaded: Preview) -> None:
    """The first rows as they were read, lists of turns as they are written."""
    rows = [
        {name: "" if cell is None else dialogue_of(cell) or str(cell) for name, cell in row.items()}
        for row in uploaded.rows
    ]
    st.dataframe(rows, hide_index=True, placeholder="–")


def _choose(role: str, columns: list[str], guessed: str | None, file_id: str) -> str | None:
    """A selector of one column, or of none; the next file's is another one, so that its own guess stands there."""
    options, none = [None, *columns], t("import.no_column")
    chosen: str | None = st.selectbox(
        t(f"import.column.{role}"),
        options,
        options.index(guessed) if guessed in columns else 0,
        format_func=lambda column: none if column is None else column,
        help=t(f"import.column.{role}_about"),
        key=f"import_{role}:{file_id}",
    )
    return chosen


def _choose_label(uploaded: Preview, file_id: str) -> str | None:
    """The selector of the column of labels; of several that are equally likely none stands there, and nothing goes on."""
    guess, noticed = uploaded.mapping, uploaded.noticed
    if not noticed.unsure:
        return _choose("label", uploaded.columns, guess.vote or guess.golden or guess.reference, file_id)
    none = t("import.no_label")
    chosen = st.selectbox(
        t("import.column.label"), [*noticed.labels, none], index=None, placeholder=t("import.choose_label"),
        help=t("import.column.label_about"), key=f"import_label:{file_id}",
    )  # fmt: skip
    return None if chosen == none else chosen


def is_label_said(uploaded: Preview, file_id: str) -> bool:
    """Whether it is known which column has the labels, drawn by :func:`_choose_label`."""
    return not uploaded.noticed.unsure or st.session_state.get(f"import_label:{file_id}") is not None


def choose_mapping(uploaded: Preview, file_id: str) -> Mapping:
    """The reader's word on the columns, beginning with the guess."""
    guess = uploaded.mapping
    with st.container(horizontal=True):
        chosen = {role: _choose(role, uploaded.columns, getattr(guess, role), file_id) for role in ROLES}
    across = guess.turn_columns
    if across:
        chosen_turns = st.multiselect(
            t("import.turn_columns"), across, across, help=t("import.turn_columns_about"), key=f"import_turns:{file_id}",
            placeholder=t("import.no_column"),
        )  # fmt: skip
        across = tuple(name for name in across if name in chosen_turns)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = _choose_label(uploaded, file_id)
        kinds = {kind: t(f"import.labels_as.{kind.value}") for kind in LabelsAs}
        guessed = LabelsAs.VOTES if guess.vote else LabelsAs.GOLDEN if guess.golden else LabelsAs.REFERENCE
        kind = st.selectbox(
            t("import.labels_as"), list(kinds), list(kinds).index(guessed), format_func=kinds.__getitem__,
            disabled=label is None, key=f"import_kind:{file_id}",
        )  # fmt: skip
        annotator = _choose("annotator", uploaded.columns, guess.annotator, file_id) if kind is LabelsAs.VOTES else None
        explanation = (
            _choose("explanation", uploaded.columns, guess.explanation, file_id) if kind is LabelsAs.GOLDEN else None
        )
    mapping = replace(
        guess, text=chosen["text"], id=chosen["id"], context=chosen["context"], priority=chosen["priority"],
        annotator=annotator, explanation=explanation, turn_columns=across,
    )  # fmt: skip
    if kind is not LabelsAs.VOTES:
        mapping = mapping.without_vote()
    mapping = mapping.labelled(label, kind)
    taken = {*mapping.columns().values(), *across}
    spare = sorted(set(uploaded.columns) - taken, key=uploaded.columns.index)
    metadata = st.multiselect(
        t("import.metadata"), spare, [name for name in spare if name not in guess.ignored],
        placeholder=t("import.no_metadata"),
    )  # fmt: skip
    st.caption(t("import.metadata_about"))
    return replace(mapping, metadata=tuple(metadata), ignored=())
