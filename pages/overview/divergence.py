"""The number that matters, for pages that are about something else: how far the labels are from the expert's."""

from __future__ import annotations

import streamlit as st

from labeling.projects.projects import Project
from pages.ui.audit_data import Audited, next_step, target_of
from pages.ui.figures import percent, share, share_of
from pages.ui.widgets import figures
from pages.ui.words import t


def divergence_said(one: Audited | None) -> str | None:
    """What the newest audit says of the labels, as a part of a sentence; None where nothing is measured."""
    if one is None or one.overall.before.value is None:
        return None
    found = one.overall
    return t("audit.said", before=share(found.before), after=share(found.after), n=found.before.n)


def draw_divergence(one: Audited | None) -> None:
    """Divergence before and after rulings; where nobody measured it, a dash and the way to measure it."""
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
        st.page_link("audit/audit.py", label=t("page.audit"), icon=":material/arrow_forward:")


def audit_step(project: Project, one: Audited | None) -> tuple[str, str, str] | None:
    """What an audit asks for before the labels are taken out: sentence, page, and how the way there reads.

    None without an audit, or where it has nothing against it.
    """
    if one is None:
        return None
    step, page = next_step(project, one, True)
    if step == "export":
        return None
    said = t(f"audit.next.{step}", target=percent(target_of(project)))
    return (said, "audit/audit.py", t("page.audit")) if page is None else (said, page, t(f"audit.next.{step}.go"))
