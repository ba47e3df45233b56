"""Which items lie before an expert: one expert each, suspicion first, audits and second opinions among them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from db import schema
from db.engine import Database
from db.vocabulary import Role, Verdict
from labeling.adjudication import eligible
from labeling.adjudication import queue as docket
from labeling.adjudication import rulings as adjudicate
from labeling.adjudication.queue import Brought, Candidate
from labeling.adjudication.rulings import Ruling, RulingReceipt
from labeling.desk import golden
from labeling.errors import LabelingError
from labeling.projects.guidelines import publish_guideline
from labeling.projects.projects import lock_project
from tests.labeling.worlds import World, add_person, make_world


def bench(database: Database, *, experts: int = 2, **settings: object) -> tuple[World, list[int]]:
    """A world with experts; nothing is audited or asked twice unless the settings say so."""
    world = make_world(database, **({"audit_share": 0.0, "second_share": 0.0} | settings))  # type: ignore[arg-type]
    with database.transaction() as connection:
        people = [add_person(connection, f"expert{n}", world.project, Role.EXPERT) for n in range(experts)]
    return world, people


def claim(
    world: World,
    expert: int,
    order: Sequence[int] | None = None,
    *,
    want: int = 2,
    batch: int | None = None,
    narrowed: bool = False,
) -> list[Brought]:
    """One request of the ruling card; candidates in the order of the items unless told otherwise."""
    wanted = [Candidate(item_id, "neutral", 0.5) for item_id in (world.items if order is None else order)]
    with world.database.transaction() as connection:
        project = lock_project(connection, world.project.slug)
        return docket.claim(
            connection, project, expert, wanted, want=want, now=world.now, batch_id=batch, narrowed=narrowed
        )


def rule(world: World, expert: int, one: Brought, label: str | None = "gratitude", **said: object) -> RulingReceipt:
    """Rule one item; without a label it is passed over unless a verdict is given."""
    verdict = Verdict.LABEL if label else None
    ruling = Ruling(**({"token": one.token, "revision": 1, "verdict": verdict, "label": label} | said))  # type: ignore[arg-type]
    with world.database.transaction() as connection:
        return adjudicate.rule(connection, lock_project(connection, world.project.slug), expert, ruling, now=world.now)


def draw_audit(world: World, sample: Sequence[int]) -> None:
    """An audit of all items whose sample is these, in this order."""
    with world.database.transaction() as connection:
        row = {"project_id": world.project.id, "size": len(sample), "population": len(world.items)}
        connection.execute(insert(schema.audit).values(row | {"created_at": world.now}))
        audit_id = connection.execute(select(schema.audit.c.id).order_by(schema.audit.c.id.desc())).scalars().first()
        rows = [
            {
                "audit_id": audit_id,
                "item_id": item_id,
                "given": "neutral",
                "stratum": 0,
                "position": sample.index(item_id) if item_id in sample else None,
            }
            for item_id in world.items
        ]
        connection.execute(insert(schema.audit_item), rows)


def ids(brought: Sequence[Brought]) -> list[int]:
    return [one.item_id for one in brought]


def test_served_in_the_callers_order_and_again_after_a_refresh(database: Database) -> None:
    world, (me, _) = bench(database)
    order = world.items[::-1]
    first = claim(world, me, order)
    assert ids(first) == order[:2]
    assert claim(world, me, order) == first
    rule(world, me, first[0])
    assert ids(claim(world, me, order)) == order[1:3]


def test_two_experts_never_hold_the_same_item(database: Database) -> None:
    world, (me, other) = bench(database)
    mine, theirs = claim(world, me, want=4), claim(world, other, want=4)
    assert ids(mine) == world.items[:4]
    assert ids(theirs) == world.items[4:8]


def test_many_experts_at_once_share_the_items_out(sqlite_database: Database) -> None:
    world, people = bench(sqlite_database, experts=6, items=12)
    with ThreadPoolExecutor(len(people)) as pool:
        found = [one for held in pool.map(lambda expert: claim(world, expert, want=2), people) for one in held]
    assert sorted(ids(found)) == world.items


def test_the_database_itself_refuses_a_second_holder(database: Database) -> None:
    """Whatever the code above it does: the index is the guard."""
    world, (me, other) = bench(database)
    claim(world, me, want=1)
    lease = schema.expert_lease
    with database.snapshot() as connection:
        row = dict(connection.execute(select(lease)).one()._mapping)
    row |= {"id": row["id"] + 1, "token": "another", "expert_id": other}
    with pytest.raises(IntegrityError, match=r"(?i)unique"), database.transaction() as connection:
        connection.execute(insert(lease).values(row))


def test_a_lease_ends_and_the_item_is_free_for_another(database: Database) -> None:
    world, (me, other) = bench(database)
    (late,) = claim(world, me, want=1)
    world.later(minutes=docket.LEASE_MINUTES + 1)
    assert ids(claim(world, other, want=1)) == [late.item_id]


def test_looked_at_again_a_lease_is_renewed(database: Database) -> None:
    world, (me, other) = bench(database)
    (held,) = claim(world, me, want=1)
    for _ in range(3):
        world.later(minutes=docket.LEASE_MINUTES - 1)
        assert ids(claim(world, me, want=1)) == [held.item_id]
    assert ids(claim(world, other, want=1)) == [world.items[1]]


def test_given_back_items_are_served_to_others(database: Database) -> None:
    world, (me, other) = bench(database)
    claim(world, me)
    with database.transaction() as connection:
        docket.release(connection, world.project, me, now=world.now)
    assert ids(claim(world, other)) == world.items[:2]


def test_ruled_golden_and_passed_over_items_are_not_served(database: Database) -> None:
    world, (me, other) = bench(database)
    rule(world, me, claim(world, me, want=1)[0])
    rule(world, me, claim(world, me, want=1)[0], None)
    with database.transaction() as connection:
        golden.appoint(connection, world.project, world.items[2], "neutral", now=world.now, actor=None)
    assert ids(claim(world, me, want=1)) == [world.items[3]]
    # Passed over by one, it is another's to rule.
    assert ids(claim(world, other, want=1)) == [world.items[1]]


def test_an_item_the_guide_is_unclear_on_waits_for_the_next_guide(database: Database) -> None:
    world, (me, _) = bench(database)
    rule(world, me, claim(world, me, want=1)[0], None, verdict=Verdict.UNCLEAR, rationale="which of the two?")
    assert ids(claim(world, me, want=1)) == [world.items[1]]
    with database.transaction() as connection:
        docket.release(connection, world.project, me, now=world.now)
        world.later(minutes=1)
        publish_guideline(connection, world.project.id, body_ru="а", body_en="a", now=world.now, actor=None)
    assert ids(claim(world, me, want=1)) == [world.items[0]]


def test_an_item_sent_back_waits_for_an_answer(database: Database) -> None:
    world, (me, _) = bench(database)
    assessor = world.assessors[0]
    rule(world, me, claim(world, me, want=1)[0], None, verdict=Verdict.SENT_BACK)
    assert ids(claim(world, me, want=1)) == [world.items[1]]
    with database.transaction() as connection:
        docket.release(connection, world.project, me, now=world.now)
    world.later(minutes=1)
    for one in world.work(assessor, want=3).items:
        world.label(assessor, one.token)
    assert ids(claim(world, me, want=1)) == [world.items[0]]


def test_the_audit_is_among_the_others_and_not_served_by_suspicion(database: Database) -> None:
    world, (me, _) = bench(database, audit_share=0.5, items=20)
    sample = [world.items[n] for n in (7, 0, 12, 3)]
    draw_audit(world, sample)
    served: list[int] = []
    for _ in range(20):
        (one,) = claim(world, me, want=1)
        served.append(one.item_id)
        rule(world, me, one)
    assert [item_id for item_id in served if item_id in sample] == sample
    assert sorted(served) == world.items
    routes = schema.adjudication.c.route
    with database.snapshot() as connection:
        audited = select(schema.adjudication.c.item_id).where(routes == "audit")
        assert set(connection.execute(audited).scalars()) == set(sample)
    # Neither all at the front nor all at the back.
    assert served[:4] != sample
    assert served[-4:] != sample


def test_a_batch_is_worked_through_even_where_it_meets_the_audit(database: Database) -> None:
    world, (me, _) = bench(database)
    draw_audit(world, world.items[:3])
    with database.transaction() as connection:
        connection.execute(insert(schema.batch).values(project_id=world.project.id, name="b", created_at=world.now))
    assert ids(claim(world, me, world.items[:3], want=3, batch=1)) == world.items[:3]


def test_a_second_opinion_is_blind_to_the_first_and_never_ones_own(database: Database) -> None:
    world, (me, other) = bench(database, second_share=1.0)
    one = claim(world, me, [world.items[0]], want=1)[0]
    rule(world, me, one, rationale="because")
    assert claim(world, me, []) == []
    (again,) = claim(world, other, [])
    assert again.item_id == world.items[0]
    assert again.given == "neutral"
    assert rule(world, other, again, "gratitude") is RulingReceipt.SECOND
    # They agree: nobody is asked a third time.
    assert claim(world, me, []) == claim(world, other, []) == []


def test_two_rulings_that_differ_go_to_a_third_or_to_the_lead(database: Database) -> None:
    world, (me, other, third) = bench(database, experts=3, second_share=1.0)
    with database.transaction() as connection:
        lead = add_person(connection, "lead", world.project, Role.LEAD)
    rule(world, me, claim(world, me, [world.items[0]], want=1)[0], "gratitude")
    (again,) = claim(world, other, [], want=1)
    rule(world, other, again, "confusion")
    assert claim(world, me, []) == claim(world, other, []) == []
    (to_lead,) = claim(world, lead, [])
    assert to_lead.item_id == world.items[0]
    with database.transaction() as connection:
        docket.release(connection, world.project, lead, now=world.now)
    (to_third,) = claim(world, third, [])
    assert rule(world, third, to_third, "gratitude") is RulingReceipt.STORED
    assert claim(world, lead, []) == []
    with database.snapshot() as connection:
        assert connection.execute(eligible.disputed(connection, world.project.id)).all() == []


def test_a_second_opinion_that_was_corrected_is_weighed_against_the_first_word(database: Database) -> None:
    """Pressed wrong and corrected at once, it agrees with the first; corrected away from it, it doesn't."""
    world, (me, other, third) = bench(database, experts=3, second_share=1.0)
    for item, pressed, meant in ((world.items[0], "confusion", "gratitude"), (world.items[1], "gratitude", "neutral")):
        rule(world, me, claim(world, me, [item], want=1)[0], "gratitude")
        (again,) = claim(world, other, [], want=1)
        rule(world, other, again, pressed)
        rule(world, other, again, meant, revision=2)
    with database.snapshot() as connection:
        (row,) = connection.execute(eligible.disputed(connection, world.project.id)).all()
    assert (row.id, row.first, row.second) == (world.items[1], me, other)
    assert ids(claim(world, third, [])) == [world.items[1]]


def test_only_experts_and_leads_are_served(database: Database) -> None:
    world, _ = bench(database)
    with pytest.raises(LabelingError, match="not_allowed"):
        claim(world, world.assessors[0])


def test_who_asks_for_some_gets_nothing_mixed_in(database: Database) -> None:
    """Among items of one class, an item of another would be known for a random one."""
    world, (me, _) = bench(database, audit_share=1.0, items=20)
    draw_audit(world, world.items[10:14])
    assert ids(claim(world, me, want=1)) == [world.items[10]]
    assert ids(claim(world, me, world.items[:3], want=9, narrowed=True)) == [world.items[10], *world.items[:3]]
