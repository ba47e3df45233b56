"""The people of the house: who there is, who may come in, and a way in for those who lost theirs."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import streamlit as st

from db.engine import database
from labeling.people.people import Person, all_people, create_person, reset_password, set_active, set_admin
from labeling.people.sign_in import Hashed, hash_password, new_password
from labeling.people.turns import HASHING
from pages.ui.access import require_admin
from pages.ui.acting import acting, refusing, show_refusal
from pages.ui.figures import number
from pages.ui.locales import LOCALES
from pages.ui.session import now
from pages.ui.widgets import answer, confirm, plain
from pages.ui.words import ago, t

ISSUED, FORM = "issued_password", "new_person"


def create(actor: int) -> None:
    """Make the person the form describes, with a one-time password that is shown once."""
    login, name = st.session_state["new_login"], st.session_state["new_name"]
    locale, admin = st.session_state["new_locale"], st.session_state["new_admin"]
    password, issued = new_password(), None
    hashed = hashed_in_turn(actor, login, password, at=FORM)
    if hashed is None:
        return
    with acting("people.created", at=FORM, login=login) as connection:
        person = create_person(
            connection, login, name, hashed, now=now(), actor=actor, locale=locale, is_admin=admin, one_time=True
        )
        issued = (person.login, password)
    if issued is not None:
        st.session_state[ISSUED] = issued
        st.session_state["new_login"] = st.session_state["new_name"] = ""
        st.session_state["new_admin"] = False


def issue_password(actor: int, person_id: int, login: str) -> None:
    """Give a person a new one-time password, shown once."""
    password, issued = new_password(), None
    hashed = hashed_in_turn(actor, login, password)
    if hashed is None:
        return
    with acting() as connection:
        reset_password(connection, person_id, hashed, now=now(), actor=actor)
        issued = (login, password)
    if issued is not None:
        st.session_state[ISSUED] = issued


def hashed_in_turn(actor: int, login: str, password: str, *, at: str | None = None) -> Hashed | None:
    """The hash of a password, made before any transaction; None where it could not be, and the page says why."""
    with refusing(at):
        with HASHING.asked(f"person {actor}"), HASHING.turn(f"person {actor}"):
            return hash_password(login, password)
    return None


def let_in(actor: int, person_id: int, active: bool) -> None:
    """Shut a person out, or let them in again."""
    with acting("people.readmitted" if active else "people.banned") as connection:
        set_active(connection, person_id, active, now=now(), actor=actor)


def make_admin(actor: int, person_id: int, is_admin: bool) -> None:
    with acting("people.saved") as connection:
        set_admin(connection, person_id, is_admin, now=now(), actor=actor)


def state_of(person: Person) -> str:
    """What stands between a person and their work, in a word."""
    if not person.active:
        return t("people.state.banned")
    return t("people.state.one_time" if person.has_one_time_password else "people.state.active")


def table(people: list[Person], moment: datetime) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                t("people.login"): person.login,
                t("people.name"): person.name,
                t("people.roles"): "; ".join(
                    ([t("people.admin")] if person.is_admin else [])
                    + [f"{held.slug}: {t(f'role.{held.role.value}')}" for held in person.memberships]
                ),
                t("people.state"): state_of(person),
                t("people.seen"): ago(person.seen_at, moment) if person.seen_at else t("people.never"),
            }
            for person in people
        ]
    )


def draw_person(person: Person, actor: int) -> None:
    with st.container(horizontal=True):
        args = (actor, person.id)
        confirm(t("people.reset"), t("people.reset_sure"), issue_password, *args, person.login, key="reset")
        verb = "readmit" if not person.active else "ban"
        confirm(t(f"people.{verb}"), t(f"people.{verb}_sure"), let_in, *args, not person.active, key=verb)
        verb = "unadmin" if person.is_admin else "admin_make"
        confirm(t(f"people.{verb}"), t(f"people.{verb}_sure"), make_admin, *args, not person.is_admin, key=verb)


here = require_admin()
moment = now()
with database().snapshot() as connection:
    people = all_people(connection)
shut_out = sum(not person.active for person in people)
answer(t("page.people"), t("people.answer", n=len(people), shut_out=number(shut_out)))
if ISSUED in st.session_state:
    login, password = st.session_state.pop(ISSUED)
    st.success(plain(t("people.issued", login=login)))
    st.code(password, language=None)
st.dataframe(table(people, moment), hide_index=True, placeholder="–")
st.subheader(t("people.one"), anchor=False)
by_login = {person.login: person for person in people}
chosen = st.selectbox(
    t("people.person"), list(by_login), format_func=lambda login: f"{login} · {by_login[login].name}", key="person"
)
draw_person(by_login[chosen], here.person_id)
st.subheader(t("people.new"), anchor=False)
with st.form(FORM):
    left, right = st.columns(2)
    left.text_input(t("people.login"), key="new_login", max_chars=64, help=t("people.login_help"))
    right.text_input(t("people.name"), key="new_name", max_chars=200)
    left.selectbox(t("shell.language"), LOCALES, format_func=lambda locale: t(f"language.{locale}"), key="new_locale")
    right.checkbox(t("people.new_admin"), key="new_admin")
    show_refusal(FORM)
    st.form_submit_button(t("people.create"), type="primary", on_click=create, args=(here.person_id,))
