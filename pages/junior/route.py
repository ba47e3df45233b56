"""Junior asked about one text while a reader watches: its answer as it is written, and an end when the reader leaves."""

from __future__ import annotations

from importlib import import_module

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from labeling.errors import LabelingError
from labeling.people.sign_in import Reader
from pages.ui.card_calls import read_body, refusal_of, refused
from pages.ui.pace import Pace

MAX_BODY = 200_000
# Each is money and a connection to the model's server: one in two seconds, ten at once for who compares wordings.
PACE = Pace(at_once=2, rate=0.5, burst=10)


async def ask(request: Request) -> Response:
    """POST ``{project, prompt, item | text}``: events {piece}, then {done} or {error}; 400 and 403 say what was wrong."""
    refusal = refused(request)
    if refusal is not None:
        return refusal
    reader: Reader = request.scope["reader"]
    try:
        with PACE.request(reader.person_id):
            PACE.use(reader.person_id, 1)
            # It takes a second to load, and most never ask.
            live = await run_in_threadpool(import_module, "pages.junior.live")
            question = await run_in_threadpool(live.read_question, reader, await read_body(request, MAX_BODY))
    except LabelingError as error:
        return await refusal_of(error, reader)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(live.events_of(question), media_type="text/event-stream", headers=headers)


ROUTES = [Route("/junior/ask", ask, methods=["POST"])]
