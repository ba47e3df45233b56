"""Numbers on the cells of a heatmap can be read, whichever theme."""

from __future__ import annotations

import re

import pytest
import streamlit as st

from pages.ui.charts import contrast, grids
from pages.ui.figures import percent


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_of_the_scale_bears_an_ink_that_is_read(theme: str) -> None:
    colours = st.get_option(f"theme.{theme}.chartSequentialColors")
    inks = {"#000000": (0.0, 0.0, 0.0), "#ffffff": (255.0, 255.0, 255.0)}
    cells = [contrast.colour_at(step / 200, colours) for step in range(201)]
    assert min(contrast.contrast(inks[contrast.ink_on(cell)], cell) for cell in cells) >= 4.5


def test_each_cell_is_written_in_its_own_ink() -> None:
    cells = [[{"share": 0.0}, None, {"share": 1.0}]]
    figure = grids._heatmap(cells, "share", ["one"], percent, lambda cell: percent(cell["share"]))
    written = figure.data[0].text[0]
    assert [re.findall("#[0-9a-f]{6}", said) for said in written] == [["#000000"], [], ["#ffffff"]]
    assert [colour for _, colour in figure.data[0].colorscale] == contrast.scale()
