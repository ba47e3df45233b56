"""The page on what suggestions do to answers: what is missing, what is recommended, and the button that does it."""

from __future__ import annotations

from html import unescape

import pytest

from db.engine import Database
from db.vocabulary import SuggestionPolicy
from labeling.junior.experiment import experiment
from labeling.people.people import get_person
from labeling.projects.projects import get_project
from labeling.quality.showing import HARMFUL, UNCLEAR, UNDECIDED
from pages.ui.figures import percent
from pages.ui.words import say
from tests.labeling.junior.juniors import let_speak, write_version
from tests.labeling.shown import put_experiment
from tests.pages.conftest import OpenPage
from tests.pages.working import answer_of, chart_of, shown, speak

SHOWING = "junior/showing.py"


@pytest.mark.parametrize("login", ["lead", "expert", "boss"])
@pytest.mark.parametrize("locale", ["ru", "en"])
def test_without_a_version_that_speaks_there_is_nothing_to_show(
    house: Database, open_page: OpenPage, login: str, locale: str
) -> None:
    speak(house, login, locale)
    app = open_page(login, SHOWING)
    assert not app.exception
    assert unescape(answer_of(app)) == say(locale, "showing.answer.none")
    assert say(locale, "showing.empty.nobody") in shown(app)


def test_the_lead_begins_the_experiment_here_and_an_expert_does_not(house: Database, open_page: OpenPage) -> None:
    with house.snapshot() as connection:
        project = get_project(connection, "demo")
    let_speak(house, project, write_version(house, project, model="small-1"))
    app = open_page("expert", SHOWING)
    assert not app.exception
    assert say("ru", "showing.lead_decides") in shown(app).replace("\\", "")
    app = open_page("lead", SHOWING)
    assert "small-1" in shown(app)
    assert say("ru", "showing.empty.start", probes=percent(project.probe_share, "ru")) in shown(app)
    app.button(key="showing_policy").click().run()
    assert not app.exception
    with house.snapshot() as connection:
        assert get_project(connection, "demo").suggestion_policy is SuggestionPolicy.EXPERIMENT
    assert say("ru", "showing.empty.waiting") in shown(open_page("lead", SHOWING))


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_the_effect_is_told_with_its_figures(house: Database, open_page: OpenPage, locale: str) -> None:
    with house.snapshot() as connection:
        people = [get_person(connection, login).id for login in ("assessor", "expert")]
    project = put_experiment(house, "demo", people)
    with house.snapshot() as connection:
        one = experiment(connection, project)
    speak(house, "lead", locale)
    app = open_page("lead", SHOWING)
    assert not app.exception
    assert [effect.verdict for effect in one.showing.effects] == [HARMFUL, UNCLEAR]
    assert one.showing.recommendation == UNDECIDED
    assert answer_of(app) == say(locale, "showing.answer.harmful.before", n=96)
    effects = next(found.value for found in app.dataframe if say(locale, "showing.verdict") in found.value.columns)
    names = ("following", "accuracy", "seconds")
    values = [effects[say(locale, f"showing.{name}")].iloc[0].replace("\u00a0", " ") for name in names]
    assert values[0].startswith("+1")
    assert values[0].endswith("n = 16")
    assert values[1].startswith("−0,25" if locale == "ru" else "−0.25")
    assert values[2].startswith("× 0,50" if locale == "ru" else "× 0.50")
    assert "v1 · small-1 · first" in shown(app).replace("\\", "")
    arms = next(found.value for found in app.dataframe if say(locale, "showing.wrong") in found.value.columns)
    assert list(arms[say(locale, "showing.answers")]) == [32, 32, 32]
    assert len(chart_of(app, "following")["data"][0]["x"]) == 4
    by_assessor = next(found.value for found in app.dataframe if say(locale, "showing.assessor") in found.value.columns)
    assert set(by_assessor[say(locale, "showing.assessor")]) == {"Assessor", "Expert"}
    assert len(by_assessor) == 6
