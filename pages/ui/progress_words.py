"""What the progress of a project means, in words: how far it is, whether to trust it, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from labeling.facts.overview import Overview
from labeling.projects.projects import Project
from labeling.quality.figures import Figure
from labeling.quality.progress import Forecast, still_wanted
from pages.ui.figures import figure, in_words, number, percent
from pages.ui.widgets import Card
from pages.ui.words import day, short_day, t

# Below this many days without an answer a pause is nothing to speak of.
SILENT_DAYS = 2


def how_far(overview: Overview, forecast: Forecast | None) -> str:
    """How much of the wanted answers is in, and when the last one will be."""
    done, total = answers_in(overview)
    if done == total:
        return t("progress.complete", done=number(done), n=total)
    share = percent(done / total)
    if forecast is None:
        return t("progress.no_forecast", share=share)
    return t("progress.running", share=share, finish=day(forecast.finish))


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
        cards.append(
            (t("progress.forecast"), bounds(forecast, today), t("progress.forecast.about", pace=pace, n=forecast.days))
        )
    elif done < total:
        cards.append((t("progress.forecast"), t("progress.forecast.none"), t("progress.forecast.none_about")))
    right = overview.accuracy
    value = figure(right.value, right.low, right.high, right.n)
    return [*cards, (t("progress.accuracy"), value, t("progress.accuracy_about", items=overview.accuracy_items))]


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


def trust(accuracy: Figure, floor: float) -> str:
    """Whether the labels can be trusted so far, as the answers to golden items say."""
    return t(f"progress.trust.{verdict(accuracy, floor)}", figure=in_words(accuracy), floor=floor)


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


def next_step(overview: Overview, *, floor: float, assessors: int, today: date) -> tuple[str, str | None]:
    """What the lead does next, as the last part of a catalog key, and the page where it is done (None: nowhere).

    The first thing that is missing decides: work, people, golden items, trust; then what stands still.
    """
    if not overview.states.items:
        return "import", "project/import_page.py"
    if not assessors:
        return "people", "people/members.py"
    if not overview.golden:
        return "golden", "project/import_page.py"
    if verdict(overview.accuracy, floor) == "below":
        return "guidelines", "project/guidelines.py"
    if still_wanted(overview.depths) == 0:
        return "export", "project/export_page.py"
    last = overview.days["day"].max() if overview.days.height else None
    if isinstance(last, date) and (today - last).days >= SILENT_DAYS:
        return "silent", "people/members.py"
    return ("carry_on", None) if verdict(overview.accuracy, floor) == "above" else ("wait", "project/settings.py")


def two_largest(titles: Mapping[str, str], counts: Mapping[str, int]) -> str:
    """Which two classes got the most votes, and what share; ``counts`` by class code, the largest first."""
    votes = sum(counts.values())
    (first, most), (second, next_most) = [*counts.items(), ("", 0)][:2]
    if not next_most:
        return t("progress.one_class", first=titles[first], n=votes)
    share = percent((most + next_most) / votes)
    return t("progress.two_largest", first=titles[first], second=titles[second], share=share, n=votes)
