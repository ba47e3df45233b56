"""The label card in a real browser, by kind of labels: key press to the frame that shows what it did.

Every press that a label takes is one figure: each step down a tree of 80 leaves in three levels, each class of a set and the
Enter behind it, each step of a scale. Pairs and conversations have thirty turns. Meter and pauses are those of
:mod:`benchmarks.card`. Target for each kind: p95 at most 16 ms.
"""

from __future__ import annotations

import random
import shutil
import statistics
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from benchmarks.card import METER
from benchmarks.kind_projects import PROJECTS, add_project
from benchmarks.report import at_most, main, p95
from db import schema
from db.vocabulary import LabelKind
from labeling.people.sign_in import open_session
from pages.ui.session import COOKIE
from tests.e2e.conftest import CHROMIUM_ARGUMENTS, AppServer

PAUSE_MS, TURNS = 300, 30
TARGETS = {f"painted_{name}_p95_ms": at_most(16) for name in PROJECTS}


def measure(quick: bool) -> dict[str, float]:
    """Milliseconds by kind; rounds of the kinds alternate."""
    presses, rounds = (20, 1) if quick else (30, 2)
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("skipped: no chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = AppServer(Path(folder))
        for name in PROJECTS:
            add_project(server.database, name, items=300, turns=TURNS, now=datetime.now(UTC))
        server.start()
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        try:
            cards = {name: _open(browser, server, name) for name in PROJECTS}
            times: dict[str, list[float]] = {name: [] for name in PROJECTS}
            for _ in range(rounds):
                for name, page in cards.items():
                    page.bring_to_front()
                    times[name] += _press(page, name, presses, random.Random(len(times[name])))
        finally:
            browser.close()
            server.kill()
    return {
        f"painted_{name}_{which}_ms": round(pick(measured), 2)
        for name, measured in times.items()
        for which, pick in (("p50", statistics.median), ("p95", p95))
    }


def _open(browser: Browser, server: AppServer, name: str) -> Page:
    """A card of its own context: sessions of several people don't mix."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ru-RU")
    page = context.new_page()
    person = schema.person.c
    with server.database.transaction() as connection:
        one = connection.execute(select(person.id).where(person.login == f"{name}0")).scalar_one()
        token = open_session(connection, one, now=datetime.now(UTC))
    context.add_cookies([{"name": COOKIE, "value": token, "url": server.url, "httpOnly": True}])
    page.add_init_script(METER)
    page.goto(f"{server.url}/label")
    page.wait_for_selector('.card[data-screen="item"]')
    page.wait_for_timeout(1500)
    page.evaluate("() => window.__watch()")
    return page


def _press(page: Page, name: str, presses: int, dice: random.Random) -> list[float]:
    """Milliseconds of so many presses of keys that the card offers; every third of a set is Enter."""
    page.evaluate("() => { window.__painted.length = 0; }")
    for n in range(presses):
        if PROJECTS[name].kind is LabelKind.SEVERAL and n % 3 == 2:
            key = "Enter"
        else:
            key = dice.choice([each for each in page.locator(".choice:visible kbd:visible").all_inner_texts() if each])
        page.keyboard.press(key)
        page.wait_for_timeout(PAUSE_MS)
    page.wait_for_selector('.card[data-queue-length="0"]')
    measured: list[float] = page.evaluate("() => window.__painted")
    if len(measured) != presses:
        raise RuntimeError(f"{name}: {len(measured)} of {presses} presses were painted")
    return measured


if __name__ == "__main__":
    main("Label card in the browser, by kind of labels", measure, TARGETS)
