"""Preferences of a project: the labels that its exports hold, whose texts they are, and how the votes for them were given."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from db.engine import Database
from db.vocabulary import ItemForm, LabelKind
from labeling.cli.main import main
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat
from labeling.exchange.exporting import export
from labeling.facts.preferences import Preferences, preferences_of
from labeling.notation.pairs import candidates
from labeling.projects.projects import get_project
from labeling.quality.intervals import wilson
from labeling.quality.kinds.pair import Place
from tests.labeling.exchange.files import SLUG
from tests.labeling.pairs import PAIRS, bring_pairs, rows_of, settle
from tests.labeling.worlds import add_items, make_world, press


def found_of(database: Database, sure: float = 0.0, slug: str = SLUG) -> Preferences:
    with database.snapshot() as connection:
        return preferences_of(connection, get_project(connection, slug), sure=sure)


def test_labels_are_those_of_the_export_and_an_expert_is_certain(database: Database) -> None:
    bring_pairs(database)
    settle(database)
    out = io.BytesIO()
    export(database, SLUG, ExportContent.FINAL, out, ExportFormat.PARQUET)
    final = dict(pl.read_parquet(io.BytesIO(out.getvalue())).select("item", "label").iter_rows())
    found = found_of(database)
    rows = {row["item"]: row for row in found.found.to_dicts()}
    assert {item: row["label"] for item, row in rows.items()} == final
    assert [rows[item]["label"] for item in ("9", "10")] == ["first", "first"]
    assert [(rows[item]["probability"], rows[item]["margin"]) for item in ("9", "10")] == [(1.0, 1.0)] * 2
    assert (rows["7"]["left_out"], rows["4"]["left_out"], rows["5"]["left_out"]) == ("no_vote", "tie", "both_bad")
    assert (rows["1"]["prompt"], rows["1"]["first"], rows["1"]["first_source"]) == (
        "question 1",
        "a longer answer",
        "alpha",
    )


def test_what_they_say_by_hand(database: Database) -> None:
    bring_pairs(database)
    settle(database)
    found = found_of(database)
    # Pairs 1, 2, 3, 9 and 10 are alpha's, 6 is beta's; 8 is gamma's against beta.
    met = {(row["source"], row["other"]): row for row in found.meetings.to_dicts()}
    ends = [met["alpha", "beta"][name] for name in ("n", "wins", "losses", "ties", "both_bad")]
    assert ends == [8, 5, 1, 1, 1]
    assert met["gamma", "beta"]["wins"] == 1
    assert found.favourite == ("alpha", wilson(5, 6))
    # First in the file: 1, 2, 8, 9 and 10 of seven; the longer: all of them but 9, and 6 whose texts are as long as each other.
    assert (found.shortcuts["first"], found.shortcuts["longer"]) == (wilson(5, 7), wilson(5, 6))
    assert (found.bias.place, found.bias.first.n, found.bias.unplaced) == (Place.SHOWN, 0, 20)
    assert found.lead is not None and {found.lead.first, found.lead.second} == {"alpha", "gamma"}


def test_pairs_that_are_less_sure_are_left_out_of_what_a_model_learns_from_and_not_of_the_ranking(
    sqlite_database: Database,
) -> None:
    bring_pairs(sqlite_database)
    all_of = found_of(sqlite_database)
    sure = found_of(sqlite_database, all_of.found.filter(pl.col("left_out").is_null())["probability"].median() or 0.0)
    assert all_of.found["left_out"].null_count() > sure.found["left_out"].null_count() > 0
    assert all_of.ranking.frame.equals(sure.ranking.frame)


def by_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the command on files reports of the same pairs, and the rows that it writes."""
    rows = rows_of(PAIRS)
    votes = [{name: row[name] for name in ("item", "annotator", "label")} for row in rows if row["label"]]
    names = {"response_a": "first", "response_b": "second", "model_a": "first_source", "model_b": "second_source"}
    asked = [
        {names.get(name, name): value for name, value in row.items() if name not in ("annotator", "label")}
        for row in rows
    ]
    for name, lines in (("votes", votes), ("pairs", asked)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    files, out = [str(folder / f"{name}.jsonl") for name in ("votes", "pairs")], folder / "rows.jsonl"
    assert main(["preferences", files[0], "--items", files[1], "-o", str(out), "--json"]) == 0
    return json.loads(capsys.readouterr().out), [json.loads(line) for line in out.read_text().splitlines()]


def test_the_command_finds_the_same(
    sqlite_database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring_pairs(sqlite_database)
    found, (told, _) = found_of(sqlite_database), by_command(tmp_path, capsys)
    ours, theirs = found.ranking.frame.to_dicts(), told["ranking"]["sources"]
    assert [row["source"] for row in theirs] == [row["source"] for row in ours]
    for mine, other in zip(ours, theirs, strict=True):
        assert mine == pytest.approx(other, abs=1e-5)
    assert found.lead is not None
    assert told["ranking"]["lead"]["share"]["value"] == pytest.approx(found.lead.share.value, abs=1e-5)
    assert told["favourite"]["source"] == "gamma"
    shares = {name: each["value"] for name, each in told["shortcuts"].items()}
    assert shares == {name: found.shortcuts[name].value for name in shares}


def test_the_command_writes_the_same_rows(
    sqlite_database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring_pairs(sqlite_database)
    _, rows = by_command(tmp_path, capsys)
    out = io.BytesIO()
    export(sqlite_database, SLUG, ExportContent.FINAL, out, ExportFormat.DPO)
    ours = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(ours) == len(rows) == 7
    texts = ("prompt", "chosen", "rejected")
    for mine, theirs in zip(ours, rows, strict=True):
        assert list(mine) == list(theirs) == [*texts, "margin", "probability"]
        assert [mine[name] for name in texts] == [theirs[name] for name in texts]
        assert (mine["margin"], mine["probability"]) == pytest.approx(
            (theirs["margin"], theirs["probability"]), abs=1e-5
        )


def test_without_sources_nobody_is_ranked(sqlite_database: Database) -> None:
    bring_pairs(sqlite_database, rows_of(PAIRS, sources=False))
    found = found_of(sqlite_database)
    assert (found.lead, found.favourite, len(found.ranking.frame), found.ranking.unsourced) == (None, None, 0, 9)
    assert found.shortcuts["first"].n == 7


def test_how_votes_given_here_were_shown_is_known(database: Database) -> None:
    """Whoever always takes the one on the left is found out, whichever candidate stood there."""
    world = make_world(
        database, items=0, golden_items=0, golden_per_chunk=0, chunk_size=50, look_ahead=20, kind=LabelKind.PAIR
    )
    with database.transaction() as connection:
        text = "prompt: which?\nfirst: the red one\nsecond: the blue one"
        world.items = add_items(connection, world.project, [text] * 40, form=ItemForm.PAIR)
    me = world.assessors[0]
    seen = world.work(me, want=20)
    left = []
    while seen.items:
        left += [candidates(item.text)[1] for item in seen.items]
        seen = world.work(me, *[press(item.token, "first") for item in seen.items], want=20)
    assert set(left) == {"the red one", "the blue one"}
    found = found_of(database, slug="test")
    assert (found.bias.first.value, found.bias.first.n, found.bias.place) == (1.0, 40, Place.SHOWN)
    assert found.shortcuts["shown_first"] == wilson(40, 40)
    assert found.shortcuts["first"].value == pytest.approx(left.count("the red one") / 40)


def test_nothing_said_is_nothing_found(sqlite_database: Database) -> None:
    bring_pairs(sqlite_database, rows_of({"7": PAIRS["7"]}))
    found = found_of(sqlite_database)
    assert found.found["left_out"].to_list() == ["no_vote"]
    assert (found.lead, found.favourite, found.bias.first.n) == (None, None, 0)
