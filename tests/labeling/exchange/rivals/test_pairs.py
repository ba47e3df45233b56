"""Two candidates in files of other tools: Argilla's rankings and labels, Label Studio's Pairwise, MT-Bench's judgements."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from db.engine import Database
from db.vocabulary import LabelKind
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat
from labeling.exchange.exporting import export
from labeling.exchange.report import ImportReport
from labeling.facts.preferences import preferences_of
from labeling.notation.pairs import candidates
from labeling.projects.projects import get_project
from tests.labeling.exchange.files import SLUG, bring, named, texts
from tests.labeling.exchange.rivals.records import array_of, examples, votes

FIELDS = {"input": "which?", "response-1": "the red one", "response-2": "the blue one"}
TEXT = "prompt: which?\nfirst: the red one\nsecond: the blue one"


def bring_pairs(database: Database, source: Any) -> ImportReport:
    return bring(database, source, options={"kind": LabelKind.PAIR})


def ranked(**ranks: int) -> list[dict[str, Any]]:
    return [{"value": name.replace("_", "-"), "rank": rank} for name, rank in ranks.items()]


def argilla(n: int, value: Any, question: str = "ranking", **fields: str) -> dict[str, Any]:
    responses = {question: [{"value": value, "user_id": "ann", "status": "submitted"}]}
    return {
        "id": f"r{n}",
        "fields": FIELDS | fields,
        "metadata": {"model_a": "x", "model_b": "y"},
        "responses": responses,
    }


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (ranked(response_1=1, response_2=2), "first"),
        (ranked(response_1=2, response_2=1), "second"),
        (ranked(response_2=1, response_1=1), "tie"),
        (["response-2", "response-1"], "second"),
        ("response-1", "first"),
        ("tie", "tie"),
    ],
)
def test_argillas_ranking_of_two_says_which_is_better(sqlite_database: Database, value: Any, label: str) -> None:
    report = bring_pairs(sqlite_database, array_of(argilla(1, value)))
    assert votes(sqlite_database) == [(TEXT, "ann", label)]
    assert (report.tool, report.left_out) == ("Argilla", {})


def test_argillas_flat_rows_say_the_same(sqlite_database: Database) -> None:
    row = FIELDS | {"ranking.responses": [ranked(response_1=2, response_2=1)], "ranking.responses.users": ["ann"]}
    bring_pairs(sqlite_database, array_of(row | {"ranking.responses.status": ["submitted"]}))
    assert votes(sqlite_database) == [(TEXT, "ann", "second")]


def test_a_ranking_of_more_is_left_out_with_the_reason_and_said_to_be(sqlite_database: Database) -> None:
    three = [*ranked(response_1=1, response_2=2), {"value": "response-3", "rank": 3}]
    report = bring_pairs(
        sqlite_database, array_of(argilla(1, three, **{"response-3": "green"}), argilla(2, ["b", "a", "c"]))
    )
    assert votes(sqlite_database) == []
    assert report.left_out == {"ranking_of_more": 2}
    assert examples(report, "ranking_of_more")[0][0] == 1


def test_a_ranking_that_names_something_else_is_left_out(sqlite_database: Database) -> None:
    report = bring_pairs(sqlite_database, array_of(argilla(1, ranked(llama=1, mistral=2))))
    assert (votes(sqlite_database), report.left_out) == ([], {"ranking": 1})


def test_of_a_project_of_classes_a_ranking_stays_none(sqlite_database: Database) -> None:
    record = argilla(1, ranked(response_1=1, response_2=2))
    report = bring(sqlite_database, array_of(record | {"fields": {"text": "hi"}}))
    assert report.left_out == {"ranking": 1}


def test_what_a_model_suggests_is_told_in_our_words(sqlite_database: Database) -> None:
    told = {"ranking": {"value": ranked(response_1=2, response_2=1), "agent": "judge", "score": 0.8}}
    report = bring_pairs(sqlite_database, array_of(argilla(1, "response-1") | {"suggestions": told}))
    assert (report.suggestions, report.other_labels) == (1, [])


@pytest.mark.parametrize(("selected", "label"), [("left", "first"), ("right", "second")])
def test_label_studios_pairwise_says_which_is_better(sqlite_database: Database, selected: str, label: str) -> None:
    result = [{"from_name": "pw", "to_name": "text1,text2", "type": "pairwise", "value": {"selected": selected}}]
    task = {"id": 7, "data": {"prompt": "which?", "text1": "the red one", "text2": "the blue one"}}
    report = bring_pairs(sqlite_database, array_of(task | {"annotations": [{"completed_by": 3, "result": result}]}))
    assert votes(sqlite_database) == [(TEXT, "3", label)]
    assert (report.tool, report.left_out) == ("Label Studio", {})


def judged(turn: int, judge: str, winner: str) -> dict[str, Any]:
    """As MT-Bench's human judgements are published."""
    sides = {
        f"conversation_{side}": [
            {"role": "user", "content": "one?"}, {"role": "assistant", "content": f"{side} 1"},
            {"role": "user", "content": "two?"}, {"role": "assistant", "content": f"{side} 2"},
        ]
        for side in "ab"
    }  # fmt: skip
    models = {"model_a": "gpt-4", "model_b": "vicuna"}
    return {"question_id": 81, **models, "winner": winner, "judge": judge, **sides, "turn": turn}


def test_mt_benchs_judgements_come_in_as_they_are(sqlite_database: Database) -> None:
    rows = [judged(1, "expert_0", "model_a"), judged(2, "expert_0", "model_b"), judged(1, "author_2", "tie")]
    file = named("".join(json.dumps(row) + "\n" for row in rows).encode(), "human.jsonl")
    report = bring_pairs(sqlite_database, file)
    assert (report.imported, report.votes, report.left_out, report.bad) == (2, 3, {}, 0)
    # The first question's answers are judged without what comes after.
    assert [candidates(text)[1:] for text in texts(sqlite_database)] == [("a 1", "b 1"), ("a 1\na 2", "b 1\nb 2")]
    told = [("author_2", "tie"), ("expert_0", "first"), ("expert_0", "second")]
    assert sorted((who, label) for _, who, label in votes(sqlite_database)) == told
    with sqlite_database.snapshot() as connection:
        found = preferences_of(connection, get_project(connection, SLUG))
    assert set(found.found["first_source"]) == {"gpt-4"} and set(found.found["second_source"]) == {"vicuna"}
    out = io.BytesIO()
    assert export(sqlite_database, SLUG, ExportContent.FINAL, out, ExportFormat.REWARD).rows >= 1
    assert all(isinstance(json.loads(line)["prompt"], list) for line in out.getvalue().splitlines())
