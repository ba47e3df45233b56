"""A chunk through the real desk by a simulated assessor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from db.engine import Database
from labeling.demo.simulate import DemoItem, Profile, answer, random_for
from labeling.desk import card as desk
from labeling.desk.answers import Answer, AnswerKind


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
    clock, login = begin, worker.profile.login
    pressed: list[Answer] = []
    with database.transaction() as connection:
        while True:
            view = desk.work(connection, slug, worker.person_id, answers=pressed, want=1, now=clock, day_start=begin)
            if not view.items:
                break
            leased = view.items[0]
            item = by_text[leased.text]
            simulated = answer(item, worker.profile, random_for(login, item.id, again=item.id in worker.met))
            worker.met.add(item.id)
            kind = AnswerKind.LABEL if simulated.label else AnswerKind.UNSURE
            comment, seconds = simulated.comment, simulated.seconds
            pressed = [Answer(leased.token, 1, kind, simulated.label, comment=comment, seconds=seconds)]
            clock += timedelta(seconds=simulated.seconds)
        if view.chunk:
            desk.work(connection, slug, worker.person_id, close_chunk=view.chunk.id, want=0, now=clock, day_start=begin)
