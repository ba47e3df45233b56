"""Asking junior about many items: as many at once as the server takes, within the budgets, from wherever an earlier try ended.

Texts are masked before anything leaves. What was answered is written down as it comes; a run that is stopped, killed or out
of money goes on later with what is missing. The local junior is the classifier on what is labeled so far, and costs nothing.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, nullcontext
from dataclasses import asdict, replace
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

from sqlalchemy.exc import SQLAlchemyError

from db import schema
from db.engine import Database
from db.statistics import analyse
from db.vocabulary import CallPurpose, ItemForm, PromptKind
from labeling.clock import Clock
from labeling.errors import LabelingError
from labeling.jobs import local_junior
from labeling.junior import estimate, journal, ledger, prompts
from labeling.junior.aftermath import clear_up
from labeling.junior.asking import Asking, asking, client_of, limits
from labeling.junior.client import Junior
from labeling.junior.completion import Labeled
from labeling.junior.journal import Journal
from labeling.junior.masker import Hidden, MaskingHere, MaskingProcess
from labeling.junior.prompts import Prompt
from labeling.junior.request import YES
from labeling.junior.run_budget import RunBudget
from labeling.notation.pairs import turned_text
from labeling.notation.turns import put_together, set_apart
from labeling.privacy import Masker
from labeling.projects.projects import get_project_by_id
from labeling.quality.kinds.sides import turned
from labeling.runs import claims
from labeling.runs.claims import Claim, ClaimLostError
from labeling.runs.progress import Progress
from labeling.runs.runs import get_run

STEPS = {"asking": 100}
_log = logging.getLogger("sverka.jobs")
_PAGE = 200
# From here on masking has a process of its own.
_MANY = 1_000
# Items under way for each place at the server: the ledger and the masking are never waited for.
_AHEAD = 100
# Seconds between two words about how far it is: each of them takes the lock that assessors wait for.
_BETWEEN_REPORTS = 2.0
# So many items in a row without an answer: the server is gone, and the run stops before it burns its tries.
_MOST_FAILURES = 20
# An item's id and text, and whether it is a conversation.
_Text: TypeAlias = tuple[int, str, bool]


def ask_junior(database: Database, held: Claim, *, clock: Clock) -> None:
    """Ask a version about the items that the run names.

    Settings of the run: ``prompt_id``, ``items`` ("all", "unlabeled" or "golden"), ``limit``; with ``sample`` only so many of
    them, drawn at random, and the report tells what the others will come to. Raises LabelingError
    ``no_junior`` (no address or model), ``budget_spent``, ``junior_unreachable``, ``junior_rejected``, and ClaimLostError.
    """
    progress = Progress(database, held, STEPS)
    progress.begin("asking")
    with database.snapshot() as connection:
        run = get_run(connection, held.project_id, held.run_id)
        chosen = dict(run.settings or {})
        prompt = prompts.get_prompt(connection, held.project_id, int(chosen["prompt_id"]))
        if prompt.is_brought:
            raise LabelingError("version_brought")
        sample: list[int] = []
        if chosen.get("sample") and prompt.kind is PromptKind.LLM:
            query = estimate.unasked(held.project_id, prompt.id, chosen).with_only_columns(schema.item.c.id)
            sample = estimate.drawn(connection, query, int(chosen["sample"]), seed=held.run_id)
    settings = chosen | ({"only": sample} if sample else {})
    if prompt.kind is PromptKind.LOCAL:
        answered = local_junior.suggest(database, held, prompt, clock=clock)
        failed = 0
    else:
        # What an earlier try of this run had on its way when it died, and other runs.
        clear_up(database, clock=clock, mine=held.run_id)
        answered, failed = asyncio.run(_ask_all(database, held, prompt, settings, progress, clock))
    progress.end()
    with database.transaction() as connection:
        cost = ledger.spent(connection, held.project_id, f"run:{held.run_id}")
        report: dict[str, Any] = {"prompt_id": prompt.id, "answered": answered, "failed": failed, "cost": cost}
        if sample:
            others = estimate.unasked(held.project_id, prompt.id, chosen)
            report["estimate"] = asdict(estimate.estimate(connection, held.run_id, prompt.id, sample, others, limits()))
        claims.finish(connection, held, report | {"seconds": progress.seconds}, now=clock())
        analyse(connection, schema.suggestion, schema.llm_call, schema.llm_answer, rows=answered)


async def _ask_all(
    database: Database, held: Claim, prompt: Prompt, settings: dict[str, Any], progress: Progress, clock: Clock
) -> tuple[int, int]:
    with database.snapshot() as connection:
        project = get_project_by_id(connection, held.project_id)
        # What leaves the house is masked whatever the project does with what comes in.
        masker = Masker()
        about = asking(connection, project, prompt, masker)
        total = estimate.count_unasked(connection, held.project_id, prompt.id, settings)
    run = _Run(about, client_of(project), database, held, clock)
    run.purpose = CallPurpose.ESTIMATE if "only" in settings else CallPurpose.LABEL
    # What stays until the end needs no looking through, again and again, for what could be thrown away.
    gc.freeze()
    labels = [entry.code for entry in about.classes]
    hiding = MaskingProcess(labels) if total > _MANY else nullcontext(MaskingHere(labels, masker))
    async with run.junior, hiding as masking:
        writing = asyncio.create_task(run.budget.keep())
        watching = asyncio.create_task(run.tell(progress, total))
        try:
            pages = _pages(database, held.project_id, prompt.id, settings)
            async with aclosing(_masked(pages, masking)) as masked:
                async for page in masked:
                    await run.ask(page)
            await run.finish()
        except LabelingError:
            # What is under way will be paid: its answers are waited for.
            await run.drain()
            raise
        finally:
            await run.stop()
            watching.cancel()
            run.budget.close()
            await writing
    return run.answered, run.failed


async def _masked(
    pages: Iterator[list[_Text]], masking: MaskingHere | MaskingProcess
) -> AsyncGenerator[list[tuple[int, Hidden]]]:
    """The items with their texts masked, one portion ahead of those that are asked about. In a conversation every turn keeps its
    speaker."""

    async def masked() -> list[tuple[int, Hidden]]:
        page = await asyncio.to_thread(lambda: next(pages, []))
        laid = [set_apart(text) if is_talk else text for _, text, is_talk in page]
        texts = await masking.hide(laid) if page else []
        return [
            (item_id, replace(hidden, text=put_together(hidden.text, text)) if is_talk else hidden)
            for (item_id, text, is_talk), hidden in zip(page, texts, strict=True)
        ]

    ahead = asyncio.create_task(masked())
    try:
        while page := await ahead:
            ahead = asyncio.create_task(masked())
            yield page
    finally:
        ahead.cancel()
        await asyncio.gather(ahead, return_exceptions=True)


class _Run:
    """The items that are under way."""

    def __init__(self, about: Asking, junior: Junior, database: Database, held: Claim, clock: Clock) -> None:
        self.about, self.junior = about, junior
        self.budget = RunBudget(
            database,
            about.project,
            about.model,
            prompt_id=about.prompt.id,
            held=held,
            journal=Journal(journal.path_of(database, held.run_id)),
            clock=clock,
        )
        self.purpose = CallPurpose.LABEL
        self.answered = self.failed = 0
        self._in_a_row = 0
        self._room = asyncio.Semaphore(junior.limits.in_flight * _AHEAD)
        self._tasks: set[asyncio.Task[None]] = set()
        # The same text of two items is asked about once: the second waits, and is answered from memory.
        self._alike: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._broken: BaseException | None = None
        self._refusal: LabelingError | None = None

    async def tell(self, progress: Progress, total: int) -> None:
        """Tell how far it has come, as often as readers look; a claim that is lost ends the run."""
        while True:
            await asyncio.sleep(_BETWEEN_REPORTS)
            try:
                # In this thread, as the budget writes.
                progress.part(self.answered + self.failed, total)
            except ClaimLostError as error:
                self._broken = self._broken or error
                return
            except SQLAlchemyError:
                # The budget will find out, if it lasts.
                _log.exception("run: how far it is could not be told")

    async def ask(self, page: Sequence[tuple[int, Hidden]]) -> None:
        """Send these on their way, waiting where there is no room. Raises what has broken the run."""
        for item_id, hidden in page:
            await self._room.acquire()
            if self._broken:
                raise self._broken
            task = asyncio.create_task(self._label_item(item_id, hidden))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    async def finish(self) -> None:
        """Wait for all that is under way. Raises what has broken the run, or why not one answer came."""
        await self.drain()
        if self._broken:
            raise self._broken
        if self._refusal is not None and not self.answered:
            # Nothing was answered at all: there is no figure to be made of it, and no success to be told.
            raise self._refusal

    async def drain(self) -> None:
        """Wait for all that is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Leave the server at once; what was under way tells the budget that it may have been paid."""
        for task in self._tasks:
            task.cancel()
        await self.drain()

    async def _label_item(self, item_id: int, hidden: Hidden) -> None:
        try:
            budget = self.budget.for_item(item_id, hidden.counts, self.purpose)
            other_way = self.about.sees_turned(item_id)
            request = self.about.request(turned_text(hidden.text) if other_way else hidden.text)
            async with self._alike.setdefault(request.key(), asyncio.Lock()):
                answer = await self.junior.label(request, budget)
            if other_way:
                answer = replace(answer, label=turned(answer.label))
            target = self.about.prompt.settings.get("target")
            self.budget.label(item_id, _as_class(answer, target), hidden.noticed)
            self.answered += 1
            self._in_a_row = 0
        except LabelingError as error:
            self.failed += 1
            self._in_a_row += 1
            self._refusal = error
            # One text that a server chokes on is left for the next run; a server that is gone, or money, stops this one.
            if error.code != "junior_unreachable" or self._in_a_row >= _MOST_FAILURES:
                self._broken = self._broken or error
        finally:
            self._room.release()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._broken = self._broken or error


def _as_class(answer: Labeled, target: str | None) -> Labeled:
    """Of a version that checks for one class: "yes" is that class, "no" is no suggestion."""
    if target is None or answer.label is None:
        return answer
    if answer.label == YES:
        return replace(answer, label=target)
    return replace(answer, label=None, flags=(*answer.flags, "not_target"))


def _pages(database: Database, project_id: int, prompt_id: int, settings: dict[str, Any]) -> Iterator[list[_Text]]:
    """The items in portions, each read when it is needed: memory doesn't grow with their number."""
    after, left = 0, int(settings.get("limit") or sys.maxsize)
    while left > 0:
        query = estimate.unasked(project_id, prompt_id, settings | {"limit": min(_PAGE, left)}).where(
            schema.item.c.id > after
        )
        query = query.add_columns((schema.item.c.form != ItemForm.TEXT.value).label("is_talk"))
        with database.snapshot() as connection:
            page = [(row.id, row.text, row.is_talk) for row in connection.execute(query)]
        if not page:
            return
        yield page
        after, left = page[-1][0], left - len(page)
