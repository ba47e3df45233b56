"""The label card in a real browser: key press to next item painted, and key press to acknowledged.

Beside it, in the same run and turn by turn, a press on an empty Streamlit page with one button: the wait from the press
to the page that shows its effect. Targets: painted p95 at most 16 ms, also with a server that takes 200 ms an answer;
acknowledged p95 at most 1.5 times the empty page's.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

from benchmarks.report import at_most, main, p95
from labeling.people.sign_in import open_session
from pages.ui.session import COOKIE
from tests.e2e.conftest import CHROMIUM_ARGUMENTS, AppServer
from tests.e2e.proxy import Wire
from tests.labeling.worlds import make_world

EMPTY_PAGE = """
import streamlit as st
count = st.session_state.setdefault("count", 0)
if st.button("Press"):
    st.session_state["count"] += 1
st.text(f"count {st.session_state['count']}")
"""

# From the key press to the frame with the next item (a message comes after that frame's paint), and to the moment
# the card holds nothing unacknowledged.
METER = """
(() => {
  window.__painted = []; window.__acknowledged = [];
  const channel = new MessageChannel();
  let pressed = null, waiting = null;
  channel.port1.onmessage = () => { window.__painted.push(performance.now() - pressed); };
  const settled = () => {
    const root = document.querySelector('[data-testid="stBidiComponentIsolated"]').shadowRoot.querySelector(".card");
    if (waiting !== null && root.getAttribute("data-queue-length") === "0") {
      window.__acknowledged.push(performance.now() - waiting); waiting = null;
    }
  };
  window.__watch = () => {
    const root = document.querySelector('[data-testid="stBidiComponentIsolated"]').shadowRoot.querySelector(".card");
    new MutationObserver(settled).observe(root, { attributes: true });
    window.addEventListener("keydown", (event) => {
      pressed = event.timeStamp;
      waiting = pressed;
      requestAnimationFrame(() => channel.port2.postMessage(null));
    }, true);
  };
})();
"""
BUTTON_METER = """
(() => {
  window.__seen = [];
  window.__watch = () => {
    let pressed = null;
    const shown = () => document.querySelector('[data-testid="stText"]')?.textContent;
    let before = shown();
    document.querySelector('[data-testid="stButton"] button').addEventListener("click", (event) => {
      pressed = event.timeStamp;
    }, true);
    new MutationObserver(() => {
      if (pressed !== null && shown() !== before) {
        before = shown(); window.__seen.push(performance.now() - pressed); pressed = null;
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  };
})();
"""


def measure(quick: bool) -> dict[str, float]:
    """Milliseconds by name; rounds of the card and of the empty page alternate."""
    presses = 25 if quick else 100
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("skipped: no chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = AppServer(Path(folder))
        server.start()
        make_world(server.database, items=3000, golden_items=200, chunk_size=500, golden_per_chunk=30, look_ahead=6)
        wire = Wire(server.url)
        empty = _EmptyPage(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        try:
            card, button = _open_card(browser.new_page(), server, wire), _open_button(browser.new_page(), empty.url)
            milliseconds: dict[str, list[float]] = {}
            for _ in range(2):
                wire.delay = 0.0
                card.bring_to_front()
                _press(card, presses, milliseconds, "painted", "acknowledged")
                button.bring_to_front()
                _click(button, presses, milliseconds)
                wire.delay = 0.2
                card.bring_to_front()
                _press(card, presses, milliseconds, "painted_slow", "acknowledged_slow")
        finally:
            browser.close()
            empty.close()
            wire.close()
            server.kill()
    figures = {
        f"{name}_{which}_ms": round(value, 2)
        for name, times in milliseconds.items()
        for which, value in (("p50", statistics.median(times)), ("p95", p95(times)))
    }
    return figures | {
        "acknowledged_to_empty_page_p95": round(p95(milliseconds["acknowledged"]) / p95(milliseconds["empty_page"]), 3)
    }


class _EmptyPage:
    def __init__(self, folder: Path) -> None:
        script = folder / "empty_page.py"
        script.write_text(EMPTY_PAGE, encoding="utf-8")
        self.url = f"http://localhost:{8000 + os.getpid() % 500}"
        command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true"]
        command += ["--server.port", self.url.rsplit(":", 1)[1], "--runner.postScriptGC", "false"]
        command += ["--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                httpx.get(self.url)
                return
            except httpx.TransportError:
                time.sleep(0.1)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


def _open_card(page: Page, server: AppServer, wire: Wire) -> Page:
    page.set_viewport_size({"width": 1280, "height": 800})
    with server.database.transaction() as connection:
        person = connection.exec_driver_sql("SELECT id FROM person WHERE login = 'assessor0'").scalar_one()
        token = open_session(connection, person, now=datetime.now(UTC))
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": wire.url, "httpOnly": True}])
    page.add_init_script(METER)
    page.goto(f"{wire.url}/label")
    page.wait_for_selector('.card[data-screen="item"]')
    page.wait_for_timeout(1500)
    page.evaluate("() => window.__watch()")
    return page


def _open_button(page: Page, url: str) -> Page:
    page.add_init_script(BUTTON_METER)
    page.goto(url)
    page.wait_for_selector('[data-testid="stText"]')
    page.wait_for_timeout(1000)
    page.evaluate("() => window.__watch()")
    return page


def _press(page: Page, presses: int, milliseconds: dict[str, list[float]], painted: str, acknowledged: str) -> None:
    page.evaluate("() => { window.__painted.length = 0; window.__acknowledged.length = 0; }")
    for n in range(presses):
        page.keyboard.press(f"Digit{n % 3 + 1}")
        page.wait_for_timeout(400)
    page.wait_for_selector('.card[data-queue-length="0"]')
    milliseconds.setdefault(painted, []).extend(page.evaluate("() => window.__painted"))
    milliseconds.setdefault(acknowledged, []).extend(page.evaluate("() => window.__acknowledged"))


def _click(page: Page, presses: int, milliseconds: dict[str, list[float]]) -> None:
    page.evaluate("() => { window.__seen.length = 0; }")
    for _ in range(presses):
        page.evaluate("() => document.querySelector('[data-testid=\"stButton\"] button').click()")
        page.wait_for_timeout(400)
    milliseconds.setdefault("empty_page", []).extend(page.evaluate("() => window.__seen"))


TARGETS = {
    "painted_p95_ms": at_most(16),
    "painted_slow_p95_ms": at_most(16),
    "acknowledged_to_empty_page_p95": at_most(1.5),
}

if __name__ == "__main__":
    main("Label card in the browser", measure, TARGETS)
