"""A file on its way in: where it is dropped, and what came of its import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from labeling.exchange.blocks import BadRow
from labeling.exchange.report import ImportReport, PastImport
from pages.ui.downloads import download
from pages.ui.figures import number
from pages.ui.uploads import most_mb
from pages.ui.widgets import figures, plain
from pages.ui.words import catalog, kinds_in_words, moment, t

_STYLE = """<style>
.stFileUploader section button p, [data-testid="stFileUploaderDropzoneInstructions"] span {{ font-size: 0; }}
.stFileUploader section button p::after {{ content: "{choose}"; font-size: .875rem; }}
[data-testid="stFileUploaderDropzoneInstructions"] span {{ white-space: normal; }}
[data-testid="stFileUploaderDropzoneInstructions"] span::after {{ content: "{formats}"; font-size: .875rem; }}
</style>"""
COUNTS = (
    "read", "imported", "conversations", "updated", "duplicate_ids", "duplicate_texts", "empty", "too_long", "bad",
)  # fmt: skip
LABELS = ("golden", "votes", "references", "suggestions")


def upload(label: str, endings: Sequence[str], *, about: str, key: str) -> Any:
    """The file that was chosen, or None."""
    formats = ", ".join(ending.upper() for ending in endings)
    st.html(_STYLE.format(choose=t("upload.choose"), formats=t("upload.formats", formats=formats, most=most_mb())))
    return st.file_uploader(label, type=list(endings), help=about, key=key)


def draw_report(report: ImportReport) -> None:
    """Counts of what was read, what came in and what was left out, and the rows that were."""
    st.success(t("import.done", n=report.imported))
    shown = [name for name in (*COUNTS, *LABELS) if name in ("read", "imported") or getattr(report, name)]
    figures([(t(f"import.count.{name}"), number(getattr(report, name)), None) for name in shown])
    if report.new_classes:
        st.caption(t("import.new_classes", n=len(report.new_classes), names=", ".join(report.new_classes[:20])))
    if report.suggestions:
        st.caption(t("import.models", models=plain(", ".join(report.models))))
    if report.masked:
        st.caption(t("import.masked", n=sum(report.masked.values()), kinds=kinds_in_words(report.masked)))
        if report.reasons.get("other_text"):
            st.caption(t("import.masked_other_text"))
    if report.annotator_columns:
        st.info(t("import.wide_left", columns=plain(", ".join(report.annotator_columns))), icon=":material/group:")
    if report.one_hot_columns:
        st.caption(t("import.one_hot", columns=plain(", ".join(report.one_hot_columns))))
    if report.other_labels:
        st.caption(t("import.other_labels", columns=plain(", ".join(report.other_labels))))
    if len(report.questions) > 1:
        told = ", ".join(f"{plain(name)} ({number(n)})" for name, n in report.questions.items())
        st.caption(t("import.questions_read", questions=told))
    draw_left_out(report.left_out, report.left_out_examples)
    if report.label_ids:
        st.caption(t("import.label_ids", n=report.label_ids, tool=report.tool or "–"))
    if report.bad_rows:
        st.subheader(t("import.bad_rows", n=report.bad_rows_total))
        bad_rows_table(report.bad_rows, key="report")


def draw_left_out(counts: Mapping[str, int], examples: Sequence[BadRow] = ()) -> None:
    """Answers that become no votes: how many for which reason, and examples with their lines where there are any."""
    if not counts:
        return
    st.subheader(t("import.left_out", n=sum(counts.values())))
    st.caption(t("import.left_out_about"))
    shown = {reason: [f"{row.line}: {row.excerpt}" for row in examples if row.reason == reason] for reason in counts}
    table = {
        t("import.reason"): [t(f"import.left_out.{reason}") for reason in counts],
        t("import.count.left_out"): list(counts.values()),
    }
    if examples:
        table[t("import.examples")] = ["; ".join(shown[reason]) for reason in counts]
    st.dataframe(pl.DataFrame(table), hide_index=True, placeholder="–")


def bad_rows_table(rows: Sequence[BadRow], *, key: str) -> None:
    """Lines that were left out, each with its reason; the table can be downloaded."""
    table = pl.DataFrame(
        {
            t("import.line"): [row.line for row in rows],
            t("import.reason"): [reason_of(row.reason) for row in rows],
            t("import.excerpt"): [row.excerpt for row in rows],
        }
    )
    st.dataframe(table, hide_index=True, placeholder="–")
    download(t("import.download_bad"), lambda: table.write_csv().encode(), "bad_rows.csv", key=f"bad_rows_{key}")


def reason_of(code: str) -> str:
    key = f"import.reason.{code}"
    return t(key) if key in catalog() else code


def past_imports_table(history: Sequence[PastImport]) -> None:
    """The project's imports, the newest first."""
    if not history:
        return
    st.subheader(t("import.history"))
    st.dataframe([_past(run) for run in history], hide_index=True, placeholder="–")


def _past(run: PastImport) -> dict[str, Any]:
    report: dict[str, Any] = run.report or {}
    state = "finished" if run.finished_at and not report.get("error") else "broken"
    return {
        t("import.past.file"): run.name,
        t("import.past.when"): moment(run.started_at),
        t("import.past.state"): t(f"import.past.{state}"),
        t("import.count.read"): report.get("read"),
        t("import.count.imported"): report.get("imported"),
        t("import.count.left_out"): report.get("bad_rows_total"),
    }
