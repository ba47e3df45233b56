"""The classes of a project on a page: their titles, and a class as it looks wherever it is named."""

from __future__ import annotations

import html
from collections.abc import Mapping

from db.engine import database
from labeling.projects.projects import LabelClass, Project, get_classes
from pages.ui.words import title_of


def titled_classes(project: Project) -> dict[str, LabelClass]:
    """All classes by code, retired ones too."""
    with database().snapshot() as connection:
        return {entry.code: entry for entry in get_classes(connection, project.id, retired=True)}


def class_title(code: str | None, classes: Mapping[str, LabelClass]) -> str:
    """A class by its title in the reader's language; a code without a class is shown as it is, no code as a dash."""
    if not code:
        return "–"
    return title_of(classes[code]) if code in classes else code


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
