"""The page on agreement: what the command line says, as of any day, and what opens from it."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database
from labeling import background
from labeling.exchange.export_content import ExportContent
from labeling.facts import votes as facts_votes
from labeling.facts.overview import overview
from labeling.kept import Kept
from pages.ui.figures import figure
from pages.ui.words import say
from tests.pages.conftest import OpenPage
from tests.pages.quality.demonstrated import command, exported, metrics, project_of, said, table
from tests.pages.working import answer_of, chart_of, put_to_work, shown


def test_agreement_is_what_the_command_line_says_of_the_exported_votes(
    open_demo: Callable[..., AppTest], demo: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = command(capsys, "agreement", exported(demo, tmp_path, ExportContent.ANNOTATIONS))
    app = open_demo("lead", "quality/agreement.py")
    cards = metrics(app)
    for name in ("by_items", "fleiss", "alpha", "ac1"):
        assert cards[say("ru", f"agreement.{name}")] == said(found["figures"][name]), name
    # What is counted of the mean kappa are pairs, beside neighbours whose n are items.
    kappa = found["figures"]["kappa"]
    mean_kappa = said(kappa).replace(f", n = {kappa['n']}", ", 10 пар")
    assert kappa["n"] == 10
    assert cards[say("ru", "agreement.kappa")] == mean_kappa
    with demo.snapshot() as connection:
        accuracy = overview(connection, project_of(demo), "UTC").accuracy
    right = figure(accuracy.value, accuracy.low, accuracy.high, accuracy.n, "ru")
    assert cards[say("ru", "agreement.golden")] == right
    opening = answer_of(app).replace("\u00a0", " ")
    assert mean_kappa in opening
    assert right in opening
    by_class = table(app, say("ru", "agreement.class_kappa"))
    wanted = {
        said({**entry, "value": entry["agreement"]})
        for entry in found["classes"]
    }  # fmt: skip
    assert set(by_class[say("ru", "agreement.of_class")]) == wanted
    pairs = [said({**pair, "value": pair["kappa"]}) for pair in found["pairs"]]
    drawn = json.dumps(chart_of(app, "kappa_by_pair"), ensure_ascii=False)
    assert len(pairs) == 10
    assert all(pair in drawn for pair in pairs)


def test_as_of_a_day_every_figure_is_of_that_day(
    open_demo: Callable[..., AppTest], demo: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day = datetime.now(UTC).date() - timedelta(days=3)
    app = open_demo("lead", "quality/agreement.py")
    now = metrics(app)[say("ru", "agreement.by_items")]
    app.date_input(key="filter_demo_as_of").set_value(day).run()
    moment = datetime.combine(day + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)
    found = command(capsys, "agreement", exported(demo, tmp_path, ExportContent.ANNOTATIONS, moment))
    then = metrics(app)[say("ru", "agreement.by_items")]
    assert then == said(found["figures"]["by_items"])
    assert then != now
    # The choice goes along to the next page.
    app.switch_page("quality/assessors.py").run()
    golden = exported(demo, tmp_path, ExportContent.GOLDEN, moment)
    theirs = command(capsys, "assessors", str(tmp_path / "annotations.csv"), "--golden", golden)
    column = table(app, say("ru", "assessors.accuracy"))[say("ru", "assessors.accuracy")]
    assert column == [
        figure(row["accuracy"], row["accuracy_low"], row["accuracy_high"], row["accuracy_n"], "ru")
        for row in theirs["assessors"]
    ]
    app.button(key="filter_demo_clear").click().run()
    assert isinstance(app.date_input(key="filter_demo_as_of").value, date | None)
    assert app.date_input(key="filter_demo_as_of").value is None


def test_assessors_in_and_out_and_classes(
    open_demo: Callable[..., AppTest], demo: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = pl.read_csv(exported(demo, tmp_path, ExportContent.ANNOTATIONS), infer_schema=False)

    def by_items(chosen: pl.DataFrame) -> str:
        chosen.write_csv(tmp_path / "chosen.csv")
        found = command(capsys, "agreement", str(tmp_path / "chosen.csv"), "--classes", ",".join(classes))
        return said(found["figures"]["ac1"])

    classes = sorted(rows["label"].drop_nulls().unique())
    app = open_demo("lead", "quality/agreement.py")
    app.multiselect(key="filter_demo_annotators").set_value(["assessor:assessor5"]).run()
    app.toggle(key="filter_demo_others").set_value(True).run()
    ac1 = say("ru", "agreement.ac1")
    assert metrics(app)[ac1] == by_items(rows.filter(pl.col("annotator") != "assessor:assessor5"))
    app.button(key="filter_demo_clear").click().run()
    app.multiselect(key="filter_demo_classes").set_value(["gratitude"]).run()
    met = rows.filter(pl.col("label") == "gratitude")["item"].unique()
    assert metrics(app)[ac1] == by_items(rows.filter(pl.col("item").is_in(met.implode())))
    app.button(key="filter_demo_clear").click().run()
    app.number_input(key="filter_demo_ordinal").set_value(2).run()
    with demo.snapshot() as connection:
        votes = facts_votes.votes(connection, project_of(demo).id).filter(pl.col("ordinal") == 2)
    second = votes.select("item", "annotator").with_columns(pl.lit(True).alias("second"))
    assert 0 < votes.height < rows.height
    chosen = rows.join(second, on=["item", "annotator"], how="semi", maintain_order="left")
    assert metrics(app)[ac1] == by_items(chosen)
    assert say("ru", "filters.said.ordinal", n=2) in shown(app)


def test_a_confused_pair_opens_its_examples(open_demo: Callable[..., AppTest], demo: Database) -> None:
    app = open_demo("lead", "quality/agreement.py")
    pairs = [entry.label for entry in app.expander]
    assert len(pairs) == 10
    assert "Растерянность ↔ Нейтрально" in pairs[0].replace("\\", "")
    inside = "".join(element.proto.body for element in app.expander[0].get("html"))
    assert "Нейтрально" in inside
    assert "Растерянность" in inside
    assert "Ассессор" not in inside
    assert "sv-text" in inside


def test_the_trend_shows_agreement_beside_golden_accuracy(open_demo: Callable[..., AppTest]) -> None:
    app = open_demo("lead", "quality/agreement.py")
    by_chunk = chart_of(app, "trend")
    assert [trace["name"] for trace in by_chunk["data"]] == [say("ru", "trend.agreement"), say("ru", "trend.golden")]
    assert by_chunk["data"][0]["x"] == ["1", "2", "3", "4", "5", "6"]
    app.segmented_control(key="trend_step").set_value("day").run()
    assert not app.exception
    assert chart_of(app, "trend")["data"][0]["x"] != by_chunk["data"][0]["x"]


def test_uneven_classes_bring_a_warning(open_page: OpenPage, house: Database) -> None:
    put_to_work(house)
    app = open_page("lead", "quality/agreement.py")
    assert not app.exception
    assert len(app.warning) == 1
    assert "Классы неравны" in app.warning[0].value


class HeldBack:
    """A thread that does nothing until it is let go."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, compute: Callable[[], Any]) -> Future[Any]:
        self.waiting.append((Future(), compute))
        return self.waiting[-1][0]

    def let_go(self) -> None:
        for future, compute in self.waiting:
            future.set_result(compute())


def test_a_large_project_shows_values_first_and_intervals_when_they_are_there(
    open_demo: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    small = metrics(open_demo("lead", "quality/agreement.py"))
    from pages.ui import quality_data

    monkeypatch.setattr(quality_data, "SOON", 10)
    monkeypatch.setattr(quality_data, "_figures", Kept(256))
    thread = HeldBack()
    monkeypatch.setattr(background, "_thread", thread)
    monkeypatch.setattr(background, "_futures", OrderedDict())
    app = open_demo("lead", "quality/agreement.py")
    rough = metrics(app)
    label = say("ru", "agreement.by_items")
    value, n = small[label].split(" [")[0], small[label].split("n = ")[1]
    assert rough[label] == f"{value}, n = {n}"
    assert say("ru", "quality.intervals") in shown(app)
    assert not thread.waiting
    app.run()
    assert len(thread.waiting) == 2
    thread.let_go()
    app.run()
    assert metrics(app) == small
    assert say("ru", "quality.intervals") not in shown(app)
