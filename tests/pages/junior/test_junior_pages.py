"""Junior's pages: who speaks is always said, nothing is asked without an estimate and a budget, nothing personal is kept."""

from __future__ import annotations

import pytest

from db.engine import Database
from db.vocabulary import CallPurpose, PromptKind, RunKind, RunState
from labeling import config
from labeling.jobs.child import carry_out
from labeling.junior import ledger, prompts
from labeling.junior.completion import Bill
from labeling.junior.ledger import Planned, Price
from labeling.projects.projects import Project, change_settings, get_project
from labeling.runs import claims, runs
from pages.ui.session import now
from pages.ui.words import say
from tests.junior_server import JuniorServer
from tests.pages.conftest import OpenPage
from tests.pages.junior.asked import MASKING, PAGE, PROMPTS, part, set_up, told, versions
from tests.pages.working import button


def work(house: Database, project: Project) -> runs.Run:
    """Carry out the run that waits."""
    with house.transaction() as connection:
        held = claims.claim(connection, now=now())
    assert held is not None
    carry_out(house, held)
    with house.snapshot() as connection:
        return runs.get_run(connection, project.id, held.run_id)


def test_without_a_server_the_local_junior_can_be_switched_on(
    house: Database, open_page: OpenPage, project: Project
) -> None:
    app = open_page("lead", PAGE)
    assert say("ru", "junior.answer.nobody") in told(app)
    assert say("ru", "junior.no_server").replace("\xa0", " ") in told(app)
    button(app, "junior.local.write").click().run()
    assert [one.kind for one in versions(house, project)] == [PromptKind.LOCAL]
    assert "Это ничего не стоит" in told(app)
    button(app, "junior.ask.start", n=6).click().run()
    with house.snapshot() as connection:
        asked = runs.runs(connection, project.id, RunKind.ASK)
    assert [run.settings for run in asked] == [{"prompt_id": versions(house, project)[0].id, "items": "all"}]


def test_an_estimate_comes_first_and_its_answers_are_kept(
    house: Database, open_page: OpenPage, project: Project, server: JuniorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(house, project, server)
    monkeypatch.setattr("pages.junior.run.USUAL", 4)
    app = open_page("lead", PAGE)
    assert "Осталось спросить о 6 объектах" in told(app)
    button(app, "junior.ask.estimate").click().run()
    assert say("ru", "runs.starting") in "\n".join(bar.proto.text for bar in app.get("progress")).replace("\\", "")
    assert work(house, project).report is not None
    app.run()
    # 50 tokens read at 1, 10 written at 2, of two items: 140 millionths.
    assert "Стоимость 2 объектов: 0,00014" in told(app)
    assert "По пробе из 4 объектов" in told(app)
    button(app, "junior.ask.start", n=2).click().run()
    work(house, project)
    app.run()
    assert say("ru", "junior.ask.nothing") in told(app)
    assert len(server.requests) == 6


def test_the_form_stands_as_the_last_run_was_asked(
    house: Database, open_page: OpenPage, project: Project, server: JuniorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An estimate is for what was chosen: a form that forgets it would show none, or start another run than was meant."""
    set_up(house, project, server)
    monkeypatch.setattr("pages.junior.run.USUAL", 2)
    app = open_page("lead", PAGE)
    app.number_input(key="junior_limit").set_value(4)
    app.selectbox(key="junior_items").select("unlabeled").run()
    button(app, "junior.ask.estimate").click().run()
    work(house, project)
    for reader in (app.run(), open_page("lead", PAGE)):
        assert reader.number_input(key="junior_limit").value == 4
        assert reader.selectbox(key="junior_items").value == "unlabeled"
        assert "По пробе из 2 объектов" in told(reader)
    newer = set_up(house, project, server)
    app = open_page("lead", PAGE)
    assert app.selectbox(key="junior_version").value == newer
    assert app.number_input(key="junior_limit").value is None


def test_a_run_is_paused_resumed_and_told_of(
    house: Database, open_page: OpenPage, project: Project, server: JuniorServer
) -> None:
    prompt_id = set_up(house, project, server)
    with house.transaction() as connection:
        asked = {"prompt_id": prompt_id, "items": "all"}
        runs.start_run(connection, project, RunKind.ASK, settings=asked, now=now(), actor=None)
    app = open_page("lead", PAGE)
    assert "Получено 0 ответов" in told(app)
    button(app, "junior.run.cancel").click().run()
    assert "Запуск приостановлен, сделано 0%" in told(app)
    button(app, "runs.resume").click().run()
    work(house, project)
    app.run()
    table = next(frame.value for frame in app.dataframe if say("ru", "junior.past.answered") in frame.value.columns)
    assert list(table[say("ru", "junior.past.answered")]) == ["6"]
    assert list(table[say("ru", "junior.past.cost")]) == ["0,00042"]


def test_a_run_that_lacks_money_says_so(
    house: Database, open_page: OpenPage, project: Project, server: JuniorServer
) -> None:
    prompt_id = set_up(house, project, server, budget=None)
    with house.transaction() as connection:
        asked = {"prompt_id": prompt_id, "items": "all"}
        runs.start_run(connection, project, RunKind.ASK, settings=asked, now=now(), actor=None)
    work(house, project)
    app = open_page("lead", PAGE)
    assert say("ru", "error.no_budget") in told(app)
    assert say("ru", "junior.no_budget") in told(part(app, "money"))
    assert server.requests == []


def test_what_cannot_be_paid_is_said_before_it_starts_to_whoever_can_mend_it(
    house: Database, open_page: OpenPage, project: Project, server: JuniorServer
) -> None:
    with house.transaction() as connection:
        settings = {"junior_url": server.url, "junior_model": "small"}
        changed = change_settings(connection, project.id, settings, now=now(), actor=None)
        prompts.write_prompt(connection, changed, PromptKind.LLM, now=now(), actor=None)
    for name in ("asking", "live"):
        app = part(open_page("lead", PAGE), name)
        said = told(app)
        assert "У модели «small» нет цены" in said and say("ru", "obstacle.admin", n=1, who="Boss") in said
        assert say("ru", "error.no_budget") in said
        labels = [button.label for button in app.button]
        assert not any(say("ru", f"junior.ask.{verb}", n=6) in labels for verb in ("start", "estimate"))
    mended = say("ru", "obstacle.mend", part=say("ru", "junior.part.money"))
    # The budget is the lead's to set; the admin may enter the price, too.
    assert said.count(mended) == 1
    assert told(open_page("boss", PAGE, project="demo")).count(mended) == 2
    linked = open_page("lead", PAGE)
    linked.query_params["part"] = "money"
    linked.run()
    assert linked.session_state["junior_part"] == "money"
    # Nothing is without a limit where nothing may be paid.
    assert say("ru", "junior.budget.none") not in str(linked) and say("ru", "junior.budget.not_set") in told(linked)


def test_a_run_that_cannot_be_paid_is_not_resumed(
    house: Database, open_page: OpenPage, project: Project, server: JuniorServer
) -> None:
    prompt_id = set_up(house, project, server, budget=None)
    with house.transaction() as connection:
        asked = {"prompt_id": prompt_id, "items": "all"}
        runs.start_run(connection, project, RunKind.ASK, settings=asked, now=now(), actor=None)
    work(house, project)
    app = open_page("lead", PAGE)
    button(app, "runs.resume").click().run()
    assert [error.value.replace("\\", "") for error in app.error] == [say("ru", "error.no_budget")]
    with house.snapshot() as connection:
        assert [run.state for run in runs.runs(connection, project.id, RunKind.ASK)] == [RunState.FAILED]


def test_requests_without_an_answer_are_not_called_answers(
    house: Database, open_page: OpenPage, project: Project, server: JuniorServer
) -> None:
    prompt_id = set_up(house, project, server)
    with house.transaction() as connection:
        asked = {"prompt_id": prompt_id, "items": "all"}
        run_id = runs.start_run(connection, project, RunKind.ASK, settings=asked, now=now(), actor=None)
        found = get_project(connection, "demo")
        planned = [Planned(None, CallPurpose.LABEL, 10, 10)] * 3
        calls = ledger.reserve(connection, found, "small", planned, run_id=run_id, prompt_id=prompt_id, now=now())
        lost = [Bill(call, 0, 0, "connection_lost", 0.1, False) for call in calls[:2]]
        ledger.settle(connection, found, [*lost, Bill(calls[2], 50, 10, "ok", 0.1)], now=now())
    said = told(open_page("lead", PAGE))
    assert "Получен 1 ответ" in said and "Без ответа остались 2 запроса" in said


def test_budgets_are_set_by_the_lead_prices_by_an_admin(house: Database, open_page: OpenPage, project: Project) -> None:
    app = part(open_page("lead", PAGE), "money")
    field = next(one for one in app.number_input if one.label == say("ru", "junior.budget_month"))
    field.set_value(2.5)
    button(app, "junior.budget.save").click().run()
    with house.snapshot() as connection:
        saved = get_project(connection, "demo")
    assert (saved.budget_total, saved.budget_month, saved.budget_run) == (None, 2_500_000, None)
    assert say("ru", "junior.prices.admin") in told(app)
    app = part(open_page("boss", PAGE, project="demo"), "money")
    app.text_input(key="price_model").set_value("small")
    app.number_input(key="price_input").set_value(0.15)
    app.number_input(key="price_output").set_value(0.6)
    button(app, "junior.price.save").click().run()
    with house.snapshot() as connection:
        assert ledger.prices(connection) == [Price("small", 150_000, 600_000)]


def test_the_address_is_told_the_key_never(
    house: Database, open_page: OpenPage, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SVERKA_JUNIOR_KEY", "sk-very-secret")
    monkeypatch.setattr(config, "JUNIOR_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("SVERKA_JUNIOR_URLS", "http://127.0.0.1:2/v1")
    monkeypatch.setattr(config, "JUNIOR_MODEL", "small")
    app = part(open_page("lead", PAGE), "server")
    assert "http://127.0.0.1:1/v1" in told(app)
    assert say("ru", "junior.server.key") in told(app)
    everything = told(app) + "".join(str(field.value) + str(field.placeholder) for field in app.text_input)
    assert "secret" not in everything
    address = next(one for one in app.text_input if one.label == say("ru", "junior.server.url"))
    address.set_value("http://127.0.0.1:2/v1")
    button(app, "junior.server.save").click().run()
    # Another address: the house's key is not for it.
    assert say("ru", "junior.server.no_key") in told(app)


def test_the_ledger_tells_what_was_masked(
    house: Database, open_page: OpenPage, project: Project, server: JuniorServer
) -> None:
    app = part(open_page("lead", PAGE), "ledger")
    assert say("ru", "junior.ledger.empty") in told(app)
    prompt_id = set_up(house, project, server)
    with house.transaction() as connection:
        asked = {"prompt_id": prompt_id, "items": "all"}
        runs.start_run(connection, project, RunKind.ASK, settings=asked, now=now(), actor=None)
    work(house, project)
    tables = [frame.value for frame in part(open_page("lead", PAGE), "ledger").dataframe]
    assert [list(row) for row in tables[0].itertuples(index=False)][0][1:] == ["small", "6", "300", "60", "0,00042"]
    masked = dict(
        zip(tables[1][say("ru", "junior.ledger.item")], tables[1][say("ru", "junior.ledger.masked")], strict=True)
    )
    assert masked["3"] == "телефон 1"
    assert masked["1"] == "–"


@pytest.mark.parametrize("page", [PAGE, PROMPTS, MASKING])
def test_assessors_have_nothing_to_do_here(open_page: OpenPage, page: str) -> None:
    app = open_page("assessor", page, alone=True)
    assert not app.button and not app.text_area
