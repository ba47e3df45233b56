"""The label card in a narrow window."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.card.bench import Bench
from tests.e2e.fitting import NARROW, misfits


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_on_a_phone_nothing_is_cut_and_nothing_stands_beyond_the_edge(bench: Bench, lang: str) -> None:
    bench.page.set_viewport_size(NARROW)
    bench.open(lang=lang)
    bench.wait_for_screen("item")
    assert misfits(bench.page) == []
    bench.page.locator('[data-word="skip"]').click()
    expect(bench.page.locator(".reasons")).to_be_visible()
    assert misfits(bench.page) == []
