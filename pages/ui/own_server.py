"""Streamlit's page is told where its server is; alone it asks below the page's own address first, and gets a 404."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# As relative as the page's own scripts are, so that it holds below a base path and behind a proxy that strips one.
_TOLD = b'<script>window.__streamlit = {BACKEND_BASE_URL: new URL(".", location.href).href}</script>'
_HEAD = b"<head>"


class OwnServer:
    """ASGI middleware: the page that frames all others says ``BACKEND_BASE_URL`` before its first script."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request pass; a page that a browser opens is kept until it is whole, and told."""
        if (
            scope["type"] != "http"
            or scope["method"] != "GET"
            or "text/html" not in Headers(scope=scope).get("accept", "")
        ):
            await self.app(scope, receive, send)
            return
        begun: Message | None = None
        page = b""

        async def told(message: Message) -> None:
            nonlocal begun, page
            if message["type"] == "http.response.start" and _is_page(message):
                begun = message
            elif begun is None:
                await send(message)
            else:
                page += message["body"]
                if not message.get("more_body", False):
                    page = page.replace(_HEAD, _HEAD + _TOLD, 1) if b"./static/js/" in page else page
                    MutableHeaders(scope=begun)["content-length"] = str(len(page))
                    await send(begun)
                    await send({"type": "http.response.body", "body": page})

        await self.app(_as_it_is(scope), receive, told)


def _is_page(start: Message) -> bool:
    return start["status"] == 200 and Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")


def _as_it_is(scope: Scope) -> Scope:
    """The same request, answered by bytes to read: not compressed, nor a file that the server sends past us."""
    extensions = {
        name: value for name, value in scope.get("extensions", {}).items() if name != "http.response.pathsend"
    }
    headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": headers, "extensions": extensions}
