"""The gate before everything: no stranger passes, and no other site writes with a reader's cookie."""

from __future__ import annotations

import logging
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from db.readiness import DATABASE_ERRORS, trouble_of
from labeling.errors import LabelingError
from labeling.people.sign_in import Reader
from pages.ui.session import COOKIE, find_reader
from pages.ui.widgets import error_sentence

_log = logging.getLogger("sverka")

SIGN_IN = "/account/sign-in"
FREE = {SIGN_IN, "/account/sign-out", "/account/language", "/health", "/health/ready"}
# Streamlit's own bundle: the same files for everybody, nothing of ours in them.
FREE_BELOW = "/static/"
HEADERS = {"x-content-type-options": "nosniff", "x-frame-options": "SAMEORIGIN", "referrer-policy": "same-origin"}


class Gate:
    """ASGI middleware. A stranger is sent to the sign-in (HTML), gets 401 (else) or no websocket.

    A request that writes must come from our own pages: 403 otherwise. The cookie alone proves nothing there,
    any site can make a browser send it. Routes behind the gate find the reader as ``request.scope["reader"]``.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request or websocket pass, or answer it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        writes = scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS")
        if writes and not is_from_our_pages(request):
            await JSONResponse({"error": "foreign_origin"}, status_code=403)(scope, receive, send)
            return
        if scope["path"] not in FREE and not scope["path"].startswith(FREE_BELOW):
            try:
                scope["reader"] = await run_in_threadpool(find_reader, request.cookies.get(COOKIE))
            except DATABASE_ERRORS as error:
                await unavailable(error)(scope, receive, send)
                return
            if scope["reader"] is None:
                await _refuse(request, scope, receive, send)
                return
            if scope["reader"].must_change_password and not is_open_to_one_time(scope):
                await _refuse_one_time(scope["reader"], scope, receive, send)
                return
        await self.app(scope, receive, _with_headers(send) if scope["type"] == "http" else send)


def unavailable(error: Exception) -> JSONResponse:
    """503 ``{"error": "not_saved", "trouble": ...}`` where the database is in the way; raises the error where it isn't."""
    found = trouble_of(error)
    if found is None:
        raise error
    _log.warning("the database is %s", found.value, exc_info=error)
    return JSONResponse({"error": "not_saved", "trouble": found.value}, 503, headers={"retry-after": "5"})


def is_from_our_pages(request: HTTPConnection) -> bool:
    """Whether the browser says that one of our own pages sent this.

    ``Sec-Fetch-Site`` can't be set by scripts and survives a proxy that rewrites the host; ``Origin`` stands in
    for it in older browsers. Whoever sends neither is no browser of today, and has no business here.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    try:
        return origin is not None and urlsplit(origin).netloc == request.headers.get("host")
    except ValueError:
        return False


def is_open_to_one_time(scope: Scope) -> bool:
    """Whether a one-time password opens this: the page on which it is changed needs the frame and its socket, no more.

    Whichever page is asked for over the socket, all but that one refuse.
    """
    path = scope["path"]
    if scope["type"] == "websocket":
        return bool(path == "/_stcore/stream")
    own = path.startswith(("/desk/", "/junior/", "/_stcore/upload_file", "/_stcore/metrics", "/_stcore/agent"))
    return scope["method"] in ("GET", "HEAD") and not own


async def _refuse_one_time(reader: Reader, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).close(4403)
        return
    error = LabelingError("one_time_password")
    answer = {"error": error.code, "message": error_sentence(error, reader.locale)}
    await JSONResponse(answer, 403, headers={"cache-control": "no-store"})(scope, receive, send)


async def _refuse(request: HTTPConnection, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).close(4401)
        return
    answer: Response = JSONResponse({"error": "session_ended"}, status_code=401)
    if scope["method"] in ("GET", "HEAD") and "text/html" in request.headers.get("accept", ""):
        asked = scope["query_string"].decode("latin-1")
        address = scope["path"] + (f"?{asked}" if asked else "")
        ended = "&ended=1" if COOKIE in request.cookies else ""
        answer = RedirectResponse(f"{SIGN_IN}?next={quote(address, safe='/')}{ended}", status_code=303)
    answer.headers["cache-control"] = "no-store"
    await answer(scope, receive, send)


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
