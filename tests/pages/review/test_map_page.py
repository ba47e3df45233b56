"""The data map on screen: what is drawn, what is chosen by its ids, and what can be done with each region."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.frames import adjudication as adjudication_frames
from db.frames import runs as run_frames
from labeling.adjudication.bulk import rule_many
from labeling.adjudication.queue import Candidate
from labeling.projects.classes import LabelClass, get_classes
from labeling.projects.projects import Project
from labeling.review.data_map import Cuts
from labeling.review.triage import with_regions
from pages.review import map_controls
from pages.review.map_data import COLOURINGS, drawn, grouped, map_points
from pages.ui.charts.data_map import ids_of
from pages.ui.words import say
from tests.labeling.worlds import NOON
from tests.pages.conftest import OpenPage
from tests.pages.review.reviewed import SILENT, add_findings, add_run, cloud, finding, report_of
from tests.pages.working import answer_of, cards, chart_of, put_to_work, shown, speak

PAGE = "review/data_map.py"
EVIL = "<img src=x onerror=alert(1)> %{y} **жирно**"
# Confidence, variability: with a third ambiguous, two of the six are that, two hard and two easy.
PLACES = ((0.9, 0.05), (0.8, 0.1), (0.2, 0.05), (0.1, 0.02), (0.5, 0.3), (0.4, 0.4))


@dataclass
class Mapped:
    """A project whose first six items have a place on the map."""

    house: Database
    project: Project
    items: list[int]
    run_id: int

    def key(self, by: str = "region", dynamics: str = "training", tool: str = "lasso") -> str:
        return f"data_map_{self.run_id}_{by}_{dynamics}_{tool}"


@pytest.fixture
def mapped(house: Database) -> Mapped:
    world = put_to_work(house)
    items = world.items[:6]
    with house.transaction() as connection:
        rename = schema.item.update().where(schema.item.c.id == items[3])
        connection.exec_driver_sql("DROP TRIGGER item_no_update")
        connection.execute(rename.values(text=EVIL))
        run_id = add_run(connection, world.project, report_of(6))
        rows = [
            finding(
                item_id, score=0.9 - 0.1 * n, confidence=confidence, variability=variability,
                heldout_confidence=0.1, heldout_variability=variability, is_issue=n == 2,
                given="gratitude" if n % 2 else "neutral", probable="neutral" if n % 2 else "gratitude",
                correctness=confidence, disagreement=0.25 * (n % 5),
            )
            for n, (item_id, (confidence, variability)) in enumerate(zip(items, PLACES, strict=True))
        ]  # fmt: skip
        add_findings(connection, run_id, rows)
    return Mapped(house, world.project, items, run_id)


def read(array: Any) -> list[Any]:
    """A figure's numbers, whichever way they were packed."""
    if isinstance(array, dict):
        return list(np.frombuffer(base64.b64decode(array["bdata"]), dtype=array["dtype"]).tolist())
    return list(array)


def points(app: AppTest, key: str) -> dict[str, list[int]]:
    """The ids in each group of points, by the group's name."""
    traces = [trace for trace in chart_of(app, key)["data"] if trace["type"] == "scattergl"]
    return {trace["name"].split(" · ")[0]: read(trace["customdata"]) for trace in traces}


def chosen(mapped: Mapped, *held: Any) -> dict[str, Any]:
    """A selection as the browser sends it."""
    return {"selection": {"points": [{"customdata": each, "point_index": 0} for each in held]}}


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_an_expert_and_a_lead_see_the_map_in_their_language(open_page: OpenPage, mapped: Mapped, locale: str) -> None:
    for login in ("lead", "boss", "expert"):
        speak(mapped.house, login, locale)
        app = open_page(login, PAGE)
        assert not app.exception
        assert say(locale, "page.map") in shown(app), login
        assert app.get("plotly_chart"), login


def test_there_is_no_map_of_a_classifier_that_says_one_class(open_page: OpenPage, mapped: Mapped) -> None:
    with mapped.house.transaction() as connection:
        connection.execute(schema.run.update().values(report=report_of(6, **SILENT)))
    app = open_page("lead", PAGE)
    assert answer_of(app) == say("ru", "map.silent")
    assert app.warning[0].value.replace("\\", "").endswith(say("ru", "review.classifier.silent"))
    assert not app.dataframe


def test_before_the_first_analysis_it_says_where_to_start_one(open_page: OpenPage, house: Database) -> None:
    app = open_page("expert", PAGE)
    assert answer_of(app) == say("ru", "map.empty")
    assert say("ru", "page.review") in shown(app)
    assert not app.get("plotly_chart")


def test_an_analysis_that_saw_no_epochs_has_no_map(open_page: OpenPage, house: Database) -> None:
    world = put_to_work(house, days=1)
    blank = dict.fromkeys(("confidence", "variability", "correctness"))
    blank |= {f"heldout_{name}": None for name in blank}
    with house.transaction() as connection:
        run_id = add_run(connection, world.project, report_of(1))
        add_findings(connection, run_id, [finding(world.items[0], 0.5, **blank)])
    assert answer_of(open_page("lead", PAGE)) == say("ru", "map.no_epochs")


def test_the_regions_are_counted_and_drawn(open_page: OpenPage, mapped: Mapped) -> None:
    app = open_page("expert", PAGE)
    ids = mapped.items
    found = points(app, mapped.key())
    assert {name: sorted(group) for name, group in found.items()} == {
        "лёгкая": [ids[0], ids[1]],
        "трудная": [ids[2], ids[3]],
        "неоднозначная": [ids[4], ids[5]],
    }
    assert cards(app) == {"Трудные": "2 · 33%", "Неоднозначные": "2 · 33%", "Лёгкие": "2 · 33%"}
    # Mean scores of the hard ones, 0.7 and 0.6, and of the easy ones, 0.9 and 0.8.
    facts = {"hard": 2, "n": 6, "share": "33%", "wrong": "65%", "easy": "85%", "unchecked": 2, "easy_unchecked": 2}
    assert answer_of(app) == say("ru", "map.answer", **facts)


def test_cuts_move_the_regions(open_page: OpenPage, mapped: Mapped) -> None:
    app = open_page("lead", PAGE)
    app.slider(key="map_hard").set_value(0.15).run()
    assert points(app, mapped.key())["трудная"] == [mapped.items[3]]
    app.slider(key="map_ambiguous").set_value(0.0).run()
    app.slider(key="map_hard").set_value(0.6).run()
    assert cards(app)["Неоднозначные"] == "0 · 0%"
    assert sorted(points(app, mapped.key())["трудная"]) == mapped.items[2:]


@pytest.mark.parametrize("by", COLOURINGS)
def test_every_colouring_draws_every_item_once_and_by_shapes_too(open_page: OpenPage, mapped: Mapped, by: str) -> None:
    app = open_page("expert", PAGE)
    app.selectbox(key="map_by").set_value(by).run()
    found = points(app, mapped.key(by))
    assert sorted(item_id for group in found.values() for item_id in group) == mapped.items
    traces = [trace for trace in chart_of(app, mapped.key(by))["data"] if trace["type"] == "scattergl"]
    assert len({trace["marker"]["symbol"] for trace in traces}) == len(traces) > 1
    if by == "class":
        assert found == {"neutral": mapped.items[::2], "gratitude": mapped.items[1::2]}
    if by == "flag":
        assert found[say("ru", "map.flag.yes")] == [mapped.items[2]]


def test_held_out_epochs_are_shown_where_the_classifier_learns_by_heart(open_page: OpenPage, mapped: Mapped) -> None:
    assert say("ru", "map.why.training.not_by_heart") in shown(open_page("expert", PAGE))
    told = report_of(6, map={"training": {}, "heldout": {}, "by_heart": True})
    with mapped.house.transaction() as connection:
        connection.execute(schema.run.update().values(report=told))
    app = open_page("expert", PAGE)
    assert say("ru", "map.why.heldout.by_heart") in shown(app)
    # By held-out epochs nobody is confident of any label.
    assert sorted(points(app, mapped.key(dynamics="heldout"))["трудная"]) == mapped.items[:4]


def test_texts_are_shown_as_text(open_page: OpenPage, mapped: Mapped) -> None:
    app = open_page("expert", PAGE)
    spec = chart_of(app, mapped.key())
    hovers = [text for trace in spec["data"] if trace["type"] == "scattergl" for text in trace["text"]]
    evil = next(text for text in hovers if "onerror" in text)
    assert "&lt;img src=x onerror=alert(1)&gt;" in evil
    assert "<img" not in json.dumps(spec)


def test_ids_are_read_from_customdata_however_it_comes(open_page: OpenPage, mapped: Mapped) -> None:
    app = open_page("expert", PAGE)
    ids = mapped.items
    app.session_state[mapped.key()] = chosen(mapped, [ids[3]], {"0": ids[1]}, ids[4])
    app.run()
    assert say("ru", "map.chosen", n=3) in shown(app)
    assert [toast.value for toast in app.toast] == [say("ru", "map.told", n=3)]
    assert not app.run().toast
    table = app.dataframe[0].value
    # The most suspicious first: the second item, the fourth, the fifth.
    assert table[say("ru", "items.score")].to_list() == [0.8, 0.6, 0.5]
    assert EVIL in table[say("ru", "items.text")].to_list()


def test_what_is_chosen_becomes_a_named_batch(open_page: OpenPage, mapped: Mapped) -> None:
    app = open_page("expert", PAGE)
    app.session_state[mapped.key()] = chosen(mapped, mapped.items[4], mapped.items[0])
    app.run()
    app.text_input(key="map_acts_batch_name_0").set_value("Середина").run()
    app.button(key="map_acts_batch_send").click().run()
    with mapped.house.snapshot() as connection:
        made = adjudication_frames.batches(connection, mapped.project.id)
        inside = adjudication_frames.batch_items(connection, made["batch"][0])
    assert made.select("name", "person", "items").rows() == [("Середина", "Expert", 2)]
    assert inside == [mapped.items[0], mapped.items[4]]
    assert say("ru", "batch.made", name="Середина", n=2).split("«")[0] in shown(app).replace("\\", "")


def test_the_hard_ones_go_to_adjudication_without_those_that_are_settled(open_page: OpenPage, mapped: Mapped) -> None:
    with mapped.house.transaction() as connection:
        one = mapped.items[2]
        rule_many(connection, mapped.project, [Candidate(one)], {one: "neutral"}, now=NOON, actor=None)
    app = open_page("lead", PAGE)
    app.text_input(key="map_hard_batch_name_0").set_value("Трудные").run()
    app.button(key="map_hard_batch_send").click().run()
    with mapped.house.snapshot() as connection:
        batch = adjudication_frames.batches(connection, mapped.project.id)
        assert adjudication_frames.batch_items(connection, batch["batch"][0]) == [mapped.items[3]]
        source = connection.execute(select(schema.batch.c.source)).scalar_one()
    assert source == {"page": "map", "region": "hard", "run": mapped.run_id}


def test_ambiguous_items_are_training_picks(mapped: Mapped, open_page: OpenPage) -> None:
    app = open_page("lead", PAGE)
    offered = [element.proto.label for element in app.get("download_button")]
    assert offered[:2] == [say("ru", "map.picks.csv"), say("ru", "map.picks.jsonl")]
    with mapped.house.snapshot() as connection:
        found = run_frames.findings(connection, mapped.run_id, reasons=False)
    rows = map_points(with_regions(found, Cuts()), heldout=False).filter(pl.col("region") == "ambiguous")
    picked = map_controls.picks(mapped.project, rows)
    assert picked.columns == list(map_controls.PICKED)
    assert picked.select("label", "confidence", "variability").rows() == [
        ("gratitude", 0.4, 0.4),
        ("neutral", 0.5, 0.3),
    ]
    lines = [json.loads(line) for line in map_controls.jsonl_of(picked).splitlines()]
    assert [line["variability"] for line in lines] == [0.4, 0.3]


def many(count: int) -> pl.DataFrame:
    """A map of many items, with regions."""
    found = cloud(count).with_columns(
        pl.int_range(1, count + 1).alias("item_id"),
        pl.lit(0.0).alias("disagreement"),
        pl.Series("given", [f"c{n % 60:02}" for n in range(count)]),
    )
    return map_points(with_regions(found), heldout=False)


def test_above_the_limit_all_hard_flagged_and_ambiguous_points_are_kept() -> None:
    everything = many(9_000)
    found, told = drawn(everything, 4_500)
    assert found.height == 4_500
    for stratum in ("hard", "flagged", "ambiguous"):
        kept, of = told[stratum]
        assert kept == of
    assert sum(kept for kept, _ in told.values()) == 4_500
    assert sum(of for _, of in told.values()) == 9_000
    dear = everything.filter((pl.col("region") != "easy") | pl.col("is_issue"))
    assert set(dear["item_id"]) <= set(found["item_id"])
    # The same ones, in whatever order the rows come.
    again, _ = drawn(everything.reverse(), 4_500)
    assert set(again["item_id"]) == set(found["item_id"])


def test_under_the_limit_everything_is_drawn_and_too_many_ambiguous_ones_leave_room() -> None:
    everything = many(3_000)
    assert drawn(everything, 3_000)[0].height == 3_000
    found, told = drawn(everything, 500)
    assert found.height == 500
    assert told.keys() == {"easy", "ambiguous", "hard", "flagged"} and all(0 < kept <= of for kept, of in told.values())
    assert told["hard"][0] == told["hard"][1]


def test_of_sixty_classes_the_largest_have_their_colours(mapped: Mapped) -> None:
    with mapped.house.snapshot() as connection:
        titled: dict[str, LabelClass] = {entry.code: entry for entry in get_classes(connection, mapped.project.id)}
    points_of, groups = grouped(many(3_000), "class", titled)
    assert len(groups) == 13
    assert groups[0].name == say("ru", "map.other_classes", n=48)
    assert points_of["group"].n_unique() == 13
    assert points_of.height == 3_000


def test_ids_come_once_each_and_points_without_any_are_passed_over() -> None:
    assert ids_of([{"customdata": [3]}, {"customdata": [3, 9]}, {"customdata": []}, {"x": 1}]) == [3]
