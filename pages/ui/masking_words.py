"""Kinds of personal data, in words."""

from __future__ import annotations

from collections.abc import Mapping

from pages.ui.words import number, t


def kinds_of(counts: Mapping[str, int]) -> str:
    """What was masked, the most frequent kind first, e.g. "phone 3, name 1"."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{t(f'masking.kind.{kind}')} {number(n)}" for kind, n in ordered)
