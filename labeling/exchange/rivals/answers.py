"""Our labels as answers to the questions of other tools, by their kind: choices, ratings, paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from db.vocabulary import LabelKind
from labeling.projects.classes import LabelClass, steps_of
from labeling.quality.kinds.sets import members

QUESTION, FIELD = "label", "text"
# What every version of Argilla takes as a rating, as text.
_RATINGS = frozenset(map(str, range(1, 11)))


class Answers:
    """The labels of one project: ``classes`` in their order, and the ``kind`` of its labels.

    >>> from labeling.projects.classes import named_by_code
    >>> moods = Answers(named_by_code(["joy", "fear > panic"]), LabelKind.SEVERAL)
    >>> moods.codes, moods.named("joy|fear > panic"), moods.argilla("|"), moods.argilla(None)
    (['joy', 'fear', 'fear > panic'], ['joy', 'fear > panic'], [], None)
    >>> moods.label_studio("joy|fear > panic")[0]["value"]
    {'taxonomy': [['joy'], ['fear', 'panic']]}
    >>> stars = Answers(named_by_code(["1", "2", "3"]), LabelKind.ORDERED)
    >>> stars.label_studio("2")[0]["value"], stars.argilla("2"), stars.named("2")
    ({'rating': 2}, 2, ['2'])
    """

    def __init__(self, classes: Sequence[LabelClass], kind: LabelKind) -> None:
        self.codes = [entry.code for entry in classes]
        self.several = kind is LabelKind.SEVERAL
        self._paths = steps_of(classes) if any(entry.parent for entry in classes) else None
        self._is_rated = kind is LabelKind.ORDERED and _RATINGS.issuperset(self.codes)
        self._has_stars = kind is LabelKind.ORDERED and self.codes == [str(n) for n in range(1, len(self.codes) + 1)]

    def named(self, label: str | None) -> list[str]:
        """The classes that were chosen: of several any number of them."""
        if label is None:
            return []
        return list(members(label)) if self.several else [label]

    def label_studio(self, label: str | None) -> list[dict[str, Any]]:
        """The result of an annotation: ``choices``, a ``rating`` where the classes are 1, 2, 3 and so on in this order, or
        ``taxonomy`` where they form a tree."""
        if label is None:
            return []
        answer: tuple[str, Any] = ("choices", self.named(label))
        if self._has_stars:
            answer = ("rating", int(label))
        elif self._paths is not None:
            answer = ("taxonomy", [list(self._paths[code]) for code in self.named(label)])
        name, value = answer
        return [{"from_name": QUESTION, "to_name": FIELD, "type": name, "value": {name: value}}]

    def argilla(self, label: str | None) -> str | int | list[str] | None:
        """The value of a response to a question with one label, with several, or of a rating where all classes are whole
        numbers from 1 to 10."""
        if label is None or not (self.several or self._is_rated):
            return label
        return self.named(label) if self.several else int(label)
