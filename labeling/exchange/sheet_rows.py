"""What is read of the database for exports, a table at a time; flags are numbers and moments text, as databases give them."""

from __future__ import annotations

import polars as pl

ITEM = {
    "id": pl.Int64,
    "item": pl.String,
    "text": pl.String,
    "context": pl.String,
    "reference": pl.String,
    "priority": pl.Int64,
    "metadata": pl.String,
    "form": pl.String,
}
VOTE = {
    "id": pl.Int64,
    "assessor": pl.Int64,
    "revision": pl.Int64,
    "chunk_id": pl.Int64,
    "label": pl.String,
    "comment": pl.String,
    "flagged": pl.Int64,
    "seconds": pl.Float64,
    "surplus": pl.Int64,
    "aided": pl.Int64,
    "evidence": pl.Int64,
    "created_at": pl.String,
}
RULING = {"id": pl.Int64, "revision": pl.Int64, "label": pl.String, "explanation": pl.String, "created_at": pl.String}
GUESS = {
    "id": pl.Int64,
    "version": pl.Int64,
    "model": pl.String,
    "suggestion": pl.String,
    "confidence": pl.Float64,
    "confidence_source": pl.String,
    "rationale": pl.String,
    "flags": pl.String,
    "created_at": pl.String,
}
