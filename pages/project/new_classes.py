"""The classes of a project to be made, as one table: what labels of the file become, how they are called, keys, colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from labeling.errors import LabelingError
from labeling.projects.classes import HOTKEYS, PALETTE, LabelClass, named_by_code
from pages.ui.items import swatch
from pages.ui.words import t

_ROW, _ROWS_SHOWN = 35, 12


def draw_new_classes(
    labels: Mapping[str, int], alike: Sequence[LabelClass], *, key: str
) -> tuple[list[LabelClass], dict[str, str]]:
    """The classes as the table now has them, and what each label that is merged becomes.

    ``labels`` counts those of the file; ``alike`` are the classes of another project, whose titles, keys and colours are taken.
    Raises LabelingError ``hotkey_taken`` or ``merged_in_a_ring``.
    """
    known = {entry.code: entry for entry in [*alike, *named_by_code(labels, alike)]}
    codes = [*labels, *(code for code in known if code not in labels)]
    rows = [_row(known[code], labels) for code in codes]
    if not rows:
        rows = [_row(LabelClass("", "", "", HOTKEYS[at], PALETTE[at]), {}) for at in range(2)]
    edited = st.data_editor(
        pl.DataFrame(rows, schema=_SCHEMA),
        hide_index=True,
        num_rows="fixed" if labels else "dynamic",
        column_config=_config(codes, bool(labels)),
        disabled=["code", "n", "shown"],
        height=_ROW * (min(len(rows), _ROWS_SHOWN) + 1 + (not labels)) + 3,
        key=key,
    )
    return _understood(edited.to_dicts())


_SCHEMA = {
    "shown": pl.String, "code": pl.String, "n": pl.Int64, "becomes": pl.String, "title_ru": pl.String, "title_en": pl.String,
    "hotkey": pl.String, "colour": pl.String,
}  # fmt: skip


def _row(entry: LabelClass, labels: Mapping[str, int]) -> dict[str, Any]:
    return {
        "shown": swatch(entry.colour), "code": entry.code, "n": labels.get(entry.code, 0), "becomes": entry.code,
        "title_ru": entry.title_ru, "title_en": entry.title_en, "hotkey": entry.hotkey, "colour": entry.colour,
    }  # fmt: skip


def _config(codes: Sequence[str], from_file: bool) -> dict[str, Any]:
    column = st.column_config
    colours = {colour: t(f"colour.{at}") for at, colour in enumerate(PALETTE)}
    of_file = {
        "code": column.TextColumn(t("start.class.label"), pinned=True),
        "n": column.NumberColumn(t("start.class.n"), width="small", format="localized"),
        "becomes": column.SelectboxColumn(
            t("start.class.becomes"), options=list(codes), help=t("start.class.becomes_about"), required=True
        ),
    }
    return (of_file if from_file else dict.fromkeys(of_file)) | {
        "shown": column.ImageColumn("", width=40, pinned=True),
        "title_ru": column.TextColumn(t("classes.title_ru"), max_chars=200),
        "title_en": column.TextColumn(t("classes.title_en"), max_chars=200),
        "hotkey": column.SelectboxColumn(t("classes.hotkey"), options=list(HOTKEYS), width="small"),
        "colour": column.SelectboxColumn(
            t("classes.colour"), options=list(colours), format_func=lambda colour: colours.get(str(colour), str(colour))
        ),
    }


def _understood(rows: Sequence[Mapping[str, Any]]) -> tuple[list[LabelClass], dict[str, str]]:
    merged = {row["code"]: row["becomes"] for row in rows if row["code"] and row["becomes"] not in (None, row["code"])}
    for code, target in merged.items():
        if target in merged:
            raise LabelingError("merged_in_a_ring", label=code, target=target)
    classes: dict[str, LabelClass] = {}
    keys: set[str] = set()
    for at, row in enumerate(rows):
        code = (row["code"] or row["title_ru"] or row["title_en"] or "").strip()
        if not code or code in merged:
            continue
        if row["hotkey"] and row["hotkey"] in keys:
            raise LabelingError("hotkey_taken", hotkey=row["hotkey"])
        keys.add(row["hotkey"] or "")
        titles = [(row[name] or "").strip() for name in ("title_ru", "title_en")]
        russian, english = (title or next(filter(None, titles), code) for title in titles)
        classes[code] = LabelClass(code, russian, english, row["hotkey"], row["colour"] or PALETTE[at % len(PALETTE)])
    return list(classes.values()), merged
