"""What is shown, as a file: the numbers behind a chart or a table."""

from __future__ import annotations

import io

import polars as pl
import streamlit as st

from labeling.exchange.writing import write_csv
from pages.ui.words import t


def csv_button(frame: pl.DataFrame, name: str, *, label: str | None = None) -> None:
    """A button that gives ``frame`` as ``name``.csv, formulas made harmless; written when it is asked for."""
    st.download_button(
        label or t("download.csv"),
        lambda: csv_of(frame),
        f"{name}.csv",
        "text/csv",
        key=f"download_{name}",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def csv_of(frame: pl.DataFrame) -> bytes:
    """A frame as CSV: UTF-8, comma, a header; cells that a spreadsheet would run are neutralised.

    >>> csv_of(pl.DataFrame({"item": ["a", "=1"], "n": [1, 2]})).decode().split()
    ['item,n', 'a,1', "'=1,2"]
    """
    coded = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Enum | pl.Categorical)]
    plain = frame.with_columns(pl.col(coded).cast(pl.String))
    out = io.BytesIO()
    write_csv([plain], plain.schema, out)
    return out.getvalue()
