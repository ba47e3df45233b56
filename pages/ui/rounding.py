"""Figures whose hundredths mean nothing: seconds of thought, labels an hour."""

from __future__ import annotations

from pages.ui.words import number, reader_locale


def rounded(value: float | None, low: float | None, high: float | None, n: int, *, digits: int = 0) -> str:
    """A figure as :func:`pages.ui.words.figure` writes it, with ``digits`` places."""
    counted = f"n = {number(n)}"
    if value is None:
        return f"–, {counted}"
    if low is None or high is None:
        return f"{_cut(value, digits)}, {counted}"
    separator = "; " if reader_locale() == "ru" else ", "
    return f"{_cut(value, digits)} [{_cut(low, digits)}{separator}{_cut(high, digits)}], {counted}"


def _cut(value: float, digits: int) -> str:
    return number(round(value, digits), digits=digits) if digits else number(round(value))
