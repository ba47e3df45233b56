"""Our items and what was said of them as records of other tools. Each takes ITEM, the item's facts, and ACTS, rows of one export:
annotations, golden or final labels, or suggestions of junior's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat, FinalAs
from labeling.exchange.rivals.answers import FIELD, QUESTION, Answers
from labeling.exchange.rivals.doccano import NONE
from labeling.exchange.rivals.prodigy import VOTE

Facts: TypeAlias = Mapping[str, Any]

_KEPT_IN_META = ("comment", "flagged", "surplus", "revision")
_KEPT_BESIDE = ("annotator", "comment", "flagged", "seconds", "surplus", "revision", "created_at", "explanation")


class Outgoing:
    """Writes records of one export: ``answers`` are its labels, ``final_as`` says what final labels become.

    >>> from db.vocabulary import LabelKind
    >>> from labeling.projects.classes import named_by_code
    >>> answers = Answers(named_by_code(["x", "y"]), LabelKind.SINGLE)
    >>> item = {"number": 7, "item": "a", "text": "hi", "metadata": None}
    >>> said = [{"label": "x", "source": "consensus", "probability": 0.9}]
    >>> (line,) = Outgoing(ExportContent.FINAL, answers).records(ExportFormat.DOCCANO, item, said)
    >>> line["id"], line["text"], line["label"]
    ('a', 'hi', ['x'])
    """

    def __init__(self, what: ExportContent, answers: Answers, *, final_as: FinalAs = FinalAs.PREDICTIONS) -> None:
        self._what = what
        self._answers = answers
        self._guessed = what is ExportContent.SUGGESTIONS or (
            what is ExportContent.FINAL and final_as is FinalAs.PREDICTIONS
        )

    def records(self, format: ExportFormat, item: Facts, acts: Sequence[Facts]) -> Iterator[dict[str, Any]]:
        """The records of one item; none of an item without golden label where golden labels are exported."""
        if acts or self._what is not ExportContent.GOLDEN:
            yield from _MAKERS[format](self, item, acts)

    def label_studio(self, item: Facts, acts: Sequence[Facts]) -> Iterator[dict[str, Any]]:
        """One task. Annotators go into ``completed_by`` as an e-mail, the one form in which Label Studio takes unknown people."""
        data = {name: value for name, value in item.items() if name != "number"}
        task: dict[str, Any] = {"id": item["number"], "data": data, "annotations": [], "predictions": []}
        if self._guessed:
            task["predictions"] = [
                {
                    "model_version": guess["agent"],
                    "score": guess["score"],
                    "result": self._answers.label_studio(guess["value"]),
                }
                for guess in map(self._guess, acts)
                if guess["value"] is not None
            ]
        else:
            task["annotations"] = [self._annotation(act) for act in acts if self._is_said(act)]
        yield task

    def argilla(self, item: Facts, acts: Sequence[Facts]) -> Iterator[dict[str, Any]]:
        """One record; of each annotator the vote that counts, without its comment and time, for which there is no place."""
        record = {
            "id": item["item"],
            "fields": {FIELD: item["text"]},
            "metadata": _flat(item["metadata"]),
            "suggestions": {},
            "responses": {},
            "vectors": {},
        }
        if self._guessed:
            guesses = [guess for guess in map(self._guess, acts) if guess["value"] is not None]
            # There is room for one: of several versions the newest speaks.
            record["suggestions"] = {QUESTION: self._suggested(guesses[-1])} if guesses else {}
        else:
            votes = [act for act in acts if act["label"] is not None and act.get("counts", True)]
            said = [(self._answers.argilla(act["label"]), act.get("annotator") or act["source"]) for act in votes]
            given = [{"value": value, "user_id": who} for value, who in said]
            record["responses"] = {QUESTION: given} if given else {}
        yield record

    def doccano(self, item: Facts, acts: Sequence[Facts]) -> Iterator[dict[str, Any]]:
        """A line for each act, or one without a label."""
        for act in acts or [{"label": None}]:
            beside = {name: act[name] for name in _KEPT_BESIDE if act.get(name) is not None}
            unsure = {"unsure": True} if act.get("unsure") else {}
            label = self._answers.named(act["label"])
            yield (
                {"id": item["item"], "text": item["text"], "label": label}
                | ({NONE: True} if not label and act["label"] else {})
                | beside
                | unsure
                | _flat(item["metadata"], {*beside, NONE} if self._answers.several else beside)
            )

    def prodigy(self, item: Facts, acts: Sequence[Facts]) -> Iterator[dict[str, Any]]:
        """An example for each act that chose a class: the choice among all of them. Who was unsure has ignored it."""
        options = [{"id": code, "text": code} for code in self._answers.codes]
        for act in acts:
            if act["label"] is None and not act.get("unsure"):
                continue
            example: dict[str, Any] = {
                "id": item["item"],
                "text": item["text"],
                "options": options,
                "_view_id": "choice",
            }
            example["meta"] = _flat(item["metadata"])
            example["accept"] = self._answers.named(act["label"])
            example["answer"] = "ignore" if act["label"] is None else "accept"
            if who := act.get("annotator"):
                example |= {"_annotator_id": who, "_session_id": who, "_timestamp": _epoch(act["created_at"])}
                known = {name: act[name] for name in _KEPT_BESIDE if name != "annotator" and act.get(name) is not None}
                example[VOTE] = known | ({"unsure": True} if act["unsure"] else {})
            yield example

    def _is_said(self, act: Facts) -> bool:
        return self._what is ExportContent.ANNOTATIONS or act["label"] is not None

    def _guess(self, act: Facts) -> dict[str, Any]:
        if self._what is ExportContent.FINAL:
            return {"value": act["label"], "score": act["probability"], "agent": act["source"]}
        return {
            "value": act["suggestion"],
            "score": act["confidence"],
            "agent": f"{act['model']} (version {act['version']})",
        }

    def _suggested(self, guess: Facts) -> dict[str, Any]:
        """What Argilla is told of a guess; it wants a score of each value where there are several, and of a set we know one."""
        told = {**guess, "value": self._answers.argilla(guess["value"])}
        return told | {"score": None} if self._answers.several else told

    def _annotation(self, act: Facts) -> dict[str, Any]:
        result = self._answers.label_studio(act["label"])
        if self._what is ExportContent.GOLDEN:
            meta = {"explanation": act["explanation"]}
            return {"result": result, "ground_truth": True, "meta": meta, "created_at": act["created_at"]}
        if self._what is ExportContent.FINAL:
            meta = {name: act[name] for name in ("source", "method", "probability", "n")}
            return {"completed_by": {"email": act["source"]}, "result": result, "meta": meta}
        return {
            "completed_by": {"email": act["annotator"]},
            "result": result,
            "lead_time": act["seconds"],
            "created_at": act["created_at"],
            "meta": {name: act[name] for name in _KEPT_IN_META},
        }


_MAKERS: dict[ExportFormat, Callable[[Outgoing, Facts, Sequence[Facts]], Iterator[dict[str, Any]]]] = {
    ExportFormat.LABEL_STUDIO: Outgoing.label_studio,
    ExportFormat.ARGILLA: Outgoing.argilla,
    ExportFormat.DOCCANO: Outgoing.doccano,
    ExportFormat.PRODIGY: Outgoing.prodigy,
}
LINES = frozenset({ExportFormat.DOCCANO, ExportFormat.PRODIGY})
RECORDS = frozenset(_MAKERS)


def _epoch(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def _flat(metadata: Any, taken: Collection[str] = ()) -> dict[str, Any]:
    """Metadata under their own names, what is nested as JSON; names that the record uses itself are left out."""
    own = {"id", "text", "label", *taken}
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        for name, value in (metadata or {}).items()
        if name not in own and value is not None
    }
