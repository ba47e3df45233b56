"""Tables that say yes or no to each class: a column a class, or a row a class."""

from __future__ import annotations

import io
import math
from typing import Any

import polars as pl
import pytest

from db.engine import Database
from db.vocabulary import LabelKind
from labeling.errors import LabelingError
from labeling.exchange.intake import ImportOptions
from labeling.exchange.one_hot import one_hot_columns
from labeling.exchange.preview import preview
from labeling.projects.classes import get_classes
from labeling.projects.projects import get_project
from tests.labeling.exchange.files import SLUG, bring, content, csv_of, named, texts
from tests.labeling.exchange.rivals.records import lines_of

SEVERAL = {"kind": LabelKind.SEVERAL}
MOODS = {"one_hot": ("anger", "fear", "joy"), "classes": ("anger", "fear", "joy"), **SEVERAL}
LONG = {"class_column": "mood", "classes": ("anger", "fear", "joy"), **SEVERAL}


def references(database: Database) -> dict[str, str | None]:
    return {row[1]: row[4] for row in content(database)["items"]}


def votes(database: Database) -> set[tuple[str, str, str | None]]:
    found = content(database)
    said = {row[0]: row[1] for row in found["items"]}
    return {(said[row[0]], row[1].removeprefix("import:"), row[3]) for row in found["votes"]}


def classes(database: Database) -> list[str]:
    with database.snapshot() as connection:
        return [entry.code for entry in get_classes(connection, get_project(connection, SLUG).id)]


def test_intensities_above_0_are_yes_and_blank_rows_say_nothing(database: Database) -> None:
    rows = [
        ["a", 3, 0, 1],
        ["b", 0, 0, 0],
        ["c", "", "", ""],
        ["d", "", 2, ""],
        ["e", "yes", "нет", "1.0"],
        ["f", " ", " 3 ", 0],
    ]
    report = bring(database, csv_of(["text", "anger", "fear", "joy"], rows), options=MOODS)
    assert references(database) == {"a": "anger|joy", "b": "|", "c": None, "d": "fear", "e": "anger|joy", "f": "fear"}
    assert report.new_classes == ["anger", "joy", "fear"] and classes(database) == ["anger", "fear", "joy"]
    assert (report.bad_rows, report.left_out, report.references) == ([], {}, 5)


def test_a_class_nobody_has_is_a_class(database: Database) -> None:
    bring(database, csv_of(["text", "anger", "fear", "joy"], [["a", 0, 0, 1]]), options=MOODS)
    assert classes(database) == ["anger", "fear", "joy"]


@pytest.mark.parametrize("bad", ["maybe", "-1", "0.5", "7%"])
def test_what_is_neither_yes_nor_no_is_named_with_its_place(sqlite_database: Database, bad: str) -> None:
    rows = [[f"text {n}", 0, 0, 1] for n in range(6)] + [["x", 0, bad, 1]]
    with pytest.raises(LabelingError) as raised:
        bring(sqlite_database, csv_of(["text", "anger", "fear", "joy"], rows), options=MOODS)
    assert (raised.value.code, raised.value.details) == ("no_yes_or_no", {"column": "fear", "line": 8, "value": bad})
    long = [["a", "anger", 1], ["a", "fear", 0], ["b", "anger", bad]]
    with pytest.raises(LabelingError) as raised:
        bring(sqlite_database, csv_of(["text", "mood", "label"], long), options=LONG)
    assert (raised.value.code, raised.value.details) == ("no_yes_or_no", {"column": "label", "line": 4, "value": bad})


def test_a_column_that_is_not_there_is_told(sqlite_database: Database) -> None:
    for options in (MOODS, LONG):
        with pytest.raises(LabelingError) as raised:
            bring(sqlite_database, csv_of(["text", "anger", "fear"], [["a", 0, 1]]), options=options)
        assert raised.value.code == "no_column" and raised.value.details["found"] == "text, anger, fear"


def test_one_of_two_columns_of_a_name_is_read_and_the_other_is_kept(sqlite_database: Database) -> None:
    header = ["text", "anger", "anger", "fear", "joy", "label"]
    bring(sqlite_database, csv_of(header, [["a", 1, 0, 0, 0, "old"], ["b", 0, 1, 0, 1, "old"]]), options=MOODS)
    assert references(sqlite_database) == {"a": "anger", "b": "joy"}
    kept = [row[3] for row in content(sqlite_database)["items"]]
    # The column that is called as the new one is not lost either.
    assert [list(more.values()) for more in kept] == [["0", "old"], ["1", "old"]] and "data_label" in kept[0]


def test_columns_of_parquet_and_of_json_lines(sqlite_database: Database) -> None:
    out = io.BytesIO()
    nan = math.nan
    pl.DataFrame(
        {"text": ["a", "b", "c"], "anger": [1.0, nan, nan], "fear": [True, None, False], "joy": [0, None, 2]}
    ).write_parquet(out)
    bring(sqlite_database, named(out.getvalue(), "a.parquet"), options=MOODS)
    assert references(sqlite_database) == {"a": "anger|fear", "b": None, "c": "joy"}
    rows = [{"text": f"{n}", "anger": 1, "fear": 0, "joy": 0} for n in range(3)] + [
        {"text": "9"},
        {"text": "10", "joy": 1},
    ]
    # Blocks without these columns say nothing.
    bring(sqlite_database, lines_of(*rows), slug="q", options=MOODS | {"chunk_rows": 3})
    assert [row[4] for row in content(sqlite_database, "q")["items"]] == ["anger", "anger", "anger", None, "joy"]


def long_table(n: int) -> list[list[Any]]:
    """A row a class of intensities, two annotators: the first says 3 to one class, the second 1 to all but that."""
    moods = ["joy", "anger", "fear"]
    return [
        [f"text {at}", who, mood, (3 if mood == moods[at % 3] else 0) if who == "ann" else int(mood != moods[at % 3])]
        for at in range(n)
        for who in ("ann", "bob")
        for mood in moods
    ]


@pytest.mark.parametrize("rows", [1, 4, 7, 1_000])
def test_a_row_for_each_class_is_one_answer_wherever_the_file_is_cut(sqlite_database: Database, rows: int) -> None:
    file = csv_of(["text", "annotator", "mood", "label"], long_table(5))
    report = bring(sqlite_database, file, options=LONG | {"chunk_rows": rows})
    assert report.votes == 10 and texts(sqlite_database) == [f"text {n}" for n in range(5)]
    others = {"joy": "anger|fear", "anger": "fear|joy", "fear": "anger|joy"}
    expected = {(f"text {n}", "ann", mood) for n, mood in enumerate(["joy", "anger", "fear", "joy", "anger"])}
    assert votes(sqlite_database) == expected | {(text, "bob", others[mood]) for text, _, mood in expected}


def test_rows_of_no_answer_and_of_no_class(sqlite_database: Database) -> None:
    rows = [
        *(["a", "anger", ""], ["a", "fear", ""], ["b", "anger", 0], ["b", "fear", ""]),
        *(["c", "", 1], ["c", "joy", 2], ["d", "", 1]),
    ]
    bring(sqlite_database, csv_of(["text", "mood", "label"], rows), options=LONG)
    assert references(sqlite_database) == {"a": None, "b": "|", "c": "joy", "d": None}


def test_a_text_of_more_rows_than_a_look_takes(sqlite_database: Database) -> None:
    rows = [["a", f"ann {n // 3}", mood, 1] for n, mood in enumerate(["anger", "fear", "joy"] * 400)]
    file = csv_of(["text", "annotator", "mood", "label"], rows)
    assert len(preview(file, options=ImportOptions(**LONG), n=3).rows) == 3  # type: ignore[arg-type]
    assert bring(sqlite_database, file, options=LONG | {"chunk_rows": 500}).votes == 400


def test_bad_lines_between_the_rows_of_a_text_are_told(sqlite_database: Database) -> None:
    data = b"text,mood,label\na,anger,1\na,fear\na,joy,1\nb,joy,0\nb\n"
    report = bring(sqlite_database, named(data), options=LONG | {"chunk_rows": 1})
    assert [(row.line, row.reason) for row in report.bad_rows] == [(3, "cells"), (6, "cells")]
    assert references(sqlite_database) == {"a": "anger|joy", "b": "|"}


@pytest.mark.parametrize(
    ("header", "rows", "found"),
    [
        (["text", "joy", "fear"], [["a", "1", "0"], ["b", "0", "0"]], ("joy", "fear")),
        (["text", "joy", "fear"], [["a", 1.0, 0.0], ["b", 0, 1]], ("joy", "fear")),
        (["text", "joy", "fear"], [["a", "0", "0"], ["b", "0", "0"]], ()),
        (["text", "joy"], [["a", "1"], ["b", "0"]], ()),
        (["text", "joy", "fear"], [["a", "1", "0"], ["b", "", "2"]], ()),
        (["text", "joy"], [], ()),
    ],
)
def test_columns_that_look_like_one_a_class(header: list[str], rows: list[list[Any]], found: tuple[str, ...]) -> None:
    assert one_hot_columns(header, [dict(zip(header, row, strict=True)) for row in rows]) == found
