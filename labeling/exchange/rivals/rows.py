"""What a record of another tool becomes: rows under our own column names, and what of it is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from db.vocabulary import LabelKind, LabelSource
from labeling.exchange.blocks import Omitted
from labeling.exchange.cells import text_of

# A tool's own fields by these names would be taken for what we say of a vote.
_OURS = frozenset(
    ("item", "annotator", "label", "unsure", "comment", "flagged", "seconds", "surplus", "revision", "created_at")
) | {"golden", "explanation", "suggestions"}

_OWN_SOURCES = frozenset(source.value for source in LabelSource)
SUGGESTIONS = "suggestions"
"""The column of what models proposed for a row's text: a list of objects with ``model``, ``label`` and ``score``."""


@dataclass
class Flat:
    """A record as rows, one a vote and at least one; answers that became no vote, each with its reason; how many labels
    are numbers by which the tool knows its labels. ``several``: an answer may name any number of classes."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[tuple[Omitted, str]] = field(default_factory=list)
    label_ids: int = 0
    several: bool = False

    def leave(self, reason: Omitted, *words: object) -> None:
        """Leave out an answer; ``words`` show which."""
        self.left_out.append((reason, ": ".join(shown for word in words if (shown := text_of(word)))))

    def objects(self, value: object) -> list[dict[str, Any]]:
        """The objects of a list; what else is in it is left out."""
        entries = value if isinstance(value, list) else [] if value is None else [value]
        for entry in entries:
            if not isinstance(entry, dict):
                self.leave(Omitted.NOT_UNDERSTOOD, entry)
        return [entry for entry in entries if isinstance(entry, dict)]

    def add(self, base: Mapping[str, Any], votes: Iterable[Mapping[str, Any]]) -> Flat:
        """Add the record's facts with each of its votes, or alone where it has none."""
        self.rows += [{**base, **vote} for vote in votes] or [dict(base)]
        return self

    def suggest(self, proposals: list[dict[str, Any]]) -> Flat:
        """Say in the first row what models proposed for the text. A final label of our own export is no model's."""
        for ours in [given for given in proposals if is_own_source(given["model"])]:
            self.leave(Omitted.PREDICTION, ours["model"], ours["label"])
        self.rows[0][SUGGESTIONS] = [given for given in proposals if not is_own_source(given["model"])] or None
        return self

    def label_of(self, labels: Any, *words: object) -> str | list[str] | None:
        """The label where exactly one was given, or the list of them where there may be several; otherwise the answer is left
        out. ``labels`` is one, or a list."""
        given = labels if isinstance(labels, list) else [labels]
        if any(isinstance(label, dict | list) for label in given):
            self.leave(Omitted.NOT_UNDERSTOOD, *words, given)
            return None
        named = list(dict.fromkeys(filter(None, (text_of(label).strip() for label in given))))
        if self.several and isinstance(labels, list):
            return named
        if len(named) != 1:
            self.leave(Omitted.SEVERAL_LABELS if named else Omitted.NO_LABEL, *words, ", ".join(named))
            return None
        return named[0]


def is_own_source(name: object) -> bool:
    """Whether it is what our exports of final labels call where a label comes from: read back, it would be a fact.

    >>> is_own_source("consensus"), is_own_source("gpt")
    (True, False)
    """
    return name in _OWN_SOURCES


def proposal(model: object, label: str | list[str], score: object) -> dict[str, Any]:
    """What a model proposed for a text, as it stands in the column :data:`SUGGESTIONS`."""
    return {"model": model, "label": label, "score": score}


class Tool(Protocol):
    """One file of another labeling tool; it remembers what it must from record to record."""

    name: str

    def is_record(self, record: Mapping[str, Any]) -> bool:
        """Whether a JSON object is this tool's."""
        ...

    def flatten(self, record: Mapping[str, Any]) -> Flat:
        """The rows that such an object becomes."""
        ...


class Question:
    """The one question of a file whose answers are its labels: the ``wanted``, or the first that is met. Those to others are no
    votes, since they would stand among its classes; ``answers`` counts those to each. ``kind`` is that of the labels.

    >>> question = Question()
    >>> [question.is_it(name) for name in ("topic", "tone", None, "topic")], question.answers
    ([True, False, True, True], {'topic': 2, 'tone': 1})
    """

    def __init__(self, wanted: str | None = None, kind: str | None = None) -> None:
        self._wanted = self._name = wanted
        self._kind = kind
        self.answers: dict[str, int] = {}

    def flat(self) -> Flat:
        """A record of which nothing is known yet."""
        return Flat(several=self._kind == LabelKind.SEVERAL)

    def takes_numbers(self, name: str | None) -> bool:
        """Whether ratings and numbers are labels: of a scale, or where just this question was asked for. Counts no answer."""
        return self._kind == LabelKind.ORDERED or (name is not None and name == self._wanted)

    @property
    def is_of_pairs(self) -> bool:
        """Whether labels say which of two candidates is better."""
        return self._kind == LabelKind.PAIR

    def count(self, name: str | None) -> None:
        """Count an answer."""
        if name is not None:
            self.answers[name] = self.answers.get(name, 0) + 1

    def is_it(self, name: str | None) -> bool:
        """Whether an answer to the question of this name, which is counted, has the label; where no name is told, it does."""
        self.count(name)
        return self.is_the_one(name)

    def is_the_one(self, name: str | None) -> bool:
        """The same of what a model proposes, which is no answer and not counted."""
        if self._name is None:
            self._name = name
        return name is None or name == self._name


def facts_of(item: object, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a record's item: names that are ours get a prefix.

    >>> facts_of(7, {"text": "hi", "label": "x"})
    {'item': 7, 'text': 'hi', 'data_label': 'x'}
    """
    named = {f"data_{name}" if name in _OURS else name: value for name, value in fields.items()}
    return {"item": item} | named


def moment_of_epoch(seconds: object) -> str | None:
    """Seconds since 1970 as ISO 8601 writes a moment; None for anything else.

    >>> moment_of_epoch(1672531200), moment_of_epoch("x")
    ('2023-01-01T00:00:00+00:00', None)
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None
