"""Pairs from a file by two people's keyboards to a ranking and to a file that a model learns from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from db.vocabulary import LabelKind, Role
from labeling.people.memberships import grant
from labeling.people.people import create_person
from labeling.projects.projects import change_settings, get_project
from tests.e2e.conftest import AppServer
from tests.e2e.test_kinds import choose, shown
from tests.labeling.exchange.files import SLUG, bring, named

PAIRS = [
    {"id": str(n), "prompt": f"question {n}?", "response_a": a, "response_b": b, "model_a": who, "model_b": other}
    for n, (a, b, who, other) in enumerate(
        [
            ("a good answer", "no", "alpha", "beta"),
            ("no idea", "the good one", "beta", "alpha"),
            ("good, too", "not at all", "alpha", "beta"),
        ],
        1,
    )
]


def enter(server: AppServer) -> None:
    now = datetime.now(UTC)
    file = named("".join(json.dumps(row) + "\n" for row in PAIRS).encode(), "pairs.jsonl")
    bring(server.database, file, options={"kind": LabelKind.PAIR})
    with server.database.transaction() as connection:
        project = get_project(connection, SLUG)
        change_settings(connection, project.id, {"overlap": 2, "golden_per_chunk": 0}, now=now, actor=None)
        for login, role in (
            ("ann", Role.ASSESSOR),
            ("bob", Role.ASSESSOR),
            ("lead", Role.LEAD),
        ):
            person = create_person(connection, login, login.title(), None, now=now)
            grant(connection, project.id, person.id, role, now=now, actor=None)


def label_all(page: Page, wrong_in: str | None = None) -> None:
    """Choose the good answer wherever it stands, but for the pair with these words."""
    for _ in PAIRS:
        left, right = shown(page).split("\0")
        first = ("good" in left) != (wrong_in is not None and wrong_in in left + right)
        choose(page, "first" if first else "second")
    page.wait_for_selector('.card[data-queue-length="0"]')


def test_from_labels_to_a_ranking_and_to_rows_to_train_on(
    app_server: AppServer, browser: Browser, page: Page, signed_in: Callable[[Page, str], Page], tmp_path: Path
) -> None:
    enter(app_server)
    for login, wrong in (("ann", None), ("bob", "not at all")):
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
        own = signed_in(context.new_page(), login)
        own.goto(f"{app_server.url}/label")
        label_all(own, wrong)
        context.close()
    signed_in(page, "lead").goto(f"{app_server.url}/ranking")
    expect(page.locator(".sv-answer")).to_contain_text(re.compile("«alpha».*«beta»"))
    expect(page.get_by_test_id("stMetric").first).to_contain_text("3")
    page.goto(f"{app_server.url}/export?what=final&format=dpo")
    expect(page.get_by_text("Для обучения годятся 2 пары из 3.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    path = tmp_path / "rows.jsonl"
    download.value.save_as(path)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    told = [(row["prompt"], row["chosen"], row["rejected"]) for row in rows]
    assert told == [("question 1?", "a good answer", "no"), ("question 2?", "the good one", "no idea")]
    assert all(0.5 < row["probability"] <= 1 and row["margin"] > 0 for row in rows)
    # Whoever looks at what was said of a pair has it as the file does.
    page.goto(f"{app_server.url}/item?id=2")
    expect(page.locator(".sv-candidate .sv-text")).to_have_text(["no idea", "the good one"])
