"""After every act that settles labels or takes that back, a page shows what it would show if it were opened anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.vocabulary import Verdict
from labeling import background
from labeling.adjudication.queue import Candidate, claim
from labeling.adjudication.rulings import Ruling, rule
from labeling.jobs.tending import rescore_now
from labeling.people.people import get_person
from labeling.projects.projects import get_project, lock_project
from pages.ui.words import say
from tests.labeling.jobs.analysed import Films, analyse_now, make_films
from tests.pages.conftest import OpenPage
from tests.pages.review.suspected import PAGE, table_of
from tests.pages.working import answer_of, button, cards

ADJUDICATE, AUDIT, GOLDEN = "adjudication/adjudicate.py", "audit/audit.py", "quality/golden.py"


@pytest.fixture
def analysed(house: Database) -> Films:
    """Sixty labels, every twelfth wrong, an analysis of them that can learn, and an objection to a golden label."""
    with house.snapshot() as connection:
        project = get_project(connection, "demo")
    films = make_films(house, project=project)
    analyse_now(house, project)
    with house.transaction() as connection:
        moment = datetime.now(UTC)
        theirs = {"project_id": project.id, "assessor_id": films.assessors[0]}
        chunk = theirs | {"ordinal": 1, "kind": "work", "size": 5, "opened_at": moment, "closed_at": moment}
        made = connection.execute(insert(schema.chunk).returning(schema.chunk.c.id), chunk | {"outcome": "accepted"})
        about = {"chunk_id": made.scalar_one(), "item_id": films.golden[0], "golden_revision": 1}
        connection.execute(insert(schema.contest), theirs | about | {"argument": "нет", "created_at": moment})
    return films


def figures_of(app: AppTest) -> dict[str, Any]:
    """All that a page says in figures: its sentence, its cards, its tables."""
    assert not app.exception
    tables = {",".join(table.value.columns): table.value.to_csv() for table in app.dataframe}
    return {"answer": answer_of(app), **cards(app), **tables}


def rule_all(app: AppTest, how: str) -> AppTest:
    app.segmented_control(key="review_scope").set_value("all").run()
    app.segmented_control(key="review_acts_act").set_value("rule").run()
    app.segmented_control(key="review_acts_bulk_how").set_value(how).run()
    return app.button(key="review_acts_bulk_rule").click().run()


def undo_last(app: AppTest) -> AppTest:
    rule_all(app, "second")
    return app.button(key="bulk_undo_last").click().run()


def undo_past(app: AppTest) -> AppTest:
    rule_all(app, "second")
    last = next(found for found in app.button if (found.key or "").startswith("undo_"))
    return last.click().run()


def send_batch(app: AppTest) -> AppTest:
    app.segmented_control(key="review_scope").set_value("all").run()
    return app.button(key="review_acts_batch_send").click().run()


def draw_audit(app: AppTest) -> AppTest:
    return app.button(key="audit_draw").click().run()


def retire(app: AppTest) -> AppTest:
    return app.button(key="retire").click().run()


def appoint(app: AppTest) -> AppTest:
    app.text_input(key="appoint_item").set_value("1009")
    return button(app, "golden.appoint").click().run()


def uphold(app: AppTest) -> AppTest:
    """The objection of a critic: the label becomes the one that they gave."""
    form = next(box for box in app.selectbox if (box.key or "").startswith("ruling_"))
    form.set_value("gratitude" if form.value == "neutral" else "neutral")
    next(box for box in app.text_area if (box.key or "").startswith("reply_")).set_value("по инструкции")
    return button(app, "golden.rule").click().run()


def undo_ruling(app: AppTest) -> AppTest:
    return button(app, "adjudicate.undo").click().run()


def rule_one(house: Database, films: Films, item: int, label: str) -> None:
    """A ruling as the card sends it."""
    moment = datetime.now(UTC)
    with house.transaction() as connection:
        project, me = lock_project(connection, "demo"), get_person(connection, "expert").id
        (one,) = claim(connection, project, me, [Candidate(item, "neutral", 0.4)], want=1, now=moment, narrowed=True)
        rule(connection, project, me, Ruling(one.token, 1, Verdict.LABEL, label), now=moment)


@pytest.mark.parametrize(
    ("page", "act"),
    [
        (PAGE, lambda app: rule_all(app, "second")),
        (PAGE, lambda app: rule_all(app, "suggested")),
        (PAGE, undo_last),
        (PAGE, undo_past),
        (PAGE, send_batch),
        (ADJUDICATE, undo_ruling),
        (AUDIT, draw_audit),
        (GOLDEN, retire),
        (GOLDEN, appoint),
        (GOLDEN, uphold),
    ],
)
def test_figures_after_an_act_are_those_of_a_page_opened_anew(
    house: Database, open_page: OpenPage, analysed: Films, page: str, act: Callable[[AppTest], AppTest]
) -> None:
    rule_one(house, analysed, analysed.disputed[0], "gratitude")
    acted = figures_of(act(open_page("expert", page)))
    background.wait()
    assert acted == figures_of(open_page("expert", page))
    # Nor do other pages know better later.
    suspicions = figures_of(open_page("expert", PAGE))
    background.wait()
    assert suspicions == figures_of(open_page("expert", PAGE))


@pytest.mark.parametrize("undo", [undo_last, undo_past])
def test_what_is_taken_back_leaves_no_trace_in_the_figures(
    open_page: OpenPage, analysed: Films, undo: Callable[[AppTest], AppTest]
) -> None:
    app = open_page("expert", PAGE)
    before = figures_of(app)
    assert figures_of(undo(app)) == before


def test_a_ruling_taken_back_is_forgotten_by_the_scores(house: Database, open_page: OpenPage, analysed: Films) -> None:
    before = figures_of(open_page("expert", PAGE))
    rule_one(house, analysed, analysed.disputed[0], "gratitude")
    rescore_now(house, "demo")
    # What is settled has a chance of 0 or 1 of being wrong; undone, the label must not keep it.
    undo_ruling(open_page("expert", ADJUDICATE))
    assert figures_of(open_page("expert", PAGE)) == before


def test_a_golden_label_retired_is_forgotten_by_the_scores(
    house: Database, open_page: OpenPage, analysed: Films
) -> None:
    """The analysis was made with it: it had a chance of 0 or 1 of being wrong."""
    app = open_page("expert", GOLDEN)
    retired = app.selectbox(key="retire_item").value
    retire(app)
    assert retired
    chances = table_of(open_page("expert", PAGE), "items.score")[say("ru", "items.score")].to_list()
    # Of sixty labels four were golden.
    assert len(chances) == 57 and not {0.0, 1.0} & set(chances)
