"""What the running application gives away: headers on every answer, its own figures, the demo's password, a one-time password."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from db import schema
from db.vocabulary import Role
from labeling import config
from labeling.people.memberships import grant
from labeling.people.people import create_person, get_person
from labeling.people.sign_in import hash_password, open_session
from labeling.projects.projects import create_project
from pages.ui.headers import HEADERS, TRANSPORT
from pages.ui.session import COOKIE
from tests.e2e.conftest import ROOT, AppServer
from tests.e2e.gate.entering import HTML, PASSWORD, SIGN_IN, sign_in

# One of each kind: a page of ours, a redirect, refusals, Streamlit's frame and bundle, what isn't there.
PATHS = (
    SIGN_IN, "/", "/members", "/health", "/static/nothing.js", "/media/nothing.csv", "/desk/guidelines?project=x",
    "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/nowhere.json",
)  # fmt: skip


@pytest.mark.parametrize("signed_in", [False, True])
def test_every_answer_has_the_headers(client: httpx.Client, signed_in: bool) -> None:
    if signed_in:
        sign_in(client)
    answers = [client.get(path, headers=HTML) for path in PATHS]
    answers += [client.post(path) for path in ("/desk/answers", "/account/sign-out", "/nowhere")]
    answers += [client.post("/desk/answers", headers={"origin": "https://evil.example"})]
    for answer in answers:
        for name, value in HEADERS.items():
            own_policy = name == "content-security-policy" and answer.request.url.path == SIGN_IN
            assert own_policy or answer.headers.get(name) == value, f"{answer.request.url}: {name}"
        assert "frame-ancestors '" in answer.headers["content-security-policy"]
        assert "strict-transport-security" not in answer.headers
    assert len({answer.status_code for answer in answers}) > 2


def test_the_browser_is_told_to_stay_with_tls_where_a_proxy_ends_it(client: httpx.Client) -> None:
    answer = client.get(SIGN_IN, headers={"x-forwarded-proto": "https"})
    assert answer.headers["strict-transport-security"] == TRANSPORT


def test_a_refused_websocket_has_them_too(server: AppServer) -> None:
    url = server.url.replace("http", "ws") + "/_stcore/stream"
    with pytest.raises(InvalidStatus) as refusal, connect(url):
        pass
    headers = refusal.value.response.headers
    assert {name: headers[name] for name in HEADERS} == HEADERS


def test_what_tells_of_the_server_is_for_admins(server: AppServer, client: httpx.Client) -> None:
    sign_in(client)
    assert client.get("/_stcore/metrics").status_code == 403
    with server.database.transaction() as connection:
        connection.execute(update(schema.person).where(schema.person.c.login == "anna").values(is_admin=True))
    try:
        assert client.get("/_stcore/metrics").status_code == 200
    finally:
        with server.database.transaction() as connection:
            connection.execute(update(schema.person).where(schema.person.c.login == "anna").values(is_admin=False))


def test_a_one_time_password_opens_no_route(server: AppServer, client: httpx.Client) -> None:
    with server.database.transaction() as connection:
        once = create_person(
            connection, "once", "Once", hash_password("once", PASSWORD), now=datetime.now(UTC), one_time=True
        )
        token = open_session(connection, once.id, now=datetime.now(UTC))
    client.cookies.set(COOKIE, token)
    card = {"X-Sverka": "card"}
    tried = [client.post(path, json={}, headers=card) for path in ("/desk/answers", "/desk/rulings", "/junior/ask")]
    tried += [
        client.get("/desk/guidelines?project=x"),
        client.put("/_stcore/upload_file/a/b"),
        client.get("/_stcore/metrics"),
    ]
    assert [answer.status_code for answer in tried] == [403] * len(tried)
    assert {answer.json()["error"] for answer in tried} == {"one_time_password"}
    client.post("/account/language", data={"locale": "en", "next": "/"})
    with server.database.snapshot() as connection:
        assert get_person(connection, "once").locale == "ru"


def load_demo_account(server: AppServer) -> None:
    now = datetime.now(UTC)
    with server.database.transaction() as connection:
        project = create_project(connection, "shown", now=now, is_simulated=True)
        hashed = hash_password("demo-lead", config.DEMO_PASSWORD)
        lead = create_person(connection, "demo-lead", "Лид", hashed, now=now, is_simulated=True)
        grant(connection, project.id, lead.id, Role.LEAD, now=now, actor=None)


@pytest.fixture
def demo_server(tmp_path: Path) -> AppServer:
    """An application that isn't started yet, with one account of the demo."""
    server = AppServer(tmp_path)
    load_demo_account(server)
    return server


def test_the_demo_password_is_told_to_this_machine_alone(demo_server: AppServer) -> None:
    demo_server.start()
    try:
        assert config.DEMO_PASSWORD in httpx.get(demo_server.url + SIGN_IN).text
        port = demo_server.port
        for told in (
            {"host": "sverka.example"},
            {"host": f"192.168.0.7:{port}"},
            {"x-forwarded-for": "10.0.0.1"},
            {"x-forwarded-host": "localhost"},
            {"forwarded": "for=10.0.0.1"},
        ):
            answer = httpx.get(demo_server.url + SIGN_IN, headers=told)
            assert answer.status_code == 200
            assert config.DEMO_PASSWORD not in answer.text, told
        wrong = httpx.post(
            demo_server.url + SIGN_IN, data={"login": "x", "password": "y"},
            headers={"host": "sverka.example", "origin": "http://sverka.example"},
        )  # fmt: skip
        assert (wrong.status_code, config.DEMO_PASSWORD in wrong.text) == (401, False)
    finally:
        demo_server.kill()
        demo_server.database.close()


def run(server: AppServer, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=os.environ | {"DATABASE_URL": server.database_url} | environment,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_real_work_is_not_begun_with_accounts_of_the_demo(demo_server: AppServer) -> None:
    refused = run(demo_server, "-m", "labeling", "serve", "--port", str(demo_server.port))
    assert (refused.returncode, "demo" in refused.stderr) == (2, True)
    started = run(demo_server, "-c", "import app; app._prepare()", SVERKA_PRODUCTION="on")
    assert (started.returncode, "demo_accounts" in started.stderr) == (1, True)
    demo_server.database.close()


def test_prepare_makes_no_demo_unasked(tmp_path: Path) -> None:
    server = AppServer(tmp_path)
    told = run(server, "-m", "labeling", "prepare").stdout
    assert config.DEMO_PASSWORD not in told
    with server.database.snapshot() as connection:
        assert not connection.execute(schema.project.select()).all()
    server.database.close()


def test_the_database_is_readable_by_nobody_else(server: AppServer, client: httpx.Client) -> None:
    sign_in(client)
    files = sorted(server.folder.glob("app.db*"))
    assert [path.name for path in files] == ["app.db", "app.db-shm", "app.db-wal"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
