"""How wrong the labels are, by a random sample that the expert rules, before the rulings and after them."""

from __future__ import annotations

import streamlit as st

from db.vocabulary import Role
from pages.audit.audit_form import draw_form
from pages.audit.audit_tables import draw_classes, draw_course, draw_experts, draw_flags, draw_past
from pages.ui.access import require
from pages.ui.audit_data import (
    advice,
    audit_answer,
    audit_cards,
    audits_of,
    base_of,
    labels_moved,
    next_step,
    rulings_of,
)
from pages.ui.items import titled_classes
from pages.ui.review_data import review_of
from pages.ui.widgets import NEXT_STEP, answer, empty_state, figures, plain, simulated_mark
from pages.ui.words import t

access = require(Role.LEAD, Role.EXPERT)
project = access.project
simulated_mark(project)
review, audits = review_of(project), audits_of(project)
audit = audits[0] if audits else None
answer(t("page.audit"), audit_answer(project, audit, review is not None))
step, page = next_step(project, audit, review is not None)
if step == "analyse":
    empty_state(t("audit.empty_next"), page=page, label=t("audit.next.analyse.go"))
    st.stop()
with st.container(horizontal=True, vertical_alignment="center", key=NEXT_STEP):
    st.markdown(f"**{t('audit.next')}** {plain(advice(project, audit, step))}", width="content")
    # Pages of the project are its leads' alone.
    if page is not None and (access.leads or not page.startswith("project/")):
        st.page_link(page, label=t(f"audit.next.{step}.go"), icon=":material/arrow_forward:")
if audit is not None and project.error_target is None and step != "target":
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("audit.no_target"), width="content")
        if access.leads:
            st.page_link("project/settings.py", label=t("audit.next.target.go"), icon=":material/arrow_forward:")
rulings = rulings_of(project)
if audit is not None:
    cards = audit_cards(audit, base_of(project, audit))
    width = 2 if len(cards) == 4 else 3
    for first in range(0, len(cards), width):
        figures(cards[first : first + width])
    st.caption(t("audit.random"))
    if audit.unseen:
        st.warning(t("audit.unseen", n=audit.unseen), icon=":material/visibility_off:")
    changed = labels_moved(audit, review)
    if changed:
        st.info(t("audit.moved", n=changed), icon=":material/update:")
    if audit.overall.audited:
        classes = titled_classes(project)
        st.subheader(t("audit.course"), help=t("audit.course_about"))
        draw_course(audits, project.error_target)
        st.subheader(t("audit.classes"), help=t("audit.classes_about"))
        draw_classes(audit, classes)
        st.subheader(t("audit.flags"), help=t("audit.flags_about"))
        draw_flags(audit)
    st.subheader(t("audit.experts"))
    draw_experts(project, rulings)
    st.subheader(t("audit.past"), help=t("audit.past_about"))
    draw_past(audits)
if review is not None:
    st.subheader(t("audit.draw" if audits else "audit.draw_first"))
    draw_form(access.person_id, project, review, audit, rulings)
