"""Junior as a job against a server on loopback that takes 50 ms an answer, 16 requests in flight; the label page beside it.

The server is a process of its own and as lean as one can be: the same bytes back, 50 ms after a request has come. The ideal
rate is 16 / 0.05 = 320 answers a second; "reachable" is what a client gets that does nothing but write and read bytes, on this
machine as it is just then. The run is carried out as the
product does it, by a worker with a child process, on a real SQLite file, masking and all.

Beside it one assessor works through the verb that the label card calls, one answer each 50 ms: what the wait for an answer
becomes. The machine's moods are longer than the difference that is looked for, so the server shuts now and then for some
seconds, and what the card takes then is the figure "without".
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Event as Gate
from pathlib import Path
from threading import Thread
from typing import Any

from sqlalchemy import func, select

from benchmarks.desk import LOOK_AHEAD, App
from benchmarks.desk_project import LABELS, SLUG, fill
from benchmarks.report import at_least, at_most, main, p95
from db import schema
from db.engine import Database, open_database
from db.vocabulary import PromptKind, RunKind, RunState
from labeling.jobs.engine import Worker
from labeling.junior import ledger, prompts
from labeling.junior.ledger import Price
from labeling.projects.projects import Project, change_settings, get_project
from labeling.runs import runs

LATENCY, IN_FLIGHT = 0.05, 16
IDEAL = IN_FLIGHT / LATENCY
ASSESSOR, THINKS = 2, 0.05
# Memory is read from here on, and at the end.
WARM = 10_000
# Seconds: the server open, shut, and what the one needs to become the other.
OPEN, SHUT, SETTLES = 12.0, 7.0, 2.5
TARGETS = {"rate_to_ideal": at_least(0.9), "memory_end_to_warm": at_most(1.1), "card_p95_with_to_without": at_most(1.2)}


def measure(quick: bool) -> dict[str, float]:
    """Rates a second, megabytes, milliseconds."""
    items = 10_000 if quick else 100_000
    with tempfile.TemporaryDirectory() as name, _serving() as server:
        path = Path(name) / "junior.db"
        fill(path, items)
        database = open_database(f"sqlite:///{path}")
        run_id = _prepare(database, server.url)
        card = App(path, ASSESSOR)
        figures: dict[str, float] = {"items": float(items), "rate_reachable_per_s": asyncio.run(_reachable(server.url))}
        server.answered.value = 0
        figures |= _carry_out(database, run_id, card, server, items)
        figures["rate_to_reachable"] = figures["rate_per_s"] / figures["rate_reachable_per_s"]
        card.close()
        database.close()
    return figures


def _carry_out(database: Database, run_id: int, card: App, server: _Server, items: int) -> dict[str, float]:
    thread = Thread(target=Worker(database).work_once)
    thread.start()
    watch = _Watch(database, run_id, min(WARM, items // 3))
    shifts = _Shifts(card, server, watch)
    shifts.work()
    thread.join()
    with database.snapshot() as connection:
        run = runs.get_run(connection, get_project(connection, SLUG).id, run_id)
        settled = connection.execute(select(func.count()).where(schema.llm_call.c.state == "settled")).scalar_one()
    if run.state is not RunState.DONE or settled != items:
        raise RuntimeError(f"the run ended {run.state} with {settled} answers: {run.error}")
    without, beside = shifts.times[False], shifts.times[True]
    return {
        "rate_per_s": shifts.rate,
        "rate_ideal_per_s": IDEAL,
        "rate_to_ideal": shifts.rate / IDEAL,
        "memory_warm_mb": watch.warm,
        "memory_end_mb": watch.memory,
        "memory_end_to_warm": watch.memory / watch.warm,
        "card_p50_ms_without": statistics.median(without),
        "card_p50_ms_with": statistics.median(beside),
        "card_p95_ms_without": p95(without),
        "card_p95_ms_with": p95(beside),
        "card_p95_with_to_without": p95(beside) / p95(without),
        "card_answers_without": float(len(without)),
        "card_answers_with": float(len(beside)),
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
                last = connection.execute(select(func.max(schema.suggestion.c.id))).scalar() or 0
            self._goes_on = state in (RunState.QUEUED, RunState.RUNNING)
            self.memory = _memory_of_children() or self.memory
            if last >= self._from and not self.warm:
                self.warm = self.memory
        return self._goes_on


class _Shifts:
    """The server open and shut by turns, and the assessor at work beside both."""

    def __init__(self, card: App, server: _Server, watch: _Watch) -> None:
        self._card, self._server, self._watch = card, server, watch
        self._answered, self._open_for = 0, 0.0
        self.times: dict[bool, list[float]] = {True: [], False: []}

    def work(self) -> None:
        """Until the run is over; what comes before the first answer, and a turn that was cut short, don't count."""
        while not self._server.answered.value:
            time.sleep(0.1)
        while self._watch.goes_on():
            self._server.open.set()
            before, began = self._server.answered.value, time.perf_counter()
            if self._turn(OPEN, self.times[True]):
                self._answered += self._server.answered.value - before
                self._open_for += time.perf_counter() - began
            self._server.open.clear()
            self._turn(SHUT, self.times[False])
        self._server.open.set()

    @property
    def rate(self) -> float:
        """Answers a second while the server was open."""
        return self._answered / self._open_for

    def _turn(self, seconds: float, times: list[float]) -> bool:
        began = time.perf_counter()
        while (gone := time.perf_counter() - began) < seconds:
            if not self._watch.goes_on():
                return False
            self._card.prepare(LOOK_AHEAD)
            start = time.perf_counter()
            self._card.card()
            if gone > SETTLES:
                times.append((time.perf_counter() - start) * 1000)
            time.sleep(THINKS)
        return True


def _prepare(database: Database, url: str) -> int:
    now = datetime.now(UTC)
    with database.transaction() as connection:
        project: Project = get_project(connection, SLUG)
        ledger.set_price(connection, Price("bench", 150_000, 600_000), now=now, actor=None)
        settings = {"junior_url": url, "junior_model": "bench", "budget_total": 10**12}
        project = change_settings(connection, project.id, settings, now=now, actor=None)
        prompt_id = prompts.write_prompt(connection, project, PromptKind.LLM, now=now, actor=None)
        request = {"prompt_id": prompt_id, "items": "all"}
        return runs.start_run(connection, project, RunKind.ASK, settings=request, now=now, actor=None)


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


@dataclass(frozen=True)
class _Server:
    """A server in a process of its own: it answers while it is open, and counts."""

    url: str
    open: Gate
    answered: Any


@contextmanager
def _serving() -> Iterator[_Server]:
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe()
    is_open, answered = context.Event(), context.Value("L", 0, lock=False)
    is_open.set()
    process = context.Process(target=_serve, args=(sending, is_open, answered), daemon=True)
    process.start()
    url = f"http://127.0.0.1:{receiving.recv()}/v1"
    os.environ["SVERKA_JUNIOR_URLS"] = url
    yield _Server(url, is_open, answered)
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


def _serve(pipe: Pipe, is_open: Gate, answered: Any) -> None:
    asyncio.run(_listen(pipe, is_open, answered))


async def _listen(pipe: Pipe, is_open: Gate, answered: Any) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
                await reader.readexactly(int(length.split(b":")[1]))
                while not is_open.is_set():
                    await asyncio.sleep(LATENCY)
                await asyncio.sleep(LATENCY)
                writer.write(_ANSWER)
                answered.value += 1
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _answer() -> bytes:
    content = json.dumps({"label": LABELS[0], "confidence": 0.9})
    tokens = [
        {"token": sign, "logprob": -0.01, "bytes": None, "top_logprobs": []}
        for sign in (content[at : at + 3] for at in range(0, len(content), 3))
    ]
    choice = {
        "index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop",
        "logprobs": {"content": tokens},
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
