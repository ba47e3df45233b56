"""Where junior is asked, what it may cost, the prices of models, and the ledger of every request that left the house."""

from __future__ import annotations

import json
from datetime import datetime

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import ledger as ledger_frames
from labeling import config
from labeling.junior import ledger
from labeling.junior.asking import model_of, url_of
from labeling.junior.ledger import Price
from labeling.projects.projects import Project, change_settings
from labeling.projects.settings import Kind, named
from pages.ui.access import Access
from pages.ui.acting import acting
from pages.ui.downloads import download
from pages.ui.figures import as_amount, money, number, percent
from pages.ui.session import now
from pages.ui.widgets import Card, csv_of, empty_state, figures, plain, right_aligned, setting_key
from pages.ui.words import catalog, kinds_in_words, local_moment, t

BUDGETS = named(Kind.MONEY)
MOST_CALLS = 200


def spent_cards(project: Project, moment: datetime) -> list[Card]:
    """What is spent in all and this month, and of which budget."""
    with database().snapshot() as connection:
        total = ledger.spent(connection, project.id, "total")
        month = ledger.spent(connection, project.id, ledger.month_of(moment))
    a_run = money(project.budget_run) if project.budget_run is not None else _no_limit(project)
    return [
        (t("junior.spent.total"), _of(total, project.budget_total), t("junior.spent.about")),
        (t("junior.spent.month"), _of(month, project.budget_month), t("junior.spent.about")),
        (t("junior.spent.run"), a_run, t("junior.budget_run.about")),
    ]


def draw_money(access: Access) -> None:
    project = access.project
    figures(spent_cards(project, now()))
    if not _has_budget(project):
        st.warning(plain(t("junior.no_budget")))
    with st.form("junior_budgets", enter_to_submit=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for name in BUDGETS:
                stored = getattr(project, name)
                st.number_input(
                    t(f"junior.{name}"), 0.0, None, None if stored is None else stored / ledger.MILLION, format="%.2f",
                    key=setting_key(project, name), help=t(f"junior.{name}.about"), placeholder=_no_limit(project),
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
        st.dataframe(pl.DataFrame(shown), hide_index=True, key="junior_prices", column_config=config, placeholder="–")
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


def _has_budget(project: Project) -> bool:
    return any(getattr(project, name) is not None for name in BUDGETS)


def _no_limit(project: Project) -> str:
    """What stands for a budget that is not set: no limit of its own beside others, nothing at all where there is none."""
    return t("junior.budget.none" if _has_budget(project) else "junior.budget.not_set")


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


def draw_ledger(project: Project) -> None:
    """Totals by month, then the last calls, and all of them as a file."""
    with database().snapshot() as connection:
        months = ledger_frames.months(connection, project.id)
        last = ledger_frames.calls(connection, project.id, MOST_CALLS)
    if last.is_empty():
        empty_state(t("junior.ledger.empty"))
        return
    st.subheader(t("junior.ledger.months"), help=t("junior.ledger.months_about"))
    counts = [t(f"junior.ledger.{name}") for name in ("calls", "tokens_in", "tokens_out", "cost")]
    config = right_aligned(*counts)
    st.dataframe(_months(months), hide_index=True, key="ledger_months", column_config=config, placeholder="–")
    total = int(months["calls"].sum())
    st.subheader(t("junior.ledger.last", n=last.height, of=total), help=t("junior.ledger.about"))
    st.dataframe(_calls(last), hide_index=True, key="ledger_calls", column_config=config, placeholder="–")
    download(
        t("junior.ledger.csv"), lambda: _all(project.id), f"junior_{project.slug}.csv", key="ledger_csv",
        type="tertiary", icon=":material/download:",
    )  # fmt: skip


def _months(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(
        {
            t("junior.ledger.month"): frame["month"],
            t("junior.price.model"): frame["model"],
            t("junior.ledger.calls"): [number(n) for n in frame["calls"]],
            t("junior.ledger.tokens_in"): [number(n) for n in frame["tokens_in"]],
            t("junior.ledger.tokens_out"): [number(n) for n in frame["tokens_out"]],
            t("junior.ledger.cost"): [money(n) for n in frame["cost"]],
        }
    )


def _calls(frame: pl.DataFrame) -> pl.DataFrame:
    rows = frame.to_dicts()
    return pl.DataFrame(
        {
            t("junior.ledger.when"): [local_moment(row["created_at"]) for row in rows],
            t("junior.ledger.purpose"): [t(f"junior.purpose.{row['purpose']}") for row in rows],
            t("junior.ledger.item"): [row["item"] or "–" for row in rows],
            t("junior.price.model"): [row["model"] for row in rows],
            t("junior.ledger.tokens_in"): [number(row["tokens_in"]) for row in rows],
            t("junior.ledger.tokens_out"): [number(row["tokens_out"]) for row in rows],
            t("junior.ledger.cost"): [_cost(row["state"], row["reserved"], row["cost"]) for row in rows],
            t("junior.ledger.outcome"): [_outcome(row["state"], row["outcome"]) for row in rows],
            t("junior.ledger.masked"): [
                kinds_in_words(json.loads(row["masked"])) if row["masked"] else "–" for row in rows
            ],
        }
    )


def _cost(state: str, reserved: int, cost: int) -> str:
    if state in ("reserved", "unknown"):
        return t("junior.ledger.at_most", cost=money(reserved if state == "reserved" else cost))
    return money(cost)


def _outcome(state: str, outcome: str | None) -> str:
    if state == "reserved":
        return t("junior.outcome.under_way")
    key = f"junior.outcome.{outcome}"
    if key in catalog():
        return t(key)
    return t("junior.outcome.status", status=(outcome or "").removeprefix("status_"))


def _all(project_id: int) -> bytes:
    with database().snapshot() as connection:
        return csv_of(ledger_frames.calls(connection, project_id))
