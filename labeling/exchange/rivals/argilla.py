"""Argilla's records: fields, responses by user, suggestions. As objects, and flat as its datasets write them, now and earlier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from labeling.exchange.blocks import Omitted
from labeling.exchange.cells import text_of
from labeling.exchange.pairs import better_of
from labeling.exchange.rivals.rows import Flat, Question, facts_of, proposal

_RESPONSES, _SUGGESTION, _EARLIER = ".responses", ".suggestion", "-suggestion"
_MARKS = frozenset(("responses", "suggestions", "_server_id", "external_id"))
# About the record's way through the tool, not about the text.
_TECHNICAL = frozenset(("id", "external_id", "status", "_server_id", "_inserted_at", "_updated_at", "vectors"))


class _Response(NamedTuple):
    question: str
    value: Any
    user: Any
    status: Any


class _Guess(NamedTuple):
    question: str | None
    value: Any
    agent: Any = None
    score: Any = None


class Argilla:
    """One file of Argilla: of several questions the first that is met gives the labels, one called ``label`` before others."""

    name = "Argilla"

    def __init__(self, question: Question | None = None) -> None:
        self._question = question or Question()

    def is_record(self, record: Mapping[str, Any]) -> bool:
        """Whether it has fields and what belongs to them, or columns such as ``label.responses.users``."""
        if isinstance(record.get("fields"), dict):
            return not _MARKS.isdisjoint(record)
        return any(name.endswith((_RESPONSES + ".users", _SUGGESTION, _EARLIER)) for name in record)

    def flatten(self, record: Mapping[str, Any]) -> Flat:
        """A vote for each submitted response; drafts and discarded ones are left out.

        >>> said = [{"value": "card", "user_id": "ann"}, {"value": "x", "user_id": "bob", "status": "draft"}]
        >>> flat = Argilla().flatten({"id": "r1", "fields": {"text": "hi"}, "responses": {"label": said}})
        >>> flat.rows
        [{'item': 'r1', 'text': 'hi', 'annotator': 'ann', 'label': 'card', 'suggestions': None}]
        >>> flat.left_out
        [(<Omitted.DRAFT: 'draft'>, 'bob: x')]
        """
        nested = isinstance(record.get("fields"), dict)
        flat = self._question.flat()
        responses = list(_nested(record, flat) if nested else _flat(record, flat))
        item = next(
            (record[name] for name in ("id", "external_id", "_server_id") if record.get(name) is not None), None
        )
        base = facts_of(item, _fields(record) if nested else _columns(record)) | {"annotator": None, "label": None}
        # Whatever stands first in the object: that is what a question about classes is called by default.
        responses.sort(key=lambda response: response.question != "label")
        votes = [vote for response in responses if (vote := self._vote(response, flat))]
        suggested = list(_suggested(record, flat) if nested else _suggested_flat(record))
        suggested.sort(key=lambda guess: guess.question != "label")
        return flat.add(base, votes).suggest([guess for each in suggested if (guess := self._guess(each, flat))])

    def _guess(self, guess: _Guess, flat: Flat) -> dict[str, Any] | None:
        value = self._preferred(guess.value)
        label = value[0] if isinstance(value, list) and len(value) == 1 and not flat.several else value
        if not self._is_label(label, guess.question, flat) or not self._question.is_the_one(guess.question):
            flat.leave(Omitted.PREDICTION, guess.question, guess.value)
            return None
        score = guess.score[0] if isinstance(guess.score, list) and len(guess.score) == 1 else guess.score
        return proposal(guess.agent or self.name, label if isinstance(label, list) else text_of(label), score)

    def _is_label(self, value: object, question: str | None, flat: Flat) -> bool:
        if isinstance(value, list):
            return flat.several and all(isinstance(entry, str) for entry in value)
        return isinstance(value, str) or (isinstance(value, int | float) and self._question.takes_numbers(question))

    def _vote(self, response: _Response, flat: Flat) -> dict[str, Any] | None:
        user, value = response.user, self._preferred(response.value)
        if response.status in ("draft", "discarded", "pending"):
            flat.leave(Omitted.CANCELLED if response.status == "discarded" else Omitted.DRAFT, user, value)
        elif self._question.is_of_pairs and isinstance(value, list) and len(value) > 2:
            flat.leave(Omitted.RANKING_OF_MORE, user, value)
        elif isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
            ranks = any("rank" in entry for entry in value if isinstance(entry, dict))
            flat.leave(Omitted.RANKING if ranks else Omitted.SPANS, user, value)
        elif isinstance(value, dict) or not self._is_it(response):
            flat.leave(Omitted.OTHER_QUESTION, user, response.question, value)
        elif (label := flat.label_of(value, user)) is not None:
            return {"annotator": user, "label": label}
        return None

    def _preferred(self, value: object) -> object:
        """Of a ranking of two candidates, by ranks or in order, which is the better one; anything else as it is."""
        if not self._question.is_of_pairs or not isinstance(value, list) or len(value) != 2:
            return value
        ranks = [
            (text_of(entry.get("value")), entry.get("rank")) if isinstance(entry, dict) else (text_of(entry), at)
            for at, entry in enumerate(value)
        ]
        told = [(name, float(rank)) for name, rank in ranks if isinstance(rank, int | float)]
        return (better_of(told) if len(told) == 2 else None) or value

    def _is_it(self, response: _Response) -> bool:
        if isinstance(response.value, int | float) and not self._question.takes_numbers(response.question):
            self._question.count(response.question)
            return False
        return self._question.is_it(response.question)


def _nested(record: Mapping[str, Any], flat: Flat) -> Iterator[_Response]:
    responses = record.get("responses")
    if isinstance(responses, dict):
        for question, given in responses.items():
            for entry in flat.objects(given):
                yield _Response(question, entry.get("value"), entry.get("user_id"), entry.get("status"))
        return
    # As older versions had it: a response holds the values of all questions.
    for entry in flat.objects(responses):
        values = entry.get("values")
        for question, answer in (values if isinstance(values, dict) else {}).items():
            value = answer.get("value") if isinstance(answer, dict) else answer
            yield _Response(question, value, entry.get("user_id"), entry.get("status"))


def _flat(record: Mapping[str, Any], flat: Flat) -> Iterator[_Response]:
    for name, values in record.items():
        if name.endswith(_RESPONSES) and isinstance(values, list):
            users, states = (_of_equal_length(record.get(f"{name}.{part}"), values) for part in ("users", "status"))
            question = name.removesuffix(_RESPONSES)
            yield from (_Response(question, *said) for said in zip(values, users, states, strict=True))
        elif f"{name}{_EARLIER}" in record:
            for entry in flat.objects(values):
                yield _Response(name, entry.get("value"), entry.get("user_id"), entry.get("status"))


def _of_equal_length(cells: object, values: list[Any]) -> list[Any]:
    return cells if isinstance(cells, list) and len(cells) == len(values) else [None] * len(values)


def _suggested(record: Mapping[str, Any], flat: Flat) -> Iterator[_Guess]:
    given = record.get("suggestions")
    if isinstance(given, dict):
        given = [entry | {"question_name": name} if isinstance(entry, dict) else entry for name, entry in given.items()]
    for entry in flat.objects(given):
        yield _Guess(*(entry.get(name) for name in ("question_name", "value", "agent", "score")))


def _suggested_flat(record: Mapping[str, Any]) -> Iterator[_Guess]:
    for name, value in record.items():
        if value is None:
            continue
        if name.endswith(_SUGGESTION):
            yield _Guess(
                name.removesuffix(_SUGGESTION), value, record.get(f"{name}.agent"), record.get(f"{name}.score")
            )
        elif name.endswith(_EARLIER):
            about = record.get(f"{name}-metadata")
            told = about if isinstance(about, dict) else {}
            yield _Guess(name.removesuffix(_EARLIER), value, told.get("agent"), told.get("score"))


def _fields(record: Mapping[str, Any]) -> dict[str, Any]:
    metadata = record.get("metadata")
    return {**(metadata if isinstance(metadata, dict) else {}), **record["fields"]}


def _columns(record: Mapping[str, Any]) -> dict[str, Any]:
    earlier = [name.removesuffix(_EARLIER) for name in record if name.endswith(_EARLIER)]
    asked = {f"{name}{part}" for name in earlier for part in ("", _EARLIER, f"{_EARLIER}-metadata")}
    of_answers = (_RESPONSES, _SUGGESTION)
    return {
        name: value
        for name, value in record.items()
        if name not in _TECHNICAL | asked and not any(name.endswith(part) or f"{part}." in name for part in of_answers)
    }
