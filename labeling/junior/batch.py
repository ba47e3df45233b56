"""What requests on their way by the dozen want of the ledger and bring back, written in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, Dialect

from db import schema
from db.many import Many, insert_new, many
from labeling.errors import LabelingError
from labeling.junior import ledger
from labeling.junior.completion import Bill, Labeled
from labeling.junior.ledger import Planned
from labeling.projects.labels import add_sets
from labeling.projects.projects import Project
from labeling.quality.kinds.sets import SEPARATOR


@dataclass(frozen=True)
class Reservation:
    """Money for a call, and who waits for it."""

    planned: Planned
    granted: asyncio.Future[int]


@dataclass
class Batch:
    """What waits for the next transaction."""

    reservations: list[Reservation] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    labeled: list[tuple[int, Labeled, tuple[str, ...]]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.reservations or self.bills or self.answers or self.labeled)


@dataclass(frozen=True)
class Writer:
    """Whose batch it is: the project, the model, and what asks."""

    project: Project
    model: str
    prompt_id: int | None
    run_id: int | None
    now: datetime
    may_spend: Callable[[Connection], None] = lambda _connection: None
    """Raises LabelingError where whoever asks may no more."""

    def prepare(self, connection: Connection, batch: Batch) -> list[Many]:
        """What it brings back, as it is to be written; reads only, before the lock is taken that others wait for."""
        settled = ledger.settlement(connection, self.project, batch.bills, now=self.now)
        answers = ledger.memory(connection.dialect, self.project.id, batch.answers, now=self.now)
        return [*settled.writes, answers, self._labels(connection.dialect, batch)]

    def write(self, connection: Connection, prepared: list[Many], batch: Batch) -> list[int | LabelingError]:
        """Write it down; says for each reservation the id of its call, or why it was refused."""
        if sets := sorted(
            {answer.label for _, answer, _ in batch.labeled if answer.label and SEPARATOR in answer.label}
        ):
            add_sets(connection, self.project, sets)
        for statement in prepared:
            statement.execute(connection)
        planned = [reservation.planned for reservation in batch.reservations]
        try:
            self.may_spend(connection)
        except LabelingError as refusal:
            return [refusal] * len(planned)
        return self._grant(connection, planned)

    def _grant(self, connection: Connection, planned: list[Planned]) -> list[int | LabelingError]:
        """As many as the budget has room for, in their order; the others get its refusal."""
        if not planned:
            return []
        try:
            with connection.begin_nested():
                granted = ledger.reserve(
                    connection,
                    self.project,
                    self.model,
                    planned,
                    run_id=self.run_id,
                    prompt_id=self.prompt_id,
                    now=self.now,
                )
                return list(granted)
        except LabelingError as error:
            fitting = self._fitting(connection, planned, int(str(error.details.get("left", 0))))
            # All of them fit one budget and not another, or none fits: then there is no more to try.
            some = self._grant(connection, planned[:fitting]) if fitting < len(planned) else []
            return [*some, *[error] * (len(planned) - len(some))]

    def _fitting(self, connection: Connection, planned: list[Planned], left: int) -> int:
        at = ledger.price_of(connection, self.model)
        reached = accumulate(at.cost(request.tokens_in, request.tokens_out) for request in planned)
        return sum(amount <= left for amount in reached)

    def _labels(self, dialect: Dialect, batch: Batch) -> Many:
        rows = [
            {
                "project_id": self.project.id,
                "item_id": item_id,
                "prompt_id": self.prompt_id,
                "label": answer.label,
                "confidence": answer.confidence,
                "source": answer.source,
                "rationale": answer.reason,
                "flags": [*flags, *answer.flags] or None,
                "created_at": self.now,
            }
            for item_id, answer, flags in batch.labeled
        ]
        return many(dialect, insert_new(dialect, schema.suggestion), rows)
