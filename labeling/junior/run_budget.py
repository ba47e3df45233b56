"""The ledger for requests that are on their way by the dozen: what they reserve, settle and bring back is written together.

One transaction takes whatever has gathered since the one before. What a run has got in between stands in its journal, so
that nothing is lost or paid twice when it is killed (docs/decisions/jobs.md).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from db.engine import Database
from db.vocabulary import CallPurpose
from labeling.errors import LabelingError
from labeling.junior import ledger
from labeling.junior.batch import Batch, Reservation, Writer
from labeling.junior.completion import Bill, Labeled
from labeling.junior.journal import Journal
from labeling.junior.ledger import Planned
from labeling.projects.projects import Project, lock_project
from labeling.runs import claims
from labeling.runs.claims import Claim

# Between two transactions. Of a run, so much longer than the transaction was that it rarely has the database's lock when
# somebody labels.
PAUSE, TIMES_AS_LONG, LONGEST_PAUSE = 0.02, 40, 2.0
# Lookups that gather before the database is asked for them.
_LOOK_UP = 0.05
# Calls with money reserved, at the start; later, what two pauses need. With so few left that were not sent, none is waited for.
_FIRST_RESERVED, _FEW = 48, 24


class RunBudget:
    """The money and the memory of one run; ``for_item`` is what a request about one item holds.

    With a ``held`` claim and its ``journal`` every transaction checks it, so that a run that was cancelled or taken over
    spends no more; without them (a question asked on a page) only the ledger is kept, and ``may_spend`` raises LabelingError
    in the transaction of a reservation whose asker has left.
    """

    def __init__(
        self,
        database: Database,
        project: Project,
        model: str,
        *,
        prompt_id: int | None,
        held: Claim | None = None,
        journal: Journal | None = None,
        clock: Callable[[], datetime],
        may_spend: Callable[[Connection], None] = lambda _connection: None,
    ) -> None:
        self._may_spend = may_spend
        self._database, self._project, self._model = database, project, model
        self._prompt_id, self._held, self._clock = prompt_id, held, clock
        self._journal = journal
        # What gathers, and what is being written just now.
        self._batch, self._writing = Batch(), Batch()
        self._any, self._hurry, self._closing = asyncio.Event(), asyncio.Event(), False
        self._broken: Exception | None = None
        # Calls that hold a reservation still: most of it comes back when they are settled. Of these, those that weren't sent.
        self._under_way, self._unsent = set[int](), set[int]()
        self._most_reserved = _FIRST_RESERVED
        self._lookups: dict[str, asyncio.Future[Mapping[str, Any] | None]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def keep(self) -> None:
        """Write what gathers until :meth:`close`; to be run as a task. What it can't write ends it, and is raised."""
        pause = PAUSE
        while not (self._closing and not self._batch):
            await self._any.wait()
            await self._pause(pause)
            self._any.clear()
            if self._batch:
                began = time.monotonic()
                await self._write()
                if self._held:
                    pause = min(LONGEST_PAUSE, max(PAUSE, TIMES_AS_LONG * (time.monotonic() - began)))
        if self._unsent:
            # Given up between the reservation and the request.
            for call_id in sorted(self._unsent):
                self.settle(Bill(call_id, 0, 0, "not_sent", 0.0))
            await self._write()
        if self._journal is not None:
            self._journal.end()

    def close(self) -> None:
        """Write what is left, then end."""
        self._closing = True
        self._any.set()
        self._hurry.set()

    def for_item(
        self, item_id: int | None, masked: Mapping[str, int] | None, label: CallPurpose = CallPurpose.LABEL
    ) -> ItemBudget:
        """The budget of one item's requests; ``label`` is what its labels are for."""
        return ItemBudget(self, item_id, masked, label)

    def label(self, item_id: int, answer: Labeled, flags: tuple[str, ...]) -> None:
        """Keep what was made of an item."""
        self._check()
        self._batch.labeled.append((item_id, answer, flags))
        self._any.set()

    async def reserve(self, planned: Planned) -> int:
        """See :func:`labeling.junior.ledger.reserve`."""
        self._check()
        reservation = Reservation(planned, asyncio.get_running_loop().create_future())
        self._batch.reservations.append(reservation)
        self._hurry_if_low()
        self._any.set()
        return await reservation.granted

    def sending(self, call_id: int) -> None:
        """The request leaves now; not before it is written down that it does. Raises what has broken the run."""
        self._check()
        self._unsent.discard(call_id)
        self._hurry_if_low()
        if self._journal is not None:
            self._journal.sending(call_id)

    def settle(self, bill: Bill) -> None:
        """See :func:`labeling.junior.ledger.settle`; written with the next transaction."""
        self._batch.bills.append(bill)
        self._unsent.discard(bill.call_id)
        self._any.set()
        if self._journal is not None:
            self._journal.settled(bill)

    def remember(self, request: str, body: Mapping[str, Any]) -> None:
        """Keep an answer."""
        self._batch.answers[request] = body
        self._any.set()
        if self._journal is not None:
            self._journal.answered(request, body)

    async def remembered(self, request: str) -> Mapping[str, Any] | None:
        """The answer to the same request, where there was one."""
        self._check()
        for batch in (self._batch, self._writing):
            if request in batch.answers:
                return batch.answers[request]
        if request not in self._lookups:
            self._lookups[request] = asyncio.get_running_loop().create_future()
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_up())
        return await self._lookups[request]

    def _check(self) -> None:
        """What can't be written any more must not be waited for."""
        if self._broken is not None:
            raise self._broken

    def _hurry_if_low(self) -> None:
        if self._closing or (self._batch.reservations and len(self._unsent) <= _FEW):
            self._hurry.set()

    async def _pause(self, seconds: float) -> None:
        self._hurry.clear()
        await asyncio.sleep(0 if self._closing else PAUSE)
        self._hurry_if_low()
        try:
            await asyncio.wait_for(self._hurry.wait(), seconds - PAUSE)
        except TimeoutError:
            return

    async def _look_up(self) -> None:
        await asyncio.sleep(_LOOK_UP)
        lookups, self._lookups, self._looking = self._lookups, {}, None
        try:
            remembered = await asyncio.to_thread(self._read_answers, list(lookups))
        except (SQLAlchemyError, ValueError) as error:
            for lookup in lookups.values():
                if not lookup.done():
                    lookup.set_exception(error)
            return
        for request, lookup in lookups.items():
            if not lookup.done():
                lookup.set_result(remembered.get(request))

    def _read_answers(self, requests: list[str]) -> dict[str, Any]:
        with self._database.snapshot() as connection:
            return ledger.remembered(connection, self._project.id, requests)

    async def _write(self) -> None:
        batch, self._batch = self._batch, Batch()
        self._under_way -= {bill.call_id for bill in batch.bills}
        room = max(0, self._most_reserved - len(self._under_way))
        waiting = [reservation for reservation in batch.reservations if not reservation.granted.done()]
        batch.reservations, self._batch.reservations = waiting[:room], waiting[room:]
        if not batch:
            return
        self._writing = batch
        try:
            # Of a run, in this thread: another one would hold the database's lock while it waits for this one's requests.
            granted = self._commit(batch) if self._held else await asyncio.to_thread(self._commit, batch)
            if self._journal is not None:
                self._journal.written()
        except Exception as error:
            # Whatever it was: nobody else would ever wake those who wait.
            self._broken = error
            for reservation in (*batch.reservations, *self._batch.reservations):
                if not reservation.granted.done():
                    reservation.granted.set_exception(error)
            raise
        self._writing = Batch()
        self._most_reserved = _FIRST_RESERVED + 2 * len(batch.bills)
        self._tell(batch, granted)

    def _tell(self, batch: Batch, granted: list[int | LabelingError]) -> None:
        fresh = {grant for grant in granted if isinstance(grant, int)}
        self._under_way |= fresh
        self._unsent = (self._unsent | fresh) & self._under_way
        for reservation, grant in zip(batch.reservations, granted, strict=True):
            if reservation.granted.done():
                # Given up while it was written.
                if isinstance(grant, int):
                    self.settle(Bill(grant, 0, 0, "not_sent", 0.0))
            elif isinstance(grant, int):
                reservation.granted.set_result(grant)
            elif self._under_way:
                # A reservation is many times what a call costs: there may be room when those under way are settled.
                self._batch.reservations.append(reservation)
            else:
                reservation.granted.set_exception(grant)
        if self._batch.reservations and not self._under_way:
            # Nobody is left whose bill would wake the writer: these had no room beside those that were refused.
            self._any.set()

    def _commit(self, batch: Batch) -> list[int | LabelingError]:
        run_id = self._held.run_id if self._held else None
        writer = Writer(self._project, self._model, self._prompt_id, run_id, self._clock(), self._may_spend)
        with self._database.snapshot() as connection:
            prepared = writer.prepare(connection, batch)
        with self._database.transaction() as connection:
            # Budgets may have been changed since.
            project = lock_project(connection, self._project.slug, even_archived=True)
            if self._held is not None:
                claims.hold(connection, self._held)
            return replace(writer, project=project).write(connection, prepared, batch)


@dataclass(frozen=True)
class ItemBudget:
    """The :class:`Budget` of one item: every request about it is written down with the item and with what was masked in it."""

    run: RunBudget
    item_id: int | None
    masked: Mapping[str, int] | None
    label: CallPurpose = CallPurpose.LABEL

    async def remembered(self, request: str) -> Mapping[str, Any] | None:
        return await self.run.remembered(request)

    def remember(self, request: str, body: Mapping[str, Any]) -> None:
        self.run.remember(request, body)

    async def reserve(self, purpose: str, tokens_in: int, tokens_out: int) -> int:
        kind = CallPurpose(purpose)
        kind = self.label if kind is CallPurpose.LABEL else kind
        planned = Planned(self.item_id, kind, tokens_in, tokens_out, self.masked)
        return await self.run.reserve(planned)

    def sending(self, call_id: int) -> None:
        self.run.sending(call_id)

    def settle(self, bill: Bill) -> None:
        self.run.settle(bill)
