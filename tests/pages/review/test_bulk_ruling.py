"""Rulings on many items in one act: previewed, done, undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from streamlit.testing.v1 import AppTest

from db import schema
from db.vocabulary import LeaseState, Route, Verdict
from labeling.adjudication.bulk import rule_many
from labeling.adjudication.queue import Candidate
from labeling.facts import settled
from labeling.people.people import get_person
from pages.review.bulk_ruling import past_acts
from pages.ui.words import say
from tests.pages.conftest import OpenPage
from tests.pages.review.reviewed import report_of
from tests.pages.review.suspected import PAGE, Reviewed, table_of
from tests.pages.working import button, shown


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
    return app.segmented_control(key="review_acts_act").set_value("rule").run()


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
    button(app, "bulk.rule", n=3).click().run()
    with reviewed.house.snapshot() as connection:
        ruled = settled.rulings(connection, reviewed.project.id)
    assert set(ruled["item_id"]) == set(reviewed.items[:3])
    assert set(ruled["label"]) == {"gratitude"}
    assert say("ru", "proposals.none") in [each.value for each in app.caption]
