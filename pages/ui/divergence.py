"""The number that matters, for pages that are about something else: how far the labels are from the expert's."""

from __future__ import annotations

import streamlit as st

from labeling.tasks.projects import Project
from pages.ui.audit_data import newest_audit
from pages.ui.audit_words import share_of
from pages.ui.widgets import figures
from pages.ui.words import t


def draw_divergence(project: Project) -> None:
    """Divergence before and after rulings; where nobody measured it, a dash and the way to measure it."""
    one = newest_audit(project)
    if one is not None and one.overall.before.value is not None:
        before, after = one.overall.before, one.overall.after
        figures(
            [
                (t("audit.before"), share_of(before), t("audit.divergence_about")),
                (t("audit.after"), share_of(after), t("audit.divergence_about")),
            ]
        )
        return
    waits = t("audit.divergence_waits" if one else "audit.divergence_none")
    figures([(t("audit.divergence"), "–", waits)])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(waits, width="content")
        st.page_link("lead/audit.py", label=t("page.audit"), icon=":material/arrow_forward:")
