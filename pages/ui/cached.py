"""What is dear to compute, kept by its watermark: as long as no fact has changed it is not computed again."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from db.frames import marks
from labeling.facts.overview import Overview, overview
from labeling.projects.projects import Project


def overview_of(project: Project, zone: str) -> Overview:
    """The project's overview, computed at most once for each state of its facts."""
    with database().snapshot() as connection:
        mark = marks.watermark(connection, project.id)
    return _overview(str(database().url), project, zone, mark)


@st.cache_resource(max_entries=16, show_spinner=False)
def _overview(url: str, project: Project, zone: str, mark: tuple[int, ...]) -> Overview:
    with database().snapshot() as connection:
        return overview(connection, project, zone)
