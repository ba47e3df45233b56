"""An assessor's browser before the label page, for tests of what is pressed and what is stored."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import select

from db import schema
from tests.e2e.conftest import AppServer
from tests.e2e.proxy import Wire
from tests.labeling.worlds import World

LABEL_OF_KEY = {"Digit1": "neutral", "Digit2": "gratitude", "Digit3": "confusion"}


@dataclass
class Desk:
    """A signed-in assessor before the label page, a wire to cut, and the database behind it."""

    server: AppServer
    wire: Wire
    page: Page
    world: World

    def open(self) -> None:
        """Go to the label page and wait for the first item."""
        self.page.goto(f"{self.wire.url}/label")
        self.wait_for("item")

    def wait_for(self, screen: str) -> None:
        """Wait until the card shows this screen."""
        self.page.wait_for_selector(f'.card[data-screen="{screen}"]', timeout=30_000)

    def burst(self, presses: int, seed: int, halfway: Callable[[], None] = lambda: None) -> None:
        """Press class keys 20 to 180 ms apart, whatever is on screen; something happens in the middle."""
        dice = random.Random(seed)
        for n in range(presses):
            if n == presses // 2:
                halfway()
            self.page.keyboard.press(dice.choice(sorted(LABEL_OF_KEY)))
            time.sleep(dice.uniform(0.02, 0.18))

    def settle(self) -> None:
        """Wait until the browser holds nothing unacknowledged."""
        self.page.wait_for_selector('.card[data-queue-length="0"]', timeout=40_000)

    def taken(self) -> dict[str, tuple[str, str]]:
        """What the card took: token to (label, text that was on screen at that press)."""
        entries = self.page.evaluate("() => JSON.parse(sessionStorage.getItem('taken') ?? '[]')")
        found: dict[str, tuple[str, str]] = {}
        for entry in entries:
            press, answer = entry["press"], entry["answer"]
            if answer["token"] in found:
                assert answer["revision"] == 1, "two answers for one item"
                continue  # the same entry, written to the storage again
            assert press["token"] == answer["token"], "the answer names another item than the one on screen"
            assert answer["label"] == LABEL_OF_KEY[press["code"]]
            found[answer["token"]] = (answer["label"], press["text"])
        return found

    def stored(self) -> dict[str, tuple[str, str]]:
        """What the database holds: token to (label, text)."""
        lease, annotation, item = schema.lease.c, schema.annotation.c, schema.item.c
        query = (
            select(lease.token, annotation.label, item.text)
            .join_from(schema.annotation, schema.lease, lease.id == annotation.lease_id)
            .join(schema.item, item.id == annotation.item_id)
            .where(annotation.project_id == self.world.project.id)
        )
        with self.server.database.snapshot() as connection:
            rows = connection.execute(query).all()
        assert len({row.token for row in rows}) == len(rows)
        return {row.token: (row.label, row.text) for row in rows}

    def annotations(self, *names: str) -> list[tuple[Any, ...]]:
        """These columns of what the project's people said, in its order."""
        said = schema.annotation.c
        query = (
            select(*(said[name] for name in names)).where(said.project_id == self.world.project.id).order_by(said.id)
        )
        with self.server.database.snapshot() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def check(self, at_least: int) -> None:
        """Every press that the card took is exactly one annotation, on the item that was on screen."""
        self.settle()
        taken, stored = self.taken(), self.stored()
        assert len(taken) >= at_least
        assert stored == taken
