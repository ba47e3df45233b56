"""The two tables of the progress page, all in words: who is at work, and the chunks with their scores."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from db.vocabulary import ChunkKind, Standing
from labeling.quality.progress import is_recent
from pages.ui.figures import figure_column
from pages.ui.words import ago, t


def draw_workers(workers: pl.DataFrame, pace: pl.DataFrame, scores: pl.DataFrame, now: datetime) -> int:
    """A row for each assessor, those at work first; says how many are at work."""
    joined = workers.join(pace, on="assessor", how="left").join(scores, on="assessor", how="left")
    joined = joined.with_columns(pl.col("answers").fill_null(0)).sort("last_answer", descending=True, nulls_last=True)
    rows = joined.to_dicts()
    shown = {
        t("progress.who"): [row["name"] for row in rows],
        t("progress.now"): [_doing(row, now) for row in rows],
        t("progress.today"): joined["answers"],
        t("progress.median"): joined["seconds"].round().cast(pl.Int64),
        t("progress.last_answer"): [ago(row["last_answer"], now) if row["last_answer"] else "–" for row in rows],
        t("progress.golden"): figure_column(joined),
    }
    st.dataframe(pl.DataFrame(shown), hide_index=True, placeholder="–", key="workers", alt=t("progress.workers"))
    return sum(_is_at_work(row, now) for row in rows)


def draw_chunks(chunks: pl.DataFrame, scores: pl.DataFrame, zone: ZoneInfo) -> None:
    """A row for each chunk, in the order given."""
    joined = chunks.join(scores, on="chunk", how="left", maintain_order="left")
    closed = pl.col("closed_at").is_not_null()
    joined = joined.with_columns(figure_column(joined)).with_columns(
        pl.when(closed).then("figure").otherwise(pl.lit(None)).alias("figure")
    )
    time = st.column_config.DatetimeColumn(format=t("progress.time_format"), timezone=zone.key)
    opened, ended = t("progress.opened"), t("progress.closed")
    shown = {
        t("progress.who"): joined["name"],
        t("progress.ordinal"): joined["ordinal"],
        t("progress.golden"): joined["figure"],
        t("progress.state"): [_state(*row) for row in joined.select("kind", "outcome").rows()],
        opened: joined["opened_at"],
        ended: joined["closed_at"],
    }
    config = {opened: time, ended: time, t("progress.who"): st.column_config.Column(width="medium")}
    frame = pl.DataFrame(shown)
    st.dataframe(frame, hide_index=True, column_config=config, placeholder="–", key="chunks", alt=t("progress.chunks"))


def _state(kind: str, outcome: str | None) -> str:
    if outcome is None:
        return t("chunk.qualification.open" if kind == ChunkKind.QUALIFICATION.value else "chunk.open")
    return t(f"chunk.{outcome}")


def _is_at_work(row: dict[str, object], now: datetime) -> bool:
    answered = row["last_answer"]
    return isinstance(answered, datetime) and is_recent(answered, now)


def _doing(row: dict[str, object], now: datetime) -> str:
    if row["standing"] != Standing.ACTIVE.value:
        return t(f"standing.{row['standing']}")
    if _is_at_work(row, now):
        return t("progress.at_work")
    leases = row["leases"]
    return t("progress.holds", n=leases) if leases else t("progress.away")
