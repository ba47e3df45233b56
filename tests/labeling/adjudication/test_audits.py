"""Audits: drawn at random from what no expert has settled; only the newest is served."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from db.frames import adjudication as adjudication_frames
from db.vocabulary import Role
from labeling.adjudication import bulk, undoing
from labeling.adjudication.audits import LEAST, auditable, draw_audit
from labeling.adjudication.queue import Candidate
from labeling.adjudication.rulings import RulingReceipt
from labeling.desk import golden
from labeling.errors import LabelingError
from labeling.facts import settled
from labeling.facts.audits import audited, audits_drawn
from labeling.quality.audit import residual
from labeling.review.audited import by_audit, population_of
from tests.labeling.adjudication.auditing import put_analysis, rule_by_truth
from tests.labeling.adjudication.test_queue import bench, claim, ids, rule
from tests.labeling.worlds import World, add_person


def analysed(world: World, scores: dict[int, float] | None = None) -> int:
    """An analysis of the world that is done: every item has the label "neutral" and its score, 0.1 unless told."""
    given = dict.fromkeys(world.items, "neutral")
    told = dict.fromkeys(world.items, 0.1) | (scores or {})
    return put_analysis(world.database, world.project, given, told, now=world.now)


def draw(world: World, run_id: int, size: int, actor: int | None = None) -> pl.DataFrame:
    """POPULATION of a new audit."""
    with world.database.transaction() as connection:
        made = draw_audit(connection, world.project, run_id, size, now=world.now, actor=actor)
    with world.database.snapshot() as connection:
        return adjudication_frames.audit_population(connection, made)


def sample_of(population: pl.DataFrame) -> list[int]:
    drawn = population.drop_nulls("position").sort("position")
    return drawn["item_id"].to_list()


def test_the_population_is_written_down_and_the_sample_has_its_places(database: Database) -> None:
    world, (me, _) = bench(database, items=100)
    population = draw(world, analysed(world), 30, me)
    assert population["item_id"].to_list() == world.items
    assert set(population["given"]) == {"neutral"}
    assert population["position"].drop_nulls().sort().to_list() == list(range(30))
    assert sorted(population["stratum"].unique()) == [0, 1, 2]
    with database.snapshot() as connection:
        (row,) = adjudication_frames.audits(connection, world.project.id).to_dicts()
        event = connection.execute(select(schema.audit_event).where(schema.audit_event.c.verb == "draw_audit")).one()
    assert (row["size"], row["population"]) == (30, 100)
    assert (event.target, event.person_id) == (str(row["audit"]), me)


def test_settled_items_are_left_out(database: Database) -> None:
    world, (me, _) = bench(database, items=60)
    ruled, appointed = world.items[0], world.items[1]
    rule(world, me, claim(world, me, [ruled], want=1)[0])
    with database.transaction() as connection:
        golden.appoint(connection, world.project, appointed, "neutral", now=world.now, actor=None)
    population = draw(world, analysed(world), 20)
    assert population["item_id"].to_list() == world.items[2:]


def test_what_was_ruled_in_bulk_is_read_by_the_next_audit_and_not_ruled_in_bulk_while_it_waits(
    database: Database,
) -> None:
    """The audit is about the label that the bulk ruling gave, and its word is an audit's, not a second opinion."""
    world, (me, _) = bench(database, items=60, audit_share=1.0)
    run_id, items = analysed(world), [Candidate(item, "neutral") for item in world.items[:40]]
    with database.transaction() as connection:
        labels = dict.fromkeys(world.items[:40], "confusion")
        bulk.rule_many(connection, world.project, items, labels, now=world.now, actor=None)
    world.later(minutes=1)
    population = draw(world, run_id, 60)
    assert population["given"].to_list() == ["confusion"] * 40 + ["neutral"] * 20
    with database.transaction() as connection:
        awaited = bulk.preview(connection, world.project, items, labels, overrule=True)
        assert awaited.left_out == {"audited": 40}
    for one in claim(world, me, want=60):
        assert rule(world, me, one) == RulingReceipt.STORED
    with database.transaction() as connection:
        assert bulk.preview(connection, world.project, items, labels, overrule=True).ruled == 40
        (found,) = audits_drawn(connection, world.project.id)
        audit = audited(connection, *found)
    assert (audit.ruled, audit.unseen, audit.overall.before.value, audit.overall.after.value) == (60, 0, 1.0, 0.0)


def test_a_bulk_ruling_after_the_draw_spares_the_sample_and_is_no_word_of_the_experts(database: Database) -> None:
    world, (me, _) = bench(database, items=60, audit_share=1.0)
    drawn = sample_of(draw(world, analysed(world), 20))
    items, labels = [Candidate(item, "neutral") for item in world.items], dict.fromkeys(world.items, "gratitude")
    world.later(minutes=1)
    with database.transaction() as connection:
        done = bulk.rule_many(connection, world.project, items, labels, now=world.now, actor=None)
    assert (done.ruled, done.left_out) == (40, 20)
    for one in claim(world, me, want=20):
        assert one.item_id in drawn
        rule(world, me, one)
    with database.snapshot() as connection:
        audit = audited(connection, *audits_drawn(connection, world.project.id)[0])
    # The expert calls all twenty wrong: what is left is of them alone, and nobody has read the others.
    assert (audit.unseen, audit.overall.before.value) == (40, 1.0)
    assert (audit.overall.after.value, audit.overall.after.n) == (0.0, 20)


def test_a_ruling_taken_back_settles_nothing(database: Database) -> None:
    world, _ = bench(database, items=40)
    with database.transaction() as connection:
        items = [Candidate(world.items[0], "neutral")]
        act = bulk.rule_many(
            connection, world.project, items, {world.items[0]: "gratitude"}, now=world.now, actor=None
        ).act
        undoing.undo(connection, world.project, act, now=world.now, actor=None)
    assert draw(world, analysed(world), 20).height == 40


def test_the_part_ruled_so_far_is_a_random_one_of_every_stratum(sqlite_database: Database) -> None:
    """Half of the labels are suspicious: they get more of the sample, from its first items on, and not in their order."""
    world, _ = bench(sqlite_database, items=200)
    suspicious = dict.fromkeys(world.items[:100], 0.5)
    population = draw(world, analysed(world, suspicious), 60)
    order = sample_of(population)
    strata = dict(population.select("item_id", "stratum").iter_rows())
    for most in (12, 30, 60):
        counted = pl.Series([strata[item] for item in order[:most]]).value_counts()["count"]
        assert counted.len() == 6
        assert counted.max() - counted.min() <= 1
    assert order != sorted(order)
    assert 30 < len([item for item in order if item in suspicious]) < 60


def test_a_second_audit_takes_the_place_of_the_first_and_finds_other_items(database: Database) -> None:
    world, (me, _) = bench(database, items=60, audit_share=1.0)
    run_id = analysed(world)
    first = sample_of(draw(world, run_id, 20))
    assert ids(claim(world, me, want=2)) == first[:2]
    for one in claim(world, me, want=2):
        rule(world, me, one)
    second = sample_of(draw(world, run_id, 20))
    assert not {*first[:2]} & {*second}
    assert second != first
    assert ids(claim(world, me, want=2)) == second[:2]


def test_what_can_not_be_drawn_is_refused(sqlite_database: Database) -> None:
    world, (me, _) = bench(sqlite_database, items=30)
    run_id = analysed(world)
    for size in (LEAST - 1, 31):
        with pytest.raises(LabelingError, match="audit_too_small") as refused:
            draw(world, run_id, size, me)
        assert refused.value.details == {"least": LEAST, "most": 30, "size": size}
    with pytest.raises(LabelingError, match="unknown_run"):
        draw(world, run_id + 1, LEAST, me)
    with sqlite_database.transaction() as connection:
        assert auditable(connection, world.project, run_id).height == 30
        connection.execute(schema.run_evidence.delete())
    with pytest.raises(LabelingError, match="unknown_run"):
        draw(world, run_id, LEAST, me)


def test_an_assessor_draws_no_audit(sqlite_database: Database) -> None:
    world, _ = bench(sqlite_database, items=30)
    run_id = analysed(world)
    with pytest.raises(LabelingError, match="not_allowed"):
        draw(world, run_id, LEAST, world.assessors[0])
    with sqlite_database.transaction() as connection:
        lead = add_person(connection, "lead", world.project, Role.LEAD)
    assert draw(world, run_id, LEAST, lead).height == 30


def test_the_estimate_covers_a_truth_that_is_known(sqlite_database: Database) -> None:
    """Some 15 % of 600 labels are wrong; the scores know something of it, and the expert goes by them beside the audit."""
    world, (me, _) = bench(sqlite_database, items=600, audit_share=0.5)
    random = np.random.default_rng(7)
    wrong = random.random(len(world.items)) < 0.2
    truth = {item: "gratitude" if bad else "neutral" for item, bad in zip(world.items, wrong, strict=True)}
    score = np.clip(0.15 + 0.25 * (wrong - 0.15) + random.normal(0, 0.1, len(wrong)), 0.01, 0.99)
    run_id = analysed(world, dict(zip(world.items, score.tolist(), strict=True)))
    draw(world, run_id, 80)
    rule_by_truth(sqlite_database, world.project, me, run_id, truth, 130, now=world.now)
    with sqlite_database.snapshot() as connection:
        audits, rulings = (read(connection, world.project.id) for read in (adjudication_frames.audits, settled.rulings))
        ((row, mine),) = by_audit(audits, rulings)
        population = population_of(adjudication_frames.audit_population(connection, row["audit"]), mine)
    found = residual(population).overall
    routes = dict(rulings["route"].value_counts().iter_rows())
    assert found.audited == routes["audit"]
    assert found.targeted == routes["suspicion"]
    put_right = rulings.filter(pl.col("label") == "gratitude").height
    assert found.ruled_wrong == put_right
    # The queue finds more than chance would, so the audited share must not be read off all rulings.
    assert put_right / 130 > 1.5 * wrong.mean()
    assert found.before.low <= wrong.mean() <= found.before.high
    assert found.after.low <= (wrong.sum() - put_right) / len(wrong) <= found.after.high
    assert found.before.high - found.before.low < 0.2
