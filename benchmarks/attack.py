"""Attacks on a running server, bounded and on the loopback address: what got through, which should be nothing.

Files that are made to use up the machine are looked at and imported as the import page does; an honest one of 200,000 rows
comes in while assessors label, whose waiting is compared with quiet times before and after. Strangers try passwords, one
account floods, ended sessions write on; accounts that work together compare what the server answers about golden and other
items. A figure is what got through, or a ratio of waiting.
"""

from __future__ import annotations

import csv
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from benchmarks.desk_postgres import server as postgres
from benchmarks.report import at_most, main, p95
from db import schema
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.exchange.apart import import_apart
from labeling.exchange.intake import ImportOptions
from labeling.exchange.mapping import Mapping
from labeling.exchange.preview import preview
from labeling.people.sign_in import end_all_sessions, hash_password, open_session, set_password
from pages.ui.session import COOKIE
from tests.e2e.conftest import AppServer
from tests.labeling.exchange.files import named
from tests.labeling.exchange.hostile import FILES, SMALL
from tests.labeling.worlds import World, add_person, make_world

ASSESSORS, THINKING, QUIET = 4, 0.08, 8.0
SIGN_IN, PASSWORD = "/account/sign-in", "a right password"
CALL = {"project": "test", "answers": [], "want": 6, "close_chunk": None}


class House:
    """A running server with a project, and people who have signed in."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.server = AppServer(folder, url)
        self.world: World = make_world(
            self.server.database, items=6_000, golden_items=150, assessors=ASSESSORS, chunk_size=50, overlap=2,
            golden_per_chunk=3, look_ahead=6, accuracy_floor=0.0,
        )  # fmt: skip
        hashed = hash_password("lead", PASSWORD)
        with self.server.database.transaction() as connection:
            self.lead = add_person(connection, "lead", self.world.project, Role.LEAD)
            set_password(connection, self.lead, hashed, now=datetime.now(UTC), actor=None)
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

    def stranger(self, address: str) -> httpx.Client:
        """A browser that nobody has signed in with, at an address of its own."""
        return httpx.Client(
            base_url=self.server.url.replace("localhost", "127.0.0.1"),
            transport=httpx.HTTPTransport(local_address=address),
            headers={"sec-fetch-site": "same-origin"},
            timeout=60,
        )


@contextmanager
def house(url: str | None = None) -> Iterator[House]:
    """The server, stopped at the end."""
    with tempfile.TemporaryDirectory() as folder:
        opened = House(Path(folder), url)
        try:
            yield opened
        finally:
            opened.server.kill()
            opened.server.database.close()


def label(client: httpx.Client, until: Callable[[], bool], waits: list[float]) -> None:
    """Label as fast as somebody with a thought of 80 ms; how long each answer took is added in ms."""
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


def waiting(opened: House, meanwhile: Callable[[], object], people: Sequence[int] | None = None) -> list[float]:
    """How long answers took these people (everybody if None) while something else went on."""
    waits: list[float] = []
    done = threading.Event()
    labellers = opened.world.assessors if people is None else people
    with ThreadPoolExecutor(ASSESSORS) as pool:
        labelling = [pool.submit(label, opened.client(person), done.is_set, waits) for person in labellers]
        try:
            meanwhile()
        finally:
            done.set()
        for one in labelling:
            one.result()
    return waits


def files(opened: House) -> dict[str, float]:
    """Files that are made to use up the machine, looked at and imported: how many were taken, how often the server was lost."""
    taken = lost = 0
    os.environ |= {f"SVERKA_FILE_{name}": str(most) for name, most in SMALL.items()}
    for name, make, _ in FILES.values():
        try:
            bring(opened, named(make(), name), preview(named(make(), name)).mapping)
            taken += 1
        except LabelingError:
            pass
        lost += httpx.get(f"{opened.server.url}/health").status_code != 200
    for name in SMALL:
        del os.environ[f"SVERKA_FILE_{name}"]
    return {"hostile_files": len(FILES), "hostile_files_taken": taken, "server_lost": lost}


def large_import(opened: House, rows: int, name: str) -> dict[str, float]:
    """How long answers take while an honest large file comes in, beside quiet times before and after."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "text", "channel"])
        writer.writerows((f"big{n}", f"Где моя карта, заявка номер {n}, жду ответа", "chat") for n in range(rows))
        out.flush()
        quiet = waiting(opened, lambda: time.sleep(QUIET))
        busy = waiting(opened, lambda: bring(opened, out.name, Mapping(text="text", id="id")))
        quiet += waiting(opened, lambda: time.sleep(QUIET))
    return {f"{name}_{of}": figure for of, figure in _compared(busy, quiet).items()}


def _compared(busy: list[float], quiet: list[float]) -> dict[str, float]:
    return {
        "p95_ms": p95(busy),
        "p95_to_quiet": p95(busy) / p95(quiet),
        "p50_to_quiet": statistics.median(busy) / statistics.median(quiet),
    }


def bring(opened: House, source: Any, mapping: Mapping) -> object:
    """Import as the page does."""
    return import_apart(
        opened.server.database, source, project_slug="test", mapping=mapping,
        options=ImportOptions(make_classes=True, gentle=True), now=datetime.now(UTC), actor=opened.lead,
        progress=lambda _progress: None,
    )  # fmt: skip


def strangers(opened: House) -> dict[str, float]:
    """Wrong passwords from many connections: who knows the right one is refused how often, and what the answers tell."""
    stop = threading.Event()

    def guess(n: int) -> None:
        with opened.stranger(f"127.0.0.{10 + n % 3}") as client:
            while not stop.is_set():
                with suppress(httpx.HTTPError):
                    client.post(SIGN_IN, data={"login": "lead" if n % 2 else f"nobody{n}", "password": f"wrong {n}"})

    with ThreadPoolExecutor(40) as pool:
        for n in range(40):
            pool.submit(guess, n)
        time.sleep(2)
        refused = sum(_sign_in(opened, f"127.0.0.{20 + n}") != 303 for n in range(5))
        stop.set()
    told = set()
    for n, login in enumerate(("assessor0", "nobody-at-all")):
        with opened.stranger(f"127.0.0.{40 + n}") as client:
            told.add(
                tuple(client.post(SIGN_IN, data={"login": login, "password": "x" * 9}).status_code for _ in range(8))
            )
    return {"right_sign_ins_refused": refused, "login_told_by_status": len(told) - 1}


def _sign_in(opened: House, address: str) -> int:
    with opened.stranger(address) as client:
        return client.post(SIGN_IN, data={"login": "lead", "password": PASSWORD}).status_code


def one_account(opened: House) -> dict[str, float]:
    """One account that answers from eight connections without a thought, and one that sends files it may not import."""
    *_, greedy = opened.world.assessors
    stop = threading.Event()

    def hammer() -> None:
        with opened.client(greedy) as client:
            while not stop.is_set():
                client.post("/desk/answers", json={"project": "test", "answers": [], "want": 6, "close_chunk": None})

    def flood() -> None:
        with ThreadPoolExecutor(8) as pool:
            for _ in range(8):
                pool.submit(hammer)
            time.sleep(QUIET)
            stop.set()

    quiet = waiting(opened, lambda: time.sleep(QUIET), opened.world.assessors[:-1])
    busy = waiting(opened, flood, opened.world.assessors[:-1])
    with opened.client(greedy) as client:
        sent = client.put("/_stcore/upload_file/session/file", files={"file": b"x" * 5_000_000})
    figures = {f"flood_{name}": figure for name, figure in _compared(busy, quiet).items()}
    return figures | {"uploads_taken": float(sent.status_code < 400)}


def ended(opened: House) -> dict[str, float]:
    """Writes by a session that has ended, and by one whose role was taken."""
    person = opened.world.assessors[0]
    through = 0
    with opened.client(person) as client:
        with opened.server.database.transaction() as connection:
            end_all_sessions(connection, person, now=datetime.now(UTC))
        through += client.post("/desk/answers", json=CALL).status_code == 200
    with opened.client(opened.lead) as client:
        through += client.post("/desk/answers", json=CALL).status_code == 200
    return {"writes_without_session_or_role": through}


def burnt(opened: House) -> dict[str, float]:
    """Chunks opened and closed without work: the golden items one account can use up that way, of 150."""
    person = opened.world.assessors[1]
    with opened.client(person) as client:
        for _ in range(60):
            chunk = client.post("/desk/answers", json=CALL).json()["chunk"]
            client.post("/desk/answers", json=CALL | {"want": 0, "close_chunk": chunk and chunk["id"]})
    lease, golden = schema.lease.c, schema.golden.c
    with opened.server.database.snapshot() as connection:
        query = select(func.count(lease.item_id.distinct())).where(
            lease.assessor_id == person, lease.item_id.in_(select(golden.item_id))
        )
        return {"golden_burnt": float(connection.execute(query).scalar_one())}


def measure(quick: bool) -> dict[str, float]:
    """All attacks, each house once."""
    figures: dict[str, float] = {}
    with house() as opened:
        for attack in (files, burnt, ended, one_account, strangers):
            figures |= attack(opened)
    rows = 50_000 if quick else 200_000
    with house() as opened:
        figures |= large_import(opened, rows, "import")
    with postgres() as url, house(url) as opened:
        figures |= large_import(opened, rows, "import_postgres")
    return figures


TARGETS = {
    "hostile_files_taken": at_most(0),
    "server_lost": at_most(0),
    "import_p95_to_quiet": at_most(2),
    "import_postgres_p95_to_quiet": at_most(2),
    "flood_p50_to_quiet": at_most(2),
    "uploads_taken": at_most(0),
    "right_sign_ins_refused": at_most(0),
    "login_told_by_status": at_most(0),
    "writes_without_session_or_role": at_most(0),
    # What one open chunk holds, and the look-ahead of the next.
    "golden_burnt": at_most(6),
}

if __name__ == "__main__":
    main("attacks", measure, TARGETS)
