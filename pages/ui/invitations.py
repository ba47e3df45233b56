"""Many people into a project at once: a pasted list, and for each a link and a one-time password to hand over."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import polars as pl
import streamlit as st

from db.engine import database
from db.vocabulary import Role
from labeling.people.inviting import Guest, guests, invite
from labeling.people.sign_in import Hashed, hash_password, new_password
from labeling.people.turns import HASHING
from labeling.projects.projects import Project
from pages.ui.acting import acting, refusing, show_refusal
from pages.ui.downloads import csv_button
from pages.ui.locales import reader_locale
from pages.ui.session import now
from pages.ui.words import t

ROLES = (Role.ASSESSOR, Role.EXPERT, Role.LEAD)
_INVITED = "invited"
_FORM = "invite"


def draw_invitations(project: Project, actor: int) -> None:
    """The box for a list of people, and the links and passwords of those who were invited last."""
    _draw_invited(project)
    with st.form(_FORM, border=False):
        st.text_area(t("invite.list"), key="invite_list", placeholder=t("invite.example"), help=t("invite.about"))
        named = {role: t(f"role.{role.value}") for role in ROLES}
        st.selectbox(t("members.role"), ROLES, format_func=named.__getitem__, key="invite_role")
        show_refusal(_FORM)
        st.form_submit_button(t("invite.do"), type="primary", on_click=_invite, args=(project, actor))


def _invite(project: Project, actor: int) -> None:
    role: Role = st.session_state["invite_role"]
    passwords: dict[str, str] = {}
    hashed: dict[str, Hashed] = {}
    listed: list[Guest] = []
    with refusing(_FORM):
        with database().snapshot() as connection:
            listed = guests(connection, st.session_state["invite_list"])
        passwords = {guest.login: new_password() for guest in listed if not guest.is_known}
        who = f"person {actor}"
        with HASHING.asked(who):
            for login, password in passwords.items():
                with HASHING.turn(who):
                    hashed[login] = hash_password(login, password)
    if not listed or len(hashed) < len(passwords):
        return
    done = False
    with acting("invite.done", at=_FORM, n=len(listed)) as connection:
        invite(connection, project.id, listed, hashed, role, locale=reader_locale(), now=now(), actor=actor)
        done = True
    if done:
        st.session_state[_INVITED] = (project.id, [(guest, passwords.get(guest.login)) for guest in listed])
        st.session_state["invite_list"] = ""


def _draw_invited(project: Project) -> None:
    of_project, invited = st.session_state.get(_INVITED, (None, []))
    if of_project != project.id:
        return
    rows = [(guest.name, guest.login, _link(guest), password or t("invite.has_account")) for guest, password in invited]
    with st.container(border=True):
        st.markdown(t("invite.hand_over"))
        st.code("\n".join("\t".join(row) for row in rows), language=None)
        columns = (t("people.name"), t("people.login"), t("invite.link"), t("invite.password"))
        table = pl.DataFrame(rows, schema=columns, orient="row")
        with st.container(horizontal=True):
            csv_button(table, "invitations")
            st.button(t("invite.hide"), on_click=_forget, key="invite_hide")


def _forget() -> None:
    st.session_state.pop(_INVITED, None)


def _link(guest: Guest) -> str:
    at = urlsplit(st.context.url or "")
    base = at.path.rsplit("/", 1)[0]
    return f"{at.scheme}://{at.netloc}{base}/account/sign-in?{urlencode({'login': guest.login})}"
