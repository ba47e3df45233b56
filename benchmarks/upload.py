"""A large file through the import page, in a real browser: 200,000 rows of 2,500 letters, 500 MB; the memory that it takes.

The page holds an uploaded file in the server's memory once, by quota; reading, judging and storing it go on in portions, in
another process. Told are the peak of the server and of the reading process over what the server takes when nobody does
anything, as multiples of the file, and the rows that were stored.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import func, select

from benchmarks.report import at_least, at_most, main
from db import schema
from db.vocabulary import Role
from labeling.people.memberships import grant
from labeling.people.people import create_person
from labeling.people.sign_in import open_session
from labeling.projects.projects import create_project
from pages.ui.session import COOKIE
from tests.e2e.conftest import CHROMIUM_ARGUMENTS, AppServer

ROWS, LETTERS = 200_000, 2_480
MB = 1024 * 1024
TARGETS = {"stored_share": at_least(1), "peak_files": at_most(1.5), "looking_files": at_most(1.5)}


def made(path: Path, rows: int) -> int:
    """Write the file; gives its size in bytes."""
    words = "transfer card account branch window manager statement ".split()
    line = " ".join(words * 60)[:LETTERS]
    with path.open("w", encoding="utf-8") as out:
        out.write("id,text\n")
        for number in range(rows):
            out.write(f"i{number},{number} {line}\n")
    return path.stat().st_size


def resident(group: int) -> float:
    """MB that all processes of a group have in memory."""
    pages = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if os.getpgid(int(folder.name)) == group:
                    pages += int((folder / "statm").read_text().split()[1])
            except (OSError, ProcessLookupError):
                continue
    return pages * os.sysconf("SC_PAGE_SIZE") / MB


@contextmanager
def watched(group: int, seen: list[float]) -> Iterator[None]:
    """Note what the group takes, five times a second."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.2):
            seen.append(resident(group))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def signed_in(server: AppServer) -> str:
    """The session of a lead of an empty project."""
    now = datetime.now(UTC)
    with server.database.transaction() as connection:
        project = create_project(connection, "bench", now=now, title_ru="Большой", title_en="Large")
        lead = create_person(connection, "lead", "Lead", None, now=now)
        grant(connection, project.id, lead.id, Role.LEAD, now=now, actor=None)
        return open_session(connection, lead.id, now=now)


def uploaded(server: AppServer, page: Page, file: Path) -> tuple[float, float, float]:
    """MB that the server's processes take when idle, at most until the file has been looked at, and at most while it comes in."""
    group = os.getpgid(server._process.pid)  # type: ignore[union-attr]
    looking: list[float] = []
    importing: list[float] = []
    page.goto(f"{server.url}/import")
    page.wait_for_selector("input[type=file]", state="attached")
    idle = resident(group)
    start = page.get_by_role("button", name="Загрузить", exact=True)
    with watched(group, looking):
        page.set_input_files("input[type=file]", file)
        start.wait_for(timeout=300_000)
    with watched(group, importing):
        start.click()
        page.get_by_text("Готово").wait_for(timeout=600_000)
    return idle, max(looking), max(importing)


def measure(quick: bool) -> dict[str, float]:
    """The peaks of one upload, looked at and imported."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("skipped: no chromium")
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        rows, file = ROWS // 2 if quick else ROWS, Path(scratch, "large.csv")
        size = made(file, rows) / MB
        server = AppServer(Path(scratch))
        token = signed_in(server)
        server.start()
        try:
            browser = driver.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.add_cookies([{"name": COOKIE, "value": token, "url": server.url}])
            idle, looking, importing = uploaded(server, context.new_page(), file)
            browser.close()
            with server.database.snapshot() as connection:
                stored = connection.execute(select(func.count()).select_from(schema.item)).scalar_one()
        finally:
            server.kill()
    figures = {"file_mb": size, "idle_mb": idle, "stored_share": stored / rows}
    return figures | {"looking_files": (looking - idle) / size, "peak_files": (importing - idle) / size}


if __name__ == "__main__":
    main("A large file through the page", measure, TARGETS)
