"""A conversation on the card: folded and unfolded, searched, marked, all by keys; a pair side by side."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.e2e.card.bench import ROOT, Bench
from tests.e2e.fitting import NARROW, misfits

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

SHOWN = (
    "() => document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot.querySelectorAll('.turn').length"
)
WORDS = """(chosen) => [...document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot
    .querySelectorAll(chosen)].map((node) => node.textContent)"""


def opened(bench: Bench, texts: str = "turns") -> Bench:
    bench.steer(texts=texts)
    bench.open()
    bench.wait_for_screen("item")
    return bench


def shown(bench: Bench) -> int:
    return int(bench.page.evaluate(SHOWN))


def words(bench: Bench, chosen: str) -> list[str]:
    found: list[str] = bench.page.evaluate(WORDS, chosen)
    return found


def test_the_middle_is_folded_and_a_key_unfolds_it(bench: Bench) -> None:
    opened(bench)
    assert shown(bench) == 10
    assert bench.page.locator(".fold").inner_text().startswith("Показать ещё реплики: 15")
    bench.press("Backquote")
    assert shown(bench) == 25
    bench.press("Backquote")
    assert shown(bench) == 10
    bench.page.locator(".fold").click()
    assert shown(bench) == 25
    bench.press("Digit1")
    assert shown(bench) == 10, "the next one is folded again"


def test_what_does_not_count_is_said_in_a_word(bench: Bench) -> None:
    opened(bench)
    assert words(bench, ".turn.muted .who") == ["Бот"]
    assert words(bench, ".turn.muted .muted-word") == ["не учитывается"]


def test_a_search_inside_marks_counts_and_goes_round(bench: Bench) -> None:
    opened(bench)
    bench.press("Backslash")
    bench.page.keyboard.type("СЧЕТУ")
    assert words(bench, ".inside .found") == ["1 из 12"]
    assert shown(bench) == 25
    here = ".turn:has(mark.here) time"
    assert words(bench, here) == ["10:01"]
    bench.page.keyboard.press("Enter")
    assert (words(bench, here), words(bench, ".inside .found")) == (["10:03"], ["2 из 12"])
    bench.page.keyboard.press("Shift+Enter")
    bench.page.keyboard.press("Shift+Enter")
    assert words(bench, here) == ["10:23"]
    assert bench.page.locator("mark.here").is_visible()
    # Typed into the field no key is a class.
    assert bench.stored() == []
    bench.page.keyboard.press("Escape")
    bench.painted()
    assert words(bench, "mark") == []
    bench.press("Digit1")
    bench.wait_until_sent()
    assert [answer["label"] for answer in bench.stored()] == ["gratitude"]


def test_the_turn_that_decides_is_sent_with_the_answer_and_comes_back_with_it(bench: Bench) -> None:
    opened(bench)
    bench.press("BracketLeft", "BracketLeft")
    assert words(bench, ".turn[data-marked] time") == ["10:23"]
    assert words(bench, ".turn[data-marked] .decides") == ["решает"]
    bench.press("Digit1")
    assert words(bench, ".turn[data-marked]") == []
    bench.press("Backspace")
    assert words(bench, ".turn[data-marked] time") == ["10:23"]
    # Past the last one there is none.
    bench.press("BracketRight", "BracketRight", "Digit2")
    bench.wait_until_sent()
    told = [(answer["label"], answer["evidence"]) for answer in bench.stored()]
    assert told in ([("gratitude", 23), ("neutral", None)], [("neutral", None)]), "unsent, the first is withdrawn"


def test_a_turn_is_marked_by_a_press_on_its_speaker_and_taken_back_by_another(bench: Bench) -> None:
    opened(bench)
    bench.page.locator(".turn .who").nth(1).click()
    bench.painted()
    assert words(bench, ".turn[data-marked] time") == ["10:01"]
    bench.page.locator(".turn .who").nth(1).click()
    bench.painted()
    assert words(bench, ".turn[data-marked]") == []


def test_the_words_in_which_a_pair_differs_are_shown_on_a_key(bench: Bench) -> None:
    opened(bench, "pair")
    assert words(bench, ".candidate h3") == ["1", "2"]
    left, right = (bench.page.locator(".candidate").nth(n).bounding_box() for n in range(2))
    assert left is not None and right is not None
    assert left["y"] == right["y"] and left["x"] + left["width"] < right["x"]
    assert words(bench, "ins") == []
    bench.press("BracketRight")
    assert words(bench, "ins") == ["марта", "новом", "апреля", "вашем"]
    bench.press("BracketRight")
    assert words(bench, "ins") == []


def test_on_a_phone_everything_fits_and_candidates_stand_below_each_other(bench: Bench) -> None:
    bench.page.set_viewport_size(NARROW)
    opened(bench)
    bench.press("Backquote", "Backslash")
    assert misfits(bench.page) == []
    bench.steer(texts="pair")
    bench.open()
    bench.wait_for_screen("item")
    assert misfits(bench.page) == []
    first, second = (bench.page.locator(".candidate").nth(n).bounding_box() for n in range(2))
    assert first is not None and second is not None
    assert first["x"] == second["x"] and first["y"] + first["height"] < second["y"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["turns", "pair"])
def test_nobody_is_kept_out_by_their_eyes(bench: Bench, kind: str, scheme: Literal["light", "dark"]) -> None:
    bench.page.emulate_media(color_scheme=scheme)
    opened(bench, kind)
    bench.press("BracketRight")
    if kind == "turns":
        bench.press("Backslash")
        bench.page.keyboard.type("счету")
    bench.page.evaluate(AXE.read_text(encoding="utf-8"))
    card = "document.querySelector('[data-testid=stBidiComponentIsolated]')"
    found = bench.page.evaluate(f"() => axe.run({card}).then((seen) => seen.violations.map(({{ id }}) => id))")
    assert found == []


def test_a_new_conversation_stands_there_in_the_frame_of_the_press(bench: Bench) -> None:
    opened(bench)
    before = bench.token
    bench.page.evaluate(
        """() => {
            const host = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot;
            window.addEventListener("keydown", () => requestAnimationFrame(() => {
                window.__seen = [host.querySelector("article").dataset.token, host.querySelectorAll(".turn").length];
            }), { once: true, capture: true });
        }"""
    )
    bench.press("Digit1")
    token, turns = bench.page.evaluate("window.__seen")
    assert (token != before, turns) == (True, 10)
