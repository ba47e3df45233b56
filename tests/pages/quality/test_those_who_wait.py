"""Assessors who wait for a lead's word, on the page of assessors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from streamlit.testing.v1 import AppTest

from db.engine import Database
from db.vocabulary import PauseReason
from labeling.desk import chunks, gates
from pages.ui.words import say
from tests.pages.quality.demonstrated import project_of
from tests.pages.quality.test_quality_pages import person_id


def test_a_pause_and_the_chunk_behind_it_stand_in_one_box_and_once_more_from_near(
    open_demo: Callable[..., AppTest], demo: Database
) -> None:
    """The page broke down where the assessor shown from near was also one of those who wait."""
    them, moment = person_id(demo, "assessor5"), datetime.now(UTC)
    with demo.transaction() as connection:
        project = project_of(demo)
        newest = [each for each in chunks.chunks_of(connection, project.id, them) if each.closed_at][-1]
        gates.suspend(connection, project, newest.id, now=moment, actor=None)
        gates.pause(connection, project.id, them, PauseReason.GOLDEN_FLOOR, now=moment, actor=None)
    app = open_demo("lead", "quality/assessors.py")
    app.selectbox(key="assessor").set_value("assessor:assessor5").run()
    app.selectbox(key="assessor_chunk").set_value(newest.id).run()
    assert not app.exception
    keys = {str(each.key) for each in app.button}
    assert {
        f"waiting_overrule_{newest.id}",
        f"overrule_{newest.id}",
        f"waiting_readmit_{them}",
        f"readmit_{them}",
    } <= keys
    box = next(
        block for block in app.main.children.values()
        if block.type == "flex_container" and f"waiting_readmit_{them}" in {each.key for each in block.get("button")}
    )  # fmt: skip
    assert f"waiting_overrule_{newest.id}" in {each.key for each in box.get("button")}
    app.button(key=f"waiting_readmit_{them}").click().run()
    app.button(key=f"waiting_overrule_{newest.id}").click().run()
    assert not app.exception
    assert say("ru", "assessors.waiting") not in [entry.value for entry in app.subheader]
