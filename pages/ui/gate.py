"""The gate before everything: no stranger passes, and no other site writes with a reader's cookie."""

from __future__ import annotations

import logging
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from db.readiness import DATABASE_ERRORS, trouble_of
from labeling.errors import LabelingError
from labeling.people.sign_in import Reader
from pages.ui.downloads import is_theirs
from pages.ui.headers import with_headers
from pages.ui.session import COOKIE, find_reader
from pages.ui.widgets import error_sentence

_log = logging.getLogger("sverka")

SIGN_IN = "/account/sign-in"
FREE = {SIGN_IN, "/account/sign-out", "/account/language", "/health", "/health/ready"}
# Streamlit's own bundle: the same files for everybody, nothing of ours in them.
FREE_BELOW = "/static/"
# What tells of the server itself, or drives it past the pages.
FOR_ADMINS = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
MEDIA = "/media/"


class Gate:
    """ASGI middleware. A stranger is sent to the sign-in (HTML), gets 401 (else) or no websocket.

    A request that writes must come from our own pages: 403 otherwise. The cookie alone proves nothing there,
    any site can make a browser send it. Routes behind the gate find the reader as ``request.scope["reader"]``.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request or websocket pass, or answer it; every answer has the headers of :mod:`pages.ui.headers`."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        begun = False
        dressed = with_headers(scope, send)

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await dressed(message)

        try:
            if not await _is_answered(scope, receive, noticed):
                await self.app(scope, receive, _only_to_its_owner(scope, receive, noticed))
        except Exception:
            if not begun and scope["type"] == "http":
                # What answers a failure stands before us and knows none of our headers.
                await JSONResponse({"error": "failure"}, 500)(scope, receive, noticed)
            raise


async def _is_answered(scope: Scope, receive: Receive, send: Send) -> bool:
    """Whether the gate has answered itself, and nothing passes."""
    request = HTTPConnection(scope)
    writes = scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS")
    if writes and not is_from_our_pages(request):
        await JSONResponse({"error": "foreign_origin"}, status_code=403)(scope, receive, send)
        return True
    if scope["path"] in FREE or scope["path"].startswith(FREE_BELOW):
        return False
    try:
        reader = scope["reader"] = await run_in_threadpool(find_reader, request.cookies.get(COOKIE))
    except DATABASE_ERRORS as error:
        await unavailable(error)(scope, receive, send)
        return True
    if reader is None:
        await _refuse(request, scope, receive, send)
        return True
    refusal = _refusal_of(reader, scope)
    if refusal is not None:
        answer = {"error": refusal.code, "message": error_sentence(refusal, reader.locale)}
        await _answer(scope, receive, send, JSONResponse(answer, 403, headers={"cache-control": "no-store"}))
    return refusal is not None


def _refusal_of(reader: Reader, scope: Scope) -> LabelingError | None:
    if reader.must_change_password and not is_open_to_one_time(scope):
        return LabelingError("one_time_password")
    for_admins = any(part in scope["path"] for part in FOR_ADMINS)
    return LabelingError("not_allowed") if for_admins and not reader.is_admin else None


def _only_to_its_owner(scope: Scope, receive: Receive, send: Send) -> Send:
    """``send``, but a file to be kept goes to the session that it was made for; the pictures of a page are everybody's."""
    if scope["type"] != "http" or MEDIA not in scope["path"]:
        return send
    refused = False

    async def to_its_owner(message: Message) -> None:
        nonlocal refused
        if message["type"] == "http.response.start" and "content-disposition" in Headers(raw=message["headers"]):
            reader: Reader | None = scope.get("reader")
            refused = reader is None or reader.must_change_password or not is_theirs(scope["path"], reader.token)
            if refused:
                await JSONResponse({"error": "not_found"}, 404)(scope, receive, send)
        if not refused:
            await send(message)

    return to_its_owner


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


async def _refuse(request: HTTPConnection, scope: Scope, receive: Receive, send: Send) -> None:
    answer: Response = JSONResponse({"error": "session_ended"}, status_code=401)
    if (
        scope["type"] == "http"
        and scope["method"] in ("GET", "HEAD")
        and "text/html" in request.headers.get("accept", "")
    ):
        asked = scope["query_string"].decode("latin-1")
        address = scope["path"] + (f"?{asked}" if asked else "")
        ended = "&ended=1" if COOKIE in request.cookies else ""
        answer = RedirectResponse(f"{SIGN_IN}?next={quote(address, safe='/')}{ended}", status_code=303)
    answer.headers["cache-control"] = "no-store"
    await _answer(scope, receive, send, answer)


async def _answer(scope: Scope, receive: Receive, send: Send, answer: Response) -> None:
    """The same to a websocket that asks to be let in, where the server can tell it more than that it isn't."""
    if scope["type"] == "http":
        await answer(scope, receive, send)
    elif "websocket.http.response" in scope.get("extensions", {}):
        answer.status_code = 403
        await WebSocket(scope, receive, send).send_denial_response(answer)
    else:
        await WebSocket(scope, receive, send).close(4401)
