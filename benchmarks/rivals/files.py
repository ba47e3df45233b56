"""The same votes as each tool writes them in its own exports: made by hand after what the tools document."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

CLASSES = ("карты", "вход", "тариф", "спасибо", "прочее")
PEOPLE = ("anna@bank.example", "boris@bank.example", "vera@bank.example", "oleg@bank.example")
PER_ITEM = 3
_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_SEASONING = (
    "Где карта?",
    "«Ёлка» № 5",
    "no\u00a0break",
    "😀👍",
    "=1+1",
    "@bank",
    'say "hi"',
    "a;b,c\td",
    "line\nline",
    "\u200bжду",
)


@dataclass(frozen=True)
class Vote:
    """What one person said of one item, and when."""

    item: str
    text: str
    annotator: str
    label: str
    at: datetime
    seconds: float


def votes(items: int) -> list[Vote]:
    """Three votes on each of so many items, the same at every call."""
    draw = random.Random(1)
    made = []
    for number in range(items):
        text = " ".join(draw.choices(_SEASONING, k=4)) + f" {number}"
        for annotator in draw.sample(PEOPLE, PER_ITEM):
            at = _NOON + timedelta(seconds=len(made))
            made.append(Vote(f"i{number}", text, annotator, draw.choice(CLASSES), at, draw.randint(1, 90)))
    return made


def _of_items(made: Sequence[Vote]) -> list[list[Vote]]:
    grouped: dict[str, list[Vote]] = {}
    for vote in made:
        grouped.setdefault(vote.item, []).append(vote)
    return list(grouped.values())


def _lines(records: Sequence[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def _table(rows: Sequence[Sequence[object]], separator: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode()


def label_studio(made: Sequence[Vote]) -> bytes:
    """Tasks with annotations."""
    tasks = []
    for number, said in enumerate(_of_items(made), 1):
        annotations = [
            {
                "id": at,
                "completed_by": {"email": vote.annotator},
                "result": [
                    {"from_name": "intent", "to_name": "text", "type": "choices", "value": {"choices": [vote.label]}}
                ],
                "was_cancelled": False,
                "lead_time": vote.seconds,
                "created_at": vote.at.isoformat(),
            }
            for at, vote in enumerate(said)
        ]
        data = {"item": said[0].item, "text": said[0].text}
        tasks.append({"id": number, "data": data, "annotations": annotations, "predictions": [], "drafts": []})
    return json.dumps(tasks, ensure_ascii=False).encode()


def label_studio_min(made: Sequence[Vote]) -> bytes:
    """A row an annotation."""
    rows = [
        {"text": vote.text, "id": int(vote.item[1:]), "intent": vote.label, "annotator": vote.annotator}
        | {
            "annotation_id": at,
            "created_at": vote.at.isoformat(),
            "updated_at": vote.at.isoformat(),
            "lead_time": vote.seconds,
        }
        for at, vote in enumerate(made)
    ]
    return json.dumps(rows, ensure_ascii=False).encode()


def argilla(made: Sequence[Vote]) -> bytes:
    """Records with responses by user."""
    records = [
        {
            "id": said[0].item,
            "fields": {"text": said[0].text},
            "metadata": {},
            "suggestions": {},
            "responses": {"intent": [{"value": vote.label, "user_id": vote.annotator} for vote in said]},
            "vectors": {},
        }
        for said in _of_items(made)
    ]
    return json.dumps(records, ensure_ascii=False).encode()


def doccano(made: Sequence[Vote]) -> bytes:
    """Annotations by user, with the names of labels."""
    return _lines(
        [
            {
                "id": at,
                "text": said[0].text,
                "annotations": [
                    {"label": vote.label, "user": vote.annotator, "created_at": vote.at.isoformat()} for vote in said
                ],
                "meta": {},
            }
            for at, said in enumerate(_of_items(made))
        ]
    )


def prodigy(made: Sequence[Vote]) -> bytes:
    """Choices that were accepted."""
    return _lines(
        [
            {
                "text": vote.text,
                "_input_hash": int(vote.item[1:]),
                "_task_hash": int(vote.item[1:]),
                "options": [{"id": code, "text": code} for code in CLASSES],
                "_view_id": "choice",
                "accept": [vote.label],
                "answer": "accept",
                "_timestamp": int(vote.at.timestamp()),
                "_annotator_id": vote.annotator,
                "_session_id": vote.annotator,
            }
            for vote in made
        ]
    )


def potato(made: Sequence[Vote]) -> bytes:
    """What each user chose in one scheme."""
    return _lines(
        [
            {
                "id": vote.item,
                "displayed_text": vote.text,
                "user_id": vote.annotator,
                "label_annotations": {"intent": {vote.label: "1"}},
                "span_annotations": {},
            }
            for vote in made
        ]
    )


def toloka(made: Sequence[Vote]) -> bytes:
    """The table of accepted assignments."""
    names = ("INPUT:text", "OUTPUT:intent", "GOLDEN:intent", "HINT:text", "ASSIGNMENT:link", "ASSIGNMENT:task_id")
    names += ("ASSIGNMENT:assignment_id", "ASSIGNMENT:worker_id", "ASSIGNMENT:status", "ASSIGNMENT:started")
    rows = [
        (
            vote.text,
            vote.label,
            "",
            "",
            "https://t.example/1",
            vote.item,
            at,
            vote.annotator,
            "APPROVED",
            vote.at.isoformat(),
        )
        for at, vote in enumerate(made)
    ]
    return _table([names, *rows], "\t")


def mturk(made: Sequence[Vote]) -> bytes:
    """The table of results of a batch."""
    names = ("HITId", "AssignmentId", "WorkerId", "AssignmentStatus", "SubmitTime", "WorkTimeInSeconds", "Input.text")
    rows = [
        (vote.item, at, vote.annotator, "Approved", vote.at.isoformat(), vote.seconds, vote.text, vote.label)
        for at, vote in enumerate(made)
    ]
    return _table([(*names, "Answer.intent.label"), *rows])


def crowd_kit(made: Sequence[Vote]) -> bytes:
    """Task, worker, label."""
    return _table(
        [("task", "worker", "label", "text"), *((vote.item, vote.annotator, vote.label, vote.text) for vote in made)]
    )


MADE: dict[str, tuple[Callable[[Sequence[Vote]], bytes], str]] = {
    "label_studio": (label_studio, "tasks.json"),
    "label_studio_min": (label_studio_min, "min.json"),
    "argilla": (argilla, "records.json"),
    "doccano": (doccano, "all.jsonl"),
    "prodigy": (prodigy, "answers.jsonl"),
    "potato": (potato, "annotated.jsonl"),
    "toloka": (toloka, "assignments.tsv"),
    "mturk": (mturk, "batch.csv"),
    "crowd_kit": (crowd_kit, "votes.csv"),
}
