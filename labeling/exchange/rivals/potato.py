"""Potato's annotation files: a text, and for each scheme the labels that one annotator chose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from labeling.exchange.blocks import Omitted
from labeling.exchange.rivals.rows import Flat, Question, facts_of

_USERS = ("user_id", "user", "annotator_id", "annotator")
_OF_THE_TOOL = frozenset((*_USERS, "id", "displayed_text", "label_annotations", "span_annotations", "behavioral_data"))
_NOT_CHOSEN = (None, "", False, "false")
_TIME = re.compile(r"(\d+)d (\d+)h (\d+)m (\d+)s")


class Potato:
    """One file of Potato; of several schemes the first that is met gives the labels."""

    name = "Potato"

    def __init__(self, question: Question | None = None) -> None:
        self._question = question or Question()

    def is_record(self, record: Mapping[str, Any]) -> bool:
        """Whether it has annotations by scheme."""
        return isinstance(record.get("label_annotations"), dict)

    def flatten(self, record: Mapping[str, Any]) -> Flat:
        """A vote of the record's user. Files of one user don't name them: then the label has no annotator.

        >>> Potato().flatten({"id": "1", "displayed_text": "hi", "user_id": "ann",
        ...     "label_annotations": {"mood": {"glad": "1"}}}).rows
        [{'item': '1', 'text': 'hi', 'label': 'glad', 'annotator': 'ann'}]
        """
        flat = self._question.flat()
        user = next((record[name] for name in _USERS if record.get(name)), None)
        fields = {name: value for name, value in record.items() if name not in _OF_THE_TOOL}
        shown = {"text": record["displayed_text"]} if "displayed_text" in record else {}
        base = facts_of(record.get("id"), shown | fields) | {"label": None}
        if record.get("span_annotations"):
            flat.leave(Omitted.SPANS, user, record["span_annotations"])
        votes = []
        for scheme, given in record["label_annotations"].items():
            label = self._label(scheme, given, user, flat)
            if label is not None:
                seconds = _seconds(record.get("behavioral_data"))
                votes.append({"label": label} | ({"annotator": user} if user else {}) | seconds)
        return flat.add(base, votes)

    def _label(self, scheme: str, given: object, user: object, flat: Flat) -> str | list[str] | None:
        if not isinstance(given, dict):
            flat.leave(Omitted.NOT_UNDERSTOOD, user, scheme, given)
            return None
        chosen = [label for label, value in given.items() if value not in _NOT_CHOSEN]
        written = [given[label] for label in chosen if _is_written(label, given[label])]
        if written or not self._question.is_it(scheme):
            flat.leave(Omitted.OTHER_QUESTION, user, scheme, written or ", ".join(chosen))
            return None
        # Whoever chose nothing may have passed the scheme by.
        return flat.label_of(chosen or None, user)


def _is_written(label: str, value: object) -> bool:
    """Whether it is words of the annotator's own rather than the mark of a choice."""
    return isinstance(value, str) and (label == "text_box" or (" " in value.strip() and value != label))


def _seconds(behaviour: object) -> dict[str, float]:
    told = behaviour.get("time_string") if isinstance(behaviour, dict) else None
    found = _TIME.search(told) if isinstance(told, str) else None
    if found is None:
        return {}
    days, hours, minutes, seconds = map(int, found.groups())
    return {"seconds": float(((days * 24 + hours) * 60 + minutes) * 60 + seconds)}
