"""A question to junior that a reader watches: asked, billed, told as events, and broken off when the reader leaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool

from db.engine import Connection, database
from labeling.errors import LabelingError
from labeling.exchange.intake import MAX_TEXT
from labeling.junior.asking import Asking, asking, client_of
from labeling.junior.injection import spoken_to
from labeling.junior.ledger import total_of
from labeling.junior.masker import masker
from labeling.junior.prompts import get_prompt
from labeling.junior.reply import read_reply
from labeling.junior.request import NO, YES
from labeling.junior.run_budget import ItemBudget, RunBudget
from labeling.people.sign_in import Reader
from labeling.privacy import Masked
from labeling.projects.classes import get_classes
from labeling.projects.items import find_item
from labeling.projects.labels import known_labels
from labeling.projects.projects import check_going_on, get_project
from labeling.roles import check_expert
from pages.ui.card_calls import check_theirs, read_call
from pages.ui.figures import money, percent
from pages.ui.sent import UnreadableError, text_of, text_or_none, whole_of
from pages.ui.session import now
from pages.ui.widgets import error_sentence
from pages.ui.words import kinds_in_words, say, title_of

# Answers that come in now: asyncio itself holds tasks but loosely.
_pumps: set[asyncio.Task[None]] = set()


@dataclass(frozen=True)
class Question:
    """One text to be asked about, masked, and what requests are made of."""

    reader: Reader
    about: Asking
    item_id: int | None
    hidden: Masked
    noticed: list[str]
    titles: dict[str, str]


@dataclass(frozen=True)
class _Noting(ItemBudget):
    """A budget that knows which calls were made."""

    calls: list[int] = field(default_factory=list)

    async def reserve(self, purpose: str, tokens_in: int, tokens_out: int) -> int:
        """Reserve the money for one request."""
        self.calls.append(await super().reserve(purpose, tokens_in, tokens_out))
        return self.calls[-1]


def read_question(reader: Reader, body: bytes) -> Question:
    """The question of a request, its text masked. Raises LabelingError for what is no question, or not this reader's."""
    slug, prompt_id, external_id, text = read_call(body, _asked_in)
    check_theirs(reader, slug)
    with database().snapshot() as connection:
        project = get_project(connection, slug)
        _check(connection, project.id, reader)
        prompt = get_prompt(connection, project.id, prompt_id)
        if not prompt.is_written:
            raise LabelingError("bad_request", field="prompt")
        item_id = None
        if external_id is not None:
            item = find_item(connection, project.id, external_id)
            if item is None:
                raise LabelingError("unknown_item", item=external_id)
            item_id, text = item.id, item.text
        about = asking(connection, project, prompt, masker())
        titles = {entry.code: title_of(entry, reader.locale) for entry in get_classes(connection, project.id)}
    return Question(reader, about, item_id, masker().mask(text), spoken_to(text, list(titles)), titles)


def _check(connection: Connection, project_id: int, reader: Reader) -> None:
    """Raise LabelingError where the reader has left or may not ask, or the project was put away."""
    check_going_on(connection, project_id)
    check_expert(connection, project_id, reader.person_id, session=reader.token, now=now())


def _asked_in(sent: Mapping[str, Any]) -> tuple[str, int, str | None, str]:
    """Project, version, and the item's external id or a text typed in."""
    item, text = text_or_none(sent, "item"), (text_or_none(sent, "text") or "").strip()
    if (item is None and not text) or len(text) > MAX_TEXT:
        raise UnreadableError("text")
    return text_of(sent, "project"), whole_of(sent, "prompt"), item, text


async def events_of(question: Question) -> AsyncIterator[str]:
    """The events as they come. Asked for no more of them, the server of the model is left at once."""
    events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
    # In a task of its own: how a response is broken off must not hinder the ledger.
    pump = asyncio.create_task(_pump(question, events))
    _pumps.add(pump)
    pump.add_done_callback(_pumps.discard)
    try:
        while (event := await events.get()) is not None:
            yield f"data: {json.dumps(event, ensure_ascii=False)}\n\n"
    finally:
        pump.cancel()


async def _pump(question: Question, events: asyncio.Queue[dict[str, Any] | None]) -> None:
    about = question.about
    run = RunBudget(
        database(), about.project, about.model, prompt_id=about.prompt.id, clock=now,
        may_spend=lambda connection: _check(connection, about.project.id, question.reader),
    )  # fmt: skip
    budget = _Noting(run, question.item_id, question.hidden.counts)
    writing = asyncio.create_task(run.keep())
    reply_text = ""
    try:
        async with client_of(about.project) as junior:
            async for piece in junior.stream(about.request(question.hidden.text), budget):
                reply_text += piece
                events.put_nowait({"piece": piece})
        run.close()
        # Broken off here, the ledger is written all the same.
        await asyncio.shield(writing)
        events.put_nowait({"done": await run_in_threadpool(_in_sentences, question, reply_text, budget.calls)})
    except LabelingError as error:
        events.put_nowait({"error": error_sentence(error, question.reader.locale)})
    finally:
        # Broken off, it may have been paid: the ledger is told.
        run.close()
        await asyncio.gather(writing, return_exceptions=True)
        events.put_nowait(None)


def _in_sentences(question: Question, reply_text: str, calls: list[int]) -> list[str]:
    """What came of it, in sentences. Raises LabelingError ``reply_...`` where it can't be read."""
    locale = question.reader.locale
    reply = read_reply(reply_text, question.about.request(question.hidden.text))
    title = {YES: say(locale, "junior.live.yes"), NO: say(locale, "junior.live.no")} | question.titles
    sure = percent(reply.stated, locale)
    with database().snapshot() as connection:
        known = known_labels(connection, question.about.project.id)
        cost, tokens_in, tokens_out = total_of(connection, calls)
    named = title.get(reply.label) or title_of(known[reply.label], locale)
    lines = [say(locale, "junior.live.label", label=named, sure=sure)]
    if calls:
        facts = {"cost": money(cost, locale), "tokens_in": tokens_in, "tokens_out": tokens_out}
        lines.append(say(locale, "junior.live.cost", **facts))
    else:
        lines.append(say(locale, "junior.live.remembered"))
    if question.hidden.counts:
        lines.append(say(locale, "junior.live.masked", kinds=kinds_in_words(question.hidden.counts, locale)))
    if question.noticed:
        lines.append(say(locale, "junior.live.spoken_to"))
    return lines
