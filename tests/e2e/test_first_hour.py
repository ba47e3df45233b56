"""From sign-in to the first label, as a new lead goes: every click and every typed field is counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import select

from db import schema
from db.vocabulary import Role
from labeling.people.people import create_person
from labeling.people.sign_in import hash_password
from labeling.projects.projects import create_project
from tests.e2e.conftest import AppServer
from tests.labeling.worlds import NOON, add_person

CLASSES = ("карта", "вход", "перевод", "благодарность", "прочее")
MOST_CLICKS, MOST_FIELDS = 10, 5


class Hand:
    """A hand on the mouse and the keyboard, and what it has done so far."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = self.fields = 0

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.clicks += 1

    def type(self, selector: str, text: str) -> None:
        # One has to click into a field to type.
        self.click(selector)
        self.page.locator(selector).first.fill(text)
        self.fields += 1


def led(server: AppServer) -> None:
    with server.database.transaction() as connection:
        project = create_project(connection, "before", now=NOON)
        password = hash_password("lead", "a-long-password")
        lead = create_person(connection, "lead", "Лид", password, now=NOON).id
        connection.execute(
            schema.membership.insert().values(
                project_id=project.id, person_id=lead, role=Role.LEAD.value, created_at=NOON
            )
        )
        add_person(connection, "boris")


def test_a_file_with_labels_is_labeled_after_ten_clicks(app_server: AppServer, page: Page, tmp_path: Path) -> None:
    led(app_server)
    rows = [f"{n};обращение клиента номер {n};{CLASSES[n % 5]}" for n in range(300)]
    source = tmp_path / "Обращения.csv"
    source.write_text("id;текст;метка\n" + "\n".join(rows), encoding="cp1251")
    # From here on the browser hands choosers over; told so at the click itself, it may hear of it after the click.
    page.on("filechooser", lambda _: None)
    page.goto(f"{app_server.url}/")
    page.fill("input[name=login]", "lead")
    page.fill("input[name=password]", "a-long-password")
    page.click("button.go")
    hand = Hand(page)
    hand.click('a[href$="start"]')
    with page.expect_file_chooser() as chooser:
        hand.click("[data-testid=stFileUploaderDropzone] button")
    chooser.value.set_files(source)
    hand.click("[class*=st-key-start_make] button")
    hand.click("[class*=st-key-start_draw] button")
    expect(page.locator("[class*=st-key-start_draw] button")).to_have_count(1)
    hand.type("[class*=st-key-invite_list] textarea", "Анна Петрова\nboris")
    hand.click("[data-testid=stFormSubmitButton] button")
    expect(page.locator("[data-testid=stCode]")).to_contain_text("login=anna.petrova")
    hand.click("[class*=st-key-start_me] button")
    hand.click('[data-testid=stPageLink] a:has-text("Размечать")')
    page.wait_for_selector('.card[data-screen="item"]')
    assert hand.clicks <= MOST_CLICKS and hand.fields <= MOST_FIELDS
    page.keyboard.press("1")
    page.wait_for_selector('.card[data-queue-length="0"]')
    with app_server.database.snapshot() as connection:
        labeled = connection.execute(select(schema.annotation.c.label, schema.item.c.text).join(schema.item)).all()
    assert len(labeled) == 1 and labeled[0].label == "карта" and labeled[0].text.startswith("обращение клиента номер")


def test_who_is_invited_sets_a_password_and_is_before_the_work(
    app_server: AppServer, page: Page, signed_in: Callable[[Page, str], Page], tmp_path: Path
) -> None:
    led(app_server)
    source = tmp_path / "texts.csv"
    source.write_text("text,label\n" + "".join(f"text {n},{'ab'[n % 2]}\n" for n in range(30)), encoding="utf-8")
    signed_in(page, "lead").goto(f"{app_server.url}/start")
    page.set_input_files("input[type=file]", source)
    page.click("[class*=st-key-start_make] button")
    page.fill("[class*=st-key-invite_list] textarea", "Анна Петрова")
    page.click("[data-testid=stFormSubmitButton] button")
    name, login, link, password = page.locator("[data-testid=stCode] code").inner_text().split("\t")
    assert (name, login) == ("Анна Петрова", "anna.petrova")
    page.context.clear_cookies()
    page.goto(link)
    assert page.input_value("input[name=login]") == login
    page.fill("input[name=password]", password)
    page.click("button.go")
    fields = page.locator("[data-testid=stForm] input[type=password]")
    expect(fields).to_have_count(3)
    for field, word in zip(fields.all(), (password, "a-password-of-hers", "a-password-of-hers"), strict=True):
        field.fill(word)
    page.click("[data-testid=stFormSubmitButton] button")
    page.wait_for_selector('.card[data-screen="item"]')
