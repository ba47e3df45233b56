"""What models proposed for a text, as a cell of a file says it. The reading process loads this, and no database."""

from __future__ import annotations

from labeling.exchange.blocks import LeftOut, Omitted
from labeling.exchange.cells import has_nul, is_encodable, plain_label, text_of
from labeling.exchange.intake import MAX_LABEL, MAX_MODEL, Proposal
from labeling.exchange.label_lists import set_label
from labeling.quality.kinds.sets import LONGEST


def proposals_of(cell: object, line: int, left_out: LeftOut, *, several: bool = False) -> list[Proposal]:
    """The proposals of a cell, one a model; what can't be one is left out and counted. ``several``: a label may be a list of
    classes.

    >>> left_out = LeftOut()
    >>> proposals_of([{"model": "m", "label": "card", "score": 0.9}, {"model": "m", "label": "x"}], 2, left_out)
    [Proposal(model='m', label='card', score=0.9)]
    >>> left_out.counts
    {'prediction': 1}
    """
    proposals: dict[str, Proposal] = {}
    for entry in cell if isinstance(cell, list) else []:
        given = entry if isinstance(entry, dict) else {}
        model, label = plain_label(text_of(given.get("model"))), _label(given.get("label"), several=several)
        if (
            not _can_be_kept(label, LONGEST if several else MAX_LABEL)
            or not _can_be_kept(model, MAX_MODEL)
            or model in proposals
        ):
            left_out.note(Omitted.PREDICTION, line, f"{model}: {label}")
            continue
        proposals[model] = Proposal(model, label, _share(given.get("score")))
    return list(proposals.values())


def _label(cell: object, *, several: bool) -> str:
    try:
        return plain_label(text_of(set_label(cell) if several else cell))
    except ValueError:
        return ""


def _can_be_kept(word: str, most: int) -> bool:
    return bool(word) and len(word) <= most and is_encodable(word) and not has_nul(word)


def _share(score: object) -> float | None:
    """A score where it is a probability."""
    is_share = isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= 1
    return float(score) if is_share else None  # type: ignore[arg-type]
