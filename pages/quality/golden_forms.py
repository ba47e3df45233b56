"""The forms of the golden page, and what they do: rule on objections, settle doubtful labels, appoint, retire, pause."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from db.engine import Connection
from db.frames import items as item_frames
from db.frames import work as work_frames
from labeling.desk import chunks, contests, golden
from labeling.desk.contests import MAX_ARGUMENT, Contest, Rescored
from labeling.errors import LabelingError
from labeling.projects.projects import Project, lock_project_by_id
from pages.ui.acting import acting
from pages.ui.figures import percent
from pages.ui.items import class_chip, item_text, texts_of, vote_card
from pages.ui.label_choice import RETIRE, chosen_label, label_choice, offered
from pages.ui.quality_data import Facts, refresh
from pages.ui.review_data import settled_anew
from pages.ui.session import now
from pages.ui.widgets import confirm, no_classes, text_of_item
from pages.ui.words import t, title_of

RESCORED = "golden_rescored"
MOST_SHOWN = 10


@dataclass(frozen=True)
class Changed:
    """A chunk whose score a ruling changed, as it is told."""

    name: str
    ordinal: int
    before: tuple[float, int]
    after: tuple[float, int]


def rule(actor: int, facts: Facts, contest: Contest) -> None:
    """The word on an objection, from the form's widgets; whose scores it changed is told on top of the page."""
    project = facts.project
    label = chosen_label(project, facts.titled, f"ruling_{contest.id}")
    reply = str(st.session_state[f"reply_{contest.id}"]).strip()
    changed: list[Changed] = []
    with acting("golden.ruled") as connection:
        if label != contest.ruled and not reply:
            raise LabelingError("reply_missing")
        locked = lock_project_by_id(connection, project.id)
        ruled = None if label == RETIRE else label
        rescored = contests.rule(connection, locked, contest.id, label=ruled, reply=reply, now=now(), actor=actor)
        names = dict(work_frames.annotators(connection).select("assessor", "name").iter_rows())
        changed = [_changed(connection, score, names) for score in rescored]
    if changed:
        st.session_state[RESCORED] = changed
    settled_anew(project)


def settle(actor: int, facts: Facts, item: str, current: str) -> None:
    """The word on a label in doubt, from the form's widgets: it stays, is another one, or there is none."""
    project = facts.project
    label = chosen_label(project, facts.titled, f"settle_{item}_label")
    explanation = str(st.session_state[f"settle_{item}_said"]).strip()
    if label == current:
        pause(actor, project, item, False)
    elif label == RETIRE:
        retire(actor, project, item)
    else:
        appoint(actor, project, item, label, explanation, explained=True)


def appoint(actor: int, project: Project, item: str, label: str, explanation: str, *, explained: bool = False) -> None:
    """Settle an item's label as golden, or settle it anew; the item is served again. ``explained``: it must be said why."""
    with acting("golden.appointed", item=item) as connection:
        if explained and not explanation:
            raise LabelingError("reply_missing")
        item_id = _item_id(connection, project.id, item)
        locked = lock_project_by_id(connection, project.id)
        golden.appoint(connection, locked, item_id, label, explanation=explanation, now=now(), actor=actor)
        contests.pause_item(connection, locked, item_id, paused=False, now=now(), actor=actor)
    settled_anew(project)


def retire(actor: int, project: Project, item: str) -> None:
    """Take an item out of the golden pool; answers given to it are scored no more."""
    with acting("golden.retired", item=item) as connection:
        locked = lock_project_by_id(connection, project.id)
        item_id = _item_id(connection, project.id, item)
        golden.appoint(connection, locked, item_id, None, now=now(), actor=actor)
    settled_anew(project)


def pause(actor: int, project: Project, item: str, paused: bool) -> None:
    """Serve a golden item to nobody for now, or to everybody again."""
    with acting("golden.paused_one" if paused else "golden.resumed", item=item) as connection:
        item_id = _item_id(connection, project.id, item)
        contests.pause_item(connection, project, item_id, paused=paused, now=now(), actor=actor)
    refresh(project)


def _item_id(connection: Connection, project_id: int, item: str) -> int:
    items = item_frames.texts(connection, project_id, [item.strip()])
    if items.is_empty():
        raise LabelingError("unknown_item", item=item)
    return int(items["item_id"][0])


def _changed(connection: Connection, score: Rescored, names: Mapping[int, str]) -> Changed:
    chunk = chunks.get_chunk(connection, score.chunk_id)
    return Changed(names.get(score.assessor_id, "–"), chunk.ordinal if chunk else 0, score.before, score.after)


def draw_rescored() -> None:
    """Whose scores the last ruling changed, before and after; once."""
    changed: list[Changed] = st.session_state.pop(RESCORED, [])
    if changed:
        lines = [
            t(
                "golden.rescored_one",
                name=chunk.name,
                ordinal=chunk.ordinal,
                before=_score(chunk.before),
                after=_score(chunk.after),
            )
            for chunk in changed
        ]
        with st.container(border=True):
            st.text(t("golden.rescored", n=len(changed)))
            st.text("\n".join(lines))


def draw_contests(facts: Facts, contests: Sequence[Contest], actor: int) -> None:
    """Each open objection with the item, what was answered to it, and the ruling to be made."""
    for contest in contests[:MOST_SHOWN]:
        with st.container(border=True):
            item_text(contest.text, facts.project.kind)
            given = class_chip(contest.given, facts.titled) if contest.given else html.escape(t("vote.unsure"))
            ruled = class_chip(contest.ruled or "", facts.titled)
            st.html(f"<p>{t('golden.answered')} {given} &nbsp;·&nbsp; {t('golden.label_is')} {ruled}</p>")
            st.text(t("golden.argument"))
            text_of_item(contest.argument)
            with st.form(f"contest_{contest.id}", border=False):
                _draw_ruling(facts, contest.ruled, "golden.ruling.keep", key=f"ruling_{contest.id}")
                about = t("golden.reply_about")
                st.text_area(t("golden.reply"), key=f"reply_{contest.id}", max_chars=MAX_ARGUMENT, help=about)
                st.form_submit_button(t("golden.rule"), type="primary", on_click=rule, args=(actor, facts, contest))
    if len(contests) > MOST_SHOWN:
        st.caption(t("golden.more", n=len(contests) - MOST_SHOWN))


def draw_doubtful(facts: Facts, doubtful: pl.DataFrame, actor: int) -> None:
    """Golden items that those who know better miss, each with the label they give and the buttons that settle it."""
    shown = doubtful.head(MOST_SHOWN)
    texts = texts_of(facts.project, shown["item"].to_list())
    st.caption(t("golden.trap"))
    for row in shown.to_dicts():
        item = row["item"]
        label, likely = (title_of(facts.titled[row[name]]) for name in ("label", "likely"))
        note = t("golden.doubt", label=label, wrong=wrong_chance(row["wrong"]), likely=likely, n=row["n"])
        of_item = (actor, facts.project, item)
        card = vote_card(
            texts[item], facts.judged.filter(pl.col("item") == item), facts.titled, facts.project.kind, note=note
        )
        with card.container(horizontal=True):
            with st.popover(t("golden.rule"), key=f"settle_{item}_popover"):
                _draw_settling(facts, row["label"], actor, item)
            word = "golden.resume" if row["paused"] else "golden.pause"
            st.button(t(word), on_click=pause, args=(*of_item, not row["paused"]), key=f"pause_{item}")


def _draw_settling(facts: Facts, current: str, actor: int, item: str) -> None:
    with st.form(f"settle_{item}", border=False):
        _draw_ruling(facts, current, "golden.settle.keep", key=f"settle_{item}_label")
        about = t("golden.reply_about")
        st.text_area(t("golden.reply"), key=f"settle_{item}_said", max_chars=MAX_ARGUMENT, help=about)
        st.form_submit_button(t("golden.rule"), type="primary", on_click=settle, args=(actor, facts, item, current))


def wrong_chance(wrong: float | None) -> str:
    """The chance that a label is wrong; never certainty, which only the expert has.

    >>> wrong_chance(None)
    '–'
    """
    return f"> {percent(0.99)}" if wrong is not None and wrong > 0.99 else percent(wrong)


def draw_appoint(facts: Facts, actor: int) -> None:
    """Name a new golden item, or settle one anew."""
    if not in_use(facts):
        # Without a class the form would ask to retire the item.
        no_classes(leads=True)
        return

    def submit(actor: int) -> None:
        item, explanation = (st.session_state[f"appoint_{name}"] for name in ("item", "explanation"))
        label = chosen_label(facts.project, facts.titled, "appoint_label")
        appoint(actor, facts.project, item, label, explanation.strip())

    with st.form("appoint", clear_on_submit=True):
        left, right = st.columns(2)
        left.text_input(t("golden.item"), key="appoint_item", max_chars=400, help=t("golden.item_about"))
        with right:
            label_choice(facts.project, facts.titled, t("golden.label"), key="appoint_label")
        st.text_area(t("golden.explanation"), key="appoint_explanation", max_chars=MAX_ARGUMENT)
        st.form_submit_button(t("golden.appoint"), type="primary", on_click=submit, args=(actor,))


def draw_retire(facts: Facts, items: pl.DataFrame, actor: int) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        item = st.selectbox(t("golden.retire_which"), items["item"].to_list(), key="retire_item", width=320)
        question = t("golden.retire_sure", item=item)
        confirm(t("golden.retire"), question, retire, actor, facts.project, item, key="retire")


def in_use(facts: Facts) -> list[str]:
    return offered(facts.project, facts.titled)


def _draw_ruling(facts: Facts, current: str | None, keep: str, *, key: str) -> None:
    kept = t(keep, label=title_of(facts.titled[current])) if current else None
    retire = t("golden.ruling.retire")
    label_choice(facts.project, facts.titled, t("golden.ruling"), key=key, current=current, keep=kept, retire=retire)


def _score(score: tuple[float, int]) -> str:
    earned, n = score
    return t("golden.score", right=int(earned) if earned.is_integer() else earned, n=n)
