"""A file as a table on disk: one plan with one scan, names as numbers, and nothing left behind."""

from __future__ import annotations

import argparse
import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.cli.inputs import Inputs
from labeling.cli.refusals import on_files
from labeling.errors import LabelingError
from labeling.exchange.delimited import read_delimited
from labeling.exchange.files import write_rows
from labeling.exchange.plain_lines import frame_of_lines
from labeling.exchange.tables import FileTable, read_table

ROOT = Path(__file__).parents[3]
VOTES = ("item", "annotator", "label")


def table_of(folder: Path, content: str, columns: tuple[str, ...] = VOTES, name: str = "votes.csv") -> FileTable:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    (folder / "parts").mkdir()
    return read_table(str(path), columns, folder / "parts")


def test_the_plan_has_one_scan_of_the_columns_it_needs_and_numbers_for_names(tmp_path: Path) -> None:
    table = table_of(tmp_path, "item,text,annotator,label\n" + "".join(f"{n},t {n},ann,x\n" for n in range(120_000)))
    assert len(list((tmp_path / "parts").iterdir())) == 3
    plan = table.plan("item", "label").explain()
    assert plan.count("SCAN") == 1
    assert "PROJECT 2/3 COLUMNS" in plan
    rows = table.rows(*VOTES)
    assert [dtype.base_type() for dtype in rows.dtypes] == [pl.UInt32, pl.Enum, pl.Enum]
    assert table.names["item"].gather(rows["item"]).to_list() == [str(n) for n in range(120_000)]


def test_the_plan_is_the_one_in_the_documents(tmp_path: Path) -> None:
    told = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8").split("```\nSELECT", 1)[1].split("\n```", 1)[0]
    rows = "".join(f"{n},a text,ann,x,2026-03-02\n" for n in range(2))
    table = table_of(tmp_path, "item,text,annotator,label,created_at\n" + rows)
    assert table.plan(*VOTES).explain().replace(f"{tmp_path}/parts/", "") == "SELECT" + told
    twice = tmp_path / "twice"
    twice.mkdir()
    assert "Series.gather" in table_of(twice, "item,annotator,label\n1,a,x\n1 ,b,x\n").plan(*VOTES).explain()


def test_names_written_in_two_ways_are_one_in_the_order_of_the_first(tmp_path: Path) -> None:
    table = table_of(tmp_path, "item,annotator,label\nи\u0306 ,b,x\n2,a, x\n\u200b,b,\u200b\nй,\u200bb,y\n,a,\n")
    assert {name: names.to_list() for name, names in table.names.items()} == {
        "item": ["й", "2"],
        "annotator": ["b", "a"],
        "label": ["x", "y"],
    }
    assert table.rows(*VOTES)["item"].to_list() == [0, 1, None, 0, None]
    assert table.texts().rows() == [
        ("й", "b", "x"), ("2", "a", "x"), (None, "b", None), ("й", "b", "y"), (None, "a", None),
    ]  # fmt: skip


def test_fields_that_come_later_are_read_and_what_is_missing_is_left_to_the_door(tmp_path: Path) -> None:
    first = '{"item": 1, "annotator": "a", "note": "n"}\n' * 50_000
    table = table_of(tmp_path, first + '{"item": 2, "label": "x", "annotator": "b"}\n', name="votes.jsonl")
    rows = table.texts().select(VOTES)
    assert (len(rows), rows.row(0), rows.row(-1)) == (50_001, ("1", "a", None), ("2", "b", "x"))
    assert table.plan("item", "who").collect_schema().names() == ["item", "annotator", "note", "label"]


@pytest.mark.parametrize("refused", [False, True])
def test_the_folder_is_private_and_gone_at_the_end_also_after_a_refusal(
    tmp_path: Path, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    path = tmp_path / "votes.csv"
    path.write_text("item,annotator,label\n1,a,x\n")
    seen: list[Path] = []

    def report(_arguments: argparse.Namespace, inputs: Inputs) -> tuple[dict[str, object], list[str]]:
        inputs.table(str(path), VOTES)
        (folder,) = (tmp_path / "temporary").iterdir()
        seen.append(folder)
        assert folder.stat().st_mode & 0o077 == 0
        assert list(folder.rglob("*.arrow"))
        if refused:
            raise LabelingError("no_rows", name="votes.csv")
        return {}, []

    arguments = argparse.Namespace(command="agreement", json=False)
    assert on_files(report)(arguments, None, datetime.now(UTC)) == (2 if refused else 0)
    assert seen and list((tmp_path / "temporary").iterdir()) == []


ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", ""])
CELLS = st.text(alphabet=st.sampled_from("ab,;'=\"\0 #\udc80й\u2028\x1f\t\n"), max_size=4)
# Above the second names there is a line that is none.
HEADS = st.sampled_from(["a,b\n", '"no" names\na,b\n', "a\n", '"a"\n'])
ROWS = st.lists(CELLS, min_size=1, max_size=3)
QUOTED = st.lists(st.text(alphabet=st.sampled_from('a,"\n\x1f'), max_size=3).map('"{}"'.format), min_size=1, max_size=3)
LINES = st.sampled_from([ROWS, QUOTED]).flatmap(
    lambda rows: st.lists(st.tuples(rows.map(",".join), ENDS).map("".join), max_size=6)
)


@settings(max_examples=400)
@given(HEADS, LINES, st.sampled_from([",", ";", "\t", "\x1f"]))
def test_lines_taken_at_once_are_what_the_csv_module_makes_of_them(head: str, lines: list[str], separator: str) -> None:
    text = head.replace(",", separator) + "".join(lines)
    physical = io.StringIO(text, newline="").readlines()
    slow = list(read_delimited(iter(physical), separator, rows=2, header=True))
    fast = list(read_delimited(iter(physical), separator, rows=2, header=True, at_once=frame_of_lines))
    for tables in (slow, fast):
        for table in tables:
            assert {len(table.column(name)) for name in table.names} == {len(table.lines)}
    rows = [
        [(line, *cells) for table in tables for line, *cells in zip(table.lines, *table.columns.values(), strict=True)]
        for tables in (slow, fast)
    ]
    assert rows[0] == rows[1]
    assert [row for table in slow for row in table.bad] == [row for table in fast for row in table.bad]


def test_clean_lines_are_taken_at_once_and_others_are_not() -> None:
    names = ["item", "label"]
    assert frame_of_lines(["1,a\n"] * 3, names, ",") is not None
    for odd in (
        '"1",a\n',
        "1\n",
        "1,a,b\n",
        "\n",
        "1,\0\n",
        "1,\udc80\n",
        "1,a\r2,b\n",
        f"1,{'x' * csv.field_size_limit()}x\n",
    ):
        assert frame_of_lines(["1,a\n", odd, "2,b\n"], names, ",") is None
    assert frame_of_lines(["1,a,b\n", "1\n"], names, ",") is None
    assert frame_of_lines(["\n"], ["item"], "\x1f") is None


def test_lines_that_are_quoted_throughout_are_taken_at_once() -> None:
    frame = frame_of_lines(['"1","a"\r\n', '"",","\r\n', '"x","; y"'], ["item", "label"], ",")
    assert frame is not None
    assert frame.rows() == [("1", "a"), ("", ","), ("x", "; y")]
    # One row of three cells, of which the second has two lines.
    assert frame_of_lines(['"1","a\n', 'b","c"\n'], ["item", "label"], ",") is None
    for odd in ('"\n', '"2",b\n', '"2","b""c"\n', '"2","b" \n', '"2","b","c"\n', '"2"\n', '"2","b\n', '"2\x1fb"\n'):
        assert frame_of_lines(['"1","a"\n', odd, '"3","c"\n'], ["item", "label"], ",") is None


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_plan_is_written_as_its_frame_is(tmp_path: Path, ending: str) -> None:
    frame = pl.DataFrame({"item": ["=1", "b"] * 70_000, "label": pl.Series(["x", None] * 70_000, dtype=pl.Enum(["x"]))})
    outputs = [tmp_path / f"{name}.{ending}" for name in ("frame", "plan")]
    frame.write_parquet(tmp_path / "given.parquet")
    write_rows(frame, str(outputs[0]))
    write_rows(pl.scan_parquet(tmp_path / "given.parquet"), str(outputs[1]))
    read = {"csv": pl.read_csv, "jsonl": pl.read_ndjson, "parquet": pl.read_parquet}[ending]
    assert read(outputs[0]).equals(read(outputs[1]))
    assert read(outputs[1])["item"][0] == "=1"
    assert len(read(outputs[1])) == 140_000
