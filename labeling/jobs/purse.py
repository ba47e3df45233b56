"""The ledger for requests that are on their way by the dozen: what they reserve, settle and bring back is written together.

One transaction takes whatever has gathered since the one before, so a second of 300 requests costs a few dozen writes and
answers of assessors go on between them. Nothing is told "done" before it is committed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import SQLAlchemyError

from db import schema
from db.engine import Database
from db.vocabulary import CallPurpose
from labeling.errors import LabelingError
from labeling.jobs import claims
from labeling.jobs.claims import Claim, ClaimLostError
from labeling.machine.completion import Bill, Labeled
from labeling.tasks import ledger
from labeling.tasks.ledger import Planned, Settled
from labeling.tasks.projects import Project, lock_project

# Between two transactions: long enough for some answers to gather, short beside an answer's way. What isn't written when the
# process is killed is asked and paid for again.
PAUSE = 0.02


@dataclass(frozen=True)
class Wish:
    """A reservation that is waited for."""

    planned: Planned
    granted: asyncio.Future[int]


@dataclass
class Pile:
    """What waits for the next transaction."""

    wishes: list[Wish] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    labeled: list[tuple[int, Labeled, tuple[str, ...]]] = field(default_factory=list)
    written: list[asyncio.Future[None]] = field(default_factory=list)
    lookups: dict[str, asyncio.Future[Mapping[str, Any] | None]] = field(default_factory=dict)

    @property
    def is_written(self) -> bool:
        """Whether it takes a transaction."""
        return bool(self.wishes or self.bills or self.answers or self.labeled)

    def __bool__(self) -> bool:
        return self.is_written or bool(self.lookups)


class RunPurse:
    """The money and the memory of one run; ``for_item`` is what a request about one item holds.

    With a ``held`` claim every transaction checks it, so that a run that was cancelled or taken over spends no more; without
    one (a question asked on a page) only the ledger is kept.
    """

    def __init__(
        self,
        database: Database,
        project: Project,
        model: str,
        *,
        prompt_id: int | None,
        held: Claim | None = None,
        clock: Callable[[], datetime],
    ) -> None:
        self._database, self._project, self._model = database, project, model
        self._prompt_id, self._held, self._clock = prompt_id, held, clock
        self._pile, self._any, self._closing = Pile(), asyncio.Event(), False
        self._broken: Exception | None = None
        # Calls that hold a reservation still: most of it comes back when they are settled.
        self._under_way: set[int] = set()

    async def keep(self) -> None:
        """Write what gathers until :meth:`close`; to be run as a task. What it can't write ends it, and is raised."""
        while not (self._closing and not self._pile):
            await self._any.wait()
            self._any.clear()
            pile, self._pile = self._pile, Pile()
            if pile:
                began = time.monotonic()
                await self._write(pile)
                await asyncio.sleep(0 if self._closing else max(0.0, PAUSE - (time.monotonic() - began)))

    def close(self) -> None:
        """Write what is left, then end."""
        self._closing = True
        self._any.set()

    def for_item(
        self, item_id: int | None, masked: Mapping[str, int] | None, label: CallPurpose = CallPurpose.LABEL
    ) -> ItemPurse:
        """The purse of one item's requests; ``label`` is what its labels are for."""
        return ItemPurse(self, item_id, masked, label)

    async def label(self, item_id: int, found: Labeled, flags: tuple[str, ...]) -> None:
        """Keep what was made of an item."""
        self._check()
        self._pile.labeled.append((item_id, found, flags))
        await self._until_written()

    async def reserve(self, planned: Planned) -> int:
        """See :func:`labeling.tasks.ledger.reserve`."""
        self._check()
        wish = Wish(planned, asyncio.get_running_loop().create_future())
        self._pile.wishes.append(wish)
        self._any.set()
        return await wish.granted

    def settle(self, bill: Bill) -> None:
        """See :func:`labeling.tasks.ledger.settle`; written with the next transaction."""
        self._pile.bills.append(bill)
        self._any.set()

    async def remember(self, request: str, body: Mapping[str, Any]) -> None:
        """Keep an answer."""
        self._check()
        self._pile.answers[request] = body
        await self._until_written()

    async def remembered(self, request: str) -> Mapping[str, Any] | None:
        """The answer to the same request, where there was one."""
        self._check()
        if request not in self._pile.lookups:
            self._pile.lookups[request] = asyncio.get_running_loop().create_future()
        self._any.set()
        return await self._pile.lookups[request]

    def _check(self) -> None:
        """What can't be written any more must not be waited for."""
        if self._broken is not None:
            raise self._broken

    async def _until_written(self) -> None:
        self._check()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pile.written.append(done)
        self._any.set()
        await done

    async def _write(self, pile: Pile) -> None:
        try:
            granted, known = await asyncio.to_thread(self._commit, pile)
        except (ClaimLostError, LabelingError, SQLAlchemyError) as error:
            self._broken = error
            for part in (pile, self._pile):
                waiting: list[asyncio.Future[Any]] = [wish.granted for wish in part.wishes]
                for each in (*waiting, *part.written, *part.lookups.values()):
                    if not each.done():
                        each.set_exception(error)
            raise
        self._under_way -= {bill.call_id for bill in pile.bills}
        self._under_way |= {found for found in granted if isinstance(found, int)}
        for wish, found in zip(pile.wishes, granted, strict=True):
            if wish.granted.done():
                continue
            if isinstance(found, int):
                wish.granted.set_result(found)
            elif self._under_way:
                # A reservation is many times what a call costs: there may be room when those under way are settled.
                self._pile.wishes.append(wish)
            else:
                wish.granted.set_exception(found)
        for request, looked_up in pile.lookups.items():
            if not looked_up.done():
                looked_up.set_result(known.get(request))
        for done in pile.written:
            if not done.done():
                done.set_result(None)

    def _commit(self, pile: Pile) -> tuple[list[int | LabelingError], dict[str, Any]]:
        now = self._clock()
        known: dict[str, Any] = {}
        if pile.lookups:
            # Before the lock is taken: assessors wait for it.
            with self._database.snapshot() as connection:
                known = ledger.remembered_of(connection, self._project.id, list(pile.lookups))
        if not pile.is_written:
            return [], known
        with self._database.transaction() as connection:
            project = lock_project(connection, self._project.slug)
            if self._held is not None:
                claims.hold(connection, self._held)
            settled = [
                Settled(bill.call_id, bill.tokens_in, bill.tokens_out, bill.outcome, bill.seconds, bill.is_known)
                for bill in pile.bills
            ]
            ledger.settle(connection, project, settled, now=now)
            ledger.remember(connection, project.id, pile.answers, now=now)
            self._keep_labels(connection, project, pile, now)
            return self._grant(connection, project, pile.wishes, now), known

    def _grant(
        self, connection: Connection, project: Project, wishes: list[Wish], now: datetime
    ) -> list[int | LabelingError]:
        """As many as the budget has room for, in their order; the others get its refusal."""
        if not wishes:
            return []
        planned = [wish.planned for wish in wishes]
        run_id = self._held.run_id if self._held else None
        try:
            with connection.begin_nested():
                granted = ledger.reserve(
                    connection, project, self._model, planned, run_id=run_id, prompt_id=self._prompt_id, now=now
                )
                return list(granted)
        except LabelingError as error:
            fitting = self._fitting(connection, planned, int(str(error.details.get("left", 0))))
            # All of them fit one budget and not another, or none fits: then there is no more to try.
            some = self._grant(connection, project, wishes[:fitting], now) if fitting < len(wishes) else []
            return [*some, *[error] * (len(wishes) - len(some))]

    def _fitting(self, connection: Connection, planned: list[Planned], left: int) -> int:
        at = ledger.price_of(connection, self._model)
        reached = accumulate(at.cost(one.tokens_in, one.tokens_out) for one in planned)
        return sum(amount <= left for amount in reached)

    def _keep_labels(self, connection: Connection, project: Project, pile: Pile, now: datetime) -> None:
        if not pile.labeled:
            return
        table = schema.suggestion
        ids = [item_id for item_id, _, _ in pile.labeled]
        known = select(table.c.item_id).where(table.c.prompt_id == self._prompt_id, table.c.item_id.in_(ids))
        there = set(connection.execute(known).scalars())
        rows = [
            {
                "project_id": project.id,
                "item_id": item_id,
                "prompt_id": self._prompt_id,
                "label": found.label,
                "confidence": found.confidence,
                "source": found.source,
                "rationale": found.reason,
                "flags": [*flags, *found.flags] or None,
                "created_at": now,
            }
            for item_id, found, flags in pile.labeled
            if item_id not in there
        ]
        if rows:
            connection.execute(insert(table), rows)


@dataclass(frozen=True)
class ItemPurse:
    """The purse of one item: every request about it is written down with the item and with what was masked in it."""

    run: RunPurse
    item_id: int | None
    masked: Mapping[str, int] | None
    label: CallPurpose = CallPurpose.LABEL

    async def remembered(self, request: str) -> Mapping[str, Any] | None:
        """The answer to the same request, where there was one."""
        return await self.run.remembered(request)

    async def remember(self, request: str, body: Mapping[str, Any]) -> None:
        """Keep an answer."""
        await self.run.remember(request, body)

    async def reserve(self, purpose: str, tokens_in: int, tokens_out: int) -> int:
        """Reserve the money for one request."""
        asked = CallPurpose(purpose)
        asked = self.label if asked is CallPurpose.LABEL else asked
        planned = Planned(self.item_id, asked, tokens_in, tokens_out, self.masked)
        return await self.run.reserve(planned)

    async def settle(self, bill: Bill) -> None:
        """Write down what a request came to."""
        self.run.settle(bill)
