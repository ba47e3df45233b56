"""The demo's model behind HTTP: a real server on the loopback address that speaks Chat Completions, streams among them.

It makes junior's pages work without a key. It knows no more than the texts of the demo (:mod:`labeling.demo.model`), and keeps
nothing that it is sent.
"""

from __future__ import annotations

import json
import logging
import math
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, cast

from labeling import config
from labeling.demo.model import NAME, Said, SimulatedModel

_HOST, _ROOT = "127.0.0.1", "/v1"
_MOST_BYTES = 4_000_000
# A stream comes in pieces of so many letters, so far apart that a reader sees it come.
_PIECE, _PAUSE = 12, 0.03
# Russian and English mixed.
_LETTERS_A_TOKEN = 3

_log = logging.getLogger("sverka.demo")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    # Several processes of one application serve one port together; a program of somebody else's is refused it by the system.
    allow_reuse_address = False
    allow_reuse_port = hasattr(socket, "SO_REUSEPORT")

    def __init__(self, port: int) -> None:
        self.model = SimulatedModel()
        super().__init__((_HOST, port), _Handler)

    @property
    def url(self) -> str:
        return f"http://{_HOST}:{self.server_address[1]}{_ROOT}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One packet an answer, sent at once.
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 60

    def do_GET(self) -> None:
        """The models that there are."""
        if self.path != f"{_ROOT}/models":
            return self._refuse(404, "no such path")
        return self._send(200, {"object": "list", "data": [{"id": NAME, "object": "model", "owned_by": "sverka"}]})

    def do_POST(self) -> None:
        """A completion, at once or as a stream."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _MOST_BYTES:
            # What follows can't be told from the next request.
            self.close_connection = True
            return self._refuse(413, "too long, or of no length")
        sent = self.rfile.read(int(length))
        if self.path != f"{_ROOT}/chat/completions":
            return self._refuse(404, "no such path")
        try:
            body = json.loads(sent)
            said = cast(_Server, self.server).model.read(body)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return self._refuse(400, "not a request to label one text")
        content = _content(body, said)
        return self._stream(body, content) if body.get("stream") else self._send(200, _completion(body, said, content))

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: who labels what is nobody's business."""

    def _refuse(self, status: int, why: str) -> None:
        self._send(status, {"error": {"message": why, "type": "invalid_request_error"}})

    def _send(self, status: int, body: Mapping[str, Any]) -> None:
        raw = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _stream(self, body: Mapping[str, Any], content: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        pieces = [content[at : at + _PIECE] for at in range(0, len(content), _PIECE)]
        try:
            for piece in pieces:
                self._event(_part(choices=[{"index": 0, "delta": {"content": piece}, "finish_reason": None}]))
                time.sleep(_PAUSE)
            self._event(_part(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}]))
            self._event(_part(choices=[], usage=_usage(body, content)))
            self._chunk("data: [DONE]\n\n")
            self._chunk("")
        except ConnectionError:
            # The reader left.
            self.close_connection = True

    def _event(self, part: Mapping[str, Any]) -> None:
        self._chunk(f"data: {json.dumps(part, ensure_ascii=False)}\n\n")

    def _chunk(self, text: str) -> None:
        raw = text.encode()
        self.wfile.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
        self.wfile.flush()


@contextmanager
def serving(port: int = 0) -> Iterator[str]:
    """The address of the model's server, in a thread of its own until the end; any free port unless one is named.

    While it is served texts may be sent there, and a project may be given the address at which it is served usually. Raises
    OSError where somebody else has the port.
    """
    server = _Server(port)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="demo-llm", daemon=True)
    thread.start()
    config.SERVED_HERE.update({server.url, config.DEMO_LLM_URL})
    try:
        yield server.url
    finally:
        config.SERVED_HERE.difference_update({server.url, config.DEMO_LLM_URL})
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def served_if_wanted() -> Iterator[None]:
    """The model's server at its own address, where SVERKA_DEMO_LLM is on."""
    with ExitStack() as stack:
        if config.DEMO_LLM:
            try:
                stack.enter_context(serving(config.DEMO_LLM_PORT))
            except OSError:
                # Where no port can be shared, another process of ours may have it; else the demo's junior can't be asked.
                _log.warning("port %s is taken: this process serves no simulated model", config.DEMO_LLM_PORT)
        yield


def _content(body: Mapping[str, Any], said: Said) -> str:
    """The JSON object that was asked for."""
    whole = {"reason": said.reason, "label": said.label, "confidence": said.probability}
    schema = (body.get("response_format") or {}).get("json_schema", {}).get("schema", {})
    asked = schema.get("properties", ("label", "confidence"))
    return json.dumps({name: value for name, value in whole.items() if name in asked}, ensure_ascii=False)


def _completion(body: Mapping[str, Any], said: Said, content: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    if body.get("logprobs"):
        choice["logprobs"] = {"content": _tokens(content, said), "refusal": None}
    return _head("chat.completion") | {"choices": [choice], "usage": _usage(body, content)}


def _tokens(content: str, said: Said) -> list[dict[str, Any]]:
    """The answer in three pieces; all its doubt is about the label, which stands last but one in it."""
    at = content.rindex(f'"{said.label}"') + 1
    cuts = (0, at, at + len(said.label), len(content))
    doubt = (0.0, math.log(said.probability), 0.0)
    pieces = zip(cuts, cuts[1:], doubt, strict=False)
    return [{"token": content[a:b], "logprob": value, "bytes": None, "top_logprobs": []} for a, b, value in pieces]


def _part(**told: Any) -> dict[str, Any]:
    return _head("chat.completion.chunk") | told


def _head(kind: str) -> dict[str, Any]:
    return {"id": "simulated", "object": kind, "created": int(time.time()), "model": NAME}


def _usage(body: Mapping[str, Any], content: str) -> dict[str, int]:
    """About what a real model would read and write."""
    read = sum(len(message["content"]) for message in body["messages"]) // _LETTERS_A_TOKEN + 1
    written = len(content) // _LETTERS_A_TOKEN + 1
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
