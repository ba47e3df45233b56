"""The progress of a project on a page: its overview, how far it is and whether to trust it in words, workers and chunks."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import marks
from db.vocabulary import ChunkKind, Standing
from labeling.facts.overview import Overview, overview
from labeling.kept import kept
from labeling.projects.classes import LabelClass, paths
from labeling.projects.projects import Project
from labeling.quality.figures import Figure
from labeling.quality.kinds.sets import members
from labeling.quality.progress import Forecast, is_recent, still_wanted
from pages.ui.figures import figure, figure_column, in_words, number, percent
from pages.ui.scored import scored_about
from pages.ui.widgets import Card
from pages.ui.words import ago, day, short_day, t, title_of

# Below this many days without an answer a pause is nothing to speak of.
SILENT_DAYS = 2


def overview_of(project: Project, zone: str) -> Overview:
    """The project's overview, computed at most once for each state of its facts."""
    with database().snapshot() as connection:
        mark = marks.watermark(connection, project.id)
    return _overview((str(database().url), project, zone, mark), project, zone)


@kept(16)
def _overview(key: Hashable, project: Project, zone: str) -> Overview:
    with database().snapshot() as connection:
        return overview(connection, project, zone)


def how_far(overview: Overview, forecast: Forecast | None, today: date) -> str:
    """How much of the wanted answers is in, and when the last one will be; where nobody works, since when."""
    done, total = answers_in(overview)
    if done == total:
        return t("progress.complete", done=number(done), n=total)
    share = percent(done / total)
    if (last := silent_since(overview, today)) is not None:
        return t("progress.silent", share=share, last=day(last))
    if forecast is None:
        return t("progress.no_forecast", share=share)
    return t("progress.running", share=share, finish=day(forecast.finish))


def silent_since(overview: Overview, today: date) -> date | None:
    """The day of the last answer, where a day or more has passed since without one."""
    last = overview.days["day"].max() if overview.days.height else None
    return last if isinstance(last, date) and (today - last).days >= SILENT_DAYS else None


def answers_in(overview: Overview) -> tuple[int, int]:
    """How many of the wanted answers are in, and how many are wanted in all."""
    total = int(overview.depths.select((pl.col("wanted") * pl.col("items")).sum()).item())
    return total - still_wanted(overview.depths), total


def headline(overview: Overview, project: Project, forecast: Forecast | None, today: date) -> list[Card]:
    """The cards that the first sentence rests on: answers in, forecast, accuracy."""
    done, total = answers_in(overview)
    value = t("progress.answers_in_value", done=done, n=total)
    about = t("progress.answers_in_about", overlap=project.overlap, left=total - done)
    cards: list[Card] = [(t("progress.answers_in"), value, about)]
    if forecast is not None:
        pace = number(forecast.pace, digits=1)
        due = t("progress.forecast.expected", when=bounds(forecast, today))
        cards.append((t("progress.forecast"), due, t("progress.forecast.about", pace=pace, n=forecast.days)))
    elif done < total:
        cards.append((t("progress.forecast"), t("progress.forecast.none"), t("progress.forecast.none_about")))
    right = overview.accuracy
    value = figure(right.value, right.low, right.high, right.n)
    about = scored_about(t("progress.accuracy_about", items=overview.accuracy_items), overview.scoring)
    return [*cards, (t("progress.accuracy"), value, about)]


def bounds(forecast: Forecast, today: date) -> str:
    """The days between which the last answer comes; a year only where it isn't this one, a month once."""

    def named(value: date) -> str:
        return short_day(value) if value.year == today.year else day(value)

    first, last = forecast.earliest, forecast.latest
    if last is None:
        return t("progress.forecast.open", earliest=named(first))
    if last == first:
        return named(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{named(last)}"
    return f"{short_day(first) if first.year == last.year else named(first)} – {named(last)}"


def trust(overview: Overview, floor: float) -> str:
    """How right single answers to golden items are, against the floor: no measure of the labels, which an audit is."""
    found, facts = verdict(overview.accuracy, floor), {"figure": in_words(overview.accuracy), "floor": floor}
    if overview.scoring.is_graded:
        return t(f"progress.trust_in_part.{found}", **facts)
    return t(f"progress.trust.{found}", **facts)


def verdict(accuracy: Figure, floor: float) -> str:
    """``unknown``, ``above``, ``below``, or ``unclear`` where the floor lies inside the interval.

    >>> verdict(Figure(0.9, 0.8, 0.95, 40), 0.7), verdict(Figure(0.9, 0.6, 0.95, 10), 0.7)
    ('above', 'unclear')
    """
    if accuracy.value is None or accuracy.low is None or accuracy.high is None:
        return "unknown"
    if accuracy.low >= floor:
        return "above"
    return "below" if accuracy.high < floor else "unclear"


@dataclass(frozen=True)
class Waiting:
    """What waits for a lead or an expert. ``assessors`` may work now, ``paused`` ones wait for a lead's word; ``contests`` are
    open objections; ``golden_short`` golden items are missing for what is left to label."""

    assessors: int
    paused: int = 0
    contests: int = 0
    golden_short: int = 0


def next_step(overview: Overview, waiting: Waiting, *, floor: float, today: date) -> tuple[str, str | None]:
    """What the lead does next, as the last part of a catalog key, and the page where it is done (None: nowhere).

    The first thing that is missing decides: work, people, golden items; then whoever waits for somebody's word, trust, what
    is about to run out and what stands still.
    """
    left = still_wanted(overview.depths)
    if not overview.states.items:
        return "import", "project/import_page.py"
    if not waiting.assessors and not waiting.paused:
        return "people", "people/members.py"
    if overview.golden.is_empty():
        return "golden", "project/import_page.py"
    if waiting.contests:
        return "contests", "quality/golden.py"
    if waiting.paused and left:
        return "paused", "quality/assessors.py"
    found = verdict(overview.accuracy, floor)
    if found == "below":
        return "guidelines", "project/guidelines.py"
    if not left:
        return "export", "project/export_page.py"
    if waiting.golden_short:
        return "golden_short", "quality/golden.py"
    if silent_since(overview, today) is not None:
        return "silent", "people/members.py"
    if found == "unknown":
        return "first", None
    return ("carry_on", None) if found == "above" else ("wait", "project/settings.py")


def two_largest(titles: Mapping[str, str], counts: Mapping[str, int]) -> str:
    """Which two classes got the most votes, and what share; ``counts`` by class code, the largest first."""
    votes = sum(counts.values())
    (first, most), (second, next_most) = [*counts.items(), ("", 0)][:2]
    if not next_most:
        return t("progress.one_class", first=titles[first], n=votes)
    share = percent((most + next_most) / votes)
    return t("progress.two_largest", first=titles[first], second=titles[second], share=share, n=votes)


def unchosen(counts: Mapping[str, int], classes: Mapping[str, LabelClass]) -> str | None:
    """Which classes in use nobody voted for, ``counts`` by code; None where there are none, or no vote at all."""
    ways = paths(classes.values())
    # A set is a word for each of its classes, and a class of a tree for those above it.
    chosen = {
        step
        for label, n in counts.items()
        if n
        for code in ([label] if label in ways else members(label))
        for step in ways[code]
    }
    named = [title_of(entry) for code, entry in classes.items() if not entry.retired and code not in chosen]
    if not named or not any(counts.values()):
        return None
    return t("progress.unchosen", n=len(named), classes=", ".join(named))


def draw_workers(workers: pl.DataFrame, pace: pl.DataFrame, scores: pl.DataFrame, now: datetime) -> int:
    """A row for each assessor, those at work first; says how many are at work."""
    joined = workers.join(pace, on="assessor", how="left").join(scores, on="assessor", how="left")
    joined = joined.with_columns(pl.col("answers").fill_null(0)).sort("last_answer", descending=True, nulls_last=True)
    rows = joined.to_dicts()
    shown = {
        t("progress.who"): [row["name"] for row in rows],
        t("progress.now"): [_doing(row, now) for row in rows],
        t("progress.today"): joined["answers"],
        t("progress.median"): joined["seconds"].round().cast(pl.Int64),
        t("progress.last_answer"): [ago(row["last_answer"], now) if row["last_answer"] else "–" for row in rows],
        t("progress.golden"): figure_column(joined),
    }
    st.dataframe(pl.DataFrame(shown), hide_index=True, placeholder="–", key="workers", alt=t("progress.workers"))
    return sum(_is_at_work(row, now) for row in rows)


def draw_chunks(chunks: pl.DataFrame, scores: pl.DataFrame, zone: ZoneInfo) -> None:
    """A row for each chunk, in the order given."""
    joined = chunks.join(scores, on="chunk", how="left", maintain_order="left")
    closed = pl.col("closed_at").is_not_null()
    joined = joined.with_columns(figure_column(joined)).with_columns(
        pl.when(closed).then("figure").otherwise(pl.lit(None)).alias("figure")
    )
    time = st.column_config.DatetimeColumn(format=t("progress.time_format"), timezone=zone.key)
    opened, ended = t("progress.opened"), t("progress.closed")
    shown = {
        t("progress.who"): joined["name"],
        t("progress.ordinal"): joined["ordinal"],
        t("progress.chunk_score"): joined["figure"],
        t("progress.state"): [_state(*row) for row in joined.select("kind", "outcome").rows()],
        opened: joined["opened_at"],
        ended: joined["closed_at"],
    }
    config = {opened: time, ended: time, t("progress.who"): st.column_config.Column(width="medium")}
    config[t("progress.chunk_score")] = st.column_config.Column(help=t("progress.chunk_score_about"))
    frame = pl.DataFrame(shown)
    st.dataframe(frame, hide_index=True, column_config=config, placeholder="–", key="chunks", alt=t("progress.chunks"))


def _state(kind: str, outcome: str | None) -> str:
    if outcome is None:
        return t("chunk.qualification.open" if kind == ChunkKind.QUALIFICATION.value else "chunk.open")
    return t(f"chunk.{outcome}")


def _is_at_work(row: dict[str, object], now: datetime) -> bool:
    answered = row["last_answer"]
    return isinstance(answered, datetime) and is_recent(answered, now)


def _doing(row: dict[str, object], now: datetime) -> str:
    if row["standing"] != Standing.ACTIVE.value:
        return t(f"standing.{row['standing']}")
    if _is_at_work(row, now):
        return t("progress.at_work")
    leases = row["leases"]
    return t("progress.holds", n=leases) if leases else t("progress.away")
