"""The way from wherever an item is listed to the page that tells all about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import streamlit as st

from labeling.projects.projects import Project
from pages.ui.words import t


def link_of(project: Project, item: str) -> str:
    """The address of an item's page; what stands behind the # is what a table shows of it.

    >>> from types import SimpleNamespace
    >>> link_of(SimpleNamespace(slug="demo"), "a/1")
    'item?project=demo&id=a%2F1#a/1'
    """
    return f"item?project={quote(project.slug, safe='')}&id={quote(item, safe='')}#{item}"


def item_links(project: Project, items: Iterable[str]) -> dict[str, list[str]]:
    """The column of a table that leads to these items, by its title; :func:`link_config` has it shown."""
    return {t("item.id"): [link_of(project, item) for item in items]}


def link_config(*, width: int = 90) -> dict[str, Any]:
    """How a table shows the column of :func:`item_links`: the ids as links, in sight where the rest scrolls."""
    shown = st.column_config.LinkColumn(
        display_text=r"#(.*)$", help=t("item.link_about"), width=width, alignment="left"
    )
    return {t("item.id"): shown}


def item_link(project: Project, item: str) -> None:
    """A link to one item's page."""
    where = {"project": project.slug, "id": item}
    st.page_link("items/item.py", label=t("item.open"), icon=":material/manage_search:", query_params=where)
