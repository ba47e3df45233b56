"""Of the settings a project is asked those that its kind of labels has a use for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from db.engine import Database
from db.vocabulary import LabelKind
from labeling.projects import projects
from labeling.projects.classes import add_codes
from labeling.projects.projects import get_project
from pages.ui.words import say
from tests.pages.conftest import OpenPage

SETTINGS = "project/settings.py"


@pytest.mark.parametrize(
    ("kind", "codes", "offered"),
    [
        (LabelKind.SINGLE, ["card", "pin"], set()),
        (LabelKind.SINGLE, ["card > pin"], {"allows_inner"}),
        (LabelKind.SEVERAL, ["card", "pin"], {"allows_none"}),
    ],
)
def test_what_a_kind_has_no_use_for_is_not_asked(
    house: Database, open_page: OpenPage, kind: LabelKind, codes: list[str], offered: set[str]
) -> None:
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        projects.change_settings(connection, project.id, {"kind": kind}, now=datetime.now(UTC), actor=None)
        add_codes(connection, project.id, codes, now=datetime.now(UTC))
    labels = {toggle.label for toggle in open_page("lead", SETTINGS).toggle}
    asked = {name for name in ("allows_none", "allows_inner") if say("ru", f"settings.{name}") in labels}
    assert asked == offered
