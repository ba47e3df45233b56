"""Export: the project's labels as a file."""

from __future__ import annotations

import io
import shlex

import streamlit as st

from db.engine import Database, database
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import TRAINING, ExportFormat, ExportOptions, ending_of
from labeling.exchange.exporting import export, preview
from labeling.facts.consensus import is_current
from labeling.jobs.tending import consensus_now
from pages.project.export_choice import choose_content, choose_format, choose_options
from pages.project.export_training import draw_training
from pages.ui.access import require
from pages.ui.acting import watched
from pages.ui.audit_data import advice, newest_audit, next_step
from pages.ui.downloads import download
from pages.ui.figures import number
from pages.ui.locales import reader_zone
from pages.ui.progress import overview_of
from pages.ui.session import now
from pages.ui.widgets import answer, empty_state, show_error, simulated_mark
from pages.ui.words import t


def write(
    source: Database, slug: str, what: ExportContent, kind: ExportFormat, options: ExportOptions, actor: int
) -> bytes:
    """The whole export; Streamlit keeps a download in memory, so a file on disk would gain nothing."""
    out = io.BytesIO()
    export(source, slug, what, out, kind, options=options, actor=actor)
    return out.getvalue()


def command(slug: str, what: ExportContent, kind: ExportFormat, options: ExportOptions, name: str) -> str:
    """The command that writes the same file."""
    arguments = ["--project", slug, "--what", what.value, "--format", kind.value, *options.arguments(), "-o", name]
    return "python -m labeling export " + shlex.join(arguments)


access = require(Role.LEAD)
project = access.project
simulated_mark(project)
# A file is made later, by a thread that knows no reader: who asks for it is asked then, by what is known now.
source = watched()
with database().snapshot() as connection:
    of_now = is_current(connection, project)
states = overview_of(project, reader_zone().key).states
items = states.items
labeled = t("export.answer", n=items - states.unlabeled, items=number(items))
answer(t("page.export"), labeled if items else t("export.answer_empty"))
if not items:
    empty_state(t("export.empty"), page="project/import_page.py", label=t("page.import"))
    st.stop()
audit = newest_audit(project)
if audit is not None:
    st.caption(t("export.audit", said=advice(project, audit, next_step(project, audit, True)[0])))
with st.container(horizontal=True):
    what = choose_content()
    kind = choose_format(what, project.kind)
about = [] if kind in TRAINING else [t(f"export.about.{what.value}")]
st.caption(" ".join([*about, t(f"export.format_about.{kind.value}")]))
options = choose_options(what, kind)
st.query_params.update({"what": what.value, "format": kind.value})
if not of_now:
    consensus_now(database(), project.slug)
    st.info(t("export.consensus_behind"), icon=":material/hourglass_top:")
draw_training(project, what, kind, options, of_now=of_now)
rows = preview(source, project.slug, what, 20, options=options, format=kind)
if rows.is_empty():
    st.info(t("export.no_rows"))
else:
    st.dataframe(rows, hide_index=True, placeholder="–")
    st.caption(t("export.first_rows"))
name = f"{project.slug}-{what.value}-{now():%Y-%m-%d}{ending_of(kind)}"
try:
    download(
        t("export.download"),
        lambda: write(source, project.slug, what, kind, options, access.person_id),
        name,
        type="primary",
    )
except LabelingError as error:
    show_error(error)
st.caption(t("export.same_by_command"))
st.code(command(project.slug, what, kind, options, name), language="bash", wrap_lines=True)
