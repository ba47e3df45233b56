"""The stub's server: the page with the card, the desk's route, and the hands that steer it from a test."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.e2e.card.stub_desk import StubProject

FOLDER = Path(os.environ["CARD_STUB_FOLDER"])
projects: dict[str, StubProject] = {}


def project_of(slug: str) -> StubProject:
    if slug not in projects:
        projects[slug] = StubProject(slug, FOLDER)
    return projects[slug]


async def broken_off() -> AsyncIterator[bytes]:
    yield b"{"
    raise ConnectionResetError


async def answers(request: Request) -> Response:
    body = await request.json()
    project = project_of(body["project"])
    project.requests.append(body | {"headers": dict(request.headers)})
    settings = project.settings
    await asyncio.sleep(settings["delay"])
    while settings["hold"]:
        await asyncio.sleep(0.02)
    if settings["status"] != 200:
        return JSONResponse({"error": "stub", "message": settings["message"]}, settings["status"])
    if settings["cut"] == "before":
        return StreamingResponse(broken_off(), headers={"Content-Length": "1000"})
    if any(answer["label"] == settings["poison"] for answer in body["answers"] if answer["kind"] == "label"):
        return JSONResponse({"error": "stub", "message": settings["message"]}, 400)
    reply = project.take(body)
    if settings["cut"] == "after":
        return StreamingResponse(broken_off(), headers={"Content-Length": "1000"})
    return JSONResponse(reply)


async def guidelines(_: Request) -> Response:
    html = (
        "<h2>Главное</h2><p>Смотрим на последнюю реплику клиента: что он чувствует <em>сейчас</em>.</p>"
        "<h2>Спорные случаи</h2><blockquote>«Ну спасибо вам огромное» после отказа</blockquote>"
        "<p>Это разочарование, а не благодарность: благодарность сказана с иронией.</p>"
        "<p><a href='https://example.org/'>Полная инструкция</a></p>"
    )
    return JSONResponse({"version": 3, "html": html})


async def steer(request: Request) -> Response:
    changes = await request.json()
    project_of(changes.pop("project")).configure(changes)
    return JSONResponse({})


async def store(request: Request) -> Response:
    """An answer that comes from somewhere else."""
    body = await request.json()
    project_of(body["project"]).store(body["answer"])
    return JSONResponse({})


async def look(request: Request) -> Response:
    project = project_of(request.query_params["project"])
    return JSONResponse(
        {
            "answers": project.answers(),
            "closed": project.closed,
            "requests": project.requests,
            "texts": {project.token(n): project.item(n)["text"] for n in range(project.settings["items"])},
        }
    )


app = st.App(
    Path(__file__).parent / "stub_page.py",
    routes=[
        Route("/desk/answers", answers, methods=["POST"]),
        Route("/desk/guidelines", guidelines),
        Route("/stub/steer", steer, methods=["POST"]),
        Route("/stub/store", store, methods=["POST"]),
        Route("/stub/look", look),
    ],
)
