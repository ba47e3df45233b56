"""A number out of a column is one, or nothing, and never a text."""

from __future__ import annotations

import polars as pl
import pytest

from pages.ui.figures import scalar


def test_a_column_gives_its_number_and_an_empty_one_none() -> None:
    assert scalar(pl.Series([1, 3]).max()) == 3.0
    assert scalar(pl.Series([0.5, None]).mean()) == 0.5
    assert scalar(pl.Series([], dtype=pl.Float64).min()) is None


def test_a_text_is_no_number() -> None:
    with pytest.raises(TypeError, match="'b' is not a number"):
        scalar(pl.Series(["a", "b"]).max())
