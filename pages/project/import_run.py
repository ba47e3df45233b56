"""An import as pages carry it out: with a bar, a way to stop it, and the rows of a file of which nothing was taken."""

from __future__ import annotations

from typing import Any, cast

import streamlit as st

from labeling.errors import LabelingError
from labeling.exchange.apart import import_apart
from labeling.exchange.blocks import BadRow
from labeling.exchange.intake import ImportOptions
from labeling.exchange.mapping import Mapping
from labeling.exchange.report import ImportProgress, ImportReport
from labeling.people.sign_in import Reader
from labeling.projects.projects import Project
from pages.project.import_report import bad_rows_table
from pages.ui.acting import watched
from pages.ui.session import now
from pages.ui.widgets import show_error
from pages.ui.words import t


def run_import(
    reader: Reader, source: Any, project: Project, mapping: Mapping, options: ImportOptions
) -> ImportReport | None:
    """Import with a progress bar. Any other click stops it between two portions; what is written stays."""
    bar = st.progress(0.0, t("import.running", n=0))
    stop = st.empty()
    stop.button(t("import.stop"), key="import_stop")

    def tell(progress: ImportProgress) -> None:
        bar.progress(min(1.0, progress.share), t("import.running", n=progress.read))

    try:
        return import_apart(
            watched(), source, project_slug=project.slug, mapping=mapping, options=options, now=now(),
            actor=reader.person_id, session=reader.token, progress=tell,
        )  # fmt: skip
    except LabelingError as error:
        show_error(error)
        if error.code == "nothing_taken":
            bad_rows_table([BadRow(**row) for row in cast(Any, error.details["rows"])], key="report")
        return None
    finally:
        bar.empty()
        stop.empty()
