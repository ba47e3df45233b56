"""The tables of the audit page and its course: divergence over time, classes, flags, experts, audits gone by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import streamlit as st

from db.engine import database
from labeling.adjudication.eligible import disputed
from labeling.facts.audits import Audited
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from labeling.quality.flags import divergence
from labeling.review import opinions
from labeling.review.audited import LEAST, MOST, SUSPECTED
from pages.ui.audit_data import audited_rulings, course_of, flags_of, kappa_card, target_in_words
from pages.ui.charts.lines import steps
from pages.ui.downloads import csv_button
from pages.ui.figures import number, percent, scalar, share_column, share_of
from pages.ui.items import class_title
from pages.ui.locales import reader_zone
from pages.ui.widgets import figures, part_switch, pinned_table
from pages.ui.words import local_day, short_day, t

STEPS = ("ruled", "weeks")
# Of fewer labels checked a class's figure is all interval.
FEW = 10


def draw_course(audits: Sequence[Audited], target: float | None) -> None:
    """The chosen steps, the newest audit first in ``audits``, and the target where there is one."""
    step = part_switch(
        t("audit.course.by"), STEPS, format_func=lambda name: t(f"audit.course.{name}"), key="audit_step"
    )
    if step == "ruled":
        # Of rulings made at once, several milestones are one.
        course = course_of(audits[0]).unique("n", keep="last", maintain_order=True)
        groups = [number(n) for n in course["n"]]
    else:
        course = by_weeks(audits)
        groups = [short_day(at.date()) for at in course["at"]]
    if course.is_empty():
        st.caption(t("audit.course.few", least=LEAST))
        return
    series = {t(f"audit.{name}"): _series(course, name, groups) for name in ("before", "after")}
    high = max(0.02, *(min(1.0, 1.08 * (scalar(course[f"{name}_high"].max()) or 0)) for name in ("before", "after")))
    steps(
        series,
        groups,
        t(f"audit.course.axis.{step}"),
        key="audit_course",
        alt=t("audit.course.alt", n=course.height),
        line=target,
        high=high,
    )
    if target is not None and target <= high:
        st.caption(t("audit.target", target=target_in_words(target)))
    csv_button(course, "divergence")


def by_weeks(audits: Sequence[Audited]) -> pl.DataFrame:
    """COURSE by the reader's weeks: what was found wrong of the items audited in each, and what was left at its end."""
    local = pl.col("at").dt.convert_time_zone(reader_zone().key)
    weeks = divergence(audited_rulings(audits).with_columns(local), "1w").tail(MOST)
    before = weeks.select("at", "n", before="value", before_low="low", before_high="high")
    left = [_left(audits, at + timedelta(days=7)) for at in weeks["at"]]
    return pl.concat([before, pl.concat(left)], how="horizontal")


def _left(audits: Sequence[Audited], end: datetime) -> pl.DataFrame:
    """The divergence after rulings as it stood then, by the newest audit of which enough was checked, or any."""
    courses = [course_of(audit, [end]) for audit in audits if audit.created_at < end]
    checked = [course for course in courses if course.height]
    enough = [course for course in checked if course["n"].item() >= LEAST]
    return (enough or checked)[0].select("after", "after_low", "after_high")


def _series(course: pl.DataFrame, name: str, groups: list[str]) -> pl.DataFrame:
    ends = (name, f"{name}_low", f"{name}_high")
    rows = course.select(pl.col(ends[0]).alias("value"), pl.col(ends[1]).alias("low"), pl.col(ends[2]).alias("high"))
    return rows.with_columns(group=pl.Series(groups), figure=pl.Series(share_column(course, *ends)))


def draw_classes(audit: Audited, classes: Mapping[str, LabelClass]) -> None:
    """Divergence by given class, the worst first; classes with too few checked stand last and say so."""
    residuals = {code: residual for code, residual in audit.estimate.classes.items() if residual.items}
    ranked = sorted(residuals, key=lambda code: (residuals[code].audited < FEW, -(residuals[code].before.value or 0.0)))
    shown: dict[str, list[Any]] = {name: [] for name in ("class", "before", "after", "labels", "checked")}
    for code in ranked:
        residual = residuals[code]
        few = residual.audited < FEW
        shown["class"].append(class_title(code, classes))
        shown["before"].append(t("audit.few", n=residual.audited) if few else share_of(residual.before))
        shown["after"].append("–" if few else share_of(residual.after))
        shown["labels"].append(residual.items)
        shown["checked"].append(residual.audited)
    titled = {t(f"audit.{name}"): column for name, column in shown.items()}
    pinned_table(titled, key="audit_classes", alt=t("audit.classes"))
    csv_button(_class_rows(audit), "divergence_by_class")


def draw_experts(project: Project, rulings: pl.DataFrame) -> None:
    """How often two experts agree, and how many disputes wait."""
    seconds = opinions.opinions(rulings)
    with database().snapshot() as connection:
        waiting = len(connection.execute(disputed(connection, project.id)).all())
    if seconds.is_empty():
        st.caption(t("audit.no_seconds"))
        return
    figures(
        [
            (t("audit.agreed"), share_of(opinions.agreed(seconds)), t("audit.agreed_about")),
            kappa_card(opinions.kappa(seconds), opinions.LEAST_FOR_KAPPA),
            (t("audit.disputes"), number(waiting), t("audit.disputes_about")),
        ]
    )
    if waiting:
        st.page_link("adjudication/adjudicate.py", label=t("audit.disputes.go"), icon=":material/arrow_forward:")


def draw_past(audits: Sequence[Audited]) -> None:
    """Every audit with its result, the newest first."""
    shown = {
        t("audit.day"): [local_day(audit.created_at) for audit in audits],
        t("audit.of"): [audit.overall.items for audit in audits],
        t("audit.ruled"): [t("audit.ruled_value", done=audit.ruled, n=audit.size) for audit in audits],
        t("audit.before"): [share_of(audit.overall.before) for audit in audits],
        t("audit.after"): [share_of(audit.overall.after) for audit in audits],
    }
    st.dataframe(pl.DataFrame(shown), hide_index=True, key="audits", alt=t("audit.past"), placeholder="–")


def draw_flags(audit: Audited) -> None:
    """How right and how complete each kind of flag is."""
    flags = flags_of(audit)
    if flags is None:
        st.caption(t("audit.flags_gone"))
        return
    flags = flags.sort("recall", "precision", descending=True, nulls_last=True)
    shown = {t("audit.flag"): [flag_title(flag) for flag in flags["flag"]]}
    for name in ("recall", "precision"):
        shown[t(f"audit.{name}")] = share_column(flags, name, f"{name}_low", f"{name}_high", f"{name}_n")
    shown[t("audit.flagged")] = [t("audit.ruled_value", done=n, n=audit.overall.items) for n in flags["labels"]]
    pinned_table(shown, key="audit_flags", alt=t("audit.flags"))
    csv_button(flags, "flags")


def flag_title(flag: str) -> str:
    return t(f"audit.flag.{flag}", share=percent(SUSPECTED))


def _class_rows(audit: Audited) -> pl.DataFrame:
    rows = [
        (code, residual.items, residual.audited, *_ends(residual.before), *_ends(residual.after))
        for code, residual in audit.estimate.classes.items()
    ]
    shares = [f"{name}{end}" for name in ("before", "after") for end in ("", "_low", "_high")]
    schema = {"class": pl.String, "labels": pl.Int64, "checked": pl.Int64, **dict.fromkeys(shares, pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _ends(value: object) -> tuple[float | None, ...]:
    return tuple(getattr(value, name) for name in ("value", "low", "high"))
