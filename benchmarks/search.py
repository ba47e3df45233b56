"""Search in a project of a million items on SQLite and PostgreSQL: milliseconds to the first page of what is found.

A search is all that the page reads: the items found and what is known of the fifty that are shown. Its floor is a plain scan of
the texts by LIKE in the same database, which finds the same word but neither small letters nor ё. Words follow Zipf's law;
``rare`` is one that few texts have. Items have one vote each. What asks for facts reads them once for each state of them
(``standing``, after that they are kept), so those are told apart.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text

from benchmarks.desk_postgres import server
from benchmarks.report import at_most, main
from db import schema
from db.engine import Database, open_database
from db.frames import items as item_frames
from db.migrate import migrate
from db.statistics import analyse
from labeling.exchange.bulk import insert_rows, moment_for
from labeling.items.history import history_of
from labeling.items.indexing import catch_up
from labeling.items.search import LabelOf, Question, search
from labeling.items.standing import Standing, standing_of, standing_of_some
from labeling.projects.classes import add_codes
from labeling.projects.projects import Project, create_project

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LETTERS = "абвгдежзиклмнопрстуфхцчшщыьэюя"
CLASSES = ("neutral", "gratitude", "confusion")
WORDS, LONG, PORTION, ROUNDS, A_PAGE = 60_000, 12, 50_000, 5, 50
PEOPLE = 20
ASKED = ("word", "rare", "prefix", "two_words", "id", "id_prefix", "class", "annotator", "state_and_word")
TARGETS = {f"{name}_ms_{kind}": at_most(1_000) for kind in ("sqlite", "postgres") for name in ASKED}


def vocabulary() -> list[str]:
    """Made-up words, the most frequent first."""
    draw = random.Random(1)
    return ["".join(draw.choices(LETTERS, k=draw.randint(3, 10))) for _ in range(WORDS)]


def fill(database: Database, words: list[str], items: int) -> Project:
    """A project of ``items`` items, each with the vote of one of twenty people."""
    migrate(database)
    with database.transaction() as connection:
        project = create_project(connection, "bench", now=NOON, overlap=1)
        add_codes(connection, project.id, CLASSES, now=NOON)
        people = [{"login": f"p{n}", "name": f"P {n}", "created_at": NOON} for n in range(PEOPLE)]
        connection.execute(insert(schema.person), people)
    draw = random.Random(2)
    weights = [1 / (place + 1) for place in range(len(words))]
    for first in range(1, items + 1, PORTION):
        ids = list(range(first, min(first + PORTION, items + 1)))
        drawn = draw.choices(words, weights, k=LONG * len(ids))
        texts = [" ".join(drawn[at * LONG : (at + 1) * LONG]) for at in range(len(ids))]
        with database.transaction() as connection:
            fixed: dict[str, Any] = {"project_id": project.id, "created_at": moment_for(connection, NOON)}
            rows: dict[str, list[Any]] = {"id": ids, "text": texts, "fingerprint": ids}
            rows["external_id"] = [f"n-{n}" for n in ids]
            insert_rows(connection, schema.item, rows, fixed=fixed)
            places = {"item_id": ids, "position": ids}
            insert_rows(connection, schema.queue, places, fixed={"project_id": 1, "wanted": 1, "places": 0})
            votes: dict[str, list[Any]] = {"id": ids, "item_id": ids, "assessor_id": [n % PEOPLE + 1 for n in ids]}
            votes["label"] = [CLASSES[n % 3] for n in ids]
            insert_rows(connection, schema.annotation, votes, fixed=fixed | {"revision": 1})
    with database.transaction() as connection:
        analyse(connection, schema.item, schema.queue, schema.annotation, rows=items)
    return project


def questions(words: list[str], items: int) -> dict[str, Question]:
    """What is asked for, by name."""
    rare = words[WORDS // 4]
    return {
        "word": Question(words=words[20]),
        "rare": Question(words=rare),
        "prefix": Question(words=f"{words[20][:2]}*"),
        "two_words": Question(words=f"{words[3]} {words[40]}"),
        "id": Question(item=f"n-{items // 2}"),
        "id_prefix": Question(item="n-1*"),
        "class": Question(label=CLASSES[1], said_by=LabelOf.VOTE),
        "annotator": Question(assessor=7, label=CLASSES[1], said_by=LabelOf.VOTE),
        "state_and_word": Question(state="agreed", words=words[3]),
    }


def milliseconds(act: Callable[[], object]) -> float:
    """The median of some rounds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def measure_on(database: Database, kind: str, items: int) -> dict[str, float]:
    """Every question's milliseconds, the floor's, and what it takes to have the index and the facts."""
    words = vocabulary()
    project = fill(database, words, items)
    began = time.perf_counter()
    indexed = catch_up(database, gentle=False)
    figures = {f"index_items_per_s_{kind}": indexed / (time.perf_counter() - began)} if indexed else {}
    with database.snapshot() as connection:
        began = time.perf_counter()
        standing = standing_of(connection, project)
        figures[f"standing_first_ms_{kind}"] = (time.perf_counter() - began) * 1000
        figures[f"standing_ms_{kind}"] = milliseconds(lambda: standing_of(connection, project))
        for name, asked in questions(words, items).items():
            figures[f"{name}_ms_{kind}"] = milliseconds(partial(page, connection, project, asked, standing))
        for name, word in (("word", words[20]), ("rare", words[WORDS // 4])):
            figures[f"floor_{name}_ms_{kind}"] = milliseconds(partial(scan, connection, word))
        figures[f"item_ms_{kind}"] = milliseconds(lambda: history_of(connection, project, f"n-{items // 2}"))
    return figures


def page(connection: Connection, project: Project, asked: Question, standing: Standing) -> None:
    """What the page of search reads."""
    found = search(connection, project.id, asked, standing)
    if not found.item_ids:
        raise RuntimeError(f"nothing found: {asked}")
    item_frames.texts_of(connection, found.item_ids[:A_PAGE])
    standing_of_some(connection, project, found.item_ids[:A_PAGE])


def scan(connection: Connection, word: str) -> None:
    """The floor: every text looked through."""
    query = text("SELECT id FROM item WHERE project_id = 1 AND text LIKE :word ORDER BY id LIMIT 1001")
    connection.execute(query, {"word": f"%{word}%"}).all()


def measure(quick: bool) -> dict[str, float]:
    """On both databases, one after the other."""
    items = 100_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder)}/search.db")
        figures = {"items": float(items), **measure_on(database, "sqlite", items)}
        database.close()
    with server() as url:
        database = open_database(url)
        figures |= measure_on(database, "postgres", items)
        database.close()
    return figures


if __name__ == "__main__":
    main("Search", measure, TARGETS)
