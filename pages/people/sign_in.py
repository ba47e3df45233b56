"""Sign-in, sign-out and language: plain HTML from the server, so that it works before any script is loaded."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from babel import negotiate_locale
from jinja2 import Environment, FileSystemLoader
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from db.engine import database
from labeling import config
from labeling.errors import LabelingError
from labeling.people import tries
from labeling.people.people import set_locale
from labeling.people.sign_in import (
    PasswordCheck,
    SignedIn,
    authenticate,
    check_session,
    compare,
    end_session,
    minutes_until,
    open_session,
    stored_password,
)
from labeling.people.tries import Source
from labeling.people.turns import HASHING
from pages.people.demo_accounts import logins_to_show, may_show_demo
from pages.ui.address import address_of
from pages.ui.gate import SIGN_IN
from pages.ui.locales import LOCALES
from pages.ui.session import COOKIE, find_reader, now
from pages.ui.words import say

BODY_MOST = 16_384

_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
DEVICE = "sverka_device"
# When an address that is slowed down may have its next turn, by the process's own clock.
_next_at: dict[str, float] = {}


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
    login, chosen = request.query_params.get("login", "")[:64], request.query_params.get("lang")
    response = await _page(request, locale, onward, message=message, login=login, chosen=chosen)
    if token:
        response.delete_cookie(COOKIE, path="/")
    return response


async def sign_in(request: Request) -> Response:
    """Try a login and a password: on to the asked page with a fresh session, or the page again with the reason."""
    form = await _form(request)
    chosen = form.get("lang")
    onward, locale = safe_next(form.get("next")), _locale(request, chosen)
    login, password = form.get("login", ""), form.get("password", "")
    source = Source(address_of(request), request.cookies.get(DEVICE))
    try:
        tried = await _tried(login, password, source)
    except LabelingError:
        reason = say(locale, "sign_in.too_many")
        return await _page(request, locale, onward, error=reason, login=login, chosen=chosen, status=429)
    if isinstance(tried, SignedIn):
        return await _refused(request, tried, locale, onward, login, chosen)
    previous = request.cookies.get(COOKIE)
    result, token, device = await run_in_threadpool(_authenticate, tried, source, chosen, previous)
    if token is None:
        return await _refused(request, result, locale, onward, login, chosen)
    return _signed_in(request, onward, token, device)


async def _refused(
    request: Request, result: SignedIn, locale: str, onward: str, login: str, chosen: str | None
) -> Response:
    reason = _reason(result, locale, now())
    status = 429 if result.locked_until else 401
    return await _page(request, locale, onward, error=reason, login=login, chosen=chosen, status=status)


async def _tried(login: str, password: str, source: Source) -> PasswordCheck | SignedIn:
    """The password compared when its turn has come, or the refusal where nothing is compared at all.

    Raises LabelingError ``too_busy``.
    """
    stored, is_known, is_slowed, closed = await run_in_threadpool(_before, login, source)
    if closed is not None:
        return SignedIn(None, "sign_in_locked", closed)
    with HASHING.asked(f"{login.strip().casefold()[:100]} {source.device if is_known else source.address}"):
        if is_slowed and not is_known:
            await _slow_down(source.address)
        turn = HASHING.line_up(source.address, known=is_known)
        try:
            await asyncio.wrap_future(turn)
            return await run_in_threadpool(compare, *stored, password)
        finally:
            HASHING.give_back(turn)


async def _slow_down(address: str) -> None:
    """Wait for this address's next moment; raises LabelingError ``too_busy`` where that is too far off."""
    here = time.monotonic()
    for other in [other for other, at in _next_at.items() if at < here]:
        del _next_at[other]
    at = max(here, _next_at.get(address, here))
    if at - here > config.SLOWED_MOST_SECONDS:
        raise LabelingError("too_busy")
    _next_at[address] = at + config.SLOWED_SECONDS
    await asyncio.sleep(at - here)


def _before(login: str, source: Source) -> tuple[tuple[str, int | None, str | None], bool, bool, datetime | None]:
    """What is known before anything is compared: the hash, whether the browser and the address are, what is closed."""
    moment = now()
    with database().snapshot() as connection:
        is_known = tries.is_known(connection, login, source.device)
        counts = tries.counts_of(login, source, is_known=is_known)
        closed = tries.closed_until(connection, counts, now=moment)
        is_slowed = tries.is_slowed(connection, source, now=moment)
        return stored_password(connection, login), is_known, is_slowed, closed


def _signed_in(request: Request, onward: str, token: str, device: str) -> Response:
    response = _see(onward)
    # A proxy that ends TLS hides the scheme from the server; the browser tells it with its origin.
    secure = request.url.scheme == "https" or request.headers.get("origin", "").startswith("https:")
    # Lax, not Strict: a link from a mail must find its reader signed in. It comes along with navigations only,
    # and what writes is guarded by its origin.
    cookies = ((COOKIE, token, "/", config.SESSION_LONGEST), (DEVICE, device, "/account", config.DEVICE_KNOWN))
    for name, value, path, lasting in cookies:
        response.set_cookie(
            name, value, max_age=int(lasting.total_seconds()), path=path, secure=secure, httponly=True, samesite="lax"
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


def _authenticate(
    check: PasswordCheck, source: Source, locale: str | None, previous: str | None
) -> tuple[SignedIn, str | None, str]:
    """What came of it; for who comes in the tokens of their session and of their browser."""
    moment = now()
    with database().transaction() as connection:
        result = authenticate(connection, check, source, now=moment)
        if result.person_id is None:
            return result, None, ""
        if locale in LOCALES:
            set_locale(connection, result.person_id, locale)
        if previous:
            end_session(connection, previous, now=moment)
        device = tries.know_device(connection, result.person_id, source.device, now=moment)
        return result, open_session(connection, result.person_id, now=moment), device


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
    return say(locale, "sign_in.sign_in_locked", n=minutes_until(result.locked_until, moment))


def _locale(request: Request, chosen: str | None = None) -> str:
    chosen = chosen or request.query_params.get("lang")
    if chosen in LOCALES:
        return str(chosen)
    preferred = [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    return negotiate_locale(preferred, LOCALES, sep="-") or "ru"


async def _page(
    request: Request,
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
    demo = await run_in_threadpool(logins_to_show) if may_show_demo(request) else []
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
