"""Colours of our own style sheet are the theme's: two places, one truth."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
COLOUR = re.compile(r"#[0-9a-f]{6}\b")


def test_every_colour_of_the_style_sheet_is_one_of_the_theme() -> None:
    ours, theirs = (
        set(COLOUR.findall((ROOT / name).read_text("utf-8").lower()))
        for name in ("pages/ui/style.css", ".streamlit/config.toml")
    )
    assert ours
    assert ours - theirs == set()
