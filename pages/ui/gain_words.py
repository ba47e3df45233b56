"""What the work on the data brought, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pages.ui.figures import chance, figure_of, gap, in_words
from pages.ui.words import t

# From here on a difference is no accident.
SURE = 0.05


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
