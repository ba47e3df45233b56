"""Junior's word on the card: below the text before the answer, in the top line after it, and never in the way."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.card.bench import Bench
from tests.e2e.card.stub_desk import HOSTILE_TEXT
from tests.e2e.waiting import unguarded

CONFUSION = {"label": "confusion", "confidence": 0.816, "rationale": "Клиент спрашивает, почему списали."}
LABEL_ALONE = {"label": "confusion", "confidence": None, "rationale": ""}


def opened(bench: Bench, *, query: dict[str, Any] | None = None, **settings: Any) -> Bench:
    bench.steer(**settings)
    bench.open(**(query or {}))
    bench.wait_for_screen("item")
    return bench


def line(bench: Bench) -> Locator:
    return bench.page.locator(".suggestion")


def remark(bench: Bench) -> Locator:
    return bench.page.locator(".remark")


def labels(bench: Bench) -> list[tuple[int, str | None]]:
    bench.wait_until_sent()
    return [(answer["revision"], answer["label"]) for answer in bench.stored()]


def test_before_the_answer_it_stands_below_the_text(bench: Bench) -> None:
    opened(bench, before={"0": CONFUSION})
    expect(line(bench).locator("p").first).to_have_text("Джуниор предлагает: Непонимание уверенность 82%")
    expect(bench.page.get_by_role("button", name="Непонимание предлагает джуниор")).to_have_count(1)
    assert bench.page.locator(".choice .badge").count() == 1
    bench.press("Digit1")
    # The next item has none: nothing of it is left.
    expect(line(bench)).to_be_hidden()
    assert bench.page.locator(".choice .badge").count() == 0
    assert labels(bench) == [(1, "gratitude")]


def test_the_reason_is_folded_until_its_key_and_for_the_next_item_again(bench: Bench) -> None:
    opened(bench, before={"*": CONFUSION})
    reason = line(bench).locator(".reason p")
    expect(reason).to_be_hidden()
    bench.press("Equal")
    expect(reason).to_have_text(CONFUSION["rationale"])
    bench.press("Equal")
    expect(reason).to_be_hidden()
    bench.press("Equal", "Digit1")
    expect(reason).to_be_hidden()
    assert labels(bench) == [(1, "gratitude")]


def test_nothing_accepts_it_but_the_key_of_its_class(bench: Bench) -> None:
    opened(bench, before={"*": CONFUSION})
    unguarded(bench.page)
    bench.press("Enter", "Space", "Equal", "Enter")
    assert bench.page.locator('.choice[aria-pressed="true"], .choice:focus').count() == 0
    assert labels(bench) == []
    bench.press("Digit6")
    assert labels(bench) == [(1, "confusion")]


def test_in_an_experiment_the_label_stands_alone(bench: Bench) -> None:
    opened(bench, before={"*": LABEL_ALONE})
    expect(line(bench).locator("p").first).to_have_text("Джуниор предлагает: Непонимание")
    expect(line(bench).locator(".reason")).to_be_hidden()
    bench.press("Equal")
    expect(line(bench).locator(".reason")).to_be_hidden()


def test_without_a_suggestion_the_card_is_as_it_was(bench: Bench) -> None:
    opened(bench)
    assert bench.page.locator(".suggestion:visible, .remark:visible, .badge").count() == 0
    bench.press("Equal", "Digit1", "Equal")
    bench.wait_until_sent()
    assert bench.page.locator(".suggestion:visible, .remark:visible, .badge").count() == 0
    assert labels(bench) == [(1, "gratitude")]


def test_a_class_out_of_use_is_named_by_its_code(bench: Bench) -> None:
    opened(bench, before={"*": LABEL_ALONE | {"label": "old_class"}})
    expect(line(bench).locator("p").first).to_have_text("Джуниор предлагает: old_class такого класса больше нет")
    expect(line(bench).locator(".swatch")).to_be_hidden()
    assert bench.page.locator(".badge").count() == 0


def test_a_hostile_reason_is_text_and_a_long_one_is_shortened(bench: Bench) -> None:
    long = HOSTILE_TEXT + " и так далее" * 100
    opened(bench, before={"*": CONFUSION | {"rationale": long, "label": HOSTILE_TEXT}}, after=None)
    bench.press("Equal")
    shown = line(bench).locator(".reason p").text_content() or ""
    assert shown.startswith(HOSTILE_TEXT) and shown.endswith("…") and len(shown) <= 401
    assert line(bench).locator("b").text_content() == HOSTILE_TEXT
    bench.steer(after=CONFUSION | {"rationale": HOSTILE_TEXT, "label": HOSTILE_TEXT})
    bench.press("Digit1")
    expect(remark(bench).locator("[role=status]")).to_contain_text(f"джуниор — «{HOSTILE_TEXT}»")
    assert bench.page.locator(".card img, .card script").count() == 0
    assert bench.page.evaluate("window.__pwned") is None


def test_after_the_answer_it_is_told_where_they_differ_and_leads_back(bench: Bench) -> None:
    opened(bench, after=CONFUSION)
    first = bench.token
    expect(line(bench)).to_be_hidden()
    bench.press("Digit1")
    second = bench.token
    expect(remark(bench).locator("[role=status]")).to_have_text(
        "Предыдущий: вы — «Благодарность», джуниор — «Непонимание»."
    )
    expect(remark(bench).locator(".reason p")).to_be_hidden()
    bench.press("Equal")
    expect(remark(bench).locator(".reason p")).to_have_text(CONFUSION["rationale"])
    bench.press("Backspace")
    assert bench.token == first
    expect(remark(bench)).to_be_hidden()
    expect(line(bench).locator("p").first).to_contain_text("Непонимание")
    assert bench.page.locator('[data-code="confusion"] .badge').count() == 1
    bench.press("Digit6")
    assert bench.token == second
    expect(line(bench)).to_be_hidden()
    expect(remark(bench)).to_be_hidden()
    # The second answer is the same as junior's, so there is nothing to tell.
    bench.press("Digit6")
    assert labels(bench) == [(1, "gratitude"), (2, "confusion"), (1, "confusion")]
    expect(remark(bench)).to_be_hidden()


def test_the_remark_goes_by_escape_and_after_two_answers(bench: Bench) -> None:
    opened(bench, after=CONFUSION)
    bench.press("Digit0")
    expect(remark(bench)).to_contain_text("вы — «Сомневаюсь»")
    bench.press("Escape")
    expect(remark(bench)).to_be_hidden()
    bench.press("Digit1")
    expect(remark(bench)).to_be_visible()
    bench.press("Digit6")
    bench.wait_until_sent()
    expect(remark(bench)).to_contain_text("2 назад: вы — «Благодарность»")
    bench.press("Digit6")
    expect(remark(bench)).to_be_hidden()


def test_a_remark_on_the_one_before_the_last_leads_to_that_one(bench: Bench) -> None:
    opened(bench, after=CONFUSION)
    first = bench.token
    bench.press("Digit1")
    expect(remark(bench)).to_be_visible()
    bench.press("Digit6")
    remark(bench).get_by_role("button", name="Исправить").click()
    assert bench.token == first
    bench.press("Digit3")
    assert labels(bench) == [(1, "gratitude"), (1, "confusion"), (2, "satisfaction")]


def test_what_comes_after_the_answer_moves_nothing(bench: Bench) -> None:
    opened(bench, after=CONFUSION)
    bench.steer(hold=True)
    bench.press("Digit1")
    places = [bench.page.locator(part) for part in ("article", ".track", ".answers")]
    before = [place.bounding_box() for place in places]
    bench.steer(hold=False)
    expect(remark(bench)).to_be_visible()
    assert [place.bounding_box() for place in places] == before
    bench.press("Equal")
    expect(remark(bench).locator(".reason p")).to_be_visible()
    assert [place.bounding_box() for place in places] == before


def test_a_remark_that_comes_while_its_item_is_back_on_screen(bench: Bench) -> None:
    opened(bench, after=CONFUSION)
    bench.steer(hold=True)
    bench.press("Digit1", "Backspace")
    token = bench.token
    expect(line(bench)).to_be_hidden()
    bench.steer(hold=False)
    expect(line(bench).locator("p").first).to_contain_text("Непонимание")
    expect(remark(bench)).to_be_hidden()
    assert bench.token == token
    bench.press("Escape")
    assert labels(bench) == [(1, "gratitude")]


def test_a_remark_on_the_last_of_a_chunk_waits_before_it_is_closed(bench: Bench) -> None:
    opened(bench, after=CONFUSION, chunk_size=1)
    only = bench.token
    bench.press("Digit1")
    bench.wait_for_screen("chunk_done")
    expect(remark(bench)).to_be_visible()
    bench.press("Backspace")
    assert bench.token == only
    bench.press("Escape")
    bench.wait_for_screen("chunk_done")
    unguarded(bench.page)
    bench.press("Enter")
    bench.wait_for_screen("result")
    expect(remark(bench)).to_be_hidden()


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_sixty_classes_on_a_phone(bench: Bench, lang: str) -> None:
    bench.page.set_viewport_size({"width": 390, "height": 844})
    suggestion = CONFUSION | {"label": "class_40"}
    opened(bench, query={"classes": 60, "lang": lang}, before={"0": suggestion}, after=suggestion)
    # The list stays where it was: the class proposed is not brought nearer.
    assert (
        bench.page.evaluate(
            "document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot"
            ".querySelector('.classes').scrollTop"
        )
        == 0
    )
    bench.press("Digit1")
    expect(remark(bench)).to_be_visible()
    bench.press("Equal")
    expect(remark(bench).locator(".reason p")).to_be_in_viewport(ratio=1)
    assert bench.page.evaluate("document.documentElement.scrollWidth") == 390
