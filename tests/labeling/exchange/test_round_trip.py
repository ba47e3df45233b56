"""Export, then import into another database: the same content, whatever the texts are."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from db.engine import Database, open_database
from db.migrate import migrate
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat, ending_of
from labeling.exchange.exporting import export
from tests.labeling.exchange.files import SLUG, bring, content, named
from tests.labeling.worlds import make_world

# Those with a place for whatever is known of items, golden labels and answers.
LOSSLESS = [
    ExportFormat.CSV,
    ExportFormat.CSV_SPREADSHEET,
    ExportFormat.TSV,
    ExportFormat.JSONL,
    ExportFormat.PARQUET,
    ExportFormat.XLSX,
    ExportFormat.HUGGING_FACE,
    ExportFormat.LABEL_STUDIO,
]
NASTY = [
    '"quoted", with; separators\tand "" more',
    "two\nlines\n",
    "as Windows\r\nends them\r\n",
    "a lone\rreturn",
    "no\u00a0break\u00a0space\u00a0",
    " leading and trailing ",
    '=HYPERLINK("http://x")',
    "'=already",
    "+7 916 123-45-67",
    "-5",
    "'-5",
    "@here",
    "\t= tab",
    "😀👩‍👩‍👧 emoji",
    "שלום עולם \u202eRTL\u202c",
    "Ёлка «да» № 5",
    "NULL",
    "null",
    "1.0",
    "001",
    "true",
    "2026-01-01",
    "_x0041_",
    "\x0b\x1f control \x85",
    "\ufeffbom",
    "a" * 5_000,
    '{"json": 1}',
    "\\u0000 and \\n",
    "'",
    "''=",
]
# Excel has no place for two noncharacters.
LETTERS = st.characters(codec="utf-8", exclude_characters="\0\ufffe\uffff")
TEXTS = st.sampled_from(NASTY) | st.text(LETTERS, min_size=1, max_size=30)
WORDS = TEXTS.map(str.strip).filter(lambda word: 0 < len(word) <= 60)
FILLED = TEXTS.filter(lambda text: not text.isspace())
VALUES = st.none() | st.booleans() | st.integers() | TEXTS | st.lists(st.integers(), max_size=2)
METADATA = st.dictionaries(WORDS, VALUES, max_size=3)
ITEMS = st.lists(
    st.fixed_dictionaries(
        {
            "item": WORDS,
            "text": FILLED,
            "context": st.none() | TEXTS,
            "reference": st.none() | WORDS,
            "priority": st.integers(-1_000_000, 1_000_000),
            "metadata": METADATA,
            "golden": st.none() | WORDS,
            "explanation": TEXTS,
        }
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row["item"],
)
VOTES = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.integers(0, 5),
            "annotator": WORDS,
            "label": st.none() | WORDS,
            "comment": st.none() | TEXTS,
            "flagged": st.booleans(),
            # Excel keeps 16 digits of a number.
            "seconds": st.none() | st.integers(0, 600_000).map(lambda n: n / 1000),
            "surplus": st.booleans(),
            "created_at": st.datetimes(timezones=st.just(UTC)).map(lambda at: at.isoformat()),
        }
    ),
    max_size=8,
)


@cache
def empty() -> bytes:
    """A migrated, empty SQLite file."""
    with TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/a.db")
        migrate(database)
        # The last connection to close writes the log into the file.
        database.close()
        return Path(folder, "a.db").read_bytes()


@contextmanager
def fresh() -> Iterator[Database]:
    """A database that lasts for one example."""
    with TemporaryDirectory() as folder:
        Path(folder, "a.db").write_bytes(empty())
        database = open_database(f"sqlite:///{folder}/a.db")
        yield database
        database.close()


def fill(database: Database, items: list[dict[str, Any]], votes: list[dict[str, Any]]) -> None:
    """Bring in made-up rows as JSON lines, the form that changes nothing."""
    lines = [json.dumps(item) for item in items]
    bring(database, named("\n".join(lines).encode(), "items.jsonl"))
    rows = []
    for vote in votes:
        item = items[vote["at"] % len(items)]["item"]
        rows.append(json.dumps(vote | {"item": item, "unsure": vote["label"] is None, "at": None}))
    if rows:
        bring(database, named("\n".join(rows).encode(), "votes.jsonl"))


def carried(source: Database, target: Database, what: ExportContent, format: ExportFormat) -> None:
    """Export from one database, import into the other."""
    out = io.BytesIO()
    rows = export(source, SLUG, what, out, format).rows
    if rows:
        report = bring(target, named(out.getvalue(), what.value + ending_of(format)))
        assert report.bad_rows == []


@pytest.mark.parametrize("format", LOSSLESS)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(items=ITEMS, votes=VOTES)
@example(
    items=[
        {"item": f"{n}", "text": text, "context": text, "reference": text.strip()[:60] or None, "priority": n}
        | {"metadata": {"k": text}, "golden": text.strip()[:60] or None, "explanation": text}
        for n, text in enumerate(NASTY)
    ],
    votes=[],
)
def test_everything_comes_back(format: ExportFormat, items: list[dict[str, Any]], votes: list[dict[str, Any]]) -> None:
    with fresh() as source, fresh() as target:
        fill(source, items, votes)
        for what in (ExportContent.FINAL, ExportContent.GOLDEN, ExportContent.ANNOTATIONS):
            carried(source, target, what, format)
        expected, found = content(source), content(target)
        assert found["items"] == expected["items"]
        assert found["golden"] == expected["golden"]
        assert found["votes"] == expected["votes"]
        # And the same files once more change nothing.
        for what in (ExportContent.FINAL, ExportContent.GOLDEN, ExportContent.ANNOTATIONS):
            carried(source, target, what, format)
        assert content(target) == expected


@pytest.mark.parametrize("format", LOSSLESS)
def test_a_desks_work_comes_back_under_the_assessors_names(
    sqlite_database: Database, tmp_path: Path, format: ExportFormat
) -> None:
    world = make_world(sqlite_database, items=4, golden_items=2)
    for assessor in world.assessors[:2]:
        for item in world.work(assessor).items:
            world.label(assessor, item.token, "neutral")
    with fresh() as target:
        for what in (ExportContent.FINAL, ExportContent.GOLDEN, ExportContent.ANNOTATIONS):
            out = io.BytesIO()
            export(sqlite_database, "test", what, out, format)
            bring(target, named(out.getvalue(), what.value + ending_of(format)))
        before, after = content(sqlite_database, "test"), content(target)
        assert after["golden"] == before["golden"]
        assert [row[:2] + row[3:6] for row in after["items"]] == [row[:2] + row[3:6] for row in before["items"]]
        there = [(row[0], f"import:assessor:{row[1]}", *row[2:]) for row in before["votes"]]
        assert sorted(after["votes"], key=repr) == sorted(there, key=repr)
