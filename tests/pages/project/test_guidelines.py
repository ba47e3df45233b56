"""The guide: drafts, versions, two leads at once, and nothing of its author's markup on anybody's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextArea

from db import schema
from db.engine import Database
from db.vocabulary import Role
from labeling.adjudication import corner_cases
from labeling.people.people import get_person
from labeling.people.sign_in import open_session
from labeling.projects import guidelines
from labeling.projects.guidelines import get_guideline
from labeling.projects.projects import get_project
from pages.desk.guide_route import ROUTES
from pages.ui.difference import difference
from pages.ui.gate import Gate
from pages.ui.guide import as_html
from pages.ui.session import COOKIE
from pages.ui.widgets import plain
from pages.ui.words import say
from tests.labeling.worlds import add_items
from tests.pages.conftest import OpenPage
from tests.pages.working import answer_of, button, publish, shown, speak

Ask = Callable[..., tuple[int, dict[str, object]]]
SETTINGS, GUIDE = "project/settings.py", "project/guidelines.py"


def draft(app: AppTest, language: str) -> TextArea:
    return app.text_area(key=f"guide:demo:{language}")


def test_a_guide_is_begun_from_the_outline_and_published(house: Database, open_page: OpenPage) -> None:
    app = open_page("lead", GUIDE)
    assert answer_of(app) == say("ru", "guidelines.none", project="Демо")
    assert say("ru", "guidelines.empty_lead") in shown(app)
    button(app, "guidelines.scaffold_start").click().run()
    assert draft(app, "ru").value == say("ru", "guidelines.scaffold")
    button(app, "guidelines.publish").click().run()
    assert not app.error
    with house.snapshot() as connection:
        published = get_guideline(connection, get_project(connection, "demo").id)
    assert published is not None
    assert (published.version, published.body_ru, published.body_en) == (
        1, say("ru", "guidelines.scaffold"), say("en", "guidelines.scaffold"),
    )  # fmt: skip
    assert answer_of(app).startswith("Действует версия 1 от")


def test_publishing_adds_a_version_and_overwrites_none(house: Database, open_page: OpenPage) -> None:
    publish(house, "первая", "first")
    app = open_page("lead", GUIDE)
    draft(app, "ru").set_value("вторая").run()
    button(app, "guidelines.publish").click().run()
    with house.snapshot() as connection:
        project = get_project(connection, "demo")
        versions = guidelines.guideline_versions(connection, project.id)
    assert [(guide.version, guide.body_ru, guide.body_en) for guide in versions] == [
        (2, "вторая", "first"), (1, "первая", "first")
    ]  # fmt: skip
    table = next(found.value for found in app.dataframe if say("ru", "guidelines.author") in found.value.columns)
    assert list(table[say("ru", "guidelines.author")]) == ["Lead", "Boss"]
    assert "перваявторая" in shown(app)


def test_unpublished_text_survives_reruns_and_a_look_at_the_other_language(
    house: Database, open_page: OpenPage
) -> None:
    publish(house, "первая", "first")
    app = open_page("lead", GUIDE)
    draft(app, "ru").set_value("черновик").run()
    app.button_group(key="guide_write").set_value("en").run()
    assert draft(app, "en").value == "first"
    app.switch_page(SETTINGS).run()
    app.switch_page(GUIDE).run()
    app.button_group(key="guide_write").set_value("ru").run()
    assert draft(app, "ru").value == "черновик"
    with house.snapshot() as connection:
        guide = get_guideline(connection, get_project(connection, "demo").id)
    assert guide is not None
    assert guide.body_ru == "первая"


def test_another_leads_version_is_told_and_not_overwritten(house: Database, open_page: OpenPage) -> None:
    publish(house, "общее начало")
    app = open_page("lead", GUIDE)
    draft(app, "ru").set_value("общее начало и моё").run()
    publish(house, "общее начало и чужое")
    button(app, "guidelines.publish").click().run()
    assert [found.value for found in app.error] == [plain(say("ru", "error.guideline_moved", version=2))]
    assert [found.value for found in app.warning] == [say("ru", "guidelines.behind", version=2)]
    assert draft(app, "ru").value == "общее начало и моё"
    assert "общее начало и чужоемоё" in shown(app)
    with house.snapshot() as connection:
        project = get_project(connection, "demo").id
        assert [guide.version for guide in guidelines.guideline_versions(connection, project)] == [2, 1]
    button(app, "guidelines.publish_over", version=2).click().run()
    assert not app.warning
    with house.snapshot() as connection:
        bodies = [guide.body_ru for guide in guidelines.guideline_versions(connection, project)]
    assert bodies == ["общее начало и моё", "общее начало и чужое", "общее начало"]


def test_the_others_version_can_be_taken_instead(house: Database, open_page: OpenPage) -> None:
    publish(house, "начало")
    app = open_page("lead", GUIDE)
    draft(app, "ru").set_value("моё").run()
    publish(house, "чужое")
    app.run()
    button(app, "guidelines.take", version=2).click().run()
    assert not app.warning
    assert draft(app, "ru").value == "чужое"


def test_an_untouched_draft_follows_the_version_in_force(house: Database, open_page: OpenPage) -> None:
    publish(house, "начало")
    app = open_page("lead", GUIDE)
    publish(house, "продолжение")
    app.run()
    assert not app.warning
    assert draft(app, "ru").value == "продолжение"


@pytest.mark.parametrize(("text", "code"), [("  ", "guideline_empty"), ("первая", "guideline_unchanged")])
def test_nothing_new_is_not_published(house: Database, open_page: OpenPage, text: str, code: str) -> None:
    publish(house, "первая")
    app = open_page("lead", GUIDE)
    draft(app, "ru").set_value(text).run()
    button(app, "guidelines.publish").click().run()
    assert [found.value for found in app.error] == [plain(say("ru", f"error.{code}", version=1))]


@pytest.mark.parametrize("login", ["assessor", "expert"])
def test_who_only_labels_reads_and_does_not_write(house: Database, open_page: OpenPage, login: str) -> None:
    publish(house, "# Правило\n\nЧитать <i>целиком</i>.")
    app = open_page(login, GUIDE)
    assert not app.exception
    assert not app.text_area
    assert "Читать &lt;i&gt;целиком&lt;/i&gt;." in shown(app)
    assert say("ru", "guidelines.publish") not in [found.label for found in app.button]


def test_a_dismissed_lead_publishes_nothing(house: Database, open_page: OpenPage) -> None:
    publish(house, "первая")
    app = open_page("lead", GUIDE, alone=True)
    draft(app, "ru").set_value("вторая")
    with house.transaction() as connection:
        connection.execute(schema.membership.delete().where(schema.membership.c.role == Role.LEAD))
    button(app, "guidelines.publish").click().run()
    with house.snapshot() as connection:
        guide = get_guideline(connection, get_project(connection, "demo").id)
    assert guide is not None
    assert guide.version == 1


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "<svg onload=x>",
        "[a](data:text/html;base64,AAA)", "[a](vbscript:x)", "![x](javascript:alert(1))", "[a](&#106;avascript:x)",
        '[a](https://b.org "c\\" onmouseover=d")', '![c" onerror="d](https://b.org/e.png)', "<https://a.org/\"onclick=b>",
        "![x](https://tracker.org/pixel.png)", "a\n<iframe src=//b.org>\n", "[x]: javascript:a\n\n[x]",
    ],
)  # fmt: skip
def test_no_markup_of_a_guides_author_gets_through(attack: str) -> None:
    from html.parser import HTMLParser

    found: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

    Reader().feed(as_html(attack))
    assert {tag for tag, _ in found} <= {"p", "a"}
    for tag, attributes in found:
        assert set(attributes) <= {"href", "title", "target", "rel"}
        if tag == "a":
            assert (attributes["href"] or "").startswith("https://")
            assert (attributes["target"], attributes["rel"]) == ("_blank", "noopener noreferrer")


def test_a_difference_marks_words_escapes_them_and_counts_what_is_the_same() -> None:
    before = "\n".join([*(f"строка {n}" for n in range(9)), "старый <b>конец"])
    after = "\n".join([*(f"строка {n}" for n in range(9)), "новый <b>конец", "ещё"])
    found = difference(before, after)
    assert "<b>" not in found
    assert say("ru", "difference.same", n=8) in found
    assert "строка 8" in found
    assert "строка 3" not in found
    assert found.count("<del") == 1
    assert found.count("<ins") == 2
    assert difference(before, before) == ""


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
    assert ask("assessor")[1]["html"] == '<div lang="en"><p>only English</p>\n</div>'


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
