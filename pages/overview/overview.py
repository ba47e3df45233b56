"""The loop of a project on one screen: where each stage stands, what is due now, how it went so far, and what waits."""

from __future__ import annotations

import streamlit as st

from db.vocabulary import Role
from labeling.quality import progress
from pages.overview.advice import advice_on, draw_advice, verdict_on
from pages.overview.inbox import draw_inbox
from pages.overview.stages import draw_stages, stages_of
from pages.overview.story import draw_story
from pages.ui.access import require
from pages.ui.audit_data import newest_audit
from pages.ui.locales import reader_zone
from pages.ui.progress import overview_of
from pages.ui.session import now
from pages.ui.widgets import answer, empty_state, simulated_mark
from pages.ui.words import t

project = require(Role.LEAD).project
zone, moment = reader_zone(), now()
simulated_mark(project)
seen = overview_of(project, zone.key)
if not seen.states.items:
    answer(t("page.overview"), t("progress.empty"))
    # The way of a new project, into this one.
    where = {"begun": project.slug}
    empty_state(t("progress.empty.next"), page="project/start.py", label=t("overview.begin"), query_params=where)
    st.page_link("project/import_page.py", label=t("progress.next.import.go"), icon=":material/arrow_forward:")
    st.stop()
audit = newest_audit(project)
left, day = progress.still_wanted(seen.depths), moment.astimezone(zone).date()
answer(t("page.overview"), verdict_on(project, seen, audit, progress.forecast(seen.days, left, day), day))
advice = advice_on(project, seen, audit, moment, day)
draw_advice(advice)
draw_stages(stages_of(project, seen, audit), advice.stage)
draw_story(project, seen, zone)
draw_inbox(project)
