"""Names as they are compared, one by one and by the column."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from labeling.exchange.cells import plain_label
from labeling.exchange.names import plain_labels

CELLS = (
    st.text(alphabet=st.sampled_from("aé e\u0301\u0306иЙ \t\u00a0\u200b\u200d\ufeff\u3000\u212b'"), max_size=6)
    | st.text()
)


@given(st.lists(st.none() | CELLS, max_size=20))
def test_a_column_is_its_cells_one_by_one(cells: list[str | None]) -> None:
    cells = [cell for cell in cells if cell is None or not any("\ud800" <= sign <= "\udfff" for sign in cell)]
    expected = [plain_label(cell) or None if cell is not None else None for cell in cells]
    assert plain_labels(pl.Series(cells, dtype=pl.String)).to_list() == expected


@given(CELLS)
def test_what_is_plain_stays(cell: str) -> None:
    assert plain_label(plain_label(cell)) == plain_label(cell)


def test_what_can_be_seen_stays() -> None:
    for name in ("-", "'+", "a b", "a\u00a0b", "👩\u200d🚀", "Spam", "№ 5", "0"):
        assert plain_label(name) == name


def test_the_ends_of_a_joined_sign_are_no_ends() -> None:
    assert plain_label("\u200d👩\u200d🚀\u200d ") == "👩\u200d🚀"
