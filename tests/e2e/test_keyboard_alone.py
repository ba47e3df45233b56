"""Work without a mouse, from the sign-in page on: each role by Tab, Enter and the keys of the cards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from db import schema
from db.vocabulary import Role
from labeling.people.sign_in import hash_password
from pages.ui.words import say
from tests.e2e.conftest import AppServer
from tests.e2e.waiting import drawn, press, unguarded
from tests.labeling.worlds import NOON, add_person, make_world
from tests.pages.review.reviewing import add_analysis

PASSWORD = "a-long-password"
# More stops than any page has before what is looked for.
MOST_TABS = 80
# What has the focus, inside of a component, too.
FOCUSED = """(wanted) => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return Boolean(at?.matches(wanted));
}"""

SignIn = Callable[[str], Page]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """A project with an analysis, and a person of each role who has a password."""
    server = AppServer(tmp_path_factory.mktemp("keyboard"))
    world = make_world(server.database, items=40, chunk_size=10)
    with server.database.transaction() as connection:
        add_person(connection, "expert", world.project, Role.EXPERT)
        add_person(connection, "lead", world.project, Role.LEAD)
        for login in ("assessor0", "expert", "lead"):
            known = schema.person.update().where(schema.person.c.login == login)
            connection.execute(known.values(password_hash=hash_password(login, PASSWORD).value))
    add_analysis(server.database, world.project, world.items, now=NOON)
    server.start()
    yield server
    server.kill()
    server.database.close()


@pytest.fixture
def sign_in(house: AppServer, page: Page) -> SignIn:
    """``sign_in(login)`` gives the page that work begins on."""

    def by_keyboard(login: str) -> Page:
        page.goto(house.url)
        expect(page.locator("#login")).to_be_focused()
        page.keyboard.type(login)
        tab_to(page, "#password")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        return page

    return by_keyboard


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is on what this selector names, once it is there to be reached.

    Streamlit fetches the code of a widget when a page first has one: a field's place is drawn before its input is.
    """
    page.wait_for_selector(f"{wanted} >> visible=true", state="attached")
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, wanted):
            return
    raise AssertionError(f"no way by Tab to {wanted}")


def go(page: Page, url: str, wanted: str) -> None:
    """Open a page of the menu, and stop at what this selector names."""
    expect(page.locator(".sv-title, .sv-hidden").first).to_be_attached()
    drawn(page)
    tab_to(page, f'[data-testid="stSidebar"] a[href$="{url}"]')
    page.keyboard.press("Enter")
    page.wait_for_selector(wanted)
    drawn(page)
    tab_to(page, wanted)


def press_on_next(page: Page, key: str) -> str:
    """Press a class's key at the item on screen; says the item's text."""
    page.wait_for_selector('.card[data-screen="item"]')
    unguarded(page)
    text = page.locator(".card article").inner_text()
    press(page, key)
    return text


def test_an_assessor_labels_three_and_takes_one_back(house: AppServer, sign_in: SignIn) -> None:
    page = sign_in("assessor0")
    texts = [press_on_next(page, key) for key in ("Digit1", "Digit2", "Digit1")]
    assert press_on_next(page, "Backspace") not in texts
    assert press_on_next(page, "Digit3") == texts[2]
    page.wait_for_selector('.card[data-queue-length="0"]')
    annotation = schema.annotation.c
    query = select(schema.item.c.text, annotation.label).join_from(schema.annotation, schema.item)
    with house.database.snapshot() as connection:
        stored = connection.execute(query.order_by(annotation.id)).all()
    said = ("neutral", "gratitude", "neutral", "confusion")
    assert [tuple(row) for row in stored] == list(zip([*texts, texts[2]], said, strict=True))


def test_an_expert_rules(house: AppServer, sign_in: SignIn) -> None:
    page = sign_in("expert")
    ruled = press_on_next(page, "Digit2")
    page.wait_for_selector('.card[data-queue-length="0"]')
    query = select(schema.item.c.text, schema.adjudication.c.label).join_from(schema.adjudication, schema.item)
    with house.database.snapshot() as connection:
        assert [tuple(row) for row in connection.execute(query)] == [(ruled, "gratitude")]


def test_an_expert_takes_a_ruling_back(house: AppServer, sign_in: SignIn) -> None:
    page = sign_in("expert")
    press_on_next(page, "Digit1")
    page.wait_for_selector('.card[data-queue-length="0"]')
    page.reload()
    expect(page.locator("[class*=st-key-undo_] button").first).to_be_enabled()
    drawn(page)
    tab_to(page, "[class*=st-key-undo_] button")
    page.keyboard.press("Enter")
    expect(page.get_by_text(say("ru", "adjudicate.undone"))).to_be_visible()
    ruling = schema.adjudication.c
    with house.database.snapshot() as connection:
        again = connection.execute(select(ruling.verdict).where(ruling.revision == 2)).scalars().all()
    assert again == ["withdrawn"]


def test_an_expert_draws_an_audit(house: AppServer, sign_in: SignIn) -> None:
    page = sign_in("expert")
    go(page, "audit", "[class*=st-key-audit_draw] button")
    page.keyboard.press("Enter")
    expect(page.get_by_text(say("ru", "audit.drawn", n=20))).to_be_visible()
    with house.database.snapshot() as connection:
        assert connection.execute(select(schema.audit.c.size)).scalars().all() == [20]


def test_a_lead_changes_a_setting(house: AppServer, sign_in: SignIn) -> None:
    page = sign_in("lead")
    go(page, "guidelines", 'a[href$="settings"]')
    page.keyboard.press("Enter")
    page.wait_for_selector("[class*=st-key-set][class*=-overlap-]")
    drawn(page)
    tab_to(page, "[class*=st-key-set][class*=-overlap-] input")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    drawn(page)
    tab_to(page, '[data-testid="stBaseButton-primary"]')
    page.keyboard.press("Enter")
    expect(page.get_by_text(say("ru", "settings.saved"))).to_be_visible()
    with house.database.snapshot() as connection:
        assert connection.execute(select(schema.project.c.overlap)).scalars().first() == 3


def test_a_lead_pauses_an_assessor(house: AppServer, sign_in: SignIn) -> None:
    page = sign_in("lead")
    go(page, "guidelines", 'a[href$="members"]')
    page.keyboard.press("Enter")
    page.wait_for_selector("[class*=st-key-paused_ask]")
    drawn(page)
    tab_to(page, "[class*=st-key-paused_ask] button")
    page.keyboard.press("Enter")
    tab_to(page, ".st-key-paused button")
    page.keyboard.press("Enter")
    expect(page.locator("[class*=st-key-active_ask]")).to_be_visible()
    standing = select(schema.membership.c.standing).where(schema.membership.c.standing == "paused")
    with house.database.snapshot() as connection:
        assert connection.execute(standing).scalars().all() == ["paused"]


def test_a_lead_begins_a_project(house: AppServer, sign_in: SignIn, tmp_path: Path) -> None:
    source = tmp_path / "texts.csv"
    source.write_text("text,label\n" + "".join(f"text {n},{'ab'[n % 2]}\n" for n in range(30)), encoding="utf-8")
    page = sign_in("lead")
    # From here on the browser hands choosers over; told so at the press itself, it may hear of it after the press.
    page.on("filechooser", lambda _: None)
    expect(page.locator(".sv-title")).to_be_visible()
    drawn(page)
    tab_to(page, 'a[href$="start"]')
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stFileUploaderDropzone")).to_be_visible()
    drawn(page)
    tab_to(page, '[data-testid="stFileUploaderDropzone"] button')
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(source)
    expect(page.locator("[class*=st-key-start_make] button")).to_be_enabled()
    drawn(page)
    tab_to(page, "[class*=st-key-start_make] button")
    page.keyboard.press("Enter")
    expect(page.locator("[class*=st-key-start_draw] button")).to_be_visible()
    with house.database.snapshot() as connection:
        made = connection.execute(select(schema.project.c.id).order_by(schema.project.c.id.desc())).scalars().first()
        count = select(schema.item.c.id).where(schema.item.c.project_id == made)
        assert len(connection.execute(count).all()) == 30
