"""The page on which a version of junior is judged: figures counted by hand, looks counted, one promoted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, update
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.frames import suggestions
from db.vocabulary import Part, PromptKind
from labeling.desk import golden
from labeling.junior import prompts
from labeling.people.people import get_person
from labeling.projects.projects import Project, get_project
from labeling.quality.intervals import wilson
from pages.ui.figures import figure, in_words
from pages.ui.words import say
from tests.labeling.junior.juniors import pay, suggest, write_version
from tests.labeling.worlds import NOON, add_items
from tests.pages.conftest import OpenPage
from tests.pages.working import answer_of, cards, chart_of, shown, speak

JUDGING = "junior/judging.py"


@dataclass(frozen=True)
class Judged:
    """Golden items in two parts, half "neutral", half "gratitude", and a first version that nobody asked yet."""

    database: Database
    project: Project
    dev: list[int]
    test: list[int]
    truth: dict[int, str]
    first: int

    def say_of(self, prompt_id: int, *, wrong: int = 0, refused: int = 0) -> None:
        """Of each part the first ``wrong`` "neutral" ones are called "gratitude", the next ``refused`` refused."""
        said: dict[int, tuple[str | None, float | None]] = {item: (label, 0.9) for item, label in self.truth.items()}
        for part in (self.dev, self.test):
            neutral = [item for item in part if self.truth[item] == "neutral"]
            said |= dict.fromkeys(neutral[:wrong], ("gratitude", 0.9))
            said |= dict.fromkeys(neutral[wrong : wrong + refused], (None, None))
        suggest(self.database, self.project, prompt_id, said)


def put_golden(house: Database, *, n: int = 60) -> Judged:
    with house.transaction() as connection:
        connection.execute(update(schema.project).values(seed=11))
        project = get_project(connection, "demo")
        ids = add_items(connection, project, [f"контрольный *{n}* <b>текст</b>" for n in range(n)])
        parts: dict[Part, list[int]] = {Part.DEV: [], Part.TEST: []}
        truth = {}
        for item in ids:
            part = parts[prompts.part_of(project, item)]
            truth[item] = ("neutral", "gratitude")[len(part) % 2]
            part.append(item)
            golden.appoint(connection, project, item, truth[item], now=NOON, actor=None)
        person = get_person(connection, "assessor").id
        rows = [
            {"project_id": project.id, "item_id": item, "assessor_id": person, "revision": 1, "created_at": NOON}
            | {"label": truth[item]}
            for item in ids[:20]
        ]
        connection.execute(insert(schema.annotation), rows)
    first = write_version(house, project, name="короткий", model="small-1")
    return Judged(house, project, parts[Part.DEV], parts[Part.TEST], truth, first)


@pytest.mark.parametrize("login", ["lead", "expert", "boss"])
@pytest.mark.parametrize("locale", ["ru", "en"])
def test_without_versions_the_way_to_one_is_shown(
    house: Database, open_page: OpenPage, login: str, locale: str
) -> None:
    speak(house, login, locale)
    app = open_page(login, JUDGING)
    assert not app.exception
    assert answer_of(app) == say(locale, "judging.answer.none")
    assert say(locale, "judging.empty.versions") in shown(app)


def test_without_golden_items_or_answers_it_says_what_to_do(house: Database, open_page: OpenPage) -> None:
    with house.snapshot() as connection:
        project = get_project(connection, "demo")
    write_version(house, project, PromptKind.LOCAL)
    assert say("ru", "judging.empty.golden") in shown(open_page("lead", JUDGING))
    put_golden(house)
    app = open_page("lead", JUDGING)
    assert not app.exception
    assert say("ru", "judging.empty.asked") in shown(app)
    assert "короткий" in answer_of(app)
    # A look that could tell nothing is not offered: it would count.
    app.segmented_control(key="judging_part").set_value(Part.TEST).run()
    assert not app.exception
    assert say("ru", "judging.ask_first") in shown(app)
    assert "judging_look" not in {each.key for each in app.button}


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_the_figures_are_those_of_the_hand(house: Database, open_page: OpenPage, locale: str) -> None:
    world = put_golden(house)
    world.say_of(world.first, wrong=2, refused=1)
    pay(house, world.project, world.first, world.dev[:4], cost=2_000, seconds=0.5)
    speak(house, "lead", locale)
    app = open_page("lead", JUDGING)
    assert not app.exception
    n, seen = len(world.dev), cards(app)
    accuracy = in_words(wilson(n - 3, n)) if locale == "ru" else None
    right = wilson(n - 3, n)
    assert seen[say(locale, "judging.accuracy")].replace("\u00a0", " ") == figure(
        right.value, right.low, right.high, n, locale
    )
    assert accuracy is None or accuracy in answer_of(app)
    assert "small-1" in answer_of(app)
    # Four calls of 0.002 each: a thousand items come to 2, and 500 seconds.
    assert seen[say(locale, "judging.cost")].startswith("2")
    assert seen[say(locale, "judging.cost")].endswith("n\u00a0=\u00a04")
    assert seen[say(locale, "judging.seconds")].startswith("8 ")
    table = next(found.value for found in app.dataframe if say(locale, "judging.precision") in found.value.columns)
    neutral = sum(world.truth[item] == "neutral" for item in world.dev)
    rows = {row[0]: row[1:] for row in table.to_numpy().tolist()}
    assert len(rows) == 2
    recalls = [row[1].replace("\u00a0", " ") for row in rows.values()]
    three = wilson(neutral - 3, neutral)
    assert figure(three.value, three.low, three.high, neutral, locale) in recalls
    gave = n - neutral + 2
    precise = wilson(n - neutral, gave)
    assert figure(precise.value, precise.low, precise.high, gave, locale) in [
        row[0].replace("\u00a0", " ") for row in rows.values()
    ]
    grid = chart_of(app, "junior_confusion")["data"][0]["z"]
    assert grid[0] == pytest.approx([(neutral - 3) / neutral, 2 / neutral, 1 / neutral])
    kin = next(found.value for found in app.dataframe if say(locale, "judging.kappa") in found.value.columns)
    assert list(kin[say(locale, "judging.annotator")]) == [say(locale, "judging.consensus"), "Assessor"]


def test_where_junior_and_expert_differ_is_shown_of_the_dev_part_alone(house: Database, open_page: OpenPage) -> None:
    world = put_golden(house)
    world.say_of(world.first, wrong=2)
    app = open_page("lead", JUDGING)
    texts = "".join(element.proto.body for element in app.get("html"))
    for item in world.truth:
        number = f"*{item - min(world.truth)}* &lt;b&gt;текст"
        neutral = [each for each in world.dev if world.truth[each] == "neutral"]
        assert (number in texts) == (item in neutral[:2])


def look(app: AppTest) -> AppTest:
    return app.button(key="judging_look").click().run()


def test_a_look_at_the_locked_part_is_counted_and_opens_the_way_to_speaking(
    house: Database, open_page: OpenPage
) -> None:
    world = put_golden(house)
    world.say_of(world.first, wrong=1)
    app = open_page("lead", JUDGING)
    assert say("ru", "judging.not_yet", least=prompts.LEAST_LOCKED, most=0) in shown(app)
    app.segmented_control(key="judging_part").set_value(Part.TEST).run()
    assert answer_of(app) == say("ru", "judging.answer.test.none", who="v1 · small-1 · короткий")
    assert "judging_promote" not in {each.key for each in app.button}
    with house.snapshot() as connection:
        assert prompts.looks(connection, world.project.id) == []
    look(app)
    assert not app.exception
    with house.snapshot() as connection:
        (made,) = prompts.looks(connection, world.project.id, Part.TEST)
    n = len(world.test)
    assert (made.prompt_id, made.n) == (world.first, n)
    assert made.report["accuracy"]["value"] == pytest.approx((n - 1) / n)
    assert "смотрели 1 раз" in shown(app)
    assert in_words(wilson(n - 1, n)) in answer_of(app)
    app.button(key="judging_promote").click().run()
    assert not app.exception
    with house.snapshot() as connection:
        assert suggestions.speaking(connection, world.project.id) == world.first
    look(app)
    assert "смотрели 2 раза" in shown(app)


def test_below_the_floor_the_figures_and_the_floor_stand_where_it_is_promoted(
    house: Database, open_page: OpenPage
) -> None:
    world = put_golden(house)
    wrong = len([item for item in world.test if world.truth[item] == "neutral"])
    world.say_of(world.first, wrong=wrong)
    app = open_page("lead", JUDGING)
    app.segmented_control(key="judging_part").set_value(Part.TEST).run()
    look(app)
    right = in_words(wilson(len(world.test) - wrong, len(world.test)))
    said = say("ru", "promotion.below", right=right, floor=0.7)
    assert said in shown(app).split("\n")
    assert f"{said} {say('ru', 'promotion.below.question')}" in shown(app)
    app.button(key="judging_promote").click().run()
    with house.snapshot() as connection:
        assert suggestions.speaking(connection, world.project.id) == world.first


def test_an_expert_looks_and_the_lead_promotes(house: Database, open_page: OpenPage) -> None:
    world = put_golden(house)
    world.say_of(world.first)
    app = open_page("expert", JUDGING)
    app.segmented_control(key="judging_part").set_value(Part.TEST).run()
    look(app)
    assert not app.exception
    assert say("ru", "judging.lead_promotes") in shown(app)
    assert "judging_promote" not in {each.key for each in app.button}


def test_two_versions_are_compared_on_the_same_items(house: Database, open_page: OpenPage) -> None:
    world = put_golden(house)
    world.say_of(world.first, wrong=8)
    second = write_version(house, world.project, name="длинный", model="big-1")
    world.say_of(second)
    app = open_page("lead", JUDGING)
    # The newest is judged, the first stands beside it.
    app.selectbox(key=f"judging_other_demo_{second}").set_value(world.first).run()
    assert not app.exception
    n = len(world.dev)
    seen = cards(app)
    assert seen[say("ru", "judging.compared.won")].startswith("+0 / −8")
    assert seen[say("ru", "judging.compared.accuracy")].startswith(f"−{8 / n:.2f}".replace(".", ","))
    assert "v1 · small-1 · короткий хуже, чем v2 · big-1 · длинный" in shown(app).replace("\\", "")
    app.segmented_control(key="judging_part").set_value(Part.TEST).run()
    look(app)
    assert say("ru", "judging.compared.locked") in shown(app)


def test_a_version_for_one_class_is_judged_against_the_rest(house: Database, open_page: OpenPage) -> None:
    world = put_golden(house)
    target = write_version(house, world.project, settings={"target": "gratitude"})
    said: dict[int, tuple[str | None, float | None]] = {
        item: ("gratitude", 0.8) if label == "gratitude" else (None, 0.7) for item, label in world.truth.items()
    }
    refused = next(item for item in world.dev if world.truth[item] == "neutral")
    suggest(house, world.project, target, said | {refused: (None, None)})
    app = open_page("lead", JUDGING)
    assert not app.exception
    n = len(world.dev)
    assert in_words(wilson(n - 1, n)) in answer_of(app)
    table = next(found.value for found in app.dataframe if say("ru", "judging.precision") in found.value.columns)
    assert say("ru", "judging.rest") in list(table[say("ru", "judging.class")])


def test_a_look_before_this_page_was_is_no_evaluation(house: Database, open_page: OpenPage) -> None:
    world = put_golden(house)
    world.say_of(world.first)
    with house.transaction() as connection:
        prompts.add_look(
            connection, world.project, world.first, Part.TEST, 20, {"accuracy": {}}, now=datetime.now(UTC), actor=None
        )
    app = open_page("lead", JUDGING)
    app.segmented_control(key="judging_part").set_value(Part.TEST).run()
    assert not app.exception
    assert "ещё не проверяли" in answer_of(app)


@pytest.mark.parametrize(("wrong", "helps"), [(10, False), (40, True)])
def test_mended_confidence_is_shown_where_it_was_seen_to_help(
    house: Database, open_page: OpenPage, wrong: int, helps: bool
) -> None:
    """As sure of everything as 0.9: with about a tenth wrong nothing is to mend, with four tenths there is."""
    world = put_golden(house, n=200)
    world.say_of(world.first, wrong=wrong)
    app = open_page("lead", JUDGING)
    assert not app.exception
    drawn = {each.get("name") for each in chart_of(app, "junior_curve")["data"]}
    assert say("ru", "judging.curve.said") in drawn
    assert (say("ru", "judging.curve.mended") in drawn) is helps
    sentence = say("ru", "judging.curve.helps", said="", mended="").split(":")[0]
    assert (sentence in shown(app)) is helps
