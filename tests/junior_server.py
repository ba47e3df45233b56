"""A real HTTP server on loopback that speaks Chat Completions, counts, and misbehaves as it is told.

Raw sockets: it can cut a connection in the middle of an answer, and notices when a client leaves.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Act:
    """What the server does with one request; the default is to answer well."""

    label: str | None = None
    content: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    delay: float = 0.0
    cut: str | None = None
    logprobs: bool = True
    finish: str = "stop"
    refusal: str | None = None
    pieces: int = 0
    usage: bool = True


Decide = Callable[[dict[str, Any], int], Act]


class JuniorServer:
    """``decide`` is asked about each request: its body, and how many times the same messages came before."""

    def __init__(self, decide: Decide) -> None:
        self.decide = decide
        self.requests: list[dict[str, Any]] = []
        self.asked: Counter[str] = Counter()
        # Answers that were sent whole: what a provider would bill.
        self.paid: Counter[str] = Counter()
        self.headers: list[dict[str, str]] = []
        self.in_flight = self.most_in_flight = 0
        # When clients left in the middle of an answer.
        self.left: list[float] = []
        self.sent_pieces = 0
        self._ready = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop, self.stopped = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self.stopped.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        lower = {name.lower(): value for name, value in headers.items()}
        body = json.loads(await reader.readexactly(int(lower.get("content-length", "0"))))
        text = json.dumps(body["messages"], ensure_ascii=False)
        act = self.decide(body, self.asked[text])
        self.asked[text] += 1
        self.requests.append(body)
        self.headers.append(lower)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if act.delay and not await self._stays(reader, act.delay):
                return False
            return await self._answer(reader, writer, body, act, text)
        finally:
            self.in_flight -= 1

    async def _stays(self, reader: asyncio.StreamReader, seconds: float) -> bool:
        """Wait; False when the client left meanwhile."""
        waiting = asyncio.ensure_future(reader.read(1))
        done, _ = await asyncio.wait({waiting}, timeout=seconds)
        if done:
            self.left.append(time.monotonic())
            return False
        waiting.cancel()
        # The reader takes no second question before the first has ended.
        await asyncio.gather(waiting, return_exceptions=True)
        return True

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: dict[str, Any], act: Act, text: str
    ) -> bool:
        if act.cut == "before":
            return False
        if body.get("stream") and act.status == 200:
            return await self._stream(reader, writer, body, act, text)
        payload = act.body if act.body is not None else json.dumps(self._completion(body, act))
        raw = payload.encode()
        kind = "application/json" if act.body is None or act.body[:1] in "{[" else "text/html"
        lines = [f"HTTP/1.1 {act.status} X", f"Content-Type: {kind}", f"Content-Length: {len(raw)}"]
        lines += [f"{name}: {value}" for name, value in act.headers.items()]
        sent = ("\r\n".join(lines) + "\r\n\r\n").encode()
        writer.write(sent + (raw[: len(raw) // 2] if act.cut == "midway" else raw))
        await writer.drain()
        if act.cut == "midway":
            return False
        if act.status == 200:
            self.paid[text] += 1
        return True

    async def _stream(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: dict[str, Any], act: Act, text: str
    ) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        content = self._content(body, act)
        pieces = act.pieces or len(content)
        size = max(1, -(-len(content) // pieces))
        for at in range(0, len(content), size):
            delta = {"choices": [{"index": 0, "delta": {"content": content[at : at + size]}, "finish_reason": None}]}
            _chunk(writer, _event(body, delta))
            await writer.drain()
            self.sent_pieces += 1
            if act.cut == "midway" and at >= len(content) // 2:
                return False
            if act.headers.get("pause") and not await self._stays(reader, float(act.headers["pause"])):
                return False
        usage = {"choices": [], "usage": {"prompt_tokens": 50, "completion_tokens": 10, "total_tokens": 60}}
        _chunk(writer, _event(body, usage))
        _chunk(writer, "data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        self.paid[text] += 1
        return True

    def _content(self, body: dict[str, Any], act: Act) -> str:
        if act.content is not None:
            return act.content
        return json.dumps({"label": act.label or "a", "confidence": 0.9})

    def _completion(self, body: dict[str, Any], act: Act) -> dict[str, Any]:
        content = self._content(body, act)
        message = {"role": "assistant", "content": None if act.refusal else content, "refusal": act.refusal}
        choice: dict[str, Any] = {"index": 0, "message": message, "finish_reason": act.finish, "logprobs": None}
        if act.logprobs and body.get("logprobs"):
            told = [{"token": sign, "logprob": 0.0, "bytes": None, "top_logprobs": []} for sign in content]
            label = act.label or "a"
            at = content.find(f'"{label}"')
            if at >= 0:
                told[at + 1]["logprob"] = math.log(0.8)
            choice["logprobs"] = {"content": told, "refusal": None}
        usage = {"prompt_tokens": 50, "completion_tokens": 10, "total_tokens": 60} if act.usage else None
        return {
            "id": "c", "object": "chat.completion", "created": 1, "model": body["model"],
            "choices": [choice], "usage": usage,
        }  # fmt: skip


def _event(body: dict[str, Any], part: dict[str, Any]) -> str:
    whole = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": body["model"]} | part
    return f"data: {json.dumps(whole)}\n\n"


def _chunk(writer: asyncio.StreamWriter, text: str) -> None:
    raw = text.encode()
    writer.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")


@contextmanager
def served(decide: Decide) -> Iterator[JuniorServer]:
    """A server in a thread of its own, listed among those that may be asked by whatever is started meanwhile."""
    server = JuniorServer(decide)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    server._ready.wait(10)
    before = os.environ.get("SVERKA_JUNIOR_URLS", "")
    os.environ["SVERKA_JUNIOR_URLS"] = f"{before},{server.url}"
    try:
        yield server
    finally:
        os.environ["SVERKA_JUNIOR_URLS"] = before
        server.loop.call_soon_threadsafe(server.stopped.set)
        thread.join(10)
