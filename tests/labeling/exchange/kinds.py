"""Files of the kinds that people report of labeling tools, made in memory, and what every one of them really holds."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from db.engine import Database
from labeling.errors import LabelingError
from tests.labeling.exchange.files import bring, named

Held = tuple[int, int, int, int, set[str]]
Case = tuple[str, str, bytes, Held | str]
"""Kind, name of the file, its bytes, and what it holds (items, votes, references, golden labels, classes) or the refusal."""


def lines(*rows: Any) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def whole(*rows: Any) -> bytes:
    return json.dumps(rows, ensure_ascii=False).encode()


def text(*rows: str, encoding: str = "utf-8") -> bytes:
    return ("\n".join(rows) + "\n").encode(encoding)


def workbook(**sheets: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return out.getvalue()


def class_label(names: list[str], labels: list[int | None], column: str = "label") -> bytes:
    """A Parquet file as `datasets` writes it: class names stand in the metadata."""
    features = {"text": {"dtype": "string", "_type": "Value"}, column: {"names": names, "_type": "ClassLabel"}}
    table = pa.table({"text": [f"text {n}" for n in range(len(labels))], column: pa.array(labels, pa.int64())})
    told = {"huggingface": json.dumps({"info": {"features": features}})}
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(told), out)
    return out.getvalue()


def task(number: int, said: str, *annotations: dict[str, Any], key: str = "text", **more: Any) -> dict[str, Any]:
    return {"id": number, "data": {key: said}, "annotations": list(annotations), **more}


def choice(who: Any, *labels: str, question: str = "c", **more: Any) -> dict[str, Any]:
    value = {"type": "choices", "from_name": question, "to_name": "text", "value": {"choices": list(labels)}}
    return {"completed_by": who, "result": [value], **more}


def by_kind(cases: Sequence[Case]) -> pytest.MarkDecorator:
    """A test of (``content``, ``name``, ``held``) for each of ``cases``, called by its kind."""
    return pytest.mark.parametrize(
        ("content", "name", "held"),
        [(content, name, held) for _, name, content, held in cases],
        ids=[f"{kind}: {name}" for kind, name, _, _ in cases],
    )


def holds(database: Database, content: bytes, name: str, held: Held | str) -> None:
    """Fail unless an import takes what the file holds, or refuses it for that reason."""
    if isinstance(held, str):
        with pytest.raises(LabelingError, match=held):
            bring(database, named(content, name))
        return
    report = bring(database, named(content, name))
    assert (report.imported, report.votes, report.references, report.golden, set(report.new_classes)) == held
