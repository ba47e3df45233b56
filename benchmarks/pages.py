"""Every page of the demo in a real browser: from the address to its first sentence on screen.

Each page is opened by the lead by its address, in a browser that has Streamlit's own scripts, once by a server that has computed
nothing for it yet and then again. Beside it, in the same run, stands the profile page, which has no figures: what Streamlit and
the browser take for any page at all.
Target: at most 1 s to the first figure of any page.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.dashboard import ANSWER, ON_SCREEN, SETTLED
from benchmarks.report import at_most, main
from labeling.demo.load import load_demo
from labeling.people.people import get_person
from labeling.people.sign_in import open_session
from pages.ui.navigation import PAGES
from pages.ui.session import COOKIE
from tests.e2e.conftest import CHROMIUM_ARGUMENTS, AppServer

FLOOR = "profile"
TARGETS = {"slowest_first_s": at_most(1), "slowest_again_s": at_most(1)}
# Shown on a card or in a table, not by a first sentence of their own.
WITHOUT_ANSWER = ("label", "results", "item", "people", "projects", FLOOR)


def measure(quick: bool) -> dict[str, float]:
    """Seconds of each page, first and again; the slowest of them; and each beside the floor."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("skipped: no chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = AppServer(Path(folder))
        load_demo(server.database, now=datetime.now(UTC))
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        server.start()
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            with server.database.transaction() as connection:
                token = open_session(connection, get_person(connection, "lead").id, now=datetime.now(UTC))
            page.context.add_cookies([{"name": COOKIE, "value": token, "url": server.url, "httpOnly": True}])
            return _figures(page, server.url, 1 if quick else 5)
        finally:
            browser.close()
            server.kill()


def _figures(page: Page, url: str, rounds: int) -> dict[str, float]:
    names = [entry.url for entry in PAGES if entry.url not in WITHOUT_ANSWER]
    _open(page, url, FLOOR)
    time.sleep(SETTLED)
    first = {name: _open(page, url, name) for name in names}
    again: dict[str, list[float]] = {name: [] for name in (*names, FLOOR)}
    for _ in range(rounds):
        for name, seconds in again.items():
            seconds.append(_open(page, url, name))
    usual = {name: statistics.median(seconds) for name, seconds in again.items()}
    floor = usual.pop(FLOOR)
    figures = {
        f"{name}_{state}_s": found[name] for name in names for state, found in (("first", first), ("again", usual))
    }
    slowest = {"slowest_first_s": max(first.values()), "slowest_again_s": max(usual.values())}
    return {**figures, "floor_s": floor, "slowest_again_to_floor": slowest["slowest_again_s"] / floor, **slowest}


def _open(page: Page, url: str, name: str) -> float:
    """Seconds until the page's answer, or its title where it has none, is on screen."""
    began = time.perf_counter()
    page.goto(f"{url}/{name}?project=demo", wait_until="commit")
    page.wait_for_function(ON_SCREEN, arg=[".sv-title" if name == FLOOR else ANSWER], timeout=60_000)
    return time.perf_counter() - began


if __name__ == "__main__":
    main("Pages of the demo", measure, TARGETS)
