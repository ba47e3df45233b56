"""Masking at import: what stands in the database and in the reports is masked, and the values are nowhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import PiiPolicy
from labeling.exchange.importing import import_file
from labeling.exchange.intake import ImportOptions
from labeling.exchange.mapping import Mapping
from labeling.exchange.report import ImportReport
from labeling.projects.classes import add_codes
from labeling.projects.projects import change_settings, create_project
from tests.labeling.worlds import NOON

SECRETS = ("123-45-67", "ivan@example.com", "4276123456789012", "4276 1234 5678 9012", "765-43-21")
ROWS: list[dict[str, Any]] = [
    {"text": "Позвоните мне: 8 (999) 123-45-67", "place": {"mail": "ivan@example.com", "n": 3, "to": [4276123456789012]}},
    {"text": "Где моя карта?", "context": "карта 4276 1234 5678 9012", "label": "neutral", "who": "ann",
     "said": "её номер +7 999 765-43-21"},
    {"text": "x" * 300 + " 8 (999) 123-45-67"},
    {"text": "Спасибо", "label": "почта ivan@example.com", "who": "ann"},
]  # fmt: skip
MAPPING = Mapping(text="text", context="context", metadata_json="place", vote="label", annotator="who", comment="said")


def project_of(database: Database, policy: PiiPolicy) -> None:
    with database.transaction() as connection:
        project = create_project(connection, "bank", now=NOON)
        add_codes(connection, project.id, ["neutral"], now=NOON)
        change_settings(connection, project.id, {"pii_policy": policy.value}, now=NOON, actor=None)


def bring(database: Database, rows: Sequence[dict[str, Any]] = ROWS, mapping: Mapping = MAPPING) -> ImportReport:
    file = BytesIO("\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode())
    file.name = "rows.jsonl"
    options = ImportOptions(max_text=200)
    return import_file(database, file, project_slug="bank", mapping=mapping, options=options, now=NOON)


def everything(database: Database) -> str:
    """All that the database holds, as one string."""
    with database.snapshot() as connection:
        return "\n".join(
            str(tuple(row)) for table in schema.metadata.sorted_tables for row in connection.execute(select(table))
        )


def test_a_project_that_masks_stores_no_value_anywhere(database: Database) -> None:
    project_of(database, PiiPolicy.MASK)
    report = bring(database)
    held = everything(database)
    assert [secret for secret in SECRETS if secret in held] == []
    with database.snapshot() as connection:
        item = schema.item.c
        rows = connection.execute(select(item.text, item.context, item["metadata"]).order_by(item.id)).all()
    assert [tuple(row) for row in rows] == [
        ("Позвоните мне: [PHONE_1]", None, {"mail": "[EMAIL_1]", "n": 3, "to": ["[CARD_1]"]}),
        ("Где моя карта?", "карта [CARD_1]", None),
    ]
    assert report.masked == {"CARD": 2, "EMAIL": 1, "PHONE": 2}
    assert (report.imported, report.too_long, report.votes) == (2, 1, 1)
    # A beginning of a row could hold half of a number.
    assert {(row.reason, row.excerpt) for row in report.bad_rows} == {("too_long", ""), ("unknown_label", "")}


def test_the_same_file_again_adds_nothing(database: Database) -> None:
    project_of(database, PiiPolicy.MASK)
    bring(database)
    again = bring(database)
    assert (again.imported, again.updated) == (0, 0)


def test_otherwise_texts_stay_as_they_are(sqlite_database: Database) -> None:
    project_of(sqlite_database, PiiPolicy.KEEP)
    report = bring(sqlite_database)
    assert report.masked == {}
    assert "8 (999) 123-45-67" in everything(sqlite_database)
    assert any(row.excerpt for row in report.bad_rows)


def test_texts_that_differ_only_in_what_is_masked_stay_two_items(sqlite_database: Database) -> None:
    project_of(sqlite_database, PiiPolicy.MASK)
    rows = [{"text": "Мой номер 8 (999) 123-45-67"}, {"text": "Мой номер 8 (999) 765-43-21"}]
    report = bring(sqlite_database, rows, Mapping(text="text"))
    with sqlite_database.snapshot() as connection:
        texts = list(connection.execute(select(schema.item.c.text)).scalars())
    assert texts == ["Мой номер [PHONE_1]"] * 2
    assert report.duplicate_texts == 1
