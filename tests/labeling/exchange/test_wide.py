"""Tables with one column an annotator: noticed and told, taken as votes on a word."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from db.engine import Database
from labeling.errors import LabelingError
from labeling.exchange.preview import preview
from labeling.exchange.tables import read_frame
from labeling.exchange.wide import annotator_columns
from tests.labeling.exchange.files import bring, content, csv_of, named

HEADER = ["id", "text", "anna", "boris", "vera"]
ROWS: list[list[Any]] = [
    [1, "hello there", "a", "a", "b"],
    [2, "how are you", "b", "", "a"],
    [3, "bye", "a", "b", " "],
    [4, "nobody saw it", "", "", ""],
]
ANNOTATORS = ("anna", "boris", "vera")
VOTES = {("1", "anna", "a"), ("1", "boris", "a"), ("1", "vera", "b"), ("2", "anna", "b"), ("2", "vera", "a")} | {
    ("3", "anna", "a"),
    ("3", "boris", "b"),
}


def noticed(header: list[str], *rows: list[Any]) -> tuple[str, ...]:
    return annotator_columns(header, [dict(zip(header, row, strict=True)) for row in rows])


@pytest.mark.parametrize(
    ("header", "rows", "found"),
    [
        (HEADER, ROWS, ANNOTATORS),
        (["text", "annotator_1", "annotator_2"], [["x y", "a", "b"], ["z", "b", "b"]], ("annotator_1", "annotator_2")),
        (["text", "label_anna", "label_boris"], [["x y", "a", "b"], ["z", "b", "b"]], ("label_anna", "label_boris")),
        (["текст", "оценщик 1", "оценщик 2"], [["x y", "a", "b"], ["z", "b", "b"]], ("оценщик 1", "оценщик 2")),
        (["text", "rater1", "rater2"], [["x y", 1, 2], ["z", 2, 2], ["w", 5, 5]], ("rater1", "rater2")),
        # Whoever has labeled little, or nothing yet, is one of them.
        (HEADER, [[1, "x y", "a", "c", "a"], [2, "z", "b", "", "b"]], ANNOTATORS),
        (HEADER, [[1, "x y", "a", "b", ""], [2, "z", "b", "b", ""]], ANNOTATORS),
        (["text", "worker_1", "label_1", "worker_2", "label_2"], [["x", "ann", "a", "bob", "b"], ["y", "bob", "b", "ann", "b"]],
         ("label_1", "label_2")),
        (["id", "text", "annotator", "a1", "a2"], [[1, "x", "ann", "a", "a"], [2, "y", "ann", "b", "a"]], ()),
        (["text", "length", "words"], [["x", n, n // 5] for n in range(20, 60)], ()),
        (["text", "created", "updated"], [["x", "2024-01-01", "2024-01-01"], ["y", "2024-01-02", "2024-01-01"]], ()),
        (["text", "site", "shop"], [["x", "http://a", "http://a"], ["y", "http://b", "http://a"]], ()),
        (["premise", "hypothesis"], [["a cat sits", "a cat"], ["a dog", "a dog runs"]], ()),
        (["text", "low", "high"], [["x", "0.5", "0.7"], ["y", "0.7", "0.5"]], ()),
        (["text", "label", "channel"], [["x", "a", "chat"], ["y", "b", "mail"]], ()),
    ],
)  # fmt: skip
def test_columns_that_hold_words_of_one_small_set_are_noticed(
    header: list[str], rows: list[list[Any]], found: tuple[str, ...]
) -> None:
    assert noticed(header, *rows) == found


def test_many_classes_are_noticed_and_many_words_are_not() -> None:
    many = [["a text", f"class{n * 7 % 77}", f"class{n * 5 % 77}"] for n in range(200)]
    assert noticed(["text", "a", "b"], *many) == ("a", "b")
    names = [["a text", f"name{n}", f"name{n + 1}"] for n in range(200)]
    assert noticed(["text", "a", "b"], *names) == ()


def test_what_is_noticed_is_told_and_the_texts_are_taken(database: Database) -> None:
    report = bring(database, csv_of(HEADER, ROWS))
    assert (report.imported, report.votes, report.references, report.new_classes) == (4, 0, 0, [])
    assert report.annotator_columns == list(ANNOTATORS)
    # Nothing is lost: the votes can be added.
    report = bring(database, csv_of(HEADER, ROWS), options={"annotators": ANNOTATORS})
    assert (report.imported, report.votes, report.annotator_columns) == (0, 7, [])


def test_each_filled_cell_is_a_vote_of_its_column(database: Database) -> None:
    report = bring(database, csv_of(HEADER, ROWS), options={"annotators": ANNOTATORS})
    assert (report.imported, report.votes, report.bad) == (4, 7, 0)
    assert report.columns["vote"] == report.columns["annotator"] == "anna, boris, vera"
    votes = {(item, who.removeprefix("import:"), label) for item, who, _, label, *_ in content(database)["votes"]}
    assert votes == VOTES
    again = bring(database, csv_of(HEADER, ROWS), options={"annotators": ANNOTATORS})
    assert (again.imported, again.votes) == (0, 0)


def files() -> dict[str, bytes]:
    frame = pl.DataFrame(ROWS, schema=HEADER, orient="row")
    parquet = io.BytesIO()
    frame.write_parquet(parquet)
    lines = "\n".join(json.dumps(dict(zip(HEADER, row, strict=True))) for row in ROWS)
    return {"a.csv": frame.write_csv().encode(), "a.jsonl": lines.encode(), "a.parquet": parquet.getvalue()}


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_imports_and_commands_read_the_same_votes_of_every_kind(
    name: str, sqlite_database: Database, tmp_path: Path
) -> None:
    report = bring(sqlite_database, named(files()[name], name), options={"annotators": ANNOTATORS})
    frame = frame_of(tmp_path, files()[name], annotators=ANNOTATORS)
    assert (report.imported, report.votes) == (4, 7)
    assert set(frame.select("item", "annotator", "label").rows()) == VOTES


def test_columns_of_these_names_stay_beside_the_votes(sqlite_database: Database) -> None:
    table = csv_of([*HEADER, "label"], [[*row, "gold"] for row in ROWS])
    seen = preview(table)
    assert seen.mapping.reference == "label" and seen.noticed.annotators == ANNOTATORS
    report = bring(sqlite_database, table, options={"annotators": ANNOTATORS})
    assert report.votes == 7 and set(report.new_classes) == {"a", "b"}
    assert {item[3]["data_label"] for item in content(sqlite_database)["items"]} == {"gold"}


def frame_of(tmp_path: Path, raw: bytes, **options: Any) -> pl.DataFrame:
    path = tmp_path / "votes"
    path.write_bytes(raw)
    return read_frame(str(path), ("item", "annotator", "label"), options=options)


def test_a_refusal_says_how_to_take_them(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(LabelingError) as raised:
        frame_of(tmp_path, csv_of(HEADER, ROWS).getvalue())
    assert (raised.value.code, raised.value.details["columns"]) == ("wide_table", "anna,boris,vera")
    with pytest.raises(LabelingError, match="wide_table"):
        bring(sqlite_database, csv_of(["id", "anna", "boris"], [[1, "a", "b"], [2, "b", "b"]]))
    with pytest.raises(LabelingError) as raised:
        bring(sqlite_database, csv_of(HEADER, ROWS), options={"annotators": ("anna", "nobody")})
    assert (raised.value.code, raised.value.details["column"]) == ("no_column", "nobody")
