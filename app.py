"""The application: sign-in, the gate, health and the pages, as one ASGI app (``streamlit run app.py``)."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from threading import Thread

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from db.engine import database
from labeling import config, logs
from labeling.demo.llm import served_if_wanted
from labeling.errors import LabelingError
from labeling.facts.votes import answerers
from labeling.jobs import tending
from labeling.jobs.engine import Worker
from labeling.opening import bring_up_to_date
from labeling.people.first_admin import first_admin
from labeling.people.people import demo_logins
from labeling.projects.projects import all_projects
from pages.adjudication import route as rulings
from pages.desk import guide_route as guidelines
from pages.desk import route as desk
from pages.junior import route as junior
from pages.people import sign_in
from pages.ui import health
from pages.ui.gate import Gate
from pages.ui.own_server import OwnServer
from pages.ui.session import now
from pages.ui.uploads import Uploads
from pages.ui.widgets import show_failure

_log = logging.getLogger("sverka")

FIRST_ADMIN = """
  The house has no admin yet, so one was made. This password is shown once, here, and must be changed:

      login     admin
      password  {password}

"""


# What the figures' pages need takes seconds to load: the first reader shouldn't wait for it.
HEAVY = ("pages.ui.charts.lines", "pages.quality.assessor_card", "pages.quality.golden_figures", "pages.quality.replay",
         "pages.adjudication.ruling_figures", "pages.junior.live", "labeling.desk.upkeep",
         "labeling.jobs.rescoring")  # fmt: skip


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Bring the schema up to date, make sure that somebody can come in, and work; give the connections back at the end."""
    logs.install()
    try:
        password = await run_in_threadpool(_prepare)
    except Exception as error:  # noqa: BLE001 - whatever it is, Starlette would write its text out
        _log.exception("the application can't start")
        raise RuntimeError(logs.kind_of(error)) from None
    if password is not None:
        sys.stdout.write(FIRST_ADMIN.format(password=password))
        sys.stdout.flush()
    for act in (_load, _read):
        Thread(target=act, name=f"loading{act.__name__}", daemon=True).start()
    worker = Worker(database())
    if config.EMBEDDED_WORKER:
        worker.start()
    with served_if_wanted():
        yield
    await run_in_threadpool(worker.stop)
    await run_in_threadpool(tending.stop)
    database().close()


def _load() -> None:
    for module in HEAVY:
        import_module(module)


def _read() -> None:
    with database().snapshot() as connection:
        for project in all_projects(connection):
            answerers(connection, project.id)
    tending.index_words(database())


def _prepare() -> str | None:
    bring_up_to_date(database())
    if config.PRODUCTION:
        with database().snapshot() as connection:
            if demo_logins(connection):
                raise LabelingError("demo_accounts")
    return first_admin(database(), now=now())


ROUTES = [*sign_in.ROUTES, *desk.ROUTES, *rulings.ROUTES, *guidelines.ROUTES, *junior.ROUTES, *health.ROUTES]

MIDDLEWARE = [Middleware(Gate), Middleware(Uploads), Middleware(OwnServer)]

app = st.App(
    "pages/main.py",
    routes=ROUTES,
    middleware=MIDDLEWARE,
    lifespan=lifespan,
    on_script_error=show_failure,
)
