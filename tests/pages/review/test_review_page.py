"""Suspicions on screen: what is probably wrong, and why; the filters of the list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from db import schema
from db.engine import Database
from db.vocabulary import RunState, Verdict
from labeling.adjudication.batches import make_batch
from labeling.adjudication.bulk import rule_many
from labeling.adjudication.queue import Candidate
from labeling.people.people import get_person
from labeling.projects.guidelines import publish_guideline
from pages.ui.locales import LOCALES
from pages.ui.reason_words import reason_name, reason_sentence
from pages.ui.words import say
from tests.pages.conftest import OpenPage, links_of
from tests.pages.review.reviewed import SHARED, SILENT, report_of
from tests.pages.review.suspected import PAGE, SCORES, VOTES, Reviewed, table_of
from tests.pages.working import answer_of, button, cards, put_to_work, shown, speak


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
    assert say("ru", "page.import") not in links_of(app)
    assert say("ru", "page.import") in links_of(open_page("lead", PAGE))


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


def report_now(reviewed: Reviewed, **other: Any) -> None:
    """The analysis reports that instead."""
    with reviewed.house.transaction() as connection:
        connection.execute(schema.run.update().values(report=report_of(10, **other)))


def test_it_says_what_the_classifier_is_worth(open_page: OpenPage, reviewed: Reviewed) -> None:
    seen = shown(open_page("expert", PAGE)).replace("\\", "")
    right = "80% [70; 90], n\u00a0=\u00a010"
    assert say("ru", "review.classifier", right=right, frequent="neutral", always="60%") in seen
    assert say("ru", "review.health_title") in seen


def test_nothing_is_shown_from_a_classifier_that_says_one_class(open_page: OpenPage, reviewed: Reviewed) -> None:
    report_now(reviewed, **SILENT)
    app = open_page("expert", PAGE)
    (warning,) = app.warning
    right = "60% [50; 70], n\u00a0=\u00a010"
    said = say("ru", "review.classifier", right=right, frequent="neutral", always="60%")
    assert warning.value.replace("\\", "") == f"{said} {say('ru', 'review.classifier.silent')}"
    assert set(cards(app)) == {say("ru", "review.wrong"), say("ru", "review.settled")}
    seen = shown(app)
    assert say("ru", "review.health_title") not in seen
    assert say("ru", "review.confused") not in seen
    # The queue by votes and rulings is there still.
    assert table_of(app, "items.score")[say("ru", "items.score")].to_list() == sorted(SCORES, reverse=True)


def test_an_analysis_that_did_not_check_its_classifier_is_to_be_run_again(
    open_page: OpenPage, reviewed: Reviewed
) -> None:
    report_now(reviewed, worth=None)
    app = open_page("lead", PAGE)
    assert app.warning[0].value.replace("\\", "") == say("ru", "review.classifier.unknown")
    assert say("ru", "review.health") not in cards(app)


def test_estimates_that_part_are_named_with_the_way_to_the_audit(open_page: OpenPage, reviewed: Reviewed) -> None:
    report_now(reviewed, overall_health=0.43)
    app = open_page("lead", PAGE)
    told = app.info[0].value.replace("\\", "").replace("\u00a0", " ")
    shares = {"consensus": "10%", "suspicion": "30%", "flagged": "10%", "health": "57%"}
    for source, share in shares.items():
        assert say("ru", f"review.estimate.{source}", share=share, n=10) in told
    assert say("ru", "review.unmeasured") in told
    assert say("ru", "page.audit") in links_of(app)


def test_estimates_that_agree_are_not_made_much_of(open_page: OpenPage, reviewed: Reviewed) -> None:
    report_now(reviewed, overall_health=0.85)
    with reviewed.house.transaction() as connection:
        connection.execute(schema.finding.update().values(score=0.12))
    assert say("ru", "review.unmeasured") not in shown(open_page("lead", PAGE)).replace("\\", "")


def test_a_class_that_is_not_told_apart_has_no_health(open_page: OpenPage, reviewed: Reviewed) -> None:
    caption = say("ru", "review.not_apart", n=1, classes="gratitude")
    assert caption in shown(open_page("lead", PAGE)).replace("\\", "")


def test_where_no_class_is_told_apart_cleanlab_flags_nothing_and_is_no_estimate(
    open_page: OpenPage, reviewed: Reviewed
) -> None:
    """As in a tree of many classes: the classifier guesses better than a constant, and tells none of them."""
    report_now(reviewed, overall_health=None, health=[])
    app = open_page("lead", PAGE)
    assert {say("ru", "review.flagged"), say("ru", "review.health")}.isdisjoint(cards(app))
    assert say("ru", "review.no_health") in shown(app).replace("\\", "")


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
    assert "31% [22; 41], n = 80" in warning
    assert "5%" in warning
    assert say("ru", "review.mend_guide") in shown(app)


def mend_the_guide(reviewed: Reviewed, at: datetime) -> None:
    """An analysis that leans on rulings, and a guide that has been replaced."""
    errors = {"value": 0.31, "low": 0.22, "high": 0.41, "n": 80}
    report_now(reviewed, shared=SHARED | {"errors": errors, "expected": 0.05, "leaning": True})
    with reviewed.house.transaction() as connection:
        for body in ("Первая.", "Вторая."):
            publish_guideline(connection, reviewed.project.id, body_ru=body, body_en="", now=at, actor=None)


def test_a_shared_misreading_before_a_newer_guide_is_past(open_page: OpenPage, reviewed: Reviewed) -> None:
    mend_the_guide(reviewed, datetime.now(UTC))
    app = open_page("expert", PAGE)
    assert not app.warning
    told = app.info[0].value.replace("\\", "").replace("\u00a0", " ")
    assert (
        "соглашались и ошибались" in told
        and "неверны 31% [22; 41], n = 80, где по голосам и текстам ожидалось 5%" in told
    )
    assert "меток, сделанных по ней, эксперт ещё не проверял" in told


@pytest.mark.parametrize("wrong", [False, True])
def test_rulings_of_labels_made_by_the_newer_guide_decide(open_page: OpenPage, reviewed: Reviewed, wrong: bool) -> None:
    # Jeffreys: the lower end of ten in ten is the 2.5 % point of Beta(10.5, 0.5).
    mend_the_guide(reviewed, datetime.now(UTC) - timedelta(days=30))
    with reviewed.house.transaction() as connection:
        answered = {"project_id": 1, "label": "neutral", "created_at": datetime.now(UTC), "revision": 9}
        votes = [
            answered | {"item_id": at, "assessor_id": who} for at in reviewed.items for who in assessors(connection)
        ]
        connection.execute(insert(schema.annotation), votes)
        connection.execute(schema.finding.update().values(given="neutral", prior=0.05))
        ruled = {"project_id": 1, "label": "gratitude" if wrong else "neutral", "created_at": datetime.now(UTC)}
        ruled |= {"expert_id": get_person(connection, "expert").id, "revision": 1}
        rulings = [ruled | {"item_id": at} for at in reviewed.items]
        connection.execute(insert(schema.adjudication), rulings)
    app = open_page("expert", PAGE)
    told = [box.value.replace("\\", "").replace("\u00a0", " ") for box in (app.warning if wrong else app.info)]
    if wrong:
        assert (
            "по инструкции от" in told[0]
            and "неверны 100% [78; 100], n = 10, где по голосам и текстам ожидалось 5%" in told[0]
        )
        assert say("ru", "review.mend_guide") in shown(app)
    else:
        assert not app.warning
        assert (
            "вышла новая инструкция, и из меток, сделанных по ней, неверны 0% [0; " in told[0] and "n = 10" in told[0]
        )


def assessors(connection: Connection) -> list[int]:
    return [get_person(connection, login).id for login in ("assessor", "assessor9")]


def test_near_copies_say_how_many_texts_are_sent(open_page: OpenPage, reviewed: Reviewed) -> None:
    pair = {"label": "neutral", "other_label": "gratitude", "distance": 0.0}
    report_now(
        reviewed,
        near_duplicates=[{"item": "3", "other": "9"} | pair, {"item": "9", "other": "5"} | pair],
        near_duplicates_n=2,
    )
    app = open_page("expert", PAGE)
    assert say("ru", "review.copies_n", n=2, shown=2, items=3) in shown(app).replace("\\", "")
    assert f"{say('ru', 'acts.batch')}: 3" in [each.proto.popover.label for each in app.get("popover")]


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
