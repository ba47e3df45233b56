"""Any order of claims, answers, skips, corrections, expiry, bans, rulings and closings keeps the invariants."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from db import schema
from db.engine import Database, open_database
from db.migrate import migrate
from db.vocabulary import LabelKind, SkipReason, Standing
from labeling.desk import gates, golden, leases
from labeling.desk.answers import Answer, AnswerKind, Receipt
from labeling.desk.card import DeskState
from labeling.projects.projects import change_settings
from labeling.quality.kinds.sets import members
from labeling.quality.kinds.sides import turned
from tests.labeling.desk import invariants
from tests.labeling.worlds import CLASSES, NOON, World, label_of, make_world, press

WHO = st.integers(0, 3)
PICK = st.integers(0, 10_000)
LABEL = st.sampled_from([*CLASSES, "confusion|neutral", "neutral|gratitude", "|", None])


class DeskMachine(RuleBasedStateMachine):
    """Four assessors at one small project; tokens are remembered for ever and may be sent at any later time."""

    open_empty: ClassVar[Callable[[], Database]]
    # Over all examples: a machine that never reaches a third chunk says nothing of repeats.
    repeated: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.world: World
        self.tokens: list[tuple[int, str]] = []
        self.revision: dict[str, int] = {}
        self.stored: dict[tuple[str, int], str | None] = {}

    @initialize(
        overlap=st.integers(1, 3),
        items=st.integers(1, 24),
        gold=st.integers(0, 4),
        size=st.integers(1, 5),
        repeats=st.integers(0, 2),
        finished=st.sampled_from([0, 3]),
        kind=st.sampled_from(LabelKind),
    )
    def start(
        self, overlap: int, items: int, gold: int, size: int, repeats: int, finished: int, kind: LabelKind
    ) -> None:
        golden_per_chunk = min(size - bool(repeats), 2, gold)
        self.world = make_world(
            type(self).open_empty(),
            items=items,
            golden_items=gold,
            assessors=4,
            overlap=overlap,
            chunk_size=size + repeats,
            golden_per_chunk=golden_per_chunk,
            repeats_per_chunk=repeats,
            kind=kind,
        )

        # Nothing comes back before a third chunk, and few examples get there by themselves.
        for _ in range(finished):
            self.finish(0, CLASSES[0])

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.database.close()

    def ask(self, who: int, *answers: Answer, want: int = 3, close: int | None = None) -> Any:
        self.world.later(seconds=1)
        seen = self.world.work(self.world.assessors[who], *answers, want=want, close=close)
        assert seen.state is DeskState.BANNED or seen.day == self._firsts(who)
        self.tokens += [(who, item.token) for item in seen.items if (who, item.token) not in self.tokens]
        return seen

    @rule(who=WHO, want=st.integers(0, 3))
    def claim(self, who: int, want: int) -> None:
        self.ask(who, want=want)

    @rule(pick=PICK, label=LABEL, again=st.booleans())
    def answer(self, pick: int, label: str | None, again: bool) -> None:
        """Answer any token ever seen, in time or late; a new press has the next revision, a repeated one its own."""
        if not self.tokens:
            return
        who, token = self.tokens[pick % len(self.tokens)]
        label = label_of(self.world.project, label)
        revision = self.revision.get(token, 0)
        revision = max(1, revision) if again else revision + 1
        seen = self.ask(who, press(token, label, revision), want=1)
        self._remember(seen.acknowledged[0].status, token, revision, label)

    @rule(pick=PICK, reason=st.sampled_from(SkipReason))
    def skip(self, pick: int, reason: SkipReason) -> None:
        if not self.tokens:
            return
        who, token = self.tokens[pick % len(self.tokens)]
        revision = self.revision.get(token, 0) + 1
        seen = self.ask(who, Answer(token, revision, AnswerKind.SKIP, reason=reason), want=2)
        status = seen.acknowledged[0].status
        if status is not Receipt.REFUSED:
            self.revision[token] = revision
            if any(known == token for known, _ in self.stored):
                # What was answered can't be un-said: skipping it afterwards is recorded as "unsure".
                self.stored[token, revision] = None

    @rule(who=WHO)
    def close(self, who: int) -> None:
        seen = self.ask(who, want=0)
        if seen.chunk:
            self.ask(who, close=seen.chunk.id)

    @rule(who=WHO)
    def leave(self, who: int) -> None:
        seen = self.ask(who, want=0)
        if seen.chunk:
            self.world.leave(self.world.assessors[who], seen.chunk.id)

    @rule(who=WHO, label=LABEL)
    def finish(self, who: int, label: str | None) -> None:
        """Work through a chunk and close it: what one has answered comes back two chunks later."""
        label = label_of(self.world.project, label)
        seen = self.ask(who)
        while seen.items:
            pressed = [press(item.token, label, self.revision.get(item.token, 0) + 1) for item in seen.items]
            seen = self.ask(who, *pressed)
            for answer, done in zip(pressed, seen.acknowledged, strict=True):
                self._remember(done.status, answer.token, answer.revision, label)
        if seen.chunk:
            self.ask(who, close=seen.chunk.id)

    @rule(minutes=st.sampled_from([1, 20, 31, 600]))
    def wait(self, minutes: int) -> None:
        self.world.later(minutes=minutes)

    @rule(who=WHO, standing=st.sampled_from(Standing))
    def judge(self, who: int, standing: Standing) -> None:
        """Set an assessor's standing as the lead does: a ban takes the leases away."""
        self.world.set_standing(self.world.assessors[who], standing)
        if standing is Standing.BANNED:
            with self.world.database.transaction() as connection:
                leases.release_all(connection, self.world.assessors[who], now=self.world.now)

    @rule(pick=PICK, label=LABEL)
    def rule_golden(self, pick: int, label: str | None) -> None:
        """Any item may become golden, be ruled anew, or be retired, answered or not."""
        items, label = self.world.items + self.world.golden, label_of(self.world.project, label)
        self.world.later(seconds=1)
        with self.world.database.transaction() as connection:
            golden.appoint(
                connection, self.world.project, items[pick % len(items)], label, now=self.world.now, actor=None
            )

    @rule(pick=PICK)
    def suspend(self, pick: int) -> None:
        """Any closed chunk may be set aside; taking one back in is covered by hand, for it may exceed the overlap."""
        with self.world.database.transaction() as connection:
            closed = select(schema.chunk.c.id).where(schema.chunk.c.closed_at.is_not(None)).order_by(schema.chunk.c.id)
            found = connection.execute(closed).scalars().all()
            if found:
                chosen = found[pick % len(found)]
                gates.suspend(connection, self.world.project, chosen, now=self.world.now, actor=None)

    @rule(overlap=st.integers(1, 3))
    def more_overlap(self, overlap: int) -> None:
        """The overlap may rise; a fall is covered by hand, for it leaves items with more than wanted."""
        with self.world.database.transaction() as connection:
            current = connection.execute(select(schema.project.c.overlap)).scalar_one()
            values = {"overlap": max(overlap, current)}
            change_settings(connection, self.world.project.id, values, now=self.world.now, actor=None)

    @invariant()
    def invariants_hold(self) -> None:
        if not hasattr(self, "world"):
            return
        with self.world.database.snapshot() as connection:
            invariants.check(connection)

    @invariant()
    def nothing_acknowledged_is_lost(self) -> None:
        if not hasattr(self, "world"):
            return
        with self.world.database.snapshot() as connection:
            tables = (schema.annotation, schema.repeat)
            said = [connection.execute(select(table.c.label)).scalars().all() for table in tables]
        alike = [Counter(map(self._plain, labels)) for labels in (said[0] + said[1], self.stored.values())]
        assert alike[0] == alike[1]
        type(self).repeated += len(said[1])

    def _plain(self, label: str | None) -> Any:
        """Of a pair it isn't known here how it was shown; of several classes the order of the presses says nothing."""
        if label is not None and self.world.project.kind is LabelKind.SEVERAL:
            return tuple(sorted(members(label)))
        return label and min(label, turned(label) or label)

    def _firsts(self, who: int) -> int:
        """What the day's counter must say: everything since the clock began is of one day."""
        mine, since = self.world.assessors[who], NOON - timedelta(hours=12)
        with self.world.database.snapshot() as connection:
            counts = [
                connection.execute(
                    select(func.count()).where(
                        table.c.assessor_id == mine, table.c.revision == 1, table.c.created_at >= since
                    )
                ).scalar_one()
                for table in (schema.annotation, schema.repeat)
            ]
        return sum(counts)

    def _remember(self, status: Receipt, token: str, revision: int, label: str | None) -> None:
        if status in (Receipt.STORED, Receipt.SURPLUS):
            assert (token, revision) not in self.stored
            self.stored[token, revision] = label
            self.revision[token] = revision


def _run(open_empty: Callable[[], Database], examples: int) -> None:
    DeskMachine.open_empty = staticmethod(open_empty)  # type: ignore[assignment]
    DeskMachine.repeated = 0
    run_state_machine_as_test(
        DeskMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_on_sqlite() -> None:
    with tempfile.TemporaryDirectory() as folder:
        template = open_database(f"sqlite:///{folder}/template.db")
        migrate(template)
        template.close()
        copies = iter(range(10**9))

        def open_empty() -> Database:
            path = Path(folder) / f"{next(copies)}.db"
            path.write_bytes((Path(folder) / "template.db").read_bytes())
            return open_database(f"sqlite:///{path}")

        _run(open_empty, 30)
        assert DeskMachine.repeated > 0


def test_on_postgresql(postgres_url: str) -> None:
    from tests.conftest import temporary_postgres

    with temporary_postgres(postgres_url) as url:
        opened = open_database(url)
        migrate(opened)
        names = ", ".join(table.name for table in schema.metadata.sorted_tables)

        def open_empty() -> Database:
            again = open_database(url)
            with again.transaction() as connection:
                connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
            return again

        _run(open_empty, 6)
        opened.close()


def test_every_invariant_query_runs(database: Database) -> None:
    make_world(database)
    with database.snapshot() as connection:
        found = {name: connection.exec_driver_sql(query).all() for name, query in invariants.BROKEN.items()}
    assert {name: rows for name, rows in found.items() if rows} == {}
