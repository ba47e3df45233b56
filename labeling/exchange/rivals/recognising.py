"""Which tool a record comes from; the one place that knows them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labeling.exchange.rivals.argilla import Argilla
from labeling.exchange.rivals.doccano import Doccano
from labeling.exchange.rivals.label_studio import LabelStudio
from labeling.exchange.rivals.potato import Potato
from labeling.exchange.rivals.prodigy import Prodigy
from labeling.exchange.rivals.rows import Flat, Question, Tool

# In records that nest nothing a tool is told by one of these.
_NAMES = frozenset(("answer", "annotation_id"))
_ENDINGS = (".responses.users", ".suggestion", "-suggestion")
_MOST_KINDS = 1_000


class Recognizer:
    """Looks at the records of one file, one after the other. ``question`` is the name of the one that has the labels; without
    it the first that is met has them. ``kind`` is that of the labels.

    >>> seen = Recognizer()
    >>> seen.flatten({"text": "hi", "label": "x"}), seen.tool
    (None, None)
    >>> seen.flatten({"text": "hi", "label": ["x"]}).rows, seen.tool
    ([{'item': None, 'text': 'hi', 'label': 'x'}], 'doccano')
    """

    def __init__(self, question: str | None = None, kind: str | None = None) -> None:
        self._question = asked = Question(question, kind)
        # Doccano's records have the fewest marks of their own.
        self._tools: tuple[Tool, ...] = (
            *(LabelStudio(asked), Argilla(asked), Prodigy(asked), Potato(asked), Doccano(asked)),
        )
        self.tool: str | None = None
        self._speaking: dict[tuple[str, ...], bool] = {}

    @property
    def questions(self) -> dict[str, int]:
        """How many answers there were to each question so far."""
        return dict(self._question.answers)

    def flatten(self, record: Mapping[str, Any]) -> Flat | None:
        """The record as rows; None where no tool's marks are on it: then it is a row as it stands."""
        if not self._is_worth_a_look(record):
            return None
        for tool in self._tools:
            if tool.is_record(record):
                self.tool = tool.name
                return tool.flatten(record)
        return None

    def _is_worth_a_look(self, record: Mapping[str, Any]) -> bool:
        """Most files are ordinary rows: nothing is nested in them, and their names, the same in each, are no tool's."""
        for value in record.values():
            if type(value) is list or type(value) is dict:
                return True
        names = tuple(record)
        speaks = self._speaking.get(names)
        if speaks is None:
            speaks = any(name in _NAMES or name.endswith(_ENDINGS) for name in names)
            if len(self._speaking) < _MOST_KINDS:
                self._speaking[names] = speaks
        return speaks
