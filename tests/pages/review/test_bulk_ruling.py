"""Rulings on many items in one act: previewed, done, undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.vocabulary import LabelKind, LeaseState, Route, Verdict
from labeling.adjudication.bulk import rule_many
from labeling.adjudication.queue import Candidate
from labeling.facts import settled
from labeling.people.people import get_person
from labeling.projects.projects import change_settings
from pages.adjudication.ruling_figures import standing_of
from pages.review.bulk_ruling import past_acts
from pages.ui.review_data import review_of
from pages.ui.words import say
from tests.pages.conftest import OpenPage
from tests.pages.review.reviewed import add_findings, add_run, finding, report_of
from tests.pages.review.suspected import PAGE, Reviewed, table_of
from tests.pages.working import button, put_to_work, shown


def prepare_bulk(reviewed: Reviewed, app: AppTest) -> AppTest:
    """The first four rows and the eighth are marked; of those one lies before an expert."""
    with reviewed.house.transaction() as connection:
        expert = get_person(connection, "boss").id
        lease = {"project_id": reviewed.project.id, "item_id": reviewed.items[1], "expert_id": expert}
        lease |= {"token": "t" * 32, "state": LeaseState.OPEN, "route": Route.SUSPICION}
        now = datetime.now(UTC)
        lease |= {"opened_at": now, "expires_at": now + timedelta(hours=1)}
        connection.execute(insert(schema.expert_lease).values(lease))
    reviewed.mark(app, 0, 1, 2, 3, 7)
    app.segmented_control(key="review_acts_act").set_value("rule").run()
    return app.segmented_control(key="review_acts_bulk_how").set_value("second").run()


def labels_of(reviewed: Reviewed) -> dict[int, str]:
    with reviewed.house.snapshot() as connection:
        rulings = settled.in_force(settled.rulings(connection, reviewed.project.id))
    given = rulings.filter(rulings["verdict"] == Verdict.LABEL.value)
    return dict(given.select("item_id", "label").iter_rows())


def preview_of(app: AppTest) -> list[tuple[Any, ...]]:
    return list(table_of(app, "bulk.before").itertuples(index=False, name=None))


def test_a_bulk_ruling_is_previewed_done_and_undone(open_page: OpenPage, reviewed: Reviewed) -> None:
    app = prepare_bulk(reviewed, open_page("expert", PAGE))
    assert preview_of(app) == [("neutral", "gratitude", 3), ("gratitude", "neutral", 1)]
    text = shown(app).replace("\\", "")
    assert say("ru", "bulk.preview", n=4, changed=4, same=0) in text
    assert say("ru", "bulk.left_out", n=1, why=say("ru", "bulk.left_out.held", n=1)) in text
    app.text_input(key="review_acts_bulk_why_0").set_value("по инструкции").run()
    app.button(key="review_acts_bulk_rule").click().run()
    first = reviewed.items
    assert labels_of(reviewed) == {
        first[0]: "gratitude", first[2]: "gratitude", first[3]: "gratitude", first[7]: "neutral"
    }  # fmt: skip
    with reviewed.house.snapshot() as connection:
        rulings = settled.rulings(connection, reviewed.project.id)
    assert set(rulings["rationale"]) == {"по инструкции"}
    assert set(rulings["run_id"]) == {reviewed.run_id}
    assert set(rulings["suspicion"]) == {"votes_disagree", None}
    assert say("ru", "bulk.done", n=4, left=1) in shown(app).replace("\\", "")
    app.button(key="bulk_undo_last").click().run()
    assert labels_of(reviewed) == {}
    assert say("ru", "bulk.undone", n=4, left=0) in [toast.value.replace("\\", "") for toast in app.toast]
    assert say("ru", "bulk.no_past") in shown(app)


def test_one_label_for_all_and_what_stays_as_it_is(open_page: OpenPage, reviewed: Reviewed) -> None:
    app = prepare_bulk(reviewed, open_page("lead", PAGE))
    app.segmented_control(key="review_acts_bulk_how").set_value("one").run()
    app.selectbox(key="review_acts_bulk_label").set_value("neutral").run()
    assert preview_of(app) == [("neutral", "neutral", 3), ("gratitude", "neutral", 1)]
    assert say("ru", "bulk.preview", n=4, changed=1, same=3) in shown(app).replace("\\", "")
    app.segmented_control(key="review_acts_bulk_how").set_value("given").run()
    assert preview_of(app) == [("neutral", "neutral", 3), ("gratitude", "gratitude", 1)]


def test_past_bulk_rulings_can_be_undone_later(open_page: OpenPage, reviewed: Reviewed) -> None:
    acts = []
    with reviewed.house.transaction() as connection:
        for n, some in enumerate((reviewed.items[:3], reviewed.items[3:5])):
            labels = dict.fromkeys(some, "gratitude")
            now = datetime.now(UTC) + timedelta(seconds=n)
            candidates = [Candidate(item_id) for item_id in some]
            acts.append(rule_many(connection, reviewed.project, candidates, labels, now=now, actor=None).act)
        rulings = settled.rulings(connection, reviewed.project.id)
    assert past_acts(rulings).select("act", "items", "standing").rows() == [(acts[1], 2, 2), (acts[0], 3, 3)]
    app = open_page("expert", PAGE)
    app.button(key=f"undo_{acts[0]}").click().run()
    assert set(labels_of(reviewed)) == set(reviewed.items[3:5])
    with reviewed.house.snapshot() as connection:
        left = past_acts(settled.rulings(connection, reviewed.project.id))
    assert left["act"].to_list() == [acts[1]]


def test_groups_like_those_ruled_are_looked_at_and_ruled_in_one_act(open_page: OpenPage, reviewed: Reviewed) -> None:
    group = {"given": "neutral", "label": "gratitude", "n": 3, "rulings": 4, "wrong": 0.8, "items": reviewed.items[:3]}
    table = schema.run
    with reviewed.house.transaction() as connection:
        told = report_of(10, proposals=[group])
        connection.execute(table.update().where(table.c.id == reviewed.run_id).values(report=told))
    app = open_page("expert", PAGE)
    (box,) = [
        each
        for each in app.expander
        if say("ru", "proposals.question", given="Обычное", label="Благодарность")[:5]
        in "".join(text.value for text in each.markdown)
    ]
    assert "3" in box.label
    # Two of the group's texts are there to be read.
    assert len([text for text in box.get("html") if "sv-text" in text.proto.body]) == 2
    app.segmented_control(key="proposal_neutral_gratitude_how").set_value("second").run()
    # The group's chance speaks, not each item's own: four in five of three.
    harm = say("ru", "bulk.harm", spoiled="0,60", mended="2")
    assert harm in shown(app).replace("\\", "")
    button(app, "bulk.rule", n=3).click().run()
    with reviewed.house.snapshot() as connection:
        ruled = settled.rulings(connection, reviewed.project.id)
    assert set(ruled["item_id"]) == set(reviewed.items[:3])
    assert set(ruled["label"]) == {"gratitude"}
    assert say("ru", "proposals.none") in [each.value for each in app.caption]


SUSPICIONS = [0.03 + 0.29 * n / 17 for n in range(18)]


@pytest.fixture
def right(house: Database) -> Reviewed:
    """Eighteen labels that are all right, suspected with chances of 3 to 32 %."""
    world = put_to_work(house)
    items = world.items[:18]
    with house.transaction() as connection:
        run_id = add_run(connection, world.project, report_of(18))
        found = [finding(item_id, score) for item_id, score in zip(items, SUSPICIONS, strict=True)]
        add_findings(connection, run_id, found)
    return Reviewed(house, world.project, items, run_id)


def act_on_all(app: AppTest) -> AppTest:
    app.segmented_control(key="review_scope").set_value("all").run()
    return app.segmented_control(key="review_acts_act").set_value("rule").run()


def test_at_first_nothing_is_ruled_and_to_keep_is_suggested(open_page: OpenPage, right: Reviewed) -> None:
    app = act_on_all(open_page("expert", PAGE))
    assert app.segmented_control(key="review_acts_bulk_how").value == "leave"
    assert say("ru", "bulk.suggestion", n=18, doubtful=0) in shown(app)
    assert "review_acts_bulk_rule" not in [found.key for found in app.button]
    app.segmented_control(key="review_acts_bulk_how").set_value("suggested").run()
    assert preview_of(app) == [("neutral", "neutral", 18)]
    # About three of them are wrong by the scores, and would count as settled.
    assert say("ru", "bulk.sealed", sealed="3") in shown(app).replace("\\", "")
    app.button(key="review_acts_bulk_rule").click().run()
    assert labels_of(right) == dict.fromkeys(right.items, "neutral")


def test_the_second_choice_for_right_labels_is_warned_of(open_page: OpenPage, right: Reviewed) -> None:
    app = act_on_all(open_page("expert", PAGE))
    app.segmented_control(key="review_acts_bulk_how").set_value("second").run()
    assert preview_of(app) == [("neutral", "gratitude", 18)]
    # 18 less the sum of the chances, 3.15.
    harm = say("ru", "bulk.harm", spoiled="15", mended="3")
    assert [warning.value.replace("\\", "") for warning in app.warning] == [harm]


def test_a_bulk_ruling_is_no_evidence_of_how_often_labels_are_wrong(house: Database, right: Reviewed) -> None:
    wrong = dict.fromkeys(right.items[:17], "gratitude")
    asked = [Candidate(item_id, "neutral", 0.2) for item_id in wrong]
    with house.transaction() as connection:
        rule_many(connection, right.project, asked, wrong, now=datetime.now(UTC), actor=None)
        rulings = settled.rulings(connection, right.project.id)
        learned = settled.settled(connection, right.project.id, one_by_one=True)
        everything = settled.settled(connection, right.project.id)
    review = review_of(right.project)
    expert = 0
    assert settled.judged(rulings).is_empty()
    assert everything.height - learned.height == 17
    standing = standing_of(right.project, review, expert)
    assert (standing.ruled, standing.course.curve.height if standing.course else None) == (0, 0)


def test_many_are_ruled_to_one_set(open_page: OpenPage, reviewed: Reviewed) -> None:
    """Where several classes may be chosen, also for all at once; a set that nobody gave before."""
    with reviewed.house.transaction() as connection:
        change_settings(connection, reviewed.project.id, {"kind": LabelKind.SEVERAL}, now=datetime.now(UTC), actor=None)
    app = prepare_bulk(reviewed, open_page("lead", PAGE))
    app.segmented_control(key="review_acts_bulk_how").set_value("one").run()
    app.multiselect(key="review_acts_bulk_label").set_value(["gratitude", "neutral"]).run()
    app.button(key="review_acts_bulk_rule").click().run()
    assert not app.error
    assert set(labels_of(reviewed).values()) == {"neutral|gratitude"}
