"""Records of other tools as files, and what an import made of them."""

from __future__ import annotations

import io
import json
from typing import Any

from db.engine import Database
from labeling.exchange.report import ImportReport
from tests.labeling.exchange.files import SLUG, content, named


def lines_of(*records: Any) -> io.BytesIO:
    """JSON lines."""
    return named("\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode(), "out.jsonl")


def array_of(*records: Any, **how: Any) -> io.BytesIO:
    """One JSON array."""
    return named(json.dumps(records, ensure_ascii=False, **how).encode(), "out.json")


def votes(database: Database, slug: str = SLUG) -> list[tuple[str, str, str | None]]:
    """Who said what: the item's text, the annotator, the label."""
    found = content(database, slug)
    texts = {row[0]: row[1] for row in found["items"]}
    return [(texts[row[0]], row[1].removeprefix("import:"), row[3]) for row in found["votes"]]


def examples(report: ImportReport, reason: str) -> list[tuple[int, str]]:
    """Lines and words of the answers that are shown as left out for this reason."""
    return [(row.line, row.excerpt) for row in report.left_out_examples if row.reason == reason]
