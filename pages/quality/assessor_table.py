"""The table of all assessors in words, and what the signals say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

import polars as pl

from db.vocabulary import Standing
from labeling.quality.figures import Figure
from pages.quality.assessor_figures import SCORES, Assessors
from pages.ui.figures import figure, figure_column, number, percent
from pages.ui.progress import verdict
from pages.ui.widgets import pinned_table
from pages.ui.words import local_day, t


def assessors_answer(assessors: Assessors, floor: float, raised: pl.DataFrame | None) -> str:
    """What the page opens with."""
    if not assessors.anchored:
        return t("assessors.answer.unanchored", n=assessors.table.height)
    skills = assessors.table.select("skill", "skill_low", "skill_high", "skill_n").rows()
    counted = Counter(verdict(Figure(*skill), floor) for skill in skills)
    facts = {"above": counted["above"], "below": counted["below"], "unclear": counted["unclear"], "floor": floor}
    sentence = t("assessors.answer", n=assessors.table.height, **facts)
    if raised is None or raised.is_empty():
        return sentence
    return f"{sentence} {t('assessors.answer.signals', n=raised['annotator'].n_unique())}"


def draw_table(
    assessors: Assessors, names: Mapping[str, str], standings: Mapping[str, str], raised: pl.DataFrame | None
) -> None:
    """A row for each assessor, the best first; every figure with its interval and n."""
    table = assessors.table
    people = table["annotator"].to_list()
    shown: dict[str, object] = {
        t("assessors.who"): [names.get(who, who) for who in people],
        t("assessors.standing"): [standing_words(standings.get(who)) for who in people],
        t("assessors.rank"): [
            str(rank) if low == high else f"{rank} [{low}–{high}]"
            for rank, low, high in table.select("rank", "rank_low", "rank_high").rows()
        ],
        t("assessors.signals"): signals_column(people, raised),
    }
    for name in SCORES:
        ends = (name, f"{name}_low", f"{name}_high", f"{name}_n")
        shown[t(f"assessors.{name}")] = seconds_column(table) if name == "seconds" else figure_column(table, *ends)
    pinned_table(shown, key="assessors", alt=t("page.assessors"))


def seconds_column(table: pl.DataFrame) -> pl.Series:
    """Median seconds in words, to the tenth."""
    rows = table.select("seconds", "seconds_low", "seconds_high", "seconds_n").rows()
    return pl.Series("seconds", [figure(*row, digits=1) for row in rows], dtype=pl.String)


def standing_words(standing: str | None) -> str:
    """Whether they may work, or that they came with a file."""
    return t("assessors.from_file") if standing is None else t(f"standing.{Standing(standing).value}")


def signals_column(people: list[str], raised: pl.DataFrame | None) -> list[str]:
    """The names of each one's signals."""
    if raised is None:
        return ["…"] * len(people)
    by_person: dict[str, list[str]] = {}
    for who, signal in raised.select("annotator", "signal").rows():
        by_person.setdefault(who, []).append(t(f"signal.{signal}"))
    return [", ".join(by_person.get(who, ["–"])) for who in people]


def signal_sentence(row: Mapping[str, object], names: Mapping[str, str]) -> str:
    """One signal in a sentence: what was seen, against what chance would show, since when, on how many answers."""
    kind = str(row["signal"])
    value, threshold = (_amount(kind, row[name]) for name in ("value", "threshold"))
    other = str(row["other"]) if row["other"] is not None else ""
    since = row["since"]
    when = local_day(since) if isinstance(since, datetime) else "–"
    facts = {"value": value, "threshold": threshold, "since": when, "other": names.get(other, other)}
    return t(f"signal.{kind}.said", n=row["n"], **facts)


def _amount(kind: str, value: object) -> str:
    if not isinstance(value, int | float):
        return "–"
    if kind == "copies":
        return percent(float(value))
    return number(round(value)) if kind == "streak" else number(float(value), digits=1)
