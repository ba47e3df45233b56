"""The headers of every answer: what a browser may do with it, whoever it is for and whatever it says."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Scope, Send

# Streamlit runs the scripts that pages and cards hand it as they are, and compiles its charts' formulas; nothing
# comes from elsewhere, and nothing goes there.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; connect-src 'self' data: blob:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
TRANSPORT = "max-age=31536000"
# What is made for one person must not lie in a cache: exports, and what cards are told.
_PERSONAL = ("/media/", "/desk/", "/junior/")


def with_headers(scope: Scope, send: Send) -> Send:
    """``send``, with the headers on whatever begins an answer; those that a page has set itself stay."""
    headers = dict(HEADERS)
    if is_encrypted(scope):
        headers["strict-transport-security"] = TRANSPORT

    async def send_with_headers(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            sent = MutableHeaders(scope=message)
            for name, value in headers.items():
                sent.setdefault(name, value)
            if scope["path"].startswith(_PERSONAL):
                sent["cache-control"] = "no-store"
        await send(message)

    return send_with_headers


def is_encrypted(scope: Scope) -> bool:
    """Whether the browser speaks TLS, to us or to the proxy before us."""
    forwarded = dict(scope["headers"]).get(b"x-forwarded-proto", b"").decode("latin-1")
    return scope.get("scheme") in ("https", "wss") or forwarded.split(",")[0].strip() == "https"
