"""Export: the project's labels as a file."""

from __future__ import annotations

import io

import streamlit as st

from db.engine import Database, database
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.exchange.export_content import ExportContent
from labeling.exchange.exporting import ENDINGS, export, preview
from labeling.exchange.writing import ExportFormat
from labeling.projects.projects import count_items
from pages.ui.access import require
from pages.ui.acting import watched
from pages.ui.downloads import download
from pages.ui.session import now
from pages.ui.widgets import answer, empty_state, show_error, simulated_mark
from pages.ui.words import t

ENDING = {kind: ending for ending, kind in reversed(ENDINGS.items())}


def write(source: Database, slug: str, what: ExportContent, kind: ExportFormat, actor: int) -> bytes:
    """The whole export; Streamlit keeps a download in memory, so a file on disk would gain nothing."""
    out = io.BytesIO()
    export(source, slug, what, out, kind, actor=actor)
    return out.getvalue()


access = require(Role.LEAD)
project = access.project
simulated_mark(project)
# A file is made later, by a thread that knows no reader: who asks for it is asked then, by what is known now.
source = watched()
with database().snapshot() as connection:
    items = count_items(connection, project.id)
answer(t("page.export"), t("export.answer", n=items) if items else t("export.answer_empty"))
if not items:
    empty_state(t("export.empty"), page="project/import_page.py", label=t("page.import"))
    st.stop()
with st.container(horizontal=True):
    whats = {what: t(f"export.what.{what.value}") for what in ExportContent}
    what = st.selectbox(t("export.what"), list(whats), format_func=whats.__getitem__)
    kinds = {kind: t(f"export.format.{kind.value}") for kind in ExportFormat}
    if what is ExportContent.CONSENSUS:
        del kinds[ExportFormat.LABEL_STUDIO]
    kind = st.selectbox(t("export.format"), list(kinds), format_func=kinds.__getitem__)
st.caption(t(f"export.about.{what.value}"))
st.dataframe(preview(source, project.slug, what, 20), hide_index=True)
st.caption(t("export.first_rows"))
name = f"{project.slug}-{what.value}-{now():%Y-%m-%d}{ENDING[kind]}"
try:
    download(
        t("export.download"), lambda: write(source, project.slug, what, kind, access.person_id), name, type="primary"
    )
except LabelingError as error:
    show_error(error)
st.caption(t("export.formulas"))
