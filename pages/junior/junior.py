"""Junior: who speaks now, what it costs, and asking it: a tool with a price, a measured quality and a leash."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from db.engine import database
from db.frames.suggestions import speaking
from db.vocabulary import Role
from labeling.junior.asking import model_of, url_of
from labeling.junior.prompts import Prompt, prompts
from pages.junior.ask_live import ask_live
from pages.junior.junior_money import draw_ledger, draw_money, draw_server
from pages.junior.prompt_editor import write_local
from pages.junior.run import draw_asking
from pages.junior.versions import draw_versions
from pages.ui.access import Access, require
from pages.ui.junior_words import choose_version, speaker_sentence
from pages.ui.obstacles import draw_obstacles
from pages.ui.widgets import answer, empty_state, part_switch, plain, simulated_mark
from pages.ui.words import t

PARTS = ("asking", "live", "versions", "money", "ledger", "server")


def draw_first(access: Access) -> None:
    """Before the first version: write a prompt, or switch the local junior on."""
    empty_state(t("junior.empty"), page="junior/prompts.py", label=t("page.prompts"))
    st.button(t("junior.local.write"), key="local_write", on_click=write_local, args=(access.project, access.person_id))
    st.caption(t("junior.local.about"))


def draw_live(access: Access, versions: Mapping[int, Prompt]) -> None:
    """One question, answered while one looks."""
    project = access.project
    models = {prompt.id: prompt for prompt in versions.values() if prompt.is_written}
    if not models:
        empty_state(t("junior.live.no_version"), page="junior/prompts.py", label=t("page.prompts"))
        return
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        prompt = choose_version(t("junior.ask.version"), project, models, key="live_version")
    item = right.text_input(t("junior.live.item"), key="live_item", max_chars=400, placeholder=t("junior.live.own"))
    if draw_obstacles(access, prompt.model):
        return
    ask_live(project=project.slug, person=access.person_id, prompt=prompt.id, item=item.strip() or None, key="live_ask")
    st.caption(t("junior.live.about"))


access = require(Role.LEAD)
project = access.project
simulated_mark(project)
with database().snapshot() as connection:
    versions = {prompt.id: prompt for prompt in prompts(connection, project.id)}
    speaker = speaking(connection, project.id)
askable = {prompt_id: prompt for prompt_id, prompt in versions.items() if not prompt.is_brought}
answer(t("page.junior"), speaker_sentence(project, versions.get(speaker) if speaker is not None else None))
if not url_of(project) or not model_of(project):
    st.info(plain(t("junior.no_server")))
# A link may lead to a part, once: after that the reader chooses.
if (asked := st.query_params.pop("part", None)) in PARTS:
    st.session_state["junior_part"] = asked
shown = part_switch(t("page.junior"), PARTS, format_func=lambda part: t(f"junior.part.{part}"), key="junior_part")
if shown == "money":
    draw_money(access)
elif shown == "server":
    draw_server(access)
elif shown == "ledger":
    draw_ledger(project)
elif not versions or (shown == "asking" and not askable):
    draw_first(access)
elif shown == "live":
    draw_live(access, versions)
elif shown == "versions":
    draw_versions(access, versions, speaker)
else:
    draw_asking(access, askable)
