"""Versions of the prompt: judged before they speak, written from examples, compared; and what is masked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, func, select
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from db import schema
from db.engine import Database
from db.frames.suggestions import speaking
from db.vocabulary import Part, PiiPolicy, PromptKind
from labeling.adjudication import bulk
from labeling.adjudication.queue import Candidate
from labeling.desk import golden
from labeling.junior import prompts
from labeling.people.people import get_person
from labeling.people.sign_in import check_session, end_all_sessions, open_session
from labeling.projects.projects import Project, change_settings, get_project
from pages.junior import live
from pages.junior import route as junior
from pages.ui.session import now
from pages.ui.words import say
from tests.junior_server import JuniorServer
from tests.labeling.worlds import add_items
from tests.pages.conftest import OpenPage
from tests.pages.junior.asked import MASKING, PAGE, PROMPTS, TEXTS, part, set_up, told, versions
from tests.pages.working import button


def test_only_a_version_judged_on_the_locked_part_may_speak_and_it_is_said_who_does(
    house: Database, open_page: OpenPage, project: Project, server: JuniorServer
) -> None:
    prompt_id = set_up(house, project, server)
    app = part(open_page("lead", PAGE), "versions")
    assert say("ru", "junior.promote.none", least=20) in told(app)
    with house.transaction() as connection:
        report = {"accuracy": {"value": 0.5, "low": 0.4, "high": 0.6, "n": 30}}
        prompts.add_look(connection, project, prompt_id, Part.TEST, 30, report, now=now(), actor=None)
    app.run()
    table = next(frame.value for frame in app.dataframe)
    assert list(table[say("ru", "junior.versions.accuracy")]) == ["0,50 [0,40; 0,60], n\u00a0=\u00a030"]
    # The floor is 0.70: it is said with the figure, and promoted by a word of its own alone.
    short = say("ru", "promotion.below", right="0,50 [0,40; 0,60], n = 30", floor=0.7)
    assert f"{short} {say('ru', 'promotion.below.question')}" in told(app)
    assert say("ru", "promotion.below.act") in {each.proto.popover.label for each in app.get("popover")}
    app.button(key="promote").click().run()
    assert say("ru", "junior.answer.llm", version="1", model="small") in told(app)
    app.button(key="withdraw").click().run()
    assert say("ru", "junior.answer.nobody") in told(app)
    with house.snapshot() as connection:
        assert speaking(connection, project.id) is None


def test_a_version_is_written_from_proposed_examples_and_the_request_is_shown_masked(
    house: Database, open_page: OpenPage, project: Project
) -> None:
    with house.transaction() as connection:
        # Ruled, but golden: never an example.
        extra = add_items(connection, project, ["контрольный"], first=50)[0]
        bulk.rule_many(connection, project, [Candidate(extra)], {extra: "neutral"}, now=now(), actor=None)
        golden.appoint(connection, project, extra, "neutral", explanation="", now=now(), actor=None)
    app = open_page("expert", PROMPTS)
    button(app, "prompts.propose").click().run()
    app.text_area[0].set_value("Смотри на конец разговора")
    app.toggle[0].set_value(True)
    app.text_input(key="preview_item").set_value("3").run()
    seen = told(app)
    assert "Смотри на конец разговора" in seen
    assert "thanks for a thing" in seen
    assert '"Мой номер [PHONE_1]"' in seen
    assert "123-45-67" not in "".join(block.proto.body for block in app.get("html"))
    button(app, "prompts.save").click().run()
    (made,) = versions(house, project)
    # In the order in which the page shows them, each with what the expert wrote.
    assert [one.text for one in made.examples] == TEXTS[:3]
    assert made.examples[1].rationale == "thanks for a thing"
    assert dict(made.settings) == {"reasoning": True}


def test_two_versions_are_compared_and_one_is_taken_up_again(
    house: Database, open_page: OpenPage, project: Project
) -> None:
    with house.transaction() as connection:
        for words in ("Будь строг", "Будь мягок"):
            prompts.write_prompt(connection, project, PromptKind.LLM, instructions=words, now=now(), actor=None)
    app = part(open_page("lead", PROMPTS), "difference", "prompt_part")
    page = "".join(block.proto.body for block in app.get("html"))
    assert ">строг</del>" in page and ">мягок</ins>" in page
    app = part(app, "versions", "prompt_part")
    app.selectbox(key="prompt_take_which").set_value(versions(house, project)[1].id).run()
    button(app, "prompts.take").click().run()
    assert app.text_area[0].value == "Будь строг"


def test_masking_is_tried_and_nothing_is_kept(house: Database, open_page: OpenPage) -> None:
    app = open_page("expert", MASKING)
    app.text_area(key="masking_text").set_value("Звоните: 8 (999) 765-43-21, <b>Анна</b>").run()
    seen = "".join(block.proto.body for block in app.get("html"))
    assert "[PHONE_1]" in seen and "[NAME_1]" in seen and "&lt;b&gt;" in seen
    app.toggle(key="masking_names").set_value(False).run()
    assert "[NAME_1]" not in "".join(block.proto.body for block in app.get("html"))
    with house.snapshot() as connection:
        held = "".join(
            str(tuple(row)) for table in schema.metadata.sorted_tables for row in connection.execute(select(table))
        )
    assert "765-43-21" not in held


def test_masking_at_import_is_a_switch_in_the_settings(house: Database, open_page: OpenPage) -> None:
    app = open_page("lead", "project/settings.py")
    toggle = next(one for one in app.toggle if one.label == say("ru", "settings.pii_policy"))
    toggle.set_value(True).run()
    assert say("ru", "settings.then.pii_mask") in told(app)
    button(app, "settings.save").click().run()
    with house.snapshot() as connection:
        assert get_project(connection, "demo").pii_policy is PiiPolicy.MASK


Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def ask(house: Database) -> Ask:
    """Ask the route as somebody; gives the events, or the refusal with its status."""

    def send(login: str = "lead", header: str = "card", **body: Any) -> list[dict[str, Any]]:
        with house.transaction() as connection:
            token = open_session(connection, get_person(connection, login).id, now=now())

        async def app(scope: Scope, receive: Receive, send_: Send) -> None:
            with house.snapshot() as connection:
                scope["reader"] = check_session(connection, token, now=now())
            await Starlette(routes=junior.ROUTES)(scope, receive, send_)

        async def request() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
                return await client.post("/junior/ask", headers={"X-Sverka": header}, json=body)

        answered = asyncio.run(request())
        if answered.status_code != 200:
            return [{"status": answered.status_code, **answered.json()}]
        return [json.loads(event.removeprefix("data: ")) for event in answered.text.strip().split("\n\n")]

    return send


def test_one_item_asked_live(house: Database, project: Project, server: JuniorServer, ask: Ask) -> None:
    prompt_id = set_up(house, project, server)
    events = ask("expert", project="demo", prompt=prompt_id, item="3")
    assert "".join(event.get("piece", "") for event in events) == '{"label": "gratitude", "confidence": 0.9}'
    lines = events[-1]["done"]
    assert "gratitude" in lines[0] and "90%" in lines[0].replace("\xa0", "")
    assert "0,00007" in lines[1]
    assert "телефон 1" in lines[2]
    with house.snapshot() as connection:
        call = schema.llm_call
        row = connection.execute(select(call.c.purpose, call.c.state, call.c.masked, call.c.item_id)).one()
        assert connection.execute(select(func.count()).select_from(schema.suggestion)).scalar_one() == 0
    assert (row.purpose, row.state, row.masked) == ("live", "settled", {"PHONE": 1})
    assert "123-45-67" not in str(server.requests)
    assert "обращается к модели" in str(ask(project="demo", prompt=prompt_id, item="4")[-1])


@pytest.mark.parametrize("leaves", ["session", "role"])
def test_who_has_left_meanwhile_spends_nothing(
    house: Database, project: Project, server: JuniorServer, leaves: str
) -> None:
    prompt_id = set_up(house, project, server)
    with house.transaction() as connection:
        lead = get_person(connection, "lead").id
        reader = check_session(connection, open_session(connection, lead, now=now()), now=now())
        assert reader is not None
    body = json.dumps({"project": "demo", "prompt": prompt_id, "text": "x"}).encode()
    question = live.read_question(reader, body)
    with house.transaction() as connection:
        if leaves == "session":
            end_all_sessions(connection, lead, now=now())
        else:
            connection.execute(delete(schema.membership).where(schema.membership.c.person_id == lead))

    async def events() -> list[str]:
        return [event async for event in live.events_of(question)]

    (told_once,) = asyncio.run(events())
    code = "session_ended" if leaves == "session" else "not_allowed"
    assert say("ru", f"error.{code}") in told_once
    assert server.requests == []
    with house.snapshot() as connection:
        assert connection.execute(select(schema.llm_call)).all() == []


def test_what_can_not_be_asked_live(house: Database, project: Project, server: JuniorServer, ask: Ask) -> None:
    prompt_id = set_up(house, project, server, budget=10)
    assert ask(project="demo", prompt=prompt_id, text="x") == [{"error": say("ru", "error.budget_spent")}]
    for login, body, status, code in (
        ("assessor", {"text": "x"}, 403, "not_allowed"), ("lead", {"item": "99"}, 400, "unknown_item"),
        ("lead", {"text": " "}, 400, "bad_request"), ("lead", {"text": "x", "prompt": 99}, 400, "unknown_prompt"),
        ("lead", {"text": "x", "project": "nowhere"}, 403, "unknown_project"),
    ):  # fmt: skip
        (refused,) = ask(login, **({"project": "demo", "prompt": prompt_id} | body))
        assert (refused["status"], refused["error"]) == (status, code)
        assert refused["message"] != say("ru", "error.unknown", code=code)
    assert ask(header="form", project="demo", prompt=prompt_id, text="x")[0]["status"] == 400
    assert server.requests == []


def test_a_server_that_is_gone_is_a_sentence(
    house: Database, project: Project, server: JuniorServer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SVERKA_JUNIOR_URLS", f"{server.url}, http://127.0.0.1:9/v1")
    prompt_id = set_up(house, project, server)
    with house.transaction() as connection:
        change_settings(connection, project.id, {"junior_url": "http://127.0.0.1:9/v1"}, now=now(), actor=None)
    assert ask(project="demo", prompt=prompt_id, text="x") == [{"error": say("ru", "error.junior_unreachable")}]
