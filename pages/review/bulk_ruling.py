"""One word on many items: what it would change is shown first, and every such act can be taken back."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from db.engine import database
from labeling.adjudication.bulk import LEFT_OUT, Preview, preview, rule_many
from labeling.adjudication.queue import Candidate, as_candidates
from labeling.adjudication.rulings import MAX_RATIONALE
from labeling.adjudication.undoing import undo
from labeling.facts import settled
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project, lock_project_by_id
from pages.ui.access import Access
from pages.ui.acting import acting
from pages.ui.figures import number
from pages.ui.items import class_title
from pages.ui.label_choice import chosen_label, label_choice
from pages.ui.review_data import settled_anew
from pages.ui.session import now
from pages.ui.widgets import NOTICE, confirm, plain
from pages.ui.words import local_moment, t

LAST = "bulk_done"
# What is done with the chosen: nothing, before anybody says so.
LEAVE = "leave"
HOW = (LEAVE, "suggested", "given", "second", "one")
MOST_CHANGES = 12
MOST_ACTS = 10
# From this chance of being wrong on another label is to be suggested.
MORE_PROBABLE = 0.5


def bulk_form(access: Access, rows: pl.DataFrame, titled: Mapping[str, LabelClass], *, key: str, run_id: int) -> None:
    """Choose a label for each of the rows (FINDINGS), see what that changes and spoils, and rule; at first none is chosen."""
    left, right = st.columns([3, 1])
    with left:
        how = st.segmented_control(
            t("bulk.how"), HOW, default=HOW[0], required=True, format_func=lambda name: t(f"bulk.how.{name}"),
            key=f"{key}_how",
        )  # fmt: skip
    label = None
    if how == "one":
        with right:
            label_choice(access.project, titled, t("bulk.label"), key=f"{key}_label")
        label = chosen_label(access.project, titled, f"{key}_label")
    if how == LEAVE:
        st.caption(suggestion(rows))
        return
    rationale_key = f"{key}_why_{st.session_state.setdefault(f'{key}_ruled', 0)}"
    st.text_input(t("bulk.rationale"), max_chars=MAX_RATIONALE, key=rationale_key)
    overrule = st.toggle(t("bulk.overrule"), key=f"{key}_overrule", help=t("bulk.overrule_about"))
    labels, asked = labels_of(rows, how or LEAVE, label, titled), as_candidates(rows)
    with database().snapshot() as connection:
        changes = preview(connection, access.project, asked, labels, overrule=overrule)
    draw_preview(changes, titled)
    st.button(
        t("bulk.rule", n=changes.ruled), type="primary", disabled=not changes.ruled, on_click=_rule,
        args=(access.project, access.person_id, asked, labels, key, rationale_key, overrule, run_id),
        key=f"{key}_rule",
    )  # fmt: skip


def draw_preview(act: Preview, titled: Mapping[str, LabelClass]) -> None:
    """What would change, label by label, what harm is to be expected of it, and what is left out and why."""
    st.markdown(plain(t("bulk.preview", n=act.ruled, changed=act.changed, same=act.ruled - act.changed)))
    if act.changed:
        harm = plain(t("bulk.harm", spoiled=_expected(act.spoiled), mended=_expected(act.mended)))
        st.warning(harm, icon=":material/warning:") if act.spoiled > act.mended else st.markdown(harm)
    if act.sealed:
        st.markdown(plain(t("bulk.sealed", sealed=_expected(act.sealed))))
    left_out = [t(f"bulk.left_out.{why}", n=act.left_out[why]) for why in LEFT_OUT if act.left_out.get(why)]
    if left_out:
        st.caption(t("bulk.left_out", n=sum(act.left_out.values()), why=", ".join(left_out)))
    if not act.changes:
        return
    changes = list(act.changes.items())
    drawn = changes[:MOST_CHANGES]
    shown = {
        t("bulk.before"): [class_title(before, titled) for (before, _), _ in drawn],
        t("bulk.after"): [class_title(after, titled) for (_, after), _ in drawn],
        t("bulk.items"): [n for _, n in drawn],
    }
    st.dataframe(pl.DataFrame(shown), hide_index=True, width=560, alt=t("bulk.preview_alt"), placeholder="–")
    if len(changes) > MOST_CHANGES:
        st.caption(t("bulk.more", n=len(changes) - MOST_CHANGES))


def draw_last(access: Access) -> None:
    """Say what the last bulk ruling did, with the way back."""
    last = st.session_state.get(LAST)
    if last is None or last[0] != access.project.id:
        return
    _, act, ruled, left_out = last
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(plain(t("bulk.done", n=ruled, left=left_out)), width="stretch")
        arguments = (access.project, access.person_id, act)
        st.button(t("bulk.undo"), icon=":material/undo:", on_click=_undo, args=arguments, key="bulk_undo_last")


def draw_past(access: Access, rulings: pl.DataFrame) -> None:
    """The newest bulk rulings that are in force at least in part, each with the way back."""
    acts = past_acts(rulings).head(MOST_ACTS)
    if acts.is_empty():
        st.caption(t("bulk.no_past"))
        return
    for row in acts.to_dicts():
        at = local_moment(row["at"])
        who = row["expert"] or t("bulk.command_line")
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            past = t("bulk.past", n=row["items"], standing=row["standing"], at=at, who=who)
            st.markdown(plain(past), width="stretch")
            question, act = t("bulk.undo_question", n=row["standing"]), row["act"]
            confirm(t("bulk.undo"), question, _undo, access.project, access.person_id, act, key=f"undo_{act}")


def past_acts(rulings: pl.DataFrame) -> pl.DataFrame:
    """PAST(act, at, expert, items, standing) of RULINGS, the newest first: ``standing`` of ``items`` are in force.

    Acts of which nothing is in force any more are left out.
    """
    made = rulings.filter("in_bulk")
    standing = settled.in_force(rulings).group_by("act").len("standing")
    acts = made.group_by("act").agg(
        pl.col("at").min(), pl.col("expert").first(), pl.col("item").n_unique().alias("items")
    )
    return acts.join(standing, on="act").sort("at", "act", descending=True)


def suggestion(rows: pl.DataFrame) -> str:
    """How many of the rows (FINDINGS) had better keep their label, and how many are more probably wrong than not."""
    doubtful = int((rows["score"] > MORE_PROBABLE).sum())
    return t("bulk.suggestion", n=rows.height - doubtful, doubtful=doubtful)


def labels_of(rows: pl.DataFrame, how: str, label: str | None, titled: Mapping[str, LabelClass]) -> dict[int, str]:
    """The label of each item; a retired class is given to nobody.

    Suggested is the given label, unless that is more probably wrong than not: then the second choice.
    """
    if how == LEAVE:
        return {}
    if how == "one":
        return dict.fromkeys(rows["item_id"].to_list(), label) if label else {}
    usable = [code for code, entry in titled.items() if not entry.retired]
    given, second = pl.col("given").cast(pl.String), pl.col("probable").cast(pl.String)
    suggested = pl.when(pl.col("score") > MORE_PROBABLE).then(second).otherwise(given)
    by = {"given": given, "second": second, "suggested": suggested}[how]
    return dict(rows.select("item_id", by.alias("label")).filter(pl.col("label").is_in(usable)).iter_rows())


def _expected(n: float) -> str:
    """An expected number of labels, never rounded to nothing."""
    return number(round(n)) if n >= 1 else number(float(n), digits=2)


def _rule(
    project: Project, actor: int, asked: list[Candidate], labels: dict[int, str], key: str, rationale_key: str,
    overrule: bool, run_id: int,
) -> None:  # fmt: skip
    rationale = str(st.session_state[rationale_key])
    ruling = None
    with acting() as connection:
        locked = lock_project_by_id(connection, project.id)
        ruling = rule_many(
            connection, locked, asked, labels, rationale=rationale, overrule=overrule, run_id=run_id,
            now=now(), actor=actor,
        )  # fmt: skip
    if ruling is not None:
        st.session_state[LAST] = (project.id, ruling.act, ruling.ruled, ruling.left_out)
        st.session_state[f"{key}_ruled"] += 1
        st.session_state[f"{key}_how"] = LEAVE
    settled_anew(project)


def _undo(project: Project, actor: int, act: str) -> None:
    undone = None
    with acting() as connection:
        undone = undo(connection, lock_project_by_id(connection, project.id), act, now=now(), actor=actor)
    if undone is not None:
        st.session_state[NOTICE] = ("done", t("bulk.undone", n=undone.undone, left=undone.left))
        if st.session_state.get(LAST, (0, ""))[1] == act:
            del st.session_state[LAST]
    settled_anew(project)
