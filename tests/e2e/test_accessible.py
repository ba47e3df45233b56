"""Every page as axe-core judges it, in light and in dark: who can't see well, or use a mouse, reads and works here too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from labeling.demo.load import load_demo
from labeling.people.people import create_person, get_person
from labeling.people.sign_in import open_session
from labeling.projects.projects import get_project
from pages.ui.navigation import PAGES, Entry
from pages.ui.session import COOKIE
from tests.e2e.conftest import ROOT, AppServer
from tests.labeling.jobs.analysed import analyse_now

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
Scheme = Literal["light", "dark"]
# Whose page it is, as somebody of the demo; whoever starts projects leads one, and everybody has a profile.
LOGINS = {"starter": "lead", "account": "assessor", "admin": "boss"}
# Colours alone differ between light and dark.
RULES: dict[Scheme, dict[str, Any]] = {
    "light": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "dark": {"type": "rule", "values": ["color-contrast"]},
}
LOOK = """async (rules) => {
    const found = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
    const told = ({ id, impact, nodes }) => ({ id, impact, where: nodes.map((node) => [node.html, node.failureSummary]) });
    return found.violations.map(told);
}"""
# Nothing is being drawn, nothing of an earlier run stands there still, and nothing of the page is yet to come.
SETTLED = """() => document.querySelector('.stApp[data-test-script-state="notRunning"] h1')
    && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')"""

# What can be acted on, also within components. Of a group one is reached by Tab and the others from there by arrows; a
# list's own arrow, a number's plus and a file's field do what the one beside them does.
WATCH = """() => {
    const acts = 'a[href], button, input, select, textarea, canvas[tabindex], [role=button], [role=link], [role=switch], '
        + '[role=slider], [role=combobox], [role=tab], [role=radio]';
    const groups = ['[role=radiogroup]', '[role=tablist]', ...['NumberInput', 'Selectbox', 'MultiSelect', 'FileUploader'].map(
        (name) => `[data-testid=st${name}]`)].join(', ');
    const found = [], reached = new Set();
    const look = (root) => {
        // A move within a component is told to nobody outside of it.
        root.addEventListener('focusin', (event) => reached.add(event.composedPath()[0]), true);
        for (const node of root.querySelectorAll('*')) {
            if (node.shadowRoot) look(node.shadowRoot);
            const isSeen = node.getClientRects().length && node.checkVisibility({ visibilityProperty: true });
            if (node.matches(acts) && !node.disabled && isSeen) found.push(node);
        }
    };
    look(document);
    document.activeElement?.blur();
    window.unreached = () => found.filter((node) => node.isConnected && !reached.has(node)
        && ![...reached].some((other) => node.closest(groups)?.contains(other))).map((node) => node.outerHTML);
    return found.length;
}"""

Open = Callable[[Entry], Page]


@pytest.fixture(scope="module")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """One for all pages: the demo, analysed, and an admin."""
    if not AXE.exists():
        pytest.skip("NO AXE: no page was looked at for who can't see it or use a mouse; `make js` brings it, by npm")
    server = AppServer(tmp_path_factory.mktemp("accessible"))
    now = datetime.now(UTC)
    load_demo(server.database, now=now)
    with server.database.transaction() as connection:
        create_person(connection, "boss", "Boss", None, now=now, is_admin=True)
        project = get_project(connection, "demo")
    analyse_now(server.database, project)
    server.start()
    yield server
    server.kill()
    server.database.close()


@pytest.fixture(scope="module")
def open_page(demo_server: AppServer, browser: Browser) -> Iterator[Open]:
    """``open_page(entry)`` gives the page as somebody sees it whom it is for, with axe-core in it."""
    tabs: dict[str, Page] = {}

    def tab_of(login: str) -> Page:
        if login not in tabs:
            context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="ru-RU")
            with demo_server.database.transaction() as connection:
                token = open_session(connection, get_person(connection, login).id, now=datetime.now(UTC))
            context.add_cookies([{"name": COOKIE, "value": token, "url": demo_server.url, "httpOnly": True}])
            tabs[login] = context.new_page()
        return tabs[login]

    def open_as_its_own(entry: Entry) -> Page:
        page = tab_of(LOGINS.get(entry.group, entry.group))
        page.emulate_media(color_scheme="light")
        page.goto(f"{demo_server.url}/{entry.url}?project=demo&id=d-001")
        page.wait_for_function(SETTLED, timeout=20_000)
        page.evaluate(AXE.read_text("utf-8"))
        return page

    yield open_as_its_own
    for page in tabs.values():
        page.context.close()


def faults(page: Page, scheme: Scheme) -> list[Any]:
    """What axe-core finds on what is on screen, of what keeps people out or in trouble."""
    page.emulate_media(color_scheme=scheme)
    if page.locator(".stApp").count():
        expect(page.locator(".stApp")).to_have_css("color-scheme", scheme)
    found = page.evaluate(LOOK, RULES[scheme])
    return [fault for fault in found if fault["impact"] in ("serious", "critical") or fault["id"] == "heading-order"]


def for_the_mouse_alone(page: Page) -> list[str]:
    """What Tab never comes to, of all that can be acted on."""
    for _ in range(page.evaluate(WATCH) + 40):
        page.keyboard.press("Tab")
    return list(page.evaluate("() => window.unreached()"))


def test_the_sign_in_page_keeps_nobody_out(demo_server: AppServer, page: Page) -> None:
    page.goto(demo_server.url)
    expect(page.locator("#login")).to_be_visible()
    page.evaluate(AXE.read_text("utf-8"))
    assert faults(page, "light") == []
    assert faults(page, "dark") == []
    assert for_the_mouse_alone(page) == []


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: str(entry.url))
def test_a_page_keeps_nobody_out(open_page: Open, entry: Entry) -> None:
    page = open_page(entry)
    parts = page.get_by_role("tab")
    for n in range(max(1, parts.count())):
        if parts.count():
            parts.nth(n).click()
            expect(parts.nth(n)).to_have_attribute("aria-selected", "true")
            page.wait_for_function(SETTLED)
        # What failed to be drawn has no faults either.
        expect(page.get_by_test_id("stException")).to_have_count(0)
        assert faults(page, "light") == []
        assert faults(page, "dark") == []
    assert for_the_mouse_alone(page) == []


def test_what_tab_does_not_come_to_is_found(open_page: Open) -> None:
    page = open_page(next(entry for entry in PAGES if entry.url == "profile"))
    page.evaluate(
        "() => document.querySelector('.st-key-beside a, [data-testid=stSidebar] a').setAttribute('tabindex', -1)"
    )
    (found,) = for_the_mouse_alone(page)
    assert found.startswith("<a ")
