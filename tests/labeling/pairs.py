"""A project of pairs as a file brings it: who wrote the candidates, votes of three, a golden label and an expert's ruling."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import insert, select

from db import schema
from db.engine import Database
from db.vocabulary import LabelKind
from labeling.desk import golden
from labeling.projects.projects import get_project
from tests.labeling.exchange.files import NOON, SLUG, bring, named

# What each of three says of each pair, by the first letter; the sources, and how long the texts are.
PAIRS: dict[str, tuple[str, str, str, str, str]] = {
    "1": ("fff", "alpha", "beta", "a longer answer", "short"),
    "2": ("ffs", "alpha", "beta", "well enough", "no"),
    "3": ("sss", "beta", "alpha", "hm", "a good one"),
    "4": ("ttt", "alpha", "beta", "as good", "as well"),
    "5": ("bbb", "alpha", "beta", "bad", "worse"),
    "6": ("ssf", "alpha", "beta", "not so", "rather"),
    "7": ("", "alpha", "gamma", "nobody", "asked"),
    "8": ("ff", "gamma", "beta", "the third", "is here"),
    "9": ("sss", "alpha", "beta", "ruled", "otherwise"),
    "10": ("sss", "alpha", "beta", "golden", "not"),
}
LABELS = {"f": "first", "s": "second", "t": "tie", "b": "both_bad"}


def rows_of(pairs: dict[str, tuple[str, str, str, str, str]], *, sources: bool = True) -> list[dict[str, Any]]:
    """The rows of a file of these pairs, one without a vote for those that nobody voted on."""
    rows: list[dict[str, Any]] = []
    for item, (said, a, b, first, second) in pairs.items():
        wrote = {"model_a": a, "model_b": b} if sources else {}
        facts = {"item": item, "prompt": f"question {item}", "response_a": first, "response_b": second} | wrote
        votes = [{"annotator": f"w{at}", "label": LABELS[letter]} for at, letter in enumerate(said)]
        rows += [facts | vote for vote in votes or [{"annotator": None, "label": None}]]
    return rows


def bring_pairs(database: Database, rows: list[dict[str, Any]] | None = None, *, slug: str = SLUG) -> None:
    """Import the rows, by default those of PAIRS, into a project of pairs."""
    told = rows_of(PAIRS) if rows is None else rows
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in told)
    bring(database, named(lines.encode(), "pairs.jsonl"), slug=slug, options={"kind": LabelKind.PAIR})


def settle(database: Database, *, slug: str = SLUG) -> None:
    """An expert says of pair 9 that the first is better, and 10 has that as its golden label."""
    with database.transaction() as connection:
        project = get_project(connection, slug)
        named_so = select(schema.item.c.external_id, schema.item.c.id).where(schema.item.c.project_id == project.id)
        ids = {row.external_id: row.id for row in connection.execute(named_so)}
        golden.appoint(connection, project, ids["10"], "first", now=NOON, actor=None)
        ruling = {"project_id": project.id, "item_id": ids["9"], "label": "first", "rationale": "x", "revision": 1}
        connection.execute(insert(schema.adjudication), [ruling | {"created_at": NOON}])
