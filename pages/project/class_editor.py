"""The project's classes: all of them in a table, one of them in a form, and a form for a new one."""

from __future__ import annotations

import html
from collections.abc import Mapping
from urllib.parse import quote
from zlib import crc32

import polars as pl
import streamlit as st

from db.vocabulary import LabelKind
from labeling.projects.classes import HOTKEYS, PALETTE, LabelClass, add_classes, change_class
from labeling.projects.projects import Project
from pages.ui.access import Access
from pages.ui.acting import acting
from pages.ui.items import swatch
from pages.ui.session import now
from pages.ui.words import t, title_of

CHOICE = "class_choice"
TABLE = "class_table"
_ROW, _ROWS_SHOWN = 35, 12


def draw_classes(access: Access, classes: list[LabelClass], votes: Mapping[str, int]) -> None:
    """The table and both forms."""
    if classes:
        _draw_table(classes, votes)
        by_code = {entry.code: entry for entry in classes}
        chosen = st.selectbox(
            t("classes.edit"), list(by_code), format_func=lambda code: f"{title_of(by_code[code])} · {code}", key=CHOICE
        )
        _draw_form(access, by_code[chosen], classes)
    else:
        st.caption(t("classes.none"))
    if classes:
        way_to_changes(access.project)
    with st.expander(t("classes.new"), expanded=not classes):
        _draw_form(access, None, classes)


def way_to_changes(project: Project) -> None:
    """The link to the page of class changes; of pairs there are none."""
    if project.kind is not LabelKind.PAIR:
        address = f"classes?project={quote(project.slug, safe='')}"
        st.html(f'<p><a href="{address}" target="_self">{html.escape(t("classes.change_of_mind"))}</a></p>')


def save(actor: int, project_id: int, code: str, parent: str | None, stamp: str) -> None:
    with acting("classes.saved", code=code) as connection:
        change_class(connection, project_id, _from_form(code, stamp, parent), now=now(), actor=actor)
    # Said anew, or the browser goes on showing the title that the class had when it was chosen.
    st.session_state[CHOICE] = code


def add(actor: int, project_id: int, stamp: str) -> None:
    code = st.session_state[f"class_code{stamp}"].strip()
    with acting("classes.added", code=code) as connection:
        add_classes(connection, project_id, [_from_form(code, stamp)], now=now(), actor=actor)


def choose(codes: list[str]) -> None:
    """Bring the row that was clicked in the table into the form."""
    rows = st.session_state[TABLE].selection.rows
    if rows:
        st.session_state[CHOICE] = codes[rows[0]]


def _draw_table(classes: list[LabelClass], votes: Mapping[str, int]) -> None:
    colour, counted = t("classes.colour"), t("classes.votes")
    shown = {
        colour: [swatch(entry.colour) for entry in classes],
        t("classes.hotkey"): [entry.hotkey.upper() if entry.hotkey else None for entry in classes],
        t("classes.title"): [title_of(entry) for entry in classes],
        t("classes.code"): [entry.code for entry in classes],
        t("classes.group"): [entry.class_group for entry in classes],
        counted: [votes.get(entry.code, 0) for entry in classes],
        t("classes.use"): [t("classes.retired" if entry.retired else "classes.in_use") for entry in classes],
    }
    st.dataframe(
        pl.DataFrame(shown, strict=False),
        hide_index=True,
        height=_ROW * (min(len(classes), _ROWS_SHOWN) + 1) + 3,
        column_config={
            colour: st.column_config.ImageColumn(width=50),
            t("classes.title"): st.column_config.Column(width="medium"),
        },
        placeholder="–",
        key=TABLE,
        on_select=lambda: choose([entry.code for entry in classes]),
        selection_mode="single-row",
        alt=t("settings.classes"),
    )


def _draw_form(access: Access, entry: LabelClass | None, classes: list[LabelClass]) -> None:
    # The stamp changes when the class is written anew: then the form shows what is stored, not what was typed before.
    stamp = f":{entry.code}:{crc32(repr(entry).encode())}" if entry else f":new:{len(classes)}"
    taken = {other.hotkey for other in classes if entry is None or other.code != entry.code}
    free = [key for key in HOTKEYS if key not in taken]
    shown = entry or LabelClass("", "", "", free[0] if free else None, PALETTE[len(classes) % len(PALETTE)])
    target = (access.person_id, access.project.id)
    with st.form(f"class{stamp}"):
        if entry is None:
            st.text_input(t("classes.code"), key=f"class_code{stamp}", max_chars=120, help=t("classes.code_about"))
        for column, field in zip(st.columns(2), ("title_ru", "title_en"), strict=True):
            column.text_input(t(f"classes.{field}"), getattr(shown, field), key=f"class_{field}{stamp}", max_chars=200)
        hotkey, colour, group = st.columns([1, 1, 2])
        hotkey.selectbox(
            t("classes.hotkey"),
            [None, *free],
            index=([None, *free]).index(shown.hotkey),
            format_func=lambda key: key.upper() if key else t("classes.no_hotkey"),
            key=f"class_hotkey{stamp}",
        )
        colour.color_picker(t("classes.colour"), shown.colour, key=f"class_colour{stamp}")
        group.text_input(
            t("classes.group"), shown.class_group or "", key=f"class_group{stamp}", max_chars=120,
            help=t("classes.group_about"),
        )  # fmt: skip
        for column, field in zip(st.columns(2), ("description_ru", "description_en"), strict=True):
            column.text_area(t(f"classes.{field}"), getattr(shown, field), key=f"class_{field}{stamp}", height=110)
        if entry is not None:
            st.checkbox(t("classes.retire"), shown.retired, key=f"class_retired{stamp}", help=t("classes.retire_about"))
            st.form_submit_button(t("classes.save"), on_click=save, args=(*target, entry.code, entry.parent, stamp))
        else:
            st.form_submit_button(t("classes.add"), on_click=add, args=(*target, stamp))


def _from_form(code: str, stamp: str, parent: str | None = None) -> LabelClass:
    typed = {
        field: st.session_state.get(f"class_{field}{stamp}")
        for field in ("title_ru", "title_en", "description_ru", "description_en", "hotkey", "colour", "group")
    }
    return LabelClass(
        code=code,
        title_ru=(typed["title_ru"] or "").strip() or code,
        title_en=(typed["title_en"] or "").strip() or code,
        hotkey=typed["hotkey"],
        colour=typed["colour"] or "",
        description_ru=typed["description_ru"] or "",
        description_en=typed["description_en"] or "",
        class_group=(typed["group"] or "").strip() or None,
        retired=bool(st.session_state.get(f"class_retired{stamp}", False)),
        parent=parent,
    )
