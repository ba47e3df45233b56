"""What can be exported, and the columns of each."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import polars as pl


class ExportContent(StrEnum):
    """What an export holds: a row for each item, annotation, golden label, item with votes, suggestion of junior's, or answer
    that somebody gave to an item of their own a second time."""

    FINAL = "final"
    ANNOTATIONS = "annotations"
    GOLDEN = "golden"
    CONSENSUS = "consensus"
    SUGGESTIONS = "suggestions"
    REPEATS = "repeats"


#: Of an annotation the code that was pressed, where it stands for another class now, or doesn't say for which.
PRESSED = "pressed"
#: The columns of each and their dtypes; moments are texts as ISO 8601 has them, in UTC, ``metadata`` and ``flags`` are JSON,
#: ``evidence`` is the turn of a conversation that decided the answer, from 0.
COLUMNS: dict[ExportContent, dict[str, Any]] = {
    ExportContent.FINAL: {
        "item": pl.String,
        "text": pl.String,
        "label": pl.String,
        "source": pl.String,
        "method": pl.String,
        "probability": pl.Float64,
        "n": pl.Int64,
        "state": pl.String,
        "context": pl.String,
        "reference": pl.String,
        "priority": pl.Int64,
        "metadata": pl.String,
    },
    ExportContent.ANNOTATIONS: {
        "item": pl.String,
        "text": pl.String,
        "annotator": pl.String,
        "label": pl.String,
        "unsure": pl.Boolean,
        "comment": pl.String,
        "flagged": pl.Boolean,
        "seconds": pl.Float64,
        "created_at": pl.String,
        "revision": pl.Int64,
        "latest": pl.Boolean,
        "counts": pl.Boolean,
        "surplus": pl.Boolean,
        "aided": pl.Boolean,
        "chunk": pl.Int64,
        "evidence": pl.Int64,
    },
    ExportContent.GOLDEN: {
        "item": pl.String,
        "text": pl.String,
        "label": pl.String,
        "explanation": pl.String,
        "created_at": pl.String,
        "revision": pl.Int64,
    },
    ExportContent.CONSENSUS: {
        "item": pl.String,
        "label": pl.String,
        "probability": pl.Float64,
        "n": pl.Int64,
        "method": pl.String,
    },
    ExportContent.SUGGESTIONS: {
        "item": pl.String,
        "text": pl.String,
        "version": pl.Int64,
        "model": pl.String,
        "suggestion": pl.String,
        "confidence": pl.Float64,
        "confidence_source": pl.String,
        "rationale": pl.String,
        "flags": pl.String,
        "suggested_at": pl.String,
    },
    ExportContent.REPEATS: {
        "item": pl.String,
        "text": pl.String,
        "annotator": pl.String,
        "first": pl.String,
        "second": pl.String,
        "second_seconds": pl.Float64,
        "second_at": pl.String,
        "first_chunk": pl.Int64,
        "second_chunk": pl.Int64,
    },
}
