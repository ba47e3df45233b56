"""The guide as the card gets it: who may, in which language, and nothing of its author's markup."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from db.engine import Database
from labeling.adjudication import corner_cases
from labeling.people.people import get_person
from labeling.people.sign_in import open_session
from labeling.projects.projects import get_project
from pages.desk.guide_route import ROUTES
from pages.ui.gate import Gate
from pages.ui.session import COOKIE
from pages.ui.words import say
from tests.labeling.worlds import add_items
from tests.pages.working import publish, speak

Ask = Callable[..., tuple[int, dict[str, object]]]


@pytest.fixture
def ask(house: Database) -> Ask:
    """``ask(login, slug)``: the route's status and JSON, as that person's browser gets them, through the gate."""
    client = TestClient(Starlette(routes=ROUTES, middleware=[Middleware(Gate)]))

    def get(login: str | None, slug: str = "demo") -> tuple[int, dict[str, object]]:
        client.cookies.clear()
        if login is not None:
            with house.transaction() as connection:
                token = open_session(connection, get_person(connection, login).id, now=datetime.now(UTC))
            client.cookies.set(COOKIE, token)
        got = client.get("/desk/guidelines", params={"project": slug})
        return got.status_code, got.json()

    return get


def test_the_card_gets_the_guide_in_the_readers_language(house: Database, ask: Ask) -> None:
    publish(house, "старая")
    publish(house, "# Правило\n\n<b>x</b> [y](https://a.org)", "# Rule")
    link = '<a href="https://a.org" target="_blank" rel="noopener noreferrer">y</a>'
    russian = f'<div lang="ru"><h2>Правило</h2>\n<p>&lt;b&gt;x&lt;/b&gt; {link}</p>\n</div>'
    assert ask("assessor") == (200, {"version": 2, "html": russian})
    speak(house, "assessor", "en")
    assert ask("assessor") == (200, {"version": 2, "html": '<div lang="en"><h2>Rule</h2>\n</div>'})


def test_a_guide_in_one_language_is_shown_to_all_and_marked(house: Database, ask: Ask) -> None:
    publish(house, "", "only English")
    word = f"<p><em>{say('ru', 'guidelines.fallback', language='English')}</em></p>"
    assert ask("assessor")[1]["html"] == f'{word}<div lang="en"><p>only English</p>\n</div>'


@pytest.mark.parametrize("login", ["assessor", "expert", "lead", "boss"])
def test_members_and_admins_get_the_guide(house: Database, ask: Ask, login: str) -> None:
    publish(house, "текст")
    assert ask(login)[0] == 200


@pytest.mark.parametrize("login", ["stranger", "paused"])
def test_others_learn_no_more_than_of_a_project_that_is_not_there(house: Database, ask: Ask, login: str) -> None:
    publish(house, "текст")
    refused = ask(login)
    assert (refused[0], refused[1]["error"]) == (403, "unknown_project")
    nowhere = ask("lead", "no-such")
    assert (nowhere[0], nowhere[1]["error"]) == (403, "unknown_project")


def test_no_guide_is_404_in_words(house: Database, ask: Ask) -> None:
    assert ask("assessor") == (404, {"error": "no_guideline", "message": say("ru", "error.no_guideline")})


def test_without_a_session_there_is_nothing(house: Database, ask: Ask) -> None:
    publish(house, "текст")
    assert ask(None)[0] == 401


def test_corner_cases_stand_under_the_guide_as_text_the_newest_first(house: Database, ask: Ask) -> None:
    moment = datetime.now(UTC)
    with house.transaction() as connection:
        project, me = get_project(connection, "demo"), get_person(connection, "expert").id
        first, second = add_items(connection, project, ["<b>first</b>", "second"])
        corner_cases.add(connection, project, first, "neutral", "a <i>calm</i> question", now=moment, actor=me)
    case = (
        '<div class="case"><blockquote>&lt;b&gt;first&lt;/b&gt;</blockquote>'
        "<p><strong>neutral</strong>. a &lt;i&gt;calm&lt;/i&gt; question</p></div>"
    )
    # They are shown without a guide, too.
    assert ask("assessor") == (200, {"version": None, "html": f"<h2>Спорные случаи</h2>{case}"})
    publish(house, "правило")
    with house.transaction() as connection:
        corner_cases.add(connection, project, second, "gratitude", "", now=moment, actor=me)
    newer = '<div class="case"><blockquote>second</blockquote><p><strong>gratitude</strong></p></div>'
    body = f'<div lang="ru"><p>правило</p>\n</div><h2>Спорные случаи</h2>{newer}{case}'
    assert ask("assessor") == (200, {"version": 1, "html": body})
