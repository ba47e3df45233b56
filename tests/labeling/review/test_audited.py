"""From rulings to estimates: which route an item came by, what the last word says, whom the audited speak for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from labeling.quality.audit import residual
from labeling.review.audited import FLAGS, audited, course, estimate, flagged, foreseen, milestones, population_of
from labeling.review.opinions import LEAST_FOR_KAPPA, agreed, kappa, opinions

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def drawn(sampled: str = "abcd", rest: str = "efgh") -> pl.DataFrame:
    """Two strata of four items labeled x; the first two of ``sampled`` and of ``rest`` are in stratum 0."""
    items = [*sampled, *rest]
    positions = [*range(len(sampled)), *[None] * len(rest)]
    stratum = [int(n % 4 >= 2) for n in range(len(items))]
    return pl.DataFrame({"item": items, "given": ["x"] * len(items), "stratum": stratum, "position": positions})


def rulings(*rows: tuple[str, str, str | None]) -> pl.DataFrame:
    """RULINGS of (item, route, label) in order, a minute apart; without a label the item was sent back; "bulk" is by hand."""
    seen: dict[str, int] = {}
    made = []
    for n, (item, route, label) in enumerate(rows):
        seen[item] = seen.get(item, 0) + 1
        verdict = "label" if label else "sent_back"
        how = ("hand", True) if route == "bulk" else (route, False)
        made.append((item, seen[item], verdict, label, *how, str(n), 1 + n % 2, NOON + timedelta(minutes=n)))
    names = ["item", "revision", "verdict", "label", "route", "in_bulk", "act", "expert_id"]
    types = [pl.String, pl.Int64, *[pl.String] * 3, pl.Boolean, pl.String, pl.Int64]
    schema = dict(zip(names, types, strict=True))
    return pl.DataFrame(made, schema={**schema, "at": pl.Datetime("us", "UTC")}, orient="row")


def said(population: pl.DataFrame) -> dict[str, tuple[str | None, bool | None]]:
    return {item: (route, wrong) for item, route, wrong in population.select("item", "route", "wrong").iter_rows()}


def test_the_route_is_the_first_words_and_the_label_the_lasts() -> None:
    spoken = rulings(("a", "audit", "y"), ("e", "suspicion", "x"), ("a", "second", "x"), ("f", "batch", "y"))
    found = said(population_of(drawn(), spoken))
    assert found["a"] == ("audit", False)
    assert found["e"] == ("targeted", False)
    assert found["f"] == ("other", True)
    assert found["b"] == (None, None)


@pytest.mark.parametrize("route", ["batch", "second", "dispute", "hand"])
def test_what_came_neither_by_audit_nor_by_suspicion_came_by_another_way(route: str) -> None:
    assert said(population_of(drawn(), rulings(("a", route, "y"))))["a"] == ("other", True)


def test_only_a_label_settles() -> None:
    """Sent back first, the item's route is that of the ruling which settled it; taken back, it is open again."""
    spoken = rulings(("a", "audit", None), ("a", "suspicion", "y"), ("b", "audit", "y"), ("b", "hand", None))
    found = said(population_of(drawn(), spoken))
    assert found["a"] == ("targeted", True)
    assert found["b"] == (None, None)


def test_what_was_ruled_in_bulk_is_no_word_on_an_item() -> None:
    """The audit stands by what was said of items one by one; of labels that a bulk ruling changed it says nothing."""
    spoken = rulings(
        *(("a", "audit", "x"), ("a", "bulk", "y"), ("e", "suspicion", "y"), ("e", "bulk", "y")),
        *(("f", "bulk", "y"), ("g", "bulk", "x"), ("h", "bulk", "y"), ("h", "hand", None)),
    )
    population = population_of(drawn(), spoken)
    found = said(population)
    assert (found["a"], found["e"]) == (("audit", False), ("targeted", True))
    assert found["f"] == found["g"] == found["h"] == (None, None)
    assert population.filter("unseen")["item"].to_list() == ["a", "f"]


def test_labels_changed_in_bulk_are_neither_put_right_nor_spoiled() -> None:
    """Half of the audited are wrong, and a bulk ruling changes two of the others: before stays, what is left is of the rest."""
    audit = [("a", "audit", "y"), ("b", "audit", "x"), ("c", "audit", "y"), ("d", "audit", "x")]
    then, since = (
        population_of(drawn(), rulings(*audit, *more)) for more in ([], [("e", "bulk", "y"), ("g", "bulk", "y")])
    )
    before, after = estimate(then).overall, estimate(since).overall
    assert after.before == before.before
    # Two of eight are put right, and as many of the four unread are wrong: of eight, and of the six that nobody changed.
    assert (before.after.value, after.after.value) == (2 / 8, 1 / 6)
    assert estimate(since).classes["x"].after == after.after
    nobody = population_of(drawn(), rulings(*[(item, "bulk", "y") for item in "abcdefgh"]))
    assert estimate(nobody).overall.after.value is None


def test_without_rulings_nothing_is_known() -> None:
    population = population_of(drawn(), rulings())
    assert population["sampled"].to_list() == [True] * 4 + [False] * 4
    assert population["wrong"].null_count() == 8
    assert audited(population).is_empty()
    assert residual(population).overall.before.value is None


def test_each_audited_item_speaks_for_its_stratum_without_what_was_ruled_by_hand() -> None:
    """Stratum 0 holds a, b, e, f: two are audited, so each speaks for two; with f ruled by hand, for one and a half."""
    spoken = [("a", "audit", "y"), ("b", "audit", "x"), ("c", "audit", "x")]
    weights = dict(audited(population_of(drawn(), rulings(*spoken))).select("item", "weight").iter_rows())
    assert weights == {"a": 2.0, "b": 2.0, "c": 4.0}
    weights = dict(
        audited(population_of(drawn(), rulings(*spoken, ("f", "batch", "x")))).select("item", "weight").iter_rows()
    )
    assert weights == {"a": 1.5, "b": 1.5, "c": 4.0}


def test_flags_are_those_of_the_analysis() -> None:
    sample = pl.DataFrame({"item": ["a", "b"], "given": ["x", "x"], "weight": [1.0, 1.0], "wrong": [True, False]})
    findings = pl.DataFrame(
        {
            "item": list("abcdefghijk"),
            "is_issue": [True] + [False] * 10,
            "region": ["hard", "ambiguous", "easy", None, *["easy"] * 7],
            "disagreement": [0.5, 0.0, None, *[0.0] * 8],
            "prior": [0.9, 0.2, 0.8, 0.7, *[0.1] * 7],
        }
    )
    found = flagged(sample, findings)
    assert found.columns == [*sample.columns, *FLAGS]
    assert found.filter(item="a").select(FLAGS).row(0) == (True, True, False, True, True)
    assert found.filter(item="b").select(FLAGS).row(0) == (False, False, True, False, False)


def test_the_course_is_the_estimate_of_each_moment() -> None:
    """One of two wrong, then one of four; the error found is gone from what is left."""
    spoken = rulings(("a", "audit", "y"), ("c", "audit", "x"), ("b", "audit", "x"), ("d", "audit", "x"))
    moments = [NOON, NOON + timedelta(minutes=1), NOON + timedelta(minutes=3)]
    found = course(drawn(), spoken, moments)
    for row, moment in zip(found.to_dicts(), moments, strict=True):
        overall = residual(population_of(drawn(), spoken.filter(pl.col("at") <= moment))).overall
        assert (row["n"], row["before"], row["after"]) == (overall.audited, overall.before.value, overall.after.value)
    assert found["n"].to_list() == [1, 2, 4]
    assert found["before"].to_list() == [1.0, 0.5, 0.25]
    assert found["after"].to_list() == [0.875, 0.375, 0.125]
    assert course(drawn(), spoken, [NOON - timedelta(minutes=1)]).is_empty()
    elsewhere = [moment.astimezone(ZoneInfo("Asia/Novosibirsk")) for moment in moments]
    assert course(drawn(), spoken, elsewhere).equals(found)


def test_milestones_count_audited_items_once() -> None:
    rows = [(item, "audit", "x") for item in "abcdefghijkl"]
    spoken = rulings(*rows[:6], ("a", "audit", "y"), ("z", "suspicion", "y"), *rows[6:])
    found = milestones(spoken, least=2, most=3)
    assert [(moment - NOON).seconds // 60 for moment in found] == [1, 8, 13]
    assert milestones(spoken, least=13) == []


def test_a_second_opinion_is_weighed_against_the_word_before_it() -> None:
    spoken = rulings(("a", "audit", "x"), ("a", "second", "y"), ("b", "suspicion", "x"), ("b", "second", "x"))
    spoken = pl.concat([spoken, rulings(("c", "audit", "x"))])
    found = opinions(spoken)
    assert found.rows() == [("a", "1", "2", "x", "y"), ("b", "1", "2", "x", "x")]
    assert (agreed(found).value, agreed(found).n) == (0.5, 2)


def test_a_correction_of_ones_own_is_no_second_opinion() -> None:
    """The second expert pressed y and corrected it to x at once: they agree with the first."""
    spoken = rulings(("a", "audit", "x"), ("a", "second", "y"), ("a", "second", "x"))
    pressed = spoken.with_columns(pl.Series("act", ["p", "q", "q"]), pl.Series("expert_id", [1, 2, 2]))
    assert opinions(pressed).rows() == [("a", "1", "2", "x", "x")]


def test_kappa_waits_for_enough_and_is_cohens() -> None:
    """40 items, 30 the same, both say x to half: 0.75 observed, 0.5 by chance, (0.75 - 0.5) / (1 - 0.5) = 0.5."""
    first = ["x"] * 20 + ["y"] * 20
    second = ["x"] * 15 + ["y"] * 20 + ["x"] * 5
    found = pl.DataFrame(
        {"item": [str(n) for n in range(40)], "first": ["1"] * 40, "second": ["2"] * 40, "first_label": first}
    ).with_columns(second_label=pl.Series(second))
    assert kappa(found).value == pytest.approx(0.5)
    assert kappa(found).n == 40
    assert kappa(found.head(LEAST_FOR_KAPPA - 1)).value is None


def test_more_items_are_foreseen_to_tell_more_and_all_of_them_everything() -> None:
    population = pl.DataFrame({"item": range(2000), "score": [0.1] * 2000})
    widths = []
    for size in (50, 200, 800, 2000):
        found = foreseen(population, size)
        assert found.value == pytest.approx(0.1)
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == pytest.approx(0, abs=1e-12)


def test_a_good_score_is_foreseen_to_narrow_the_interval() -> None:
    """Errors that all lie where they are suspected: the strata know most of them already."""
    blind = pl.DataFrame({"item": range(1000), "score": [0.2] * 1000})
    sharp = pl.DataFrame({"item": range(1000), "score": [0.9] * 200 + [0.025] * 800})
    widths = [found.high - found.low for found in (foreseen(blind, 200), foreseen(sharp, 200))]
    assert widths[1] < 0.75 * widths[0]
