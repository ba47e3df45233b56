"""How many statements the label card's requests take, and that their number doesn't tell what an item is."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from db import schema
from db.engine import Database
from db.vocabulary import SuggestionPolicy
from labeling.desk import golden
from labeling.projects.projects import change_settings, get_project
from pages.desk import route
from pages.ui.session import now
from tests.labeling.worlds import add_items
from tests.pages.desk.test_desk_route import answer
from tests.pages.statements import Counter, beyond

# Each: who it is (1: session, person and roles), the project's lock (1), who sits there and what chunk is open (1), and the
# slots of the chunk with what lies on the desk (1).
ALWAYS = 4
# What the token names (1), the answer (1), the end of its lease (1).
ANSWER = 3
# What may come (1), its lease (1), its place (1).
SERVE = 3
MOST = {
    # Is there work (1), the chunk (1), and its first slot moves the cursor (1, and 1 for whoever never had one).
    "claim that opens a chunk": ALWAYS + 2 + SERVE + 2,
    "desk is full already": ALWAYS,
    "answer in the middle of a chunk": ALWAYS + ANSWER + SERVE,
    "answer after which nothing comes": ALWAYS + ANSWER,
    # What the token names (1), the end of its lease (1), its item is wanted again (1).
    "skip": ALWAYS + 3 + SERVE,
    "correction": ALWAYS + ANSWER,
    # The token tells that it was taken.
    "answer sent again": ALWAYS + 1,
    # The chunk (1), what lies there goes back (1), its score (1), what was done to the classes (1), its end (1), what speaks
    # for the assessor so far (2), who they are then (1); the next chunk is as the first. After the lock: the project (1), and
    # what is left to them (1).
    "close a chunk and open the next": ALWAYS + 8 + 2 + SERVE + 1 + 2,
}
# What the version of junior that speaks says of all that lies on the desk (1), and what was done to the classes since (1).
SUGGESTIONS = 2
# For items drawn for a probe: the golden ones among them, and the classes that would be wrong.
PROBES = 2


def make_desk(house: Database, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Counter:
    """A project with golden items, and a word of junior for every item."""
    # What follows in the background is nobody's request.
    monkeypatch.setattr(route, "tend_soon", lambda *_: None)
    with house.transaction() as connection:
        # Which slots hold golden items and repeats follows from it.
        connection.execute(update(schema.project).values(seed=11))
        project = get_project(connection, "demo")
        few = {"overlap": 3, "chunk_size": 12, "golden_per_chunk": 3, "repeats_per_chunk": 2, "look_ahead": 3}
        project = change_settings(connection, project.id, few | settings, now=now(), actor=None)
        items = add_items(connection, project, [f"text {n}" for n in range(60)])
        gold = add_items(connection, project, [f"golden {n}" for n in range(30)], first=61)
        for item_id in gold:
            golden.appoint(connection, project, item_id, "neutral", now=now(), actor=None)
        of = {"project_id": project.id, "created_at": now()}
        version = insert(schema.prompt).values(of | {"version": 1, "kind": "llm"}).returning(schema.prompt.c.id)
        by = of | {"prompt_id": connection.execute(version).scalar_one()}
        connection.execute(insert(schema.promotion), by)
        connection.execute(
            insert(schema.suggestion), [by | {"item_id": item_id, "label": "gratitude"} for item_id in items + gold]
        )
    return Counter(house, route.ROUTES, "/desk/answers")


def send(desk: Counter, *answers: dict[str, Any], want: int = 4, close: int | None = None) -> dict[str, Any]:
    return desk.post("assessor", answers=list(answers), want=want, close_chunk=close)


def walk(desk: Counter) -> dict[str, int]:
    """Every act once, and how many statements it took."""
    counted: dict[str, int] = {}

    def did(act: str, *answers: dict[str, Any], **changes: Any) -> dict[str, Any]:
        reply = send(desk, *answers, **changes)
        counted[act] = len(desk.last)
        return reply

    did("claim that opens a chunk")
    seen = did("desk is full already")
    skipped = answer(seen["items"][0]["token"], kind="skip", label=None, reason="not_text")
    seen = did("skip", skipped)
    first = seen["items"][0]["token"]
    seen = did("answer in the middle of a chunk", answer(first))
    did("correction", answer(first, revision=2, label="gratitude"))
    did("answer sent again", answer(first, revision=2, label="gratitude"))
    while len(seen["items"]) == 4:
        seen = send(desk, answer(seen["items"][0]["token"]))
    seen = did("answer after which nothing comes", answer(seen["items"][0]["token"]))
    while seen["items"]:
        seen = send(desk, answer(seen["items"][0]["token"]))
    assert seen["state"] == "chunk_done"
    assert did("close a chunk and open the next", close=seen["chunk"]["id"])["chunk"]["ordinal"] == 2
    return counted


def test_no_act_takes_more_than_it_needs(either_house: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert beyond(walk(make_desk(either_house, monkeypatch)), MOST) == {}


def test_suggestions_on_screen_take_one_more(either_house: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many items lie on the desk."""
    desk = make_desk(either_house, monkeypatch, suggestion_policy=SuggestionPolicy.BEFORE.value)
    assert beyond(walk(desk), {act: most + SUGGESTIONS for act, most in MOST.items()}) == {}
    assert send(desk)["items"][0]["suggestion"]["label"] == "gratitude"


def test_many_answers_at_once_read_the_desk_once(either_house: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a browser kept through a cut is sent together."""
    desk = make_desk(either_house, monkeypatch, look_ahead=7)
    held = send(desk, want=8)["items"]
    send(desk, *[answer(one["token"]) for one in held], want=1)
    assert len(desk.last) <= ALWAYS + len(held) * ANSWER + SERVE


def kinds_of(house: Database) -> dict[str, str]:
    """What each lease's item is, by its token."""
    lease, queue = schema.lease, schema.queue
    query = select(lease.c.token, lease.c.repeat, queue.c.golden).join(queue, queue.c.item_id == lease.c.item_id)
    with house.snapshot() as connection:
        rows = connection.execute(query).all()
    return {row.token: "golden" if row.golden else "repeat" if row.repeat else "ordinary" for row in rows}


@pytest.mark.parametrize(
    ("policy", "extra"),
    [("hidden", 0), ("before", SUGGESTIONS), ("experiment", SUGGESTIONS + PROBES)],
)
def test_nothing_in_their_number_or_order_tells_what_an_item_is(
    either_house: Database, monkeypatch: pytest.MonkeyPatch, policy: str, extra: int
) -> None:
    """Neither of the item that is answered nor of the one that comes: the same verbs in the same order for all kinds."""
    desk = make_desk(either_house, monkeypatch, suggestion_policy=policy, probe_share=1.0)
    seen = send(desk)
    told: dict[tuple[str, ...], list[set[str]]] = defaultdict(lambda: [set(), set()])
    while seen["chunk"]["ordinal"] <= 4:
        held = [one["token"] for one in seen["items"]]
        if not held:
            seen = send(desk, close=seen["chunk"]["id"])
            continue
        seen = send(desk, answer(held[0], label="neutral"))
        come = [one["token"] for one in seen["items"] if one["token"] not in held]
        if come:
            kinds = kinds_of(either_house)
            answered, coming = told[tuple(statement.split()[0] for statement in desk.last)]
            answered.add(kinds[held[0]])
            coming.add(kinds[come[0]])
    (verbs,) = told
    assert told[verbs] == [{"ordinary", "golden", "repeat"}, {"ordinary", "golden", "repeat"}]
    assert len(verbs) == ALWAYS + ANSWER + SERVE + extra
