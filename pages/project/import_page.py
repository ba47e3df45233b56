"""Import: a file of texts and labels into the project, after a look at what its columns say."""

from __future__ import annotations

from dataclasses import replace
from zlib import crc32

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.engine import database
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.exchange.intake import ImportOptions
from labeling.exchange.preview import Preview
from labeling.exchange.report import past_imports
from labeling.jobs.tending import index_words
from labeling.projects.projects import Project, count_items
from pages.project.import_columns import ENDINGS, choose_mapping, draw_rows, is_label_said, preview_once
from pages.project.import_reading import chosen_reading, draw_reading, draw_way_back
from pages.project.import_report import bad_rows_table, draw_left_out, draw_report, past_imports_table, upload
from pages.project.import_run import run_import
from pages.ui.access import require
from pages.ui.acting import watched
from pages.ui.figures import number
from pages.ui.widgets import answer, plain, show_error, simulated_mark
from pages.ui.words import t


def choose_options(reading: ImportOptions) -> ImportOptions:
    """What to do about texts and labels that are new, beside how the file is read."""
    with st.container(horizontal=True):
        make_classes = st.checkbox(t("import.make_classes"), value=True, help=t("import.make_classes_about"))
        skip = st.checkbox(t("import.skip_duplicates"), help=t("import.skip_duplicates_about"))
    return replace(reading, make_classes=make_classes, skip_duplicate_texts=skip, gentle=True)


def draw_preview(uploaded: Preview) -> None:
    """The first rows as they were read."""
    if uploaded.tool:
        st.caption(t("import.tool", tool=uploaded.tool))
    draw_rows(uploaded)
    if uploaded.problems:
        st.warning(t("import.problems", n=len(uploaded.problems)))
        bad_rows_table(uploaded.problems[:50], key="preview")
    draw_left_out(uploaded.left_out)


def draw_opening(place: DeltaGenerator, project: Project) -> None:
    """What the project holds; once more after an import."""
    with database().snapshot() as connection:
        items = count_items(connection, project.id)
    with place.container():
        answer(t("page.import"), t("import.answer", n=items) if items else t("import.answer_empty"))


access = require(Role.LEAD)
project = access.project
simulated_mark(project)
history = past_imports(watched(), project.id)
opening = st.empty()
draw_opening(opening, project)
uploaded = upload(t("import.file"), ENDINGS, about=t("import.file_about"), key="import_file")
if uploaded is not None:
    try:
        reading = replace(chosen_reading(uploaded.file_id), kind=project.kind)
        uploaded_preview = preview_once(uploaded, uploaded.file_id, reading)
    except LabelingError as error:
        show_error(error)
        draw_way_back(uploaded.file_id)
        st.stop()
    # Read otherwise it has other columns, and the guess about them must stand there.
    as_read = f"{uploaded.file_id}:{crc32(repr(reading).encode())}"
    is_read = draw_reading(uploaded_preview, uploaded.file_id)
    draw_preview(uploaded_preview)
    mapping, options = choose_mapping(uploaded_preview, as_read), choose_options(reading)
    is_said = is_read and is_label_said(uploaded_preview, as_read)
    st.markdown(
        t("import.plan", text=plain(mapping.text_from or "–"), project=plain(project.slug), size=number(uploaded.size))
    )
    if st.button(t("import.start"), type="primary", key="import_start", disabled=not is_said):
        report = run_import(access.reader, uploaded, project, mapping, options)
        if report is not None:
            index_words(database())
            draw_report(report)
            st.page_link("overview/progress.py", label=t("import.then"), icon=":material/arrow_forward:")
            draw_opening(opening, project)
            history = past_imports(watched(), project.id)
past_imports_table(history)
