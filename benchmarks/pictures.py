"""The pictures of the guides and the README, made from the demo: ``make pictures``. It measures nothing but their size.

A server of its own, a fresh demo with one analysis, and a browser that opens each page as the one it is for, in both languages.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from db.vocabulary import Role
from labeling.demo.load import load_demo
from labeling.people.people import get_person, set_locale
from labeling.people.sign_in import open_session
from labeling.people.tours import skip_tour
from pages.ui.locales import LOCALES
from pages.ui.session import COOKIE
from tests.e2e.conftest import CHROMIUM_ARGUMENTS, AppServer

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
CARD = '.card[data-screen="item"]'
# Picture: who looks, at which page, what is there once it is drawn, how high.
PICTURES = {
    "label": ("assessor", "label", CARD, 640),
    "adjudicate": ("expert", "adjudicate", CARD, 800),
    "overview": ("lead", "overview", ".st-key-stages", 900),
    "agreement": ("lead", "agreement", ".js-plotly-plot .main-svg", 900),
}
WIDTH = 1280
MOST_BYTES = 150_000
# After the last sign of the page come its fonts, its charts' points and its links.
SETTLED_MS = 3_000


def prepare(server: AppServer) -> None:
    """The demo, its suspicions by one analysis, and nobody on a tour."""
    load_demo(server.database, now=datetime.now(UTC))
    with server.database.transaction() as connection:
        for role in Role:
            skip_tour(connection, get_person(connection, role.value).id, role)
    command = [sys.executable, "-m", "labeling", "analyse", "--project", "demo"]
    subprocess.run(
        command, env=os.environ | {"DATABASE_URL": server.database_url}, check=True, stdout=subprocess.DEVNULL
    )


def cookie_of(server: AppServer, login: str, locale: str) -> dict[str, str]:
    """A session of somebody who reads that language."""
    now = datetime.now(UTC)
    with server.database.transaction() as connection:
        person = get_person(connection, login)
        set_locale(connection, person.id, locale)
        return {"name": COOKIE, "value": open_session(connection, person.id, now=now), "url": server.url}


def take(browser: Browser, server: AppServer, name: str, locale: str) -> int:
    """Write one picture; gives its bytes. Raises ValueError where they are too many."""
    login, address, sign, height = PICTURES[name]
    context = browser.new_context(
        viewport={"width": WIDTH, "height": height}, locale="ru-RU" if locale == "ru" else "en-GB", color_scheme="light"
    )
    context.add_cookies([cookie_of(server, login, locale)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{server.url}/{address}?project=demo")
    if name == "label":
        # The guide comes before somebody's first item.
        begin = page.locator(f"{CARD}, [data-testid=stBaseButton-primary]").first
        begin.wait_for(timeout=60_000)
        if not page.locator(CARD).count():
            begin.click()
    page.locator(sign).first.wait_for(timeout=60_000)
    page.wait_for_timeout(SETTLED_MS)
    file = FOLDER / f"{name}.{locale}.png"
    drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    # Of 256 colours those that lie furthest apart: the small squares of the classes keep theirs.
    drawn.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, optimize=True)
    if (size := file.stat().st_size) > MOST_BYTES:
        raise ValueError(f"{file.name} has {size:,} bytes, at most {MOST_BYTES:,} are wanted")
    return size


def main() -> None:
    """Make them all anew."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("No chromium: no pictures can be made.")
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        server = AppServer(Path(scratch))
        prepare(server)
        server.start()
        try:
            browser = driver.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
            for name in PICTURES:
                for locale in LOCALES:
                    print(f"{name}.{locale}.png  {take(browser, server, name, locale):,} bytes", flush=True)
            browser.close()
        finally:
            server.kill()


if __name__ == "__main__":
    main()
