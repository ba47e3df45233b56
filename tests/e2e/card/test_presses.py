"""Sixty fast presses, whatever happens to the connection: what the card took is stored once, on what was seen."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.card.bench import EMOTION_OF_KEY, Bench, StubServer

PRESSES = 60


def check(bench: Bench, *, at_least: int = PRESSES // 4) -> None:
    """Every answer the card took is stored exactly once, on the item that was on screen, and nothing else is."""
    bench.wait_until_sent()
    taken = bench.recorded("taken")
    texts = bench.server.look(bench.project)["texts"]
    for entry in taken:
        press, answer = entry["press"], entry["answer"]
        assert answer["token"] == press["token"]
        assert texts[answer["token"]] == press["text"]
        assert answer["label"] == EMOTION_OF_KEY[press["code"]]
    stored = bench.stored()
    assert sorted(answer["token"] for answer in stored) == sorted(entry["answer"]["token"] for entry in taken)
    labels = {answer["token"]: answer["label"] for answer in stored}
    assert labels == {entry["answer"]["token"]: entry["answer"]["label"] for entry in taken}
    assert len(labels) == len(stored)
    assert len(taken) >= at_least, "the card hardly took anything, so nothing was tried"
    print(f"\n{len(bench.recorded('presses'))} presses seen, {len(taken)} taken, {len(stored)} stored")


@pytest.fixture
def slow(bench: Bench) -> Bench:
    bench.steer(delay=0.2, chunk_size=150)
    bench.open()
    bench.wait_for_screen("item")
    return bench


def test_a_slow_server(slow: Bench) -> None:
    slow.burst(PRESSES, seed=1)
    check(slow)
    paints = slow.page.evaluate("__paints")
    cuts = statistics.quantiles(paints, n=20)
    print(f"key press to painted: p50 {statistics.median(paints):.1f} ms, p95 {cuts[-1]:.1f} ms, n = {len(paints)}")


def test_the_connection_is_cut(slow: Bench) -> None:
    slow.burst(15, seed=2)
    slow.page.context.set_offline(True)
    slow.burst(10, seed=3)
    slow.page.context.set_offline(False)
    slow.burst(15, seed=4)
    slow.steer(cut="after")
    slow.burst(10, seed=5)
    slow.steer(cut="before")
    slow.burst(5, seed=6)
    slow.steer(cut=None)
    slow.burst(5, seed=7)
    check(slow)


def test_the_page_is_reloaded(slow: Bench) -> None:
    slow.burst(25, seed=8)
    slow.page.evaluate("() => void setTimeout(() => location.reload(), 5)")
    slow.burst(20, seed=9)
    slow.wait_for_screen("item")
    slow.burst(15, seed=10)
    check(slow)


def test_reloaded_while_offline_then_sent(slow: Bench) -> None:
    slow.steer(status=503)
    slow.press("Digit1", "Digit2", "Digit3")
    slow.page.reload()
    slow.wait_for_queue(3)
    assert slow.stored() == []
    slow.steer(status=200)
    check(slow, at_least=3)
    slow.wait_for_screen("item")
    assert slow.token not in {answer["token"] for answer in slow.stored()}


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[StubServer]:
    """A server of this test's own, which it may kill."""
    server = StubServer(tmp_path)
    server.start()
    server.wait()
    yield server
    server.kill()


def test_the_server_is_killed_and_started_again(mortal: StubServer, page: Page) -> None:
    bench = Bench(mortal, page, "killed")
    bench.steer(delay=0.2, chunk_size=150, texts="plain")
    bench.open()
    bench.wait_for_screen("item")
    bench.burst(20, seed=11)
    mortal.kill()
    bench.burst(5, seed=12)
    mortal.start()
    bench.burst(35, seed=13)
    mortal.wait()
    bench.wait_for_screen("item", timeout=30)
    check(bench)
