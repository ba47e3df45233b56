"""What a survey of a file foretells is what its import does; labels that are merged are one class from the first row on."""

from __future__ import annotations

import pytest

from db.engine import Database
from labeling.exchange.survey import Survey, survey
from tests.labeling.exchange.files import bring, content, csv_of, named
from tests.labeling.exchange.kinds import Held
from tests.labeling.exchange.test_kinds_of_tables import CASES as TABLES
from tests.labeling.exchange.test_kinds_of_tools import CASES as TOOLS

FORETOLD = [each for each in [*TABLES, *TOOLS] if not isinstance(each[3], str)][::4]


@pytest.mark.parametrize(
    ("content", "name", "held"),
    [(whole, name, held) for _, name, whole, held in FORETOLD],
    # A workbook has the moment in it at which it was made.
    ids=[name for _, name, _, _ in FORETOLD],
)
def test_a_survey_foretells_the_import(content: bytes, name: str, held: Held) -> None:
    found = survey(named(content, name))
    assert (found.items, found.votes, found.references, found.golden, set(found.labels)) == held


def test_what_a_lead_is_told_of_a_file() -> None:
    rows = [
        ("1", "Мой телефон +7 916 123-45-67", "карта"), ("2", "Где карта?", "карта"), ("3", "Где карта?", "вход"),
        ("4", "Where is it?", ""), ("5", "", "вход"),
    ]  # fmt: skip
    found = survey(csv_of(("id", "текст", "метка"), rows))
    assert found == Survey(
        read=5, items=4, texts=3, bad=1, votes=0, references=3, golden=0, suggestions=0, annotators=0,
        labels={"карта": 2, "вход": 1}, looked_at=4, russian=3, personal={"PHONE": 1},
    )  # fmt: skip


def test_merged_labels_are_one_class_everywhere(sqlite_database: Database) -> None:
    rows = [
        ("1", "one", "anna", "Card"),
        ("1", "one", "ben", "card "),
        ("2", "two", "anna", "cards"),
        ("3", "x", "ben", "pin"),
    ]
    options = {"renamed": (("Card", "card"), ("cards", "card"))}
    report = bring(sqlite_database, csv_of(("id", "text", "annotator", "label"), rows), options=options)
    assert report.new_classes == ["card", "pin"] and report.votes == 4
    assert [row[3] for row in content(sqlite_database)["votes"]] == ["card", "card", "card", "pin"]
    references = csv_of(("id", "text", "label"), [("4", "four", "Card"), ("5", "five", "pin")])
    bring(sqlite_database, references, options=options)
    assert [row[4] for row in content(sqlite_database)["items"]][-2:] == ["card", "pin"]
