"""The ledger: every request that left the house, when and what for, its tokens and cost, and how much was masked in it."""

from __future__ import annotations

import json

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import ledger as ledger_frames
from labeling.projects.projects import Project
from pages.ui.figures import money, number
from pages.ui.widgets import csv_of, empty_state, right_aligned
from pages.ui.words import catalog, kinds_of, local_moment, t

SHOWN = 200


def draw_ledger(project: Project) -> None:
    """Totals by month, then the last calls, and all of them as a file."""
    with database().snapshot() as connection:
        months = ledger_frames.months(connection, project.id)
        last = ledger_frames.calls(connection, project.id, SHOWN)
    if last.is_empty():
        empty_state(t("junior.ledger.empty"))
        return
    st.subheader(t("junior.ledger.months"), help=t("junior.ledger.months_about"))
    counts = [t(f"junior.ledger.{name}") for name in ("calls", "tokens_in", "tokens_out", "cost")]
    config = right_aligned(*counts)
    st.dataframe(_months(months), hide_index=True, key="ledger_months", column_config=config)
    total = int(months["calls"].sum())
    st.subheader(t("junior.ledger.last", n=last.height, of=total), help=t("junior.ledger.about"))
    st.dataframe(_calls(last), hide_index=True, key="ledger_calls", column_config=config)
    st.download_button(
        t("junior.ledger.csv"), lambda: _all(project.id), f"junior_{project.slug}.csv", "text/csv", key="ledger_csv",
        on_click="ignore", type="tertiary", icon=":material/download:",
    )  # fmt: skip


def _months(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(
        {
            t("junior.ledger.month"): frame["month"],
            t("junior.price.model"): frame["model"],
            t("junior.ledger.calls"): [number(n) for n in frame["calls"]],
            t("junior.ledger.tokens_in"): [number(n) for n in frame["tokens_in"]],
            t("junior.ledger.tokens_out"): [number(n) for n in frame["tokens_out"]],
            t("junior.ledger.cost"): [money(n) for n in frame["cost"]],
        }
    )


def _calls(frame: pl.DataFrame) -> pl.DataFrame:
    rows = frame.to_dicts()
    return pl.DataFrame(
        {
            t("junior.ledger.when"): [local_moment(row["created_at"]) for row in rows],
            t("junior.ledger.purpose"): [t(f"junior.purpose.{row['purpose']}") for row in rows],
            t("junior.ledger.item"): [row["item"] or "–" for row in rows],
            t("junior.price.model"): [row["model"] for row in rows],
            t("junior.ledger.tokens_in"): [number(row["tokens_in"]) for row in rows],
            t("junior.ledger.tokens_out"): [number(row["tokens_out"]) for row in rows],
            t("junior.ledger.cost"): [_cost(row["state"], row["reserved"], row["cost"]) for row in rows],
            t("junior.ledger.outcome"): [_outcome(row["state"], row["outcome"]) for row in rows],
            t("junior.ledger.masked"): [kinds_of(json.loads(row["masked"])) if row["masked"] else "–" for row in rows],
        }
    )


def _cost(state: str, reserved: int, cost: int) -> str:
    if state in ("reserved", "unknown"):
        return t("junior.ledger.at_most", cost=money(reserved if state == "reserved" else cost))
    return money(cost)


def _outcome(state: str, outcome: str | None) -> str:
    if state == "reserved":
        return t("junior.outcome.under_way")
    key = f"junior.outcome.{outcome}"
    if key in catalog():
        return t(key)
    return t("junior.outcome.status", status=(outcome or "").removeprefix("status_"))


def _all(project_id: int) -> bytes:
    with database().snapshot() as connection:
        return csv_of(ledger_frames.calls(connection, project_id))
