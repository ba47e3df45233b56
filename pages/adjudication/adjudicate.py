"""The screen on which experts rule on suspicious labels."""

from __future__ import annotations

import html
from urllib.parse import quote

import streamlit as st

from db.engine import database
from db.vocabulary import Role
from labeling.adjudication.corner_cases import corner_cases
from labeling.projects.classes import LabelClass
from labeling.projects.guidelines import get_guideline
from labeling.projects.labels import known_labels
from labeling.review.triage import Wanted
from pages.adjudication.ruling_card import RulingConfig, ruling_card, ruling_words
from pages.adjudication.ruling_figures import standing_of, standing_sentence, stop_sentence
from pages.adjudication.ruling_history import UNDONE, UNDONE_NOW, draw_history
from pages.ui.access import Access, require
from pages.ui.acting import live_part
from pages.ui.card import card_classes
from pages.ui.charts.lines import yield_lines
from pages.ui.review_data import review_of
from pages.ui.ruling_filters import choose_wanted, filters_of
from pages.ui.session import now
from pages.ui.widgets import no_classes, show_notices, simulated_mark
from pages.ui.words import local_moment, t, title_of

LOOK_AHEAD = 2
REFRESH_SECONDS = 30


def config_of(access: Access, classes: list[LabelClass], wanted: Wanted) -> RulingConfig:
    project, locale = access.project, access.locale
    with database().snapshot() as connection:
        guideline = get_guideline(connection, project.id)
        has_guide = guideline is not None or bool(corner_cases(connection, project.id))
    return {
        "url": "/desk/rulings",
        "project": project.slug,
        "person": access.person_id,
        "lang": locale,
        "classes": card_classes([entry for entry in classes if not entry.retired], locale),
        "known_classes": {entry.code: {"title": title_of(entry), "color": entry.colour} for entry in classes},
        "kind": project.kind.value,
        "allows_none": project.allows_none,
        "allows_inner": project.allows_inner,
        "look_ahead": LOOK_AHEAD,
        "skip_reasons": [],
        "guidelines_version": (guideline.version if guideline else 0) if has_guide else None,
        "guidelines_html_url": f"/desk/guidelines?project={project.slug}",
        # The route tells, ruling by ruling.
        "remaining": None,
        "words": ruling_words(locale),
        "wanted": filters_of(wanted),
        "undone": st.session_state.get(UNDONE, 0),
        "blind": project.blind_rulings,
        "review_url": f"/review?project={project.slug}",
        "sign_in_url": f"/account/sign-in?ended=1&next={quote(f'/adjudicate?project={project.slug}')}",
    }


def draw_answer(access: Access) -> None:
    """The sentence that the page opens with; its name stands in the menu, for the room is the item's."""
    standing = standing_of(access.project, review_of(access.project), access.person_id)
    title, said = html.escape(t("page.adjudicate")), html.escape(standing_sentence(standing))
    st.html(f'<div class="sv-slim"><h1 class="sv-hidden">{title}</h1><h2 class="sv-answer">{said}</h2></div>')


def draw_below(access: Access, titled: dict[str, LabelClass]) -> None:
    """What rulings have brought, and the way back from each."""
    if st.session_state.pop(UNDONE_NOW, False):
        # The sentence on top and the card have figures, too.
        st.rerun()
    show_notices()
    standing = standing_of(access.project, review_of(access.project), access.person_id)
    if standing.course is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(t("adjudicate.curve"), help=t("adjudicate.curve_about"), width="stretch")
            st.caption(t("adjudicate.as_of", at=local_moment(now())), width="content")
            if st.button(t("adjudicate.refresh"), type="tertiary", icon=":material/refresh:", key="rulings_refresh"):
                st.rerun()
        st.text(stop_sentence(standing.course))
        if standing.course.curve.height:
            yield_lines(standing.course.curve, key="yield")
    st.subheader(t("adjudicate.history"))
    draw_history(access, standing.rulings, titled)


access = require(Role.EXPERT, Role.LEAD)
project = access.project
with database().snapshot() as connection:
    titled = known_labels(connection, project.id)
classes = list(titled.values())
is_ready = any(not entry.retired for entry in classes)
with st.container(horizontal=True, vertical_alignment="center"):
    with st.container(key="slim_answer"):
        # Drawn anew by itself, for the card never asks the page.
        live_part(draw_answer, access, every=REFRESH_SECONDS)
    wanted = choose_wanted(project, titled) if is_ready else Wanted()
if not is_ready:
    no_classes(access.leads)
    st.stop()
ruling_card(config=config_of(access, classes, wanted), key=f"rulings-{project.slug}")
live_part(draw_below, access, titled, every=REFRESH_SECONDS)
simulated_mark(project)
