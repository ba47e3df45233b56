"""Everything that is measured of each assessor: in one table, in words, and the signals that ask for a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from db.engine import database
from db.vocabulary import Standing
from labeling.facts import votes as facts_votes
from labeling.quality.assessor_skill import golden_accuracy, ranking, skill_posterior
from labeling.quality.copies import copies
from labeling.quality.figures import Figure
from labeling.quality.groups import agreement_with_others
from labeling.quality.pace import abstentions, consistency, pace
from labeling.quality.signals import drift, sped_up, streaks, too_fast, unread
from pages.ui.figures import figure, figure_column, number, percent, scalar
from pages.ui.progress import verdict
from pages.ui.quality_data import Facts
from pages.ui.widgets import pinned_table
from pages.ui.words import local_day, t

SCORES = ("accuracy", "exactly", "skill", "agreement", "seconds", "unsure", "skipped", "consistency", "kappa")


@dataclass(frozen=True, eq=False)
class Assessors:
    """``table`` has a row for each annotator: rank, and for each of :data:`SCORES` name, name_low, name_high, name_n.

    ``anchored``: skill rests on golden answers; otherwise on agreement with consensus alone.
    """

    table: pl.DataFrame
    anchored: bool


def assessors_of(facts: Facts) -> Assessors:
    """The figures, computed once."""
    aggregated = facts.consensus("auto")
    method = "auto" if aggregated is not None else "majority"
    return facts.keep(f"assessors by {method}", lambda: _assessors(facts, method))


def signals_of(facts: Facts) -> pl.DataFrame | None:
    """SIGNALS of :mod:`labeling.quality.signals`; None while they are being computed."""
    return facts.keep_later("signals", lambda: find_signals(facts))


def find_signals(facts: Facts) -> pl.DataFrame:
    """Every signal of every annotator with enough answers."""
    votes, order = facts.judged, "at"
    return pl.concat([
        unread(votes, order=order), too_fast(votes, order=order), sped_up(votes, order=order),
        streaks(votes, order=order), drift(votes, facts.golden, order=order, scoring=facts.scoring), copies(votes, order=order),
    ])  # fmt: skip


def _assessors(facts: Facts, method: str) -> Assessors:
    votes, golden = facts.judged, facts.golden
    aggregated = facts.consensus(method)
    labels = None if aggregated is None else aggregated.frame.drop_nulls("label")
    skill = skill_posterior(votes, golden, labels, scoring=facts.scoring)
    with database().snapshot() as connection:
        skips = facts_votes.skips(connection, facts.project.id, as_of=facts.selection.as_of)
        repeats = facts_votes.repeats(connection, facts.project.id, as_of=facts.selection.as_of, suspended=True)
    skips = skips.filter(pl.col("annotator").is_in(votes["annotator"].unique().implode()))
    absent, steady = abstentions(votes, skips), consistency(repeats)
    parts = [
        _named(golden_accuracy(votes, golden, scoring=facts.scoring), "accuracy", "accuracy"),
        _named(golden_accuracy(votes, golden), "exactly", "accuracy"),
        _named(agreement_with_others(facts.coded), "agreement", "agreement"),
        _named(pace(votes), "seconds", "median_seconds"),
        _named(absent.with_columns(n=pl.col("n") - pl.col("skipped")), "unsure", "unsure_share", "unsure_"),
        _named(absent, "skipped", "skip_share", "skip_"),
        _named(steady, "consistency", "consistency"),
        _named(steady, "kappa", "kappa", "kappa_"),
    ]
    table = ranking(skill.table).rename({"low": "skill_low", "high": "skill_high", "n": "skill_n"})
    for part in parts:
        table = table.join(part, on="annotator", how="left", maintain_order="left")
    return Assessors(table.with_columns(pl.col("^.*_n$").fill_null(0)), skill.pool.anchored)


def _named(rows: pl.DataFrame, name: str, value: str, prefix: str = "") -> pl.DataFrame:
    low, high = (pl.col(f"{prefix}{end}").alias(f"{name}_{end}") for end in ("low", "high"))
    return rows.select("annotator", pl.col(value).alias(name), low, high, pl.col("n").cast(pl.Int64).alias(f"{name}_n"))


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


def draw_table(facts: Facts, assessors: Assessors, standings: Mapping[str, str], raised: pl.DataFrame | None) -> None:
    """A row for each assessor, the best first; every figure with its interval and n."""
    table = assessors.table
    people = table["annotator"].to_list()
    shown: dict[str, object] = {
        t("assessors.who"): [facts.names.get(who, who) for who in people],
        t("assessors.standing"): [standing_words(standings.get(who)) for who in people],
        t("assessors.rank"): [
            str(rank) if low == high else f"{rank} [{low}–{high}]"
            for rank, low, high in table.select("rank", "rank_low", "rank_high").rows()
        ],
        t("assessors.signals"): signals_column(people, raised),
    }
    for name in SCORES if facts.scoring.is_graded else [name for name in SCORES if name != "exactly"]:
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


def no_signal_sentence(signals: pl.DataFrame, who: str) -> str:
    """What was tested of somebody whom no signal names, and how their pace stands to its threshold and to the others'."""
    tested = signals.filter((pl.col("annotator") == who) & pl.col("threshold").is_not_null())
    if tested.is_empty():
        return t("assessors.not_tested")
    named = ", ".join(t(f"signal.{signal}") for signal in tested["signal"])
    sentence = t("assessors.no_signals", tested=named)
    paces = signals.filter((pl.col("signal") == "too_fast") & pl.col("threshold").is_not_null())
    mine, others = (paces.filter(same) for same in (pl.col("annotator") == who, pl.col("annotator") != who))
    if mine.is_empty():
        return sentence
    seconds, limit = mine.select("value", "threshold").row(0)
    sentence += " " + t("assessors.pace", value=number(seconds, digits=1), threshold=number(limit, digits=1))
    following = scalar(others["value"].min())
    if following is None or seconds >= following:
        return sentence
    return f"{sentence} {t('assessors.fastest', following=number(following, digits=1))}"


def _amount(kind: str, value: object) -> str:
    if not isinstance(value, int | float):
        return "–"
    if kind == "copies":
        return percent(float(value))
    return number(round(value)) if kind == "streak" else number(float(value), digits=1)
