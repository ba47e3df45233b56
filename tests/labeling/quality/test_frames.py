"""The door of quality: what comes in, what is refused, how votes are coded."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from labeling.errors import LabelingError
from labeling.quality.frames import votes_frame

ROWS = {"item": ["q", "q", "p"], "annotator": [7, 5, 7], "label": ["no", "yes", "no"]}


@pytest.mark.parametrize("make", [pl.DataFrame, pd.DataFrame, pa.table])
def test_any_eager_frame_is_coded_alike(make: type) -> None:
    votes = votes_frame(make(ROWS))
    assert votes.items.to_list() == ["q", "p"]
    assert votes.annotators.to_list() == [5, 7]
    assert votes.classes == ("no", "yes")
    assert votes.item.tolist() == [0, 0, 1]
    assert votes.annotator.tolist() == [1, 0, 1]
    assert votes.label.tolist() == [0, 1, 0]
    assert votes.counts().tolist() == [[1, 1], [1, 0]]
    assert votes.item.dtype == votes.annotator.dtype == votes.label.dtype == np.int32


def test_pandas_whole_numbers_with_gaps_are_whole_numbers() -> None:
    votes = votes_frame(pd.DataFrame({"item": [1, 2, 3], "annotator": [1, 1, 1], "label": [10.0, None, 9.0]}))
    assert votes.classes == ("9", "10")
    assert votes.label.tolist() == [1, 0]
    assert votes.abstained == 1


@pytest.mark.parametrize("wide", [1, 10**12], ids=["dense keys", "sparse keys"])
def test_the_last_of_repeated_rows_counts(wide: int) -> None:
    votes = votes_frame(
        pl.DataFrame({"item": [0, wide, 0, 0], "annotator": [1, 1, 1, 2], "label": ["x", "x", "y", "x"]})
    )
    assert votes.duplicates == 1
    assert votes.row.tolist() == [1, 2, 3]
    assert votes.label.tolist() == [0, 1, 0]


def test_repeated_rows_are_found_when_pairs_are_too_many_for_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labeling.quality.frames._DENSE_LIMIT", 3)
    votes = votes_frame(pl.DataFrame({"item": [0, 1, 0, 0], "annotator": [1, 1, 1, 2], "label": ["x", "x", "y", "x"]}))
    assert (votes.duplicates, votes.row.tolist(), votes.label.tolist()) == (1, [1, 2, 3], [0, 1, 0])


def test_a_last_row_without_a_label_is_an_abstention() -> None:
    votes = votes_frame(pl.DataFrame({"item": [1, 1, 2], "annotator": [1, 1, 1], "label": ["x", None, "x"]}))
    assert (votes.duplicates, votes.abstained) == (1, 1)
    assert votes.items.to_list() == [1, 2]
    assert votes.item.tolist() == [1]


def test_numbers_ascend_text_comes_as_it_came_and_an_enum_keeps_its_order() -> None:
    enum = pl.Enum(["z", "m", "a"])
    frame = pl.DataFrame({"item": ["b", "a"], "annotator": [9, 4], "label": pl.Series(["a", "z"], dtype=enum)})
    votes = votes_frame(frame)
    assert votes.items.to_list() == ["b", "a"]
    assert votes.annotators.to_list() == [4, 9]
    assert votes.classes == ("z", "m", "a")
    assert votes.label.tolist() == [2, 0]
    coded = votes_frame(frame.with_columns(annotator=pl.Series(["m", "z"], dtype=enum)))
    assert coded.annotators.to_list() == ["z", "m"]
    assert coded.annotator.tolist() == [1, 0]


def test_numeric_labels_are_ordered_as_numbers_and_given_classes_as_given() -> None:
    frame = pl.DataFrame({"item": [1, 2, 3], "annotator": [1, 1, 1], "label": [10, -1, 9]})
    assert votes_frame(frame).classes == ("-1", "9", "10")
    votes = votes_frame(frame, classes=[9, 10, -1, 3])
    assert votes.classes == ("9", "10", "-1", "3")
    assert votes.label.tolist() == [1, 2, 0]


def test_golden_labels_join_the_classes_and_meet_their_items() -> None:
    golden = pl.DataFrame({"item": ["p", "q", "elsewhere", "p"], "label": ["no", None, "yes", "maybe"]})
    votes = votes_frame(pl.DataFrame(ROWS), golden=golden)
    assert votes.classes == ("maybe", "no", "yes")
    assert votes.golden.tolist() == [-1, 0]
    assert (votes.golden_duplicates, votes.golden_unknown) == (1, 1)


def test_golden_keys_of_another_type_meet_all_the_same() -> None:
    frame = pl.DataFrame({"item": [1, 2], "annotator": ["a", "a"], "label": ["0", "1"]})
    votes = votes_frame(frame, golden=pl.DataFrame({"item": ["2"], "label": [0]}))
    assert votes.golden.tolist() == [-1, 0]


def test_subsets_keep_what_they_name() -> None:
    votes = votes_frame(pl.DataFrame(ROWS), golden=pl.DataFrame({"item": ["p"], "label": ["yes"]}))
    one = votes.of_items(np.array([1]))
    assert (one.items.to_list(), one.item.tolist(), one.golden.tolist(), one.row.tolist()) == (
        ["p"],
        [0],
        [1],
        [2],
    )
    some = votes.where(np.array([True, False, True]))
    assert (some.items.to_list(), some.label.tolist(), some.row.tolist()) == (["q", "p"], [0, 0], [0, 2])


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"item": [], "annotator": [], "label": []}),
        pl.DataFrame(schema={"item": pl.Int64, "annotator": pl.Enum(["a"]), "label": pl.String}),
        pd.DataFrame({"item": [], "annotator": [], "label": []}),
    ],
)
def test_an_empty_frame_is_no_votes(frame: object) -> None:
    votes = votes_frame(frame)  # type: ignore[arg-type]
    assert len(votes) == len(votes.items) == len(votes.annotators) == 0
    assert votes.classes == ()


@pytest.mark.parametrize(
    ("columns", "code", "detail"),
    [
        ({"item": [1], "label": ["x"]}, "column_missing", {"columns": ["annotator"], "where": "votes"}),
        (
            {"item": [1.5], "annotator": [1], "label": ["x"]},
            "column_type",
            {"column": "item", "dtype": "Float64"},
        ),
        ({"item": [[1]], "annotator": [1], "label": ["x"]}, "column_type", {"column": "item"}),
        (
            {"item": [1, None, None], "annotator": [1, 1, 1], "label": ["x"] * 3},
            "column_null",
            {"column": "item", "rows": 2, "first_row": 2},
        ),
    ],
)
def test_what_is_wrong_is_named(columns: dict[str, list[object]], code: str, detail: dict[str, object]) -> None:
    with pytest.raises(LabelingError) as raised:
        votes_frame(pl.DataFrame(columns))
    assert raised.value.code == code
    assert detail.items() <= raised.value.details.items()


def test_labels_outside_the_classes_are_refused_with_both_lists() -> None:
    frame = pl.DataFrame(ROWS)
    with pytest.raises(LabelingError) as raised:
        votes_frame(frame, classes=["no"])
    assert raised.value.details == {"label": "yes", "where": "votes", "labels": ["yes"], "classes": ["no"]}
    with pytest.raises(LabelingError) as raised:
        votes_frame(frame, golden=pl.DataFrame({"item": ["p"], "label": ["other"]}), classes=["no", "yes"])
    assert (raised.value.code, raised.value.details["where"]) == ("unknown_label", "golden")
    with pytest.raises(LabelingError, match="classes_repeated"):
        votes_frame(frame, classes=["no", "yes", "no"])


@pytest.mark.parametrize("thing", [[1, 2], pl.LazyFrame(ROWS), None])
def test_only_eager_frames_pass(thing: object) -> None:
    with pytest.raises(LabelingError, match="frame_unsupported"):
        votes_frame(thing)  # type: ignore[arg-type]
