"""Label Studio's JSON: tasks with ``data`` and annotations, and rows of one annotation each (JSON_MIN)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labeling.exchange.blocks import Omitted
from labeling.exchange.cells import text_of
from labeling.exchange.label_lists import labels_of, path_of
from labeling.exchange.rivals.rows import Flat, Question, facts_of, is_own_source, proposal

_OF_VOTE = ("annotator", "label", "unsure", "comment", "flagged", "seconds", "surplus", "revision", "created_at")
_OF_GOLDEN = ("golden", "explanation")
_KEPT_IN_META = ("comment", "flagged", "surplus", "revision")
_ANSWERS = ("annotations", "predictions", "completions")
_OF_TASKS = frozenset((*_ANSWERS, "data", "id", "inner_id", "meta", "drafts", "created_at", "updated_at", "project"))
_OF_ROWS = frozenset(("annotator", "annotation_id", "lead_time"))
_TECHNICAL = ("id", "annotation_id", "updated_at")
# In an answer about a part of the text: where that part begins, or which labels it has.
_OF_SCALES = frozenset(("rating", "number"))
_OF_SPANS = frozenset(("start", "end", "labels", "hypertextlabels"))


class LabelStudio:
    """One file of Label Studio: of several questions the first that is met gives the labels."""

    name = "Label Studio"

    def __init__(self, question: Question | None = None) -> None:
        self._question = question or Question()

    def is_record(self, record: Mapping[str, Any]) -> bool:
        """Whether it is a task, also one that nobody has answered, or a row of JSON_MIN."""
        if isinstance(record.get("data"), dict):
            return any(isinstance(record.get(name), list) for name in _ANSWERS) or set(record) <= _OF_TASKS
        return set(record) >= _OF_ROWS

    def flatten(self, record: Mapping[str, Any]) -> Flat:
        """A row for each annotation that chose one class, or none at all (unsure); one bare row where there is none.

        The item is ``data.item`` or the task's id. Cancelled annotations, drafts, answers to other questions and
        those that chose several classes are left out; predictions are suggestions.

        >>> act = {"completed_by": 3, "result": [{"type": "choices", "value": {"choices": ["greeting"]}}]}
        >>> (row,) = LabelStudio().flatten({"id": 7, "data": {"text": "hi"}, "annotations": [act]}).rows
        >>> row["item"], row["text"], row["annotator"], row["label"]
        (7, 'hi', '3', 'greeting')
        """
        flat = self._question.flat()
        if not isinstance(record.get("data"), dict):
            return self._row(record, flat)
        data = dict(record["data"])
        item = data.pop("item", None)
        base = facts_of(record.get("id") if item is None else item, data) | dict.fromkeys((*_OF_VOTE, *_OF_GOLDEN))
        for draft in _listed(record.get("drafts") or []):
            flat.leave(Omitted.DRAFT, _shown(draft))
        acts = flat.objects(record.get("annotations") or record.get("completions"))
        votes = [vote for act in acts if (vote := self._vote(act, flat))]
        guesses = [guess for each in _listed(record.get("predictions") or []) if (guess := self._guess(each, flat))]
        return flat.add(base, votes).suggest(guesses)

    def _guess(self, prediction: object, flat: Flat) -> dict[str, Any] | None:
        """What a model proposed, where it is one class in answer to the question of this file."""
        parts = prediction.get("result") if isinstance(prediction, dict) else None
        answers = [
            given
            for part in _listed(parts or [])
            if isinstance(part, dict) and isinstance(part.get("value"), dict)
            if (given := self._given(part["value"], part.get("from_name"))) is not None
            if self._question.is_the_one(part.get("from_name"))
        ]
        chosen = [choice for given in answers for choice in given]
        is_one = len(chosen) == 1 or (flat.several and bool(answers))
        if not is_one or any(isinstance(choice, dict | list) for choice in chosen) or not isinstance(prediction, dict):
            flat.leave(Omitted.PREDICTION, _shown(prediction))
            return None
        label = list(map(text_of, chosen)) if flat.several else text_of(chosen[0])
        return proposal(prediction.get("model_version") or self.name, label, prediction.get("score"))

    def _vote(self, act: Mapping[str, Any], flat: Flat) -> dict[str, Any] | None:
        who, is_answered, left = _name(act.get("completed_by")), bool(act.get("result")), len(flat.left_out)
        if act.get("was_cancelled"):
            flat.leave(Omitted.CANCELLED, who, _shown(act))
            return None
        chosen, note = self._chosen(act, who, flat)
        label = flat.label_of(chosen, who) if chosen or (flat.several and chosen is not None) else None
        if label is None and is_answered:
            # Whoever sends an empty answer is unsure; whoever answered other questions only has said nothing of this one.
            if len(flat.left_out) == left:
                flat.leave(Omitted.NO_LABEL, who, note)
            return None
        meta: Mapping[str, Any] = act["meta"] if isinstance(act.get("meta"), dict) else {}
        if is_own_source(who) and meta.get("source") == who:
            flat.leave(Omitted.PREDICTION, who, label)
            return None
        if act.get("ground_truth") and label is not None:
            explained = {"golden": label, "explanation": meta.get("explanation")}
            return explained | {"created_at": act.get("created_at")}
        facts = {"annotator": who, "label": label, "unsure": label is None}
        facts |= {"seconds": act.get("lead_time"), "created_at": act.get("created_at")}
        return facts | {"comment": note} | {name: meta[name] for name in _KEPT_IN_META if meta.get(name) is not None}

    def _chosen(self, act: Mapping[str, Any], who: str, flat: Flat) -> tuple[list[Any] | None, str | None]:
        """The classes that were chosen, None where the question was passed by, and what was written beside."""
        chosen: list[Any] | None = None
        notes: list[str] = []
        for part in flat.objects(act.get("result")):
            value = part["value"] if isinstance(part.get("value"), dict) else {}
            given = self._given(value, part.get("from_name"))
            if not _OF_SPANS.isdisjoint(value):
                flat.leave(Omitted.SPANS, who, value)
            elif given is not None and self._question.is_it(part.get("from_name")):
                chosen = [*(chosen or []), *given]
            elif part.get("type") == "textarea":
                notes += map(text_of, _listed(value.get("text")))
            else:
                if given is None:
                    self._question.count(part.get("from_name"))
                flat.leave(Omitted.OTHER_QUESTION, who, part.get("from_name"), *value.values())
        return chosen, "\n".join(notes) or None

    def _given(self, value: Mapping[str, Any], question: str | None) -> list[Any] | None:
        """The classes in one part of an answer, paths for those of a tree; None where it is about something else."""
        if "choices" in value:
            return _listed(value["choices"])
        if "selected" in value and self._question.is_of_pairs:
            return _listed(value["selected"])
        if "taxonomy" in value:
            return [_step_by_step(path) for path in _listed(value["taxonomy"])]
        steps = _OF_SCALES.intersection(value) if self._question.takes_numbers(question) else ()
        return [value[step] for step in steps] or None

    def _row(self, record: Mapping[str, Any], flat: Flat) -> Flat:
        names, who = list(record), _name(record["annotator"])
        # What was asked stands between the id, which comes after the data, and who answered.
        before = names[: names.index("annotator")]
        asked = before[before.index("id") + 1 :] if "id" in before[1:] else []
        known = (*_TECHNICAL, *_OF_ROWS, "created_at", *asked)
        data = {name: value for name, value in record.items() if name not in known}
        vote = {"annotator": who, "seconds": record["lead_time"], "created_at": record.get("created_at")}
        if not asked:
            if "id" in before[1:]:
                flat.leave(Omitted.NO_LABEL, who)
            # Otherwise which column has the labels is found by its name.
            return flat.add({"item": record.get("id")} | data | vote, [])
        left, given = len(flat.left_out), [self._label(name, record[name], who, flat) for name in asked]
        label = next(filter(None, given), None)
        if label is None and len(flat.left_out) == left:
            flat.leave(Omitted.NO_LABEL, who)
        base = facts_of(record.get("id"), data) | dict.fromkeys((*vote, "label"))
        return flat.add(base, [vote | {"label": label}] if label else [])

    def _label(self, name: str, answer: object, who: str, flat: Flat) -> str | list[str] | None:
        try:
            labels = labels_of(answer)
        except ValueError:
            spans = isinstance(answer, list) and any(not _OF_SPANS.isdisjoint(part) for part in flat.objects(answer))
            flat.leave(Omitted.SPANS if spans else Omitted.OTHER_QUESTION, who, name, answer)
            return None
        if not self._question.is_it(name):
            flat.leave(Omitted.OTHER_QUESTION, who, name, answer)
            return None
        return flat.label_of(answer if labels is None else labels, who)


def _step_by_step(path: Any) -> Any:
    """A path of words as one label; what is none as it stands."""
    try:
        return path_of(path) if isinstance(path, list) else path
    except ValueError:
        return path


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name(completed_by: object) -> str:
    if isinstance(completed_by, Mapping):
        completed_by = completed_by.get("email") or completed_by.get("id")
    return "label studio" if completed_by is None else text_of(completed_by)


def _shown(act: object) -> object:
    """What an answer that is left out says, as far as it is a choice."""
    result = act.get("result") if isinstance(act, Mapping) else act
    parts = [
        part["value"] for part in _listed(result) if isinstance(part, dict) and isinstance(part.get("value"), dict)
    ]
    return ", ".join(text_of(choice) for part in parts for choice in _listed(part.get("choices"))) or result or None
