"""Labels of every kind: imported by one command, labelled by keyboard by three people, suspected, ruled and exported."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from db import schema
from db.vocabulary import Role
from labeling.people.memberships import grant
from labeling.people.people import create_person
from labeling.projects.projects import get_project
from labeling.quality.kinds.sets import members
from tests.e2e.conftest import AppServer
from tests.e2e.test_banking77 import command
from tests.e2e.waiting import painted, unguarded
from tests.labeling.jobs.analysed import analyse_now
from tests.shared import shared_file

pytestmark = pytest.mark.shared

ITEMS, PEOPLE = 14, 3
EMOTIONS = ("anger", "disgust", "fear", "joy", "sadness", "surprise")


@dataclass(frozen=True)
class Case:
    """A file and how it is imported; ``truth`` is the label of each text, none where it depends on how a pair is shown."""

    rows: list[dict[str, Any]]
    words: tuple[str, ...]
    truth: Mapping[str, str]
    slip: Callable[[str, random.Random], str]


def emotions() -> Case:
    """brighter_rus: sets of six emotions, none among them."""
    with shared_file("brighter_rus/items.csv").open(encoding="utf-8", newline="") as lines:
        rows = [{"text": row["text"]} | {name: row[name] for name in EMOTIONS} for row in csv.DictReader(lines)][:ITEMS]
    truth = {row["text"]: "|".join(name for name in EMOTIONS if row[name] == "1") or "|" for row in rows}
    return Case(
        rows, ("--kind", "several", "--one-hot", ",".join(EMOTIONS)), truth, lambda _, dice: dice.choice(EMOTIONS)
    )


def intensities() -> Case:
    """brighter_ukr: a row says how much of one emotion a text has, in the opinion of three."""
    with shared_file("brighter_ukr/votes.csv").open(encoding="utf-8", newline="") as lines:
        read = list(csv.DictReader(lines))[: 6 * ITEMS]
    first = [{"text": row["text"], "emotion": row["emotion"], "label": row["Annotator-1"]} for row in read]
    found: dict[str, list[str]] = {}
    for row in first:
        found.setdefault(row["text"], []).extend([row["emotion"]] if float(row["label"]) else [])
    order = list(dict.fromkeys(row["emotion"] for row in first))
    truth = {text: "|".join(sorted(said, key=order.index)) or "|" for text, said in found.items()}
    words = ("--kind", "several", "--class-column", "emotion", "--classes", ",".join(order))
    return Case(first, words, truth, lambda _, dice: dice.choice(order))


def ratings() -> Case:
    """vader_amazon: one of nine steps."""
    with shared_file("vader_amazon/ratings.csv").open(encoding="utf-8", newline="") as lines:
        rows = [{"text": row["text"], "label": str(round(float(row["mean"])))} for row in csv.DictReader(lines)]
    rows = [row for at, row in enumerate(rows) if at % 37 == 0][:ITEMS]
    steps = [str(step) for step in range(-4, 5)]
    words = ("--kind", "ordered", f"--classes={','.join(steps)}")
    return Case(rows, words, {row["text"]: row["label"] for row in rows}, lambda _, dice: dice.choice(steps))


def intents() -> Case:
    """banking77: a tree of the words that intents begin with."""
    with shared_file("banking77/train.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    random.Random(7).shuffle(rows)
    paths = [
        {"text": row["text"], "label": f"{row['category'].split('_')[0]} > {row['category']}"}
        for row in rows
        if "_" in row["category"]
    ]
    truth = {row["text"]: row["label"] for row in paths[:ITEMS]}
    return Case(paths[:ITEMS], (), truth, lambda _, dice: dice.choice(sorted(set(truth.values()))))


def conversations() -> Case:
    """mtbench: two answers to the same questions; the shorter one is preferred."""
    with shared_file("people_and_llms/mtbench/items.jsonl").open(encoding="utf-8") as lines:
        # Each pair stands there twice, for a first and for a second question.
        read = [row for row in map(json.loads, lines) if row["item"].endswith("__1")]
    rows = [{"id": row["item"], "a": row["a"], "b": row["b"]} for row in read[:ITEMS]]
    return Case(rows, ("--kind", "pair"), {}, lambda _, dice: dice.choice(["first", "second", "tie"]))


def file_of(case: Case, folder: Path) -> Path:
    path = folder / "in.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in case.rows), encoding="utf-8")
    return path


def choose(page: Page, label: str) -> None:
    """Press what gives this label: keys as the buttons show them, levels of a tree one after another."""
    kind = page.locator(".classes").get_attribute("data-kind")
    steps = list(members(label)) if kind == "several" else [label]
    if page.locator(".crumbs").count():
        steps = [" > ".join(label.split(" > ")[:depth]) for depth in range(1, label.count(" > ") + 2)]
    for code in steps:
        page.keyboard.press(page.locator(f'.choice[data-code="{code}"] kbd').inner_text())
        painted(page)
    if kind == "several":
        if not steps:
            unguarded(page)
        page.keyboard.press("Enter")
        painted(page)


def shown(page: Page) -> str:
    """What is on screen: a text, or both candidates."""
    page.wait_for_selector('.card[data-screen="item"]')
    if page.locator(".candidate").count() and page.locator(".candidate").first.is_visible():
        return "\0".join(page.locator(".candidate p").all_inner_texts())
    return page.inner_text(".card article .text")


def label_all(page: Page, case: Case, dice: random.Random) -> dict[str, str]:
    """Label until nothing comes; says what was meant, by text or by both candidates in the order of their words."""
    meant: dict[str, str] = {}
    for _ in range(ITEMS):
        seen = shown(page)
        both = seen.split("\0")
        preferred = "first" if len(both[0]) < len(both[-1]) else "second"
        label = case.truth.get(seen, preferred)
        label = case.slip(label, dice) if dice.random() < 0.2 else label
        choose(page, label)
        backwards = len(both) > 1 and both != sorted(both)
        turned = {"first": "second", "second": "first"}.get(label, label)
        meant["\0".join(sorted(both))] = turned if backwards else label
    page.wait_for_selector('.card[data-queue-length="0"]')
    return meant


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def as_stored(text: str) -> list[str]:
    """What both candidates say, the first of the file first."""
    turns = [line.split(": ", 1) for line in text.replace("\n  ", "\0\0").split("\n")]
    return [
        "\n\n".join(words for who, words in turns if who == name).replace("\0\0", "\n") for name in ("first", "second")
    ]


def by_candidates(text: str, label: str) -> tuple[str, str]:
    """A pair by both of its candidates in the order of their words, and the label as it is said of that order."""
    said = as_stored(text)
    turned = {"first": "second", "second": "first"}.get(label, label)
    return "\0".join(sorted(said)), label if said == sorted(said) else turned


def enter_people(server: AppServer) -> None:
    now = datetime.now(UTC)
    with server.database.transaction() as connection:
        project = get_project(connection, "kind")
        for n in range(PEOPLE):
            person = create_person(connection, f"reader{n}", f"Reader {n}", None, now=now)
            grant(connection, project.id, person.id, Role.ASSESSOR, now=now, actor=None)
        expert = create_person(connection, "expert", "Expert", None, now=now)
        grant(connection, project.id, expert.id, Role.EXPERT, now=now, actor=None)


def as_meant(case: Case, text: str, label: str) -> tuple[str, str]:
    return (text, label) if case.truth else by_candidates(text, label)


def check_stored(case: Case, server: AppServer, folder: Path, meant: Mapping[str, list[str]]) -> None:
    """What was pressed is what is exported, and what all three say alike no model overturns."""
    out = folder / "out.csv"
    command(server, "export", "--project", "kind", "--what", "annotations", "-o", str(out))
    final = read_csv(final_of(server, folder))
    texts = {row["item"]: row["text"] for row in final}
    stored: dict[str, list[str]] = defaultdict(list)
    for row in read_csv(out):
        text, label = as_meant(case, texts[row["item"]], row["label"])
        stored[text].append(label)
    assert {text: Counter(labels) for text, labels in stored.items()} == {
        text: Counter(said) for text, said in meant.items()
    }
    labels = dict(as_meant(case, row["text"], row["label"]) for row in final)
    alike = {text: said[0] for text, said in meant.items() if len(set(said)) == 1}
    assert {text: labels[text] for text in alike} == alike


def rule_first(case: Case, server: AppServer, page: Page, folder: Path) -> None:
    page.goto(f"{server.url}/adjudicate")
    seen = shown(page)
    wanted = case.truth.get(seen, "tie")
    if not case.truth:
        # An expert has a pair as it is stored, whoever saw it where.
        with server.database.snapshot() as connection:
            stored = connection.execute(select(schema.item.c.text)).scalars().all()
        assert seen.split("\0") in [as_stored(text) for text in stored]
    choose(page, wanted)
    page.wait_for_selector('.card[data-queue-length="0"]')
    with server.database.snapshot() as connection:
        query = select(schema.item.c.external_id, schema.adjudication.c.label).join_from(
            schema.adjudication, schema.item
        )
        ((item, ruled),) = connection.execute(query).all()
    assert ruled == wanted
    final = {row["item"]: (row["label"], row["source"]) for row in read_csv(final_of(server, folder))}
    assert final[item] == (ruled, "adjudication")


@pytest.mark.parametrize("make", [emotions, intensities, ratings, intents, conversations])
def test_from_a_file_to_a_file(
    make: Callable[[], Case],
    app_server: AppServer,
    browser: Browser,
    signed_in: Callable[[Page, str], Page],
    tmp_path: Path,
) -> None:
    case = make()
    command(app_server, "import", str(file_of(case, tmp_path)), "--project", "kind", *case.words)
    enter_people(app_server)
    meant: dict[str, list[str]] = defaultdict(list)
    for n in range(PEOPLE):
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
        page = signed_in(context.new_page(), f"reader{n}")
        page.goto(f"{app_server.url}/label")
        for text, label in label_all(page, case, random.Random(n)).items():
            meant[text].append(label)
        context.close()
    assert len(meant) == len({row.get("text") or row["id"] for row in case.rows})
    check_stored(case, app_server, tmp_path, meant)
    with app_server.database.snapshot() as connection:
        project = get_project(connection, "kind")
    analyse_now(app_server.database, project)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    rule_first(case, app_server, signed_in(context.new_page(), "expert"), tmp_path)
    context.close()


def final_of(server: AppServer, folder: Path) -> Path:
    path = folder / "final.csv"
    command(server, "export", "--project", "kind", "-o", str(path))
    return path
