"""The small parts: formulas, counting, column names, guesses."""

from __future__ import annotations

import csv
import io
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.errors import LabelingError
from labeling.exchange.delimited import column_names, read_delimited
from labeling.exchange.formulas import neutralise, restore, restore_all
from labeling.exchange.identity import fingerprints
from labeling.exchange.mapping import LabelsAs, Mapping, guess_mapping
from labeling.exchange.tally import Tally

CELLS = st.text(alphabet=st.sampled_from("'=+-@\t\r\n \ufeff＝a5.,\u00a0"), max_size=8) | st.text(max_size=20)


@given(CELLS)
def test_what_was_neutralised_is_given_back_exactly(cell: str) -> None:
    assert restore(neutralise(cell)) == cell


@given(CELLS)
def test_a_neutralised_cell_begins_with_no_formula(cell: str) -> None:
    start = neutralise(cell)
    assert not start.startswith(("\t", "\r"))
    sign = start.lstrip().lstrip("\ufeff \t\r\n\u00a0")[:1]
    assert sign not in tuple("=@＝") and (sign not in tuple("+-") or float(start.replace(",", ".")) is not None)


@pytest.mark.parametrize("cell", ["=1+1", "+7 916", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1", "＝1", "-"])
def test_formulas_get_an_apostrophe(cell: str) -> None:
    assert neutralise(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "a=1", "-5", "+3.14", "-0,5", "'quoted'", "5 - 3"])
def test_plain_cells_are_left_alone(cell: str) -> None:
    assert neutralise(cell) == cell
    assert restore(cell) == cell


def test_a_column_is_restored_like_its_cells() -> None:
    assert restore_all(["'=1", None, "b", "'c", ""]) == ["=1", None, "b", "'c", ""]
    assert restore_all(["a", None]) == ["a", None]


@given(st.lists(st.lists(st.integers(-3, 3) | st.integers(-(2**63), 2**63 - 1), max_size=30), max_size=8))
def test_a_tally_numbers_like_a_counter(batches: list[list[int]]) -> None:
    tally, counter = Tally(), Counter[int]()
    for batch in batches:
        expected = []
        for key in batch:
            counter[key] += 1
            expected.append(counter[key])
        assert tally.number(np.array(batch, dtype=np.int64)).tolist() == expected
    keys = list(counter)
    assert tally.total(np.array(keys, dtype=np.int64)).tolist() == [counter[key] for key in keys]


def test_texts_that_differ_in_form_only_share_a_fingerprint() -> None:
    question, again, ligature, word, other = fingerprints(["Где  моя\nкарта?", "где МОЯ карта? ", "ﬁne", "FINE", "a"])
    assert question == again and ligature == word
    assert len({question, word, other}) == 3
    assert all(-(2**63) <= number < 2**63 for number in (question, word, other))


def test_columns_without_a_name_or_with_the_same_one_get_names_of_their_own() -> None:
    assert column_names(["a", "", "a", None, "a", " a_2 "]) == ["a", "column_2", "a_2", "column_4", "a_3", "a_2_2"]


GUESSES = [
    (["text", "category"], {"text": "text", "reference": "category"}),
    (["ID", "Текст", "Метка"], {"id": "ID", "text": "Текст", "reference": "Метка"}),
    (["item", "annotator", "label"], {"id": "item", "annotator": "annotator", "vote": "label"}),
    (["text", "label", "explanation"], {"text": "text", "golden": "label", "explanation": "explanation"}),
    (["external_id", "sentence", "intent"], {"id": "external_id", "text": "sentence", "reference": "intent"}),
    (["text", "comment"], {"text": "text"}),
]


@pytest.mark.parametrize(("names", "expected"), GUESSES)
def test_columns_are_guessed_by_their_names(names: list[str], expected: dict[str, str]) -> None:
    assert guess_mapping(names).columns() == expected


def test_the_longest_column_is_the_text_where_no_name_is_known() -> None:
    sample = [{"a": "x", "b": "a long sentence", "label": "y"}]
    assert guess_mapping(["a", "b", "label"], sample).columns() == {"text": "b", "reference": "label"}


def test_derived_columns_of_an_export_are_not_read_as_facts() -> None:
    names = ["item", "text", "context", "label", "source", "probability", "n", "state", "reference", "priority"]
    found = guess_mapping([*names, "metadata"])
    assert found.reference == "reference" and found.golden is None and found.vote is None
    assert found.metadata_of([*names, "metadata", "channel"]) == {"channel"}


def test_a_label_column_is_one_thing_at_a_time() -> None:
    mapping = Mapping(text="t", reference="l")
    assert mapping.labelled("l", LabelsAs.GOLDEN).columns() == {"text": "t", "golden": "l"}
    assert mapping.labelled("m", LabelsAs.GOLDEN).columns() == {"text": "t", "reference": "l", "golden": "m"}


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        (Mapping(text="missing"), "no_column"),
        (Mapping(text="a", metadata=("missing",)), "no_column"),
        (Mapping(id="a"), "no_text_column"),
        (Mapping(text="a", vote="b"), "no_annotator"),
    ],
)
def test_a_mapping_that_cannot_be_read_is_refused(mapping: Mapping, code: str) -> None:
    with pytest.raises(LabelingError, match=code):
        mapping.check(["a", "b"])


def lines_of(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def test_line_numbers_are_those_of_the_file() -> None:
    text = 'a,b\n1,2\n\n"3\n4",5\nbroken\n6,7\n'
    blocks = list(read_delimited(lines_of(text), ",", rows=100, header=True))
    assert [line for block in blocks for line in block.lines] == [2, 4, 7]
    assert [(row.line, row.reason, row.excerpt) for block in blocks for row in block.bad] == [(6, "cells", "broken")]
    assert list(blocks[0].column("a")) == ["1", "3\n4", "6"]


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_an_unclosed_quote_costs_its_own_line_only(rows: int) -> None:
    text = 'a,b\n1,"x\n2,y\n3,"z"\n4,w\n5,"\n'
    blocks = list(read_delimited(lines_of(text), ",", rows=rows, header=True))
    assert [cell for block in blocks for cell in block.column("a")] == ["2", "3", "4"]
    bad = [(row.line, row.reason) for block in blocks for row in block.bad]
    assert bad == [(2, "unclosed_quote"), (6, "unclosed_quote")]


def test_a_cell_beyond_the_parsers_limit_is_one_bad_row() -> None:
    text = f"a,b\n1,{'x' * (csv.field_size_limit() + 1)}\n2,y\n"
    (block,) = read_delimited(lines_of(text), ",", rows=10, header=True)
    assert list(block.column("a")) == ["2"] and [row.reason for row in block.bad] == ["cell_too_long"]


def test_surplus_separators_at_the_end_are_no_cells() -> None:
    (block,) = read_delimited(lines_of("a,b\n1,2,,\n"), ",", rows=10, header=True)
    assert list(block.column("b")) == ["2"] and not block.bad


ROWS = st.lists(st.lists(st.text(alphabet="ab,;\"\n\r \t'=", max_size=6), min_size=2, max_size=2), max_size=12)


@given(ROWS, st.integers(1, 5))
def test_blocks_of_any_size_read_what_was_written(rows: list[list[str]], size: int) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["x", "y"])
    writer.writerows(rows)
    text = io.StringIO(out.getvalue(), newline="")
    blocks = list(read_delimited(text, ",", rows=size, header=True))
    read = [list(row) for block in blocks for row in zip(block.column("x"), block.column("y"), strict=True)]
    assert read == rows
    assert not [row for block in blocks for row in block.bad]
