"""Another site can't write with a reader's cookie."""

from __future__ import annotations

import httpx
import pytest

from labeling.people.people import get_person
from tests.e2e.conftest import AppServer
from tests.e2e.gate.entering import HTML, PASSWORD, SIGN_IN, sign_in


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
