"""Who is here: the person behind the cookie, looked up in the database again at every run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NoReturn

import streamlit as st

from db.engine import database
from db.readiness import DATABASE_ERRORS, trouble_of
from labeling.people.sign_in import Reader, check_session, is_due, touch_session
from labeling.projects.projects import Project, all_projects
from pages.ui.words import t

COOKIE = "sverka"
# A sign of life that waits longer than this keeps its own reader waiting; the next request tries again.
_PATIENCE = 1.0

# The page that was asked for comes back after the sign-in; the link is for those who run no scripts.
_TO_SIGN_IN = """<p><a href="/account/sign-in?ended=1" target="_self">{label}</a></p>
<script>
window.location.assign("/account/sign-in?ended=1&next=" +
  encodeURIComponent(window.location.pathname + window.location.search))
</script>"""


def now() -> datetime:
    """The clock of the pages: verbs are told the time, they never ask."""
    return datetime.now(UTC)


def cookie_token() -> str | None:
    """The session token that the browser sent when it connected."""
    return st.context.cookies.get(COOKIE)


def find_reader(token: str | None) -> Reader | None:
    """Who this token stands for now, or None; keeps a live session alive. For pages and routes alike."""
    if not token:
        return None
    moment = now()
    with database().snapshot() as connection:
        reader = check_session(connection, token, now=moment)
    if reader is not None and is_due(reader, now=moment):
        _keep_alive(token, moment)
    return reader


def _keep_alive(token: str, moment: datetime) -> None:
    """Write the sign of life down, where anything can be written: who only reads is not kept out by a full disk."""
    try:
        with database().transaction(patience=_PATIENCE) as connection:
            touch_session(connection, token, now=moment)
    except DATABASE_ERRORS as error:
        if trouble_of(error) is None:
            raise


def current_reader() -> Reader:
    """The reader of this run; where the session has ended, the run ends too and the browser goes to the sign-in."""
    reader = find_reader(cookie_token())
    if reader is None:
        send_to_sign_in()
    st.session_state["locale"] = reader.locale
    return reader


def send_to_sign_in() -> NoReturn:
    """End the run, and have the browser go to the sign-in and back here."""
    st.info(t("shell.session_ended"))
    st.html(_TO_SIGN_IN.format(label=t("sign_in.submit")), unsafe_allow_javascript=True)
    st.stop()


def projects_of(reader: Reader) -> list[Project]:
    """The projects a reader may choose from: those they have a role in; an admin has them all."""
    with database().snapshot() as connection:
        projects = all_projects(connection)
    return [project for project in projects if reader.is_admin or reader.standing_in(project.id)]


def current_project(projects: list[Project]) -> Project | None:
    """The project the address names, else the one last chosen, else the first.

    None when there is none, or when the address names one that isn't the reader's: to work in another project
    than the link said would be worse than to refuse.
    """
    by_slug = {project.slug: project for project in projects}
    in_address = st.query_params.get("project")
    if in_address is not None and in_address not in by_slug:
        return None
    chosen = by_slug.get(in_address or st.session_state.get("project", "")) or next(iter(projects), None)
    if chosen is None:
        return None
    st.session_state["project"] = chosen.slug
    if len(projects) > 1:
        st.query_params["project"] = chosen.slug
    return chosen
