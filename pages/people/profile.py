"""One's own name, language and password, and the way out everywhere at once."""

from __future__ import annotations

import streamlit as st

from labeling.errors import LabelingError
from labeling.people.changing import admit_change, change_own_password, renew_password
from labeling.people.people import rename, set_locale
from labeling.people.sign_in import Reader, end_all_sessions
from labeling.people.turns import HASHING
from pages.ui.access import require_anyone
from pages.ui.acting import acting, refusing
from pages.ui.locales import LOCALES
from pages.ui.navigation import first_page
from pages.ui.session import cookie_token, current_project, now, projects_of
from pages.ui.widgets import answer, confirm
from pages.ui.words import t, title_of

NEWCOMER = "newcomer"


def save_profile(person_id: int) -> None:
    name, locale = st.session_state["profile_name"], st.session_state["profile_locale"]
    with acting("profile.saved") as connection:
        rename(connection, person_id, name, now=now(), actor=person_id)
        set_locale(connection, person_id, locale)


def save_password(person_id: int) -> None:
    """Change the password; the sessions in other browsers end. Hashed between two transactions: nobody waits for it."""
    current, fresh, repeated = (st.session_state[f"password_{field}"] for field in ("current", "new", "repeated"))
    admitted = hashed = None
    with acting() as connection:
        if fresh != repeated:
            raise LabelingError("passwords_differ")
        admitted = admit_change(connection, person_id, now=now())
    if admitted is None:
        return
    with refusing(), HASHING.asked(f"person {person_id}"), HASHING.turn(f"person {person_id}"):
        hashed = renew_password(*admitted, current, fresh)
    if hashed is None:
        return
    with acting("profile.password_saved") as connection:
        change_own_password(connection, person_id, admitted[1], hashed, now=now(), keep_token=cookie_token())


def end_everywhere(person_id: int) -> None:
    """End every session of this person, this one too."""
    with acting() as connection:
        end_all_sessions(connection, person_id, now=now())


def roles_in_words(reader: Reader) -> list[str]:
    """Where the reader holds which role, one sentence a project."""
    held = []
    for project in projects_of(reader):
        roles = [t(f"role.{entry.role.value}") for entry in reader.memberships if entry.project_id == project.id]
        if roles:
            held.append(t("profile.roles", project=title_of(project), roles=", ".join(roles)))
    return held


def draw_password(reader: Reader) -> None:
    with st.form("password", clear_on_submit=True):
        st.subheader(t("profile.password"), anchor=False)
        for field in ("current", "new", "repeated"):
            st.text_input(
                t(f"profile.password_{field}"), type="password", key=f"password_{field}",
                autocomplete="current-password" if field == "current" else "new-password",
                help=t("profile.password_rule") if field == "new" else None,
            )  # fmt: skip
        st.form_submit_button(
            t("profile.password_save"), type="primary", on_click=save_password, args=(reader.person_id,)
        )


def draw_profile(reader: Reader) -> None:
    with st.form("profile"):
        st.subheader(t("profile.about"), anchor=False)
        st.text_input(t("people.name"), reader.name, key="profile_name", max_chars=200)
        st.selectbox(
            t("shell.language"), LOCALES, LOCALES.index(reader.locale), format_func=lambda locale: t(f"language.{locale}"),
            key="profile_locale",
        )  # fmt: skip
        st.form_submit_button(t("profile.save"), on_click=save_profile, args=(reader.person_id,))


here = require_anyone()
if here.must_change_password:
    answer(t("page.profile"), t("profile.one_time"))
    draw_password(here)
    st.session_state[NEWCOMER] = True
    st.stop()
if st.session_state.pop(NEWCOMER, False):
    # Who came by an invitation came to work.
    st.switch_page(first_page(here, current_project(projects_of(here))).path)
known_as = t("profile.answer_admin" if here.is_admin else "profile.answer", name=here.name, login=here.login)
answer(t("page.profile"), known_as)
held = roles_in_words(here)
if here.is_admin:
    held.append(t("profile.admin_of", n=len(projects_of(here))))
st.text("\n".join(held) or t("shell.no_roles"))
left, right = st.columns(2)
with left:
    draw_profile(here)
with right:
    draw_password(here)
st.subheader(t("profile.sessions"), anchor=False)
st.text(t("profile.sessions_note"))
confirm(
    t("profile.end_everywhere"), t("profile.end_everywhere_sure"), end_everywhere, here.person_id, key="end_everywhere"
)
