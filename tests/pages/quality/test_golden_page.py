"""The page on golden items: appointed, ruled anew, contested, running dry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import polars as pl
import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.frames import work as work_frames
from db.frames.work import UNCHECKED
from db.vocabulary import ContestOutcome, PauseReason, Standing
from labeling.desk import contests, gates
from labeling.events import record
from labeling.people.people import get_person
from labeling.people.sign_in import open_session
from labeling.projects.projects import get_project
from pages.quality.golden_forms import MOST_SHOWN
from pages.ui import session
from pages.ui.words import say
from tests.pages.conftest import OpenPage
from tests.pages.quality.demonstrated import metrics, project_of, table
from tests.pages.working import answer_of, linked, shown


def contested(demo: Database, among: Sequence[str] = ()) -> tuple[int, int, str]:
    """A contest of assessor5 on a golden item they missed, one ``among`` those named: contest, item, the label they gave."""
    with demo.transaction() as connection:
        project = get_project(connection, "demo")
        table, golden = schema.annotation, schema.golden
        missed = (
            select(table.c.item_id, table.c.label, schema.item.c.external_id)
            .join(golden, golden.c.item_id == table.c.item_id)
            .join(schema.item, schema.item.c.id == table.c.item_id)
            .join(schema.person, schema.person.c.id == table.c.assessor_id)
            .where(schema.person.c.login == "assessor5", table.c.label != golden.c.label)
        )
        if among:
            missed = missed.where(schema.item.c.external_id.in_(among))
        found = connection.execute(missed.order_by(table.c.item_id)).first()
        assert found is not None
        them = get_person(connection, "assessor5").id
        now = datetime.now(UTC)
        raised = contests.raise_contest(connection, project, them, found.item_id, "Это <b>не</b> так", now=now)
        return raised, found.item_id, str(found.label)


@pytest.mark.parametrize("login", ["expert", "lead"])
def test_a_ruling_scores_old_answers_anew_and_says_whose(
    open_demo: Callable[..., AppTest], demo: Database, login: str
) -> None:
    contest, _, given = contested(demo)
    app = open_demo(login, "quality/golden.py")
    assert "Это &lt;b&gt;не&lt;/b&gt; так" in "".join(element.proto.body for element in app.get("html"))
    assert metrics(app)[say("ru", "golden.contests")] == "1"
    # Contested and in doubt is one thing that waits, not two; the figure is of those listed.
    doubtful = int(metrics(app)[say("ru", "golden.doubtful")])
    listed = [found for found in app.selectbox if str(found.key).startswith("settle_")]
    assert len(listed) == min(doubtful, MOST_SHOWN)
    said = say("ru", "golden.answer.waiting", n=1 + doubtful, contests=1, doubtful=doubtful)
    assert said in answer_of(app)
    app.selectbox(key=f"ruling_{contest}").set_value(given)
    rule = next(
        button for button in app.button if button.label == say("ru", "golden.rule") and "contest" in button.form_id
    )
    rule.click().run()
    assert [entry.value.replace("\\", "") for entry in app.error] == [say("ru", "error.reply_missing")]
    with demo.snapshot() as connection:
        assert len(contests.open_contests(connection, project_of(demo).id)) == 1
    app.text_area(key=f"reply_{contest}").set_value("Потому что так сказано в инструкции.")
    app.selectbox(key=f"ruling_{contest}").set_value(given)
    next(
        button for button in app.button if button.label == say("ru", "golden.rule") and "contest" in button.form_id
    ).click().run()
    assert not app.error
    with demo.snapshot() as connection:
        assert contests.open_contests(connection, project_of(demo).id) == []
        mine = contests.contests_of(connection, project_of(demo).id, get_person(connection, "assessor5").id)
        assert mine[0].outcome is ContestOutcome.UPHELD
    told = shown(app)
    assert "Асессор 5 (симуляция), пачка" in told
    assert "было" in told
    assert "стало" in told
    assert metrics(app)[say("ru", "golden.contests")] == "0"


def test_a_doubtful_label_that_is_objected_to_waits_once(open_demo: Callable[..., AppTest], demo: Database) -> None:
    """The card, the verdict and the list count the same labels."""

    def listed(app: AppTest) -> list[str]:
        keys = [str(found.key) for found in app.selectbox]
        return [key.removeprefix("settle_").removesuffix("_label") for key in keys if key.startswith("settle_")]

    before = listed(open_demo("lead", "quality/golden.py"))
    contested(demo, before)
    app = open_demo("lead", "quality/golden.py")
    left = listed(app)
    assert len(left) == len(before) - 1 < MOST_SHOWN - 1
    assert metrics(app)[say("ru", "golden.doubtful")] == str(len(left))
    said = say("ru", "golden.answer.waiting", n=len(before), contests=1, doubtful=len(left))
    assert said in answer_of(app)


def test_golden_items_are_appointed_paused_and_retired(open_demo: Callable[..., AppTest], demo: Database) -> None:
    item, queue = schema.item, schema.queue
    with demo.snapshot() as connection:
        query = select(item.c.external_id).join(queue, queue.c.item_id == item.c.id).where(~queue.c.golden)
        ordinary = str(connection.execute(query.order_by(item.c.id)).scalars().first())
    app = open_demo("expert", "quality/golden.py")
    pool = int(metrics(app)[say("ru", "golden.pool")])
    appoint = next(button for button in app.button if button.label == say("ru", "golden.appoint"))
    app.text_input(key="appoint_item").set_value("nothing")
    appoint.click().run()
    assert [entry.value.replace("\\", "") for entry in app.error] == [say("ru", "error.unknown_item", item="nothing")]
    app.text_input(key="appoint_item").set_value(ordinary)
    app.text_area(key="appoint_explanation").set_value("Прямо названо.")
    next(button for button in app.button if button.label == say("ru", "golden.appoint")).click().run()
    assert int(metrics(app)[say("ru", "golden.pool")]) == pool + 1
    app.selectbox(key="retire_item").set_value(ordinary).run()
    app.button(key="retire").click().run()
    assert int(metrics(app)[say("ru", "golden.pool")]) == pool
    doubted = next(button.key for button in app.button if str(button.key).startswith("pause_"))
    paused = str(doubted).removeprefix("pause_")
    app.button(key=doubted).click().run()
    rows = table(app, say("ru", "golden.wrong"))
    states = dict(zip(linked(rows[say("ru", "item.id")]), rows[say("ru", "golden.state")], strict=True))
    assert states[paused] == say("ru", "golden.is_paused")
    assert list(states.values()).count(say("ru", "golden.is_paused")) == 1


def test_a_pool_that_runs_dry_is_said_before_it_does(open_demo: Callable[..., AppTest], demo: Database) -> None:
    enough = open_demo("lead", "quality/golden.py")
    assert "до конца работы хватит" in answer_of(enough)
    with demo.transaction() as connection:
        changing = schema.project.update().where(schema.project.c.slug == "demo")
        connection.execute(changing.values(golden_per_chunk=19))
        connection.execute(schema.queue.update().where(~schema.queue.c.golden).values(places=3))
    dry = open_demo("lead", "quality/golden.py")
    assert "нужно ещё" in answer_of(dry)
    assert "не хватит" in metrics(dry)[say("ru", "golden.need")]


def test_what_is_missing_says_among_how_many_people(open_demo: Callable[..., AppTest], demo: Database) -> None:
    """One who does all that is left sees more golden items than each of many: the figure falls when others come back."""
    with demo.transaction() as connection:
        changing = schema.project.update().where(schema.project.c.slug == "demo")
        connection.execute(changing.values(golden_per_chunk=19))
        connection.execute(schema.queue.update().where(~schema.queue.c.golden).values(places=3))
        project = get_project(connection, "demo")
        workers = work_frames.workers(connection, project.id, now=datetime.now(UTC))
        active = workers.filter(pl.col("standing") == Standing.ACTIVE.value)["assessor"].to_list()
        away = workers.filter(pl.col("standing") == Standing.PAUSED.value).height
    everybody = missing_on(open_demo("lead", "quality/golden.py"))
    told = answer_of(open_demo("lead", "quality/golden.py"))
    assert say("ru", "golden.base", n=len(active)) in told
    with demo.transaction() as connection:
        lead = get_person(connection, "lead").id
        for person in active[1:]:
            gates.pause(connection, project.id, person, PauseReason.LEAD, now=datetime.now(UTC), actor=lead)
    app = open_demo("lead", "quality/golden.py")
    told = answer_of(app)
    assert say("ru", "golden.base", n=1) in told
    assert missing_on(app) > everybody
    paused = len(active) - 1 + away
    assert say("ru", "golden.base.paused", n=paused, add="").split(":")[0] in told
    if not away:
        assert say("ru", "golden.base.paused", n=paused, add=everybody) in told


def missing_on(app: AppTest) -> int:
    """How many golden items the page says are missing."""
    return int("".join(sign for sign in metrics(app)[say("ru", "golden.need")] if sign.isdigit()))


# Long: one objection, from the briefing to its answer.
def test_an_assessor_objects_from_the_briefing_once(demo: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    contest_form_of = """
import streamlit as st
from db.engine import database
from db.vocabulary import Role
from labeling.desk.contests import contests_of
from labeling.projects.projects import get_project
from pages.desk.contest_form import contest_form
from pages.ui.access import require
from pages.ui.widgets import show_notices

require(Role.ASSESSOR)
show_notices()
with database().snapshot() as connection:
    project = get_project(connection, "demo")
    known = {entry.item_id: entry for entry in contests_of(connection, project.id, st.session_state["me"])}
contest_form(project, st.session_state["me"], st.session_state["item"], known)
"""
    contest, item, _ = contested(demo)
    with demo.transaction() as connection:
        project = get_project(connection, "demo")
        them = get_person(connection, "assessor5").id
        expert = get_person(connection, "expert").id
        now = datetime.now(UTC)
        label = contests.open_contests(connection, project.id)[0].ruled
        contests.rule(connection, project, contest, label=label, reply="Нет <i>.", now=now, actor=expert)
        table, golden = schema.annotation, schema.golden
        others = (
            select(table.c.item_id)
            .join(golden, golden.c.item_id == table.c.item_id)
            .where(table.c.assessor_id == them, table.c.label != golden.c.label, table.c.item_id != item)
        )
        fresh = connection.execute(others.limit(1)).scalar_one()
        token = open_session(connection, them, now=now)
    monkeypatch.setattr(session, "cookie_token", lambda: token)
    app = AppTest.from_string(contest_form_of, default_timeout=30)
    app.session_state["me"], app.session_state["item"] = them, item
    app.run()
    assert say("ru", "contest.rejected") in shown(app)
    assert "Нет &lt;i&gt;." in "".join(element.proto.body for element in app.get("html"))
    assert not app.button
    app.session_state["item"] = fresh
    app.run()
    app.button[0].click().run()
    assert app.error
    app.text_area(key=f"contest_{fresh}_argument").set_value("Потому что благодарят.")
    app.button[0].click().run()
    assert not app.error
    assert say("ru", "contest.waits") in shown(app)
    with demo.snapshot() as connection:
        waiting = contests.open_contests(connection, project.id)
    assert [(entry.item_id, entry.argument) for entry in waiting] == [(fresh, "Потому что благодарят.")]


def test_chunks_that_no_golden_item_checked_are_told_of(house: Database, open_page: OpenPage) -> None:
    """Also where there is no golden item at all."""
    warning = say("ru", "golden.unchecked", n=2)
    assert warning not in [shown.value for shown in open_page("lead", "quality/golden.py").warning]
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        for chunk in ("1", "2"):
            record(connection, UNCHECKED, chunk, now=datetime.now(UTC), actor=None, project_id=project.id)
    assert warning in [shown.value for shown in open_page("lead", "quality/golden.py").warning]
