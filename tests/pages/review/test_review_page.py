"""Suspicions on screen: what is probably wrong, why, and what experts and leads do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.frames import adjudication as adjudication_frames
from db.frames import runs as run_frames
from db.vocabulary import LeaseState, Route, RunState, Verdict
from labeling.adjudication.batches import make_batch
from labeling.adjudication.bulk import rule_many
from labeling.adjudication.queue import Candidate
from labeling.facts import settled
from labeling.people.people import get_person
from labeling.projects.projects import Project
from labeling.review.triage import Reason, with_regions
from pages.review.bulk_ruling import past_acts
from pages.review.item_table import table_key
from pages.ui.locales import LOCALES
from pages.ui.reason_words import reason_name, reason_sentence
from pages.ui.review_data import open_of
from pages.ui.words import say
from tests.pages.conftest import OpenPage
from tests.pages.review.reviewed import SHARED, add_findings, add_run, finding, reason, report_of
from tests.pages.working import answer_of, button, cards, put_to_work, shown, speak

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
        return table_key(open_of(self.project, found), "suspicions")

    def mark(self, app: AppTest, *places: int) -> None:
        """Mark rows of the table, as the browser does."""
        app.session_state[self.key] = {"selection": {"rows": list(places), "columns": [], "cells": []}}
        app.run()


@pytest.fixture
def reviewed(house: Database) -> Reviewed:
    world = put_to_work(house)
    items = world.items[:10]
    rows = [
        finding(
            item_id, score, reasons=VOTES if n < 3 else [], is_issue=n == 0, outlier=0.01 * (n + 1),
            given="neutral" if n < 7 else "gratitude", probable="gratitude" if n < 7 else "neutral",
            confidence=0.1 if n < 2 else 0.9, variability=0.1 + 0.01 * n,
        )
        for n, (item_id, score) in enumerate(zip(items, SCORES, strict=True))
    ]  # fmt: skip
    confused = [{"given": "neutral", "probable": "gratitude", "count": 3, "share": 0.43, "examples": ["1", "2"]}]
    copies = [{"item": "3", "other": "9", "label": "neutral", "other_label": "gratitude", "distance": 0.0}]
    report = report_of(10, confused=confused, near_duplicates=copies, near_duplicates_n=1)
    with house.transaction() as connection:
        run_id = add_run(connection, world.project, report)
        add_findings(connection, run_id, rows)
    return Reviewed(house, world.project, items, run_id)


def table_of(app: AppTest, column: str) -> Any:
    """The first table that has this column."""
    return next(frame.value for frame in app.dataframe if say("ru", column) in frame.value.columns)


@pytest.mark.parametrize("locale", LOCALES)
def test_an_expert_and_a_lead_see_the_list_in_their_language(
    open_page: OpenPage, reviewed: Reviewed, locale: str
) -> None:
    for login in ("lead", "boss", "expert"):
        speak(reviewed.house, login, locale)
        app = open_page(login, PAGE)
        assert not app.exception
        assert say(locale, "page.review") in shown(app), login
        assert app.dataframe, login


def test_without_votes_there_is_nothing_to_analyse(open_page: OpenPage, house: Database) -> None:
    app = open_page("expert", PAGE)
    assert answer_of(app) == say("ru", "review.no_votes")
    assert not app.button
    # An expert can't import; a lead is shown the way.
    assert say("ru", "page.import") not in [element.proto.label for element in app.get("page_link")]
    assert say("ru", "page.import") in [element.proto.label for element in open_page("lead", PAGE).get("page_link")]


def test_before_the_first_analysis_and_while_it_goes_on(open_page: OpenPage, house: Database) -> None:
    put_to_work(house, days=1)
    app = open_page("lead", PAGE)
    assert answer_of(app) == say("ru", "review.empty")
    button(app, "runs.start").click().run()
    assert answer_of(app) == say("ru", "review.running")
    with house.snapshot() as connection:
        assert connection.execute(select(schema.run.c.state)).scalar_one() == RunState.QUEUED


def test_it_opens_with_how_many_labels_are_wrong_and_where(open_page: OpenPage, reviewed: Reviewed) -> None:
    app = open_page("expert", PAGE)
    # The scores add up to 3.0; the first two of ten to 1.7 of that.
    facts = {"n": 10, "wrong": 3, "wrong_share": "30%", "first": "20%", "found": "57%"}
    assert answer_of(app) == say("ru", "review.answer", **facts)
    assert cards(app)[say("ru", "review.wrong")] == "≈ 3, n\u00a0=\u00a010"
    assert cards(app)[say("ru", "review.settled")] == "0, n\u00a0=\u00a010"
    assert cards(app)[say("ru", "review.flagged")] == "1, n\u00a0=\u00a010"
    assert not app.warning


def test_what_is_settled_meanwhile_leaves_the_queue(open_page: OpenPage, reviewed: Reviewed) -> None:
    one = reviewed.items[0]
    with reviewed.house.transaction() as connection:
        now = datetime.now(UTC)
        rule_many(connection, reviewed.project, [Candidate(one)], {one: "gratitude"}, now=now, actor=None)
    app = open_page("lead", PAGE)
    assert cards(app)[say("ru", "review.settled")] == "1, n\u00a0=\u00a010"
    assert cards(app)[say("ru", "review.wrong")] == "≈ 2, n\u00a0=\u00a09"
    assert table_of(app, "items.score")[say("ru", "items.score")].to_list()[:2] == [0.8, 0.6]


def test_a_shared_misreading_is_said_with_the_way_to_the_guide(open_page: OpenPage, reviewed: Reviewed) -> None:
    errors = {"value": 0.31, "low": 0.22, "high": 0.41, "n": 80}
    told = report_of(10, shared=SHARED | {"errors": errors, "expected": 0.05, "leaning": True})
    with reviewed.house.transaction() as connection:
        connection.execute(schema.run.update().values(report=told))
    app = open_page("expert", PAGE)
    assert len(app.warning) == 1
    warning = app.warning[0].value.replace("\\", "").replace("\u00a0", " ")
    assert "0,31 [0,22; 0,41], n = 80" in warning
    assert "5%" in warning
    assert say("ru", "review.mend_guide") in shown(app)


def test_the_queue_and_the_reasons_in_words(open_page: OpenPage, reviewed: Reviewed) -> None:
    app = open_page("expert", PAGE)
    table = table_of(app, "items.score")
    assert table[say("ru", "items.score")].to_list() == sorted(SCORES, reverse=True)
    assert table[say("ru", "items.reason")].to_list()[:4] == [reason_name("votes_disagree", "ru")] * 3 + ["–"]
    assert table[say("ru", "items.votes")].to_list()[0].startswith("neutral × ")
    said = reason_sentence(VOTES[0], {}, "ru")
    assert said in shown(app)
    assert shown(app).count(reason_sentence(VOTES[1], {}, "ru")) == 1
    # Marked, an item opens: its reasons, or that it has none.
    reviewed.mark(app, 1, 4)
    assert shown(app).count(said) == 1
    assert say("ru", "items.no_reason") in shown(app)


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ({"reason": "votes_disagree"}, 3),
        ({"given": "gratitude"}, 3),
        ({"given": "neutral", "probable": "gratitude"}, 7),
        ({"region": "hard"}, 2),
        ({"reason": "junior_disagrees"}, 0),
    ],
)
def test_filters(open_page: OpenPage, reviewed: Reviewed, wanted: dict[str, str], left: int) -> None:
    app = open_page("lead", PAGE)
    for name, value in wanted.items():
        app.selectbox(key=f"wanted_demo_{name}").set_value(value)
    app.run()
    assert (say("ru", "review.found", n=left) if left else say("ru", "review.none_found")) in shown(app)


def test_filters_by_assessor_and_batch(open_page: OpenPage, reviewed: Reviewed) -> None:
    with reviewed.house.transaction() as connection:
        inside = reviewed.items[7:9]
        batch = make_batch(connection, reviewed.project, "Две", inside, now=datetime.now(UTC), actor=None)
        assessor = get_person(connection, "assessor").id
        answered = connection.execute(
            select(schema.annotation.c.item_id).where(schema.annotation.c.assessor_id == assessor)
        ).scalars()
        # This assessor says "neutral" to everything.
        mine = len(set(answered) & set(reviewed.items[:7]))
    app = open_page("lead", PAGE)
    app.selectbox(key="wanted_demo_batch").set_value(batch).run()
    assert say("ru", "review.found", n=2) in shown(app)
    app.selectbox(key="wanted_demo_batch").set_value(None)
    app.selectbox(key="wanted_demo_assessor").set_value(assessor).run()
    assert mine
    assert say("ru", "review.found", n=mine) in shown(app)


def test_a_confused_pair_is_one_click_from_the_queue(open_page: OpenPage, reviewed: Reviewed) -> None:
    app = open_page("expert", PAGE)
    titles = [expander.label.replace("\\", "") for expander in app.expander]
    assert say("ru", "review.pair", given="neutral", probable="gratitude", n=3, share="43%") in titles
    app.button(key="pair_neutral_gratitude").click().run()
    assert say("ru", "review.found", n=7) in shown(app)


def test_marked_rows_become_a_named_batch_in_their_order(open_page: OpenPage, reviewed: Reviewed) -> None:
    app = open_page("expert", PAGE)
    assert say("ru", "review.mark") in shown(app)
    reviewed.mark(app, 0, 2)
    app.text_input(key="review_acts_batch_name_0").set_value("Первые").run()
    app.button(key="review_acts_batch_send").click().run()
    with reviewed.house.snapshot() as connection:
        made = adjudication_frames.batches(connection, reviewed.project.id)
        assert made.select("name", "items").rows() == [("Первые", 2)]
        inside = adjudication_frames.batch_items(connection, made["batch"][0])
    assert inside == [reviewed.items[0], reviewed.items[2]]
    assert "Первые" in shown(app)
    links = [element.proto.query_string for element in app.get("page_link")]
    assert any(f"batch={made['batch'][0]}" in link for link in links)
    # The same name again is refused, and nothing is lost.
    app.text_input(key="review_acts_batch_name_1").set_value("Первые").run()
    app.button(key="review_acts_batch_send").click().run()
    assert [error.value.replace("\\", "") for error in app.error] == [say("ru", "error.batch_exists", name="Первые")]


def test_all_that_was_asked_for_can_be_sent(open_page: OpenPage, reviewed: Reviewed) -> None:
    app = open_page("lead", PAGE)
    app.segmented_control(key="review_scope").set_value("all").run()
    app.button(key="review_acts_batch_send").click().run()
    with reviewed.house.snapshot() as connection:
        made = adjudication_frames.batches(connection, reviewed.project.id)
        assert adjudication_frames.batch_items(connection, made["batch"][0]) == reviewed.items


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


def test_an_outlier_and_a_near_copy_go_to_adjudication(open_page: OpenPage, reviewed: Reviewed) -> None:
    app = open_page("expert", PAGE)
    app.text_input(key="copies_batch_name_0").set_value("Копии").run()
    app.button(key="copies_batch_send").click().run()
    app.text_input(key="outliers_batch_name_0").set_value("Далёкие").run()
    app.button(key="outliers_batch_send").click().run()
    with reviewed.house.snapshot() as connection:
        made = dict(adjudication_frames.batches(connection, reviewed.project.id).select("name", "batch").iter_rows())
        inside = {name: adjudication_frames.batch_items(connection, batch) for name, batch in made.items()}
    assert inside["Копии"] == [reviewed.items[2], reviewed.items[8]]
    assert inside["Далёкие"] == reviewed.items


def test_what_the_guide_left_open_is_listed(open_page: OpenPage, reviewed: Reviewed) -> None:
    row = {"item_id": reviewed.items[5], "revision": 1, "project_id": reviewed.project.id, "verdict": Verdict.UNCLEAR}
    row |= {"rationale": "нет правила о шутках", "given": "neutral", "act": "a", "created_at": datetime.now(UTC)}
    with reviewed.house.transaction() as connection:
        connection.execute(insert(schema.adjudication).values(row))
    app = open_page("lead", PAGE)
    table = table_of(app, "review.rationale")
    assert table[say("ru", "review.rationale")].to_list() == ["нет правила о шутках"]
    assert table[say("ru", "review.verdict")].to_list() == [say("ru", "verdict.unclear")]
    assert say("ru", "review.parked_n", n=1) in shown(app)


def test_an_assessor_can_do_nothing_by_the_verbs_either(open_page: OpenPage, reviewed: Reviewed) -> None:
    """A lead who is no longer one meets the verb's own refusal, not the page's alone."""
    app = open_page("lead", PAGE)
    reviewed.mark(app, 0)
    with reviewed.house.transaction() as connection:
        lead = get_person(connection, "lead").id
        connection.execute(schema.membership.delete().where(schema.membership.c.person_id == lead))
    app.button(key="review_acts_batch_send").click().run()
    with reviewed.house.snapshot() as connection:
        assert adjudication_frames.batches(connection, reviewed.project.id).is_empty()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_reason_has_its_sentence_and_its_name(locale: str) -> None:
    sentences = {code: reason_sentence(reason(code, 0.4, "neutral"), {}, locale) for code in Reason}
    names = {code: reason_name(code, locale) for code in Reason}
    assert len(set(sentences.values())) == len(set(names.values())) == len(Reason)
    assert not any("{" in said for said in sentences.values())
    assert reason_sentence(reason("from_the_future", 0.4), {}, locale) == "from_the_future"


def test_a_share_is_never_rounded_to_nothing() -> None:
    assert "< 1%" in reason_sentence(reason("label_issue", 0.0004), {}, "en")
    assert "0%" in reason_sentence(reason("label_issue", 0.0), {}, "en")
    # e to the power of one.
    assert "2,7" in reason_sentence(reason("rulings_class", 1.0), {}, "ru")


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
