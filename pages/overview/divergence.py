"""The number that matters, for pages that are about something else: how far the labels are from the expert's."""

from __future__ import annotations

import streamlit as st

from labeling.facts.audits import Audited
from labeling.projects.projects import Project
from pages.ui.audit_data import advice, base_of, next_step, target_in_words, verdict
from pages.ui.figures import number, share_of
from pages.ui.widgets import Card
from pages.ui.words import t


def divergence_clause(project: Project, audit: Audited | None) -> str | None:
    """What the newest audit says of the labels as they are now, as a part of a sentence; None where nothing is measured."""
    if audit is None or (base := base_of(project, audit)).left.value is None:
        return None
    about = t(
        f"audit.said.{'part' if base.labels < base.items else 'whole'}", n=number(base.labels), items=number(base.items)
    )
    found = verdict(base.left, project.error_target)
    return t(f"audit.said.{found}", base=about, left=share_of(base.left), target=target_in_words(project.error_target))


def divergence_cards(audit: Audited | None) -> list[Card]:
    """Divergence before and after rulings; a dash where nobody measured it."""
    about = t("audit.divergence_about")
    if audit is not None and audit.overall.before.value is not None:
        before, after = share_of(audit.overall.before), share_of(audit.overall.after)
        return [(t("audit.before"), before, about), (t("audit.after"), after, about)]
    return [(t("audit.divergence"), "–", _waits(audit))]


def draw_way_to_measure(audit: Audited | None) -> None:
    """Where nobody has measured the divergence, the way to do it."""
    if audit is not None and audit.overall.before.value is not None:
        return
    waits = _waits(audit)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(waits, width="content")
        st.page_link("audit/audit.py", label=t("page.audit"), icon=":material/arrow_forward:")


def _waits(audit: Audited | None) -> str:
    return t("audit.divergence_waits" if audit else "audit.divergence_none")


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
