"""The lead's pages on a million annotations, in a real browser: from the address to the answer and its cards on screen.

The project holds 200,000 items with five votes each of 50 assessors and 12 classes (40,000 items when quick), imported
from a file. Each page is the first one that a freshly started server is asked for; then the three that leads watch are
opened once more after a new answer has made every figure old. Targets: the progress page and the agreement dashboard
open in 2 s, and the dashboard's figures are those that the command line finds in the exported votes.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import insert, select

from benchmarks.agreement import votes_of
from benchmarks.report import at_least, at_most, main
from db import schema
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat
from labeling.exchange.exporting import export
from labeling.exchange.importing import import_file
from labeling.exchange.intake import ImportOptions
from labeling.people.people import create_person
from labeling.people.sign_in import open_session
from pages.ui.figures import figure
from pages.ui.session import COOKIE
from tests.e2e.conftest import CHROMIUM_ARGUMENTS, AppServer

SLUG = "bench"
TIMED = ("overview", "progress", "agreement")
PAGES = ("overview", "progress", "agreement", "assessors", "consensus", "golden")
TARGETS = {
    "overview_first_s": at_most(2),
    "overview_new_answer_s": at_most(2),
    "progress_first_s": at_most(2),
    "agreement_first_s": at_most(2),
    "progress_new_answer_s": at_most(2),
    "agreement_new_answer_s": at_most(2),
    "figures_as_command_line": at_least(1),
}
# A server that has just started is still loading code.
SETTLED = 5
ANSWER = ".sv-answer"
CARDS = '[data-testid="stMetricValue"]'
# Asked at every frame that the browser draws: Playwright's own waiting looks but every half a second.
ON_SCREEN = """wanted => wanted.every(
    each => [...document.querySelectorAll(each)].some(found => found.checkVisibility({visibilityProperty: true})))"""


def measure(quick: bool) -> dict[str, float]:
    """Seconds by page and state, and the share of figures that equal the command line's."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("skipped: no chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = AppServer(Path(folder))
        figures = {"annotations": float(_fill(server, Path(folder), 40_000 if quick else 200_000))}
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        server.start()
        try:
            page = signed_in(browser, server, width=1280, height=900)
            for name in PAGES:
                _start_afresh(page, server)
                figures[f"{name}_first_s"] = _open(page, server, name)
            for name in TIMED:
                _start_afresh(page, server)
                _open(page, server, name)
                _answer_once(server)
                figures[f"{name}_new_answer_s"] = _open(page, server, name)
            figures["figures_as_command_line"] = _same_as_command_line(page, server, Path(folder))
        finally:
            browser.close()
            server.kill()
    return figures


def _start_afresh(page: Page, server: AppServer) -> None:
    """A server that has computed nothing yet, and a browser that has Streamlit's own scripts."""
    server.restart()
    page.goto(f"{server.url}/profile")
    page.wait_for_selector(".sv-title, .sv-answer")
    time.sleep(SETTLED)


def _fill(server: AppServer, folder: Path, items: int) -> int:
    votes = votes_of(items)
    votes = votes.with_columns(
        pl.format("text {}", "item").alias("text"), pl.format("a{}", "annotator").alias("annotator")
    )
    file = folder / "votes.parquet"
    votes.write_parquet(file)
    now = datetime.now(UTC)
    import_file(server.database, file, project_slug=SLUG, options=ImportOptions(make_project=True), now=now)
    with server.database.transaction() as connection:
        create_person(connection, "boss", "Boss", None, now=now, is_admin=True, locale="en")
    return votes.height


def signed_in(browser: Browser, server: AppServer, *, width: int, height: int) -> Page:
    """A page of the admin ``boss``."""
    with server.database.transaction() as connection:
        person = connection.execute(select(schema.person.c.id).where(schema.person.c.login == "boss")).scalar_one()
        token = open_session(connection, person, now=datetime.now(UTC))
    page = browser.new_page(viewport={"width": width, "height": height})
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": server.url, "httpOnly": True}])
    return page


def _open(page: Page, server: AppServer, name: str) -> float:
    began = time.perf_counter()
    page.goto(f"{server.url}/{name}?project={SLUG}", wait_until="commit")
    awaited = [ANSWER, CARDS] if name in ("progress", "agreement", "consensus") else [ANSWER]
    page.wait_for_function(ON_SCREEN, arg=awaited, timeout=120_000)
    return time.perf_counter() - began


def _answer_once(server: AppServer) -> None:
    """Somebody corrects one answer: no figure of before is good any more."""
    table = schema.annotation
    with server.database.transaction() as connection:
        row = connection.execute(select(table).order_by(table.c.id.desc()).limit(1)).one()._asdict()
        changed = row | {"revision": row["revision"] + 1, "lease_id": None, "created_at": datetime.now(UTC)}
        connection.execute(insert(table).values({name: value for name, value in changed.items() if name != "id"}))


def _same_as_command_line(page: Page, server: AppServer, folder: Path) -> float:
    """The share of the dashboard's cards that show what ``python -m labeling agreement`` says of the exported votes."""
    file = folder / "annotations.parquet"
    export(server.database, SLUG, ExportContent.ANNOTATIONS, file, ExportFormat.PARQUET)
    command = [sys.executable, "-m", "labeling", "agreement", str(file), "--json"]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["figures"]
    _open(page, server, "agreement")
    # Cards first stand without intervals, which take longer.
    page.locator(CARDS, has_text="[").first.wait_for(timeout=120_000)
    on_page = {text.replace("\u00a0", " ") for text in page.locator(CARDS).all_inner_texts()}
    names = ("by_items", "kappa", "fleiss", "alpha", "ac1")
    expected = {
        name: figure(**{key: report[name][key] for key in ("value", "low", "high", "n")}, locale="en") for name in names
    }
    # The mean kappa's n counts pairs of annotators, and the page says so.
    expected["kappa"] = expected["kappa"].replace("\u00a0", " ").replace("n = ", "") + " pairs"
    missing = {name: text for name, text in expected.items() if text.replace("\u00a0", " ") not in on_page}
    if missing:
        print(f"not on the page: {missing}; there: {sorted(on_page)}")
    return 1 - len(missing) / len(names)


if __name__ == "__main__":
    main("The lead's pages on a million annotations", measure, TARGETS)
