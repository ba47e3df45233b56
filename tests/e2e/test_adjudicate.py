"""The adjudication page in a real browser on the real application: an expert rules by key, and nothing is lost or shared."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from db import schema
from db.vocabulary import Role, Route
from labeling.adjudication.batches import make_batch
from labeling.projects.classes import add_codes
from labeling.projects.guidelines import publish_guideline
from labeling.projects.projects import Project, change_settings, create_project
from tests.e2e.card.bench import RECORDER
from tests.e2e.conftest import AppServer, running
from tests.e2e.fitting import NARROW, misfits
from tests.e2e.proxy import Wire
from tests.labeling.worlds import CLASSES, NOON, add_items, add_person
from tests.pages.review.reviewing import add_analysis

KEYS = {"Digit1": "neutral", "Digit2": "gratitude", "Digit3": "confusion"}
ORDER = ("Digit2", "Digit1", "Digit3")


@dataclass
class Bench:
    """A signed-in expert before the adjudication page, a wire to slow down, and the database behind it."""

    server: AppServer
    wire: Wire
    page: Page
    project: Project
    items: list[int]

    def open(self, asked: str = "") -> None:
        """Go to the page and wait for the first item."""
        self.page.goto(f"{self.wire.url}/adjudicate?project={self.project.slug}{asked}")
        self.page.wait_for_selector('.card[data-screen="item"]', timeout=30_000)
        self.painted()

    def painted(self) -> None:
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

    def press(self, key: str) -> str:
        """Press a key at what is on screen; says the text that was."""
        self.page.wait_for_selector('.card[data-screen="item"]')
        self.painted()
        text = self.text
        self.page.keyboard.press(key)
        self.painted()
        return text

    def settle(self) -> None:
        """Wait until the browser holds nothing unacknowledged."""
        self.page.wait_for_selector('.card[data-queue-length="0"]', timeout=40_000)

    @property
    def text(self) -> str:
        return self.page.locator(".card article").inner_text()

    def taken(self) -> set[tuple[str, str]]:
        """What the card took: the text that was on screen at the press, and the label."""
        entries = self.page.evaluate("() => JSON.parse(sessionStorage.getItem('taken') ?? '[]')")
        wrong = [entry for entry in entries if entry["press"]["token"] != entry["answer"]["token"]]
        assert not wrong, "a ruling names another item than the one on screen"
        return {(entry["press"]["text"], entry["answer"]["label"]) for entry in entries}

    def stored(self) -> list[Any]:
        """Every ruling with the text of its item, in the order in which they were made."""
        ruling, item = schema.adjudication, schema.item
        query = select(ruling, item.c.text).join(item, item.c.id == ruling.c.item_id)
        query = query.where(ruling.c.project_id == self.project.id)
        with self.server.database.snapshot() as connection:
            return list(connection.execute(query.order_by(ruling.c.created_at, ruling.c.item_id, ruling.c.revision)))


@pytest.fixture(scope="module")
def app_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """One for all of these tests: each has a project and people of its own."""
    with running(tmp_path_factory.mktemp("adjudicate")) as server:
        yield server


@pytest.fixture
def bench(app_server: AppServer, page: Page, signed_in: Callable[[Page, str], Page]) -> Iterator[Bench]:
    slug = f"p{uuid.uuid4().hex[:8]}"
    with app_server.database.transaction() as connection:
        project = create_project(connection, slug, now=NOON, seed=11, audit_share=0.0, second_share=0.0)
        add_codes(connection, project.id, CLASSES, now=NOON)
        items = add_items(connection, project, [f"text {n}" for n in range(40)])
        for name, role in (("expert0", Role.EXPERT), ("expert1", Role.EXPERT), ("assessor", Role.ASSESSOR)):
            add_person(connection, f"{name}-{slug}", project, role)
        publish_guideline(connection, project.id, body_ru="# Как решать", body_en="", now=NOON, actor=None)
    add_analysis(app_server.database, project, items, now=NOON)
    wire = Wire(app_server.url)
    signed_in(page, f"expert0-{slug}")
    page.add_init_script(RECORDER.replace("sverka:answer:", "sverka:ruling:"))
    yield Bench(app_server, wire, page, project, items)
    wire.close()


def test_twenty_by_keyboard_and_one_corrected(bench: Bench) -> None:
    bench.open()
    pressed = [(bench.press(key), KEYS[key]) for key in (ORDER * 7)[:20]]
    assert pressed[:3] == [("text 0", "gratitude"), ("text 1", "neutral"), ("text 2", "confusion")]
    assert len({text for text, _ in pressed}) == 20
    bench.settle()
    rows = bench.stored()
    assert {(row.text, row.label) for row in rows} == set(pressed) == bench.taken() and len(rows) == 20
    assert all(row.route == Route.SUSPICION and row.given == "neutral" and row.seconds > 0 for row in rows)
    following = bench.text
    bench.press("Backspace")
    assert bench.text == pressed[-1][0]
    expect(bench.page.locator('[data-code="neutral"]')).to_have_attribute("aria-pressed", "true")
    bench.press("Digit3")
    assert bench.text == following
    bench.settle()
    last = [row for row in bench.stored() if row.text == pressed[-1][0]]
    assert [(row.revision, row.label) for row in last] == [(1, "neutral"), (2, "confusion")]
    expect(bench.page.locator(".top")).to_contain_text("Сегодня решений: 20")
    # Each third was confirmed, but for the one that was corrected.
    expect(bench.page.locator(".top")).to_contain_text("Найдено ошибок: 14 из 20")


def test_a_reload_in_the_middle_loses_nothing(bench: Bench) -> None:
    bench.open()
    bench.wire.delay = 0.3
    first = [bench.press(key) for key in ORDER]
    bench.page.reload()
    bench.page.wait_for_selector('.card[data-screen="item"]', timeout=30_000)
    then = [bench.press(key) for key in ORDER]
    bench.settle()
    assert len(set(first + then)) == 6
    assert {(row.text, row.label) for row in bench.stored()} == bench.taken()
    assert len(bench.stored()) == 6


def test_two_experts_at_once_never_see_the_same(
    bench: Bench, browser: Browser, signed_in: Callable[[Page, str], Page]
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ru-RU")
    tab = signed_in(context.new_page(), f"expert1-{bench.project.slug}")
    other = Bench(bench.server, bench.wire, tab, bench.project, bench.items)
    seen: dict[int, list[str]] = {0: [], 1: []}
    for one in (bench, other):
        one.open()
    for n in range(10):
        for place, one in enumerate((bench, other)):
            one.page.bring_to_front()
            seen[place].append(one.press(ORDER[n % 3]))
    for one in (bench, other):
        one.settle()
    context.close()
    assert set(seen[0]) & set(seen[1]) == set()
    assert sorted(row.text for row in bench.stored()) == sorted(seen[0] + seen[1])
    assert len(bench.stored()) == 20


def test_what_stands_beside_a_ruling_goes_along(bench: Bench) -> None:
    """Rationale, golden item, corner case (which the guide shows at once), and the verdicts that are no label."""
    bench.open()
    page = bench.page
    page.keyboard.press("Comma")
    page.keyboard.type("a calm question")
    page.keyboard.press("Enter")
    page.keyboard.press("Period")
    page.keyboard.press("Semicolon")
    expect(page.locator('[data-word="golden"]')).to_have_attribute("aria-pressed", "false")
    bench.press("Digit1")
    page.keyboard.press("Period")
    bench.press("Digit2")
    bench.press("Digit0")
    passed_over = bench.press("Minus")
    bench.press("Equal")
    bench.settle()
    said = [(row.text, row.verdict, row.label, row.rationale) for row in bench.stored()]
    assert said == [
        ("text 0", "label", "neutral", "a calm question"),
        ("text 1", "label", "gratitude", ""),
        ("text 2", "unclear", None, ""),
        ("text 4", "sent_back", None, ""),
    ]
    assert passed_over == "text 3"
    expect(page.locator(".beside")).to_contain_text("text 0")
    expect(page.locator(".beside")).to_contain_text("a calm question")
    with bench.server.database.snapshot() as connection:
        golden = select(schema.golden.c.label).where(schema.golden.c.project_id == bench.project.id)
        assert connection.execute(golden).scalars().all() == ["gratitude"]


def test_a_refused_ruling_brings_its_item_back(bench: Bench) -> None:
    with bench.server.database.transaction() as connection:
        member = schema.membership
        here = (member.c.project_id == bench.project.id) & (member.c.role == Role.ASSESSOR)
        connection.execute(member.delete().where(here))
    bench.open()
    text = bench.press("Equal")
    expect(bench.page.locator(".notice")).to_contain_text("Вернуть некому")
    bench.press("Digit1")
    assert bench.text == text
    bench.press("Escape")
    expect(bench.page.locator(".notice")).to_be_hidden()


def test_in_a_blind_project_the_evidence_waits_to_be_asked_for(bench: Bench) -> None:
    with bench.server.database.transaction() as connection:
        change_settings(connection, bench.project.id, {"blind_rulings": True}, now=NOON, actor=None)
    bench.open()
    evidence = bench.page.locator(".evidence")
    expect(evidence).to_contain_text("скрыты")
    assert "90%" not in evidence.inner_text()
    assert bench.page.locator("[data-given]").count() == 0
    bench.press("Digit2")
    bench.page.keyboard.press("KeyV")
    expect(evidence).to_contain_text("вероятность ошибки 88%")
    assert bench.page.locator('[data-given][data-code="neutral"]').count() == 1
    bench.press("Digit2")
    expect(evidence).to_contain_text("скрыты")
    bench.settle()
    assert [row.blind for row in bench.stored()] == [True, False]


def test_another_filter_brings_other_items(bench: Bench) -> None:
    with bench.server.database.transaction() as connection:
        here = schema.finding.c.item_id == bench.items[7]
        connection.execute(schema.finding.update().where(here).values(given=CLASSES[2]))
    bench.open()
    page = bench.page
    page.get_by_role("button", name="Отбор").click()
    page.get_by_label("Метка сейчас").first.click()
    page.get_by_role("option", name=CLASSES[2]).click()
    expect(page.locator(".card article")).to_have_text("text 7")
    page.keyboard.press("Escape")
    page.locator(".evidence").click()
    bench.press("Digit1")
    page.wait_for_selector('.card[data-screen="filtered"]')
    bench.settle()
    page.get_by_role("button", name="Сбросить").click()
    expect(page.locator(".card article")).to_have_text("text 0")
    assert [(row.text, row.given) for row in bench.stored()] == [("text 7", CLASSES[2])]
    with bench.server.database.transaction() as connection:
        batch = make_batch(connection, bench.project, "b", bench.items[:4:-1], now=NOON, actor=None)
    bench.open(f"&batch={batch}")
    expect(page.locator(".card article")).to_have_text("text 39")
    expect(page.get_by_text("Подборка: b")).to_be_visible()


def test_a_ruling_is_undone_from_the_history(bench: Bench) -> None:
    bench.open()
    ruled = [bench.press("Digit2"), bench.press("Digit1")]
    bench.settle()
    page = bench.page
    page.get_by_role("button", name="Обновить").click()
    undo = page.get_by_role("button", name="Отменить")
    expect(undo).to_have_count(2)
    undo.last.click()
    expect(undo).to_have_count(1)
    expect(page.get_by_text("уже не действует")).to_have_count(1)
    rows = [(row.text, row.verdict, row.label) for row in bench.stored()]
    assert rows[-1] == (ruled[0], "withdrawn", None) and len(rows) == 3
    bench.press("Digit3")
    assert bench.text != ruled[0]


def test_on_a_phone_nothing_is_cut_and_the_text_keeps_most_of_the_screen(bench: Bench) -> None:
    bench.page.set_viewport_size(NARROW)
    bench.open()
    assert misfits(bench.page) == []
    panel = bench.page.locator(".answers").bounding_box()
    assert panel is not None and panel["height"] < 0.4 * NARROW["height"]
