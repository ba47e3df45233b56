"""Waiting for what a press depends on, instead of for some time that is long enough on a quick machine."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page

STAGE = Path(__file__).parents[2] / "pages" / "ui" / "card" / "stage.js"
# How long the card takes a second press for a nervous one, read where it is decided.
GUARDS = re.findall(r"^const (?:POINTER_GUARD|DOUBLE_CLICK|DELIBERATE)_MS = (\d+);", STAGE.read_text("utf-8"), re.M)


def painted(page: Page) -> None:
    """Wait until what is on screen was painted, and what was to follow the paint is done."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def drawn(page: Page) -> None:
    """Wait until the page's script has run to its end and the server hears: an element on its way out takes no key."""
    page.wait_for_selector('.stApp[data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]')
    painted(page)


def press(page: Page, code: str) -> None:
    """Press a key and wait until what came of it is painted."""
    page.keyboard.press(code)
    painted(page)


def unguarded(page: Page) -> None:
    """Wait until what is on screen stood there for so long, by the page's own clock, that every press on it is meant."""
    painted(page)
    page.evaluate(
        """(least) => new Promise((done) => {
            const since = performance.now();
            const look = () => (performance.now() - since > least ? done() : requestAnimationFrame(look));
            look();
        })""",
        max(map(int, GUARDS)),
    )
