"""A lead brings a file in and takes the labels out, in the browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from db.vocabulary import Role
from tests.e2e.conftest import AppServer
from tests.labeling.worlds import add_person, make_world


def test_a_file_in_and_a_file_out(
    app_server: AppServer, page: Page, signed_in: Callable[[Page, str], Page], tmp_path: Path
) -> None:
    world = make_world(app_server.database, items=2, golden_items=0)
    with app_server.database.transaction() as connection:
        add_person(connection, "lead", world.project, Role.LEAD)
    source = tmp_path / "тексты.csv"
    source.write_bytes("Обращение;Метка\n=1+1;neutral\nГде выписка?;neutral\n".encode("cp1251"))
    signed_in(page, "lead").goto(f"{app_server.url}/import")
    page.set_input_files("input[type=file]", source)
    page.get_by_role("button", name="Загрузить", exact=True).click()
    expect(page.get_by_text("Готово: добавлено 2 объекта.")).to_be_visible(timeout=30_000)
    page.goto(f"{app_server.url}/export")
    with page.expect_download() as download:
        page.get_by_role("button", name="Скачать").last.click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 5
    assert any(line.split(",")[1] == "=1+1" for line in lines[1:])
