"""The mark on every screen of a project whose people are simulated: nobody must take its figures for real ones."""

from __future__ import annotations

import streamlit as st

from labeling.projects.projects import Project
from pages.ui.words import t


def simulated_mark(project: Project) -> None:
    """Say that the data is simulated, where it is."""
    if project.is_simulated:
        st.badge(t("simulated.mark"), color="gray", help=t("simulated.about"))
