"""What junior was found to be worth, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labeling.junior.evaluation import REST
from labeling.junior.prompts import Prompt
from labeling.projects.projects import LabelClass, Project
from labeling.quality.figures import Figure
from labeling.quality.judging import Comparison
from pages.ui.classes import class_title
from pages.ui.figures import SURE, chance, figure_of, gap, in_words, money, number, rough_of, share_of
from pages.ui.junior_words import lasting, version_title
from pages.ui.widgets import Card
from pages.ui.words import t

# Of fewer items a figure is all interval.
FEW = 20
THOUSAND = 1_000


def judged_title(code: str | None, titled: Mapping[str, LabelClass]) -> str:
    """What junior said: a class by its title, the others where it checks for one class, or that it refused."""
    if code is None:
        return t("judging.refusal")
    return t("judging.rest") if code == REST else class_title(code, titled)


def who(project: Project, prompt: Prompt, report: Mapping[str, Any]) -> str:
    """Who spoke: the version, and the models that the ledger remembers where these are others."""
    title = version_title(project, prompt)
    others = [model for model in report.get("models", ()) if model not in title]
    return t("judging.who_models", version=title, models=", ".join(others)) if others else title


def judged_answer(who: str, part: str, report: Mapping[str, Any]) -> str:
    """What the page opens with: how right the version is on a part of the golden items."""
    facts = {
        "who": who,
        "right": in_words(figure_of(report["accuracy"])),
        "f1": in_words(figure_of(report["weighted_f1"])),
    }
    key = "few" if report["asked"] < FEW else "done"
    return t(f"judging.answer.{part}.{key}", **facts)


def judged_cards(report: Mapping[str, Any]) -> list[list[Card]]:
    """Rows of cards: how right it is, whether it knows, and what it takes."""
    calibration = report.get("calibration")
    error = figure_of(calibration["said"]["error"]) if calibration else Figure(None, None, None, 0)
    by_chance = calibration["said"]["by_chance"] if calibration else None
    about = t("judging.ece_about", chance=number(by_chance))
    quality: list[Card] = [
        (t(f"judging.{name}"), in_words(figure_of(report[name])), t(f"judging.{name}_about"))
        for name in ("accuracy", "weighted_f1", "macro_f1")
    ]
    taken = [
        (t("judging.refused"), share_of(figure_of(report["refused"])), t("judging.refused_about")),
        (t("judging.ece"), in_words(error), about),
        (t("judging.cost"), per_thousand(report["cost"], is_money=True), t("judging.cost_about")),
        (t("judging.seconds"), per_thousand(report["seconds"], is_money=False), t("judging.seconds_about")),
    ]
    return [quality[:2], [quality[2], taken[1]], [taken[0], *taken[2:]]]


def per_thousand(mean: Mapping[str, Any], *, is_money: bool) -> str:
    """A mean of an item as what a thousand come to, with its interval and n."""
    write = money if is_money else lasting
    return rough_of(figure_of(mean), lambda value: write(THOUSAND * value))


def compared_answer(first: str, second: str, compared: Comparison) -> str:
    """Whether the second version is better than the first, by the paired test of weighted F1."""
    if not compared.n:
        return t("judging.compared.none")
    value = compared.weighted_f1.value or 0.0
    key = "unclear" if compared.weighted_f1_p >= SURE else "better" if value > 0 else "worse"
    facts = {"gap": gap(compared.weighted_f1, n=False), "p": chance(compared.weighted_f1_p)}
    return t(f"judging.compared.{key}", first=first, second=second, n=compared.n, **facts)


def compared_cards(compared: Comparison) -> list[Card]:
    """The differences, each with its interval and p-value."""
    won = t("gain.won_value", won=compared.won, lost=compared.lost, p=chance(compared.accuracy_p))
    return [
        (t("judging.compared.weighted_f1"), gap(compared.weighted_f1), chance(compared.weighted_f1_p)),
        (t("judging.compared.macro_f1"), gap(compared.macro_f1), chance(compared.macro_f1_p)),
        (t("judging.compared.accuracy"), gap(compared.accuracy), chance(compared.accuracy_p)),
        (t("judging.compared.won"), won, t("judging.compared.won_about")),
    ]
