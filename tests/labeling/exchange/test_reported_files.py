"""Files that once came out wrong, where the measuring data has them: how many texts and labels each really holds."""

from __future__ import annotations

import pytest

from db.engine import Database
from labeling.errors import LabelingError
from tests.labeling.exchange.files import bring
from tests.shared import shared_file

# Items, votes, references, golden labels, classes.
RIGHT: dict[str, tuple[int, int, int, int, set[str]]] = {
    "doccano/labels.jsonl": (2, 0, 2, 0, {"cards", "login"}),
    "doccano/plain.csv": (2, 0, 2, 0, {"cards", "login"}),
    "label-studio/other-text-key.json": (2, 2, 0, 0, {"card", "login"}),
    "label-studio/pretty-array.json": (2, 0, 2, 0, {"a", "b"}),
    "label-studio/min.json": (2, 2, 0, 0, {"cards", "login"}),
    "label-studio/choice-int.json": (3, 2, 0, 0, {"3", "cards"}),
    "argilla/records.json": (2, 2, 0, 0, {"cards", "other"}),
    "argilla/flat.jsonl": (2, 2, 0, 0, {"cards", "other"}),
    "prodigy/out.jsonl": (2, 2, 0, 0, {"CARDS", "LOGIN"}),
    "text-column/tweet.csv": (2, 3, 0, 0, {"card", "login"}),
    "text-column/russian.csv": (2, 3, 0, 0, {"Карты", "Вход"}),
    "text-column/toloka.tsv": (1, 1, 0, 0, {"a"}),
    "header/sep-hint.csv": (2, 0, 2, 0, {"x", "y"}),
    "header/title-line.csv": (2, 0, 2, 0, {"x", "y"}),
    "quotes/raw-quotes.tsv": (4, 0, 4, 0, {"a", "b"}),
    "parquet/classlabel.parquet": (3, 0, 3, 0, {"card", "login"}),
}
REFUSED = {"text-column/task-worker-label.csv": "nothing_taken", "header/headerless.csv": "no_header"}


@pytest.mark.parametrize("name", RIGHT)
def test_each_holds_what_it_holds(sqlite_database: Database, name: str) -> None:
    report = bring(sqlite_database, shared_file(f"../reports/{name}"))
    counts = (report.imported, report.votes, report.references, report.golden, set(report.new_classes))
    assert counts == RIGHT[name]


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_be_meant_in_two_ways_is_refused(sqlite_database: Database, name: str) -> None:
    with pytest.raises(LabelingError, match=REFUSED[name]):
        bring(sqlite_database, shared_file(f"../reports/{name}"))
