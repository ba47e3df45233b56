"""How items' texts begin, for tables: an id alone tells nobody which item it is."""

from __future__ import annotations

from collections.abc import Sequence

from db.engine import database
from db.frames import items as item_frames
from labeling.projects.projects import Project

_LONGEST = 240


def first_lines(project: Project, items: Sequence[str]) -> list[str]:
    """The beginning of each item's text, in one line."""
    with database().snapshot() as connection:
        found = item_frames.texts(connection, project.id, list(items))
    texts = dict(found.select("item", "text").iter_rows())
    return [_line(texts.get(item, "")) for item in items]


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
