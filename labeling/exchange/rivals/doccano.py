"""Doccano's JSON lines: labels by name, spans, or annotations by user with numbers of labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labeling.exchange.blocks import Omitted
from labeling.exchange.cells import text_of
from labeling.exchange.rivals.rows import Flat, Question, facts_of

# An empty list is a text that nobody has labeled. Where somebody has, and found none of several classes, our export says so.
NONE = "none"
_LABELS = ("label", "labels")
_OF_THE_TOOL = frozenset((*_LABELS, "id", "text", "data", "annotations", "meta", "entities", "relations", "Comments"))


class Doccano:
    """One file of doccano, in any of the shapes that it has had."""

    name = "doccano"

    def __init__(self, question: Question | None = None) -> None:
        self._question = question or Question()

    def is_record(self, record: Mapping[str, Any]) -> bool:
        """Whether it is a text with a list of labels, of annotations, or of entities and relations, and no line of our own."""
        if "item" in record and "id" not in record:
            return False
        if not isinstance(record.get("text", record.get("data")), str):
            return False
        if any(isinstance(record.get(name), list) for name in (*_LABELS, "annotations")):
            return True
        return isinstance(record.get("entities"), list) and isinstance(record.get("relations"), list)

    def flatten(self, record: Mapping[str, Any]) -> Flat:
        """A row with the label of a record that has one; a vote for each user who gave one where annotations are told.

        >>> flat = Doccano().flatten({"text": "hi", "annotations": [{"label": 3, "user": 1}]})
        >>> flat.rows, flat.label_ids
        ([{'item': None, 'text': 'hi', 'label': '3', 'annotator': 1}], 1)
        """
        flat = self._question.flat()
        meta = record.get("meta")
        fields = {name: value for name, value in record.items() if name not in _OF_THE_TOOL}
        if record.get("Comments"):
            fields["comments"] = record["Comments"]
        text = record["text"] if "text" in record else record["data"]
        base = facts_of(record.get("id"), {"text": text} | (meta if isinstance(meta, dict) else {}))
        # Not among the facts that get a prefix: a column that names the annotator means it.
        base |= {"label": None} | fields
        if record.get("entities"):
            flat.leave(Omitted.SPANS, record["entities"])
        if isinstance(record.get("annotations"), list):
            return flat.add(base, _by_user(record["annotations"], flat))
        if flat.several and not any(map(record.get, _LABELS)):
            return flat.add(base | {NONE: None}, [{"label": []}] if _is_none(record, flat) else [])
        label = _named(next((record[name] for name in _LABELS if record.get(name)), []), flat)
        return flat.add(base, [{"label": label}] if label else [])


def _is_none(record: Mapping[str, Any], flat: Flat) -> bool:
    """Whether an empty list says that none of several classes fits: in the tool's own files, which have ids, it does not."""
    if record.get(NONE) is True or "id" not in record:
        return record.get("unsure") is not True
    if record.get("unsure") is not True:
        flat.leave(Omitted.NO_LABEL)
    return False


def _named(labels: Any, flat: Flat) -> str | list[str] | None:
    given = labels if isinstance(labels, list) else [labels]
    if not given:
        return None
    if any(isinstance(label, list | dict) for label in given):
        flat.leave(Omitted.SPANS, given)
        return None
    label = flat.label_of(given)
    flat.label_ids += label is not None and isinstance(given[0], int)
    return label


def _by_user(annotations: list[Any], flat: Flat) -> list[dict[str, Any]]:
    given: dict[str, list[dict[str, Any]]] = {}
    for annotation in flat.objects(annotations):
        user = text_of(annotation.get("user"))
        if "start_offset" in annotation:
            flat.leave(Omitted.SPANS, user, annotation.get("label"))
        elif annotation.get("label") is None:
            flat.leave(Omitted.OTHER_QUESTION, user, annotation.get("text"))
        else:
            given.setdefault(user, []).append(annotation)
    votes = []
    for user, labels in given.items():
        label = flat.label_of([each["label"] for each in labels], user)
        if label is not None:
            flat.label_ids += isinstance(labels[0]["label"], int)
            told = {name: labels[0][name] for name in ("created_at",) if labels[0].get(name)}
            votes.append({"label": label, "annotator": labels[0].get("user"), **told})
    return votes
