"""The gate before the running application: who passes, what a stranger gets, and what another site can't do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import httpx
import pytest
from sqlalchemy import select, update
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from db import schema
from labeling import config
from labeling.people.people import create_person, get_person, set_active
from labeling.people.sign_in import open_session
from pages.ui.session import COOKIE
from tests.e2e.conftest import AppServer

PASSWORD = "several quiet words"
HTML = {"accept": "text/html,application/xhtml+xml"}
SIGN_IN = "/account/sign-in"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """One server for all of these tests, with a person "anna"."""
    started = AppServer(tmp_path_factory.mktemp("gate"))
    started.start()
    with started.database.transaction() as connection:
        create_person(connection, "anna", "Анна", PASSWORD, now=datetime.now(UTC))
    yield started
    started.kill()
    started.database.close()


@pytest.fixture
def client(server: AppServer) -> Iterator[httpx.Client]:
    """A browser without scripts: it sends the origin with what it posts, and follows nothing by itself."""
    with server.database.transaction() as connection:
        fresh = {"failed_sign_ins": 0, "locked_until": None, "active": True, "locale": "ru"}
        connection.execute(update(schema.person).where(schema.person.c.login == "anna").values(fresh))
    with httpx.Client(base_url=server.url, headers={"origin": server.url}) as opened:
        yield opened


def sign_in(client: httpx.Client, password: str = PASSWORD, **more: str) -> httpx.Response:
    """Post the form of the sign-in page."""
    return client.post(SIGN_IN, data={"login": "anna", "password": password} | more)


def age(server: AppServer, **values: datetime) -> None:
    """Set the times of every session."""
    with server.database.transaction() as connection:
        connection.execute(update(schema.sign_in).values(values))


def test_a_stranger_is_sent_to_the_sign_in_and_back_to_what_they_asked_for(client: httpx.Client) -> None:
    for asked in ("/", "/progress", "/label?project=a&x=1"):
        response = client.get(asked, headers=HTML)
        assert response.status_code == 303
        assert httpx.URL(response.headers["location"]).path == SIGN_IN
        assert httpx.URL(response.headers["location"]).params["next"] == asked
        came_back = sign_in(client, next=httpx.URL(response.headers["location"]).params["next"])
        assert (came_back.status_code, came_back.headers["location"]) == (303, asked)
        client.cookies.clear()


@pytest.mark.parametrize(
    "path", ["/_stcore/host-config", "/_stcore/health", "/media/x.png", "/desk/answers", "/x.json"]
)
def test_a_stranger_gets_401_for_what_is_not_a_page(client: httpx.Client, path: str) -> None:
    assert client.get(path, headers={"accept": "application/json"}).status_code == 401


@pytest.mark.parametrize("path", ["/desk/answers", "/_stcore/upload_file/a/b", "/progress"])
def test_a_stranger_cannot_write(client: httpx.Client, path: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, path, headers=HTML).status_code == 401


def test_what_the_sign_in_needs_is_free_and_says_nothing(client: httpx.Client) -> None:
    page = client.get(SIGN_IN)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "http://" not in page.text.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page.text
    assert "<script" not in page.text
    assert client.get("/health").json() == {"status": "ok"}


@pytest.mark.parametrize("cookie", [None, "no-such-token"])
def test_a_strangers_websocket_is_refused(server: AppServer, cookie: str | None) -> None:
    headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
    url = server.url.replace("http", "ws") + "/_stcore/stream"
    with pytest.raises(InvalidStatus) as refusal, connect(url, additional_headers=headers):
        pass
    assert refusal.value.response.status_code == 403


def test_a_readers_websocket_is_taken(server: AppServer, client: httpx.Client) -> None:
    sign_in(client)
    headers = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    with connect(server.url.replace("http", "ws") + "/_stcore/stream", additional_headers=headers):
        pass


def test_the_cookie_is_out_of_reach_and_the_database_holds_its_hash_only(
    server: AppServer, client: httpx.Client
) -> None:
    cookie: SimpleCookie = SimpleCookie(sign_in(client).headers["set-cookie"])
    flags = cookie[COOKIE]
    assert (flags["httponly"], flags["samesite"], flags["path"], flags["secure"]) == (True, "lax", "/", "")
    assert int(flags["max-age"]) == config.SESSION_LONGEST.total_seconds()
    with server.database.snapshot() as connection:
        kept = set(connection.execute(select(schema.sign_in.c.token_hash)).scalars())
    assert hashlib.sha256(flags.value.encode()).hexdigest() in kept
    stored = b"".join(path.read_bytes() for path in server.folder.glob("app.db*"))
    assert flags.value.encode() not in stored
    assert PASSWORD.encode() not in stored
    assert flags.value not in server.output()


def test_the_cookie_is_secure_where_the_request_came_by_https(client: httpx.Client) -> None:
    """The proxy before us speaks http to us; the browser's origin says what it spoke to the proxy."""
    form = {"login": "anna", "password": PASSWORD}
    response = client.post(SIGN_IN, data=form, headers={"origin": str(client.base_url.copy_with(scheme="https"))})
    assert "; Secure" in response.headers["set-cookie"]


def test_a_signed_in_reader_passes_and_does_not_see_the_sign_in_again(client: httpx.Client) -> None:
    sign_in(client)
    assert client.get("/progress", headers=HTML).status_code == 200
    assert client.get("/_stcore/host-config").status_code == 200
    again = client.get(SIGN_IN, params={"next": "/progress"})
    assert (again.status_code, again.headers["location"]) == (303, "/progress")


def test_each_sign_in_has_a_token_of_its_own_and_ends_the_one_before(server: AppServer, client: httpx.Client) -> None:
    sign_in(client)
    first = client.cookies[COOKIE]
    sign_in(client)
    assert client.cookies[COOKIE] != first
    assert client.get("/", headers=HTML | {"cookie": f"{COOKIE}={first}"}).status_code == 303


def test_signing_out_ends_the_session_on_the_server_too(client: httpx.Client) -> None:
    sign_in(client)
    token = client.cookies[COOKIE]
    response = client.post("/account/sign-out")
    assert (response.status_code, response.headers["location"]) == (303, f"{SIGN_IN}?out=1")
    assert COOKIE not in client.cookies
    assert client.get("/", headers=HTML | {"cookie": f"{COOKIE}={token}"}).status_code == 303
    assert "Вы вышли" in client.get(f"{SIGN_IN}?out=1&lang=ru").text


@pytest.mark.parametrize(
    ("column", "longest"), [("seen_at", config.SESSION_IDLE), ("created_at", config.SESSION_LONGEST)]
)
def test_a_session_expires(server: AppServer, client: httpx.Client, column: str, longest: timedelta) -> None:
    sign_in(client)
    age(server, **{column: datetime.now(UTC) - longest + timedelta(minutes=5)})
    assert client.get("/", headers=HTML).status_code == 200
    age(server, **{column: datetime.now(UTC) - longest})
    response = client.get("/progress", headers=HTML)
    assert response.status_code == 303
    assert "Сеанс закончился" in client.get(response.headers["location"], params=None).text


def test_clicks_keep_a_session_alive_but_are_written_once_a_minute(server: AppServer, client: httpx.Client) -> None:
    sign_in(client)
    before = datetime.now(UTC) - timedelta(hours=1)
    age(server, seen_at=before)
    seen: list[datetime] = []
    for _ in range(3):
        client.get("/", headers=HTML)
        with server.database.snapshot() as connection:
            token_hash = hashlib.sha256(client.cookies[COOKIE].encode()).hexdigest()
            mine = select(schema.sign_in.c.seen_at).where(schema.sign_in.c.token_hash == token_hash)
            seen.append(connection.execute(mine).scalar_one())
    assert seen[0] > before
    assert seen[1:] == seen[:1] * 2


def test_a_ban_acts_at_the_next_request(server: AppServer, client: httpx.Client) -> None:
    sign_in(client)
    assert client.get("/", headers=HTML).status_code == 200
    with server.database.transaction() as connection:
        anna = get_person(connection, "anna").id
        set_active(connection, anna, False, now=datetime.now(UTC), actor=None)
    assert client.get("/", headers=HTML).status_code == 303
    assert client.post("/desk/answers", content=b"{}").status_code == 401
    assert "Доступ для этого логина закрыт" in sign_in(client, lang="ru").text


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


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
@pytest.mark.parametrize("path", [SIGN_IN, "/account/sign-out", "/account/language", "/desk/answers", "/progress"])
def test_no_other_site_writes_with_a_readers_cookie(
    server: AppServer, client: httpx.Client, path: str, headers: dict[str, str]
) -> None:
    sign_in(client)
    sent = client.post(path, data={"login": "anna", "password": PASSWORD, "locale": "en"}, headers=headers)
    assert sent.status_code == 403
    with server.database.snapshot() as connection:
        assert get_person(connection, "anna").locale == "ru"
    assert client.get("/", headers=HTML).status_code == 200


def test_a_request_without_any_origin_writes_nothing(server: AppServer) -> None:
    assert httpx.post(server.url + SIGN_IN, data={"login": "anna", "password": PASSWORD}).status_code == 403


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


def test_answers_say_how_they_may_be_used(client: httpx.Client) -> None:
    sign_in(client)
    for path in ("/", "/_stcore/host-config"):
        headers = client.get(path, headers=HTML).headers
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


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


def test_sessions_survive_a_restart(server: AppServer, client: httpx.Client) -> None:
    with server.database.transaction() as connection:
        token = open_session(connection, get_person(connection, "anna").id, now=datetime.now(UTC))
    server.restart()
    assert client.get("/", headers=HTML | {"cookie": f"{COOKIE}={token}"}).status_code == 200
