"""An analysis from facts to findings, on both databases."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from sqlalchemy import func, insert, select

from db import schema
from db.engine import Database
from db.frames import marks
from db.frames import runs as run_frames
from db.vocabulary import Role, RunState
from labeling.errors import LabelingError
from labeling.jobs import analyse as analysing
from labeling.jobs import findings, kept_fit
from labeling.jobs.child import carry_out
from labeling.projects.projects import create_project
from labeling.review.classifier import Trained, cross_validate
from labeling.runs import claims, runs
from labeling.runs.claims import ClaimLostError
from labeling.runs.comparing import compare
from tests.labeling.jobs.analysed import CLASSES, analyse_now, found_by, make_films
from tests.labeling.review.worlds import blind
from tests.labeling.worlds import NOON, add_person


def test_an_analysis_finds_what_is_wrong_and_writes_down_why(database: Database) -> None:
    films = make_films(database)
    run, found = found_by(films, analyse_now(database, films.project))
    with database.snapshot() as connection:
        assert run.watermark == list(marks.watermark(connection, films.project.id))
        item = schema.item.c
        names = {row.id: row.external_id for row in connection.execute(select(item.id, item.external_id))}
    assert (run.state, run.kept, run.rulings, run.error) == (RunState.DONE, True, 4, None)
    assert found.height == 60
    assert found.schema == pl.Schema(run_frames.findings_schema(pl.Enum(CLASSES)))
    assert dict(found.select("item_id", "item").iter_rows()) == names
    assert found["score"].is_sorted(descending=True)
    # Two golden items were outvoted, two weren't; of the others the three that are wrong come first.
    settled = found.filter(pl.col("item_id").is_in(films.golden))
    assert set(settled.select("item_id", "score").iter_rows()) == {
        (item, float(item in films.wrong)) for item in films.golden
    }
    open_ones = found.filter(~pl.col("item_id").is_in(films.golden))
    assert set(open_ones["item_id"].head(3)) == set(films.wrong) - set(films.golden)
    worst = open_ones.row(0, named=True)
    assert worst["given"] != films.truth[worst["item_id"]] == worst["probable"]
    assert worst["disagreement"] == pytest.approx(1 / 3, abs=1e-4)
    reasons = json.loads(worst["reasons"])
    assert {"votes_disagree", "classifier_disagrees"} <= {reason["code"] for reason in reasons}
    assert next(reason for reason in reasons if reason["code"] == "votes_disagree")["value"] == 0.3333
    assert found["confidence"].is_between(0, 1).all() and found["heldout_correctness"].is_between(0, 1).all()


def test_an_analysis_whose_classifier_says_one_class_reports_nothing_from_it(database: Database) -> None:
    films = make_films(database, count=120, written=blind)
    run, found = found_by(films, analyse_now(database, films.project))
    about = dict(run.report or {})
    worth = about["worth"]
    assert not worth["speaks"]
    assert worth["frequent"] == "neutral"
    assert worth["accuracy"]["low"] <= worth["always"]
    assert (about["issues"], about["overall_health"], about["health"], about["confused"]) == (None, None, [], [])
    assert about["map"] == {}
    by_classifier = ("self_confidence", "confidence", "variability", "heldout_confidence", "heldout_variability")
    assert all(found[name].null_count() == 120 for name in by_classifier)
    assert not found["is_issue"].any()
    reasons = {reason["code"] for body in found["reasons"] for reason in json.loads(body)}
    assert not reasons & {"classifier_disagrees", "label_issue", "hard_to_learn", "ambiguous"}
    # Where the votes part stands first all the same.
    open_ones = found.filter(~pl.col("item_id").is_in(films.golden))
    assert set(open_ones["item_id"].head(10)) <= set(films.wrong) | set(films.disputed)


def test_the_report_holds_what_pages_show(database: Database) -> None:
    films = make_films(database)
    run, found = found_by(films, analyse_now(database, films.project))
    assert run.report is not None
    about = dict(run.report)
    open_scores = found.filter(~pl.col("item_id").is_in(films.golden))["score"]
    assert (about["items"], about["settled"], about["settled_wrong"]) == (60, 4, 2)
    assert about["expected_wrong"] == pytest.approx(open_scores.sum(), abs=0.01)
    assert about["issues"] == found["is_issue"].sum()
    worth = about["worth"]
    assert worth["speaks"] and worth["accuracy"]["low"] > worth["always"] and worth["accuracy"]["n"] == 60
    assert sum(each["n"] for each in about["health"]) == 60
    assert about["classes"] == ["gratitude", "neutral"] and about["annotators"] == 3
    assert [(pair["given"], pair["probable"], pair["count"]) for pair in about["confused"]] == [
        ("gratitude", "neutral", 1)
    ]
    for dynamics in ("training", "heldout"):
        regions = about["map"][dynamics]["regions"]
        assert regions.keys() == {"easy", "ambiguous", "hard"} and sum(regions.values()) == 60
    assert about["map"]["by_heart"] is False
    # Two settled items on which all three agreed, and both were right.
    assert (about["shared"]["errors"]["value"], about["shared"]["errors"]["n"]) == (0.0, 2)
    assert about["shared"]["leaning"] is False
    assert about["seconds"].keys() == analysing.STEPS.keys()


def test_answers_of_a_chunk_that_is_set_aside_and_unsure_ones_are_left_out(sqlite_database: Database) -> None:
    films = make_films(sqlite_database)
    item = next(iter(films.truth))
    with sqlite_database.transaction() as connection:
        again = {"project_id": films.project.id, "item_id": item, "revision": 2, "label": None, "created_at": NOON}
        connection.execute(insert(schema.annotation), [again | {"assessor_id": who} for who in films.assessors])
    _, found = found_by(films, analyse_now(sqlite_database, films.project))
    assert found.height == 59 and item not in found["item_id"].to_list()


def test_without_labels_there_is_nothing_to_analyse(database: Database) -> None:
    with database.transaction() as connection:
        project = create_project(connection, "empty", now=NOON)
        run_id = runs.start_run(connection, project, now=NOON, actor=None)
        held = claims.claim(connection, now=NOON)
    assert held is not None
    carry_out(database, held)
    with database.snapshot() as connection:
        run = runs.get_run(connection, project.id, run_id)
        assert (run.state, run.error) == (RunState.FAILED, {"code": "nothing_to_analyse", "details": {}})
        assert run.finished_at is not None and not run.kept
        assert runs.latest_run(connection, project.id) is None


def test_the_newest_keep_their_findings(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysing, "KEPT", 2)
    films = make_films(sqlite_database, count=24)
    ids = [analyse_now(sqlite_database, films.project) for _ in range(3)]
    with sqlite_database.snapshot() as connection:
        found = runs.runs(connection, films.project.id)
        assert [(run.id, run.kept) for run in found] == [(ids[2], True), (ids[1], True), (ids[0], False)]
        assert run_frames.findings(connection, ids[0]).is_empty()
        assert found[2].report is not None and found[2].report["items"] == 24
        kept = select(schema.run_evidence.c.run_id).where(schema.run_evidence.c.run_id.in_(ids))
        assert set(connection.execute(kept).scalars()) == set(ids[1:])
        same = compare(connection, ids[1], ids[2])
    assert (same.both, same.relabeled, same.flagged[1:], same.suspected[1:]) == (24, 0, (0, 0), (0, 0))


def test_what_changed_between_two_analyses(sqlite_database: Database) -> None:
    films = make_films(sqlite_database)
    first = analyse_now(sqlite_database, films.project)
    wrong = [item for item in films.wrong if item not in films.golden]
    with sqlite_database.transaction() as connection:
        # The two who were wrong change their minds.
        mended = {"project_id": films.project.id, "revision": 2, "created_at": NOON}
        connection.execute(
            insert(schema.annotation),
            [
                mended | {"item_id": item, "assessor_id": who, "label": films.truth[item]}
                for item in wrong
                for who in films.assessors[:2]
            ],
        )
    second = analyse_now(sqlite_database, films.project)
    with sqlite_database.snapshot() as connection:
        found = compare(connection, first, second)
        before, after = (run_frames.findings(connection, run_id) for run_id in (first, second))
    assert (found.both, found.relabeled) == (60, len(wrong))
    suspected = [set(each.filter(pl.col("score") > 0.5)["item_id"]) for each in (before, after)]
    assert found.suspected == (
        len(suspected[0] & suspected[1]), len(suspected[1] - suspected[0]), len(suspected[0] - suspected[1])
    )  # fmt: skip
    assert set(wrong) & suspected[1] == set()


def test_a_run_is_named_deleted_and_asked_for_by_those_who_may(database: Database) -> None:
    films = make_films(database, count=24)
    run_id = analyse_now(database, films.project, name=" first ")
    project = films.project
    with database.transaction() as connection:
        stranger = add_person(connection, "stranger", project, Role.ASSESSOR)
        expert = add_person(connection, "expert", project, Role.EXPERT)
        for verb in (runs.cancel_run, runs.resume_run, runs.delete_run):
            with pytest.raises(LabelingError, match="not_allowed"):
                verb(connection, project, run_id, now=NOON, actor=stranger)
        with pytest.raises(LabelingError, match="not_allowed"):
            runs.start_run(connection, project, now=NOON, actor=stranger)
        with pytest.raises(LabelingError, match="run_done"):
            runs.resume_run(connection, project, run_id, now=NOON, actor=expert)
        with pytest.raises(LabelingError, match="unknown_run"):
            runs.get_run(connection, project.id + 1, run_id)
        runs.rename_run(connection, project, run_id, "second", now=NOON, actor=expert)
        assert runs.get_run(connection, project.id, run_id).name == "second"
        with pytest.raises(LabelingError, match="name_too_long"):
            runs.rename_run(connection, project, run_id, "x" * 201, now=NOON, actor=expert)
        other = runs.start_run(connection, project, now=NOON, actor=expert)
        for verb in (runs.delete_run,):
            with pytest.raises(LabelingError, match="run_going"):
                verb(connection, project, other, now=NOON, actor=expert)
        with pytest.raises(LabelingError, match="run_going"):
            runs.start_run(connection, project, now=NOON, actor=expert)
        runs.delete_run(connection, project, run_id, now=NOON, actor=expert)
        assert [run.id for run in runs.runs(connection, project.id)] == [other]
        assert connection.execute(select(func.count()).select_from(schema.finding)).scalar_one() == 0
        verbs = connection.execute(select(schema.audit_event.c.verb).where(schema.audit_event.c.person_id == expert))
        assert sorted(verbs.scalars()) == ["delete_run", "rename_run", "start_run"]


def test_a_later_try_takes_up_what_the_classifier_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    films = make_films(database)
    fits: list[int] = []

    def counted(*args: Any, **named: Any) -> Trained:
        fits.append(len(args[0]))
        return cross_validate(*args, **named)

    def breaks_off(*_args: object, **_named: object) -> None:
        raise ClaimLostError

    monkeypatch.setattr(kept_fit, "cross_validate", counted)
    monkeypatch.setattr(findings, "write", breaks_off)
    with database.transaction() as connection:
        run_id = runs.start_run(connection, films.project, now=NOON, actor=None)
        held = claims.claim(connection, now=NOON)
    assert held is not None
    carry_out(database, held)
    assert fits == [60] and found_by(films, run_id)[1].is_empty()
    monkeypatch.undo()
    monkeypatch.setattr(kept_fit, "cross_validate", counted)
    with database.transaction() as connection:
        again = claims.claim(connection, now=NOON + claims.STALE * 2)
    assert again is not None
    carry_out(database, again)
    run, found = found_by(films, run_id)
    assert (run.state, fits) == (RunState.DONE, [60])
    # From the beginning it comes to the same.
    other = found_by(films, analyse_now(database, films.project))[1]
    assert fits == [60, 60] and found.equals(other)


def test_the_junior_that_speaks_is_heard(database: Database) -> None:
    """It contradicts one good label; nothing else is known against that one."""
    films = make_films(database, count=60)
    doubted = next(item for item in films.truth if item not in (*films.golden, *films.wrong, *films.disputed))
    silent = found_by(films, analyse_now(database, films.project))[1]
    of = {"project_id": films.project.id, "created_at": NOON}
    other = CLASSES[1] if films.truth[doubted] == CLASSES[0] else CLASSES[0]
    with database.transaction() as connection:
        connection.execute(insert(schema.prompt), of | {"version": 1, "kind": "llm"})
        connection.execute(insert(schema.promotion), of | {"prompt_id": 1})
        rows = [
            of | {"prompt_id": 1, "item_id": item, "label": other if item == doubted else label}
            for item, label in films.truth.items()
        ]
        connection.execute(insert(schema.suggestion), rows)
    heard = found_by(films, analyse_now(database, films.project))[1]

    def place(found: pl.DataFrame) -> int:
        return found["item_id"].to_list().index(doubted)

    row = heard.filter(pl.col("item_id") == doubted).row(0, named=True)
    assert {"junior_disagrees"} <= {reason["code"] for reason in json.loads(row["reasons"])}
    assert place(heard) < place(silent)
