"""The form of the sign-in page: wrong passwords, where it leads, its languages, and what may be typed into it."""

from __future__ import annotations

import httpx
import pytest

from labeling import config
from labeling.people.people import get_person
from pages.ui.session import COOKIE
from tests.e2e.conftest import AppServer
from tests.e2e.gate.entering import SIGN_IN, sign_in


def test_five_wrong_passwords_lock_the_login_and_the_page_says_for_how_long(client: httpx.Client) -> None:
    for _ in range(4):
        wrong = sign_in(client, "wrong wrong", lang="ru")
        assert wrong.status_code == 401
        assert "Логин или пароль не подошли" in wrong.text
        assert 'value="anna"' in wrong.text
        assert "wrong wrong" not in wrong.text
    locked = sign_in(client, "wrong wrong", lang="ru")
    assert locked.status_code == 429
    assert "через 1 минуту" in locked.text
    still = sign_in(client, lang="en")
    assert still.status_code == 429
    assert "in 1 minute." in still.text
    assert COOKIE not in client.cookies


@pytest.mark.parametrize("asked", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_sign_in_leads_nowhere_else(client: httpx.Client, asked: str) -> None:
    assert sign_in(client, next=asked).headers["location"] == "/"
    assert client.get(SIGN_IN, params={"next": asked}).headers["location"] == "/"


def test_what_is_typed_comes_back_as_text(client: httpx.Client) -> None:
    evil = '"><script>alert(1)</script>'
    page = client.post(SIGN_IN, data={"login": evil, "password": "wrong wrong", "next": f"/{evil}"})
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


def test_a_huge_form_is_refused(client: httpx.Client) -> None:
    assert client.post(SIGN_IN, content=b"login=" + b"a" * 20_000).status_code == 413


def test_the_language_is_that_of_the_browser_until_one_is_chosen(server: AppServer, client: httpx.Client) -> None:
    assert "Войти" in client.get(SIGN_IN, headers={"accept-language": "ru-RU,ru;q=0.9,en;q=0.8"}).text
    assert "Sign in" in client.get(SIGN_IN, headers={"accept-language": "en-GB,en;q=0.9,ru;q=0.5"}).text
    chosen = client.post("/account/language", data={"locale": "en", "next": "/progress"})
    page = client.get(chosen.headers["location"], headers={"accept-language": "ru"})
    assert "Sign in" in page.text
    assert 'name="next" value="/progress"' in page.text
    assert 'name="lang" value="en"' in page.text
    again = sign_in(client, "wrong wrong", lang="en")
    assert 'name="lang" value="en"' in again.text
    sign_in(client, lang="en")
    with server.database.snapshot() as connection:
        assert get_person(connection, "anna").locale == "en"
    changed = client.post("/account/language", data={"locale": "ru", "next": "/progress"})
    assert changed.headers["location"] == "/progress"
    with server.database.snapshot() as connection:
        assert get_person(connection, "anna").locale == "ru"
    assert client.post("/account/language", data={"locale": "de"}).status_code == 400


def test_the_demo_logins_stand_on_the_page_only_while_the_demo_is_loaded(
    server: AppServer, client: httpx.Client
) -> None:
    assert config.DEMO_PASSWORD not in client.get(SIGN_IN).text


def test_the_first_admins_password_is_printed_once_and_works(tmp_path_factory: pytest.TempPathFactory) -> None:
    server = AppServer(tmp_path_factory.mktemp("first"))
    server.start()
    try:
        printed = server.output()
        assert printed.count("password  ") == 1
        password = printed.split("password  ")[1].split()[0]
        with httpx.Client(base_url=server.url, headers={"origin": server.url}) as client:
            assert client.post(SIGN_IN, data={"login": "admin", "password": password}).status_code == 303
        server.restart()
        assert server.output().count("password  ") == 1
    finally:
        server.kill()
        server.database.close()
