"""Snapshots: versions of the final labels that are kept under a name, with their figures, and what changed between two."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from db.vocabulary import Role
from labeling.facts import consensus
from labeling.jobs.tending import consensus_now
from labeling.projects.projects import count_items
from labeling.snapshots.kept import snapshots
from pages.project.snapshot_acts import draw_taking
from pages.project.snapshot_difference import draw_difference
from pages.project.snapshot_tables import draw_one, draw_snapshots
from pages.ui.access import require
from pages.ui.items import titled_classes
from pages.ui.widgets import answer, empty_state, simulated_mark
from pages.ui.words import local_day, t

access = require(Role.LEAD)
project = access.project
simulated_mark(project)
with database().snapshot() as connection:
    items = count_items(connection, project.id)
    kept = snapshots(connection, project.id)
    is_current = consensus.is_current(connection, project)
    waits = not is_current and consensus.kept(connection, project) is None
if not kept:
    answer(t("page.snapshots"), t("snapshots.answer.none"))
else:
    newest = kept[0]
    facts = {"name": newest.name, "day": local_day(newest.at), "n": newest.figures["labelled"], "of": newest.items}
    answer(t("page.snapshots"), t("snapshots.answer", **facts))
if not items:
    empty_state(t("snapshots.empty"), page="project/import_page.py", label=t("page.import"))
    st.stop()
if not kept:
    empty_state(t("snapshots.about"))
if not is_current:
    consensus_now(database(), project.slug)
draw_taking(access, is_current=is_current, waits=waits)
if not kept:
    st.stop()
st.subheader(t("snapshots.kept"), help=t("snapshots.about"))
draw_snapshots(kept)
draw_one(access, kept)
if len(kept) > 1:
    st.subheader(t("snapshots.difference"), help=t("snapshots.difference_about"))
    draw_difference(project, kept, titled_classes(project))
