"""Where junior is asked, what it may cost, and the prices of models."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import streamlit as st

from db.engine import database
from labeling import config
from labeling.junior import ledger
from labeling.junior.asking import model_of, url_of
from labeling.junior.ledger import Price
from labeling.projects.projects import Project, change_settings
from labeling.projects.settings import Kind, named
from pages.ui.access import Access
from pages.ui.figures import as_amount, money, percent
from pages.ui.session import now
from pages.ui.widgets import Card, acting, figures, plain, right_aligned, setting_key
from pages.ui.words import t

BUDGETS = named(Kind.MONEY)


def spent_cards(project: Project, moment: datetime) -> list[Card]:
    """What is spent in all and this month, and of which budget."""
    with database().snapshot() as connection:
        total = ledger.spent(connection, project.id, "total")
        month = ledger.spent(connection, project.id, ledger.month_of(moment))
    a_run = money(project.budget_run) if project.budget_run is not None else t("junior.budget.none")
    return [
        (t("junior.spent.total"), _of(total, project.budget_total), t("junior.spent.about")),
        (t("junior.spent.month"), _of(month, project.budget_month), t("junior.spent.about")),
        (t("junior.spent.run"), a_run, t("junior.budget_run.about")),
    ]


def draw_money(access: Access) -> None:
    """Budgets and prices, with what is spent."""
    project = access.project
    figures(spent_cards(project, now()))
    if all(getattr(project, name) is None for name in BUDGETS):
        st.warning(plain(t("junior.no_budget")))
    with st.form("junior_budgets", enter_to_submit=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for name in BUDGETS:
                stored = getattr(project, name)
                st.number_input(
                    t(f"junior.{name}"), 0.0, None, None if stored is None else stored / ledger.MILLION, format="%.2f",
                    key=setting_key(project, name), help=t(f"junior.{name}.about"), placeholder=t("junior.budget.none"),
                )  # fmt: skip
        st.caption(t("junior.budget.about"))
        st.form_submit_button(t("junior.budget.save"), on_click=_save_budgets, args=(project, access.person_id))
    st.subheader(t("junior.prices"), help=t("junior.prices.about"))
    _draw_prices(access)


def draw_server(access: Access) -> None:
    """The address and the model; whether a key is set, never the key."""
    project = access.project
    url, model = url_of(project), model_of(project)
    st.text(t("junior.server.now", url=url, model=model or "–") if url else t("junior.server.none"))
    if url:
        st.text(t("junior.server.key" if config.junior_key(url) else "junior.server.no_key"))
    with st.form("junior_server", enter_to_submit=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                t("junior.server.url"), project.junior_url or "", key=setting_key(project, "junior_url"), max_chars=400,
                placeholder=config.JUNIOR_URL or "http://127.0.0.1:8080/v1",
            )  # fmt: skip
            st.text_input(
                t("junior.server.model"), project.junior_model or "", key=setting_key(project, "junior_model"), max_chars=200,
                placeholder=config.JUNIOR_MODEL or None,
            )  # fmt: skip
        st.caption(t("junior.server.about"))
        st.form_submit_button(t("junior.server.save"), on_click=_save_server, args=(project, access.person_id))


def _draw_prices(access: Access) -> None:
    with database().snapshot() as connection:
        prices = ledger.prices(connection)
    if prices:
        shown = {
            t("junior.price.model"): [price.model for price in prices],
            t("junior.price.input"): [money(price.input) for price in prices],
            t("junior.price.output"): [money(price.output) for price in prices],
        }
        config = right_aligned(t("junior.price.input"), t("junior.price.output"))
        st.dataframe(pl.DataFrame(shown), hide_index=True, key="junior_prices", column_config=config)
    else:
        st.text(t("junior.prices.none"))
    if not access.is_admin:
        st.caption(t("junior.prices.admin"))
        return
    with st.form("junior_price", enter_to_submit=False, clear_on_submit=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(t("junior.price.model"), model_of(access.project), key="price_model", max_chars=200)
            st.number_input(t("junior.price.input"), 0.0, None, None, format="%.4f", key="price_input")
            st.number_input(t("junior.price.output"), 0.0, None, None, format="%.4f", key="price_output")
        st.form_submit_button(t("junior.price.save"), on_click=_save_price, args=(access.person_id,))


def _of(amount: int, budget: int | None) -> str:
    if budget is None:
        return money(amount)
    share = f" ({percent(amount / budget)})" if budget else ""
    return t("junior.spent.of", amount=money(amount), budget=money(budget)) + share


def _save_budgets(project: Project, actor: int) -> None:
    typed = {name: as_amount(st.session_state[setting_key(project, name)]) for name in BUDGETS}
    with acting("junior.budget.saved") as connection:
        change_settings(connection, project.id, typed, now=now(), actor=actor)


def _save_server(project: Project, actor: int) -> None:
    typed = {
        name: st.session_state[setting_key(project, name)].strip() or None for name in ("junior_url", "junior_model")
    }
    with acting("junior.server.saved") as connection:
        change_settings(connection, project.id, typed, now=now(), actor=actor)


def _save_price(actor: int) -> None:
    state = st.session_state
    new = Price(state["price_model"], as_amount(state["price_input"]) or 0, as_amount(state["price_output"]) or 0)
    with acting("junior.price.saved", model=new.model.strip()) as connection:
        ledger.set_price(connection, new, now=now(), actor=actor)
