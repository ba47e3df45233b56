"""Accounts that work together against the golden items, within the rules, and what they can tell by what they are answered."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

from sqlalchemy import select, update

from db import schema
from db.vocabulary import SkipReason
from labeling.desk.answers import Answer, AnswerKind
from labeling.desk.serving import Leased
from tests.labeling.worlds import World, press

# With so many items of each kind a leak as wide as those that were found shows by far; chance doesn't pass these.
NOTHING = (0.38, 0.62)


def auc(golden: Iterable[float], ordinary: Iterable[float]) -> float:
    """The chance that a golden item's sign is above an ordinary one's, ties by half: 0.5 tells nothing."""
    pairs = [(one, other) for one in golden for other in ordinary]
    return sum((one > other) + (one == other) / 2 for one, other in pairs) / len(pairs)


def kinds(world: World) -> dict[str, str]:
    """The truth that the attackers want: by token, "golden", "repeat" or "ordinary"."""
    lease, queue = schema.lease, schema.queue
    query = select(lease.c.token, lease.c.repeat, queue.c.golden).join(queue, queue.c.item_id == lease.c.item_id)
    with world.database.snapshot() as connection:
        rows = connection.execute(query).all()
    return {row.token: "repeat" if row.repeat else "golden" if row.golden else "ordinary" for row in rows}


def told(world: World, signs: Mapping[str, float]) -> float:
    """How well these ``signs`` by token tell golden items from ordinary ones, as :func:`auc`; there are enough of both."""
    truth = kinds(world)
    golden = [sign for token, sign in signs.items() if truth[token] == "golden"]
    ordinary = [sign for token, sign in signs.items() if truth[token] == "ordinary"]
    assert len(golden) >= 30 and len(ordinary) >= 30, (len(golden), len(ordinary))
    return auc(golden, ordinary)


def skip(token: str, revision: int = 1) -> Answer:
    """An answer that passes an item over."""
    return Answer(token, revision, AnswerKind.SKIP, reason=SkipReason.OTHER)


def answer_all(world: World, assessor: int, items: Iterable[Leased]) -> list[Leased]:
    """Answer what lies there; what comes then."""
    return world.work(assessor, *[press(item.token) for item in items], want=4).items


def pass_time(world: World, assessor: int, *, labels: int) -> dict[str, int]:
    """Work on as any colleague does, chunk by chunk; which texts came, and as the how-manieth."""
    seen: dict[str, int] = {}
    desk = world.work(assessor, want=1)
    while len(seen) < labels and (desk.items or desk.chunk):
        if not desk.items:
            assert desk.chunk is not None
            desk = world.work(assessor, close=desk.chunk.id, want=1)
            if not desk.items:
                break
        item = desk.items[0]
        seen.setdefault(item.text, len(seen))
        desk = world.work(assessor, press(item.token), want=1)
    return seen


def spread_out(world: World) -> None:
    """Leave room between the items' positions, as an import does."""
    with world.database.transaction() as connection:
        connection.execute(update(schema.queue).values(position=schema.queue.c.position * 1000))


def shuffled(seed: int, n: int) -> list[int]:
    """The numbers below ``n`` in an order of chance."""
    order = list(range(n))
    random.Random(seed).shuffle(order)
    return order
