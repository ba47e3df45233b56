"""A chunk through the real desk by a simulated assessor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from db.engine import Database
from labeling.demo.simulate import DemoItem, Profile, answer, changes_mind, heeding, random_for
from labeling.desk import card as desk
from labeling.desk.answers import Answer, AnswerKind
from labeling.desk.card import Acknowledged
from labeling.desk.serving import Leased

# Seconds that it takes to think again.
SECOND_THOUGHT = 3.0


@dataclass
class Worker:
    """One simulated assessor: ``met`` are the items that they have seen, and grows."""

    person_id: int
    profile: Profile
    met: set[str] = field(default_factory=set)


def work_a_chunk(
    database: Database, slug: str, worker: Worker, by_text: Mapping[str, DemoItem], begin: datetime
) -> None:
    """A chunk from its first item to its closing, in one transaction: nobody waits between these answers.

    ``by_text`` are all items that may be served, by their text.
    """
    clock = begin
    pressed: list[Answer] = []
    last: DemoItem | None = None
    with database.transaction() as connection:
        while True:
            view = desk.work(connection, slug, worker.person_id, answers=pressed, want=1, now=clock, day_start=begin)
            # What they are told of their last answer comes with its receipt.
            pressed = [second for told in view.acknowledged if (second := _second_thought(worker, last, told))]
            if not view.items:
                break
            leased = view.items[0]
            last = by_text[leased.text]
            first = _answer(worker, last, leased)
            pressed.append(first)
            clock += timedelta(seconds=first.seconds or 0)
        if view.chunk:
            desk.work(
                connection, slug, worker.person_id, answers=pressed, close_chunk=view.chunk.id, want=0, now=clock,
                day_start=begin,
            )  # fmt: skip


def _answer(worker: Worker, item: DemoItem, leased: Leased) -> Answer:
    """What they press for an item, with junior's suggestion before them or without."""
    login = worker.profile.login
    given = answer(item, worker.profile, random_for(login, item.id, again=item.id in worker.met))
    if leased.suggestion is not None:
        given = heeding(given, leased.suggestion.label, random_for(login, f"{item.id}/suggested"))
    worker.met.add(item.id)
    kind = AnswerKind.LABEL if given.label else AnswerKind.UNSURE
    return Answer(leased.token, 1, kind, given.label, comment=given.comment, seconds=given.seconds)


def _second_thought(worker: Worker, item: DemoItem | None, told: Acknowledged) -> Answer | None:
    """The answer that takes back the last one, where junior would have said otherwise and is believed."""
    if item is None or told.suggestion is None:
        return None
    label = told.suggestion.label
    if not changes_mind(item, label, random_for(worker.profile.login, f"{item.id}/told")):
        return None
    return Answer(told.token, told.revision + 1, AnswerKind.LABEL, label, seconds=SECOND_THOUGHT)
