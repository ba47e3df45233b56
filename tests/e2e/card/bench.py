"""The bench on which the card is tried: the stub as a process of its own, and a page with a recorder in it."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.e2e.waiting import painted

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
EMOTION_OF_KEY = {
    "Digit1": "gratitude",
    "Digit2": "neutral",
    "Digit3": "satisfaction",
    "Digit4": "impatience",
    "Digit5": "disappointment",
    "Digit6": "confusion",
}

# Runs before the card: notes what is on screen when a key goes down, and each answer at the moment the card puts it
# into the storage. Kept in sessionStorage, so a reload in the middle loses nothing of it.
RECORDER = """
(() => {
  const setItem = Storage.prototype.setItem;
  const log = (name, entry) => {
    const list = JSON.parse(sessionStorage.getItem(name) ?? "[]");
    list.push(entry);
    setItem.call(sessionStorage, name, JSON.stringify(list));
  };
  const article = () => {
    const host = document.querySelector('[data-testid="stBidiComponentIsolated"]');
    const card = host?.shadowRoot?.querySelector(".card");
    return card?.getAttribute("data-screen") === "item" ? card.querySelector("article") : null;
  };
  let press = null;
  window.addEventListener("keydown", (event) => {
    const seen = article();
    press = { code: event.code, token: seen?.getAttribute("data-token") ?? null, text: seen?.textContent ?? null };
    log("presses", press);
  }, true);
  Storage.prototype.setItem = function (key, value) {
    setItem.call(this, key, value);
    if (this === localStorage && key.startsWith("sverka:answer:")) log("taken", { press, ...JSON.parse(value) });
  };
})();
"""

# Time from a key press to the frame that shows the next item: the message comes after the paint of that frame.
PAINT_METER = """
(() => {
  window.__paints = [];
  const channel = new MessageChannel();
  let pressed = null;
  channel.port1.onmessage = () => { if (pressed !== null) __paints.push(performance.now() - pressed); pressed = null; };
  window.addEventListener("keydown", (event) => {
    pressed = event.timeStamp;
    requestAnimationFrame(() => channel.port2.postMessage(null));
  }, true);
})();
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class StubServer:
    """The stub's process; killed and started again on the same port and journal."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = os.environ | {
            "CARD_STUB_FOLDER": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
            "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
            "STREAMLIT_RUNNER_POST_SCRIPT_GC": "false",
        }
        command = [sys.executable, "-m", "streamlit", "run", str(HERE / "stub_app.py"), "--server.headless", "true"]
        command += ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(command, env=environment, cwd=self.folder, stdout=log, stderr=log)
        log.close()

    def wait(self) -> None:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/stub/look?project=none", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"the stub did not start: {(self.folder / 'server.log').read_text()[-2000:]}")

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def steer(self, project: str, **changes: Any) -> None:
        request = urllib.request.Request(
            f"{self.url}/stub/steer",
            json.dumps(changes | {"project": project}).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=10).close()

    def look(self, project: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/stub/look?project={project}", timeout=10) as reply:
            seen: dict[str, Any] = json.load(reply)
        return seen


@dataclass
class Bench:
    """A card on a page, and what the stub has stored for its project."""

    server: StubServer
    page: Page
    project: str

    def open(self, **query: Any) -> None:
        asked = "&".join(f"{name}={value}" for name, value in (query | {"project": self.project}).items())
        self.page.goto(f"{self.server.url}/?{asked}")

    def steer(self, **changes: Any) -> None:
        self.server.steer(self.project, **changes)

    def wait_for_screen(self, screen: str, timeout: float = 15) -> None:
        self.page.wait_for_selector(f'.card[data-screen="{screen}"]', timeout=timeout * 1000)
        self.painted()

    def wait_until_sent(self, timeout: float = 20) -> None:
        self.page.wait_for_selector('.card[data-queue-length="0"]', timeout=timeout * 1000)

    def wait_for_queue(self, length: int) -> None:
        self.page.wait_for_selector(f'.card[data-queue-length="{length}"]', timeout=10_000)

    def painted(self) -> None:
        painted(self.page)

    def press(self, *codes: str) -> None:
        """Presses keys one after another, each after the paint of what it is meant for."""
        for code in codes:
            self.painted()
            self.page.keyboard.press(code)
        self.painted()

    def burst(self, presses: int, seed: int) -> None:
        """Presses class keys 20 to 180 ms apart, whatever is on screen."""
        dice = random.Random(seed)
        for _ in range(presses):
            self.page.keyboard.press(dice.choice(sorted(EMOTION_OF_KEY)))
            time.sleep(dice.uniform(0.02, 0.18))

    @property
    def token(self) -> str | None:
        return self.page.get_attribute(".card article", "data-token")

    def stored(self) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = self.server.look(self.project)["answers"]
        return answers

    def recorded(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate(
            "(name) => JSON.parse(sessionStorage.getItem(name) ?? '[]')", name
        )
        return found
