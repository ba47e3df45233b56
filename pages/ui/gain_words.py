"""What the work on the data brought, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labeling.quality.figures import Figure
from pages.ui.quality_words import in_words
from pages.ui.words import number, reader_locale, t

# A smaller p-value is told as "< 0.001".
LEAST_P = 0.001
# From here on a difference is no accident.
SURE = 0.05


def figure_of(found: Mapping[str, Any]) -> Figure:
    """A figure as a report keeps it."""
    return Figure(found["value"], found["low"], found["high"], found["n"])


def gap(value: Figure, *, n: bool = True) -> str:
    """A difference with its sign and its interval: "+0.12 [0.07, 0.17], n = 240"."""
    if value.value is None:
        return in_words(value)
    said = _signed(value.value)
    if value.low is not None and value.high is not None:
        low, high = (_signed(end).removeprefix("+") for end in (value.low, value.high))
        said += f" [{low}{'; ' if reader_locale() == 'ru' else ', '}{high}]"
    return f"{said}, n\u00a0=\u00a0{number(value.n)}" if n else said


def chance(p: float) -> str:
    """A p-value: "p = 0.03" or "p < 0.001"."""
    said = f"< {number(LEAST_P, digits=3)}" if p < LEAST_P else f"= {number(float(p), digits=3)}"
    return f"p {said}".replace(" ", "\u00a0")


def gain_answer(report: Mapping[str, Any]) -> str:
    """What the page opens with: the difference in weighted F1 and whether it is one."""
    whole = report["whole"]
    found = figure_of(whole["weighted_f1"])
    p, value = whole["weighted_f1_p"], found.value or 0.0
    key = "unclear" if p >= SURE else "brought" if value > 0 else "cost"
    return t(f"gain.answer.{key}", gap=gap(found, n=False), n=found.n, p=chance(p))


def gain_cards(report: Mapping[str, Any]) -> list[tuple[str, str, str | None]]:
    """Weighted F1 before and after, the difference in accuracy, and how many test texts tell the two apart."""
    first, last, whole = report["rounds"][0], report["rounds"][-1], report["whole"]
    p = chance(whole["accuracy_p"])
    won = t("gain.won_value", won=whole["won"], lost=whole["lost"], p=p)
    return [
        (t("gain.first"), in_words(figure_of(first["weighted_f1"])), t("gain.first_about")),
        (t("gain.last"), in_words(figure_of(last["weighted_f1"])), t("gain.last_about")),
        (t("gain.accuracy"), gap(figure_of(whole["accuracy"])), t("gain.accuracy_about")),
        (t("gain.won"), won, t("gain.won_about")),
    ]


def _signed(value: float) -> str:
    rounded = round(value, 2)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{number(abs(rounded))}"
