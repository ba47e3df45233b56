"""An evaluation of a version: figures by hand, each part by itself, and a report that survives being kept."""

from __future__ import annotations

import json

import pytest

from db.engine import Database
from db.frames import items as item_frames
from db.vocabulary import Part
from labeling.desk import golden
from labeling.junior import evaluation as evaluating
from labeling.junior import prompts
from labeling.junior.prompts import Prompt
from labeling.projects.projects import Project
from tests.labeling.junior.juniors import pay, suggest, write_version
from tests.labeling.worlds import NOON, add_items, make_world

CLASSES = ("neutral", "gratitude", "confusion")


def put_golden(database: Database, count: int = 40) -> tuple[Project, dict[Part, list[int]]]:
    """Golden items, all "neutral", by their part; one more that was golden once."""
    world = make_world(database, items=2, golden_items=0, assessors=0)
    with database.transaction() as connection:
        ids = add_items(connection, world.project, [f"settled {n}" for n in range(count)], first=1001)
        for item in (*ids, world.items[0]):
            golden.appoint(connection, world.project, item, "neutral", now=NOON, actor=None)
        golden.appoint(connection, world.project, world.items[0], None, now=NOON, actor=None)
    parts = {part: [item for item in ids if prompts.part_of(world.project, item) is part] for part in Part}
    return world.project, parts


def version(database: Database, project: Project, **said: object) -> Prompt:
    prompt_id = write_version(database, project, **said)
    with database.snapshot() as connection:
        return prompts.get_prompt(connection, project.id, prompt_id)


def test_each_part_has_its_own_figures_and_a_look_keeps_them(database: Database) -> None:
    project, parts = put_golden(database)
    prompt = version(database, project)
    dev, test = parts[Part.DEV], parts[Part.TEST]
    said: dict[int, tuple[str | None, float | None]] = dict.fromkeys((*dev, *test), ("neutral", 0.9))
    said |= dict.fromkeys(dev[:3], ("confusion", 0.9)) | dict.fromkeys(test[:2], (None, None))
    suggest(database, project, prompt.id, said)
    pay(database, project, prompt.id, dev[:2], cost=1_000, seconds=1.0)
    pay(database, project, prompt.id, dev[:1], cost=2_000, seconds=2.0, model="small-2")
    with database.snapshot() as connection:
        found = {part: evaluating.evaluate(connection, project, prompt, part) for part in Part}
    on_dev, on_test = found[Part.DEV], found[Part.TEST]
    assert on_dev["accuracy"]["value"] == pytest.approx(1 - 3 / len(dev))
    assert (on_dev["asked"], on_dev["golden"], on_dev["refused"]["value"]) == (len(dev), len(dev), 0.0)
    assert on_test["accuracy"]["value"] == pytest.approx(1 - 2 / len(test))
    assert on_test["refused"]["value"] == pytest.approx(2 / len(test))
    # Two calls about one item, one about another: 3,000 and 1,000, in 3 and 1 seconds.
    assert (on_dev["cost"]["value"], on_dev["cost"]["n"], on_dev["seconds"]["value"]) == (2_000, 2, 2.0)
    assert on_dev["models"] == ["small-1", "small-2"]
    assert on_dev["calibration"]["said"]["error"]["value"] == pytest.approx(abs(0.9 - 1 + 3 / len(dev)))
    with database.transaction() as connection:
        n = on_test["asked"]
        prompts.add_look(connection, project, prompt.id, Part.TEST, n, on_test, now=NOON, actor=None)
    with database.snapshot() as connection:
        (kept,) = prompts.looks(connection, project.id, Part.TEST)
    assert kept.report == json.loads(json.dumps(on_test))
    assert evaluating.was_judged(kept.report)
    assert kept.report["accuracy"]["n"] == len(test)


def test_a_version_for_one_class_is_judged_against_the_rest(database: Database) -> None:
    project, parts = put_golden(database)
    prompt = version(database, project, settings={"target": "gratitude"})
    dev = parts[Part.DEV]
    said: dict[int, tuple[str | None, float | None]] = dict.fromkeys(dev, (None, 0.8))
    suggest(database, project, prompt.id, said | {dev[0]: ("gratitude", 0.6), dev[1]: (None, None)})
    with database.snapshot() as connection:
        found = evaluating.evaluate(connection, project, prompt, Part.DEV)
    assert [each["label"] for each in found["classes"]] == ["gratitude", evaluating.REST]
    assert found["accuracy"]["value"] == pytest.approx(1 - 2 / len(dev))
    assert found["refused"]["value"] == pytest.approx(1 / len(dev))
    with database.transaction() as connection:
        prompts.add_look(connection, project, prompt.id, Part.DEV, 1, found, now=NOON, actor=None)


def test_versions_are_compared_where_they_speak_of_the_same(sqlite_database: Database) -> None:
    project, parts = put_golden(sqlite_database)
    first, second = (version(sqlite_database, project, name=name) for name in ("one", "two"))
    target = version(sqlite_database, project, settings={"target": "gratitude"})
    dev = parts[Part.DEV]
    suggest(sqlite_database, project, first.id, dict.fromkeys(dev[:10], ("confusion", 0.5)))
    suggest(sqlite_database, project, second.id, dict.fromkeys(dev[4:], ("neutral", 0.5)))
    with sqlite_database.snapshot() as connection:
        found = evaluating.paired(connection, project, first, second, Part.DEV)
        assert evaluating.paired(connection, project, first, target, Part.DEV) is None
    assert found is not None
    assert (found.n, found.won, found.lost, found.accuracy.value) == (6, 6, 0, 1.0)


def test_what_nobody_has_touched_is_unheard(database: Database) -> None:
    project, _ = put_golden(database)
    with database.snapshot() as connection:
        found = item_frames.unlabeled(connection, project.id)
    # What was golden once was settled once.
    assert found["item"].to_list() == ["2"]
