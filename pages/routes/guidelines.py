"""The guide in force, as the label card shows it: HTML made and made safe on the server."""

from __future__ import annotations

import html

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from db.engine import database
from labeling.errors import LabelingError
from labeling.tasks.projects import Guideline, get_guideline, get_project
from labeling.tasks.sign_in import Reader
from pages.ui.guide import as_html
from pages.ui.widgets import error_sentence
from pages.ui.words import LOCALES


async def guidelines(request: Request) -> JSONResponse:
    """GET ``?project=slug``: ``{"version", "html"}`` in the reader's language; 403 for strangers, 404 for no guide."""
    slug = request.query_params.get("project", "")
    return await run_in_threadpool(_respond, request.scope["reader"], slug)


def _respond(reader: Reader, slug: str) -> JSONResponse:
    headers = {"Cache-Control": "no-store"}
    try:
        found = _find(reader, slug)
    except LabelingError as error:
        status = 404 if error.code == "no_guideline" else 403
        answer = {"error": error.code, "message": error_sentence(error, reader.locale)}
        return JSONResponse(answer, status, headers=headers)
    return JSONResponse({"version": found.version, "html": in_language(found, reader.locale)}, headers=headers)


def _find(reader: Reader, slug: str) -> Guideline:
    with database().snapshot() as connection:
        project = get_project(connection, slug)
        # Who may not know of a project reads the same as where there is none.
        if not reader.roles_in(project.id) and not reader.is_admin:
            raise LabelingError("unknown_project", slug=slug)
        found = get_guideline(connection, project.id)
    if found is None or not (found.body_ru.strip() or found.body_en.strip()):
        raise LabelingError("no_guideline")
    return found


def in_language(guide: Guideline, locale: str) -> str:
    """The guide's HTML in ``locale``; where nobody wrote it in that language, in the other, and marked as such."""
    languages = [locale, *(other for other in LOCALES if other != locale)]
    for language in languages:
        body = getattr(guide, f"body_{language}")
        if body.strip():
            return f'<div lang="{html.escape(language)}">{as_html(body)}</div>'
    return ""


ROUTES = [Route("/desk/guidelines", guidelines, methods=["GET"])]
