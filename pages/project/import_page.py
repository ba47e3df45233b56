"""Import: a file of texts and labels into the project, after a look at what its columns say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast
from zlib import crc32

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.engine import database
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.exchange.apart import import_apart
from labeling.exchange.blocks import BadRow
from labeling.exchange.intake import ImportOptions
from labeling.exchange.mapping import LabelsAs, Mapping
from labeling.exchange.preview import Preview, preview
from labeling.exchange.report import ImportProgress, ImportReport, past_imports
from labeling.jobs.tending import index_words
from labeling.projects.projects import Project, count_items
from pages.project.import_reading import chosen_reading, draw_reading, draw_way_back
from pages.project.import_report import bad_rows_table, draw_left_out, draw_report, past_imports_table, upload
from pages.ui.access import require
from pages.ui.acting import watched
from pages.ui.figures import number
from pages.ui.session import now
from pages.ui.widgets import answer, plain, show_error, simulated_mark
from pages.ui.words import t

ENDINGS = ["csv", "tsv", "txt", "jsonl", "ndjson", "json", "parquet", "xlsx", "gz", "zst", "zip"]
ROLES = ("text", "id", "context", "priority")


@st.cache_data(max_entries=20, show_spinner=False)
def preview_once(_file: Any, file_id: str, reading: ImportOptions) -> Preview:
    """A look at an uploaded file, once for each way to read it: all of it is read to be sure of its encoding."""
    return preview(_file, options=reading)


def choose(role: str, columns: list[str], guessed: str | None, file_id: str) -> str | None:
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


def choose_label(uploaded: Preview, file_id: str) -> str | None:
    """The selector of the column of labels; of several that are equally likely none stands there, and nothing goes on."""
    guess, noticed = uploaded.mapping, uploaded.noticed
    if not noticed.unsure:
        return choose("label", uploaded.columns, guess.vote or guess.golden or guess.reference, file_id)
    none = t("import.no_label")
    chosen = st.selectbox(
        t("import.column.label"), [*noticed.labels, none], index=None, placeholder=t("import.choose_label"),
        help=t("import.column.label_about"), key=f"import_label:{file_id}",
    )  # fmt: skip
    return None if chosen == none else chosen


def is_label_said(uploaded: Preview, file_id: str) -> bool:
    """Whether it is known which column has the labels, drawn by :func:`choose_label`."""
    return not uploaded.noticed.unsure or st.session_state.get(f"import_label:{file_id}") is not None


def choose_mapping(uploaded: Preview, file_id: str) -> Mapping:
    """The reader's word on the columns, beginning with the guess."""
    guess = uploaded.mapping
    with st.container(horizontal=True):
        chosen = {role: choose(role, uploaded.columns, getattr(guess, role), file_id) for role in ROLES}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = choose_label(uploaded, file_id)
        kinds = {kind: t(f"import.labels_as.{kind.value}") for kind in LabelsAs}
        guessed = LabelsAs.VOTES if guess.vote else LabelsAs.GOLDEN if guess.golden else LabelsAs.REFERENCE
        kind = st.selectbox(
            t("import.labels_as"), list(kinds), list(kinds).index(guessed), format_func=kinds.__getitem__,
            disabled=label is None, key=f"import_kind:{file_id}",
        )  # fmt: skip
        annotator = choose("annotator", uploaded.columns, guess.annotator, file_id) if kind is LabelsAs.VOTES else None
        explanation = (
            choose("explanation", uploaded.columns, guess.explanation, file_id) if kind is LabelsAs.GOLDEN else None
        )
    mapping = replace(
        guess, text=chosen["text"], id=chosen["id"], context=chosen["context"], priority=chosen["priority"],
        annotator=annotator, explanation=explanation,
    )  # fmt: skip
    if kind is not LabelsAs.VOTES:
        mapping = replace(
            mapping, unsure=None, comment=None, flagged=None, seconds=None, surplus=None, revision=None, created_at=None
        )
    mapping = mapping.labelled(label, kind)
    spare = sorted(set(uploaded.columns) - set(mapping.columns().values()), key=uploaded.columns.index)
    metadata = st.multiselect(t("import.metadata"), spare, [name for name in spare if name not in guess.ignored])
    st.caption(t("import.metadata_about"))
    return replace(mapping, metadata=tuple(metadata), ignored=())


def choose_options(reading: ImportOptions) -> ImportOptions:
    """What to do about texts and labels that are new, beside how the file is read."""
    with st.container(horizontal=True):
        make_classes = st.checkbox(t("import.make_classes"), value=True, help=t("import.make_classes_about"))
        skip = st.checkbox(t("import.skip_duplicates"), help=t("import.skip_duplicates_about"))
    return replace(reading, make_classes=make_classes, skip_duplicate_texts=skip, gentle=True)


def run(source: Any, project: Project, mapping: Mapping, options: ImportOptions) -> ImportReport | None:
    """Import with a progress bar. Any other click stops it between two portions; what is written stays."""
    bar = st.progress(0.0, t("import.running", n=0))
    stop = st.empty()
    stop.button(t("import.stop"), key="import_stop")

    def tell(progress: ImportProgress) -> None:
        bar.progress(min(1.0, progress.share), t("import.running", n=progress.read))

    try:
        return import_apart(
            watched(), source, project_slug=project.slug, mapping=mapping, options=options, now=now(),
            actor=access.person_id, session=access.reader.token, progress=tell,
        )  # fmt: skip
    except LabelingError as error:
        show_error(error)
        if error.code == "nothing_taken":
            bad_rows_table([BadRow(**row) for row in cast(Any, error.details["rows"])], key="report")
        return None
    finally:
        bar.empty()
        stop.empty()


def draw_preview(uploaded: Preview) -> None:
    """The first rows as they were read."""
    if uploaded.tool:
        st.caption(t("import.tool", tool=uploaded.tool))
    rows = [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in uploaded.rows]
    st.dataframe(rows, hide_index=True)
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
        reading = chosen_reading(uploaded.file_id)
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
    text_column = mapping.columns().get("text", "–")
    st.markdown(t("import.plan", text=plain(text_column), project=plain(project.slug), size=number(uploaded.size)))
    if st.button(t("import.start"), type="primary", key="import_start", disabled=not is_said):
        report = run(uploaded, project, mapping, options)
        if report is not None:
            index_words(database())
            draw_report(report)
            st.page_link("overview/progress.py", label=t("import.then"), icon=":material/arrow_forward:")
            draw_opening(opening, project)
            history = past_imports(watched(), project.id)
past_imports_table(history)
