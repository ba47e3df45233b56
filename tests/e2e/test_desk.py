"""The label page in a real browser on the real application: what is pressed is what is stored, whatever happens."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from db import schema
from db.vocabulary import SuggestionPolicy
from labeling.projects.projects import change_settings
from tests.e2e.before_the_card import Desk
from tests.e2e.card.bench import RECORDER
from tests.e2e.conftest import AppServer, running
from tests.e2e.proxy import Wire
from tests.e2e.waiting import press as press_key
from tests.e2e.waiting import unguarded
from tests.labeling.desk.test_suggestions import promote
from tests.labeling.worlds import CLASSES, World, make_world, press


@pytest.fixture(scope="module")
def app_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """One for all of these tests: each has a project and people of its own."""
    with running(tmp_path_factory.mktemp("desk")) as server:
        yield server


@pytest.fixture
def desk(app_server: AppServer, page: Page, signed_in: Callable[[Page, str], Page]) -> Iterator[Desk]:
    slug = f"p{uuid.uuid4().hex[:8]}"
    world = make_world(
        app_server.database, items=150, golden_items=30, slug=slug, chunk_size=100, golden_per_chunk=10, look_ahead=6
    )
    wire = Wire(app_server.url)
    signed_in(page, f"assessor0{slug}")
    page.add_init_script(RECORDER)
    yield Desk(app_server, wire, page, world)
    wire.close()


def test_fast_presses_on_a_slow_server(desk: Desk) -> None:
    desk.open()
    desk.wire.delay = 0.2
    desk.burst(60, seed=1)
    desk.check(at_least=20)


def test_a_cut_connection(desk: Desk) -> None:
    desk.open()

    def cut_for_a_while() -> None:
        desk.wire.cut()
        desk.burst(8, seed=5)
        desk.wire.mend()

    desk.burst(60, seed=2, halfway=cut_for_a_while)
    desk.check(at_least=30)


def test_a_reload_in_the_middle(desk: Desk) -> None:
    desk.open()
    desk.wire.delay = 0.2
    desk.burst(60, seed=3, halfway=lambda: (desk.page.reload(), desk.wait_for("item"))[0])
    desk.check(at_least=20)


def test_a_killed_and_restarted_server(desk: Desk) -> None:
    desk.open()

    def kill_and_restart() -> None:
        desk.server.kill()
        desk.burst(8, seed=6)
        desk.server.restart()

    desk.burst(60, seed=4, halfway=kill_and_restart)
    desk.check(at_least=20)


def test_streamlits_own_word_of_a_lost_server_keeps_no_key_back(desk: Desk) -> None:
    """A dialog that speaks English to everybody, over a card that has said it already and goes on."""
    desk.open()
    desk.server.kill()
    dialog = desk.page.locator('[role="dialog"]', has_text="Streamlit")
    dialog.wait_for(timeout=120_000)
    desk.page.keyboard.press("Digit1")
    dialog.wait_for(state="detached")
    desk.page.keyboard.press("Digit2")
    desk.server.start()
    desk.check(at_least=2)


def work_before(world: World, **then: int) -> None:
    """Two chunks of twenty in March, without the browser; then the settings of the chunk that it will see."""
    me = world.assessors[0]
    with world.database.transaction() as connection:
        values = {"chunk_size": 20, "golden_per_chunk": 0}
        change_settings(connection, world.project.id, values, now=world.now, actor=None)
    for _ in range(2):
        seen = world.work(me)
        while seen.items:
            seen = world.work(me, *[press(item.token, "gratitude") for item in seen.items])
        assert seen.chunk is not None
        world.later(hours=1)
        world.work(me, close=seen.chunk.id, want=0)
    with world.database.transaction() as connection:
        change_settings(connection, world.project.id, then, now=world.now, actor=None)


# Long: one long day of an assessor, looked at from all sides.
def test_nothing_tells_golden_from_ordinary(desk: Desk) -> None:
    """Every websocket frame and every answer of a whole chunk is searched; then the chunk is closed."""
    work_before(desk.world, chunk_size=100, golden_per_chunk=10, repeats_per_chunk=10)
    frames: list[bytes] = []
    replies: list[str] = []

    def listen(socket: Any) -> None:
        socket.on(
            "framereceived",
            lambda payload: frames.append(payload if isinstance(payload, bytes) else payload.encode()),
        )

    desk.page.on("websocket", listen)
    desk.page.on(
        "response", lambda response: replies.append(response.text()) if "/desk/answers" in response.url else None
    )
    desk.open()
    for _ in range(100):
        press_key(desk.page, "Digit1")
    while desk.page.get_attribute(".card", "data-screen") == "item":
        press_key(desk.page, "Digit1")
    desk.wait_for("chunk_done")
    desk.settle()
    with desk.server.database.snapshot() as connection:
        query = select(schema.lease.c.token, schema.lease.c.repeat).join(schema.chunk)
        mine = desk.world.project.id
        third = query.where(schema.chunk.c.project_id == mine, schema.chunk.c.ordinal == 3)
        leased = connection.execute(third).all()
        again = select(schema.repeat.c.label).where(schema.repeat.c.project_id == mine)
        repeated = connection.execute(again).scalars().all()
    assert len(leased) == 100 and len(desk.stored()) == 40 + 90
    assert repeated == ["neutral"] * 10 and sum(row.repeat for row in leased) == 10
    assert len(frames) > 3 and len(replies) > 10
    # The websocket carries no item at all, so it can't tell one kind from the other; the replies carry the items
    # and nothing else about them; the expert's explanation ("because …") goes nowhere.
    for text in (b"text 1", b"golden 1", b"because"):
        assert text not in b"\n".join(frames), text
    assert "text 1" in "\n".join(replies) and "golden 1" in "\n".join(replies)
    assert "because" not in "\n".join(replies)
    shapes = {tuple(sorted(entry)) for reply in replies for entry in json.loads(reply)["items"]}
    assert shapes == {("context", "metadata", "slot", "text", "token")}
    tokens = {entry["token"] for reply in replies for entry in json.loads(reply)["items"]}
    assert {len(token) for token in tokens} == {24}
    assert {row.token for row in leased if row.repeat} <= tokens
    for word in ("repeat", "golden_", "again"):
        assert word not in "\n".join(replies), word
    # No counter stands still: what is answered counts alike, whatever it was.
    told = [json.loads(reply) for reply in replies]
    counted = [(reply["day"], reply["chunk"]["answered"]) for reply in told if reply["chunk"]]
    assert counted and all(day == answered for day, answered in counted)
    assert {done["status"] for reply in told for done in reply["acknowledged"]} == {"stored"}
    orders = [[entry["slot"] for entry in json.loads(reply)["items"]] for reply in replies]
    assert max(map(len, orders)) > 1 and all(order == sorted(order) for order in orders)
    unguarded(desk.page)  # a nervous Enter right after the last answer doesn't close the chunk
    desk.page.keyboard.press("Enter")
    desk.wait_for("result")
    results = [json.loads(reply)["result"] for reply in replies]
    assert [result for result in results if result] != []


def test_two_tabs_record_once(desk: Desk) -> None:
    desk.open()
    other = desk.page.context.new_page()
    other.goto(f"{desk.wire.url}/label")
    other.wait_for_selector('.card[data-screen="item"]')
    for key in ("Digit1", "Digit2", "Digit3", "Digit1"):
        for tab in (desk.page, other):
            tab.bring_to_front()
            press_key(tab, key)
    desk.settle()
    other.wait_for_selector('.card[data-queue-length="0"]')
    stored = desk.stored()
    items = desk.annotations("item_id")
    assert len(items) == len(set(items)) == len(stored)


def test_undo_corrects_the_last_answer(desk: Desk) -> None:
    desk.open()
    press_key(desk.page, "Digit1")
    desk.settle()
    press_key(desk.page, "Backspace")
    press_key(desk.page, "Digit3")
    desk.settle()
    assert desk.annotations("revision", "label") == [(1, CLASSES[0]), (2, CLASSES[2])]


def test_a_suggestion_before_the_answer_is_written_down_with_it(desk: Desk) -> None:
    with desk.server.database.transaction() as connection:
        policy = {"suggestion_policy": SuggestionPolicy.BEFORE, "golden_per_chunk": 0}
        change_settings(connection, desk.world.project.id, policy, now=desk.world.now, actor=None)
    promote(desk.world, {desk.world.items[0]: CLASSES[2]}, confidence=0.9, rationale="<b>it asks</b>")
    desk.open()
    line = desk.page.locator(".suggestion")
    assert (line.locator("p").first.text_content() or "").endswith(f"{CLASSES[2]} уверенность 90%")
    desk.page.keyboard.press("Equal")
    assert line.locator(".reason p").inner_text() == "<b>it asks</b>"
    for key in ("Digit1", "Digit3"):
        press_key(desk.page, key)
    desk.settle()
    # The second item was not asked about.
    assert not line.is_visible()
    rows = desk.annotations("label", "arm", "suggestion", "probe")
    assert rows == [(CLASSES[0], "before", CLASSES[2], False), (CLASSES[2], None, None, False)]


def test_a_suggestion_after_the_answer_leads_to_a_second_one(desk: Desk) -> None:
    with desk.server.database.transaction() as connection:
        policy = {"suggestion_policy": SuggestionPolicy.AFTER, "golden_per_chunk": 0}
        change_settings(connection, desk.world.project.id, policy, now=desk.world.now, actor=None)
    promote(desk.world, dict.fromkeys(desk.world.items, CLASSES[2]))
    desk.open()
    desk.page.keyboard.press("Digit1")
    desk.page.locator(".remark").get_by_text(f"джуниор — «{CLASSES[2]}».").wait_for()
    for key in ("Backspace", "Digit3"):
        press_key(desk.page, key)
    desk.settle()
    rows = desk.annotations("revision", "label", "arm", "suggestion")
    assert rows == [(1, CLASSES[0], "after", CLASSES[2]), (2, CLASSES[2], "after", CLASSES[2])]
