"""The screen on which assessors label."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from db.engine import database
from db.vocabulary import Role, SkipReason
from labeling.desk.chunks import chunks_of
from labeling.desk.gates import news_of_return, pause_reason
from labeling.desk.left import left_for
from labeling.projects.classes import get_classes
from labeling.projects.guidelines import get_guideline
from labeling.projects.items import first_item
from pages.desk.guide_route import whole_guide
from pages.desk.label_card import label_card
from pages.ui.access import require
from pages.ui.acting import live_part
from pages.ui.card import CardConfig, card_classes, card_words
from pages.ui.widgets import answer, no_classes, simulated_mark
from pages.ui.words import local_moment, t

PAUSED_EVERY = 15
CLASSES_EVERY = 20


def draw_guide_first(guide: str, is_read: str) -> None:
    """The guide in full, before the first item; the way on stays at the window's foot, however long the guide."""
    simulated_mark(project)
    answer(t("page.label"), t("label.guide_first"))
    st.html(f'<div style="max-width:46rem">{guide}</div>')
    with st.container(key="begin"):
        st.button(t("label.begin"), type="primary", on_click=lambda: st.session_state.update({is_read: True}))


def watch_for_changes(mounted: str) -> None:
    """Draw the page anew as soon as the classes are others: the card takes its answers along."""
    with database().snapshot() as connection:
        if str(get_classes(connection, project.id)) != mounted:
            st.rerun()


def watch_for_return() -> None:
    """While the work is paused: draw the page anew as soon as it isn't."""
    with database().snapshot() as connection:
        if pause_reason(connection, project.id, access.person_id) is None:
            st.rerun()


access = require(Role.ASSESSOR, even_paused=True)
project = access.project
with database().snapshot() as connection:
    classes = get_classes(connection, project.id)
    guideline = get_guideline(connection, project.id)
    left = left_for(connection, project, access.person_id)
    is_empty = first_item(connection, project.id) is None
    has_begun = bool(chunks_of(connection, project.id, access.person_id))
    paused = pause_reason(connection, project.id, access.person_id)
    back_since = news_of_return(connection, project.id, access.person_id)
    _, guide = whole_guide(connection, project.id, access.locale)

if not classes:
    no_classes(access.leads)
    st.stop()
is_read = f"guide_read:{project.slug}"
if guide and not (has_begun or is_empty or paused or st.session_state.get(is_read)):
    draw_guide_first(guide, is_read)
    st.stop()
st.html(f"<h1 class='sv-hidden'>{t('page.label')}</h1>")
if back_since is not None:
    st.success(t("desk.readmitted", when=local_moment(back_since)), icon=":material/lock_open:")
if paused is not None:
    live_part(watch_for_return, every=PAUSED_EVERY)

config: CardConfig = {
    "url": "/desk/answers",
    "project": project.slug,
    "person": access.person_id,
    "lang": access.locale,
    "classes": card_classes(classes, access.locale),
    "kind": project.kind.value,
    "allows_none": project.allows_none,
    "allows_inner": project.allows_inner,
    "look_ahead": project.look_ahead,
    "skip_reasons": [{"code": reason.value, "title": t(f"skip.{reason.value}")} for reason in SkipReason],
    "guidelines_version": guideline.version if guideline else None,
    "guidelines_html_url": f"/desk/guidelines?project={project.slug}",
    "remaining": left or None,
    "words": card_words(access.locale),
    "is_empty": is_empty,
    "results_url": f"/results?project={project.slug}",
    "sign_in_url": f"/account/sign-in?ended=1&next={quote(f'/label?project={project.slug}')}",
}
label_card(config=config, key=f"card-{project.slug}")
live_part(watch_for_changes, str(classes), every=CLASSES_EVERY)
simulated_mark(project)
