"""What is asked for on the page of changes: which act on which classes; and where a class stands among the others."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from db.vocabulary import ChangeKind
from labeling.class_changes.plans import Change
from labeling.projects.classes import LabelClass, put_after
from labeling.quality.kinds.paths import STEP
from pages.ui.access import Access
from pages.ui.acting import acting
from pages.ui.session import now
from pages.ui.widgets import part_switch
from pages.ui.words import t, title_of

KINDS = (ChangeKind.RENAME, ChangeKind.MERGE, ChangeKind.SPLIT, ChangeKind.MOVE, ChangeKind.RETIRE)


def asked_change(classes: Sequence[LabelClass]) -> Change | None:
    """Draw the form, and give what it asks for; None until it is filled."""
    kind = part_switch(
        t("class_changes.act"), KINDS, format_func=lambda each: t(f"class_changes.kind.{each.value}"), key="change_kind"
    )
    st.caption(t(f"class_changes.kind.{kind.value}.about"))
    with st.container(border=True):
        codes, into, parent = _FORMS[kind](_named(classes))
        note = st.text_input(t("class_changes.note"), key="change_note", max_chars=400)
    filled = codes and (into or kind in (ChangeKind.MOVE, ChangeKind.RETIRE))
    return Change(kind, codes, into, parent, note) if filled else None


def draw_order(access: Access, classes: Sequence[LabelClass]) -> None:
    """Which class stands behind which: on cards, in tables and on a scale."""
    names = _named(classes)
    with st.expander(t("class_changes.order")):
        st.caption(t("class_changes.order_about"))
        with st.form("class_order", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(t("class_changes.class"), list(names), format_func=names.__getitem__, key="order_class")
            places = [None, *names]
            st.selectbox(
                t("class_changes.after"), places, format_func=lambda code: _place(code, names), key="order_after"
            )
            st.form_submit_button(t("class_changes.put"), on_click=put, args=(access.person_id, access.project.id))


def put(actor: int, project_id: int) -> None:
    code, after = st.session_state["order_class"], st.session_state["order_after"]
    with acting("class_changes.put_done") as connection:
        put_after(connection, project_id, code, after, now=now(), actor=actor)


def _place(code: str | None, names: dict[str, str]) -> str:
    return t("class_changes.first") if code is None else names[code]


def _named(classes: Sequence[LabelClass]) -> dict[str, str]:
    return {entry.code: f"{title_of(entry)} · {entry.code}" for entry in classes}


Asked = tuple[tuple[str, ...], tuple[str, ...], str | None]


def _one(names: dict[str, str], key: str) -> str:
    return str(st.selectbox(t("class_changes.class"), list(names), format_func=names.__getitem__, key=key))


def _rename(names: dict[str, str]) -> Asked:
    code = _one(names, "rename_class")
    new = st.text_input(t("class_changes.new_code"), key="rename_into", max_chars=120, placeholder=code.split(STEP)[-1])
    return (code,), (new.strip(),) if new.strip() else (), None


def _merge(names: dict[str, str]) -> Asked:
    codes = st.multiselect(
        t("class_changes.classes"), list(names), format_func=names.__getitem__, key="merge_classes",
        placeholder=t("class_changes.choose"),
    )  # fmt: skip
    target = st.selectbox(
        t("class_changes.into"), [None, *names], key="merge_into",
        format_func=lambda each: names[each] if each else t("class_changes.new_class"),
    )  # fmt: skip
    if target is not None:
        return tuple(codes), (target,), None
    new = st.text_input(t("class_changes.new_code"), key="merge_new", max_chars=120).strip()
    return tuple(codes), (new,) if new else (), None


def _split(names: dict[str, str]) -> Asked:
    code = _one(names, "split_class")
    lines = st.text_area(t("class_changes.parts"), key="split_parts", height=100, help=t("class_changes.parts_about"))
    parts = tuple(line.strip() for line in lines.splitlines() if line.strip())
    return (code,), parts if len(parts) > 1 else (), None


def _move(names: dict[str, str]) -> Asked:
    code = _one(names, "move_class")
    above = [None, *(each for each in names if each != code)]
    parent = st.selectbox(
        t("class_changes.parent"), above, key=f"move_parent_{code}",
        format_func=lambda each: names[each] if each else t("class_changes.top"),
    )  # fmt: skip
    return (code,), (), parent


def _retire(names: dict[str, str]) -> Asked:
    codes = st.multiselect(
        t("class_changes.classes"), list(names), format_func=names.__getitem__, key="retire_classes",
        placeholder=t("class_changes.choose"),
    )  # fmt: skip
    return tuple(codes), (), None


_FORMS = {
    ChangeKind.RENAME: _rename,
    ChangeKind.MERGE: _merge,
    ChangeKind.SPLIT: _split,
    ChangeKind.MOVE: _move,
    ChangeKind.RETIRE: _retire,
}
