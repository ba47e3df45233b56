"""The guide: drafts, versions, two leads at once, and nothing of its author's markup on anybody's page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextArea

from db import schema
from db.engine import Database
from db.vocabulary import Role
from labeling.projects import guidelines
from labeling.projects.classes import change_class, get_classes
from labeling.projects.guidelines import get_guideline
from labeling.projects.languages import placeholders
from labeling.projects.projects import get_project
from pages.ui.difference import difference
from pages.ui.guide import as_html
from pages.ui.widgets import plain
from pages.ui.words import say
from tests.pages.conftest import OpenPage
from tests.pages.working import answer_of, button, publish, shown, speak

SETTINGS, GUIDE = "project/settings.py", "project/guidelines.py"


def draft(app: AppTest, language: str) -> TextArea:
    return app.text_area(key=f"guide:demo:{language}")


def test_a_guide_is_begun_from_the_outline_and_published(house: Database, open_page: OpenPage) -> None:
    app = open_page("lead", GUIDE)
    assert answer_of(app) == say("ru", "guidelines.none", project="Демо")
    assert say("ru", "guidelines.empty_lead") in shown(app)
    button(app, "guidelines.scaffold_start").click().run()
    assert draft(app, "ru").value == say("ru", "guidelines.scaffold")
    left = placeholders(say("ru", "guidelines.scaffold"))
    assert "Осталось 12 незаполненных мест" in shown(app) and len(left) == 12
    button(app, "guidelines.publish").click().run()
    unfilled = say("ru", "error.guideline_unfilled", place=left[0], n=24)
    assert [found.value for found in app.error] == [plain(unfilled)]
    draft(app, "ru").set_value("Своё правило").run()
    button(app, "guidelines.publish").click().run()
    assert not app.error
    assert [found.value for found in app.toast] == [plain(say("ru", "guidelines.published_but", language="English"))]
    with house.snapshot() as connection:
        published = get_guideline(connection, get_project(connection, "demo").id)
    assert published is not None
    assert (published.version, published.body_ru, published.body_en) == (1, "Своё правило", "")
    assert answer_of(app).startswith("Действует версия 1 от")
    # Not "in both languages": nobody has written the other.
    assert "написана на одном языке (Русский)" in answer_of(app)
    speak(house, "assessor", "en")
    read = shown(open_page("assessor", GUIDE))
    assert "Своё правило" in read and say("en", "guidelines.fallback", language="Русский") in read


def test_a_draft_outlives_a_reload_of_the_page_until_it_is_published(house: Database, open_page: OpenPage) -> None:
    publish(house, "первая")
    draft(open_page("lead", GUIDE), "ru").set_value("черновик").run()
    reloaded = open_page("lead", GUIDE)
    assert draft(reloaded, "ru").value == "черновик"
    assert say("ru", "guidelines.unpublished") in shown(reloaded)
    button(reloaded, "guidelines.publish").click().run()
    published = open_page("lead", GUIDE)
    assert draft(published, "ru").value == "черновик"
    assert say("ru", "guidelines.unpublished") not in shown(published)
    draft(published, "ru").set_value("ещё один").run()
    # It is one person's.
    assert draft(open_page("boss", GUIDE, project="demo"), "ru").value == "черновик"


def test_a_draft_taken_up_again_is_told_of_a_version_that_came_out(house: Database, open_page: OpenPage) -> None:
    publish(house, "первая")
    draft(open_page("lead", GUIDE), "ru").set_value("черновик").run()
    publish(house, "чужая")
    reloaded = open_page("lead", GUIDE)
    assert draft(reloaded, "ru").value == "черновик"
    assert [found.value for found in reloaded.warning] == [say("ru", "guidelines.behind", version=2)]


def test_classes_are_described_in_the_language_there_is(house: Database, open_page: OpenPage) -> None:
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        thanks = next(entry for entry in get_classes(connection, project.id) if entry.code == "gratitude")
        changed = replace(thanks, title_ru="Благодарность", description_ru="Спасибо за дело.")
        change_class(connection, project.id, changed, now=datetime.now(UTC), actor=None)
    speak(house, "assessor", "en")
    read = shown(open_page("assessor", GUIDE))
    assert "Благодарность" in read and "gratitude" not in read
    assert "Спасибо за дело." in read
    assert say("en", "guidelines.description_in", language="Русский") in read


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
