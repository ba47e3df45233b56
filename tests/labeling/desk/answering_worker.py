"""A process that labels for a few assessors until nothing is left, and keeps a journal; made to be killed any time.

``python -m tests.labeling.desk.answering_worker SETTINGS`` with the JSON of :class:`Settings`.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db.engine import Database, open_database
from labeling.desk import card as desk
from labeling.desk.answers import Answer, AnswerKind, Receipt
from labeling.desk.card import Desk, DeskState
from tests.labeling.worlds import CLASSES

SENT, ACKNOWLEDGED = "sent", "acknowledged"


@dataclass(frozen=True)
class Settings:
    """Where to work, for whom, and which file to append to; ``orders`` is a file that the test may rewrite."""

    url: str
    slug: str
    assessors: list[int]
    journal: str
    orders: str
    seed: int


@dataclass(frozen=True)
class Orders:
    """``linger``: seconds at most before a commit, and again before its acknowledgement, so that a kill falls there;
    ``ahead``: minutes that the clock is put forward."""

    linger: float = 0.0
    ahead: float = 0.0

    def write(self, path: Path) -> None:
        """Replace the file at once, so that no reader sees half of it."""
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(self)), encoding="utf-8")
        draft.replace(path)


class Worker:
    """Takes turns for its assessors: answers what lies on the desk, now and then twice, now and then anew."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.random = random.Random(settings.seed)
        self.database: Database = open_database(settings.url)
        self.journal = os.open(settings.journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.answers: dict[int, list[Answer]] = {assessor: [] for assessor in settings.assessors}

    def run(self) -> None:
        """Work until every assessor is told that nothing is left."""
        orders = Path(self.settings.orders)
        while not orders.exists():
            time.sleep(0.005)
        while self.answers:
            for assessor in list(self.answers):
                if self._turn(assessor, Orders(**json.loads(orders.read_text(encoding="utf-8")))) is DeskState.DONE:
                    del self.answers[assessor]
        self.database.close()

    def _turn(self, assessor: int, orders: Orders) -> DeskState:
        answers = self.answers[assessor]
        seen = self._work(assessor, answers, orders, want=self.random.randint(1, 3))
        if seen.state is DeskState.CHUNK_DONE and seen.chunk:
            seen = self._work(assessor, [], orders, want=1, close=seen.chunk.id)
        if seen.state is DeskState.WAITING:
            time.sleep(0.02)
        fresh = [self._press(item.token, 1) for item in seen.items[: self.random.randint(1, 3)]]
        self.answers[assessor] = fresh + [self._again(answer) for answer in answers if self.random.random() < 0.2]
        return seen.state

    def _work(
        self, assessor: int, answers: list[Answer], orders: Orders, *, want: int, close: int | None = None
    ) -> Desk:
        self._note(SENT, answers)
        now = datetime.now(UTC) + timedelta(minutes=orders.ahead)
        with self.database.transaction() as connection:
            seen = desk.work(
                connection,
                self.settings.slug,
                assessor,
                answers=answers,
                close_chunk=close,
                want=want,
                now=now,
                day_start=now - timedelta(hours=12),
            )
            time.sleep(self.random.uniform(0, orders.linger))
        time.sleep(self.random.uniform(0, orders.linger))
        # It is committed: from here on it is promised.
        stored = [done.status in (Receipt.STORED, Receipt.SURPLUS) for done in seen.acknowledged]
        self._note(ACKNOWLEDGED, [answer for answer, kept in zip(answers, stored, strict=True) if kept])
        return seen

    def _press(self, token: str, revision: int) -> Answer:
        return Answer(token, revision, AnswerKind.LABEL, self.random.choice(CLASSES), seconds=1.0)

    def _again(self, answer: Answer) -> Answer:
        """The same press once more, with another label that must not count, or a correction that must."""
        return self._press(answer.token, answer.revision + self.random.randint(0, 1))

    def _note(self, what: str, answers: list[Answer]) -> None:
        lines = [json.dumps([what, answer.token, answer.revision, answer.label]) + "\n" for answer in answers]
        if lines:
            os.write(self.journal, "".join(lines).encode())


if __name__ == "__main__":
    Worker(Settings(**json.loads(sys.argv[1]))).run()
