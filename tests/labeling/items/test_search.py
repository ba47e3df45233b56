"""A search finds what was asked for, on both databases, whatever stands in the query."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from db import schema
from db.engine import Database
from db.frames.search import indexed_up_to, is_behind
from db.vocabulary import ItemState, LabelKind
from labeling.desk import golden
from labeling.facts import consensus
from labeling.items.history import history_of
from labeling.items.indexing import catch_up
from labeling.items.search import MOST, LabelOf, Question, search
from labeling.items.standing import standing_of, standing_of_some
from labeling.projects.classes import add_codes
from labeling.projects.projects import create_project
from tests.labeling.worlds import NOON, World, add_items, make_world

TEXTS = [
    "Ещё раз: где моя карта?",
    "карточка пришла, спасибо",
    "Оплата КАРТОЙ не прошла (e-mail: a@shop.ru)",
    "кот сидит на <b>которой</b> карте",
    'она сказала "NOT" OR 50%',
]


@pytest.fixture
def world(database: Database) -> World:
    made = make_world(database, items=0, golden_items=0)
    with database.transaction() as connection:
        add_items(connection, made.project, TEXTS)
        other = create_project(connection, "other", now=NOON)
        add_items(connection, other, ["карта другого проекта"])
    return made


def found(world: World, **asked: object) -> list[int]:
    """The numbers of the texts that are found."""
    question = Question(**asked)  # type: ignore[arg-type]
    with world.database.snapshot() as connection:
        known = standing_of(connection, world.project) if question.asks_facts else None
        return [int(item) for item in search(connection, world.project.id, question, known).item_ids]


# What is asked for, and which of the texts have it.
WORDS = {
    "карта": [1],
    "карт*": [1, 2, 3, 4],
    "КАРТА еще": [1],
    "Ещё": [1],
    "кот": [4],
    "кот*": [4],
    "shop": [3],
    "mail ru": [3],
    "картой карта": [],
    "not": [5],
    '"NOT" OR': [5],
    "50": [5],
    "b": [4],
    "?! *": [],
    "карта\0": [1],
    "карта' OR '1'='1": [],
    "NEAR(карта, 2) ^карта words:карта": [],
    "-карта": [1],
    "карта:*": [1],
    "карта & !кот | (": [],
    "''": [],
    "  ": [1, 2, 3, 4, 5],
}


@pytest.mark.parametrize("is_indexed", [True, False])
def test_words_are_found_by_letters_and_nothing_in_a_query_is_an_operator(world: World, is_indexed: bool) -> None:
    if is_indexed:
        catch_up(world.database, gentle=False)
        with world.database.snapshot() as connection:
            assert not is_behind(connection)
    assert {asked: found(world, words=asked) for asked in WORDS} == WORDS


def test_what_came_after_the_index_is_found_too_and_indexed_once(sqlite_database: Database) -> None:
    world = make_world(sqlite_database, items=0, golden_items=0)
    with sqlite_database.transaction() as connection:
        add_items(connection, world.project, TEXTS[:2])
    assert catch_up(sqlite_database) == 2
    with sqlite_database.transaction() as connection:
        add_items(connection, world.project, TEXTS[2:], first=3)
    assert found(world, words="карт*") == [1, 2, 3, 4]
    assert catch_up(sqlite_database) == 3
    assert catch_up(sqlite_database) == 0
    with sqlite_database.snapshot() as connection:
        assert indexed_up_to(connection) == 5
    assert found(world, words="карт*") == [1, 2, 3, 4]


def test_ids_are_found_whole_and_by_their_beginning(database: Database) -> None:
    world = make_world(database, items=0, golden_items=0)
    names = ["a-1", "A-1", "a-12", "a_12", "a%12", "б", "*"]
    row = {"project_id": world.project.id, "text": "т", "fingerprint": 1, "created_at": NOON}
    with database.transaction() as connection:
        connection.execute(insert(schema.item), [row | {"external_id": name} for name in names])
    asked = {
        "a-1": [1],
        " a-1 ": [1],
        "a-1*": [1, 3],
        "a_*": [4],
        "a%*": [5],
        "б*": [6],
        "a": [],
        "a\0*": [],
        "**": [7],
    }
    assert {item: found(world, item=item) for item in asked} == asked
    assert found(world, item="a-1*", words="т*") == [1, 3]
    assert found(world, item="*") == [1, 2, 3, 4, 5, 6, 7]


def labeled(database: Database) -> World:
    """Four items: two agree, one is in dispute, one waits; and a golden one."""
    world = make_world(database, items=4, golden_items=0, assessors=2)
    first, second = world.assessors
    said = [(1, first, "neutral"), (1, second, "neutral"), (2, first, "neutral"), (2, second, "gratitude")]
    said += [(3, first, "gratitude"), (4, first, "confusion"), (4, second, None)]
    with database.transaction() as connection:
        for n, assessor, label in said:
            row = {"item_id": world.items[n - 1], "assessor_id": assessor, "label": label, "revision": 1}
            row |= {"project_id": world.project.id, "created_at": NOON}
            connection.execute(insert(schema.annotation), row)
        golden.appoint(connection, world.project, world.items[3], "neutral", now=NOON, actor=None)
    return world


def test_items_are_found_by_what_is_known_of_them_before_any_analysis(database: Database) -> None:
    world = labeled(database)
    first, second = world.assessors
    assert found(world, state=ItemState.DISPUTED.value) == [2]
    assert found(world, state=ItemState.IN_PROGRESS.value) == [3]
    assert found(world, label="neutral") == [1, 4]
    assert found(world, label="neutral", said_by=LabelOf.CONSENSUS) == [1, 4]
    assert found(world, label="neutral", said_by=LabelOf.GOLDEN) == [4]
    assert found(world, label="gratitude", said_by=LabelOf.VOTE) == [2, 3]
    assert found(world, label="gratitude", said_by=LabelOf.VOTE, assessor=second) == [2]
    assert found(world, assessor=second) == [1, 2, 4]
    assert found(world, disagreement=0.5) == [2, 4]
    assert found(world, probability=1.0, state=ItemState.AGREED.value) == [1]
    assert found(world, probability=0.0) == []
    assert found(world, assessor=first, words="text", state=ItemState.IN_PROGRESS.value) == [3]
    assert found(world, assessor=first, item="2") == [2]


def test_a_few_items_stand_as_all_of_them_do(database: Database) -> None:
    world = labeled(database)
    with database.snapshot() as connection:
        every = standing_of(connection, world.project).items
        some = standing_of_some(connection, world.project, world.items[1:3]).items
    assert some.sort("item_id").rows() == every.rows()[1:3]
    assert some.schema == every.schema


def test_no_more_is_found_than_anybody_looks_through(sqlite_database: Database) -> None:
    world = make_world(sqlite_database, items=0, golden_items=0)
    with sqlite_database.transaction() as connection:
        add_items(connection, world.project, ["слово"] * (MOST + 1))
    with sqlite_database.snapshot() as connection:
        for asked in (Question(), Question(words="слово"), Question(state="unlabeled")):
            answer = search(connection, world.project.id, asked, standing_of(connection, world.project))
            assert (len(answer.item_ids), answer.more) == (MOST, True)


@pytest.mark.parametrize("is_indexed", [True, False])
def test_words_and_facts_find_what_has_both_and_nothing_of_another_project(world: World, is_indexed: bool) -> None:
    if is_indexed:
        catch_up(world.database, gentle=False)
    assert found(world, words="карт*", state="unlabeled") == [1, 2, 3, 4]
    assert found(world, words="карт*", item="3", state="unlabeled") == [3]
    assert found(world, words="карт*", state="golden") == []


def test_until_a_consensus_is_made_only_experts_words_are_labels(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = labeled(database)
    monkeypatch.setattr(consensus, "SMALL", 0)
    with database.snapshot() as connection:
        known = standing_of(connection, world.project)
        told = history_of(connection, world.project, "1").outcome
    assert known.waits
    assert known.items["label"].to_list() == [None, None, None, "neutral"]
    assert (told.waits, told.label, told.state, told.n) == (True, None, "agreed", 2)


@pytest.mark.parametrize(
    ("kind", "labels", "asked", "numbers"),
    [
        (LabelKind.SEVERAL, ("joy|fear", "fear", "|"), "fear", [1, 2]),
        (LabelKind.SEVERAL, ("joy|fear", "fear", "|"), "|", [3]),
        (LabelKind.SINGLE, ("card > pin", "card", "loan"), "card", [1, 2]),
        (LabelKind.SINGLE, ("card > pin", "card", "loan"), "card > pin", [1]),
    ],
)
def test_a_class_is_found_in_sets_and_below_it_in_the_tree(
    database: Database, kind: LabelKind, labels: tuple[str, ...], asked: str, numbers: list[int]
) -> None:
    with database.transaction() as connection:
        project = create_project(connection, "kinds", kind=kind, now=NOON)
        add_codes(connection, project.id, ("joy", "fear", "card > pin", "loan"), now=NOON)
        for item, label in zip(add_items(connection, project, ["a", "b", "c"]), labels, strict=True):
            golden.appoint(connection, project, item, label, explanation="", now=NOON, actor=None)
    made = World(database, project, [], [], [])
    with database.snapshot() as connection:
        ids = [row[0] for row in connection.execute(select(schema.item.c.id).order_by(schema.item.c.id))]
    assert found(made, label=asked, said_by=LabelOf.GOLDEN) == [ids[n - 1] for n in numbers]
