"""People or machine, in words; and what each of them cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.vocabulary import PromptKind, Teacher
from labeling.junior.ledger import MILLION
from labeling.quality.drafting import cost_per_correct, wages
from pages.ui.figures import SURE, chance, counted, figure_of, gap, in_words, money, rough_of
from pages.ui.words import t


@dataclass(frozen=True)
class Hours:
    """What an hour costs, in the price table's unit; None where nobody said."""

    assessor: float | None
    expert: float | None


def machine_answer(report: Mapping[str, Any] | None) -> str:
    """What the page opens with: whose labels teach better."""
    if report is None:
        return t("machine.answer.none")
    step = next(step for step in report["steps"] if (step["before"], step["after"]) == (Teacher.JUNIOR, Teacher.VOTES))
    change, p = figure_of(step["weighted_f1"]), step["weighted_f1_p"]
    key = "unclear" if p >= SURE else "people" if (change.value or 0.0) > 0 else "machine"
    weighted = {source["name"]: in_words(figure_of(source["weighted_f1"])) for source in report["sources"]}
    facts = {
        "junior": weighted[Teacher.JUNIOR],
        "people": weighted[Teacher.VOTES],
        "gap": gap(change, n=False),
        "p": chance(p),
    }
    return t(f"machine.answer.{key}", **facts)


def spoke(report: Mapping[str, Any]) -> str:
    """Which junior stood for the machine."""
    if report["kind"] == PromptKind.LOCAL.value:
        return t("machine.spoke.local", version=str(report["version"]))
    models = ", ".join(report["models"]) or t("machine.spoke.unknown_model")
    return t("machine.spoke.llm", version=str(report["version"]), models=models)


def source_title(name: str) -> str:
    return t(f"machine.source.{name}")


def cost_of(source: Mapping[str, Any], hours: Hours) -> float | None:
    """What the labels of a source came to, in millionths; None where a wage or a time is not known."""
    if source["name"] in (Teacher.JUNIOR, Teacher.JUNIOR_ALL):
        return float(source["cost"])
    votes = _worked(source["votes"], hours.assessor)
    if source["name"] != Teacher.FINAL or votes is None or not source["rulings"]["n"]:
        return votes
    ruled = _worked(source["rulings"], hours.expert)
    return None if ruled is None else votes + ruled


def cost_words(source: Mapping[str, Any], hours: Hours) -> str:
    """The same as it reads, with what it rests on."""
    cost = cost_of(source, hours)
    if cost is None:
        return "–"
    if source["name"] in (Teacher.JUNIOR, Teacher.JUNIOR_ALL):
        return counted(money(cost), source["paid"])
    return counted(money(cost), source["votes"]["timed"])


def correct_words(source: Mapping[str, Any], right: Mapping[str, Any] | None, hours: Hours) -> str:
    """Money for each right label, with its interval."""
    cost = cost_of(source, hours)
    if cost is None or right is None:
        return "–"
    return rough_of(cost_per_correct(cost, source["labels"], figure_of(right)), money)


def right_of(report: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """How many labels of a source are right; None for the final ones, which are the measure."""
    right: Mapping[str, Any] | None = report["right"].get(Teacher.JUNIOR if name == Teacher.JUNIOR_ALL else name)
    return right


def _worked(times: Mapping[str, Any], an_hour: float | None) -> float | None:
    """Acts whose time nobody measured are taken to be as long as the others."""
    if an_hour is None or not times["timed"]:
        return None
    return wages(times["seconds"] / times["timed"] * times["n"], an_hour) * MILLION
