"""The guide in force, as the label card shows it: HTML made and made safe on the server."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from db.engine import Connection, database
from labeling.adjudication.corner_cases import CornerCase, corner_cases
from labeling.errors import LabelingError
from labeling.people.sign_in import Reader
from labeling.projects.classes import LabelClass
from labeling.projects.guidelines import get_guideline
from labeling.projects.labels import known_labels
from labeling.projects.projects import get_project
from pages.ui.guide import guide_html
from pages.ui.sent import is_storable
from pages.ui.widgets import error_sentence
from pages.ui.words import say, title_of


async def guidelines(request: Request) -> JSONResponse:
    """GET ``?project=slug``: ``{"version", "html"}`` in the reader's language; 403 for strangers, 404 for no guide."""
    return await run_in_threadpool(_respond, request.scope["reader"], request.query_params.get("project", ""))


def _respond(reader: Reader, slug: str) -> JSONResponse:
    headers = {"Cache-Control": "no-store"}
    try:
        version, body = _find(reader, slug)
    except LabelingError as error:
        status = 404 if error.code == "no_guideline" else 403
        answer = {"error": error.code, "message": error_sentence(error, reader.locale)}
        return JSONResponse(answer, status, headers=headers)
    return JSONResponse({"version": version, "html": body}, headers=headers)


def _find(reader: Reader, slug: str) -> tuple[int | None, str]:
    if not is_storable(slug):
        raise LabelingError("unknown_project", slug="")
    with database().snapshot() as connection:
        project = get_project(connection, slug)
        # Who may not know of a project reads the same as where there is none.
        if not reader.roles_in(project.id) and not reader.is_admin:
            raise LabelingError("unknown_project", slug=slug)
        version, body = whole_guide(connection, project.id, reader.locale)
    if not body:
        raise LabelingError("no_guideline")
    return version, body


def whole_guide(connection: Connection, project_id: int, locale: str) -> tuple[int | None, str]:
    """The version in force and its HTML with the corner cases below, as a reader of ``locale`` gets it; empty where there is
    neither."""
    guide = get_guideline(connection, project_id)
    titled = known_labels(connection, project_id)
    below = examples(corner_cases(connection, project_id), titled, locale)
    return guide.version if guide else None, (guide_html(guide, locale) if guide else "") + below


def examples(cases: Sequence[CornerCase], titled: Mapping[str, LabelClass], locale: str) -> str:
    """The corner cases as HTML that stands under the guide; all of it is escaped. The newest come first."""
    if not cases:
        return ""
    blocks = [
        f'<div class="case"><blockquote>{html.escape(case.text)}</blockquote>'
        f"<p><strong>{html.escape(title_of(titled[case.label], locale))}</strong>"
        f"{'. ' + html.escape(case.rationale) if case.rationale else ''}</p></div>"
        for case in reversed(cases)
    ]
    return f"<h2>{html.escape(say(locale, 'guidelines.corner_cases'))}</h2>{''.join(blocks)}"


ROUTES = [Route("/desk/guidelines", guidelines, methods=["GET"])]
