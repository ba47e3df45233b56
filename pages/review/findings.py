"""What an analysis found beside the queue: confusions, the classes' health, near-copies, outliers, what is parked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import items as item_frames
from db.vocabulary import Verdict
from labeling.facts import settled
from labeling.facts.votes import votes_on
from labeling.projects.classes import LabelClass
from labeling.projects.labels import classes_in
from labeling.projects.projects import Project
from labeling.review.issues import are_far
from pages.review.item_table import item_table
from pages.review.queue import ask_for_pair
from pages.review.selection_acts import batch_popover
from pages.ui.access import Access
from pages.ui.downloads import csv_button
from pages.ui.figures import number, percent
from pages.ui.item_links import item_links, link_config
from pages.ui.items import class_title, texts_by_id, vote_card
from pages.ui.review_data import Review, open_labels
from pages.ui.widgets import plain
from pages.ui.words import local_day, t

MOST_PAIRS = 6
MOST_COPIES = 100
MOST_OUTLIERS = 50
MOST_PARKED = 50

Titled = Mapping[str, LabelClass]


def draw_confused(project: Project, review: Review, titled: Titled) -> None:
    """What is confused with what by the confident joint, the largest first; examples and the queue one click away."""
    pairs: list[dict[str, Any]] = list((review.run.report or {}).get("confused") or [])
    if not pairs:
        st.caption(t("review.no_confused"))
        return
    shown = pairs[:MOST_PAIRS]
    examples = [item for pair in shown for item in pair["examples"]]
    with database().snapshot() as connection:
        texts = item_frames.texts(connection, project.id, examples)
        votes = votes_on(connection, project.id, texts["item_id"].to_list())
    by_item = {item: (item_id, text) for item, item_id, text in texts.iter_rows()}
    for pair in shown:
        names = {name: class_title(pair[name], titled) for name in ("given", "probable")}
        title = t("review.pair", n=pair["count"], share=percent(pair["share"]), **names)
        with st.expander(plain(title)):
            for item in pair["examples"]:
                item_id, text = by_item.get(item, (0, "–"))
                vote_card(text, votes.filter(pl.col("item_id") == item_id), titled, project.kind, note=f"№ {item}")
            st.button(
                t("review.ask_pair"), icon=":material/filter_alt:", on_click=ask_for_pair,
                args=(project, pair["given"], pair["probable"]), key=f"pair_{pair['given']}_{pair['probable']}",
            )  # fmt: skip
    if len(pairs) > MOST_PAIRS:
        st.caption(t("review.more_pairs", n=len(pairs) - MOST_PAIRS))
    csv_button(pl.DataFrame(pairs).drop("examples"), "confident_joint")


def draw_health(review: Review, titled: Titled) -> None:
    """How healthy the classes' labels are, the worst first."""
    rows: list[dict[str, Any]] = list((review.run.report or {}).get("health") or [])
    if not rows:
        st.caption(t("review.no_health"))
        return
    shown = {
        t("review.class"): [class_title(row["label"], titled) for row in rows],
        t("review.quality"): [percent(row["label_quality"]) for row in rows],
        t("review.issues"): [row["label_issues"] for row in rows],
        t("review.missed"): [percent(row["inverse_noise"]) for row in rows],
        t("review.labels"): [row["n"] for row in rows],
    }
    config = {
        t("review.quality"): st.column_config.Column(help=t("review.quality_about"), alignment="right"),
        t("review.issues"): st.column_config.Column(help=t("review.issues_about"), alignment="right"),
        t("review.missed"): st.column_config.Column(help=t("review.missed_about"), alignment="right"),
    }
    st.dataframe(
        pl.DataFrame(shown),
        hide_index=True,
        column_config=config,
        key="health",
        alt=t("review.health_title"),
        placeholder="–",
    )
    met = classes_in(review.findings["given"].cast(pl.String).unique(), titled)
    unknown = sorted(met - {row["label"] for row in rows})
    if unknown:
        named = ", ".join(class_title(code, titled) for code in unknown)
        st.caption(plain(t("review.not_apart", n=len(unknown), classes=named)))
    csv_button(pl.DataFrame(rows), "label_health")


def draw_copies(access: Access, review: Review, titled: Titled) -> None:
    """Near-copies whose labels differ: one of the two is wrong, or the guide doesn't say."""
    report = review.run.report or {}
    rows: list[dict[str, Any]] = list(report.get("near_duplicates") or [])[:MOST_COPIES]
    if not rows:
        st.caption(t("review.no_copies"))
        return
    with database().snapshot() as connection:
        names = sorted({row[side] for row in rows for side in ("item", "other")})
        items = item_frames.texts(connection, access.project.id, names)
    texts, ids = (dict(items.select("item", name).iter_rows()) for name in ("text", "item_id"))
    shown = {
        t("review.copy_one"): [texts.get(row["item"], "–") for row in rows],
        t("items.given") + " 1": [class_title(row["label"], titled) for row in rows],
        t("review.copy_other"): [texts.get(row["other"], "–") for row in rows],
        t("items.given") + " 2": [class_title(row["other_label"], titled) for row in rows],
    }
    # Both labels are the point of the table: they stay in sight beside texts of any length.
    config = {name: st.column_config.Column(width=310 if at % 2 == 0 else 130) for at, name in enumerate(shown)}
    event = st.dataframe(
        pl.DataFrame(shown),
        hide_index=True,
        column_config=config,
        on_select="rerun",
        selection_mode="multi-row",
        key=f"copies_{review.run.id}",
        alt=t("review.copies"),
        height=min(280, 40 + 36 * max(len(rows), 2)),
        placeholder="–",
    )
    marked = [rows[place] for place in event["selection"]["rows"] if place < len(rows)]
    both = [ids[row[side]] for row in marked or rows for side in ("item", "other") if row[side] in ids]
    sent = pl.Series("item_id", both, dtype=pl.Int64).unique(maintain_order=True)
    found = report.get("near_duplicates_n", len(rows))
    st.caption(t("review.copies_n", n=found, shown=len(rows), items=sent.len()))
    _send(access, review, sent, "copies")


def draw_outliers(access: Access, review: Review, titled: Titled) -> None:
    """Texts that are far from all others: not of this project, in another language, or damaged."""
    outlying = review.findings.filter(are_far(review.findings["outlier"]))
    found = open_labels(access.project, outlying).sort("outlier", "item_id")
    far = found.head(MOST_OUTLIERS)
    if far.is_empty():
        st.caption(t("review.no_outliers"))
        return
    st.caption(t("review.outliers_n", n=found.height, shown=far.height))
    marked = item_table(access.project, far, titled, key="outliers")
    _send(access, review, (marked if marked.height else far)["item_id"], "outliers")


def draw_parked(project: Project, rulings: pl.DataFrame, titled: Titled) -> None:
    """What experts found unclear by the guide, and what they sent back: the newest first."""
    waits = pl.col("verdict").is_in([Verdict.UNCLEAR.value, Verdict.SENT_BACK.value])
    rows = settled.in_force(rulings).filter(waits).sort("at", descending=True)
    if rows.is_empty():
        st.caption(t("review.no_parked"))
        return
    top = rows.head(MOST_PARKED)
    texts = texts_by_id(top["item_id"].to_list())
    shown = {
        **item_links(project, top["item"]),
        t("items.text"): [texts.get(item_id, "–") for item_id in top["item_id"]],
        t("review.verdict"): [t(f"verdict.{verdict}") for verdict in top["verdict"]],
        t("items.given"): [class_title(label, titled) for label in top["given"]],
        t("review.rationale"): top["rationale"],
        t("review.expert"): top["expert"],
        t("review.when"): [local_day(at) for at in top["at"]],
    }
    st.dataframe(
        pl.DataFrame(shown), hide_index=True, placeholder="–", key="parked", alt=t("review.parked"),
        column_config=link_config(),
    )  # fmt: skip
    st.caption(t("review.parked_n", n=rows.height))


def _send(access: Access, review: Review, item_ids: pl.Series, what: str) -> None:
    source = {"page": "review", "what": what, "run": review.run.id}
    label = f"{t('acts.batch')}: {number(item_ids.len())}"
    about = t(f"review.batch.{what}")
    batch_popover(access, label, item_ids.to_list(), key=f"{what}_batch", about=about, source=source)
