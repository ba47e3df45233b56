"""Junior asked for labels of every kind, against a real server on the loopback address that reads what it is asked."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from db.engine import Database
from db.frames import suggestions as suggestion_frames
from db.vocabulary import ItemForm, LabelKind, RunState
from labeling.desk.golden import appoint
from labeling.facts import consensus
from labeling.junior.asking import sees_turned
from labeling.junior.evaluation import REST, first_place, spoken
from labeling.junior.prompts import get_prompt
from labeling.projects.classes import change_class, get_classes
from labeling.projects.projects import change_settings
from tests.junior_server import Act, Decide, JuniorServer, served
from tests.labeling.jobs.asking import prepare, start, suggestions, work
from tests.labeling.junior.juniors import let_speak
from tests.labeling.worlds import NOON, World, add_items, make_world


def system_of(body: dict[str, Any]) -> str:
    return str(body["messages"][0]["content"])


def schema_of(body: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = body["response_format"]["json_schema"]["schema"]["properties"]
    return properties


def asked(world: World, decide: Decide) -> tuple[JuniorServer, int]:
    with served(decide) as server:
        prompt_id = prepare(world, server)
        run = work(world, start(world, prompt_id))
    assert run.state is RunState.DONE
    return server, prompt_id


def labels(*chosen: str) -> Act:
    return Act(content=json.dumps({"labels": list(chosen), "confidence": 0.8}))


def test_of_several_classes_a_list_is_asked_for_and_kept_as_a_set(database: Database) -> None:
    world = make_world(database, items=4, golden_items=2, kind=LabelKind.SEVERAL)
    server, _ = asked(world, lambda body, before: labels("confusion", "neutral", "confusion"))
    assert set(suggestions(world).values()) == {("neutral|confusion", None)}
    body = server.requests[0]
    enum = ["neutral", "gratitude", "confusion"]
    assert schema_of(body)["labels"] == {"type": "array", "items": {"type": "string", "enum": enum}}
    assert "all classes that fit" in system_of(body) and "one or more" in system_of(body)


@pytest.mark.parametrize(("allows_none", "kept"), [(True, "|"), (False, None)])
def test_no_class_is_a_label_where_a_project_takes_it(
    sqlite_database: Database, allows_none: bool, kept: str | None
) -> None:
    world = make_world(sqlite_database, items=2, golden_items=0, kind=LabelKind.SEVERAL, allows_none=allows_none)
    server, _ = asked(world, lambda body, before: labels())
    assert {label for label, _ in suggestions(world).values()} == {kept}
    assert ("none, one or more" in system_of(server.requests[0])) is allows_none


@pytest.mark.parametrize(
    "content", ['{"labels": ["joy"]}', '{"labels": "neutral"}', '{"label": "neutral"}', '{"labels": [1]}']
)
def test_a_list_with_what_is_no_class_is_asked_for_again_and_then_refused(
    sqlite_database: Database, content: str
) -> None:
    world = make_world(sqlite_database, items=1, golden_items=0, kind=LabelKind.SEVERAL)
    server, _ = asked(world, lambda body, before: Act(content=content))
    ((label, flags),) = suggestions(world).values()
    assert label is None and flags is not None and "repaired" in flags
    assert len(server.requests) == 2


def test_a_scale_is_told_in_its_order(sqlite_database: Database) -> None:
    world = make_world(sqlite_database, items=1, golden_items=0, kind=LabelKind.ORDERED)
    server, _ = asked(world, lambda body, before: Act("confusion"))
    told = system_of(server.requests[0])
    assert "steps of one scale in their order" in told
    assert told.index("- neutral") < told.index("- gratitude") < told.index("- confusion")


def test_a_tree_is_told_by_paths_of_what_may_be_chosen(sqlite_database: Database) -> None:
    world = make_world(sqlite_database, items=1, golden_items=0, allows_inner=False)
    with sqlite_database.transaction() as connection:
        under = [each for each in get_classes(connection, world.project.id) if each.code != "neutral"]
        for each in under:
            change_class(connection, world.project.id, replace(each, parent="neutral"), now=NOON, actor=None)
    server, _ = asked(world, lambda body, before: Act("gratitude"))
    told = system_of(server.requests[0])
    assert "- gratitude (neutral > gratitude)" in told and "- neutral" not in told
    assert schema_of(server.requests[0])["label"]["enum"] == ["gratitude", "confusion"]


def test_of_a_pair_half_are_asked_the_other_way_round_and_the_word_is_turned_back(database: Database) -> None:
    world = make_world(database, items=0, golden_items=0, kind=LabelKind.PAIR)
    with database.transaction() as connection:
        pairs = [f"client: {n}?\nfirst: good {n}\nsecond: bad {n}" for n in range(20)]
        ids = add_items(connection, world.project, pairs, form=ItemForm.PAIR)

    def candid(body: dict[str, Any], before: int) -> Act:
        text = json.loads(body["messages"][-1]["content"])
        return Act("first" if "first: good" in text else "second")

    server, prompt_id = asked(world, candid)
    assert suggestions(world) == dict.fromkeys(ids, ("first", None))
    turned = [sees_turned(world.project, prompt_id, item_id) for item_id in ids]
    shown = [json.loads(body["messages"][-1]["content"]) for body in server.requests]
    assert sum("second: good" in text for text in shown) == sum(turned) and 4 <= sum(turned) <= 16
    assert "compare two candidates" in system_of(server.requests[0])


def test_junior_of_one_mind_about_places_is_seen_through(sqlite_database: Database) -> None:
    """Whoever always says the first says each candidate as often as it stood first: the place and not the text."""
    world = make_world(sqlite_database, items=0, golden_items=0, kind=LabelKind.PAIR)
    with sqlite_database.transaction() as connection:
        pairs = [f"first: this {n}\nsecond: that {n}" for n in range(20)]
        ids = add_items(connection, world.project, pairs, form=ItemForm.PAIR)
    _, prompt_id = asked(world, lambda body, before: Act("first"))
    said = {item_id: label for item_id, (label, _) in suggestions(world).items()}
    turned = {item_id: sees_turned(world.project, prompt_id, item_id) for item_id in ids}
    assert all(said[item_id] == ("second" if turned[item_id] else "first") for item_id in ids)
    with sqlite_database.snapshot() as connection:
        version = get_prompt(connection, world.project.id, prompt_id)
        spoken = suggestion_frames.suggestions(connection, world.project.id, prompt_id)
    found = first_place(world.project, version, spoken)
    assert found is not None and (found.value, found.n) == (1.0, 20)
    candid = spoken.with_columns(label=pl.lit("first"))
    share = sum(not way for way in turned.values()) / 20
    assert getattr(first_place(world.project, version, candid), "value", None) == pytest.approx(share)


def test_juniors_vote_is_heard_in_a_consensus_of_sets_as_far_as_it_was_right(sqlite_database: Database) -> None:
    world = make_world(sqlite_database, items=2, golden_items=12, kind=LabelKind.SEVERAL, overlap=2, golden_per_chunk=0)
    with sqlite_database.transaction() as connection:
        for at, item_id in enumerate(world.golden):
            label = ("neutral|gratitude", "confusion")[at % 2]
            appoint(connection, world.project, item_id, label, explanation="so", now=NOON, actor=None)

    def oracle(body: dict[str, Any], before: int) -> Act:
        text = json.loads(body["messages"][-1]["content"])
        name, n = text.split()
        return labels("confusion") if name == "golden" and int(n) % 2 else labels("neutral", "gratitude")

    _, prompt_id = asked(world, oracle)
    first, second, _ = world.assessors
    for who, label in ((first, "neutral"), (second, "neutral|gratitude")):
        for item in world.work(who, want=9).items:
            world.label(who, item.token, label)
    with sqlite_database.transaction() as connection:
        before = consensus.consensus(connection, world.project)
    let_speak(sqlite_database, world.project, prompt_id)
    with sqlite_database.transaction() as connection:
        project = change_settings(connection, world.project.id, {"junior_votes": True}, now=NOON, actor=None)
        after = consensus.consensus(connection, project)
    gratitude = [found.classes.index("gratitude") for found in (before, after)]
    both = [found.chances[:, at].min() for found, at in zip((before, after), gratitude, strict=True)]
    assert both[0] == pytest.approx(0.5, abs=0.15) and both[1] > 0.8
    assert set(after.frame["label"]) == {"neutral|gratitude"}
    assert after.frame["n"].to_list() == [3, 3]


def test_a_version_that_checks_for_one_class_is_judged_by_who_has_it_in_a_set(sqlite_database: Database) -> None:
    world = make_world(sqlite_database, items=0, golden_items=4, kind=LabelKind.SEVERAL, golden_per_chunk=0)
    with sqlite_database.transaction() as connection:
        for at, item_id in enumerate(world.golden):
            label = ("neutral|gratitude", "confusion")[at % 2]
            appoint(connection, world.project, item_id, label, explanation="so", now=NOON, actor=None)
    with served(lambda body, before: Act("yes")) as server:
        prompt_id = prepare(world, server, settings={"target": "gratitude"})
        work(world, start(world, prompt_id))
    with sqlite_database.snapshot() as connection:
        basis = spoken(connection, world.project, get_prompt(connection, world.project.id, prompt_id))
    assert basis.golden.sort("item_id")["label"].to_list() == ["gratitude", REST, "gratitude", REST]
    assert schema_of(server.requests[0])["label"]["enum"] == ["yes", "no"]
