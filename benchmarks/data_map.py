"""The data map of 100,000 items in a real browser: from the address to the points on screen.

The analysis is put in directly, as a run leaves it. Server and browser have loaded their own code, by the map of another
project of ten items; of this one the server has read nothing when it is first asked, and all when it is asked again. Then
one lasso is drawn, and the texts under it are waited for. Target: 100,000 items open in 3 s.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.dashboard import signed_in
from benchmarks.report import at_most, main
from labeling.people.people import create_person
from labeling.projects.classes import add_codes
from labeling.projects.projects import create_project
from pages.ui.words import say
from tests.e2e.conftest import CHROMIUM_ARGUMENTS, AppServer
from tests.pages.review.reviewed import CLASSES, fill

SLUG, SMALL = "bench", "small"
TARGETS = {"first_s": at_most(3), "again_s": at_most(3)}
# Code is loaded still, or the last map drawn.
SETTLED = 5
PLOT = ".js-plotly-plot .nsewdrag"
PAINTED = """() => {
  const plot = document.querySelector('.js-plotly-plot');
  return plot && plot._fullLayout && plot.querySelector('.gl-canvas') && plot._fullData.length > 0;
}"""


def measure(quick: bool) -> dict[str, float]:
    """Seconds until the map is drawn, and until the texts under a lasso are there."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("skipped: no chromium")
    count = 20_000 if quick else 100_000
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = AppServer(Path(folder))
        _make_projects(server, count)
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        server.start()
        try:
            page = signed_in(browser, server, width=1440, height=1300)
            _open(page, server, SMALL)
            time.sleep(SETTLED)
            figures = {"items": float(count), "ten_items_s": _open(page, server, SMALL)}
            time.sleep(SETTLED)
            figures["first_s"] = _open(page, server, SLUG)
            time.sleep(SETTLED)
            figures["again_s"] = _open(page, server, SLUG)
            figures["lasso_s"] = _lasso(page)
        finally:
            browser.close()
            server.kill()
    return figures


def _make_projects(server: AppServer, count: int) -> None:
    now = datetime.now(UTC)
    with server.database.transaction() as connection:
        for slug in (SLUG, SMALL):
            project = create_project(connection, slug, now=now)
            add_codes(connection, project.id, CLASSES, now=now)
        create_person(connection, "boss", "Boss", None, now=now, is_admin=True, locale="en")
    fill(server.database, SLUG, count)
    fill(server.database, SMALL, 10)


def _open(page: Page, server: AppServer, slug: str) -> float:
    began = time.perf_counter()
    page.goto(f"{server.url}/map?project={slug}", wait_until="commit")
    page.wait_for_function(PAINTED, timeout=120_000)
    return time.perf_counter() - began


def _lasso(page: Page) -> float:
    box = page.locator(PLOT).first.bounding_box()
    if box is None:
        raise RuntimeError("the map is not on screen")
    corners = [(0.3, 0.55), (0.5, 0.45), (0.6, 0.7), (0.4, 0.8)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in [*places[1:], places[0]]:
        page.mouse.move(*place, steps=8)
    began = time.perf_counter()
    page.mouse.up()
    page.get_by_text(say("en", "acts.batch"), exact=True).wait_for(timeout=120_000)
    return time.perf_counter() - began


if __name__ == "__main__":
    main("The data map of 100,000 items", measure, TARGETS)
