"""The care for golden items: how long they last, which are in doubt, what is objected to, who appoints them."""

from __future__ import annotations

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import items as item_frames
from db.frames import work as work_frames
from db.vocabulary import Role
from labeling.desk.contests import open_contests
from labeling.quality.figures import Figure
from labeling.quality.leakage import Leakage
from pages.quality.golden_figures import DOUBTFUL, GoldenCare, care_of
from pages.quality.golden_forms import (
    draw_appoint,
    draw_contests,
    draw_doubtful,
    draw_rescored,
    draw_retire,
    in_use,
    wrong_chance,
)
from pages.ui.access import require
from pages.ui.downloads import csv_button
from pages.ui.figures import figure, figure_column, in_words, number, percent
from pages.ui.item_links import item_links, link_config
from pages.ui.items import first_lines
from pages.ui.locales import reader_zone
from pages.ui.quality_data import Facts, facts_of
from pages.ui.scored import scored_about
from pages.ui.vote_filters import KINDS, Selection
from pages.ui.widgets import answer, empty_state, figures, plain, simulated_mark
from pages.ui.words import moment, t, title_of


def draw_cards(care: GoldenCare, contests: int, doubtful: int) -> None:
    need = care.need
    enough = t("golden.enough") if not need.add else t("golden.short", n=need.add)
    figures(
        [
            (t("golden.pool"), number(need.pool), t("golden.pool_about")),
            (t("golden.need"), enough, t("golden.need_about", need=need.need, unseen=need.unseen, n=care.assessors)),
            (t("golden.doubtful"), number(doubtful), t("golden.doubtful_about", share=percent(DOUBTFUL))),
            (t("golden.contests"), number(contests), t("golden.contests_about")),
        ]
    )


def bases(care: GoldenCare) -> list[str]:
    """Among how many people what is left is shared, and what it would be with the paused ones back."""
    base = [t("golden.base", n=care.assessors)]
    return [*base, t("golden.base.paused", n=care.paused, add=care.with_paused.add)] if care.paused else base


def draw_items(facts: Facts, care: GoldenCare) -> None:
    """Every golden item: how often it was seen, how it was answered, and whether its label is in doubt."""
    items = care.items
    zone = reader_zone()
    shown = {
        **item_links(facts.project, items["item"]),
        t("items.text"): first_lines(facts.project, items["item"].to_list()),
        t("golden.label"): [title_of(facts.titled[code]) for code in items["label"]],
        t("golden.right"): figure_column(items, "accuracy"),
        t("golden.wrong"): [wrong_chance(wrong) for wrong in items["wrong"]],
        t("golden.state"): [t("golden.is_paused" if paused else "golden.is_served") for paused in items["paused"]],
        t("golden.last"): [moment(last.astimezone(zone)) if last else "–" for last in items["last"]],
    }
    config = {t("items.text"): st.column_config.Column(width=300)} | link_config()
    st.dataframe(
        pl.DataFrame(shown), hide_index=True, key="golden_items", alt=t("golden.items"), height=320,
        column_config=config, placeholder="–"
    )  # fmt: skip
    csv_button(items, "golden_items")


def draw_leak(leak: Leakage, counted: Figure) -> None:
    """Whether old golden items are answered faster and better than new ones; ``counted`` is accuracy as other pages have it."""
    if leak.accuracy_old.value is None or leak.accuracy_new.value is None:
        st.caption(t("golden.leak_unknown", cut=leak.cut))
        return
    st.text(t("golden.leaks" if leak.leaking else "golden.no_leak", cut=leak.cut))
    ratio = leak.pace_ratio
    figures(
        [
            (t("golden.leak_new"), in_words(leak.accuracy_new), t("golden.leak_new_about", cut=leak.cut)),
            (t("golden.leak_old"), in_words(leak.accuracy_old), t("golden.leak_old_about", cut=leak.cut)),
            (t("golden.leak_pace"), figure(ratio.value, ratio.low, ratio.high, ratio.n), t("golden.leak_pace_about")),
        ]
    )
    st.caption(plain(t("golden.leak_scope", n=leak.accuracy_new.n + leak.accuracy_old.n, figure=in_words(counted))))


access = require(Role.LEAD, Role.EXPERT)
project = access.project
simulated_mark(project)
with database().snapshot() as connection:
    unchecked = work_frames.unchecked(connection, project.id)
if unchecked:
    st.warning(t("golden.unchecked", n=unchecked))
facts = facts_of(project, Selection(kinds=KINDS))
if facts.golden.is_empty():
    answer(t("page.golden"), t("golden.empty"))
    if in_use(facts):
        empty_state(t("golden.empty_next"), page="project/import_page.py", label=t("page.import"))
    draw_appoint(facts, access.person_id)
    st.stop()
care = care_of(facts)
with database().snapshot() as connection:
    contests = open_contests(connection, project.id)
    ids = item_frames.texts(connection, project.id, care.doubtful["item"].to_list())
# What is objected to waits once, with its argument.
waits = ids.filter(~pl.col("item_id").is_in([contest.item_id for contest in contests]))
doubtful = care.doubtful.join(waits, on="item", how="semi", maintain_order="left")
need = care.need
ends = "golden.answer.dry" if need.add else "golden.answer.enough" if care.assessors else "golden.answer.idle"
lasts = t(ends, n=need.pool, add=need.add, chunks=need.chunks)
if need.add:
    lasts = " ".join([lasts, *bases(care)])
waits_for = {"contests": len(contests), "doubtful": doubtful.height}
waiting = t("golden.answer.waiting", n=sum(waits_for.values()), **waits_for)
answer(t("page.golden"), f"{lasts} {waiting}" if contests or doubtful.height else lasts)
draw_rescored()
draw_cards(care, len(contests), doubtful.height)
if contests:
    st.subheader(t("golden.contests"), help=t("golden.contests_about"))
    draw_contests(facts, contests, access.person_id)
if doubtful.height:
    st.subheader(t("golden.doubtful"), help=t("golden.doubtful_about", share=percent(DOUBTFUL)))
    draw_doubtful(facts, doubtful, access.person_id)
st.subheader(t("golden.items"), help=scored_about(t("golden.items_about"), facts.scoring))
draw_items(facts, care)
draw_retire(facts, care.items, access.person_id)
st.subheader(t("golden.leak"), help=t("golden.leak_about"))
draw_leak(care.leak, facts_of(project, Selection()).golden_accuracy)
if access.leads:
    st.page_link("quality/agreement.py", label=t("page.agreement"), icon=":material/arrow_forward:")
st.subheader(t("golden.appoint_title"))
draw_appoint(facts, access.person_id)
