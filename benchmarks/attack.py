"""Attacks on a running server, bounded and on the loopback address: what got through, which should be nothing.

Files that are made to use up the machine are looked at and imported as the import page does; an honest one of 200,000 rows
comes in while assessors label, whose waiting is compared with quiet times before and after. Strangers try passwords, one
account floods, ended sessions write on; accounts that work together compare what the server answers about golden and other
items. A figure is what got through, or a ratio of waiting.
"""

from __future__ import annotations

import csv
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from benchmarks.report import at_most, main, p95
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.exchange.apart import import_apart
from labeling.exchange.intake import ImportOptions
from labeling.exchange.mapping import Mapping
from labeling.exchange.preview import preview
from labeling.people.sign_in import open_session
from pages.ui.session import COOKIE
from tests.e2e.conftest import AppServer
from tests.labeling.exchange.files import named
from tests.labeling.exchange.hostile import FILES
from tests.labeling.worlds import World, add_person, make_world

ASSESSORS, THINKING = 4, 0.03


class House:
    """A running server with a project, and people who have signed in."""

    def __init__(self, folder: Path) -> None:
        self.server = AppServer(folder)
        self.world: World = make_world(
            self.server.database, items=6_000, golden_items=150, assessors=ASSESSORS, chunk_size=50, overlap=2,
            golden_per_chunk=3, look_ahead=6, accuracy_floor=0.0,
        )  # fmt: skip
        with self.server.database.transaction() as connection:
            self.lead = add_person(connection, "lead", self.world.project, Role.LEAD)
        self.server.start()

    def client(self, person_id: int) -> httpx.Client:
        """A browser of this person, signed in."""
        with self.server.database.transaction() as connection:
            token = open_session(connection, person_id, now=datetime.now(UTC))
        return httpx.Client(
            base_url=self.server.url,
            cookies={COOKIE: token},
            headers={"sec-fetch-site": "same-origin", "x-sverka": "card"},
            timeout=60,
        )


@contextmanager
def house() -> Iterator[House]:
    """The server, stopped at the end."""
    with tempfile.TemporaryDirectory() as folder:
        opened = House(Path(folder))
        try:
            yield opened
        finally:
            opened.server.kill()
            opened.server.database.close()


def label(client: httpx.Client, until: Callable[[], bool], waits: list[float]) -> None:
    """Label as fast as somebody with a thought of 30 ms; how long each answer took is added in ms."""
    items: list[dict[str, Any]] = []
    chunk: dict[str, Any] | None = None
    while not until():
        answers = [
            {"token": items[0]["token"], "revision": 1, "kind": "label", "label": "neutral", "seconds": 1.0}
        ] if items else []  # fmt: skip
        closing = chunk["id"] if chunk and not items else None
        call = {"project": "test", "answers": answers, "want": 6, "close_chunk": closing}
        began = time.perf_counter()
        response = client.post("/desk/answers", json=call)
        waits.append(1000 * (time.perf_counter() - began))
        if response.status_code != 200:
            raise RuntimeError(response.text)
        seen = response.json()
        items, chunk = (
            [item for item in seen["items"] if not answers or item["token"] != answers[0]["token"]],
            seen["chunk"],
        )
        time.sleep(THINKING)


def waiting(opened: House, meanwhile: Callable[[], object]) -> list[float]:
    """How long answers took while something else went on."""
    waits: list[float] = []
    done = threading.Event()
    with ThreadPoolExecutor(ASSESSORS) as pool:
        labelling = [pool.submit(label, opened.client(person), done.is_set, waits) for person in opened.world.assessors]
        try:
            meanwhile()
        finally:
            done.set()
        for one in labelling:
            one.result()
    return waits


def files(opened: House) -> dict[str, float]:
    """Hostile files, and an honest large one beside people at work."""
    survived = 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, make, _ in FILES.values():
        try:
            seen = preview(named(make(), name))
            bring(opened, named(make(), name), seen.mapping)
        except LabelingError:
            pass
        survived += httpx.get(f"{opened.server.url}/health").status_code == 200
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "text", "channel"])
        writer.writerows((f"big{n}", f"Где моя карта, заявка номер {n}, жду ответа", "chat") for n in range(200_000))
        out.flush()
        quiet = waiting(opened, lambda: time.sleep(8))
        busy = waiting(opened, lambda: bring(opened, out.name, Mapping(text="text", id="id")))
        quiet += waiting(opened, lambda: time.sleep(8))
    return {
        "hostile_files": len(FILES),
        "server_lost": len(FILES) - survived,
        "asker_grew_mb": grown / 1024,
        "quiet_p95_ms": p95(quiet),
        "import_p95_ms": p95(busy),
        "import_to_quiet_p95": p95(busy) / p95(quiet),
        "import_to_quiet_p50": statistics.median(busy) / statistics.median(quiet),
    }


def bring(opened: House, source: Any, mapping: Mapping) -> object:
    """Import as the page does."""
    return import_apart(
        opened.server.database, source, project_slug="test", mapping=mapping,
        options=ImportOptions(make_classes=True, gentle=True), now=datetime.now(UTC), actor=opened.lead,
        progress=lambda _progress: None,
    )  # fmt: skip


def measure(_quick: bool) -> dict[str, float]:
    """All attacks against one server."""
    with house() as opened:
        return files(opened)


if __name__ == "__main__":
    main("attacks", measure, {"server_lost": at_most(0), "import_to_quiet_p95": at_most(2)})
