"""What the pages of audits read and say: each audit with the rulings of its time, estimated once for each state of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from db.engine import database
from db.frames import marks
from db.frames import runs as run_frames
from labeling.adjudication.audits import auditable
from labeling.facts import audits, settled
from labeling.facts.audits import Audited, audits_drawn
from labeling.kept import kept
from labeling.projects.projects import Project, count_items
from labeling.quality.figures import Figure
from labeling.quality.flags import flag_quality
from labeling.review.audited import FLAGS, audited, course, flagged, milestones
from labeling.review.triage import with_regions
from pages.ui.figures import in_words, percent, share, share_of
from pages.ui.review_data import Review
from pages.ui.widgets import Card
from pages.ui.words import t


def audits_of(project: Project) -> list[Audited]:
    """Every audit of the project, the newest first."""
    with database().snapshot() as connection:
        drawn = audits_drawn(connection, project.id)
    return [
        _audited((str(database().url), rulings.height, tuple(row.values())), row, rulings) for row, rulings in drawn
    ]


def newest_audit(project: Project) -> Audited | None:
    """The audit that is served now."""
    return next(iter(audits_of(project)), None)


def rulings_of(project: Project) -> pl.DataFrame:
    """RULINGS of the project."""
    with database().snapshot() as connection:
        return settled.rulings(connection, project.id)


def course_of(audit: Audited, moments: Sequence[datetime] | None = None) -> pl.DataFrame:
    """COURSE of an audit at the ``moments``, by default as its sample was ruled."""
    steps = tuple(milestones(audit.rulings) if moments is None else moments)
    return _course((str(database().url), audit.id, audit.rulings.height, steps), steps, audit)


def audited_rulings(audits: Sequence[Audited]) -> pl.DataFrame:
    """RULINGS(item, given, label, at, weight) of every audit's own items: what the label was, and what the expert said."""
    parts = []
    for audit in audits:
        ruled = (
            audit.rulings.filter(pl.col("verdict") == "label").sort("revision").group_by("item", maintain_order=True)
        )
        labels = ruled.agg(pl.col("label").last(), pl.col("at").first())
        parts.append(audited(audit.population).select("item", "given", "weight").join(labels, on="item"))
    return pl.concat(parts).select("item", "given", "label", "at", "weight")


def flags_of(audit: Audited) -> pl.DataFrame | None:
    """FLAGS of :func:`labeling.quality.flags.flag_quality`, with how many ``labels`` of the audit's population bear each.

    Flags are those of the analysis that the audit was drawn by; None where its findings are gone.
    """
    return _flags((str(database().url), audit.id, audit.rulings.height, audit.run_id), audit)


def auditable_labels(project: Project, review: Review) -> pl.DataFrame:
    """POPULATION(item, score) that an audit drawn now would be about."""
    with database().snapshot() as connection:
        labels = auditable(connection, project, review.run.id)
    return labels.select(pl.col("item_id").alias("item"), "score")


def labels_moved(audit: Audited, review: Review | None) -> int:
    """How many unruled labels of the audit are others by now: new answers came in, and an analysis saw them."""
    if review is None or review.run.id == audit.run_id:
        return 0
    unruled = audit.population.filter(pl.col("wrong").is_null(), ~pl.col("unseen")).select(
        "item", pl.col("given").alias("then")
    )
    present = review.findings.select("item", pl.col("given").cast(pl.String))
    return unruled.join(present, on="item").filter(pl.col("given") != pl.col("then")).height


@kept(16)
def _audited(key: Hashable, row: dict[str, Any], rulings: pl.DataFrame) -> Audited:
    with database().snapshot() as connection:
        return audits.audited(connection, row, rulings)


@kept(16)
def _flags(key: Hashable, audit: Audited) -> pl.DataFrame | None:
    if audit.run_id is None:
        return None
    with database().snapshot() as connection:
        findings = with_regions(run_frames.findings(connection, audit.run_id, reasons=False))
    if findings.is_empty():
        return None
    marked = flagged(audit.drawn.select("item"), findings).select(pl.col(FLAGS).sum()).unpivot(FLAGS)
    labels = marked.select(pl.col("variable").alias("flag"), pl.col("value").alias("labels"))
    return flag_quality(flagged(audited(audit.population), findings), list(FLAGS)).join(labels, on="flag")


@kept(32)
def _course(key: Hashable, moments: tuple[datetime, ...], audit: Audited) -> pl.DataFrame:
    return course(audit.drawn, audit.rulings, moments)


@dataclass(frozen=True)
class Base:
    """What a verdict by an audit is about: ``labels`` that it was drawn from or that an expert had settled beside it, without
    those changed in bulk since, of the project's ``items``; ``left`` is the share of wrong ones among them after all rulings.
    """

    labels: int
    items: int
    left: Figure

    @property
    def in_words(self) -> str:
        """The labelled part with its size, or the whole set."""
        if self.labels < self.items:
            return t("audit.base.part", n=self.labels, items=self.items)
        return t("audit.base.whole", n=self.items)


def base_of(project: Project, audit: Audited) -> Base:
    """The base of an audit's verdict, as of now."""
    with database().snapshot() as connection:
        mark = marks.watermark(connection, project.id)
    return _base((str(database().url), audit.id, audit.rulings.height, mark), project, audit)


@kept(16)
def _base(key: Hashable, project: Project, audit: Audited) -> Base:
    with database().snapshot() as connection:
        items = count_items(connection, project.id)
        read = settled.settled(connection, project.id, one_by_one=True)
    outside = read.join(audit.drawn, on="item_id", how="anti").height
    drawn = audit.overall.items - audit.unseen
    labels = drawn + outside
    return Base(labels, items, scaled(audit.overall.after, drawn / max(labels, 1)))


def target_in_words(target: float | None) -> str:
    """The share of wrong labels that is borne, as it was set; a dash without one.

    >>> target_in_words(0.05).rstrip("\\u00a0%"), target_in_words(None)
    ('5', '–')
    """
    return percent(target, digits=0 if target is None or round(target, 2) == target else 1)


def verdict(left: Figure, target: float | None) -> str:
    """Whether so many wrong labels are borne: ``unset`` without a target, ``within`` where the whole interval is, ``above``
    where none of it is, else ``open``.

    >>> verdict(Figure(0.02, 0.01, 0.04, 90), 0.05), verdict(Figure(0.02, 0.01, 0.07, 40), 0.05)
    ('within', 'open')
    >>> verdict(Figure(0.02, 0.01, 0.04, 90), None)
    'unset'
    """
    if target is None:
        return "unset"
    if left.high is not None and left.high <= target:
        return "within"
    return "above" if left.low is not None and left.low > target else "open"


def audit_answer(project: Project, audit: Audited | None, is_analysed: bool) -> str:
    """What the page of audits opens with."""
    if audit is None:
        return t("audit.answer.no_audit" if is_analysed else "audit.answer.no_analysis")
    overall = audit.overall
    if overall.before.value is None:
        return t("audit.answer.no_rulings", n=audit.size)
    return t("audit.answer", **said_of(project, audit))


def said_of(project: Project, audit: Audited) -> dict[str, Any]:
    """The facts of a sentence about an audit: the shares before and after, of how many labels, by how many checked."""
    overall, base = audit.overall, base_of(project, audit)
    about = {"items": overall.items, "all": base.items, "n": overall.before.n}
    return about | {"before": share(overall.before), "after": share(overall.after)}


def next_step(project: Project, audit: Audited | None, is_analysed: bool) -> tuple[str, str | None]:
    """What to do next, as the last part of a catalog key, and the page where it is done (None: this one)."""
    if audit is None:
        return ("draw", None) if is_analysed else ("analyse", "review/suspicions.py")
    base = base_of(project, audit)
    found = verdict(base.left, project.error_target)
    if found == "within":
        return ("export" if base.labels >= base.items else "part"), "project/export_page.py"
    if audit.ruled < audit.size:
        return "rule", "adjudication/adjudicate.py"
    if found == "unset":
        return "target", "project/settings.py"
    return ("carry_on", "adjudication/adjudicate.py") if found == "above" else ("more", None)


def advice(project: Project, audit: Audited | None, step: str) -> str:
    """The step of :func:`next_step` in words; a verdict names what it is about, its interval and its target."""
    facts: dict[str, Any] = {"target": target_in_words(project.error_target)}
    if audit is not None:
        base = base_of(project, audit)
        facts |= {"base": base.in_words, "left": share(base.left), "rest": base.items - base.labels}
    return t(f"audit.next.{step}", **facts)


def audit_cards(audit: Audited, base: Base) -> list[Card]:
    """Before, after, how far the sample is ruled; and the base with what was settled outside of the audit."""
    overall, settled = audit.overall, base.labels - audit.overall.items + audit.unseen
    about = {"items": overall.items, "found": overall.ruled_wrong}
    cards: list[Card] = [
        (t("audit.before"), share_of(overall.before), t("audit.before_about", **about)),
        (t("audit.after"), share_of(overall.after), t("audit.after_about", **about)),
        (t("audit.ruled"), t("audit.ruled_value", done=audit.ruled, n=audit.size), t("audit.ruled_about")),
    ]
    if audit.lost is not None:
        before, after = map(share_of, audit.lost)
        cards += [
            (t("audit.lost_before"), before, t("audit.lost_about")),
            (t("audit.lost_after"), after, t("audit.lost_about")),
        ]
    if settled:
        title = t("audit.labelled" if base.labels < base.items else "audit.whole")
        about_base = t("audit.base_about", base=base.in_words, n=settled)
        cards.insert(2, (title, share_of(base.left), about_base))
    return cards


def scaled(value: Figure, by: float) -> Figure:
    """A share of a part as a share of the whole in which nothing else counts."""
    point, low, high = (None if end is None else end * by for end in (value.value, value.low, value.high))
    return Figure(point, low, high, value.n)


def kappa_card(value: Figure, least: int) -> Card:
    """The experts' kappa, or from how many items on it will be told."""
    about = t("audit.kappa_few", n=least) if value.value is None else t("audit.kappa_about")
    return t("audit.kappa"), in_words(value), about
