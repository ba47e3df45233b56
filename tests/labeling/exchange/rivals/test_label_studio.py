"""Label Studio's files: everybody's votes come in, and what is none is counted."""

from __future__ import annotations

from typing import Any

import pytest

from db.engine import Database
from labeling.errors import LabelingError
from labeling.exchange.preview import preview
from labeling.exchange.rivals.label_studio import LabelStudio
from tests.labeling.exchange.files import bring, content, texts
from tests.labeling.exchange.rivals.records import array_of, examples, lines_of, votes


def choice(*labels: Any, name: str | None = "topic") -> dict[str, Any]:
    return {"type": "choices", "from_name": name, "to_name": "text", "value": {"choices": list(labels)}}


def act(who: Any, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"completed_by": who, "result": list(parts), **more}


def task(n: int, text: str, *acts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": n, "data": {"text": text}, "annotations": list(acts), **more}


def test_what_is_no_vote_is_left_out_with_its_reason(sqlite_database: Database) -> None:
    rating = {"type": "rating", "from_name": "stars", "value": {"rating": 4}}
    span = {"type": "labels", "from_name": "ner", "value": {"start": 0, "end": 4, "text": "card", "labels": ["THING"]}}
    report = bring(
        sqlite_database,
        array_of(
            task(
                1,
                "a",
                act({"id": 1, "email": "anna@x"}, choice("cards")),
                act(2, choice("login")),
                drafts=[act(3, choice("x"))],
            ),
            task(2, "b", act(1, choice("cards"), was_cancelled=True)),
            task(3, "c", act(1, choice("cards", "login"))),
            task(4, "d", predictions=[{"result": [choice("login")], "score": 0.5}]),
            task(5, "e", act(1, choice("cards"), choice("angry", name="tone"), rating)),
            task(6, "f", act(1, rating), act(2, span), act(3, choice("calm", name="tone"))),
        ),
    )
    assert votes(sqlite_database) == [("a", "2", "login"), ("a", "anna@x", "cards"), ("e", "1", "cards")]
    expected = {"draft": 1, "cancelled": 1, "several_labels": 1, "other_question": 4, "spans": 1}
    assert (report.left_out, report.suggestions) == (expected, 1)
    assert texts(sqlite_database) == list("abcdef") and report.new_classes == ["cards", "login"]
    assert examples(report, "several_labels") == [(3, "1: cards, login")]
    assert examples(report, "other_question")[0] == (5, '1: tone: ["angry"]')
    assert report.tool == "Label Studio"


def test_the_first_question_gives_the_labels_wherever_it_stands_later(sqlite_database: Database) -> None:
    tone = choice("angry", name="tone")
    bring(
        sqlite_database,
        array_of(task(1, "a", act(1, choice("cards"), tone)), task(2, "b", act(1, tone, choice("login")))),
    )
    assert votes(sqlite_database) == [("a", "1", "cards"), ("b", "1", "login")]


def test_three_examples_are_shown_and_all_are_counted(sqlite_database: Database) -> None:
    tasks = [task(n, f"text {n}", act(1, choice("x"), was_cancelled=True)) for n in range(9)]
    report = bring(sqlite_database, array_of(*tasks), options={"chunk_rows": 2})
    assert report.left_out == {"cancelled": 9}
    assert [line for line, _ in examples(report, "cancelled")] == [1, 2, 3]


def test_an_empty_answer_is_unsure_and_a_note_is_its_comment(sqlite_database: Database) -> None:
    note = {"type": "textarea", "from_name": "note", "value": {"text": ["look", "again"]}}
    report = bring(
        sqlite_database,
        array_of(task(1, "a", act(1)), task(2, "b", act(1, choice("x"), note)), task(3, "c", act(1, note))),
    )
    assert [(row[0], row[3], row[4]) for row in content(sqlite_database)["votes"]] == [
        ("1", None, None),
        ("2", "x", "look\nagain"),
    ]
    assert report.left_out == {"no_label": 1}


@pytest.mark.parametrize("given", [[3], 3, ["3"], [3.0], [3, 3]])
def test_codes_that_are_numbers_become_text(sqlite_database: Database, given: Any) -> None:
    part = choice() | {"value": {"choices": given}}
    bring(sqlite_database, array_of(task(1, "a", act(1, part))))
    assert votes(sqlite_database) == [("a", "1", "3")]


def test_a_choice_that_is_no_list_is_one_class(sqlite_database: Database) -> None:
    taxonomy = {"type": "taxonomy", "from_name": "tree", "value": {"taxonomy": [["A", "B"]]}}
    report = bring(
        sqlite_database,
        array_of(task(1, "a", act(1, choice() | {"value": {"choices": "cards"}})), task(2, "b", act(1, taxonomy))),
    )
    assert votes(sqlite_database) == [("a", "1", "cards")]
    assert report.left_out == {"other_question": 1}


@pytest.mark.parametrize("key", ["tweet", "review_body", "Обращение", "text"])
@pytest.mark.parametrize("voted", [True, False])
def test_the_text_is_found_under_any_key(sqlite_database: Database, key: str, voted: bool) -> None:
    data = [{key: "my card is lost and I need help", "lang": "en"}, {key: "the code never comes", "lang": "en"}]
    acts = [act(1, choice("card"))] if voted else []
    tasks = [{"id": n, "data": row, "annotations": acts, "predictions": []} for n, row in enumerate(data)]
    seen = preview(array_of(*tasks))
    assert (seen.mapping.text, seen.tool) == (key, "Label Studio")
    report = bring(sqlite_database, array_of(*tasks))
    assert texts(sqlite_database) == ["my card is lost and I need help", "the code never comes"]
    assert (report.imported, report.votes) == (2, 2 * voted)
    assert content(sqlite_database)["items"][0][0] == "0" and content(sqlite_database)["items"][0][3] == {"lang": "en"}


def test_tasks_to_come_have_data_only(sqlite_database: Database) -> None:
    bring(sqlite_database, array_of({"data": {"text": "hello there"}}, {"data": {"text": "good bye", "k": 1}}))
    assert [(row[1], row[3]) for row in content(sqlite_database)["items"]] == [
        ("hello there", None),
        ("good bye", {"k": 1}),
    ]
    bring(sqlite_database, lines_of({"data": {"text": "a"}, "meta": {}, "created_at": "2024-01-01"}), slug="lines")
    assert texts(sqlite_database, "lines") == ["a"]
    # A row of one's own that has an object among its columns is none of theirs.
    assert not LabelStudio().is_record({"data": {"a": 1}, "text": "mine"})


def test_facts_whose_names_are_ours_do_not_vanish(sqlite_database: Database) -> None:
    bring(
        sqlite_database, array_of({"id": 0, "data": {"text": "a", "label": "old", "comment": "c"}, "annotations": []})
    )
    (item,) = content(sqlite_database)["items"]
    assert (item[0], item[3], item[4]) == ("0", {"data_label": "old", "data_comment": "c"}, None)


@pytest.mark.parametrize(("who", "words"), [("author", "text"), ("role", "content"), ("speaker", "utterance")])
def test_a_list_of_turns_is_a_dialogue(sqlite_database: Database, who: str, words: str) -> None:
    turns = [{who: "client", words: "my card"}, {who: "bank", words: "which one?"}, {words: "the blue"}]
    bring(sqlite_database, array_of({"id": 1, "data": {"dialogue": turns}, "annotations": [act(1, choice("cards"))]}))
    assert votes(sqlite_database) == [("client: my card\nbank: which one?\nthe blue", "1", "cards")]


@pytest.mark.parametrize("nested", [[["a", "b"]], [{"x": "no words"}], {"ru": "а", "en": "b"}, ["one", "two"]])
def test_a_text_that_is_neither_text_nor_dialogue_is_refused(sqlite_database: Database, nested: Any) -> None:
    source = array_of({"id": 1, "data": {"text": nested}, "annotations": [act(1, choice("cards"))]})
    with pytest.raises(LabelingError, match=r"nothing_taken.*nested_text"):
        bring(sqlite_database, source)
    with pytest.raises(LabelingError, match="unknown_project"):
        texts(sqlite_database)
    report = bring(sqlite_database, array_of({"id": 1, "data": {"text": nested}}, {"id": 2, "data": {"text": "good"}}))
    assert texts(sqlite_database) == ["good"] and report.reasons == {"nested_text": 1}


def row(n: int, who: int, answer: Any, **more: Any) -> dict[str, Any]:
    """JSON_MIN as the tool writes it: data, id, answers, who."""
    told = {"annotator": who, "annotation_id": 10 + n, "created_at": "2023-05-01T10:00:00.000Z"}
    asked = {} if answer is None else {"how_is_it": answer}
    return {
        "text": f"text {n}",
        "channel": "chat",
        "id": n,
        **asked,
        **more,
        **told,
        "updated_at": "x",
        "lead_time": 4.5,
    }


def test_rows_of_one_annotation_each(sqlite_database: Database) -> None:
    report = bring(
        sqlite_database,
        array_of(
            row(1, 1, "cards"), row(1, 2, {"choices": ["login"]}), row(3, 1, {"choices": ["cards", "login"]}),
            row(4, 1, "login", stars=[{"rating": 3}]), row(5, 1, None), row(6, 2, 7),
        ),
    )  # fmt: skip
    assert votes(sqlite_database) == [
        *(("text 1", "1", "cards"), ("text 1", "2", "login"), ("text 4", "1", "login"), ("text 6", "2", "7")),
    ]
    assert report.left_out == {"several_labels": 1, "other_question": 1, "no_label": 1}
    assert [item[3] for item in content(sqlite_database)["items"]] == [{"channel": "chat"}] * 5
    assert content(sqlite_database)["votes"][0][6] == 4.5


def test_rows_whose_columns_stand_in_another_order(sqlite_database: Database) -> None:
    def turned(given: dict[str, Any]) -> dict[str, Any]:
        return {"id": given["id"], "text": given["text"], "sentiment": given["how_is_it"], **{
            name: given[name] for name in ("annotator", "annotation_id", "created_at", "updated_at", "lead_time")
        }}  # fmt: skip

    report = bring(
        sqlite_database,
        array_of(
            *map(turned, (row(1, 1, "cards"), row(1, 2, {"choices": ["login"]}), row(3, 1, {"choices": ["a", "b"]})))
        ),
    )
    assert votes(sqlite_database) == [("text 1", "1", "cards"), ("text 1", "2", "login")]
    assert report.left_out == {"several_labels": 1} and report.new_classes == ["cards", "login"]
    assert texts(sqlite_database) == ["text 1", "text 3"]


def test_an_answer_that_is_no_object_is_counted(sqlite_database: Database) -> None:
    report = bring(
        sqlite_database, array_of(task(1, "a", "odd", act(1, choice("x")), act(2, choice(["A", "B"]))), "odd")
    )  # type: ignore[arg-type]
    assert votes(sqlite_database) == [("a", "1", "x")]
    assert report.left_out == {"not_understood": 2} and report.reasons == {"not_an_object": 1}
