"""Choosing a label in a form: one class out of a list, or several where the project takes sets of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from db.vocabulary import LabelKind
from labeling.projects.classes import LabelClass, choosable, paths
from labeling.projects.projects import Project
from labeling.quality.kinds.sets import NONE, members, set_code
from pages.ui.items import class_title
from pages.ui.words import title_of

#: What is chosen where there is to be no label.
RETIRE = "retire"


def offered(project: Project, classes: Mapping[str, LabelClass]) -> list[str]:
    """The codes of the classes that may be chosen in this project."""
    return choosable(classes.values(), inner=project.allows_inner)


def label_choice(
    project: Project,
    classes: Mapping[str, LabelClass],
    question: str,
    *,
    key: str,
    current: str | None = None,
    keep: str | None = None,
    retire: str | None = None,
) -> None:
    """Draw the choice; what was chosen is read by ``chosen_label``.

    ``current`` is the label that stands, ``keep`` its name where it may be left, ``retire`` the name of having none.
    """
    codes = offered(project, classes)
    named = _named(classes)
    if project.kind is LabelKind.SEVERAL:
        standing = [code for code in members(current or "") if code in codes]
        # Streamlit warns of a default beside a value of the session.
        st.session_state.setdefault(key, standing)
        st.multiselect(question, codes, format_func=named, key=key, placeholder=class_title(NONE, classes))
        if retire is not None:
            st.checkbox(retire, key=f"{key}_retire")
        return
    options = codes if current is None else [current, *(code for code in codes if code != current)]

    def titled(code: str) -> str:
        if code == RETIRE:
            return retire or ""
        return keep if keep is not None and code == current else named(code)

    st.selectbox(question, [*options, *([RETIRE] if retire is not None else [])], format_func=titled, key=key)


def chosen_label(project: Project, classes: Mapping[str, LabelClass], key: str) -> str:
    """The code of the chosen class or set, or RETIRE; to be asked after the form was sent."""
    if project.kind is LabelKind.SEVERAL:
        return RETIRE if st.session_state.get(f"{key}_retire") else set_code(st.session_state[key], list(classes))
    return str(st.session_state[key])


def _named(classes: Mapping[str, LabelClass]) -> Callable[[str], str]:
    """A class is called by its titles from the top of the tree: two leaves may have one name."""
    lines = paths(classes.values())

    def named(code: str) -> str:
        line = lines.get(code, ())
        return " › ".join(title_of(classes[step]) for step in line) if len(line) > 1 else class_title(code, classes)

    return named
