"""States, pace, forecast and trust: by hand on small frames, against brute force, and by simulation."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.vocabulary import ItemState
from labeling.quality import progress
from labeling.quality.intervals import wilson
from labeling.quality.progress import States

LABELS = pl.Enum(["a", "b", "c"])
ANSWERS = {
    "item_id": pl.Int64, "assessor": pl.Int64, "chunk": pl.Int64, "label": LABELS, "seconds": pl.Float64,
    "at": pl.Datetime("us", "UTC"), "surplus": pl.Boolean,
}  # fmt: skip
NOBODY = pl.DataFrame(schema={"item_id": pl.Int64, "wanted": pl.Int64})
NONE = pl.Series("item", [], dtype=pl.Int64)
MONDAY = date(2026, 3, 2)


def answers(*rows: tuple[int, int, str | None], at: datetime = datetime(2026, 3, 2, 12, tzinfo=UTC)) -> pl.DataFrame:
    """(item, assessor, label) as ANSWERS of chunk 1."""
    filled = [(item, assessor, 1, label, 2.0, at, False) for item, assessor, label in rows]
    return pl.DataFrame(filled, schema=ANSWERS, orient="row")


def states(
    given_answers: pl.DataFrame,
    items: int,
    overlap: int,
    *,
    wanted: pl.DataFrame = NOBODY,
    golden: pl.Series = NONE,
    ruled: pl.Series = NONE,
) -> pl.DataFrame:
    """ITEM_STATES of items 1 to ``items``."""
    numbered = pl.Series("item_id", range(1, items + 1), dtype=pl.Int64)
    found = progress.item_states(given_answers, numbered, wanted=wanted, overlap=overlap, golden=golden, ruled=ruled)
    assert found["item_id"].to_list() == numbered.to_list()
    return found


def test_the_words_are_those_of_the_database() -> None:
    known = {progress.ADJUDICATED, progress.GOLDEN, progress.UNLABELED, progress.IN_PROGRESS, progress.AGREED}
    assert known | {progress.DISPUTED} == {state.value for state in ItemState} == set(States.__slots__)


def test_an_item_is_agreed_with_more_than_half_and_unsure_is_an_answer_for_nothing() -> None:
    given_answers = answers(
        *[(1, n, "a") for n in (1, 2)], (1, 3, "b"),  # 2 of 3
        (2, 1, "a"), (2, 2, "b"), (2, 3, "c"),  # a tie
        (3, 1, "a"), (3, 2, None), (3, 3, None),  # 1 of 3
        (4, 1, "a"), (4, 2, "a"), (4, 3, None),  # 2 of 3
        (5, 1, None), (5, 2, None), (5, 3, None),  # nobody knows
        (6, 1, "a"),
        (7, 1, None),
    )  # fmt: skip
    found = states(given_answers, 9, 3)
    words = ["agreed", "disputed", "disputed", "agreed", "disputed", *["in_progress"] * 2, *["unlabeled"] * 2]
    assert found["state"].to_list() == words
    assert found.select("answers", "n", "top").rows()[:5] == [(3, 3, 2), (3, 3, 1), (3, 1, 1), (3, 2, 2), (3, 0, 0)]
    counted = States.of(found)
    assert counted == States(unlabeled=2, in_progress=2, disputed=3, agreed=2, adjudicated=0, golden=0)
    assert counted.items == 9


def test_half_of_an_even_overlap_is_not_a_majority() -> None:
    found = states(answers((1, 1, "a"), (1, 2, "b"), (2, 1, "a"), (2, 2, "a")), 2, 2)
    assert found["state"].to_list() == ["disputed", "agreed"]


def test_an_experts_word_outweighs_gold_and_gold_outweighs_votes() -> None:
    given_answers = answers((1, 1, "a"), (2, 1, "a"), (3, 1, "a"))
    found = states(given_answers, 4, 1, golden=pl.Series([1, 2]), ruled=pl.Series([2, 2]))
    assert found["state"].to_list() == ["golden", "adjudicated", "agreed", "unlabeled"]


def test_an_item_that_wants_more_is_in_progress_until_it_has_it() -> None:
    wanted = pl.DataFrame({"item_id": [1, 4], "wanted": [3, 5]})
    found = states(answers((1, 1, "a"), (1, 2, "a"), (2, 1, "a"), (2, 2, "a")), 4, 2, wanted=wanted)
    assert found["state"].to_list() == ["in_progress", "agreed", "unlabeled", "unlabeled"]
    depth = progress.depths(found)
    assert sorted(depth.rows()) == [(0, 2, 1), (0, 5, 1), (2, 2, 1), (2, 3, 1)]
    assert progress.still_wanted(depth) == 2 + 5 + 0 + 1
    assert progress.still_wanted(depth, overlap=4) == 4 + 4 + 2 + 2


votes = st.lists(
    st.tuples(st.integers(1, 8), st.integers(1, 5), st.sampled_from(["a", "b", "c", None])),
    unique_by=lambda vote: vote[:2],
    max_size=40,
)


@given(votes, st.integers(1, 4), st.sets(st.integers(1, 8)), st.sets(st.integers(1, 8)))
def test_states_and_depths_are_what_counting_by_hand_gives(
    rows: list[tuple[int, int, str | None]], overlap: int, golden: set[int], ruled: set[int]
) -> None:
    gold, settled = pl.Series("item", sorted(golden), dtype=pl.Int64), pl.Series(sorted(ruled), dtype=pl.Int64)
    expected = []
    missing = 0
    for item in range(1, 9):
        labels = [label for of, _, label in rows if of == item]
        leading = max(Counter(label for label in labels if label).values(), default=0)
        if item not in golden | ruled:
            missing += max(0, overlap - len(labels))
        if item in ruled:
            expected.append("adjudicated")
        elif item in golden:
            expected.append("golden")
        elif not labels:
            expected.append("unlabeled")
        elif len(labels) < overlap:
            expected.append("in_progress")
        else:
            expected.append("agreed" if leading * 2 > len(labels) else "disputed")
    found = states(answers(*rows), 8, overlap, golden=gold, ruled=settled)
    assert found["state"].to_list() == expected
    assert progress.still_wanted(progress.depths(found)) == missing


def test_days_are_the_readers_and_days_off_are_there() -> None:
    late = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    both = pl.concat([answers((1, 1, "a"), (7, 1, "b"), at=late), answers((2, 1, "a"), at=late + timedelta(days=2))])
    assert progress.days(both, "UTC", pl.Series([7])).rows() == [
        (MONDAY, 2, 1), (MONDAY + timedelta(1), 0, 0), (MONDAY + timedelta(2), 1, 1)
    ]  # fmt: skip
    assert progress.days(both, "Europe/Moscow", NONE)["day"][0] == MONDAY + timedelta(days=1)


def test_votes_from_a_file_and_surplus_ones_are_no_pace() -> None:
    imported = answers((1, 1, "a")).with_columns(chunk=pl.lit(None, pl.Int64))
    assert progress.days(imported, "UTC", NONE).is_empty()
    surplus = answers((1, 1, "a"), (2, 1, "a")).with_columns(surplus=pl.Series([True, False]))
    assert progress.days(surplus, "UTC", NONE).rows() == [(MONDAY, 2, 1)]


def test_every_class_has_its_row_in_the_balance_and_gold_has_no_say() -> None:
    given_answers = answers((1, 1, "b"), (2, 1, "b"), (3, 1, "a"), (4, 1, None), (9, 1, "c"))
    assert progress.balance(given_answers, pl.Series([9])).rows() == [("b", 2), ("a", 1), ("c", 0)]
    assert progress.balance(answers(), NONE).rows() == [("a", 0), ("b", 0), ("c", 0)]


def test_the_golden_score_of_an_assessor_by_hand() -> None:
    scored = pl.DataFrame({"assessor": [1, 1, 2], "right": [True, False, True]})
    score = progress.scores(scored, "assessor").row(0, named=True)
    by_hand = wilson(1, 2)
    assert (score["right"], score["n"], score["value"]) == (1, 2, 0.5)
    assert (score["low"], score["high"]) == pytest.approx((by_hand.low, by_hand.high))


def days(*counts: int, first: date = MONDAY) -> pl.DataFrame:
    spread = [first + timedelta(days=n) for n in range(len(counts))]
    return pl.DataFrame({"day": spread, "answers": counts, "ordinary": counts})


def test_a_steady_pace_gives_one_day_and_no_doubt() -> None:
    found = progress.forecast(days(10, 10, 10), 45, MONDAY + timedelta(days=3))
    assert found is not None
    assert (found.pace, found.days) == (10, 3)
    assert found.finish == found.earliest == found.latest == MONDAY + timedelta(days=3 + 5)


def test_today_is_not_over_and_does_not_count() -> None:
    today = MONDAY + timedelta(days=2)
    found = progress.forecast(days(10, 10, 1), 10, today)
    assert found is not None
    assert found.pace == 10


def test_days_off_slow_the_pace_and_long_past_ones_are_forgotten() -> None:
    today = MONDAY + timedelta(days=20)
    worked = days(900, *[0] * 8, 10, 30, *[0] * 9, 5)
    found = progress.forecast(worked, 40, today)
    assert found is not None
    assert (found.days, found.pace) == (11, 40 / 11)


@pytest.mark.parametrize(
    ("worked", "wanted", "today"),
    [
        ((10,), 5, 1),
        ((10, 0, 0), 5, 3),
        ((10, 10), 0, 2),
        ((10, 10), 5, 40),
        ((10, 10), 5, 1),
    ],
    ids=["one day", "one day with work", "nothing wanted", "long ago", "the second day is today"],
)
def test_without_two_days_of_work_nothing_is_foretold(worked: tuple[int, ...], wanted: int, today: int) -> None:
    assert progress.forecast(days(*worked), wanted, MONDAY + timedelta(days=today)) is None


def test_no_days_at_all_foretell_nothing() -> None:
    empty = progress.days(answers(), "UTC", NONE)
    assert progress.forecast(empty, 5, MONDAY) is None


def test_wild_days_have_no_latest_end() -> None:
    found = progress.forecast(days(1, 400), 10_000, MONDAY + timedelta(days=2))
    assert found is not None
    assert found.latest is None
    assert found.earliest < found.finish


def test_the_forecast_holds_eight_times_in_ten() -> None:
    """Days drawn from one distribution: the true end lies within the bounds about as often as promised."""
    rng, held, worlds = np.random.default_rng(8), 0, 600
    for _ in range(worlds):
        seen = rng.poisson(40, 10) + rng.integers(-15, 16, 10)
        ahead = np.cumsum(rng.poisson(40, 200) + rng.integers(-15, 16, 200))
        wanted = 800
        found = progress.forecast(days(*map(int, seen)), wanted, MONDAY + timedelta(days=10))
        assert found is not None
        assert found.latest is not None
        truth = MONDAY + timedelta(days=10 + int(np.searchsorted(ahead, wanted)) + 1)
        held += found.earliest <= truth <= found.latest
    # Whole days are wider than the interval itself, so it holds a little more often.
    assert 0.78 <= held / worlds <= 0.92


def scored(items: np.ndarray, right: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({"item": items, "right": right.astype(bool)})


def test_answers_to_different_items_are_as_good_as_wilson_says() -> None:
    found = progress.clustered_share(scored(np.arange(400), np.arange(400) % 5 > 0))
    plain = wilson(320, 400)
    assert found.value == plain.value == 0.8
    assert found.low == pytest.approx(plain.low, abs=2e-3)
    assert found.high == pytest.approx(plain.high, abs=2e-3)
    assert found.n == 400


def test_answers_to_one_item_that_all_agree_count_as_one() -> None:
    items = np.repeat(np.arange(40), 10)
    found = progress.clustered_share(scored(items, items % 5 > 0))
    by_items = wilson(32, 40)
    assert found.n == 400
    assert found.low == pytest.approx(by_items.low, abs=0.02)
    assert found.high == pytest.approx(by_items.high, abs=0.02)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_where_all_are_alike_the_items_are_counted(share: float) -> None:
    items = np.repeat(np.arange(6), 5)
    found = progress.clustered_share(scored(items, np.full(30, share)))
    by_items = wilson(6 * share, 6)
    assert (found.value, found.n) == (share, 30)
    assert (found.low, found.high) == pytest.approx((by_items.low, by_items.high))


def test_without_golden_answers_trust_is_undefined() -> None:
    found = progress.clustered_share(scored(np.array([], dtype=np.int64), np.array([])))
    assert (found.value, found.low, found.high, found.n) == (None, None, None, 0)


def test_the_order_of_answers_changes_no_digit() -> None:
    rng = np.random.default_rng(2)
    items = np.repeat(np.arange(30), rng.integers(1, 7, size=30))
    frame = scored(items, rng.random(len(items)) < 0.7)
    found = {progress.clustered_share(frame.sample(fraction=1.0, shuffle=True, seed=seed)) for seed in range(30)}
    assert len(found) == 1


def test_the_interval_covers_where_wilsons_does_not() -> None:
    """Some items mislead everybody: five answers to each of forty items say less than two hundred do."""
    rng, held, plain, worlds = np.random.default_rng(4), 0, 0, 800
    for _ in range(worlds):
        ease = rng.choice([0.95, 0.15], size=40, p=[0.8, 0.2])
        right = rng.random((40, 5)) < ease[:, None]
        truth = 0.8 * 0.95 + 0.2 * 0.15
        found = progress.clustered_share(scored(np.repeat(np.arange(40), 5), right.ravel()))
        naive = wilson(int(right.sum()), 200)
        assert found.low is not None and found.high is not None and naive.low is not None and naive.high is not None
        held += found.low <= truth <= found.high
        plain += naive.low <= truth <= naive.high
    assert 0.93 <= held / worlds <= 0.985
    assert plain / worlds < 0.85


def test_today_is_counted_by_assessor() -> None:
    today = pl.DataFrame({"assessor": [2, 1, 1, 1], "seconds": [None, 1.0, 5.0, 3.0]})
    assert progress.today_by_assessor(today).rows() == [(1, 3, 3.0), (2, 1, None)]
