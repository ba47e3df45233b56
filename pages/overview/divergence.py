"""The number that matters, for pages that are about something else: how far the labels are from the expert's."""

from __future__ import annotations

import streamlit as st

from labeling.facts.audits import Audited
from labeling.projects.projects import Project
from pages.ui.audit_data import advice, next_step, said_of
from pages.ui.figures import share_of
from pages.ui.widgets import figures
from pages.ui.words import t


def divergence_clause(project: Project, audit: Audited | None) -> str | None:
    """What the newest audit says of the labels, as a part of a sentence; None where nothing is measured."""
    if audit is None or audit.overall.before.value is None:
        return None
    return t("audit.said", **said_of(project, audit))


def draw_divergence(audit: Audited | None) -> None:
    """Divergence before and after rulings; where nobody measured it, a dash and the way to measure it."""
    about = t("audit.divergence_about")
    if audit is not None and audit.overall.before.value is not None:
        before, after = share_of(audit.overall.before), share_of(audit.overall.after)
        figures([(t("audit.before"), before, about), (t("audit.after"), after, about)])
        return
    waits = t("audit.divergence_waits" if audit else "audit.divergence_none")
    figures([(t("audit.divergence"), "–", waits)])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(waits, width="content")
        st.page_link("audit/audit.py", label=t("page.audit"), icon=":material/arrow_forward:")


def audit_step(project: Project, audit: Audited | None) -> tuple[str, str, str] | None:
    """What an audit asks for before the labels are taken out: sentence, page, and how the way there reads.

    None without an audit, or where it has nothing against it.
    """
    if audit is None:
        return None
    step, page = next_step(project, audit, True)
    if step == "export":
        return None
    said = advice(project, audit, step)
    return (said, "audit/audit.py", t("page.audit")) if page is None else (said, page, t(f"audit.next.{step}.go"))
