"""The members of a project: who holds which role, and who may work now."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import streamlit as st

from db.engine import database
from db.vocabulary import Role, Standing
from labeling.people.memberships import Member, grant, members, not_yet_members, revoke, set_standing
from labeling.people.people import get_person
from pages.ui.access import Access, require
from pages.ui.acting import acting, show_refusal
from pages.ui.figures import number
from pages.ui.invitations import draw_invitations
from pages.ui.session import now
from pages.ui.widgets import answer, confirm, empty_state
from pages.ui.words import ago, t

ROLES, FORM = tuple(Role), "add_member"


def add(actor: int, project_id: int) -> None:
    login, role = st.session_state["add_login"], st.session_state["add_role"]
    if login is None:
        return
    with acting("members.added", at=FORM, login=login) as connection:
        grant(connection, project_id, get_person(connection, login).id, role, now=now(), actor=actor)


def change_roles(actor: int, project_id: int, person_id: int, held: tuple[Role, ...]) -> None:
    """Make the roles of a member those that are ticked."""
    ticked = {role for role in ROLES if st.session_state[f"role_{role.value}_{person_id}"]}
    with acting("members.saved") as connection:
        for role in ticked - set(held):
            grant(connection, project_id, person_id, role, now=now(), actor=actor)
        for role in set(held) - ticked:
            revoke(connection, project_id, person_id, role, now=now(), actor=actor)


def change_standing(actor: int, project_id: int, person_id: int, standing: Standing) -> None:
    with acting(f"members.now.{standing.value}") as connection:
        set_standing(connection, project_id, person_id, standing, now=now(), actor=actor)


def table(listed: list[Member], moment: datetime) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                t("people.login"): member.login,
                t("people.name"): member.name,
                t("people.roles"): ", ".join(t(f"role.{role.value}") for role in member.roles),
                t("people.state"): t(f"standing.{member.standing.value}")
                if member.active
                else t("people.state.banned"),
                t("people.seen"): ago(member.seen_at, moment) if member.seen_at else t("people.never"),
            }
            for member in listed
        ]
    )


def draw_member(access: Access, member: Member) -> None:
    whom = (access.person_id, access.project.id, member.person_id)
    with st.form("roles"):
        with st.container(horizontal=True):
            for role in ROLES:
                key = f"role_{role.value}_{member.person_id}"
                st.checkbox(t(f"role.{role.value}"), role in member.roles, key=key)
        st.form_submit_button(t("members.save"), on_click=change_roles, args=(*whom, member.roles))
    with st.container(horizontal=True):
        for standing in Standing:
            if standing is not member.standing:
                word = standing.value
                confirm(
                    t(f"members.to.{word}"), t(f"members.to.{word}_sure"), change_standing, *whom, standing, key=word
                )


def draw_strangers(access: Access, strangers: dict[str, str]) -> None:
    with st.form(FORM, clear_on_submit=True):
        left, right = st.columns(2)
        left.selectbox(
            t("people.person"), list(strangers), index=None, placeholder=t("members.choose"), key="add_login",
            format_func=lambda login: f"{login} · {strangers[login]}" if login in strangers else str(login),
        )  # fmt: skip
        right.selectbox(t("members.role"), ROLES, format_func=lambda role: t(f"role.{role.value}"), key="add_role")
        show_refusal(FORM)
        st.form_submit_button(
            t("members.add"), type="primary", on_click=add, args=(access.person_id, access.project.id)
        )


access = require(Role.LEAD)
with database().snapshot() as connection:
    listed = members(connection, access.project.id)
    strangers = not_yet_members(connection, access.project.id)
working = [member for member in listed if member.active and member.standing is Standing.ACTIVE]
assessors = sum(Role.ASSESSOR in member.roles for member in working)
answer(t("page.members"), t("members.answer", n=len(listed), working=number(len(working)), assessors=number(assessors)))
if listed:
    st.dataframe(table(listed, now()), hide_index=True, placeholder="–")
    st.subheader(t("members.one"), anchor=False)
    by_login = {member.login: member for member in listed}
    chosen = st.selectbox(
        t("people.person"), list(by_login), format_func=lambda login: f"{login} · {by_login[login].name}", key="member"
    )
    draw_member(access, by_login[chosen])
else:
    empty_state(t("members.none"))
st.subheader(t("members.new"), anchor=False)
if strangers:
    draw_strangers(access, strangers)
else:
    st.caption(t("members.all_here"))
st.subheader(t("members.invite"), anchor=False)
draw_invitations(access.project, access.person_id)
