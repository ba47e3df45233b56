"""A class as it looks wherever it is named: its colour and its title."""

from __future__ import annotations

import html
from collections.abc import Mapping

from labeling.projects.projects import LabelClass
from pages.ui.words import title_of


def class_chip(code: str, classes: Mapping[str, LabelClass]) -> str:
    """HTML of a class's colour and title, escaped; a code without a class is shown as it is."""
    entry = classes.get(code)
    if entry is None:
        return html.escape(code)
    square = f'<span style="color:{html.escape(entry.colour)}" aria-hidden="true">■</span>'
    return f"{square}&nbsp;<b>{html.escape(title_of(entry))}</b>"


def swatch(colour: str) -> str:
    """A colour as an image that a table can show."""
    code = colour.removeprefix("#")
    square = f"<rect width='20' height='20' rx='4' fill='%23{code}'/>"
    return f"data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'>{square}</svg>"
