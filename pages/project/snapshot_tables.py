"""The snapshots of a project as a table, and one of them: its whole hash, whether it holds, its file."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import polars as pl
import streamlit as st

from db.engine import Database, database
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat, ending_of
from labeling.exchange.exporting import export
from labeling.projects.projects import Project
from labeling.quality.figures import Figure
from labeling.snapshots.figures import figure_of
from labeling.snapshots.kept import Snapshot
from labeling.snapshots.verifying import verify
from pages.ui.access import Access
from pages.ui.acting import watched
from pages.ui.downloads import download
from pages.ui.figures import in_words, number, share_of
from pages.ui.widgets import plain
from pages.ui.words import local_moment, t

# Of a hash in a table: enough to tell two apart, the whole stands below.
_SHORT = 12
# What holds every column, so that the file can be checked against the snapshot.
_WHOLE = (
    *(ExportFormat.PARQUET, ExportFormat.JSONL, ExportFormat.CSV, ExportFormat.TSV, ExportFormat.CSV_SPREADSHEET),
    ExportFormat.XLSX,
)
_WIDTHS = {"name": 120, "taken": 165, "by": 140, "labelled": 105, "hash": 120}


def draw_snapshots(kept: Sequence[Snapshot]) -> None:
    """A row for each snapshot, the newest first, with the figures of its moment."""
    shown = {
        t("snapshots.column.name"): [each.name for each in kept],
        t("snapshots.column.taken"): [local_moment(each.at) for each in kept],
        t("snapshots.column.labelled"): [
            t("snapshots.labelled", n=each.figures["labelled"], of=each.items) for each in kept
        ],
        t("audit.before"): _measured(kept, "divergence", share_of),
        t("audit.after"): _measured(kept, "divergence_left", share_of),
        t("snapshots.column.golden"): _measured(kept, "golden_accuracy", in_words),
        t("snapshots.column.agreement"): _measured(kept, "agreement", in_words),
        t("snapshots.column.settled"): [number(_settled(each)) for each in kept],
        t("snapshots.column.guide"): [number(each.figures["guideline"]) for each in kept],
        t("snapshots.column.by"): [each.person or t("item.command") for each in kept],
        t("snapshots.column.hash"): [each.sha256[:_SHORT] for each in kept],
    }
    # What nobody measured at any of these moments takes no room.
    shown = {title: cells for title, cells in shown.items() if any(cells)}
    config = {t(f"snapshots.column.{name}"): st.column_config.Column(width=width) for name, width in _WIDTHS.items()}
    config[t("snapshots.column.name")] = st.column_config.Column(width=_WIDTHS["name"], pinned=True)
    st.dataframe(
        pl.DataFrame(shown), hide_index=True, column_config=config, placeholder="–", key="snapshots",
        alt=t("snapshots.kept"),
    )  # fmt: skip


def draw_one(access: Access, kept: Sequence[Snapshot]) -> None:
    """One of them, the newest unless another is chosen."""
    names = {each.id: each.name for each in kept}
    by_id = {each.id: each for each in kept}
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(t("snapshots.one"), list(names), format_func=names.__getitem__, key="snapshot_chosen")
            asked = st.button(t("snapshots.verify"), icon=":material/verified_user:", help=t("snapshots.verify_about"))
        snapshot = by_id[chosen]
        st.caption(t("snapshots.hash_about"))
        st.code(snapshot.sha256, language=None, wrap_lines=True)
        if asked:
            draw_verified(access.project, snapshot)
        _draw_file(access, snapshot)


def _draw_file(access: Access, snapshot: Snapshot) -> None:
    """Its labels as a file, of the kinds that hold them all."""
    kinds = {kind: t(f"export.format.{kind.value}") for kind in _WHOLE}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(t("snapshots.format"), list(kinds), format_func=kinds.__getitem__, key="snapshot_format")
        # Asked for later, by a thread that knows no reader: who asks is asked then.
        source, slug, actor = watched(), access.project.slug, access.person_id
        download(
            t("snapshots.download"), lambda: _written(source, slug, snapshot.name, kind, actor),
            f"{slug}-{snapshot.name}{ending_of(kind)}", key="snapshot_file", icon=":material/download:",
        )  # fmt: skip


def _written(source: Database, slug: str, name: str, kind: ExportFormat, actor: int) -> bytes:
    out = io.BytesIO()
    export(source, slug, ExportContent.FINAL, out, kind, snapshot=name, actor=actor)
    return out.getvalue()


def draw_verified(project: Project, snapshot: Snapshot) -> None:
    """Whether the snapshot is what it was."""
    with st.spinner(t("snapshots.verifying")), database().snapshot() as connection:
        verified = verify(connection, project.id, snapshot)
    if verified.is_whole:
        st.success(plain(t("snapshots.whole", name=snapshot.name, n=snapshot.items)), icon=":material/check_circle:")
    if not verified.rows_hold:
        st.error(plain(t("error.snapshot_broken", name=snapshot.name)), icon=":material/error:")
    if verified.texts_changed:
        named = ", ".join(verified.named)
        st.error(plain(t("snapshots.texts_changed", n=verified.texts_changed, items=named)), icon=":material/error:")


def _measured(kept: Sequence[Snapshot], name: str, write: Callable[[Figure], str]) -> list[str]:
    """A figure of each, nothing where it was not measured."""
    found = [figure_of(each.figures, name) for each in kept]
    return ["" if each.value is None else write(each) for each in found]


def _settled(snapshot: Snapshot) -> int:
    """How many labels are an expert's word."""
    sources = snapshot.figures["by_source"]
    return int(sources["adjudication"] + sources["golden"])
