"""Undo, chunks, waiting, being shut out, two tabs: what the card makes of what the server says."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.e2e.card.bench import Bench
from tests.e2e.waiting import unguarded

# Enter, and Enter again in the very frame that shows the result.
NERVOUS_ENTER = """() => new Promise((done) => {
    const enter = () => document.body.dispatchEvent(
        new KeyboardEvent("keydown", { code: "Enter", key: "Enter", bubbles: true, cancelable: true }));
    const card = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot.querySelector(".card");
    new MutationObserver((_, observer) => {
        if (card.getAttribute("data-screen") !== "result") return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(enter())));
    }).observe(card, { attributes: true, attributeFilter: ["data-screen"] });
    enter();
})"""


@pytest.fixture
def card(bench: Bench) -> Bench:
    bench.open()
    bench.wait_for_screen("item")
    return bench


def latest(bench: Bench) -> dict[str, tuple[int, str | None]]:
    """By token: the last revision that is stored, and its label."""
    bench.wait_until_sent()
    return {a["token"]: (a["revision"], a["label"]) for a in sorted(bench.stored(), key=lambda a: a["revision"])}


def test_undo_of_an_unsent_answer_takes_it_back(card: Bench) -> None:
    first = card.token
    card.steer(hold=True)
    card.press("Digit1")
    second = card.token
    card.press("Digit2")
    third = card.token
    card.press("Backspace")
    assert card.token == second
    assert card.page.locator('[data-code="neutral"][aria-pressed="true"]').count() == 1
    card.press("Digit3")
    assert card.token == third
    card.steer(hold=False)
    assert latest(card) == {first: (1, "gratitude"), second: (1, "satisfaction")}
    assert [a["revision"] for a in card.stored()] == [1, 1]


def test_undo_of_an_acknowledged_answer_is_a_revision(card: Bench) -> None:
    first = card.token
    card.press("Digit1")
    second = card.token
    card.press("Digit2")
    third = card.token
    card.wait_until_sent()
    card.press("Backspace", "Backspace")
    assert card.token == first
    card.press("Digit4")
    assert card.token == third
    assert latest(card) == {first: (2, "impatience"), second: (1, "neutral")}


def test_escape_keeps_the_earlier_answer(card: Bench) -> None:
    card.steer(hold=True)
    card.press("Digit1", "Digit2")
    on_screen = card.token
    card.press("Backspace", "Escape")
    assert card.token == on_screen
    card.steer(hold=False)
    card.wait_until_sent()
    assert [(a["revision"], a["label"]) for a in card.stored()] == [(1, "gratitude"), (1, "neutral")]


def test_undo_while_its_request_is_under_way_is_a_revision(card: Bench) -> None:
    first = card.token
    card.steer(hold=True)
    card.press("Digit1", "Backspace", "Digit5")
    card.steer(hold=False)
    assert latest(card) == {first: (2, "disappointment")}


def test_a_withdrawn_answer_that_another_tab_had_sent_is_revised(card: Bench) -> None:
    card.steer(hold=True)
    card.press("Digit1")
    token = card.token
    card.press("Digit2", "Backspace")
    sent_by_another = """async ([project, token]) => {
        const answer = { token, revision: 1, kind: "label", label: "neutral", reason: null, comment: null,
            flagged: false, seconds: 1 };
        await fetch("/stub/store", { method: "POST", body: JSON.stringify({ project, answer }) });
    }"""
    card.page.evaluate(sent_by_another, [card.project, token])
    card.press("Digit3")
    card.steer(hold=False)
    assert latest(card)[token or ""] == (2, "satisfaction")


def test_a_chunk_is_closed_by_enter_after_a_correction(bench: Bench) -> None:
    bench.steer(chunk_size=3)
    bench.open()
    bench.wait_for_screen("item")
    bench.press("Digit1", "Digit2")
    last = bench.token or ""
    bench.press("Digit3")
    bench.wait_for_screen("chunk_done")
    expect(bench.page.locator(".message h2")).to_have_text("Пачка 1 готова: 3 из 3")
    bench.press("Backspace")
    assert bench.token == last
    bench.press("Digit4")
    bench.wait_for_screen("chunk_done")
    unguarded(bench.page)
    bench.page.evaluate(NERVOUS_ENTER)
    bench.wait_for_screen("result")
    assert bench.server.look(bench.project)["closed"] == [f"{bench.project}-0"]
    assert latest(bench)[last] == (2, "impatience")
    assert bench.page.locator('.card[data-screen="result"]').count() == 1
    assert bench.page.get_by_role("link", name="Мои результаты").get_attribute("href") == "/results"
    unguarded(bench.page)
    bench.page.keyboard.press("Enter")
    bench.wait_for_screen("item")
    bench.press("Backspace")
    assert bench.page.locator(".revisit:visible").count() == 0
    expect(bench.page.locator(".numbers")).to_contain_text("Пачка 2")


def test_nothing_is_taken_when_no_item_is_on_screen(bench: Bench) -> None:
    bench.steer(items=1, chunk_size=1)
    bench.open()
    bench.wait_for_screen("item")
    bench.press("Digit1")
    bench.wait_for_screen("chunk_done")
    bench.press("Digit1", "Digit2", "Digit0", "Minus", "Period")
    assert len(bench.stored()) == 1


def test_waiting_counts_down_and_asks_by_itself(bench: Bench) -> None:
    bench.steer(others_until=time.time() + 3)
    bench.open()
    bench.wait_for_screen("waiting")
    shown = bench.page.locator(".message .time")
    before = shown.text_content()
    expect(shown).not_to_have_text(before or "", timeout=3000)
    bench.wait_for_screen("item")
    expect(bench.page.locator("article")).to_contain_text("Item number 0")


@pytest.mark.parametrize(("status", "screen"), [(401, "signed_out"), (403, "forbidden")])
def test_shut_out_keeps_the_answers_and_hides_the_item(card: Bench, status: int, screen: str) -> None:
    card.steer(status=status)
    token = card.token
    card.press("Digit1")
    card.wait_for_screen(screen)
    card.press("Digit2")
    assert card.page.locator("article:visible").count() == 0
    assert card.page.locator(".card").get_attribute("data-queue-length") == "1"
    if status == 401:
        assert card.page.get_by_role("link", name="Войти").get_attribute("href") == "/account/sign-in"
    card.steer(status=200)
    card.page.reload()
    card.wait_for_screen("item")
    assert latest(card) == {token: (1, "gratitude")}


@pytest.mark.parametrize("state", ["paused", "banned", "done"])
def test_a_state_without_items_says_so(bench: Bench, state: str) -> None:
    bench.steer(state=state)
    bench.open()
    bench.wait_for_screen(state)
    assert bench.page.locator(".message h2").text_content()


def test_a_result_that_pauses_the_work_is_still_shown(bench: Bench) -> None:
    bench.steer(chunk_size=1, state_after_closing="paused", notice="Допуск пока не пройден.")
    bench.open()
    bench.wait_for_screen("item")
    bench.press("Digit1")
    bench.wait_for_screen("chunk_done")
    unguarded(bench.page)
    bench.page.keyboard.press("Enter")
    bench.wait_for_screen("result")
    # Before anything else: to read why.
    expect(bench.page.locator(".action.main")).to_have_text("Разбор ошибок")
    unguarded(bench.page)
    bench.page.keyboard.press("Enter")
    bench.wait_for_screen("paused")


def test_a_pause_is_explained_in_the_words_of_the_server(bench: Bench) -> None:
    bench.steer(state="paused", notice="Допуск пока не пройден.")
    bench.open()
    bench.wait_for_screen("paused")
    expect(bench.page.locator(".message")).to_contain_text("Допуск пока не пройден.")


def test_a_refused_answer_is_set_aside_and_the_others_go_through(card: Bench) -> None:
    card.steer(hold=True, poison="neutral", message="Класс убран из проекта")
    card.press("Digit1", "Digit2", "Digit3", "Digit4")
    card.steer(hold=False)
    card.wait_for_queue(1)
    expect(card.page.locator(".notice")).to_contain_text("Класс убран из проекта")
    assert [a["label"] for a in card.stored()] == ["gratitude", "satisfaction", "impatience"]
    card.page.reload()
    card.wait_for_screen("item")
    card.steer(poison=None)
    card.page.get_by_role("button", name="Отправить ещё раз").click()
    card.wait_until_sent()
    assert [a["label"] for a in card.stored()] == ["gratitude", "satisfaction", "impatience", "neutral"]


def test_hostile_text_is_text(bench: Bench) -> None:
    bench.steer(texts="hostile")
    bench.open()
    bench.wait_for_screen("item")
    text = bench.page.locator("article .text")
    assert text.text_content() == bench.server.look(bench.project)["texts"][bench.token or ""]
    assert bench.page.locator("article img, article script, article strong").count() == 0
    assert bench.page.evaluate("window.__pwned") is None


def test_two_tabs_answer_each_item_once(card: Bench) -> None:
    tab = card.page.context.new_page()
    other = Bench(card.server, tab, card.project)
    other.open()
    other.wait_for_screen("item")
    token = card.token
    assert other.token == token
    card.press("Digit1")
    tab.wait_for_function(
        """(token) => document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot
            .querySelector('article').getAttribute('data-token') !== token""",
        arg=token,
    )
    for bench, code in ((other, "Digit2"), (card, "Digit3"), (other, "Digit4")):
        bench.page.bring_to_front()
        bench.press(code)
    card.wait_until_sent()
    other.wait_until_sent()
    tokens = [answer["token"] for answer in card.stored()]
    assert len(tokens) == len(set(tokens)) == 4


def test_an_answer_left_by_a_closed_tab_is_sent_by_the_next(card: Bench) -> None:
    card.steer(status=503)
    token = card.token
    card.press("Digit1")
    tab = card.page.context.new_page()
    card.page.close()
    card.steer(status=200)
    other = Bench(card.server, tab, card.project)
    other.open()
    other.wait_for_screen("item")
    assert latest(other) == {token: (1, "gratitude")}


def test_unsent_answers_are_told_and_the_request_is_as_agreed(card: Bench) -> None:
    card.steer(status=503)
    token = card.token
    card.press("Digit1")
    expect(card.page.locator(".status")).to_have_text("Не отправлено: 1")
    card.steer(status=200)
    card.page.evaluate("() => window.dispatchEvent(new Event('online'))")
    card.wait_until_sent()
    expect(card.page.locator(".status")).to_have_text("Всё сохранено")
    request = card.server.look(card.project)["requests"][-1]
    assert request["headers"]["x-sverka"] == "card"
    assert request["headers"]["x-sverka-person"] == "17"
    assert request["headers"]["content-type"] == "application/json"
    assert (request["want"], request["close_chunk"]) == (7, None)
    assert len(request["holding"]) == 6 and token not in request["holding"]
    [answer] = request["answers"]
    said = {"token", "revision", "kind", "label", "reason", "comment", "flagged", "seconds", "evidence"}
    assert set(answer) == said
    assert 0 <= answer["seconds"] <= 600


def test_a_long_text_that_was_scrolled_gives_way_to_the_beginning_of_the_next(bench: Bench) -> None:
    bench.steer(texts="long")
    bench.open()
    bench.wait_for_screen("item")
    before = bench.page.locator("article").bounding_box()
    bench.page.mouse.move(600, 300)
    bench.page.mouse.wheel(0, 2000)
    bench.page.wait_for_function(
        """() => document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot
            .querySelector('article').getBoundingClientRect().top < -100"""
    )
    assert bench.page.locator('[data-code="neutral"]').is_visible()
    bench.press("Digit1")
    after = bench.page.locator("article").bounding_box()
    assert before is not None and after is not None
    assert 0 < after["y"] <= before["y"]
