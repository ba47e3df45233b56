"""Who passes the gate, and what a stranger gets who doesn't."""

from __future__ import annotations

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from pages.ui.session import COOKIE
from tests.e2e.conftest import AppServer
from tests.e2e.gate.entering import HTML, SIGN_IN, sign_in


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
    assert client.get("/health/ready").json() == {"status": "ready"}


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


def test_a_signed_in_reader_passes_and_does_not_see_the_sign_in_again(client: httpx.Client) -> None:
    sign_in(client)
    assert client.get("/progress", headers=HTML).status_code == 200
    assert client.get("/_stcore/host-config").status_code == 200
    again = client.get(SIGN_IN, params={"next": "/progress"})
    assert (again.status_code, again.headers["location"]) == (303, "/progress")


def test_answers_say_how_they_may_be_used(client: httpx.Client) -> None:
    sign_in(client)
    for path in ("/", "/_stcore/host-config"):
        headers = client.get(path, headers=HTML).headers
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
