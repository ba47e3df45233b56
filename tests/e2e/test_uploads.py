"""Uploaded files: who may send them, how much lies in the server's memory, and when it is gone."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from db.vocabulary import Role
from labeling.people.people import get_person
from labeling.people.sign_in import open_session
from pages.ui.session import COOKIE
from tests.e2e.conftest import AppServer
from tests.labeling.worlds import add_person, make_world

# In the page: sends a file of so many bytes for the page's own session, as the uploader does; gives the status.
PUT = """async ([url, bytes]) => {
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(bytes)]), "more.csv");
  const token = /_streamlit_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? "";
  return (await fetch(url, { method: "PUT", body: form, headers: { "X-Xsrftoken": token } })).status;
}"""
MOST_OF_IT = 700_000


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> AppServer:
    """The application with a lead and an assessor, and a quota of a megabyte for each."""
    monkeypatch.setenv("SVERKA_UPLOADS_OF_ONE_MB", "1")
    started: AppServer = request.getfixturevalue("app_server")
    world = make_world(started.database, items=2, golden_items=0)
    with started.database.transaction() as connection:
        add_person(connection, "lead", world.project, Role.LEAD)
        add_person(connection, "worker", world.project, Role.ASSESSOR)
    return started


def put(server: AppServer, login: str, *headers: str) -> str:
    """The answer to a PUT of which only the head is sent."""
    with server.database.transaction() as connection:
        token = open_session(connection, get_person(connection, login).id, now=datetime.now(UTC))
    head = [
        "PUT /_stcore/upload_file/made-up/file HTTP/1.1", f"Host: localhost:{server.port}", "Sec-Fetch-Site: same-origin",
        f"Cookie: {COOKIE}={token}", "Content-Type: multipart/form-data; boundary=x", *headers,
    ]  # fmt: skip
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connected:
        connected.sendall(("\r\n".join(head) + "\r\n\r\n").encode())
        answer = b""
        # Head and body may come one after the other.
        while b"}" not in answer and (part := connected.recv(65_536)):
            answer += part
        return answer.decode()


def test_who_may_not_import_uploads_nothing_and_nobody_more_than_the_quota(server: AppServer) -> None:
    """Refused by what the head says: nothing of the body is read."""
    gigabytes = "Content-Length: 2000000000"
    assert put(server, "worker", gigabytes).startswith("HTTP/1.1 403")
    assert "upload_not_allowed" in put(server, "worker", "Content-Length: 10")
    assert put(server, "lead", gigabytes).startswith("HTTP/1.1 413")
    assert put(server, "lead", "Content-Length: 2000000").startswith("HTTP/1.1 429")
    assert put(server, "lead", "Transfer-Encoding: chunked").startswith("HTTP/1.1 411")


def send_first(page: Page, server: AppServer, source: Path) -> str:
    """Choose a file on the import page; gives the address it went to."""
    page.goto(f"{server.url}/import")
    with page.expect_response(lambda answer: answer.request.method == "PUT") as sent:
        page.set_input_files("input[type=file]", source)
    return f"{sent.value.url} {sent.value.status}"


def test_a_file_is_gone_with_its_page_and_with_its_connection(
    server: AppServer, page: Page, signed_in: Callable[[Page, str], Page], tmp_path: Path
) -> None:
    source = tmp_path / "texts.csv"
    source.write_bytes(b"text\n" + b"a" * MOST_OF_IT)
    url, status = send_first(signed_in(page, "lead"), server, source).split()
    assert status == "204"
    assert page.evaluate(PUT, [f"{url}2", MOST_OF_IT]) == 429
    page.get_by_role("link", name="Экспорт").first.click()
    expect(page.get_by_role("button", name="Скачать").last).to_be_visible()
    assert page.evaluate(PUT, [f"{url}3", MOST_OF_IT]) == 204
    other = page.context.new_page()
    page.close()
    # The first page's file is swept some seconds after its connection has ended; Streamlit alone keeps it for minutes.
    for _ in range(20):
        last = send_first(other, server, source).split()[1]
        if last == "204":
            break
        other.wait_for_timeout(1_000)
    assert last == "204"
