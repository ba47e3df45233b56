"""Label Studio's JSON: tasks with ``data``, and annotations whose result is a choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

FROM_NAME, TO_NAME = "label", "text"
_OF_VOTE = ("annotator", "label", "unsure", "comment", "flagged", "seconds", "surplus", "revision", "created_at")
_OF_GOLDEN = ("golden", "explanation")
_KEPT_IN_META = ("comment", "flagged", "surplus", "revision")


def is_task(record: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a Label Studio task rather than a row of its own."""
    return isinstance(record.get("data"), dict) and any(
        isinstance(record.get(name), list) for name in ("annotations", "predictions", "completions")
    )


def flatten(task: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A task as rows: one for each annotation, one bare row where it has none.

    The item is ``data.item`` or the task's id. Predictions are no votes and are left out, as are cancelled
    annotations and those that choose several classes at once.

    >>> rows = flatten({"id": 7, "data": {"text": "hi"}, "annotations": [
    ...     {"completed_by": 3, "result": [{"type": "choices", "value": {"choices": ["greeting"]}}]}]})
    >>> rows[0]["item"], rows[0]["text"], rows[0]["annotator"], rows[0]["label"]
    (7, 'hi', '3', 'greeting')
    """
    data = dict(task["data"])
    base = {"item": data.pop("item", None) or task.get("id"), **data, **dict.fromkeys((*_OF_VOTE, *_OF_GOLDEN))}
    acts = task.get("annotations") or task.get("completions") or []
    rows = [base | vote for act in acts if isinstance(act, dict) and (vote := _vote(act))]
    return rows or [base]


def _vote(act: Mapping[str, Any]) -> dict[str, Any] | None:
    result = act.get("result")
    chosen = [
        choice
        for part in (result if isinstance(result, list) else [])
        if isinstance(part, dict) and isinstance(value := part.get("value"), dict)
        for choice in (value.get("choices") or [])
    ]
    if act.get("was_cancelled") or len(chosen) > 1:
        return None
    meta = act.get("meta") if isinstance(act.get("meta"), dict) else {}
    if act.get("ground_truth") and chosen:
        explained = {"golden": chosen[0], "explanation": (meta or {}).get("explanation")}
        return explained | {"created_at": act.get("created_at")}
    facts = {"annotator": _name(act.get("completed_by")), "label": chosen[0] if chosen else None}
    facts |= {"unsure": not chosen, "seconds": act.get("lead_time"), "created_at": act.get("created_at")}
    return facts | {name: (meta or {}).get(name) for name in _KEPT_IN_META}


def _name(completed_by: object) -> str:
    if isinstance(completed_by, Mapping):
        completed_by = completed_by.get("email") or completed_by.get("id")
    return "label studio" if completed_by is None else str(completed_by)


def task_of(number: int, data: Mapping[str, Any], acts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """One task: ``data`` has the item's facts, ``acts`` are rows of votes, golden or final labels.

    Annotators go into ``completed_by`` as an e-mail, the one form in which Label Studio takes unknown people. A
    final label is a prediction with its probability as the score: nobody annotated it.
    """
    annotations = [_annotation(act) for act in acts if "probability" not in act]
    predictions = [
        {"model_version": act["source"], "score": act["probability"], "result": _choice(act["label"])}
        for act in acts
        if "probability" in act and act["label"] is not None
    ]
    return {"id": number, "data": data, "annotations": annotations, "predictions": predictions}


def _annotation(act: Mapping[str, Any]) -> dict[str, Any]:
    if "explanation" in act:
        meta = {"explanation": act["explanation"]}
        return {"result": _choice(act["label"]), "ground_truth": True, "meta": meta, "created_at": act["created_at"]}
    return {
        "completed_by": {"email": act["annotator"]},
        "result": _choice(act["label"]),
        "lead_time": act["seconds"],
        "created_at": act["created_at"],
        "meta": {name: act[name] for name in _KEPT_IN_META},
    }


def _choice(label: str | None) -> list[dict[str, Any]]:
    if label is None:
        return []
    return [{"from_name": FROM_NAME, "to_name": TO_NAME, "type": "choices", "value": {"choices": [label]}}]
