"""While people label: classes change in any order between claims, answers and closings, and nothing that was said is lost."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from db import schema
from db.engine import Database, open_database
from db.migrate import migrate
from db.vocabulary import ChangeKind, LabelKind
from labeling.class_changes.acting import change_classes, undo_change
from labeling.class_changes.history import changes_of
from labeling.class_changes.plans import Change
from labeling.facts.votes import votes
from labeling.projects.classes import get_classes
from labeling.quality.kinds.sets import members
from tests.labeling.desk.test_stateful import PICK, DeskMachine
from tests.labeling.worlds import press


class ChangingMachine(DeskMachine):
    """The desk's machine, whose lead renames and merges classes and takes that back; browsers know the first classes only."""

    named = 0

    def _live(self) -> list[str]:
        with self.world.database.snapshot() as connection:
            return [entry.code for entry in get_classes(connection, self.world.project.id)]

    def _change(self, kind: ChangeKind, code: str, into: str) -> None:
        with self.world.database.transaction() as connection:
            change_classes(
                connection, self.world.project, Change(kind, (code,), (into,)), now=self.world.now, actor=None
            )

    @rule(pick=PICK)
    def rename(self, pick: int) -> None:
        if self.world.project.kind is not LabelKind.PAIR:
            self.named += 1
            live = self._live()
            self._change(ChangeKind.RENAME, live[pick % len(live)], f"name {self.named}")

    @rule(pick=PICK, other=PICK)
    def merge(self, pick: int, other: int) -> None:
        live = self._live()
        code, into = live[pick % len(live)], live[other % len(live)]
        if self.world.project.kind is not LabelKind.PAIR and len(live) > 2 and code != into:
            self._change(ChangeKind.MERGE, code, into)

    @rule()
    def undo(self) -> None:
        with self.world.database.transaction() as connection:
            newest = next((done for done in changes_of(connection, self.world.project.id) if done.can_undo), None)
            if newest is not None:
                undo_change(connection, self.world.project, newest.id, now=self.world.now, actor=None)

    @rule(pick=PICK, chosen=PICK)
    def answer_anew(self, pick: int, chosen: int) -> None:
        """With a class as it is called now."""
        if self.tokens and self.world.project.kind is not LabelKind.PAIR:
            who, token = self.tokens[pick % len(self.tokens)]
            live, revision = self._live(), self.revision.get(token, 0) + 1
            label = live[chosen % len(live)]
            seen = self.ask(who, press(token, label, revision), want=1)
            self._remember(seen.acknowledged[0].status, token, revision, label)

    @invariant()
    def every_vote_is_for_a_class_of_now(self) -> None:
        if not hasattr(self, "world"):
            return
        with self.world.database.snapshot() as connection:
            said: set[Any] = set(votes(connection, self.world.project.id)["label"].drop_nulls())
        several = self.world.project.kind is LabelKind.SEVERAL
        assert {code for label in said for code in (members(label) if several else (label,))} <= set(self._live())


def _run(open_empty: Callable[[], Database], examples: int) -> None:
    ChangingMachine.open_empty = staticmethod(open_empty)  # type: ignore[assignment]
    run_state_machine_as_test(
        ChangingMachine,
        settings=settings(
            max_examples=examples, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
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

        _run(open_empty, 15)


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

        _run(open_empty, 3)
        opened.close()
