"""Ten thousand texts of 77 classes: imported by one command, labelled by keyboard, exported and compared."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from db import schema
from db.vocabulary import Role
from labeling.people.memberships import grant
from labeling.people.people import create_person
from labeling.projects.classes import get_classes
from labeling.projects.projects import get_project
from tests.e2e.conftest import ROOT, AppServer
from tests.e2e.waiting import painted
from tests.shared import shared_file

pytestmark = pytest.mark.shared

PER_PERSON = 25
HOTKEY_CODE = {str(n): f"Digit{n}" for n in range(1, 10)} | {chr(c): f"Key{chr(c).upper()}" for c in range(97, 123)}


def command(server: AppServer, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "labeling", *words],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": server.database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def label_by_keyboard(page: Page, hotkeys: dict[str, str | None], dice: random.Random) -> list[tuple[str, str]]:
    """Label items with classes drawn at random: by hotkey where there is one, else by search; says what was pressed."""
    pressed = []
    for _ in range(PER_PERSON):
        page.wait_for_selector('.card[data-screen="item"]')
        shown = page.inner_text(".card article .text")
        label = dice.choice(sorted(hotkeys))
        hotkey = hotkeys[label]
        if hotkey:
            page.keyboard.press(HOTKEY_CODE[hotkey])
        else:
            page.keyboard.press("Slash")
            page.keyboard.type(label)
            page.keyboard.press("Enter")
        pressed.append((shown, label))
        painted(page)
    page.wait_for_selector('.card[data-queue-length="0"]')
    return pressed


def test_import_label_export(
    app_server: AppServer, browser: Browser, signed_in: Callable[[Page, str], Page], tmp_path: Path
) -> None:
    source = shared_file("banking77/train.csv")
    command(app_server, "import", str(source), "--project", "banking77")
    now = datetime.now(UTC)
    with app_server.database.transaction() as connection:
        project = get_project(connection, "banking77")
        assert connection.execute(select(func.count()).select_from(schema.item)).scalar_one() == 10_003
        hotkeys = {entry.code: entry.hotkey for entry in get_classes(connection, project.id)}
        assert len(hotkeys) == 77
        for n in range(3):
            person = create_person(connection, f"reader{n}", f"Reader {n}", None, now=now)
            grant(connection, project.id, person.id, Role.ASSESSOR, now=now, actor=None)
    pressed: dict[tuple[str, str], str] = {}
    for n in range(3):
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
        page = signed_in(context.new_page(), f"reader{n}")
        page.goto(f"{app_server.url}/label")
        for text, label in label_by_keyboard(page, hotkeys, random.Random(n)):
            pressed[f"assessor:reader{n}", text] = label
        context.close()
    assert len(pressed) == 3 * PER_PERSON

    annotations = tmp_path / "annotations.csv"
    command(app_server, "export", "--project", "banking77", "--what", "annotations", "-o", str(annotations))
    final = tmp_path / "final.csv"
    command(app_server, "export", "--project", "banking77", "-o", str(final))
    with final.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 10_003
    texts = {row["item"]: row["text"] for row in rows}
    with annotations.open(encoding="utf-8-sig", newline="") as lines:
        exported = {(row["annotator"], texts[row["item"]]): row["label"] for row in csv.DictReader(lines)}
    assert exported == pressed
    with source.open(encoding="utf-8", newline="") as lines:
        assert {row["text"] for row in csv.DictReader(lines)} == set(texts.values())
