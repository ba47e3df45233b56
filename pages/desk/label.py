"""The screen on which assessors label."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from db.engine import database
from db.vocabulary import Role, SkipReason
from labeling.desk.left import left_for
from labeling.projects.guidelines import get_guideline
from labeling.projects.items import first_item
from labeling.projects.projects import get_classes
from pages.desk.label_card import label_card
from pages.ui.access import require
from pages.ui.card import CardConfig, card_classes, card_words
from pages.ui.widgets import empty_state, simulated_mark
from pages.ui.words import t

access = require(Role.ASSESSOR, even_paused=True)
project = access.project
with database().snapshot() as connection:
    classes = get_classes(connection, project.id)
    guideline = get_guideline(connection, project.id)
    left = left_for(connection, project, access.person_id)
    is_empty = first_item(connection, project.id) is None

st.html(f"<h1 class='sv-hidden'>{t('page.label')}</h1>")
if not classes:
    empty_state(t("label.no_classes"))
    st.stop()

config: CardConfig = {
    "url": "/desk/answers",
    "project": project.slug,
    "person": access.person_id,
    "lang": access.locale,
    "classes": card_classes(classes, access.locale),
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
simulated_mark(project)
