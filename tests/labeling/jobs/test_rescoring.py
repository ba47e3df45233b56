"""Rulings move the scores of an analysis, and say why, on both databases."""

from __future__ import annotations

import json
from datetime import timedelta

import polars as pl
from sqlalchemy import insert

from db import schema
from db.engine import Database
from labeling.adjudication.bulk import rule_many
from labeling.adjudication.queue import Candidate
from labeling.jobs.rescoring import rescore
from tests.labeling.jobs.analysed import Films, analyse_now, found_by, make_films
from tests.labeling.worlds import NOON


def rule(films: Films, items: list[int], labels: dict[int, str] | None = None, revision: int = 1) -> None:
    """Rulings as experts leave them, by default what is true."""
    said = films.truth if labels is None else labels
    same = {"project_id": films.project.id, "revision": revision, "verdict": "label", "created_at": NOON}
    with films.database.transaction() as connection:
        connection.execute(
            insert(schema.adjudication), [same | {"item_id": item, "label": said[item]} for item in items]
        )


def test_rulings_move_scores_from_ten_on(database: Database) -> None:
    films = make_films(database, count=120)
    run_id = analyse_now(database, films.project)
    _, before = found_by(films, run_id)
    later = NOON + timedelta(days=1)
    ruled = [item for item in films.truth if item not in films.golden]
    rule(films, ruled[:9])
    assert rescore(database, "films", now=later) is None
    rule(films, ruled[9:10])
    moved = rescore(database, "films", now=later)
    run, after = found_by(films, run_id)
    assert (run.rulings, run.rescored_at) == (14, later)
    assert run.report is not None and (run.report["settled"], run.report["items"]) == (14, 120)
    met = after.join(before, on="item_id", suffix="_before")
    assert (met["prior"] == met["prior_before"]).all()
    ten = met.filter(pl.col("item_id").is_in(ruled[:10]))
    assert set(ten["score"]) <= {0.0, 1.0}
    assert set(ten.filter(pl.col("score") == 1)["item_id"]) == set(films.wrong) & set(ruled[:10])
    assert moved == met.filter((pl.col("score") - pl.col("score_before")).abs() > 0.002).height
    assert rescore(database, "films", now=later) is None
    assert rescore(database, "films", now=later, enough=1) is None


def test_rulings_in_bulk_are_no_evidence(database: Database) -> None:
    """Rightly labeled items that were given another label in one act teach nothing, neither scores nor a new analysis."""
    films = make_films(database, count=120)
    run_id = analyse_now(database, films.project)
    _, before = found_by(films, run_id)
    right = [item for item in films.truth if item not in films.wrong + films.golden][:30]
    flipped = {item: "gratitude" if films.truth[item] == "neutral" else "neutral" for item in right}
    asked = [Candidate(item, films.truth[item], 0.1) for item in right]
    with database.transaction() as connection:
        rule_many(connection, films.project, asked, flipped, now=NOON, actor=None)
    assert rescore(database, "films", now=NOON) == 0
    run, after = found_by(films, run_id)
    assert after["score"].to_list() == before["score"].to_list()
    assert run.report is not None and (run.report["settled"], run.report["settled_wrong"]) == (4, 2)
    _, anew = found_by(films, analyse_now(database, films.project))
    assert anew["score"].to_list() == before["score"].to_list()


def test_a_misreading_that_rulings_show_moves_items_like_it_and_is_given_as_a_reason(database: Database) -> None:
    films = make_films(database, count=120)
    run_id = analyse_now(database, films.project)
    # Experts say that what everybody calls gratitude is confusion, a class that nobody voted for.
    thanks = [item for item, label in films.truth.items() if label == "gratitude" and item not in films.wrong]
    rule(films, thanks[:20], dict.fromkeys(thanks, "confusion"))
    assert rescore(database, "films", now=NOON) is not None
    run, found = found_by(films, run_id)
    assert run.report is not None and run.report["shared"]["leaning"] is True
    ruled = found.filter(pl.col("item_id").is_in(thanks[:20]))
    assert set(ruled["score"]) == {1.0} and set(ruled["probable"].cast(pl.String)) == {"confusion"}
    alike = found.filter(pl.col("item_id").is_in(thanks[20:]), ~pl.col("item_id").is_in(films.golden))
    other = found.filter(pl.col("given") == "neutral", ~pl.col("item_id").is_in(films.golden + films.wrong))
    low, high = alike["score"].min(), other["score"].mean()
    assert isinstance(low, float) and isinstance(high, float) and low > high
    codes = {reason["code"] for reason in json.loads(alike["reasons"][0])}
    assert {code for code in codes if code.startswith("rulings_")}
    # What is like them is proposed as a group: all of gratitude that nobody ruled, and little else.
    group = run.report["proposals"][0]
    assert (group["given"], group["label"], group["rulings"]) == ("gratitude", "confusion", 20)
    assert group["n"] == len(group["items"]) > 20
    assert len(set(group["items"]) & set(thanks)) / group["n"] > 0.8
    assert not set(group["items"]) & set(thanks[:20])
