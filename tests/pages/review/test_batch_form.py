"""Suspicions sent to adjudication as a named batch."""

from __future__ import annotations

from db import schema
from db.frames import adjudication as adjudication_frames
from labeling.people.people import get_person
from pages.ui.words import say
from tests.pages.conftest import OpenPage
from tests.pages.review.suspected import PAGE, Reviewed
from tests.pages.working import shown


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
    assert inside["Далёкие"] == reviewed.items[:2]


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
