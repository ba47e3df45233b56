"""A browser and a running stub, both started once; each test has a project and a page of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.card.bench import PAINT_METER, RECORDER, Bench, StubServer


@pytest.fixture(scope="session")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StubServer]:
    server = StubServer(tmp_path_factory.mktemp("stub"))
    server.start()
    server.wait()
    yield server
    server.kill()


@pytest.fixture(scope="package")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all tests, so that Streamlit's scripts are fetched once; what the card stores is kept by project."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ru-RU")
    context.add_init_script(RECORDER)
    context.add_init_script(PAINT_METER)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.set_offline(False)
    for opened in context.pages:
        opened.close()
    assert errors == []


@pytest.fixture
def bench(stub: StubServer, page: Page) -> Bench:
    bench = Bench(stub, page, f"p{uuid.uuid4().hex[:10]}")
    bench.steer(texts="plain")
    return bench
