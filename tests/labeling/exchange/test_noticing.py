"""Several columns of labels: the surest is taken and the others are told; of equally likely ones nobody guesses."""

from __future__ import annotations

import pytest

from db.engine import Database
from db.vocabulary import LabelKind
from labeling.errors import LabelingError
from labeling.exchange.mapping import guess_mapping
from tests.labeling.exchange.files import bring, csv_of


@pytest.mark.parametrize(
    ("columns", "taken", "others"),
    [
        (["label", "topic"], "label", ["topic"]),
        (["topic", "label"], "label", ["topic"]),
        (["label", "label2"], "label", ["label2"]),
        (["метка", "тема"], "метка", ["тема"]),
        (["intent", "label_of_the_model"], "intent", ["label_of_the_model"]),
        (["OUTPUT:comment on the label", "OUTPUT:label"], "OUTPUT:label", ["OUTPUT:comment on the label"]),
        (["label", "label_confidence", "label_id"], "label", []),
    ],
)
def test_the_surest_is_taken_and_the_others_are_told(
    sqlite_database: Database, columns: list[str], taken: str, others: list[str]
) -> None:
    report = bring(sqlite_database, csv_of(["text", *columns], [["hello there", *"abc"[: len(columns)]]]))
    assert (report.columns["reference"], report.other_labels) == (taken, others)


@pytest.mark.parametrize(
    "columns", [["sentiment", "topic"], ["class", "category"], ["label1", "label2"], ["OUTPUT:tone", "OUTPUT:topic"]]
)
@pytest.mark.parametrize("who", [[], ["annotator"]])
def test_of_equally_likely_ones_nobody_guesses(sqlite_database: Database, columns: list[str], who: list[str]) -> None:
    by = ["ann"] * len(who)
    header, rows = ["text", *columns, *who], [["hello there", "a", "c", *by], ["thank you", "b", "d", *by]]
    with pytest.raises(LabelingError) as raised:
        bring(sqlite_database, csv_of(header, rows))
    assert (raised.value.code, raised.value.details["columns"]) == ("several_label_columns", columns)
    mapping = guess_mapping(header, [dict(zip(header, row, strict=True)) for row in rows])
    assert not {mapping.vote, mapping.reference, mapping.golden, mapping.text} & set(columns)


def test_a_column_of_different_words_has_no_classes(sqlite_database: Database) -> None:
    rows = [[f"the text {n}", f"tag{n}", "ab"[n % 2]] for n in range(20)]
    report = bring(sqlite_database, csv_of(["text", "tag", "topic"], rows))
    assert report.columns["reference"] == "topic" and report.new_classes == ["a", "b"]


@pytest.mark.parametrize("header", [["задание", "исполнитель", "ответ"], ["ticket", "worker", "verdict"]])
def test_answers_of_annotators_are_no_texts(sqlite_database: Database, header: list[str]) -> None:
    with pytest.raises(LabelingError, match="no_text_column"):
        bring(sqlite_database, csv_of(header, [[1, "anna", "yes"], [1, "ben", "no"]]))


def test_columns_of_classes_are_told_and_taken_on_a_word(sqlite_database: Database) -> None:
    rows = [["hello there", "1", "0", "3"], ["thank you", "0", "1", "4"]]
    report = bring(sqlite_database, csv_of(["text", "joy", "fear", "stars"], rows))
    assert (report.one_hot_columns, report.references) == (["joy", "fear"], 0)
    how = {"one_hot": ("joy", "fear"), "kind": LabelKind.SEVERAL}
    report = bring(sqlite_database, csv_of(["text", "joy", "fear", "stars"], rows), slug="q", options=how)
    assert (report.one_hot_columns, report.references) == ([], 2)
