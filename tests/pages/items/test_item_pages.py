"""The search and the page of an item: what they say, to whom, and what an item's own text can't do to them."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from sqlalchemy import insert, select, update
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from labeling.facts import consensus
from labeling.items.indexing import catch_up
from labeling.items.search import MOST
from labeling.people.people import get_person
from labeling.projects.projects import get_project
from labeling.snapshots.taking import take
from pages.ui.reason_words import reason_sentence
from pages.ui.words import say
from tests.labeling.worlds import add_items
from tests.pages.conftest import OpenPage, links_of
from tests.pages.working import answer_of, put_to_work, shown, speak

SEARCH, ITEM = "items/search.py", "items/item.py"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def ask(app: AppTest, name: str, value: object) -> AppTest:
    """Fill one field of the search."""
    key = f"search_demo_{name}"
    field = next(found for found in (*app.text_input, *app.selectbox) if found.key == key)
    field.set_value(value)
    return app.run()


def open_item(open_page: OpenPage, login: str, item: str) -> AppTest:
    """The page of an item as by a link: the way over the router takes what stands in the address."""
    app = open_page(login, ITEM)
    app.query_params.update({"project": "demo", "id": item})
    return app.run()


def table_of(app: AppTest, about: str) -> pl.DataFrame:
    """The table that is told about so to who can't see it."""
    found = next(each for each in app.dataframe if each.proto.alt == say("ru", about))
    return pl.read_ipc_stream(found.proto.arrow_data.data)


def item_of(house: Database, text: str) -> tuple[int, str]:
    with house.snapshot() as connection:
        query = select(schema.item.c.id, schema.item.c.external_id).where(schema.item.c.text == text)
        row = connection.execute(query).one()
    return row.id, row.external_id


def rule(house: Database, item_id: int, login: str, label: str = "gratitude") -> None:
    with house.transaction() as connection:
        values = {"item_id": item_id, "revision": 1, "project_id": 1, "label": label, "rationale": "так в инструкции"}
        values |= {"expert_id": get_person(connection, login).id, "created_at": NOW, "act": "1"}
        connection.execute(insert(schema.adjudication), values)


def test_a_project_without_items_says_what_to_do(house: Database, open_page: OpenPage) -> None:
    app = open_page("lead", SEARCH)
    assert not app.exception
    assert answer_of(app) == "В проекте ещё нет объектов."
    assert links_of(app) == [say("ru", "page.import")]
    assert not links_of(open_page("expert", SEARCH))


@pytest.mark.parametrize("is_indexed", [True, False])
def test_it_finds_by_words_ids_and_facts(house: Database, open_page: OpenPage, is_indexed: bool) -> None:
    put_to_work(house, days=1)
    if is_indexed:
        catch_up(house)
    app = open_page("lead", SEARCH)
    assert not app.exception
    assert answer_of(app) == "В проекте 38 объектов."
    app = ask(app, "words", "контрольн*")
    assert answer_of(app) == "Найдено 8 объектов."
    assert set(table_of(app, "page.search")[say("ru", "found.state")]) == {say("ru", "item.state.golden")}
    app = ask(app, "item", "31")
    assert answer_of(app) == "Найден 1 объект."
    assert table_of(app, "page.search")[say("ru", "item.id")].to_list() == ["item?project=demo&id=31#31"]
    app = ask(ask(app, "item", ""), "words", '") OR 1=1 --')
    assert answer_of(app) == "Найдено 0 объектов."
    assert say("ru", "found.none") in shown(app)
    app = ask(ask(app, "words", ""), "state", "golden")
    assert not app.exception
    assert answer_of(app) == "Найдено 8 объектов."
    app = ask(ask(app, "label", "gratitude"), "said_by", "golden")
    assert answer_of(app) == "Найдено 4 объекта."


def test_more_than_anybody_looks_through_is_said(house: Database, open_page: OpenPage) -> None:
    with house.transaction() as connection:
        add_items(connection, get_project(connection, "demo"), ["слово"] * (MOST + 1))
    app = ask(open_page("lead", SEARCH), "words", "слово")
    assert answer_of(app) == say("ru", "found.answer.more", most=MOST)
    assert table_of(app, "page.search").height == 50


def test_an_item_tells_all_that_was_said_of_it(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    with house.transaction() as connection:
        first = connection.execute(select(schema.annotation).order_by(schema.annotation.c.id)).first()
        assert first is not None
        again = {
            "item_id": first.item_id,
            "assessor_id": first.assessor_id,
            "project_id": 1,
            "chunk_id": first.chunk_id,
        }
        again |= {"revision": 2, "label": "gratitude", "comment": "*передумал* <b>", "guideline_version": 3}
        connection.execute(insert(schema.annotation), again | {"created_at": datetime.now(UTC)})
        item = connection.execute(
            select(schema.item.c.external_id).where(schema.item.c.id == first.item_id)
        ).scalar_one()
    rule(house, first.item_id, "expert")
    app = open_item(open_page, "lead", item)
    assert not app.exception
    assert answer_of(app) == "Метка «gratitude»: так решил эксперт."
    said = table_of(app, "item.said")
    mine = said.filter(pl.col(say("ru", "item.who")) == "Assessor")
    assert mine[say("ru", "item.revision")].to_list() == [1, 2]
    assert mine[say("ru", "item.counts")].to_list() == [say("ru", "item.counts.replaced"), say("ru", "item.counts.yes")]
    assert mine[say("ru", "item.comment")].to_list() == ["", "*передумал* <b>"]
    assert table_of(app, "item.ruled")[say("ru", "item.rationale")].to_list() == ["так в инструкции"]


def test_an_expert_reads_no_names_and_no_ruling_that_a_second_opinion_must_not_know(
    house: Database, open_page: OpenPage
) -> None:
    put_to_work(house, days=1)
    with house.transaction() as connection:
        connection.execute(update(schema.project).values(second_share=0.5))
    item_id, item = item_of(house, "text 0")
    rule(house, item_id, "lead")
    app = open_item(open_page, "expert", item)
    assert not app.exception
    assert answer_of(app) == say("ru", "item.answer.withheld")
    assert "так в инструкции" not in shown(app) + str([each.value for each in app.dataframe])
    assert set(table_of(app, "item.said")[say("ru", "item.who")]) <= {"асессор 1", "асессор 2"}
    found = ask(open_page("expert", SEARCH), "item", item)
    assert table_of(found, "page.search")[say("ru", "item.label")].to_list() == ["–"]
    rule_again = {"item_id": item_id, "revision": 2, "project_id": 1, "label": "neutral", "act": "2", "created_at": NOW}
    with house.transaction() as connection:
        expert = get_person(connection, "expert").id
        connection.execute(insert(schema.adjudication), rule_again | {"expert_id": expert})
    app = open_item(open_page, "expert", item)
    assert answer_of(app) == "Метка «neutral»: так решил эксперт."
    assert table_of(app, "item.ruled").height == 2


def test_an_item_tells_which_snapshots_it_went_into_to_whom_may_know_its_label(
    house: Database, open_page: OpenPage
) -> None:
    """A ruling stands in a snapshot too: a second opinion must not read it there."""
    put_to_work(house, days=1)
    item_id, item = item_of(house, "text 0")
    take(house, "demo", "v1", now=datetime.now(UTC), actor=None)
    rule(house, item_id, "lead")
    take(house, "demo", "v2", now=datetime.now(UTC), actor=None)
    held = table_of(open_item(open_page, "lead", item), "item.held")
    assert held[say("ru", "item.snapshot")].to_list() == ["v1", "v2"]
    assert held[say("ru", "item.label")].to_list()[1] == "gratitude"
    assert held[say("ru", "item.source")].to_list()[1] == say("ru", "item.source.adjudication")
    with house.transaction() as connection:
        connection.execute(update(schema.project).values(second_share=0.5))
    app = open_item(open_page, "expert", item)
    assert answer_of(app) == say("ru", "item.answer.withheld")
    assert say("ru", "item.held") not in [each.proto.alt for each in app.dataframe]
    _, other = item_of(house, "text 1")
    assert table_of(open_item(open_page, "expert", other), "item.held").height == 2


REASON = {"code": "votes_disagree", "value": 0.5, "label": "neutral", "strength": 0.9}


def suspect(house: Database, item_id: int, *, probable: str = "gratitude", score: float = 0.83) -> None:
    """A finished analysis that doubts the item's label."""
    done = {"id": 900, "kind": "analysis", "state": "done", "finished_at": NOW, "project_id": 1, "created_at": NOW}
    found = {"run_id": 900, "item_id": item_id, "given": "neutral", "probable": probable, "prior": 0.8}
    with house.transaction() as connection:
        connection.execute(insert(schema.run), done)
        connection.execute(insert(schema.finding), found | {"score": score, "is_issue": True, "reasons": [REASON]})


def test_a_settled_label_is_told_with_who_settled_it_and_without_doubts(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    with house.transaction() as connection:
        connection.execute(update(schema.project).values(second_share=0.0))
    item_id, item = item_of(house, "text 0")
    suspect(house, item_id)
    doubt = reason_sentence(REASON, {}, "ru")
    assert doubt in shown(open_item(open_page, "expert", item))
    rule(house, item_id, "lead")
    app = open_item(open_page, "lead", item)
    assert "Подозрений нет: метку решил эксперт (Lead, 2 " in shown(app) and doubt not in shown(app)
    app = open_item(open_page, "expert", item)
    assert "Подозрений нет: метку решил эксперт (2 " in shown(app) and doubt not in shown(app)


def test_a_golden_label_is_not_doubted_either(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    with house.snapshot() as connection:
        golden = select(schema.item.c.id, schema.item.c.external_id).join(schema.golden)
        item_id, item = connection.execute(golden.limit(1)).one()
    suspect(house, item_id)
    told = shown(open_item(open_page, "expert", item))
    assert "Подозрений нет: метка контрольная" in told and reason_sentence(REASON, {}, "ru") not in told


def test_the_second_choice_is_never_the_label_itself(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    item_id, item = item_of(house, "text 0")
    suspect(house, item_id, probable="neutral", score=0.998)
    told = shown(open_item(open_page, "lead", item))
    assert "неверна с вероятностью &gt; 99%" in told.replace(">", "&gt;").replace("\u00a0", " ")
    assert "второй вариант" not in told


def test_it_tells_what_machines_think(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    item_id, item = item_of(house, "text 0")
    own = {"project_id": 1, "created_at": NOW}
    suspect(house, item_id)
    said = {"label": "gratitude", "confidence": 0.7, "rationale": "*благодарит*"}
    with house.transaction() as connection:
        connection.execute(insert(schema.prompt), own | {"id": 900, "version": 4, "kind": "llm", "name": "строгий"})
        connection.execute(insert(schema.suggestion), own | said | {"item_id": item_id, "prompt_id": 900})
    app = open_item(open_page, "lead", item)
    assert not app.exception
    assert "83" in shown(app) and reason_sentence(REASON, {}, "ru") in shown(app)
    junior = table_of(app, "item.proposed")
    assert junior[say("ru", "item.version")].to_list() == ["v4 · строгий"]
    assert junior[say("ru", "item.rationale")].to_list() == ["*благодарит*"]


@pytest.mark.parametrize("asked", ["nothing", "1\0", "%", "' OR 1=1"])
def test_an_unknown_item_is_a_calm_word(house: Database, open_page: OpenPage, asked: str) -> None:
    put_to_work(house, days=1)
    app = open_item(open_page, "lead", asked)
    assert not app.exception
    assert answer_of(app).replace("&#x27;", "'") == say("ru", "error.unknown_item", item=asked)
    assert links_of(app) == [say("ru", "page.search")]


def test_without_an_id_it_leads_to_the_search(house: Database, open_page: OpenPage) -> None:
    app = open_page("expert", ITEM)
    assert not app.exception
    assert answer_of(app) == say("ru", "item.none")


def test_a_text_stays_a_text_however_long(house: Database, open_page: OpenPage) -> None:
    with house.transaction() as connection:
        add_items(connection, get_project(connection, "demo"), ["<script>alert(1)</script> # " + "слово " * 3_000])
    speak(house, "lead", "en")
    app = open_item(open_page, "lead", "1")
    assert not app.exception
    assert answer_of(app) == "It has no label yet: the item is unlabeled."
    bodies = "".join(element.proto.body for element in app.get("html"))
    assert "&lt;script&gt;" in bodies and "<script>alert" not in bodies


def test_where_a_consensus_is_still_to_be_made_the_pages_say_so_and_have_it_made(
    house: Database, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_to_work(house, days=1)
    monkeypatch.setattr(consensus, "SMALL", 0)
    _, item = item_of(house, "text 0")
    app = open_item(open_page, "lead", item)
    assert not app.exception
    assert answer_of(app).startswith("Консенсус по ")
    with house.snapshot() as connection:
        kinds = connection.execute(select(schema.run.c.kind)).scalars().all()
    assert kinds == ["consensus"]
    app = ask(open_page("lead", SEARCH), "label", "neutral")
    assert not app.exception
    assert say("ru", "found.waits") in shown(app)
    assert set(table_of(app, "page.search")[say("ru", "item.source")]) == {say("ru", "item.source.golden")}
