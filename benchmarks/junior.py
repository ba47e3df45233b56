"""Junior as a job against a server on loopback that takes 50 ms an answer, 16 requests in flight; the label page beside it.

The server is a process of its own and as lean as one can be: the same bytes back, 50 ms after a request has come. The ideal
rate is 16 / 0.05 = 320 answers a second; "reachable" is what a client gets that does nothing but write and read bytes, on this
machine as it is just then. The run is carried out as the
product does it, by a worker with a child process, on a real SQLite file, masking and all.

Beside it one assessor works through the verb that the label card calls, one answer each 50 ms, before the run and while it
goes on: what the wait for an answer becomes.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from threading import Thread
from typing import Any

from sqlalchemy import func, select

from benchmarks.desk import App
from benchmarks.desk_project import LABELS, SLUG, fill
from benchmarks.report import at_least, at_most, main
from db import schema
from db.engine import Database, open_database
from db.vocabulary import PromptKind, RunKind, RunState
from labeling.jobs.engine import Worker
from labeling.tasks import ledger, prompts, runs
from labeling.tasks.ledger import Price
from labeling.tasks.projects import Project, change_settings, get_project

LATENCY, IN_FLIGHT = 0.05, 16
IDEAL = IN_FLIGHT / LATENCY
ASSESSOR, THINKS = 2, 0.05
# Memory is read from here on, and at the end.
WARM = 10_000
TARGETS = {
    "rate_to_ideal": at_least(0.9),
    "memory_end_to_warm": at_most(1.1),
    "card_p95_with_to_without": at_most(1.2),
}


def measure(quick: bool) -> dict[str, float]:
    """Rates a second, megabytes, milliseconds."""
    items = 3_000 if quick else 100_000
    with tempfile.TemporaryDirectory() as name, _serving() as url:
        path = Path(name) / "junior.db"
        fill(path, items)
        database = open_database(f"sqlite:///{path}")
        run_id = _prepare(database, url)
        card = App(path, ASSESSOR)
        figures: dict[str, float] = {"items": float(items), "rate_reachable_per_s": asyncio.run(_reachable(url))}
        until = time.perf_counter() + (5 if quick else 30)
        before = _work(card, lambda: time.perf_counter() < until)
        figures |= _carry_out(database, run_id, card, before, items)
        figures["rate_to_reachable"] = figures["rate_per_s"] / figures["rate_reachable_per_s"]
        card.close()
        database.close()
    return figures


def _carry_out(database: Database, run_id: int, card: App, before: list[float], items: int) -> dict[str, float]:
    worker = Worker(database)
    thread = Thread(target=worker.work_once)
    thread.start()
    watch = _Watch(database, run_id, min(WARM, items // 3))
    during = _work(card, watch.goes_on)
    thread.join()
    with database.snapshot() as connection:
        project = get_project(connection, SLUG)
        run = runs.get_run(connection, project.id, run_id)
        call = schema.llm_call.c
        settled, first, last = connection.execute(
            select(func.count(), func.min(call.settled_at), func.max(call.settled_at)).where(call.state == "settled")
        ).one()
    if run.state is not RunState.DONE or settled != items:
        raise RuntimeError(f"the run ended {run.state} with {settled} answers: {run.error}")
    rate = (settled - 1) / (last - first).total_seconds()
    return {
        "rate_per_s": rate,
        "rate_ideal_per_s": IDEAL,
        "rate_to_ideal": rate / IDEAL,
        "memory_warm_mb": watch.warm,
        "memory_end_mb": watch.memory,
        "memory_end_to_warm": watch.memory / watch.warm,
        "card_p50_ms_without": statistics.median(before),
        "card_p50_ms_with": statistics.median(during),
        "card_p95_ms_without": _p95(before),
        "card_p95_ms_with": _p95(during),
        "card_p95_with_to_without": _p95(during) / _p95(before),
        "card_answers_with": float(len(during)),
    }


class _Watch:
    """Looks at the run now and then: whether it goes on, and how much memory its process takes."""

    def __init__(self, database: Database, run_id: int, warm: int) -> None:
        self._database, self._run_id, self._from = database, run_id, warm
        self._looked, self._goes_on = 0.0, True
        self.warm = self.memory = 0.0

    def goes_on(self) -> bool:
        """Asked as often as one likes; looks once a second."""
        if time.perf_counter() - self._looked > 1:
            self._looked = time.perf_counter()
            with self._database.snapshot() as connection:
                state = connection.execute(select(schema.run.c.state).where(schema.run.c.id == self._run_id)).scalar()
                done = connection.execute(select(func.count()).select_from(schema.suggestion)).scalar_one()
            self._goes_on = state in (RunState.QUEUED, RunState.RUNNING)
            self.memory = _memory_of_children() or self.memory
            if done >= self._from and not self.warm:
                self.warm = self.memory
        return self._goes_on


def _work(card: App, goes_on: Any) -> list[float]:
    """An assessor's answers for as long as told, each in milliseconds."""
    times: list[float] = []
    while goes_on():
        card.prepare(7)
        began = time.perf_counter()
        card.card()
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(THINKS)
    return times


def _prepare(database: Database, url: str) -> int:
    now = datetime.now(UTC)
    with database.transaction() as connection:
        project: Project = get_project(connection, SLUG)
        ledger.set_price(connection, Price("bench", 150_000, 600_000), now=now, actor=None)
        settings = {"junior_url": url, "junior_model": "bench", "budget_total": 10**12}
        project = change_settings(connection, project.id, settings, now=now, actor=None)
        prompt_id = prompts.write_prompt(connection, project, PromptKind.LLM, now=now, actor=None)
        asked = {"prompt_id": prompt_id, "items": "all"}
        return runs.start_run(connection, project, RunKind.ASK, settings=asked, now=now, actor=None)


def _memory_of_children() -> float:
    """Resident megabytes of the process that carries the run out, of its own children too; 0 where there is none."""
    total = 0.0
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"labeling.jobs.child" in status.read_bytes():
                pages = int((status.parent / "statm").read_text().split()[1])
                total += pages * 4096 / 2**20
        except (OSError, IndexError):
            continue
    return total


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


@contextmanager
def _serving() -> Iterator[str]:
    """The address of a server in a process of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,), daemon=True)
    process.start()
    yield f"http://127.0.0.1:{here.recv()}/v1"
    process.kill()
    process.join()


async def _reachable(url: str) -> float:
    """Answers a second that the server gives to a client that does nothing with them."""
    port, seconds = int(url.split(":")[2].split("/")[0]), 5.0
    body = b"x" * 3_000
    request = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    async def ask(until: float) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        count = 0
        while time.perf_counter() < until:
            writer.write(request)
            await reader.readexactly(len(_ANSWER))
            count += 1
        writer.close()
        return count

    until = time.perf_counter() + seconds
    return sum(await asyncio.gather(*(ask(until) for _ in range(IN_FLIGHT)))) / seconds


def _serve(pipe: Pipe) -> None:
    asyncio.run(_listen(pipe))


async def _listen(pipe: Pipe) -> None:
    server = await asyncio.start_server(_talk, "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            await reader.readexactly(int(length.split(b":")[1]))
            await asyncio.sleep(LATENCY)
            writer.write(_ANSWER)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _answer() -> bytes:
    content = json.dumps({"label": LABELS[0], "confidence": 0.9})
    told = [
        {"token": sign, "logprob": -0.01, "bytes": None, "top_logprobs": []}
        for sign in (content[at : at + 3] for at in range(0, len(content), 3))
    ]
    choice = {
        "index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop",
        "logprobs": {"content": told},
    }  # fmt: skip
    usage = {"prompt_tokens": 300, "completion_tokens": 15, "total_tokens": 315}
    whole = {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "bench",
        "choices": [choice],
        "usage": usage,
    }
    body = json.dumps(whole).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


_ANSWER = _answer()

if __name__ == "__main__":
    main("Junior as a job, beside the label page", measure, TARGETS)
