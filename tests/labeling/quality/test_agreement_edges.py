"""Where agreement is undefined, dropped, certain or unbalanced, and what comes in at the door."""

from __future__ import annotations

import math

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.errors import LabelingError
from labeling.quality.agreement import Agreement, agreement, class_agreement
from labeling.quality.confused import confused_classes
from labeling.quality.figures import Band, Figure, band
from labeling.quality.frames import votes_frame
from labeling.quality.groups import agreement_over_time, agreement_with_others, group_agreement
from labeling.quality.kappas import pairwise_kappa

NOTHING = Figure(None, None, None, 0)
NAMES = ("by_items", "by_pairs", "kappa", "fleiss", "ac1", "alpha", "alpha_ordinal")


def votes(*rows: tuple[object, ...]) -> pl.DataFrame:
    schema = {"item": pl.Int64, "annotator": pl.String, "label": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def figures(result: Agreement) -> list[Figure]:
    return [getattr(result, name) for name in NAMES]


def test_an_empty_frame_has_no_figures() -> None:
    result = agreement(votes(), ordered=True)
    assert figures(result) == [NOTHING] * 7
    assert (result.items, result.votes, result.annotators, result.band) == (0, 0, 0, None)
    assert result.imbalance.n == 0
    assert not result.imbalance.misleading
    for table in (class_agreement(votes()), pairwise_kappa(votes()), confused_classes(votes())):
        assert len(table) == 0
    assert len(agreement_with_others(votes())) == 0


@pytest.mark.parametrize(
    "rows",
    [
        [(1, "a", "x"), (2, "a", "y")],
        [(1, "a", "x"), (2, "b", "y")],
        [(1, "a", "x"), (1, "b", None), (2, "b", "y")],
    ],
    ids=["one annotator", "no overlap", "the other one is unsure"],
)
def test_without_two_votes_on_an_item_nothing_is_defined(rows: list[tuple[object, ...]]) -> None:
    result = agreement(votes(*rows), ordered=True)
    assert figures(result) == [NOTHING] * 7
    assert (result.items, result.items_used, result.items_single) == (2, 0, 2)
    assert len(pairwise_kappa(votes(*rows))) == 0
    assert class_agreement(votes(*rows)).select("n", "agreement", "kappa").rows() == [(0, None, None)] * 2
    others = agreement_with_others(votes(*rows))
    assert others["agreement"].to_list() == [None] * len(others)
    assert others["low"].to_list() == [None] * len(others)


def test_one_class_only_is_undefined_not_perfect() -> None:
    """All agree, and nothing else could have happened: chance explains everything."""
    frame = votes(*[(item, who, "x") for item in range(5) for who in "ab"])
    result = agreement(frame, ordered=True)
    assert result.by_items.value == 1.0
    for figure in (result.kappa, result.fleiss, result.ac1, result.alpha, result.alpha_ordinal):
        assert figure.value is None
        assert (figure.low, figure.high) == (None, None)
    assert result.band is None
    assert pairwise_kappa(frame).select("agreement", "kappa", "low", "high").rows() == [(1.0, None, None, None)]
    assert result.imbalance.misleading


def test_one_class_of_a_scheme_of_two_is_perfect_for_ac1_alone() -> None:
    frame = votes(*[(item, who, "x") for item in range(5) for who in "ab"])
    result = agreement(frame, classes=["x", "y"])
    assert result.ac1.value == 1.0
    assert result.fleiss.value is None
    assert result.alpha.value is None
    assert (result.imbalance.first_share, result.imbalance.second_share) == (1.0, 0.0)


def test_a_class_that_only_single_votes_name_is_undefined() -> None:
    """Its kappa would come out as 1, since nobody disagrees about it where two voted."""
    found = class_agreement(votes((1, "a", "x"), (1, "b", "y"), (2, "a", "z"), (3, "a", "x"), (3, "b", "x")))
    row = found.row(by_predicate=pl.col("label") == "z", named=True)
    assert (row["votes"], row["n"]) == (1, 0)
    assert all(row[name] is None for name in ("agreement", "low", "high", "kappa", "kappa_low", "kappa_high"))
    others = found.filter(pl.col("label") != "z")
    assert others["kappa"].null_count() == 0
    assert others["kappa_low"].min() >= -1 and others["kappa_high"].max() <= 1  # type: ignore[operator]


def test_a_class_of_the_scheme_that_nobody_chose_is_undefined_too() -> None:
    rows = votes((1, "a", "x"), (1, "b", "x"), (2, "a", "y"), (2, "b", "y"))
    found = class_agreement(votes_frame(rows, classes=["x", "y", "w"]))
    assert found["kappa"].to_list() == [1.0, 1.0, None]


def test_many_single_votes_leave_every_interval_within_its_range() -> None:
    """A chance made of single votes goes beyond what the pairs could show: kappa itself may lie below -1."""
    single = [(at, "a", "z") for at in range(10, 60)]
    result = agreement(votes((1, "a", "x"), (1, "b", "y"), (2, "a", "z"), (2, "b", "z"), *single))
    for figure in figures(result):
        if figure.value is not None and figure.low is not None and figure.high is not None:
            assert min(-1.0, figure.value) <= figure.low <= figure.value <= figure.high <= 1
    assert result.by_items.low is not None and result.by_items.low >= 0


def test_all_agree_on_two_classes() -> None:
    """Perfect, but five items don't prove it: the low limit is Wilson's for five without a failure."""
    frame = votes(*[(item, who, "xy"[item % 2]) for item in range(6) for who in "abc"])
    result = agreement(frame, ordered=True)
    for figure in figures(result):
        assert figure.value == pytest.approx(1.0)
        assert figure.high == pytest.approx(1.0)
    wilson = 6 / (6 + 1.959964**2)
    assert result.by_items.low == pytest.approx(wilson, abs=1e-6)
    assert result.fleiss.low == pytest.approx((wilson - 0.5) / 0.5, abs=1e-6)
    assert result.kappa.low == pytest.approx((wilson - 0.5) / 0.5, abs=1e-6)
    assert result.band is Band.VERY_HIGH
    assert class_agreement(frame)["low"].to_list() == pytest.approx([3 / (3 + 1.959964**2)] * 2, abs=1e-6)


def test_all_disagree() -> None:
    frame = votes(*[(item, who, "xy"[(item + place) % 2]) for item in range(6) for place, who in enumerate("ab")])
    result = agreement(frame)
    assert result.by_items.value == 0.0
    assert result.by_items.low == 0.0
    assert result.by_items.high == pytest.approx(1.959964**2 / (6 + 1.959964**2), abs=1e-6)
    assert result.kappa.value == -1.0
    assert result.band is Band.POOR


def test_counts_of_what_was_used_and_dropped() -> None:
    frame = votes(
        (1, "a", "x"),
        (1, "b", "x"),
        (1, "b", "y"),  # the last of a repeated row counts
        (2, "a", "x"),
        (3, "a", None),
        (3, "b", None),
        (4, "a", None),
        (4, "b", "x"),
        (4, "c", "x"),
    )
    result = agreement(frame)
    assert (result.items, result.items_used, result.items_single, result.items_empty) == (4, 2, 1, 1)
    assert (result.votes, result.abstained, result.duplicates, result.annotators) == (5, 3, 1, 3)
    assert result.by_items.value == 0.5


def test_every_kind_of_frame_gives_the_same() -> None:
    frame = votes(*[(item, who, "xyz"[(item * place) % 3]) for item in range(9) for place, who in enumerate("abc")])
    expected = agreement(frame)
    assert agreement(pd.DataFrame(frame.to_dict(as_series=False))) == expected
    assert agreement(pa.Table.from_pydict(frame.to_dict(as_series=False))) == expected
    assert agreement(frame.with_columns(pl.col("label").cast(pl.Enum(["x", "y", "z"])))) == expected
    assert agreement(frame.with_columns(pl.col("label", "annotator").cast(pl.Categorical))) == expected
    assert agreement(votes_frame(frame)) == expected
    assert agreement(frame.sample(fraction=1, shuffle=True, seed=1)) == expected


def test_a_seed_repeats_and_draws_at_none() -> None:
    frame = votes(*[(item, who, "xyz"[(item * place) % 3]) for item in range(9) for place, who in enumerate("abc")])
    assert agreement(frame, seed=7) == agreement(frame, seed=7)
    assert agreement(frame, draws=0).fleiss.low is None
    assert agreement(frame, draws=0).fleiss.value == agreement(frame).fleiss.value
    with pytest.raises(LabelingError, match="draws_out_of_range"):
        agreement(frame, draws=-1)


def test_bands() -> None:
    assert [band(value) for value in (-0.2, 0.5999, 0.6, 0.8, 0.8001)] == [
        Band.POOR,
        Band.POOR,
        Band.GOOD,
        Band.GOOD,
        Band.VERY_HIGH,
    ]
    assert band(None) is None


@pytest.mark.parametrize(
    ("shares", "misleading"),
    [
        ((50, 50), False),
        ((70, 30), False),
        ((76, 24), True),
        ((34, 33, 33), False),
        ((66, 24, 10), True),
        ((10,) * 10, False),
    ],
)
def test_imbalance_warns_where_chance_gives_most(shares: tuple[int, ...], misleading: bool) -> None:
    labels = [chr(97 + code) for code, share in enumerate(shares) for _ in range(share)]
    frame = votes(*[(item, who, label) for item, label in enumerate(labels) for who in "ab"])
    found = agreement(frame, draws=0).imbalance
    assert found.misleading is misleading
    assert found.first_share == shares[0] / 100
    assert found.top_two_share == pytest.approx((shares[0] + shares[1]) / 100)


def test_a_group_of_nobody_and_rows_without_a_group() -> None:
    frame = votes((1, "a", "x"), (1, "b", "x"), (2, "a", "y")).with_columns(chunk=pl.Series([1, None, 2]))
    found = group_agreement(frame, "chunk")
    assert found.select("chunk", "n", "dropped", "agreement").rows() == [(1, 1, 0, 1.0), (2, 0, 1, None)]
    assert found["low"][0] == pytest.approx(1 / (1 + 1.959964**2 / (1.959964 / 12.7062) ** 2), abs=1e-4)
    with pytest.raises(LabelingError, match="column_missing"):
        group_agreement(frame, "week")
    with pytest.raises(LabelingError, match="column_type"):
        agreement_over_time(frame, "chunk")


VOTES = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from("abcd"), st.sampled_from(["x", "y", "z", None])), max_size=40
)


@settings(deadline=None, max_examples=60)
@given(VOTES)
def test_no_figure_is_nan_or_out_of_range(rows: list[tuple[object, ...]]) -> None:
    frame = votes(*rows)
    result = agreement(frame, classes=["x", "y", "z"], ordered=True, draws=20)
    lowest = dict.fromkeys(NAMES, -math.inf) | {"by_items": 0.0, "by_pairs": 0.0, "kappa": -1.0, "ac1": -1.0}
    for name, figure in zip(NAMES, figures(result), strict=True):
        if figure.value is None:
            assert (figure.low, figure.high) == (None, None)
            continue
        assert lowest[name] <= figure.value <= 1.0
        assert (figure.low is None) == (figure.high is None)
        if figure.low is not None and figure.high is not None:
            assert math.isfinite(figure.low)
            assert math.isfinite(figure.high)
            assert figure.low <= figure.high <= 1 + 1e-9
    used = {item for item, _, _ in rows}
    assert result.items == len(used)
    assert result.items_used + result.items_single + result.items_empty == result.items
    for table in (class_agreement(frame, draws=20), pairwise_kappa(frame), agreement_with_others(frame)):
        for column in table.iter_columns():
            if column.dtype.is_float():
                assert not column.is_nan().any()


@settings(deadline=None, max_examples=60)
@given(VOTES, st.permutations("xyz"))
def test_nominal_figures_do_not_know_the_names_of_classes(rows: list[tuple[object, ...]], renamed: list[str]) -> None:
    frame = votes(*rows)
    swapped = frame.with_columns(pl.col("label").replace(dict(zip("xyz", renamed, strict=True))))
    one, other = (agreement(these, classes=["x", "y", "z"], draws=0) for these in (frame, swapped))
    for name in ("by_items", "by_pairs", "kappa", "fleiss", "ac1", "alpha"):
        assert getattr(one, name).value == pytest.approx(getattr(other, name).value, abs=1e-9)
