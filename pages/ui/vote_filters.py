"""Which votes the figures are made of: the same choice on every page of quality, kept while the session lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import polars as pl
import streamlit as st

from db.vocabulary import ChunkKind
from labeling.projects.classes import LabelClass
from labeling.projects.labels import labelled
from labeling.projects.projects import Project
from pages.ui.items import class_title
from pages.ui.locales import reader_zone
from pages.ui.session import now
from pages.ui.words import local_day, t

# A vote that came in with a file belongs to no chunk.
FILE = "file"
KINDS = (ChunkKind.WORK.value, ChunkKind.QUALIFICATION.value, FILE)
USUAL_KINDS = (ChunkKind.WORK.value, FILE)


@dataclass(frozen=True)
class Selection:
    """Votes given from ``since`` on, as they stood at ``as_of`` (None: now), in chunks of ``kinds``.

    ``ordinal``: only everybody's chunk of that number.

    ``classes``: only items that somebody gave one of them, with all their votes; to keep the votes for a class and drop
    those against it would make any agreement perfect. ``annotators``: only these, or all but these where ``others``.
    """

    since: datetime | None = None
    as_of: datetime | None = None
    kinds: tuple[str, ...] = USUAL_KINDS
    ordinal: int | None = None
    classes: tuple[str, ...] = ()
    annotators: tuple[str, ...] = ()
    others: bool = False

    def of(self, votes: pl.DataFrame, titled: Mapping[str, LabelClass]) -> pl.DataFrame:
        """The chosen rows of VOTES that were read as of ``as_of``; ``titled`` are the project's classes."""
        rows = votes.lazy()
        if set(self.kinds) != set(KINDS):
            rows = rows.filter(pl.col("kind").fill_null(FILE).is_in(list(self.kinds)))
        if self.ordinal is not None:
            rows = rows.filter(pl.col("ordinal") == self.ordinal)
        if self.since is not None:
            rows = rows.filter(pl.col("at") >= self.since)
        if self.annotators:
            named = pl.col("annotator").is_in(list(self.annotators))
            rows = rows.filter(~named if self.others else named)
        if self.classes:
            of_classes = rows.filter(labelled(pl.col("label"), self.classes, titled)).select("item").unique()
            rows = rows.join(of_classes, on="item", how="semi", maintain_order="left")
        return rows.collect()


def choose(project: Project, classes: Mapping[str, LabelClass], names: Mapping[str, str]) -> Selection:
    """Draw the filters in a popover, with what they leave out in words beside it; ``names`` by annotator."""
    chosen = _chosen(project, classes, names)
    with st.popover(t("filters.title"), icon=":material/filter_alt:", type="secondary"):
        _draw(project, classes, names)
    narrowed = _in_words(chosen)
    if narrowed:
        st.caption(narrowed, width="content")
        st.button(t("filters.clear"), type="tertiary", on_click=_clear, args=(project,), key=_key(project, "clear"))
    return chosen


def _draw(project: Project, classes: Mapping[str, LabelClass], names: Mapping[str, str]) -> None:
    today = now().astimezone(reader_zone()).date()
    shape = t("filters.date_format")
    left, right = st.columns(2)
    with left:
        key = _key(project, "since")
        st.date_input(t("filters.since"), None, max_value=today, format=shape, key=key, persist_state="session")
    with right:
        key = _key(project, "as_of")
        about = t("filters.as_of_about")
        st.date_input(
            t("filters.as_of"), None, max_value=today, format=shape, key=key, help=about, persist_state="session"
        )
    st.pills(
        t("filters.kinds"), KINDS, selection_mode="multi", default=list(USUAL_KINDS),
        format_func=lambda kind: t(f"filters.kind.{kind}"), key=_key(project, "kinds"), persist_state="session",
    )  # fmt: skip
    about = t("filters.ordinal_about")
    st.number_input(
        t("filters.ordinal"), 1, value=None, step=1, key=_key(project, "ordinal"), placeholder=t("filters.all"),
        help=about, persist_state="session",
    )  # fmt: skip
    st.multiselect(
        t("filters.classes"), list(classes), format_func=lambda code: class_title(code, classes), placeholder=t("filters.all"),
        key=_key(project, "classes"), help=t("filters.classes_about"), persist_state="session",
    )  # fmt: skip
    st.multiselect(
        t("filters.assessors"), list(names), format_func=lambda name: names.get(name, name), placeholder=t("filters.all"),
        key=_key(project, "annotators"), persist_state="session",
    )  # fmt: skip
    st.toggle(t("filters.others"), key=_key(project, "others"), persist_state="session")


def _chosen(project: Project, classes: Mapping[str, LabelClass], names: Mapping[str, str]) -> Selection:
    state = {name: st.session_state.get(_key(project, name)) for name in Selection.__dataclass_fields__}
    since, last = state["since"], state["as_of"]
    return Selection(
        since=_midnight(since) if isinstance(since, date) else None,
        as_of=_midnight(last + timedelta(days=1)) - timedelta(microseconds=1) if isinstance(last, date) else None,
        kinds=tuple(kind for kind in KINDS if kind in (state["kinds"] or USUAL_KINDS)),
        ordinal=state["ordinal"],
        classes=tuple(sorted(code for code in state["classes"] or () if code in classes)),
        annotators=tuple(sorted(name for name in state["annotators"] or () if name in names)),
        others=bool(state["others"] and state["annotators"]),
    )


def _in_words(chosen: Selection) -> str:
    parts = []
    if chosen.since is not None:
        parts.append(t("filters.said.since", day=local_day(chosen.since)))
    if chosen.as_of is not None:
        parts.append(t("filters.said.as_of", day=local_day(chosen.as_of)))
    if set(chosen.kinds) != set(USUAL_KINDS):
        parts.append(", ".join(t(f"filters.kind.{kind}") for kind in KINDS if kind in chosen.kinds))
    if chosen.ordinal is not None:
        parts.append(t("filters.said.ordinal", n=chosen.ordinal))
    if chosen.classes:
        parts.append(t("filters.said.classes", n=len(chosen.classes)))
    if chosen.annotators:
        parts.append(t("filters.said.without" if chosen.others else "filters.said.only", n=len(chosen.annotators)))
    return " · ".join(parts)


def _clear(project: Project) -> None:
    for name in Selection.__dataclass_fields__:
        st.session_state.pop(_key(project, name), None)


def _midnight(value: date) -> datetime:
    return datetime.combine(value, time(), reader_zone())


def _key(project: Project, name: str) -> str:
    return f"filter_{project.slug}_{name}"
