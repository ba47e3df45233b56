"""A project with suspicions, and the table of them on screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from streamlit.testing.v1 import AppTest

from db.engine import Database
from db.frames import runs as run_frames
from labeling.projects.projects import Project
from labeling.review.triage import with_regions
from pages.review.item_table import table_key
from pages.ui.review_data import open_labels
from pages.ui.words import say
from tests.pages.review.reviewed import reason

PAGE = "review/suspicions.py"
SCORES = (0.9, 0.8, 0.6, 0.4, 0.1, 0.1, 0.05, 0.05, 0.0, 0.0)
VOTES = [reason("votes_disagree", 0.5, "gratitude"), reason("hard_to_learn", 0.2)]


@dataclass
class Reviewed:
    """A project with an analysis of its first ten items; the first seven are "neutral", the others "gratitude"."""

    house: Database
    project: Project
    items: list[int]
    run_id: int

    @property
    def key(self) -> str:
        """Of the table of suspicions as it first stands."""
        with self.house.snapshot() as connection:
            found = with_regions(run_frames.findings(connection, self.run_id))
        return table_key(open_labels(self.project, found), "suspicions")

    def mark(self, app: AppTest, *places: int) -> None:
        """Mark rows of the table, as the browser does."""
        app.session_state[self.key] = {"selection": {"rows": list(places), "columns": [], "cells": []}}
        app.run()


def table_of(app: AppTest, column: str) -> Any:
    """The first table that has this column."""
    return next(frame.value for frame in app.dataframe if say("ru", column) in frame.value.columns)
