"""Sign-in, sign-out and language: plain HTML from the server, so that it works before any script is loaded."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from anyio import CapacityLimiter, to_thread
from babel import negotiate_locale
from jinja2 import Environment, FileSystemLoader
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from db.engine import database
from labeling import config
from labeling.people.people import demo_logins, set_locale
from labeling.people.sign_in import SignedIn, authenticate, check_password, check_session, end_session, open_session
from pages.ui.gate import SIGN_IN
from pages.ui.locales import LOCALES
from pages.ui.session import COOKIE, find_reader, now
from pages.ui.words import say

BODY_MOST = 16_384

_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
_hashing = CapacityLimiter(config.SIGN_INS_AT_ONCE)


async def show(request: Request) -> Response:
    """The sign-in page; who is signed in already goes on to the page they asked for."""
    onward = safe_next(request.query_params.get("next"))
    token = request.cookies.get(COOKIE)
    if await run_in_threadpool(find_reader, token):
        return _see(onward)
    locale = _locale(request)
    message = None
    if "ended" in request.query_params:
        message = say(locale, "sign_in.ended")
    elif "out" in request.query_params:
        message = say(locale, "sign_in.signed_out")
    response = await _page(locale, onward, message=message, chosen=request.query_params.get("lang"))
    if token:
        response.delete_cookie(COOKIE, path="/")
    return response


async def sign_in(request: Request) -> Response:
    """Try a login and a password: on to the asked page with a fresh session, or the page again with the reason."""
    form = await _form(request)
    chosen = form.get("lang")
    onward, locale = safe_next(form.get("next")), _locale(request, chosen)
    if _hashing.statistics().tasks_waiting >= config.SIGN_INS_WAITING:
        reason = say(locale, "sign_in.too_many")
        return await _page(locale, onward, error=reason, login=form.get("login", ""), chosen=chosen, status=429)
    previous = request.cookies.get(COOKIE)
    login, password = form.get("login", ""), form.get("password", "")
    result, token = await to_thread.run_sync(_authenticate, login, password, chosen, previous, limiter=_hashing)
    if token is None:
        reason = _reason(result, locale, now())
        status = 429 if result.locked_until else 401
        return await _page(locale, onward, error=reason, login=login, chosen=chosen, status=status)
    response = _see(onward)
    # Lax, not Strict: a link from a mail must find its reader signed in. It comes along with navigations only,
    # and what writes is guarded by its origin.
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(config.SESSION_LONGEST.total_seconds()),
        path="/",
        # A proxy that ends TLS hides the scheme from the server; the browser tells it with its origin.
        secure=request.url.scheme == "https" or request.headers.get("origin", "").startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return response


async def sign_out(request: Request) -> Response:
    """End this browser's session, in all its tabs."""
    token = request.cookies.get(COOKIE)
    if token:
        await run_in_threadpool(_end, token)
    response = _see(f"{SIGN_IN}?out=1")
    response.delete_cookie(COOKIE, path="/")
    return response


async def language(request: Request) -> Response:
    """Switch the language: of the person who is signed in, else of the sign-in page."""
    form = await _form(request)
    onward, locale = safe_next(form.get("next")), form.get("locale")
    if locale not in LOCALES:
        raise HTTPException(400)
    if not await run_in_threadpool(_set_locale, request.cookies.get(COOKIE, ""), locale):
        return _see(f"{SIGN_IN}?{urlencode({'lang': locale, 'next': onward})}")
    return _see(onward)


def safe_next(onward: str | None) -> str:
    """The page to go on to, if it is one of ours; else the start.

    >>> safe_next("/progress?project=a"), safe_next("//evil.example"), safe_next("https://evil.example")
    ('/progress?project=a', '/', '/')
    """
    if not onward or not onward.startswith("/") or onward.startswith(("//", SIGN_IN)):
        return "/"
    # Browsers read a backslash as a slash, and drop tabs and line ends from an address.
    if "\\" in onward or any(ord(letter) < 33 for letter in onward) or urlsplit(onward).netloc:
        return "/"
    return onward


def _authenticate(login: str, password: str, locale: str | None, previous: str | None) -> tuple[SignedIn, str | None]:
    with database().snapshot() as connection:
        check = check_password(connection, login, password)
    moment = now()
    with database().transaction() as connection:
        result = authenticate(connection, check, now=moment)
        if result.person_id is None:
            return result, None
        if locale in LOCALES:
            set_locale(connection, result.person_id, locale)
        if previous:
            end_session(connection, previous, now=moment)
        return result, open_session(connection, result.person_id, now=moment)


def _end(token: str) -> None:
    with database().transaction() as connection:
        end_session(connection, token, now=now())


def _set_locale(token: str, locale: str) -> bool:
    """Whether there was somebody signed in to set it for."""
    if not token:
        return False
    with database().transaction() as connection:
        reader = check_session(connection, token, now=now())
        if reader is not None and not reader.must_change_password:
            set_locale(connection, reader.person_id, locale)
    return reader is not None


def _reason(result: SignedIn, locale: str, moment: datetime) -> str:
    if result.locked_until is None:
        return say(locale, f"sign_in.{result.code}")
    minutes = max(1, -(-int((result.locked_until - moment).total_seconds()) // 60))
    return say(locale, "sign_in.sign_in_locked", n=minutes)


def _locale(request: Request, chosen: str | None = None) -> str:
    chosen = chosen or request.query_params.get("lang")
    if chosen in LOCALES:
        return str(chosen)
    preferred = [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    return negotiate_locale(preferred, LOCALES, sep="-") or "ru"


async def _page(
    locale: str,
    onward: str,
    *,
    error: str | None = None,
    message: str | None = None,
    login: str = "",
    chosen: str | None = None,
    status: int = 200,
) -> Response:
    facts = {"locale": locale, "next": onward, "error": error, "message": message, "login": login, "lang": chosen}
    demo = await run_in_threadpool(_demo)
    words = {"say": lambda key, **more: say(locale, key, **more)}
    body = _templates.get_template("sign_in.html").render(
        facts | words | {"demo": demo, "demo_password": config.DEMO_PASSWORD}
    )
    headers = {
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    }
    return HTMLResponse(body, status, headers)


def _demo() -> list[tuple[str, str]]:
    with database().snapshot() as connection:
        return demo_logins(connection)


def _see(path: str) -> Response:
    return RedirectResponse(path, status_code=303, headers={"cache-control": "no-store"})


async def _form(request: Request) -> dict[str, str]:
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > BODY_MOST:
                raise HTTPException(413)
        # PostgreSQL knows no NUL, and no login or password has one.
        fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    except (ClientDisconnect, ValueError):
        raise HTTPException(400) from None
    return {name: value.replace("\0", "\ufffd") for name, value in fields}


ROUTES = [
    Route(SIGN_IN, show, methods=["GET"]),
    Route(SIGN_IN, sign_in, methods=["POST"]),
    Route("/account/sign-out", sign_out, methods=["POST"]),
    Route("/account/language", language, methods=["POST"]),
]
