"""Prodigy's examples: what was shown, and whether it was accepted, rejected or ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labeling.exchange.blocks import Omitted
from labeling.exchange.rivals.rows import Flat, Question, facts_of, moment_of_epoch

_ANSWERS = frozenset(("accept", "reject", "ignore"))
_MARKS = frozenset(("_task_hash", "_input_hash", "_session_id", "_annotator_id", "_timestamp", "_view_id", "accept"))
# Where our own export says what else is known of an answer.
VOTE = "_vote"
# What the tool shows and how, not what is known of the text.
_OF_THE_TOOL = frozenset(("answer", "accept", "label", "options", "config", "spans", "tokens", "meta", "html", "style"))


class Prodigy:
    """One file of Prodigy, its choices and its yes-or-no questions."""

    name = "Prodigy"

    def __init__(self, question: Question | None = None) -> None:
        self._question = question or Question()

    def is_record(self, record: Mapping[str, Any]) -> bool:
        """Whether it has an answer of Prodigy's, and one more of its marks."""
        return record.get("answer") in _ANSWERS and not _MARKS.isdisjoint(record)

    def flatten(self, record: Mapping[str, Any]) -> Flat:
        """A vote where a label was accepted. Who rejects one has not said which is right, and gives none.

        >>> flat = Prodigy().flatten({"text": "hi", "label": "card", "answer": "reject", "_session_id": "ann"})
        >>> flat.rows, flat.left_out
        ([{'item': None, 'text': 'hi', 'label': None}], [(<Omitted.REJECTED: 'rejected'>, 'ann: card')])
        """
        flat = self._question.flat()
        meta = record.get("meta")
        named = {name: value for name, value in record.items() if name not in _OF_THE_TOOL and not name.startswith("_")}
        fields = (meta if isinstance(meta, dict) else {}) | named
        # Examples have no ids but hashes: the same text is the same item.
        base = facts_of(fields.pop("id", None), fields) | {"label": None}
        vote = self._vote(record, flat)
        return flat.add(base, [vote] if vote else [])

    def _vote(self, record: Mapping[str, Any], flat: Flat) -> dict[str, Any] | None:
        who = record.get("_annotator_id") or record.get("_session_id")
        given = record["accept"] if "accept" in record else record.get("label")
        ours = record[VOTE] if isinstance(record.get(VOTE), dict) else {}
        if who and ours.get("unsure") is True:
            return {"label": None, "annotator": who} | ours
        if record["answer"] != "accept":
            flat.leave(Omitted.REJECTED if record["answer"] == "reject" else Omitted.IGNORED, who, given or None)
            return None
        if record.get("spans") and not given:
            flat.leave(Omitted.SPANS, who, record["spans"])
            return None
        label = flat.label_of(given, who)
        if label is None:
            return None
        told = {"annotator": who, "created_at": moment_of_epoch(record.get("_timestamp"))} if who else {}
        return {"label": label} | told | ours
