"""Which presses count: layouts, held keys, double clicks, typing, and the commands beside the classes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.card.bench import Bench
from tests.e2e.waiting import unguarded


@pytest.fixture
def card(bench: Bench) -> Bench:
    bench.open(beside=1)
    bench.wait_for_screen("item")
    return bench


def labels(bench: Bench) -> list[str]:
    bench.wait_until_sent()
    return [answer["label"] for answer in bench.stored()]


def type_key(page: Page, code: str, key: str, **event: bool) -> None:
    """A key press as a keyboard layout makes it: the place on the keyboard and the sign differ."""
    page.evaluate(
        "(init) => document.body.dispatchEvent(new KeyboardEvent('keydown', init))",
        {"code": code, "key": key, "bubbles": True, "composed": True, "cancelable": True} | event,
    )


def test_a_russian_layout_types_the_same_classes(bench: Bench) -> None:
    bench.open(classes=20)
    bench.wait_for_screen("item")
    session = bench.page.context.new_cdp_session(bench.page)
    for kind in ("keyDown", "keyUp"):
        session.send("Input.dispatchKeyEvent", {"type": kind, "code": "KeyQ", "key": "й", "text": ""})
    bench.painted()
    bench.press("Numpad1")
    assert labels(bench) == ["class_9", "class_0"]


def test_a_long_text_is_scrolled_by_key_and_the_next_one_begins_at_its_beginning(bench: Bench) -> None:
    bench.steer(texts="long")
    bench.open()
    bench.wait_for_screen("item")
    scrolled = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    places = []
    for key in ("Space", "PageUp", "ArrowDown", "Home", "End"):
        bench.page.keyboard.press(key)
        places.append(bench.page.evaluate(scrolled))
    page, back, line, start, end = places
    assert 0 == back == start < line < page <= end
    bench.press("Digit1")
    assert bench.page.evaluate(scrolled) == 0


def test_a_held_key_answers_once(card: Bench) -> None:
    card.page.keyboard.down("Digit1")
    for _ in range(5):
        card.page.keyboard.down("Digit1")
        card.painted()
    card.page.keyboard.up("Digit1")
    assert labels(card) == ["gratitude"]


def test_a_held_enter_on_a_focused_button_answers_once(card: Bench) -> None:
    card.page.locator('[data-code="neutral"]').focus()
    for _ in range(5):
        card.page.keyboard.down("Enter")
        card.painted()
    card.page.keyboard.up("Enter")
    assert labels(card) == ["neutral"]


def test_two_presses_within_a_frame_are_one_answer(card: Bench) -> None:
    card.page.evaluate(
        """() => { for (const code of ["Digit1", "Digit2"]) document.body.dispatchEvent(new KeyboardEvent("keydown",
            { code, bubbles: true, cancelable: true })); }"""
    )
    assert labels(card) == ["gratitude"]


def test_a_press_older_than_the_paint_is_not_taken(card: Bench) -> None:
    """The press was queued while the page was busy: it was meant for what stood there before."""
    card.page.evaluate(
        """() => { window.late = new KeyboardEvent("keydown", { code: "Digit2", bubbles: true, cancelable: true }); }"""
    )
    card.press("Digit1")
    card.page.evaluate("() => document.body.dispatchEvent(window.late)")
    assert labels(card) == ["gratitude"]


def test_a_double_click_answers_one_item(card: Bench) -> None:
    unguarded(card.page)
    card.page.locator('[data-code="neutral"]').dblclick()
    card.painted()
    assert labels(card) == ["neutral"]
    unguarded(card.page)
    card.page.locator('[data-code="neutral"]').click()
    assert labels(card) == ["neutral", "neutral"]


@pytest.mark.parametrize("detail", [1, 2])
def test_a_second_click_right_after_the_next_item_came_is_not_taken(card: Bench, detail: int) -> None:
    """The pointer was on its way before anyone could have read what came; 1 is how a second tap counts."""
    unguarded(card.page)
    card.page.locator('[data-code="neutral"]').evaluate(
        """async (button, detail) => {
            const click = (detail) => {
                button.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, composed: true }));
                button.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true, detail }));
            };
            const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            click(1);
            await frame();
            await frame();
            click(detail);
        }""",
        detail,
    )
    assert labels(card) == ["neutral"]


def test_modified_keys_and_typing_elsewhere_answer_nothing(card: Bench) -> None:
    for modifier in ("Control", "Alt", "Meta"):
        type_key(card.page, "Digit1", "1", **{f"{modifier.lower().replace('control', 'ctrl')}Key": True})
    field = card.page.get_by_label("Заметка")
    field.fill("")
    field.press_sequentially("123,.-/")
    assert field.input_value() == "123,.-/"
    assert labels(card) == []


def test_a_rerun_of_the_page_leaves_the_card_alone(card: Bench) -> None:
    card.press("Digit1")
    card.wait_until_sent()
    token = card.token
    requests = len(card.server.look(card.project)["requests"])
    card.page.evaluate("() => { document.querySelector('[data-testid=stBidiComponentIsolated]').marked = true }")
    card.page.get_by_role("button", name="Rerun").click()
    card.page.wait_for_selector(".card .numbers :text('139')")  # one answer lies in the open chunk
    assert card.token == token
    assert card.page.evaluate("() => document.querySelector('[data-testid=stBidiComponentIsolated]').marked")
    card.page.get_by_role("button", name="Rerun").blur()
    card.press("Digit2")
    assert labels(card) == ["gratitude", "neutral"]
    assert len(card.server.look(card.project)["requests"]) == requests + 1


def test_unsure_skip_comment_and_flag(card: Bench) -> None:
    card.press("Digit0")
    card.press("Minus", "Digit9", "Digit2")
    card.press("Minus", "Escape", "Comma")
    card.page.keyboard.type("1 или 2?")
    card.press("Enter", "Period", "Digit1")
    card.press("Comma")
    card.page.keyboard.type("лишнее")
    card.press("Escape", "Digit3")
    card.wait_until_sent()
    seen = [(a["kind"], a["label"], a["reason"], a["comment"], a["flagged"]) for a in card.stored()]
    assert seen == [
        ("unsure", None, None, None, False),
        ("skip", None, "language", None, False),
        ("label", "gratitude", None, "1 или 2?", True),
        ("label", "satisfaction", None, None, False),
    ]


def test_search_among_77_classes(bench: Bench) -> None:
    bench.open(classes=77)
    bench.wait_for_screen("item")
    assert bench.page.locator(".choice[data-code]").count() == 77
    bench.press("Slash")
    bench.page.keyboard.type("ком")
    assert bench.page.locator(".choice[data-code]:visible").count() == 7
    bench.press("ArrowDown", "Enter")
    bench.press("Slash")
    bench.page.keyboard.type("rjv kred")
    assert bench.page.locator(".choice[data-code]:visible").count() == 0
    bench.press("Escape")
    assert bench.page.locator(".choice[data-code]:visible").count() == 77
    bench.press("Slash")
    bench.page.keyboard.type("'rdfqhbyu rjv")
    bench.press("Enter", "Digit1")
    assert labels(bench) == ["class_18", "class_40", "class_0"]


def test_guidelines_by_key_take_the_keyboard(card: Bench) -> None:
    card.press("Shift+Slash", "Digit1")
    card.page.get_by_text("Спорные случаи").wait_for()
    assert card.page.locator(".drawer .glossary dt").count() == 6
    card.press("Escape", "F1")
    assert card.page.locator(".drawer").is_visible()
    card.press("F1", "Digit2")
    assert labels(card) == ["neutral"]


def test_the_card_works_without_a_pointer_or_a_hotkey(card: Bench) -> None:
    """By Tab and Space alone, as with a screen reader's keyboard."""
    card.page.locator('[data-code="neutral"]').focus()
    card.press("Tab")
    assert (
        card.page.evaluate(
            """() => document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot
            .activeElement.getAttribute('data-code')"""
        )
        == "satisfaction"
    )
    card.press("Space")
    assert labels(card) == ["satisfaction"]
    assert card.page.locator('article[aria-live="polite"]').count() == 1
