"""The demo's accounts on the sign-in page: for whoever tries the product on this machine, and for nobody else."""

from __future__ import annotations

import streamlit as st
from starlette.requests import Request

from db.engine import database
from labeling import config
from labeling.people.people import demo_logins

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def may_show_demo(request: Request) -> bool:
    """Whether the demo's password may be told: to somebody at this machine, of a server that only this machine reaches."""
    hosts = [
        st.get_option("server.address") or "",
        request.url.hostname or "",
        request.client.host if request.client else "",
    ]
    forwarded = any(name.startswith("x-forwarded") or name in ("forwarded", "via") for name in request.headers)
    return not config.PRODUCTION and not forwarded and all(host in LOOPBACK for host in hosts)


def logins_to_show() -> list[tuple[str, str]]:
    """One login of the demo for each role, as (role, login)."""
    with database().snapshot() as connection:
        return demo_logins(connection)
